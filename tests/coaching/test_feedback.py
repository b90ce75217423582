"""What the coach says: by rules over the measures, each remark with its turns."""

from typing import Any

import pytest

from services.coaching.feedback import opportunity, strengths, suggestion
from services.coaching.measures import measure
from services.playbooks.loader import load
from tests.agents import examples
from tests.coaching.hand_counts import CALLS, worked_through


def measured(**changed: Any) -> dict[str, Any]:
    return {**measure(examples.dialogue(), examples.extraction(), load()), **changed}


def worry(handling: str | None) -> dict[str, Any]:
    return {"category": "Price", "raised": [3], "handling": handling, "turns": [4] if handling else []}


@pytest.mark.parametrize("call", CALLS)
def test_every_remark_on_a_whole_call_names_turns_of_it(call: str) -> None:
    state = worked_through(call)
    coaching = state["coaching"]
    remarks = [one for one in [*coaching["strengths"], coaching["opportunity"], coaching["suggestion"]] if one]
    fives = all(one["score"] in (5, None) for one in coaching["measures"]["scorecard"])
    assert coaching["opportunity"] or fives
    assert coaching["suggestion"]
    for remark in remarks:
        assert remark["text"]
        assert remark["turns"]
        assert all(0 <= turn < len(state["dialogue"]) for turn in remark["turns"])


def test_a_worry_that_was_met_is_a_strength_with_both_turns() -> None:
    [first, *_] = strengths(measured(objections=[worry("resolved")]), load())
    assert first == {
        "text": "You met the client's worry about 'price', and the client took your answer.",
        "turns": [3, 4],
    }


def test_a_worry_that_was_passed_over_is_the_first_thing_to_work_on() -> None:
    found = measured(objections=[worry("evaded")])
    assert opportunity(found, load()) == {"text": "The worry about 'price' was passed over.", "turns": [3, 4]}
    told = suggestion(found, load())
    assert told is not None
    assert told["turns"] == [3]
    assert "say it back" in told["text"]


def test_a_call_without_a_fixed_step_is_told_so_unless_the_deal_is_lost() -> None:
    steps = {"number": 1, "with_both": 0, "fixed": [], "open": [6], "needed": True, "left_out": 0}
    told = opportunity(measured(next_steps=steps), load())
    assert told is not None
    assert told["turns"] == [6]
    assert "owner and a day" in told["text"]
    assert opportunity(measured(next_steps=steps | {"needed": False}), load()) != told


def test_what_no_turn_shows_is_not_said() -> None:
    nothing: dict[str, Any] = {"number": 0, "with_both": 0, "fixed": [], "open": [], "needed": True, "left_out": 0}
    told = opportunity(measured(next_steps=nothing, phases=[], objections=[]), load())
    assert told is None or told["turns"]


def test_a_long_monologue_is_told_with_its_words() -> None:
    longest = {"turn": 2, "turns": [2, 4], "words": 240}
    told = opportunity(measured(longest_monologue=longest), load())
    assert told == {"text": "One explanation ran to 240 words before the client said anything.", "turns": [2, 4]}
