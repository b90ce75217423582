"""Figures over calls: what they count, what they leave out, and that nothing can be written by the way."""

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from db import analytics, transcripts
from db.analytics import Condition, Figure, Group, Measure, Selection
from db.engine import Database


def call(name: str, **crm: Any) -> dict[str, Any]:
    adviser = crm.pop("adviser", "Nora Quist")
    speakers = [{"name": adviser, "side": "advisor"}, {"name": crm["client_name"], "side": "client"}]
    return {"external_id": name, "crm_data": crm, "call": {"speakers": speakers}}


CALLS = [
    call("a", client_name="Ann", deal_amount=3000, outcome="Won", client_state="OH", products_discussed=["Will"],
         objections=["Price"], meeting_date="2026-03-01", children_count=2),
    call("b", client_name="Ben", deal_amount=5000, outcome="Lost", client_state="OH", meeting_date="2026-03-09",
         products_discussed=["Will", "Trust"], objections=["Price", "Timing"], adviser="Ida Roe"),
    call("c", client_name="Cy", deal_amount=None, outcome="Won", client_state="TX", meeting_date="2026-04-02"),
    call("d", client_name="Dee", deal_amount="about 4k", outcome=None, meeting_date=None, objections="odd"),
    call("e", client_name="Ann", client_state="OH", deal_amount=4000, outcome="Won", meeting_date="2026-05-05"),
]  # fmt: skip


@pytest.fixture
def calls(database: Database) -> Database:
    """Five calls of four clients; one amount is in words, one was not said."""
    with database.session() as session:
        transcripts.upsert_many(session, CALLS)
    return database


def asked(calls: Database, wanted: Selection, measure: Measure, field: str | None = None) -> Figure:
    with calls.session() as session, analytics.reading(session):
        return analytics.figure(session, wanted, measure, field)


@pytest.mark.parametrize(
    ("measure", "value"),
    [("sum", 12_000), ("average", 4000), ("median", 4000), ("lowest", 3000), ("highest", 5000), ("count", 5)],
)
def test_a_figure_says_what_it_stands_on(calls: Database, measure: Measure, value: float) -> None:
    found = asked(calls, Selection(), measure, "deal_amount")
    assert found == Figure(value, calls=5, known=3, missing=1, unread=1)


def test_of_no_call_there_is_no_sum(calls: Database) -> None:
    assert asked(calls, Selection(outcomes=["Pending"]), "sum", "deal_amount") == Figure(None, 0, 0, 0, 0)


def test_a_client_with_two_calls_counts_with_the_latest(calls: Database) -> None:
    assert asked(calls, Selection(latest=True), "sum", "deal_amount").value == 9000
    assert asked(calls, Selection(latest=True, products=["Will"]), "sum", "deal_amount").value == 8000


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("outcome", {"Won": 3, "Lost": 1, None: 1}),
        ("product", {"Will": 2, "Trust": 1, None: 3}),
        ("objection", {"Price": 2, "Timing": 1, None: 3}),
        ("adviser", {"Nora Quist": 4, "Ida Roe": 1}),
        ("state", {"OH": 3, "TX": 1, None: 1}),
        ("month", {"2026-03": 2, "2026-04": 1, "2026-05": 1, None: 1}),
        ("client", {"Ann": 2, "Ben": 1, "Cy": 1, "Dee": 1}),
    ],
)
def test_calls_are_counted_by_group(calls: Database, by: Group, groups: dict[str | None, int]) -> None:
    with calls.session() as session:
        found = analytics.grouped(session, Selection(), by, "count")
    assert {key: figure.calls for key, figure in found} == groups
    assert [figure.calls for _, figure in found] == sorted(groups.values(), reverse=True)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Selection(products=["Trust", "Deed"]), "b"),
        (Selection(objections=["Price"], outcomes=["Won"]), "a"),
        (Selection(states=["OH"]), "abe"),
        (Selection(advisers=["Ida Roe"]), "b"),
        (Selection(external_ids=["c", "a", "nobody"]), "ac"),
        (Selection(external_ids=[]), ""),
        (Selection(where=[Condition("deal_amount", "at least", 4000)]), "be"),
        (Selection(where=[Condition("deal_amount", "below", 4000.5)]), "ae"),
        (Selection(where=[Condition("deal_amount", "not said")]), "c"),
        (Selection(where=[Condition("children_count", "said")]), "a"),
        (Selection(where=[Condition("children_count", "is", 2)]), "a"),
        (Selection(where=[Condition("client_name", "is", "ann")]), "ae"),
        (Selection(where=[Condition("products_discussed", "contains", "tru")]), "b"),
        (Selection(where=[Condition("client_name", "contains", "%")]), ""),
        (Selection(where=[Condition("products_discussed", "holds", "Will")]), "ab"),
        (Selection(where=[Condition("products_discussed", "lacks", "Will")]), "cde"),
        (Selection(where=[Condition("outcome", "is not", "Won")]), "bd"),
        (Selection(where=[Condition("products_discussed", "above", 1)]), "b"),
    ],
)
def test_calls_are_chosen_by_what_was_said(calls: Database, wanted: Selection, names: str) -> None:
    with calls.session() as session:
        found = analytics.matching(session, wanted)
    assert "".join(sorted(each.external_id for each in found)) == names


def test_calls_come_with_the_fields_that_are_asked_for_in_the_order_that_is(calls: Database) -> None:
    with calls.session() as session:
        found = analytics.matching(session, Selection(), ["outcome"], limit=2, sort="-deal_amount")
        assert analytics.advisers(session) == ["Ida Roe", "Nora Quist"]
    assert [(each.client_name, each.values) for each in found] == [
        ("Ben", {"outcome": "Lost"}),
        ("Ann", {"outcome": "Won"}),
    ]


def test_nothing_is_written_while_figures_are_asked_for(calls: Database) -> None:
    with pytest.raises(DBAPIError, match="read-only"), calls.session() as session, analytics.reading(session):
        transcripts.upsert_many(session, [call("f", client_name="Eve")])
