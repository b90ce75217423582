"""The objections: how often, where, which answers led to wins, and the words of each."""

from typing import Any

from db import edits
from db.engine import Database
from services import objections
from services.objections import UNKNOWN, Found, Group, Objections
from services.overview import FactFilter
from tests.called import call, said, store


def seen(database: Database, by: Group = "phase", **asked: Any) -> Objections:
    return objections.look(database, FactFilter(**asked), by)


def test_an_objection_counts_once_a_call_and_every_time_it_was_raised(database: Database) -> None:
    store(
        database,
        call("a", "Ann", objections={"Price": [1, 2], "Timing": [2]}),
        call("b", "Ben", objections={"Price": [2]}),
        call("c", "Cy"),
    )
    found = seen(database)
    assert found.found == (Found("Price", 2, 3), Found("Timing", 1, 1))
    assert (found.calls, found.with_any, found.left_out) == (3, 2, 0)
    assert found.split == {
        ("Price", "objection/rebuttal"): 2,
        ("Price", "comparing price"): 1,
        ("Timing", "objection/rebuttal"): 1,
    }
    assert found.groups == ("comparing price", "objection/rebuttal")  # in the playbook's order


def test_calls_are_split_by_product_adviser_and_outcome(database: Database) -> None:
    store(
        database,
        call("a", "Ann", objections={"Price": [2]}, products=["Will", "Deed Transfer"], outcome="Won"),
        call("b", "Ben", objections={"Price": [2]}, products=[], adviser="Ida Roe", outcome=None),
    )
    assert seen(database, "product").split == {
        ("Price", "Will"): 1,
        ("Price", "Deed Transfer"): 1,
        ("Price", UNKNOWN): 1,
    }
    assert seen(database, "adviser").split == {("Price", "Nora Quist"): 1, ("Price", "Ida Roe"): 1}
    assert seen(database, "outcome").split == {("Price", "Won"): 1, ("Price", UNKNOWN): 1}


def test_an_objection_that_no_words_support_is_left_out_and_told(database: Database) -> None:
    row = call("a", objections={"Price": [2]})
    row["crm_data"]["objections"].append("Timing")
    store(database, row)
    found = seen(database)
    assert ([each.name for each in found.found], found.left_out) == (["Price"], 1)


def test_what_a_person_says_of_the_objections_stands(database: Database) -> None:
    store(database, call("a", objections={"Price": [2]}))
    with database.session() as session:
        edits.edit_crm(session, "a", None, {"objections": ["Timing"]}, actor="ines")
    assert [each.name for each in seen(database).found] == ["Timing"]
    (one,) = objections.said(database, FactFilter(), "Timing")
    assert (one.turn, one.quotes) == (None, ())


def test_an_answers_wins_are_those_of_the_clients_latest_deals(database: Database) -> None:
    raised: dict[str, Any] = {"objections": {"Price": [2]}}
    store(
        database,
        call("a1", "Ann", day="2026-03-01", handlings={"Price": "answered"}, **raised),
        call("a2", "Ann", day="2026-04-01", outcome="Won"),
        call("b1", "Ben", handlings={"Price": "answered"}, outcome="Lost", **raised),
        call("c1", "Cy", handlings={"Price": "evaded"}, **raised),
    )
    told = {(each.objection, each.handling): each for each in seen(database).answers}
    assert (told["Price", "answered"].wins.won, told["Price", "answered"].wins.lost) == (1, 1)
    assert (told["Price", "evaded"].wins.n, told["Price", "evaded"].open) == (0, 1)


def test_a_client_who_was_answered_twice_counts_with_the_last_answer(database: Database) -> None:
    raised: dict[str, Any] = {"objections": {"Price": [2]}}
    store(
        database,
        call("a1", day="2026-03-01", handlings={"Price": "evaded"}, **raised),
        call("a2", day="2026-04-01", handlings={"Price": "resolved"}, outcome="Won", **raised),
    )
    (answer,) = seen(database).answers
    assert (answer.handling, answer.wins.won, answer.wins.n) == ("resolved", 1, 1)


def test_the_words_come_with_their_turn_and_their_answer(database: Database) -> None:
    store(database, call("a", "Ann", objections={"Price": [2]}, handlings={"Price": "answered"}, outcome="Won"))
    (one,) = objections.said(database, FactFilter(), "Price")
    assert (one.client, one.turn, one.phase, one.outcome) == ("Ann", 2, "objection/rebuttal", "Won")
    assert (one.quotes, one.handling, one.answer) == ((said(2),), "answered", ((3, said(3)),))


def test_the_words_of_one_bar_are_those_of_its_calls(database: Database) -> None:
    store(
        database,
        call("a", "Ann", objections={"Price": [1]}, handlings={"Price": "answered"}),
        call("b", "Ben", objections={"Price": [2]}, products=[]),
    )

    def clients(**asked: Any) -> list[str]:
        return [one.client for one in objections.said(database, FactFilter(), "Price", **asked)]

    assert clients(by="phase", group="comparing price") == ["Ann"]
    assert clients(by="product", group="Will") == ["Ann"]
    assert clients(by="product", group=UNKNOWN) == ["Ben"]
    assert clients(by="outcome", group="Pending") == ["Ben", "Ann"]
    assert clients(handling="answered") == ["Ann"]
    assert clients(by="adviser", group="Nobody") == []
