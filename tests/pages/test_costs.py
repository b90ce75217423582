from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db import model_calls
from db.engine import Database
from db.model_calls import Usage
from pages.parts.costs import line
from services import uploads
from services.model_costs import costs
from services.settings import settings
from tests.pages.conftest import open_at

Visit = Callable[[], AppTest]


@pytest.fixture
def runs_page(dashboard: Visit, database: Database, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Opens the runs page, over a run that waits."""
    monkeypatch.setenv("WORKERS", "external")
    settings.cache_clear()
    uploads.submit(database, "call.txt", b"Dana Firm: How can I help?\nPat Client: I want a trust.\n", {}, "ann")
    return lambda: open_at(dashboard, "runs")


def asked(database: Database, **other: Any) -> None:
    usual: dict[str, Any] = {
        "run_id": "run-1",
        "external_id": None,
        "agent": "Email",
        "task": "write",
        "model": "small_one",
    }
    taken: dict[str, Any] = {"tokens_in": 1000, "tokens_out": 200, "money": 0.25, "seconds": 3.0, "outcome": "answered"}
    with database.session() as session:
        model_calls.note(session, Usage(**(usual | taken | other)))


def labels(page: AppTest) -> list[str]:
    return [each.label.replace("\\", "") for each in page.expander]


def captions(page: AppTest) -> str:
    return "\n".join(each.value for each in page.caption).replace("\\", "")


def test_where_no_model_was_asked_nothing_is_said_of_costs(runs_page: Visit) -> None:
    assert labels(runs_page()) == []


def test_what_models_took_this_month_is_told_by_agent_and_model(
    runs_page: Visit, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_MONEY_PER_MONTH", "20")
    settings.cache_clear()
    asked(database)
    asked(database, run_id=None, agent="Copilot", task="plan", outcome="TooSlow", money=None, model="other")
    page = runs_page()

    assert labels(page) == ["Language models this month: 2 questions, 2,400 tokens, $0.25"]
    sheet = page.dataframe[0].value
    assert list(sheet["agent"]) == ["Email", "Copilot"]
    assert list(sheet["model"]) == ["small_one", "other"]
    assert list(sheet["outcome"]) == ["1 answered", "1 too slow"]
    assert list(sheet["money"]) == ["$0.25", ""]
    assert "MODEL_PRICES has no price of other" in captions(page)
    assert "The most that a month may cost is $20.00" in captions(page)


def test_one_line_of_a_run_tells_all_that_it_took(database: Database) -> None:
    asked(database)
    asked(database, outcome="remembered", tokens_in=0, tokens_out=0, money=0.0, seconds=0.0)
    (one,) = costs(database, ["run-1"])
    assert line(one) == (
        "small_one · 2 questions (1 answered, 1 remembered) · 1,000 tokens in, 200 out · $0.25 · 3.0 s"
    )
