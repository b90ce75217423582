"""The exam: five calls, counted by hand by somebody who had not seen the code (tests/data/coaching/README.md)."""

import pytest

from services.coaching.questions import kinds
from tests.coaching.hand_counts import CALLS, by_hand, by_the_coach, worked_through

COUNTS = [(call, name) for call in CALLS for name in by_hand(call)]


@pytest.mark.parametrize(("call", "name"), COUNTS, ids=lambda value: str(value))
def test_the_coach_counts_as_a_person_does(call: str, name: str) -> None:
    ours, theirs = by_the_coach(call)[name], by_hand(call)[name]
    if isinstance(theirs, float):
        assert ours == pytest.approx(theirs, abs=0.05)
    else:
        assert ours == theirs


def test_all_seventy_eight_counts_are_compared() -> None:
    assert len(COUNTS) == 78


@pytest.mark.parametrize("call", CALLS)
def test_each_measure_names_turns_of_the_side_that_it_is_of(call: str) -> None:
    state = worked_through(call)
    measures, dialogue = state["coaching"]["measures"], state["dialogue"]
    asked, heard = measures["questions"], measures["interruptions"]
    ours = [*asked["open"], *asked["closed"], *heard["by_adviser"], *measures["longest_monologue"]["turns"]]
    assert {dialogue[turn]["side"] for turn in [*ours, *measures["fillers"]["turns"]]} == {"advisor"}
    assert {dialogue[turn]["side"] for turn in heard["by_client"]} <= {"client"}
    for turn in set(asked["open"]):
        assert list(kinds(dialogue[turn]["text"])).count("open") == asked["open"].count(turn)


def test_of_a_call_without_ends_pace_and_silence_are_unknown_and_not_zero() -> None:
    figures = worked_through("price_first_hatcher")["coaching"]["measures"]["figures"]
    assert (figures["pace"], figures["silence_seconds"]) == (None, None)
