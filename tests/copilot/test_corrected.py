"""What a person corrected has the person and the day as its source, and no words of the call."""

from typing import Any

import pytest

from db import edits
from db.engine import Database
from services import emails
from services.copilot.contract import Answer, Context
from services.copilot.engine import answer_of, ask
from services.copilot.recollection import Recollection
from tests.copilot.conftest import TODAY, Ask
from tests.example_rows import petra, store


def set_to(database: Database, **values: Any) -> None:
    with database.session() as session:
        edits.edit_crm(session, "petra", None, values, actor="bob")


def test_a_corrected_value_is_the_persons_and_no_words_of_the_call_stand_for_it(asked: Ask, database: Database) -> None:
    before = asked("What is the deal amount of Petra Lindholm?").sentences[0]
    assert "five thousand dollars" in before.text
    set_to(database, deal_amount=5100)
    after = asked("What is the deal amount of Petra Lindholm?").sentences[0]
    assert "$5,100" in after.text
    assert "Set in the record by bob on " in after.text
    assert "five thousand" not in after.text
    assert [(one.words, one.turn, one.by.partition(" on ")[0]) for one in after.sources] == [("", None, "bob")]
    assert after.state == "supported"


def test_a_value_that_was_confirmed_keeps_its_words(asked: Ask, database: Database) -> None:
    set_to(database, deal_amount=5000)
    told = asked("What is the deal amount of Petra Lindholm?").sentences[0]
    assert "five thousand dollars" in told.text
    assert all(not one.by for one in told.sources)


def test_a_corrected_outcome_and_list_are_the_persons_too(asked: Ask, database: Database) -> None:
    set_to(database, outcome="Won", products_discussed=["Will"])
    for question in ("What is the outcome of Petra Lindholm?", "Which products did we discuss with Petra Lindholm?"):
        (told, *_) = asked(question).sentences
        assert [one.by.partition(" on ")[0] for one in told.sources] == ["bob"]


def test_a_next_step_that_a_person_wrote_is_theirs(asked: Ask, database: Database) -> None:
    step = {
        "owner": "client",
        "action": "Send the deed of the lighthouse",
        "due": "by May 29",
        "due_date": "2026-05-29",
    }
    set_to(database, next_steps=[step])
    told = [one for one in asked("What are the next steps with Petra Lindholm?").sentences if "lighthouse" in one.text]
    assert told
    assert [one.by.partition(" on ")[0] for one in told[0].sources] == ["bob"]


@pytest.fixture
def holm(database: Database) -> Database:
    """The call of Petra Holm, with all that a draft is made of; bob corrected its amount."""
    row = petra()
    row["call"]["header"] |= {"client_name": "Petra Holm", "meeting_date": "2026-03-04"}
    row["extracted_data"]["outcome"]["value"] = "Won"
    store(database, row)
    with database.session() as session:
        edits.edit_crm(session, "call-petra", None, {"deal_amount": 5100, "outcome": "Won"}, actor="bob")
    return database


def draft_of(database: Database) -> Answer:
    question = "Draft an e-mail to Petra Holm about the price"
    return answer_of(ask(database, Recollection(), question, Context(), "ines", today=TODAY))


def test_a_draft_tells_what_a_person_corrected(holm: Database) -> None:
    made = draft_of(holm).draft
    assert made is not None
    assert "$5,100" in made.body
    assert "4,500" not in made.body


def test_a_draft_stands_as_the_copilots_and_the_next_one_takes_its_place(holm: Database) -> None:
    made = draft_of(holm).draft
    assert made is not None
    stands = emails.get_email(holm, "call-petra")
    assert (stands.body, stands.edited, stands.by_copilot) == (made.body, False, True)
    with holm.session() as session:
        edits.edit_crm(session, "call-petra", None, {"deal_amount": 5200}, actor="bob")
    again = draft_of(holm).draft
    assert again is not None
    assert again.stored
    assert "$5,200" in emails.get_email(holm, "call-petra").body


def test_a_draft_leaves_a_persons_words_alone(holm: Database) -> None:
    seen = emails.get_email(holm, "call-petra")
    emails.save(holm, seen, seen.subject, "My own words.", "ines")
    made = draft_of(holm).draft
    assert made is not None
    assert not made.stored
    assert emails.get_email(holm, "call-petra").body == "My own words."
