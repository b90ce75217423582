"""The order of the agents, and a file worked through all of them with nothing stored."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services import stages
from services.errors import InvalidValue, MissingInput, UnreadableTranscript
from services.faults import Fault
from services.settings import settings
from tests.own_calls import stellar

ALL_AGENTS = [
    "Parser",
    "Structuring",
    "Chunker",
    "Knowledge Analyst",
    "Embedder",
    "Email",
    "Social",
    "Sales Coach",
    "CRM",
    "Persistence",
]


class Step:
    """An agent of the tests: does what it is given to do."""

    def __init__(self, name: str, does: Callable[[dict[str, Any]], dict[str, Any]], *needs: str) -> None:
        self.name = name
        self.needs = frozenset(needs)
        self._does = does

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(0)
        return self._does(data)


def raising(error: Exception) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def does(_data: dict[str, Any]) -> dict[str, Any]:
        raise error

    return does


def test_the_agents_stand_in_the_order_of_the_house() -> None:
    order = [agent.name for stage in stages.stages(embeddings=True) for agent in stage]
    assert [*order, "Persistence"] == list(stages.agent_names()) == ALL_AGENTS


def test_without_embeddings_there_is_no_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")
    settings.cache_clear()
    assert "Embedder" not in stages.agent_names()
    assert list(stages.agent_names())[:-1] == [a.name for stage in stages.stages(embeddings=False) for a in stage]


def test_agents_of_one_stage_see_the_state_before_it_and_add_to_one_another() -> None:
    seen: list[set[str]] = []

    def one(data: dict[str, Any]) -> dict[str, Any]:
        seen.append(set(data))
        return {"one": 1}

    def two(data: dict[str, Any]) -> dict[str, Any]:
        seen.append(set(data))
        return {"two": 2}

    begun = {"start": 0}
    order = [(Step("One", one), Step("Two", two)), (Step("Sum", lambda d: {"sum": d["one"] + d["two"]}),)]
    assert asyncio.run(stages.work(begun, order)) == {"start": 0, "one": 1, "two": 2, "sum": 3}
    assert seen == [{"start"}, {"start"}]
    assert begun == {"start": 0}


def test_the_others_of_a_stage_end_before_a_failure_stops_the_work() -> None:
    done: list[str] = []

    def good(_: dict[str, Any]) -> dict[str, Any]:
        done.append("Good")
        return {}

    def late(_: dict[str, Any]) -> dict[str, Any]:
        done.append("Late")
        return {}

    order = [(Step("Bad", raising(InvalidValue("No such thing."))), Step("Good", good)), (Step("Late", late),)]
    with pytest.raises(InvalidValue):
        asyncio.run(stages.work({}, order))
    assert done == ["Good"]


def test_a_missing_need_is_told_with_agent_and_key() -> None:
    with pytest.raises(MissingInput, match="The Sum agent needs 'one'"):
        asyncio.run(stages.work({}, [(Step("Sum", lambda _: {}, "one"),)]))


def test_an_unforeseen_error_is_a_sentence_with_a_reference_and_no_word_of_the_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(Fault) as caught:
        asyncio.run(stages.work({}, [(Step("Email", raising(ValueError("my wife Ellen"))),)]))
    sentence = caught.value.sentence
    assert sentence.startswith("The Email agent stopped on a fault of its own (reference ")
    reference = sentence.split("reference ")[1].split(" ")[0]
    assert reference in caplog.text
    assert "ValueError" in caplog.text
    assert "test_stages.py" in caplog.text
    assert "Ellen" not in caplog.text + sentence


def test_analyze_needs_no_database_and_gives_what_every_agent_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    settings.cache_clear()
    state = stages.analyze("a call.txt", stellar(), embeddings=True)
    added = {"call", "dialogue", "chunks", "extracted_entities", "email_draft", "social_content", "coaching"}
    assert added | {"crm_data"} <= set(state)
    assert "record_id" not in state
    assert len(state["embeddings"]["vectors"]) == len(state["chunks"])
    assert state["transcript_id"] == "4410027123"
    assert not Path(settings().data_dir).exists()


def test_an_unreadable_file_is_told_as_such() -> None:
    with pytest.raises(UnreadableTranscript):
        stages.analyze("empty.txt", b"   \n  ")
