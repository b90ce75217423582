"""What answers are made of beside figures: next steps by their day, and calls that can't be counted."""

from datetime import date
from typing import Any

import pytest

from db import answering, transcripts
from db.analytics import Selection, reading
from db.engine import Database


def step(owner: str, action: str, due_date: str | None = None) -> dict[str, Any]:
    return {"owner": owner, "action": action, "due": due_date, "due_date": due_date}


CALLS: list[dict[str, Any]] = [
    {
        "external_id": "a",
        "crm_data": {
            "client_name": "Ann",
            "meeting_date": "2026-03-01",
            "next_steps": [step("advisor", "Send it", "2026-03-05"), step("client", "Sign it")],
        },
        "dialogue": [{"text": "Hello"}],
    },
    {"external_id": "b", "crm_data": {"next_steps": [step("client", "Call back", "2026-03-02")]}, "dialogue": []},
    {"external_id": "c", "crm_data": {"next_steps": "an older system's words"}},
]


@pytest.fixture
def calls(database: Database) -> Database:
    with database.session() as session:
        transcripts.upsert_many(session, CALLS)
    return database


@pytest.mark.parametrize(
    ("asked", "actions"),
    [
        ({}, ["Call back", "Send it", "Sign it"]),
        ({"owner": "client"}, ["Call back", "Sign it"]),
        ({"due_from": date(2026, 3, 3)}, ["Send it"]),
        ({"due_to": date(2026, 3, 2)}, ["Call back"]),
        ({"limit": 1}, ["Call back"]),
    ],
)
def test_next_steps_come_by_their_day(calls: Database, asked: dict[str, Any], actions: list[str]) -> None:
    with calls.session() as session, reading(session):
        found, total = answering.steps(session, Selection(), **asked)
    assert [each.step["action"] for each in found] == actions
    assert total == (3 if "limit" in asked else len(actions))


def test_calls_that_nobody_can_count_are_counted_apart(calls: Database) -> None:
    with calls.session() as session, reading(session):
        assert answering.unreadable(session, Selection()) == 1
        assert answering.undated(session, Selection()) == 2


def test_the_calls_behind_an_answer_are_found_by_their_ids(calls: Database) -> None:
    with calls.session() as session, reading(session):
        found = answering.calls_behind(session, ["a", "nobody"])
    assert list(found) == ["a"]
    assert found["a"].client_name == "Ann"
