"""When two calls disagree: what means the same in another form does not, and an answer counts for its values alone."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.said import ValueRow
from db.settled_facts import Answer, SettledRow
from services.call_view import QuoteView
from services.deal_fields import current
from services.disagreeing import CallName, Saying, Story, same, story

START = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("estate_value", 900_000, 900_000.0),
        ("estate_value", 900_000.001, 900_000),
        ("children_count", 3, 3.0),
        ("client_state", "OH", "oh"),
        ("client_state", "OH", "Ohio"),
        ("real_estate_locations", ["OH", "FL"], ["Florida", "OH"]),
        ("business_interests", ["Finch Bakery LLC"], ["the Finch Bakery"]),
        ("business_interests", ["A Shop", "B Shop"], ["B Shop", "A Shop", "a shop"]),
        ("spouse_name", "Jens", "Jens Holm"),
        ("spouse_name", "José Núñez", "jose nunez"),
        ("spouse_name", "Mr. Jens Holm", "Jens Holm"),
        ("client_phone", "(614) 555-0101", "+1 614 555 0101"),
        ("marital_status", "Married", "married"),
    ],
)
def test_another_form_of_the_same_is_no_disagreement(field: str, one: Any, other: Any) -> None:
    assert same(current().by_name[field], one, other)
    assert same(current().by_name[field], other, one)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("estate_value", 900_000, 950_000),
        ("children_count", 0, 1),
        ("client_state", "OH", "OK"),
        ("real_estate_locations", ["OH"], ["OH", "FL"]),
        ("business_interests", ["Finch Bakery"], ["Finch Garage"]),
        ("spouse_name", "Jens Holm", "Jens Berg"),
        ("spouse_name", "李明", "王芳"),
        ("client_phone", "614 555 0101", "614 555 0102"),
        ("marital_status", "Married", "Separated"),
        ("estate_value", 900_000, None),
    ],
)
def test_another_meaning_is_one(field: str, one: Any, other: Any) -> None:
    assert not same(current().by_name[field], one, other)


def said(call: int, value: Any, *, human: bool = False, state: Any = "verified", day: int = 0) -> Saying:
    at = START + timedelta(days=day or call)
    row = ValueRow(
        call * 100 + (50 if human else 0), call, uuid.UUID(int=1), "crm_data.children_count", value, None,
        "human" if human else "builtin", "edit" if human else "run", None if human else state, None, None, None,
        None, None, None, None, "ann", at,
    )  # fmt: skip
    name = CallName(call, f"c{call}", 1, f"2026-03-0{call}", f"Call {call}")
    quotes = () if human else (QuoteView(0, "words"),)
    return Saying(name, "children_count", value, None if human else state, quotes, human, "ann", at, row)


def answered(number: int, answer: Answer, older: Saying, newer: Saying, day: int = 20) -> SettledRow:
    at = START + timedelta(days=day)
    return SettledRow(number, "children_count", answer, None, None, "ann", at, older.row, newer.row)


def told(*sayings: Saying, answers: tuple[SettledRow, ...] = ()) -> Story:
    return story(current().by_name["children_count"], sayings, answers)


ONE, TWO, THREE = said(1, 2), said(2, 3), said(3, 4)


def test_the_newest_supported_value_stands_until_somebody_answers() -> None:
    found = told(ONE, TWO)
    assert found.standing == TWO
    assert found.open
    assert (found.open.older, found.open.newer, found.open.more) == (ONE, TWO, 0)


def test_the_same_again_is_no_disagreement_and_the_newest_stands() -> None:
    again = said(2, 2.0)
    assert told(ONE, again) == Story(again, None)


def test_an_unsupported_claim_neither_stands_nor_disagrees() -> None:
    claim = said(2, 9, state="unsupported")
    assert told(ONE, claim) == Story(ONE, None)
    assert told(claim).standing is None


def test_a_persons_word_stands_against_a_later_run_and_is_asked_about() -> None:
    mine = said(1, 2, human=True)
    found = told(mine, TWO)
    assert found.standing == mine
    assert found.open
    assert found.open.newer == TWO


def test_a_later_persons_word_stands_over_an_earlier_ones() -> None:
    earlier, later = said(1, 2, human=True), said(2, 3, human=True)
    found = told(earlier, later)
    assert found.standing == later
    assert found.open


@pytest.mark.parametrize(
    ("answer", "stands"),
    [("changed", TWO), ("corrected", TWO), ("older_misheard", TWO), ("newer_misheard", ONE)],
)
def test_after_an_answer_what_it_says_stands_and_nothing_is_open(answer: Answer, stands: Saying) -> None:
    found = told(ONE, TWO, answers=(answered(1, answer, ONE, TWO),))
    assert (found.standing, found.open) == (stands, None)


@pytest.mark.parametrize("answer", ["changed", "newer_misheard"])
def test_a_third_value_is_asked_about_again_and_does_not_stand_by_itself(answer: Answer) -> None:
    settled = answered(1, answer, ONE, TWO)
    found = told(ONE, TWO, THREE, answers=(settled,))
    right = ONE if answer == "newer_misheard" else TWO
    assert found.standing == right
    assert found.open
    assert (found.open.older, found.open.newer) == (right, THREE)
    second = answered(2, "changed", right, THREE)
    assert told(ONE, TWO, THREE, answers=(settled, second)).standing == THREE


def test_a_rerun_that_says_a_third_value_in_the_same_call_is_asked_about() -> None:
    settled = answered(1, "changed", ONE, TWO)
    assert told(ONE, said(2, 7), answers=(settled,)).open


def test_the_first_value_said_again_after_it_changed_is_asked_about() -> None:
    back = said(3, 2)
    found = told(ONE, TWO, back, answers=(answered(1, "changed", ONE, TWO),))
    assert found.open
    assert (found.open.older, found.open.newer) == (TWO, back)


def test_of_several_disagreements_the_earliest_is_asked_first() -> None:
    found = told(ONE, TWO, THREE)
    assert found.open
    assert (found.open.older, found.open.newer, found.open.more) == (ONE, TWO, 1)
    assert found.standing == THREE


def test_an_answer_does_not_count_against_what_a_person_writes_later() -> None:
    settled = answered(1, "newer_misheard", ONE, TWO)
    mine = said(2, 3, human=True, day=30)
    found = told(ONE, mine, answers=(settled,))
    assert found.open
    assert found.standing == mine


def test_the_last_of_two_answers_counts() -> None:
    answers = answered(1, "changed", ONE, TWO), answered(2, "newer_misheard", ONE, TWO)
    assert told(ONE, TWO, answers=answers).standing == ONE
