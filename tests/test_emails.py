from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from db import transcripts
from db.engine import Database
from services import email_gate, emails
from services.errors import ChangedElsewhere, InvalidValue, NotFound
from services.outgoing import OutgoingFilter, list_outgoing

DRAFT = "Subject: Your next steps\n\nHi Ana,\n\nThank you for today."


@pytest.fixture
def stored(database: Database) -> Database:
    """A call with a draft."""
    run_says(database, DRAFT)
    return database


def run_says(database: Database, draft: str, **crm: Any) -> None:
    with database.session() as session:
        row = {"external_id": "700", "email_draft": draft, "crm_data": {"client_name": "Ana Brook", **crm}}
        transcripts.upsert(session, row)


def read(file: bytes) -> EmailMessage:
    return message_from_bytes(file, policy=default)


def test_subject_and_body_are_two_fields(stored: Database) -> None:
    draft = emails.get_email(stored, "700")
    assert draft.subject == "Your next steps"
    assert draft.body == "Hi Ana,\n\nThank you for today."
    assert not draft.edited


def test_a_draft_of_an_older_system_without_a_subject_is_all_body(stored: Database) -> None:
    run_says(stored, "Dear Ana, thanks.")
    draft = emails.get_email(stored, "700")
    assert (draft.subject, draft.body) == ("", "Dear Ana, thanks.")


def test_a_saved_email_stands_when_the_call_runs_again(stored: Database) -> None:
    seen = emails.get_email(stored, "700")
    emails.save(stored, seen, "Hello", "My own words.", "ines")
    run_says(stored, "Subject: Other\n\nOther words.")
    draft = emails.get_email(stored, "700")
    assert (draft.subject, draft.body, draft.edited) == ("Hello", "My own words.", True)


def test_restoring_brings_back_what_the_last_run_wrote(stored: Database) -> None:
    emails.save(stored, emails.get_email(stored, "700"), "Hello", "My own words.", "ines")
    run_says(stored, "Subject: Other\n\nOther words.")
    draft = emails.restore(stored, emails.get_email(stored, "700"), "ines")
    assert (draft.subject, draft.body, draft.edited) == ("Other", "Other words.", False)


def test_unchanged_words_are_no_edit(stored: Database) -> None:
    seen = emails.get_email(stored, "700")
    assert emails.save(stored, seen, seen.subject, seen.body, "ines").version == seen.version


def test_the_second_of_two_people_is_told_and_nothing_is_overwritten(stored: Database) -> None:
    seen = emails.get_email(stored, "700")
    emails.save(stored, seen, "Hello", "First words.", "ines")
    with pytest.raises(ChangedElsewhere):
        emails.save(stored, seen, "Hello", "Second words.", "omar")
    assert emails.get_email(stored, "700").body == "First words."


def test_a_part_that_nobody_changed_keeps_what_somebody_else_wrote_there(stored: Database) -> None:
    seen = emails.get_email(stored, "700")
    emails.save(stored, seen, "Her subject", seen.body, "ines")
    draft = emails.save(stored, seen, seen.subject, "My text.", "omar")
    assert (draft.subject, draft.body) == ("Her subject", "My text.")
    said = {name: part.last.who for name, part in draft.parts.items() if part.last}
    assert said == {"subject": "ines", "body": "omar"}


def test_the_parts_are_given_back_one_by_one(stored: Database) -> None:
    emails.save(stored, emails.get_email(stored, "700"), "Hello", "My own words.", "ines")
    draft = emails.restore(stored, emails.get_email(stored, "700"), "omar", ["subject"])
    assert (draft.subject, draft.body) == ("Your next steps", "My own words.")
    assert [part.edited for part in draft.parts.values()] == [False, True]


def test_a_change_of_another_field_does_not_stand_in_the_way(stored: Database) -> None:
    seen = emails.get_email(stored, "700")
    run_says(stored, DRAFT, deal_amount=4000)
    assert emails.save(stored, seen, "Hello", "My own words.", "ines").body == "My own words."


@pytest.mark.parametrize(("subject", "body"), [("Hi", "  \n "), ("x" * 301, "b"), ("Hi", "b" * 100_001)])
def test_words_that_are_no_email_are_refused(stored: Database, subject: str, body: str) -> None:
    with pytest.raises(InvalidValue):
        emails.save(stored, emails.get_email(stored, "700"), subject, body, "ines")


def test_a_line_break_in_the_subject_adds_no_header(stored: Database) -> None:
    draft = emails.save(stored, emails.get_email(stored, "700"), "Hi\nBcc: all@example.com", "Words.", "ines")
    assert draft.subject == "Hi Bcc: all@example.com"
    message = message_from_bytes(
        emails.eml_file("ana@example.com", "Hi\r\nBcc: all@example.com", "Words."), policy=default
    )
    assert message["Bcc"] is None
    assert message["Subject"] == "Hi Bcc: all@example.com"


def test_a_message_file_holds_the_words_as_they_are() -> None:
    body = "Dear Zoë,\n\nthe price is 3 800 €.\n"
    message = read(emails.eml_file("zoe@example.com", "Grüße", body))
    assert message["To"] == "zoe@example.com"
    assert message["Subject"] == "Grüße"
    assert message.get_content().replace("\r\n", "\n") == body


@pytest.mark.parametrize(
    "address", ["no address, at all@", "a@b", 12, ["a@b.example"], "x@y.example\nBcc: z@y.example"]
)
def test_an_address_that_is_none_is_left_out(stored: Database, address: Any) -> None:
    run_says(stored, DRAFT, client_email=address)
    assert emails.get_email(stored, "700").to is None


def test_lists_show_what_waits_and_what_was_sent(stored: Database) -> None:
    assert list_outgoing(stored, OutgoingFilter(email="waiting"))[1] == 1
    seen = emails.get_email(stored, "700")
    assert email_gate.send_off(stored, seen, ("Hello", "Thanks."), way="marked", stood_by=(), actor="ines").left
    assert list_outgoing(stored, OutgoingFilter(email="waiting"))[1] == 0
    rows, total = list_outgoing(stored, OutgoingFilter(email="sent", search="brook"))
    assert total == 1
    assert rows[0].email_edited


def test_a_call_that_is_not_there_is_named(database: Database) -> None:
    with pytest.raises(NotFound):
        emails.get_email(database, "nowhere")
