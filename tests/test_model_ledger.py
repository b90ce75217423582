"""What language models took, what may still be spent, and answers that are not asked for twice."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Database
from services import model_ledger
from services.model_faults import BrokenOff, BudgetSpent, ModelRefuses
from tests.asking import LETTER, QUESTION, Asking, asking_of
from tests.fake_model import Exchange, refuses, says, streams, streams_then
from tests.model_cases import GOOD, Facts

PRICES = '{"small": [2.0, 10.0]}'


@pytest.fixture
def asking(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    with asking_of(database, monkeypatch) as made:
        yield made


def test_the_same_question_is_never_asked_twice(asking: Asking) -> None:
    first, again = asking.model().structured(QUESTION, Facts), asking.model().structured(QUESTION, Facts)
    assert (first.value, first.prompt_hash) == (again.value, again.prompt_hash)
    assert (first.remembered, again.remembered) == (False, True)
    assert len(asking.server.asked) == 1
    assert asking.outcomes == ["answered", "remembered"]


def test_a_streamed_answer_is_remembered_as_a_whole(asking: Asking) -> None:
    asking.server.will(streams("Dear ", "Ann"))
    assert list(asking.model().stream(LETTER)) == ["Dear ", "Ann"]
    assert list(asking.model().stream(LETTER)) == ["Dear Ann"]
    assert len(asking.server.asked) == 1
    assert asking.outcomes == ["answered", "remembered"]


@pytest.mark.parametrize(
    "other",
    [{"system": "Who else?"}, {"user": "Ben."}, {"task": "plan"}],
    ids=lambda other: next(iter(other)),
)
def test_another_question_is_asked(asking: Asking, other: dict[str, Any]) -> None:
    model = asking.model(model_plan="large")
    model.structured(QUESTION, Facts)
    model.structured(replace(QUESTION, **other), Facts)
    assert len(asking.server.asked) == 2


def test_a_remembered_answer_that_fits_the_form_no_more_is_asked_for_again(asking: Asking) -> None:
    asking.model().structured(QUESTION, Facts)
    with asking.database.session() as session:
        session.execute(text("UPDATE model_answers SET answer = '[]'"))
    assert not asking.model().structured(QUESTION, Facts).remembered
    assert asking.model().structured(QUESTION, Facts).remembered
    assert len(asking.server.asked) == 2


def calls(asking: Asking) -> list[tuple[Any, ...]]:
    with asking.database.session() as session:
        found = session.execute(text("SELECT tokens_in, tokens_out, money, outcome FROM model_calls ORDER BY id"))
        return [tuple(row) for row in found]


def test_a_question_is_noted_with_its_run_call_agent_and_model(asking: Asking) -> None:
    asking.model().structured(QUESTION, Facts)
    with asking.database.session() as session:
        row = session.execute(text("SELECT * FROM model_calls")).mappings().one()
        kept = session.execute(text("SELECT * FROM model_answers")).mappings().one()
    told = (row["run_id"], row["external_id"], row["agent"], row["task"], row["model"])
    assert told == ("run-1", "call-1", "KnowledgeAnalyst", "extract", "small")
    assert 0 < row["seconds"] < 5
    assert (kept["answer"], kept["external_id"], kept["model"]) == (GOOD, "call-1", "small")


def test_every_attempt_of_a_question_is_paid_for(asking: Asking) -> None:
    asking.server.will(says("{", "length", (100, 64)), says("no", usage=(100, 5)), says(GOOD, usage=(130, 20)))
    asking.model(model_prices=PRICES).structured(QUESTION, Facts)
    assert calls(asking) == [(330, 89, (330 * 2 + 89 * 10) / 1e6, "answered")]


def test_a_model_without_a_price_costs_nobody_knows_what(asking: Asking) -> None:
    model = asking.model()
    asking.ask(model, 1)
    assert calls(asking) == [(100, 20, None, "answered")]
    assert model_ledger.this_month(asking.database).money is None


def test_what_is_remembered_costs_nothing(asking: Asking) -> None:
    model = asking.model(model_prices=PRICES)
    asking.ask(model, 1, 1)
    assert calls(asking)[1] == (0, 0, 0.0, "remembered")


def test_a_fault_is_noted_with_what_it_took(asking: Asking) -> None:
    asking.server.usual = refuses(401)
    with pytest.raises(ModelRefuses):
        asking.ask(asking.model(model_prices=PRICES), 1)
    assert calls(asking) == [(0, 0, 0.0, "ModelRefuses")]


def test_tokens_are_estimated_where_the_server_does_not_tell_them(asking: Asking) -> None:
    asking.server.usual = says(GOOD, usage=None)
    asking.ask(asking.model(), 1)
    asked = sum(len(each["content"]) for each in asking.server.asked[0].body["messages"])
    assert calls(asking) == [(round(asked / 3.2), round(len(GOOD) / 3.2), None, "answered")]


def test_a_stream_is_noted_with_its_tokens(asking: Asking) -> None:
    asking.server.will(streams("Dear ", "Ann"), streams("Dear ", "Ann", usage=False))
    model = asking.model()
    list(model.stream(LETTER))
    list(model.stream(replace(LETTER, user="To Ben.")))
    assert calls(asking) == [(100, 20, None, "answered"), (4, 2, None, "answered")]


def test_a_stream_that_broke_off_is_noted_by_what_had_come(asking: Asking) -> None:
    asking.server.will(streams_then(Exchange.hang_up, "Dear ", "Ann"))
    with pytest.raises(BrokenOff):
        list(asking.model().stream(LETTER))
    assert calls(asking) == [(6, 2, None, "BrokenOff")]


def test_a_run_that_has_used_its_tokens_asks_no_more(asking: Asking) -> None:
    model = asking.model(model_tokens_per_call=240)
    asking.ask(model, 1, 2)
    with pytest.raises(BudgetSpent, match="This run has used its 240 tokens"):
        asking.ask(model, 3)
    asking.ask(model, 3, run_id="run-2")
    asking.ask(model, 4, 5, 6, run_id=None)
    assert len(asking.server.asked) == 6


def test_an_answer_that_is_remembered_is_given_when_the_tokens_are_used_up(asking: Asking) -> None:
    model = asking.model(model_tokens_per_call=100)
    asking.ask(model, 1, 1)
    assert asking.outcomes == ["answered", "remembered"]


def test_a_month_that_has_cost_its_money_asks_no_more(asking: Asking) -> None:
    model = asking.model(model_prices=PRICES, model_money_per_month=0.0006)
    asking.ask(model, 1, 2, run_id=None)
    with pytest.raises(BudgetSpent, match="have cost"):
        asking.ask(model, 3)
    with asking.database.session() as session:
        session.execute(text("UPDATE model_calls SET at = at - interval '1 month'"))
    asking.ask(model, 3)
    assert len(asking.server.asked) == 3


def test_a_limit_of_money_without_a_price_is_no_limit_and_is_refused(asking: Asking) -> None:
    with pytest.raises(BudgetSpent, match="MODEL_PRICES has no price of 'small'"):
        asking.ask(asking.model(model_money_per_month=5), 1)
    assert asking.server.asked == []


def test_sums_are_told_by_agent_and_model(asking: Asking) -> None:
    model = asking.model(model_prices=PRICES, model_write="poet")
    asking.ask(model, 1, 1)
    asking.ask(model, 2, run_id="run-2")
    asking.server.will(streams("Dear ", "Ann"))
    list(model.stream(LETTER))
    told = model_ledger.spent_by(asking.database, "agent", "model", run_ids=["run-1"])
    assert set(told) == {("Email", "poet"), ("KnowledgeAnalyst", "small")}
    small = told["KnowledgeAnalyst", "small"]
    assert (small.questions, small.tokens_in, small.tokens_out, small.money) == (2, 100, 20, 0.0004)
    assert told["Email", "poet"].money is None
    assert model_ledger.this_month(asking.database).questions == 4
