"""The whole chain with a language model: what is stored, what it costs, and that a run ends whatever the model does."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from db import transcripts
from db.transcripts import TranscriptRecord
from services import model_ledger, runs, stages, uploads
from services.database import Database
from services.runs import RunView
from services.settings import settings
from tests.conftest import Rows
from tests.fake_model import Exchange, FakeModel, refuses, running, says, stays_silent
from tests.own_calls import plain, stellar
from tests.working import until, wait_for, worked, working

CALL = "4410027123"  # the id that stellar() calls have
THINKING = {"Knowledge Analyst", "Email", "Social", "Sales Coach", "CRM"}
# By a key of its form, what the model answers an agent.
ANSWERS: dict[str, dict[str, Any]] = {
    "linkedin": {"linkedin": "Plan early.", "facebook": "Plan early.", "x": "Plan early."},
    "our_steps": {
        "subject": "What we agreed", "opening": "Thank you for your time.", "price": "",
        "our_steps": ["I'll send you the engagement letter tonight."], "their_steps": [], "closing": "Just reply.",
    },
    "strengths": {"strengths": [{"text": "You asked what brought them.", "turns": [0]}], "opportunity": None,
                  "suggestion": None},
    "sentences": {"sentences": [
        "The client and his wife Ellen have two kids.", "The price is $3,800.", "The outcome is Won.",
        "He owns a castle in Spain.",
    ]},
}  # fmt: skip
# The price that the client quotes stands in the call as well as the one that was agreed.
FOUND = {
    "children_count": {"value": 2, "quotes": [{"turn": 1, "quote": "we have two kids"}]},
    "deal_amount": {"value": 4000, "quotes": [{"turn": 3, "quote": "four thousand is a lot of money"}]},
    "estate_value": {"value": 9_000_000, "quotes": [{"turn": 1, "quote": "our nine million"}]},
}


def thinks(exchange: Exchange) -> None:
    """Answers every agent in its form."""
    asked = exchange.body["messages"][0]["content"]
    answer = next((answer for key, answer in ANSWERS.items() if f'"{key}"' in asked), FOUND)
    says(json.dumps(answer))(exchange)


@pytest.fixture
def served(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModel]:
    """A model's server that answers well, and a chain that asks it."""
    with running(thinks) as model:
        chosen = {"OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": model.url, "MODEL": "small", "MODEL_TIMEOUT": "30"}
        for name, value in (chosen | {"EMBEDDINGS": "false"}).items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield model


def submitted(database: Database, *calls: bytes) -> list[str]:
    return [uploads.submit(database, f"{number}.txt", call, {}, "Ann") for number, call in enumerate(calls)]


def record_of(database: Database, external_id: str | None = CALL) -> TranscriptRecord:
    with database.session() as session:
        record = transcripts.find(session, external_id or "")
    assert record is not None
    return record


def notes(run: RunView) -> dict[str, str]:
    return {step.agent: step.note for step in run.steps if step.note}


def outcomes(database: Database) -> set[str]:
    with database.session() as session:
        return set(session.scalars(text("SELECT DISTINCT outcome FROM model_calls")))


def test_a_run_thinks_with_the_model_and_the_words_of_the_call_judge_it(database: Database, served: FakeModel) -> None:
    [run] = worked(database, *submitted(database, stellar()))
    assert (run.state, run.error, notes(run)) == ("done", None, {})
    stored = record_of(database)
    assert {name: note["source"] for name, note in stored.minds.items()} == dict.fromkeys(
        ("extraction", "email", "social", "coaching", "summary"), "model"
    )
    found = stored.extracted_data
    assert (found["facts"]["deal_amount"]["value"], found["facts"]["deal_amount"]["source"]) == (3800, "builtin")
    assert found["beside"]["deal_amount"]["value"] == 4000
    assert stored.crm_data["estate_value"] is None
    assert "Ellen have two kids" in stored.crm_data["summary"]
    assert "castle" not in stored.crm_data["summary"]
    assert "engagement letter" in str(stored.email_draft)
    assert {asked.body["model"] for asked in served.asked} == {"small"}


def test_what_the_questions_took_stands_in_the_ledger_and_a_re_run_asks_none(
    database: Database, served: FakeModel
) -> None:
    [first] = worked(database, *submitted(database, stellar()))
    took = model_ledger.spent_by(database, "agent", run_ids=[first.id])
    assert {agent for (agent,) in took} == THINKING
    assert all(spent.tokens_in >= 100 and spent.tokens_out >= 20 for spent in took.values())
    asked, before = len(served.asked), record_of(database)
    [again] = worked(database, *runs.rerun(database, [CALL], "Ann"))
    assert again.state == "done"
    assert len(served.asked) == asked
    assert outcomes(database) == {"answered", "remembered"}
    after = record_of(database)
    assert (after.crm_data, after.email_draft) == (before.crm_data, before.email_draft)


def test_without_its_server_a_run_ends_with_the_analysts_values_and_says_so(
    database: Database, served: FakeModel
) -> None:
    served.die()
    [run] = worked(database, *submitted(database, stellar()))
    assert (run.state, run.error) == ("done", None)
    assert set(notes(run)) == THINKING
    assert all("model" in note for note in notes(run).values())
    alone, stored = stages.analyze("0.txt", stellar()), record_of(database)
    assert stored.extracted_data == alone["extracted_entities"]
    assert (stored.crm_data, stored.email_draft) == (alone["crm_data"], alone["email_draft"])
    assert {note["source"] for note in stored.minds.values()} == {"builtin"}


def test_a_key_that_is_withdrawn_in_the_middle_of_a_batch_costs_no_call(
    database: Database, served: FakeModel, rows: Rows
) -> None:
    served.will(*[thinks] * 7)
    served.usual = refuses(401)
    ended = worked(database, *submitted(database, stellar(), plain(), plain(7)))
    assert {run.state for run in ended} == {"done"}
    assert rows.of("transcripts") == 3
    told = " ".join(note for run in ended for note in notes(run).values())
    assert "Check OPENAI_API_KEY" in told
    assert outcomes(database) - {"remembered"} == {"answered", "ModelRefuses"}


def test_a_chain_that_is_stopped_in_the_middle_of_a_question_asks_it_again(
    database: Database, served: FakeModel
) -> None:
    served.usual = stays_silent
    [run_id] = submitted(database, stellar())
    with working(database):
        until(lambda: bool(served.asked))
        began = time.monotonic()
    assert time.monotonic() - began < 9  # nobody waits for the answer
    assert runs.get(database, run_id).state == "running"
    served.usual = thinks
    with working(database):
        run = wait_for(database, run_id)
    assert (run.state, notes(run)) == ("done", {})
    assert record_of(database).minds["extraction"]["source"] == "model"
