"""Before an e-mail leaves: saved, checked, stood by; and kept as it went."""

import pytest

from db.drafts import join_draft
from db.engine import Database
from services import email_gate, emails, erasing
from services.email_gate import Departure, fingerprint
from services.errors import ChangedElsewhere, InvalidValue
from tests.example_rows import petra, store

TRUE = "Hi Petra,\n\nThe price we spoke about is $4,500.\n\nBest regards,\nNora Quist"
FALSE = "Hi Petra,\n\nThe price we spoke about is $9,900.\n\nBest regards,\nNora Quist"


@pytest.fixture
def stored(database: Database) -> Database:
    """Petra Holm's call."""
    store(database, petra())
    return database


def off(
    database: Database, body: str, *stood_by: str, way: email_gate.Way | None = "copied", actor: str = "ines"
) -> Departure:
    seen = emails.get_email(database, "call-petra")
    return email_gate.send_off(database, seen, ("Our meeting", body), way=way, stood_by=stood_by, actor=actor)


def open_of(database: Database, body: str) -> list[str]:
    checked = email_gate.check_email(database, "call-petra", "Our meeting", body)
    return [fingerprint(one) for one in checked.unsupported]


def test_a_supported_email_leaves_and_is_kept_as_it_went(stored: Database) -> None:
    gone = off(stored, TRUE)
    assert gone.left
    assert gone.draft.sent is not None
    assert gone.draft.sent["text"] == join_draft("Our meeting", TRUE)
    (sent,) = email_gate.sent_so_far(stored, gone.draft)
    assert (sent.subject, sent.body, sent.way, sent.actor) == ("Our meeting", TRUE, "copied", "ines")
    assert sent.stands
    assert sent.stood_by == ()


def test_a_sentence_that_is_not_in_the_call_keeps_the_email_here_and_it_is_saved(stored: Database) -> None:
    gone = off(stored, FALSE)
    assert not gone.left
    assert [one.text for one in gone.checked.unsupported] == ["The price we spoke about is $9,900."]
    draft = emails.get_email(stored, "call-petra")
    assert draft.body == FALSE
    assert draft.sent is None
    assert email_gate.sent_so_far(stored, draft) == []


def test_who_stands_by_a_sentence_is_kept_with_it(stored: Database) -> None:
    gone = off(stored, FALSE, *open_of(stored, FALSE))
    assert gone.left
    (sent,) = email_gate.sent_so_far(stored, gone.draft)
    assert sent.stood_by == ("The price we spoke about is $9,900.",)


def test_a_tick_is_for_the_exact_sentence(stored: Database) -> None:
    ticks = open_of(stored, FALSE)
    assert not off(stored, FALSE.replace("$9,900", "$9,990"), *ticks).left


def test_what_is_changed_later_does_not_change_what_went(stored: Database) -> None:
    gone = off(stored, TRUE)
    draft = emails.save(stored, gone.draft, "Our meeting", "Other words.", "ines")
    (sent,) = email_gate.sent_so_far(stored, draft)
    assert sent.body == TRUE
    assert not sent.stands


def test_every_revision_that_went_is_kept_and_the_same_one_is_kept_once(stored: Database) -> None:
    off(stored, TRUE)
    off(stored, TRUE)
    off(stored, TRUE, way="eml")
    gone = off(stored, TRUE, actor="omar", way="eml")
    ways = [(sent.way, sent.actor) for sent in email_gate.sent_so_far(stored, gone.draft)]
    assert ways == [("eml", "omar"), ("eml", "ines"), ("copied", "ines")]


def test_an_email_that_somebody_else_changed_does_not_leave_unseen(stored: Database) -> None:
    seen = emails.get_email(stored, "call-petra")
    emails.save(stored, seen, "Her subject", seen.body, "omar")
    with pytest.raises(ChangedElsewhere):
        email_gate.send_off(stored, seen, (seen.subject, TRUE), way="copied", stood_by=(), actor="ines")
    assert emails.get_email(stored, "call-petra").sent is None


def test_an_email_without_words_does_not_leave(stored: Database) -> None:
    with pytest.raises(InvalidValue):
        off(stored, " \n ")


def test_of_a_call_without_its_turns_every_claim_has_to_be_stood_by(database: Database) -> None:
    store(database, {**petra(), "dialogue": None, "extracted_data": None, "call": None})
    checked = email_gate.check_email(database, "call-petra", "Our meeting", TRUE)
    assert [one.text for one in checked.unsupported] == ["The price we spoke about is $4,500.", "Nora Quist"]


def test_what_was_marked_before_revisions_were_kept_is_shown(stored: Database) -> None:
    from db import edits

    with stored.session() as session:
        edits.mark_sent(session, "call-petra", None, "Subject: Old\n\nOld words.", actor="omar")
    (sent,) = email_gate.sent_so_far(stored, emails.get_email(stored, "call-petra"))
    assert (sent.subject, sent.body, sent.actor, sent.stands) == ("Old", "Old words.", "omar", False)


def test_erasing_the_call_takes_what_went_out(stored: Database) -> None:
    off(stored, TRUE)
    erasing.erase(stored, "call-petra", "ines")
    with stored.session() as session:
        assert list(session.connection().exec_driver_sql("SELECT * FROM sent_emails")) == []


def test_what_went_out_can_not_be_altered(stored: Database) -> None:
    off(stored, TRUE)
    with pytest.raises(Exception, match="added, never altered"), stored.session() as session:
        session.connection().exec_driver_sql("UPDATE sent_emails SET body = 'Other'")


def test_a_subject_that_is_taken_along_alone_is_no_email_that_went_out(stored: Database) -> None:
    gone = off(stored, TRUE, way=None)
    assert gone.left
    assert emails.get_email(stored, "call-petra").body == TRUE
    assert emails.get_email(stored, "call-petra").sent is None
    assert email_gate.sent_so_far(stored, gone.draft) == []


def test_a_subject_does_not_leave_while_a_sentence_is_nobodys(stored: Database) -> None:
    assert not off(stored, FALSE, way=None).left


def test_claims_in_greeting_and_signature_keep_the_email_here(stored: Database) -> None:
    body = (
        "Hi Petra, you pay no estate tax!\n\nThank you. It is free.\n\nBest regards,\nYour price is now $99\nNora Quist"
    )
    gone = off(stored, body)
    assert not gone.left
    told = [one.text for one in gone.checked.unsupported]
    assert told == ["you pay no estate tax!", "It is free.", "Your price is now $99"]
