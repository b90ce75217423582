"""The trust meter: what people's words make of the values that minds gave."""

import math
from typing import Any

import pytest

from db import edits
from db.engine import Database
from services import conflicts, trust
from services.errors import InvalidValue
from services.minds import Mind
from services.trust import Trust, wilson
from tests.example_rows import BUILTIN, run_says

MODEL = Mind("model", "model", "7", "1" * 16)
POST = {"posts": [{"channel": "x", "text": "Words.", "state": "draft"}]}


def run(database: Database, key: str, mind: Mind = BUILTIN, **crm: Any) -> None:
    run_says(database, {"external_id": key, "crm_data": crm}, mind=mind)


def says(database: Database, key: str, **values: Any) -> None:
    with database.session() as session:
        edits.edit_crm(session, key, None, values, actor="bo")


def of(database: Database, field: str, mind: str = "builtin") -> Trust | None:
    return next((one for one in trust.meter(database) if (one.field, one.mind) == (f"crm_data.{field}", mind)), None)


def counts(one: Trust | None) -> tuple[int, ...]:
    assert one is not None
    return one.confirmed, one.changed, one.blanked, one.filled, one.conflicts


def test_a_value_that_nobody_touched_is_no_evidence(database: Database) -> None:
    run(database, "A", deal_amount=4500)
    assert trust.meter(database) == []


def test_every_verdict_is_counted_in_its_class(database: Database) -> None:
    for key, given, theirs in (
        ("A", 4500, 4500),
        ("B", 4500, 4500.0),
        ("C", 4500, 4200),
        ("D", 4500, None),
        ("E", None, 4200),
        ("F", None, None),
    ):
        run(database, key, deal_amount=given)
        says(database, key, deal_amount=theirs)
    found = of(database, "deal_amount")
    assert counts(found) == (3, 1, 1, 1, 0)
    assert found is not None
    assert (found.n, found.rate) == (6, 0.5)


def test_a_persons_last_word_counts_alone(database: Database) -> None:
    run(database, "A", deal_amount=4500)
    says(database, "A", deal_amount=1)
    says(database, "A", deal_amount=4500)
    assert counts(of(database, "deal_amount")) == (1, 0, 0, 0, 0)


def test_giving_a_field_back_withdraws_the_verdict(database: Database) -> None:
    run(database, "A", deal_amount=4500)
    says(database, "A", deal_amount=1)
    with database.session() as session:
        edits.restore_crm(session, "A", None, ["deal_amount"], actor="bo")
    assert of(database, "deal_amount") is None


def test_a_word_where_no_run_had_spoken_is_no_verdict(database: Database) -> None:
    run(database, "A", outcome="Won")
    says(database, "A", deal_amount=1)
    assert trust.meter(database) == []


def test_minds_are_judged_apart(database: Database) -> None:
    run(database, "A", deal_amount=4500)
    run(database, "B", MODEL, deal_amount=4500)
    says(database, "A", deal_amount=4500)
    says(database, "B", deal_amount=1)
    assert counts(of(database, "deal_amount")) == (1, 0, 0, 0, 0)
    assert counts(of(database, "deal_amount", "model")) == (0, 1, 0, 0, 0)


def test_a_posts_state_is_no_verdict_on_its_words(database: Database) -> None:
    run_says(database, {"external_id": "A", "social_content": POST})
    with database.session() as session:
        edits.edit_post(session, "A", None, "x", state="approved", actor="bo")
    assert [(one.field, one.confirmed, one.changed) for one in trust.meter(database)] == [("social_content.x", 1, 0)]


@pytest.mark.parametrize(("way", "expected"), [("keep", (0, 1)), ("take", (1, 0)), ("other", (0, 1))])
def test_a_conflict_counts_against_the_mind_that_spoke_last_open_and_settled_in_whatever_way(
    database: Database, way: str, expected: tuple[int, int]
) -> None:
    run(database, "A", deal_amount=4500)
    says(database, "A", deal_amount=4200)
    run(database, "A", MODEL, deal_amount=5000)
    assert counts(of(database, "deal_amount"))[-1] == 0
    (one,) = conflicts.of_call(database, "A")
    with database.session() as session:  # somebody spoke of the model's value elsewhere, so that it has a verdict
        run_says(database, {"external_id": "B", "crm_data": {"deal_amount": 1}}, mind=MODEL)
        edits.edit_crm(session, "B", None, {"deal_amount": 1}, actor="bo")
    assert counts(of(database, "deal_amount", "model")) == (1, 0, 0, 0, 1)
    if way == "other":
        conflicts.write_other(database, one, "4,800", "bo")
    else:
        conflicts.settle(database, one, "keep" if way == "keep" else "take", "bo")
    assert counts(of(database, "deal_amount", "model")) == (1 + expected[0], expected[1], 0, 0, 1)
    assert counts(of(database, "deal_amount")) == (0, 1, 0, 0, 0)


def test_saying_something_else_of_the_same_value_is_no_conflict(database: Database) -> None:
    run(database, "A", deal_amount=4500)
    says(database, "A", deal_amount=4200)
    says(database, "A", deal_amount=4300)
    run(database, "A", MODEL, deal_amount=4500)
    says(database, "A", deal_amount=4400)
    assert counts(of(database, "deal_amount", "model")) == (0, 1, 0, 0, 0)


# After Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
@pytest.mark.parametrize(
    ("confirmed", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_wilsons(confirmed: int, n: int, low: float, high: float) -> None:
    assert wilson(confirmed, n) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_nothing_is_everything_and_never_leaves_0_to_1() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    for n in range(1, 60):
        for confirmed in range(n + 1):
            low, high = wilson(confirmed, n)
            assert 0 <= low <= confirmed / n <= high + 1e-12 <= 1 + 1e-12
            assert math.isclose(low, 1 - wilson(n - confirmed, n)[1], abs_tol=1e-12)


def test_a_threshold_marks_what_may_lie_below_it_until_it_is_taken_away(database: Database) -> None:
    run(database, "A", deal_amount=4500, outcome="Won")
    says(database, "A", deal_amount=4500, outcome="Won")
    assert trust.to_look_at(trust.meter(database)) == frozenset()
    trust.set_threshold(database, "crm_data.deal_amount", 0.9, "bo")
    assert trust.thresholds(database) == {"crm_data.deal_amount": 0.9}
    assert trust.to_look_at(trust.meter(database)) == {("deal_amount", "builtin")}
    trust.set_threshold(database, "crm_data.deal_amount", 0.2, "bo")
    assert trust.to_look_at(trust.meter(database)) == frozenset()
    trust.set_threshold(database, "crm_data.deal_amount", None, "bo")
    assert trust.thresholds(database) == {}


@pytest.mark.parametrize("least", [0, -0.1, 1.01, math.nan])
def test_a_threshold_outside_0_to_1_is_refused(database: Database, least: float) -> None:
    with pytest.raises(InvalidValue):
        trust.set_threshold(database, "crm_data.deal_amount", least, "bo")
    assert trust.thresholds(database) == {}
