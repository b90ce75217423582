"""Conversations: each person's own, worked on in a thread, stored though nobody waits, stoppable, erasable."""

import threading
from collections.abc import Iterator

import pytest

from db import conversations as stored
from db.engine import Database, Session
from services import erasing
from services.copilot import planner
from services.copilot.contract import Plan
from services.copilot.desk import Desk, as_markdown
from services.copilot.recollection import Recollection
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms
from services.errors import InvalidValue, NotFound


@pytest.fixture
def desk(calls: Database) -> Iterator[Desk]:
    made = Desk(calls, Recollection())
    yield made
    made.close()


def finished(desk: Desk, question: int) -> None:
    if (progress := desk.progress(question)) is not None:
        assert progress.ended.wait(20)


def test_an_answer_is_stored_though_nobody_waits(desk: Desk) -> None:
    conversation, number = desk.ask(None, "What is the estate value of Petra Lindholm?", "ann")
    finished(desk, number)
    (asked,) = desk.asked(conversation, "ann")
    assert asked.state == "answered"
    assert asked.answer is not None
    assert "$900,000" in asked.answer.text
    assert [row.title for row in desk.conversations("ann")] == ["What is the estate value of Petra Lindholm?"]


def test_the_next_question_knows_the_one_before(desk: Desk) -> None:
    conversation, number = desk.ask(None, "What is the estate value of Petra Lindholm?", "ann")
    finished(desk, number)
    _, number = desk.ask(conversation, "And her husband?", "ann")
    finished(desk, number)
    assert "Olof" in str(desk.asked(conversation, "ann")[1].answer)


def test_work_that_ends_while_the_page_is_read_is_nobody_elses(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, plans, reads = threading.Event(), planner.plan, stored.questions

    def slow(it: Understood, terms: Terms) -> Plan:
        assert go_on.wait(20)
        return plans(it, terms)

    def late(session: Session, conversation: str, actor: str) -> list[stored.QuestionRow]:
        rows = reads(session, conversation, actor)
        go_on.set()
        finished(desk, number)
        return rows

    monkeypatch.setattr(planner, "plan", slow)
    conversation, number = desk.ask(None, "What is the estate value of Petra Lindholm?", "ann")
    monkeypatch.setattr(stored, "questions", late)
    (asked,) = desk.asked(conversation, "ann")
    assert asked.state == "working"
    assert asked.progress is not None
    assert asked.progress.ended.is_set()


def test_a_conversation_is_its_persons_own(desk: Desk) -> None:
    conversation, number = desk.ask(None, "How many clients do we have?", "ann")
    finished(desk, number)
    assert desk.conversations("ben") == []
    with pytest.raises(NotFound):
        desk.asked(conversation, "ben")
    with pytest.raises(NotFound):
        desk.ask(conversation, "And calls?", "ben")
    desk.remove(conversation, "ben")
    assert desk.conversations("ann")


def test_a_stopped_question_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    plan = planner.plan

    def slowly(it: Understood, terms: Terms) -> Plan:
        begun.set()
        go_on.wait(20)
        return plan(it, terms)

    monkeypatch.setattr(planner, "plan", slowly)
    conversation, number = desk.ask(None, "How many calls are there?", "ann")
    assert begun.wait(20)
    progress = desk.progress(number)
    assert progress is not None
    desk.stop(number)
    go_on.set()
    assert progress.ended.wait(20)
    assert [(each.state, each.answer) for each in desk.asked(conversation, "ann")] == [("stopped", None)]


def test_a_question_has_words_and_not_too_many(desk: Desk) -> None:
    for words in ("  ", "x" * 2000):
        with pytest.raises(InvalidValue):
            desk.ask(None, words, "ann")


def test_an_erased_call_is_blanked_in_answers(desk: Desk, calls: Database) -> None:
    conversation, number = desk.ask(None, "What did Petra Lindholm say about the lighthouse?", "ann")
    finished(desk, number)
    other, number = desk.ask(None, "What is Quinton's deal amount?", "ann")
    finished(desk, number)
    erasing.erase(calls, "petra", "ann")
    (asked,) = desk.asked(conversation, "ann")
    assert asked.answer is not None
    assert "lighthouse" not in asked.answer.model_dump_json()
    assert "petra" not in asked.answer.model_dump_json()
    assert "$3,000" in str(desk.asked(other, "ann")[0].answer)


def test_the_export_holds_words_that_no_reader_takes_for_anything_else(desk: Desk) -> None:
    conversation, number = desk.ask(None, "# <b>What</b> did Petra Lindholm say about the lighthouse?", "ann")
    finished(desk, number)
    told = as_markdown("A [link](x)", desk.asked(conversation, "ann"))
    assert "A \\[link\\]\\(x\\)" in told
    assert "<b>" not in told.replace("\\<b\\>", "")
    assert "turn 4" in told
    assert "lighthouse" in told
