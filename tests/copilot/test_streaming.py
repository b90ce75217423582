"""With a model the wording comes word by word: seen while it comes, stopped in the middle, kept though nobody waits."""

import threading
from collections.abc import Callable, Iterator

import pytest

from db.engine import Database
from services.copilot.contract import Facts, Plan, Where
from services.copilot.desk import Desk, Progress
from services.copilot.recollection import Recollection
from services.copilot.thinking import Thinking
from services.settings import Settings
from tests.fake_model import Behaviour, Exchange, FakeModel, resets, running, says, streams, streams_then

QUESTION = "How did the call with Quinton end?"
PLAN = Plan(calls=(Facts(where=Where(clients=("Quinton Abara",)), fields=("outcome",)),))
WORDED = ("The call with Quinton Abara ", "ended with the outcome ", "Won [", "1].\n")


def words_it(wording: Behaviour) -> Behaviour:
    """Plans well, and words as it is told."""

    def behave(exchange: Exchange) -> None:
        asked = exchange.body["messages"][0]["content"]
        (wording if "numbered sentences" in asked else says(PLAN.model_dump_json()))(exchange)

    return behave


@pytest.fixture
def go_on() -> Iterator[threading.Event]:
    """Until it is set, the model waits in the middle of its answer."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def begun(calls: Database, go_on: threading.Event) -> Iterator[tuple[Desk, FakeModel, str, int]]:
    """A question whose answer's first words are there, and the others wait."""

    def waits(exchange: Exchange) -> None:
        go_on.wait(20)
        exchange.events(*({"id": "1", "choices": [{"index": 0, "delta": {"content": one}}]} for one in WORDED[2:]))
        exchange.events({"id": "1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}, "[DONE]")

    with running(words_it(streams_then(waits, *WORDED[:2]))) as model:
        desk = desk_of(calls, model)
        conversation, number = desk.ask(None, QUESTION, "ann")
        yield desk, model, conversation, number
        go_on.set()
        desk.close()


def desk_of(database: Database, model: FakeModel) -> Desk:
    thinking = Thinking.of(database, Settings(openai_base_url=model.url, model="writer"))
    return Desk(database, Recollection(), lambda: thinking)


def until(holds: Callable[[], bool]) -> None:
    """Waits for something that another thread brings about."""
    for _ in range(2_000):
        if holds():
            return
        threading.Event().wait(0.01)
    pytest.fail("It did not come about.")


def at_work(desk: Desk, number: int) -> Progress:
    progress = desk.progress(number)
    assert progress is not None
    return progress


def test_the_first_words_are_seen_while_the_others_are_still_written(
    begun: tuple[Desk, FakeModel, str, int], go_on: threading.Event
) -> None:
    desk, _, conversation, number = begun
    progress = at_work(desk, number)
    until(lambda: "ended with" in progress.text)
    assert progress.text == "The call with Quinton Abara ended with the outcome "
    assert not progress.ended.is_set()
    go_on.set()
    assert progress.ended.wait(20)
    (asked,) = desk.asked(conversation, "ann")
    assert asked.answer is not None
    assert asked.answer.text == "The call with Quinton Abara ended with the outcome Won."
    assert asked.answer.sentences[0].sources
    assert "[" not in progress.text


def test_a_stop_in_the_middle_ends_it(begun: tuple[Desk, FakeModel, str, int], go_on: threading.Event) -> None:
    desk, _, conversation, number = begun
    progress = at_work(desk, number)
    until(lambda: "ended with" in progress.text)
    desk.stop(number)
    go_on.set()
    assert progress.ended.wait(20)
    assert [(each.state, each.answer) for each in desk.asked(conversation, "ann")] == [("stopped", None)]


@pytest.mark.parametrize("wording", [streams_then(resets, *WORDED[:2]), streams("She owes $9,999 to nobody [1].")])
def test_words_that_break_off_or_hold_nothing_are_taken_back(calls: Database, wording: Behaviour) -> None:
    with running(words_it(wording)) as model:
        desk = desk_of(calls, model)
        conversation, number = desk.ask(None, QUESTION, "ann")
        if (progress := desk.progress(number)) is not None:
            assert progress.ended.wait(20)
            assert "9,999" not in progress.text
        (asked,) = desk.asked(conversation, "ann")
        desk.close()
    assert asked.answer is not None
    assert "outcome Won" in asked.answer.text
    assert any("by rules" in note for note in asked.answer.notes)
