"""The floors that the builtin analyst keeps on the labelled calls. `make eval` prints all figures."""

from typing import Any

import pytest

from bench.accuracy import halves, score


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return score(halves()["all"])


def test_every_labelled_call_is_read_turn_by_turn(figures: dict[str, Any]) -> None:
    assert figures["analysed"] == figures["calls"] == 50
    assert figures["turn count"] == 1.0
    assert figures["header"] >= 0.95


def test_every_claimed_value_has_words_that_stand_in_the_call(figures: dict[str, Any]) -> None:
    assert figures["grounded"] == 1.0


def test_what_was_stated_is_found_and_little_is_invented(figures: dict[str, Any]) -> None:
    assert figures["found"] >= 0.78
    assert figures["invented"] <= 0.05
