"""What models cost, by agent and model, as pages tell it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text

from db import model_calls
from db.engine import Database
from db.model_calls import Usage
from services.model_costs import costs, dollars, summed, unpriced


def note(database: Database, **other: Any) -> None:
    usual: dict[str, Any] = {
        "run_id": "run-1",
        "external_id": "call-1",
        "agent": "Email",
        "task": "write",
        "model": "small",
        "tokens_in": 1000,
        "tokens_out": 100,
        "money": 0.01,
        "seconds": 2.0,
        "outcome": "answered",
    }
    with database.session() as session:
        model_calls.note(session, Usage(**(usual | other)))


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """The SELECTs that the database is asked."""
    found: list[str] = []

    def heard(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            found.append(statement)

    with database.session() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", heard)
    yield found
    event.remove(engine, "before_cursor_execute", heard)


def test_no_question_costs_nothing(database: Database) -> None:
    assert costs(database) == []
    assert costs(database, ["run-1"]) == []


def test_questions_are_told_together_by_agent_and_model_with_what_came_of_them(database: Database) -> None:
    note(database)
    note(database, outcome="remembered", tokens_in=0, tokens_out=0, money=0.0, seconds=0.0)
    note(database, outcome="TooSlow", tokens_in=500, tokens_out=0, money=0.005, seconds=120)
    note(database, agent="Knowledge Analyst", model="large", money=0.5)
    dear, mail = costs(database)

    assert (dear.agent, dear.model, dear.outcome) == ("Knowledge Analyst", "large", "1 answered")
    assert (mail.questions, mail.remembered, dict(mail.failed)) == (3, 1, {"TooSlow": 1})
    assert mail.outcome == "1 answered, 1 remembered, 1 too slow"
    assert (mail.tokens_in, mail.tokens_out, mail.seconds) == (1500, 100, 122.0)
    assert mail.money == pytest.approx(0.015)
    assert summed([dear, mail]) == "4 questions, 2,700 tokens, $0.52"  # 0.515


def test_one_runs_costs_are_its_own(database: Database) -> None:
    note(database)
    note(database, run_id="run-2", agent="Social")
    assert [one.agent for one in costs(database, ["run-2"])] == ["Social"]


def test_a_month_is_this_one(database: Database) -> None:
    note(database)
    with database.session() as session:
        session.execute(text("UPDATE model_calls SET at = at - interval '32 days'"))
    assert costs(database) == []
    assert len(costs(database, ["run-1"])) == 1


def test_a_model_without_a_price_is_named_and_not_counted_in_dollars(database: Database) -> None:
    note(database, money=None)
    (one,) = costs(database)
    assert one.money is None
    assert summed([one]) == "1 question, 1,100 tokens"
    assert unpriced([one]) == "MODEL_PRICES has no price of small, so that is not counted in dollars."


def test_it_is_one_query_however_many_questions_there_are(database: Database, statements: list[str]) -> None:
    for agent in ("Email", "Social", "CRM"):
        note(database, agent=agent)
    statements.clear()
    assert len(costs(database)) == 3
    assert len([each for each in statements if "model_calls" in each]) == 1


@pytest.mark.parametrize(
    ("money", "words"),
    [
        (None, ""),
        (0.0, "$0.00"),
        (0.00001, "under $0.0001"),
        (0.0123, "$0.0123"),
        (3.456, "$3.46"),
        (1234.5, "$1,234.50"),
    ],
)
def test_dollars_are_told_as_precisely_as_they_are_worth(money: float | None, words: str) -> None:
    assert dollars(money) == words
