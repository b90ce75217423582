"""Whose word stands in a field, and what it rests on."""

from typing import Any

import pytest

from db import edits
from db.engine import Database
from services import standing
from services.errors import NotFound
from services.minds import Mind
from services.standing import Standing
from tests.example_rows import petra, run_says, store

OTHER_MIND = Mind("model", "other", "7", "1" * 16)
AMOUNT = standing.crm_path("deal_amount")


def say(database: Database, value: Any, kind: edits.Kind = "edit") -> None:
    with database.session() as session:
        edits.say(session, "call-petra", None, {AMOUNT: value}, actor="ann", kind=kind)


def of_amount(database: Database) -> Standing:
    return standing.of_call(database, "call-petra")[AMOUNT]


def test_a_runs_value_has_its_proof_and_no_mark(database: Database) -> None:
    store(database, petra())
    found = of_amount(database)
    assert (found.mark, found.who, found.state) == (None, None, "verified")
    assert [(quote.turn, quote.words) for quote in found.quotes] == [(4, "forty-five hundred dollars")]


def test_a_persons_value_has_their_name_and_no_proof_of_another_value(database: Database) -> None:
    store(database, petra())
    say(database, 5200)
    found = of_amount(database)
    assert (found.mark, found.who, found.state, found.quotes) == ("edited", "ann", None, ())


@pytest.mark.parametrize("kind", ["confirm", "keep", "take"])
def test_a_confirmed_value_keeps_the_proof_of_the_run_that_said_it(database: Database, kind: edits.Kind) -> None:
    store(database, petra())
    say(database, 4500, kind)
    found = of_amount(database)
    assert (found.mark, found.state) == ("confirmed", "verified")


def test_a_confirmed_value_that_a_later_run_contradicts_still_has_its_own_proof(database: Database) -> None:
    store(database, petra())
    say(database, 4500, "confirm")
    run_says(database, petra(deal_amount=3995), run_id="run-2", mind=OTHER_MIND)
    found = of_amount(database)
    assert (found.mark, found.who, found.state) == ("conflict", "ann", "verified")


def test_a_value_given_back_is_the_runs_again(database: Database) -> None:
    store(database, petra())
    say(database, 5200)
    with database.session() as session:
        edits.restore(session, "call-petra", None, [AMOUNT], actor="ann")
    assert (of_amount(database).mark, of_amount(database).who) == (None, None)


def test_a_call_that_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        standing.of_call(database, "nowhere")
