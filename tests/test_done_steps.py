"""A next step that a person marked as done: the mark goes with it when it is told in other words."""

import pytest

from db import edits
from db.engine import Database
from services import next_steps_due
from services.overview import FactFilter
from tests.called import call, store

LETTER, CALL_BEN = ("I'll send you the letter about the deed", "2026-01-01"), ("call Ben", "2026-01-02")


def told(database: Database, due: next_steps_due.Due) -> list[str]:
    return [step.action for step in next_steps_due.steps(database, FactFilter(), due)]


def mark(database: Database, words: str) -> None:
    """Somebody says that the step is done which holds these words."""
    step = next(each for each in next_steps_due.steps(database, FactFilter(), "overdue") if words in each.action)
    assert next_steps_due.mark(database, "a", step.key, True, "ines")


@pytest.fixture
def marked(database: Database) -> Database:
    """A call with two steps, of which the letter is done."""
    store(database, call("a", steps=[LETTER, CALL_BEN]))
    mark(database, "letter")
    return database


def test_a_mark_goes_over_to_the_step_as_a_later_run_words_it(marked: Database) -> None:
    store(marked, call("a", steps=[CALL_BEN, ("Send the deed letter to you", "2026-01-01")]))
    assert told(marked, "done") == ["Send the deed letter to you"]
    assert told(marked, "overdue") == ["call Ben"]


def test_a_mark_outlives_two_wordings(marked: Database) -> None:
    store(marked, call("a", steps=[("Send the deed letter to you", "2026-01-01")]))
    store(marked, call("a", steps=[("Mail the deed letter", "2026-01-01")]))
    assert told(marked, "done") == ["Mail the deed letter"]


def test_a_mark_stays_where_a_person_corrects_the_wording(marked: Database) -> None:
    steps = [{"owner": "advisor", "action": "call Ben, please", "due": None, "due_date": "2026-01-02"}]
    mark(marked, "Ben")
    with marked.session() as session:
        edits.edit_crm(session, "a", None, {"next_steps": steps}, actor="omar")
    assert told(marked, "done") == ["call Ben, please"]
    assert told(marked, "overdue") == []


def test_a_mark_does_not_go_over_to_another_step_of_the_same_day(marked: Database) -> None:
    store(marked, call("a", steps=[("Order three appraisals", "2026-01-01")]))
    assert told(marked, "done") == []
    assert told(marked, "overdue") == ["Order three appraisals"]


def test_a_mark_waits_for_its_step_to_come_back(marked: Database) -> None:
    store(marked, call("a", steps=[CALL_BEN]))
    assert told(marked, "done") == []
    store(marked, call("a", steps=[CALL_BEN, ("send the letter about the deed", "2026-01-01")]))
    assert told(marked, "done") == ["send the letter about the deed"]


def test_two_marks_never_go_over_to_one_step(marked: Database) -> None:
    mark(marked, "Ben")
    store(marked, call("a", steps=[("call Ben about the deed letter I'll send you", "2026-01-01")]))
    store(marked, call("a", steps=[LETTER, CALL_BEN]))
    assert len(told(marked, "done")) + len(told(marked, "overdue")) == 2
    assert "I'll send you the letter about the deed" in told(marked, "done")


def test_what_is_open_again_stays_open_when_it_is_told_otherwise(marked: Database) -> None:
    (step,) = next_steps_due.steps(marked, FactFilter(), "done")
    assert next_steps_due.mark(marked, "a", step.key, False, "omar")
    store(marked, call("a", steps=[("Send the deed letter to you", "2026-01-01")]))
    assert told(marked, "overdue") == ["Send the deed letter to you"]
