"""The chain: every run comes to its end, tells how, and never stops another one."""

import asyncio
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db import claims, edits, transcripts
from db import runs as stored_runs
from services import chain, runs, uploads
from services.chain import Chain
from services.database import Database
from services.errors import AftercallError, InvalidValue, MissingInput, UnreadableTranscript
from services.faults import Fault
from services.runs import RunView
from services.settings import settings
from tests.conftest import Rows
from tests.own_calls import plain, stellar

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


class Notes:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def began(self, agent: str) -> None:
        self.told.append((agent, "began"))

    def ended(self, agent: str) -> None:
        self.told.append((agent, "ended"))

    def failed(self, agent: str, error: AftercallError) -> None:
        self.told.append((agent, f"failed: {error}"))


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


def wait_for(database: Database, run_id: str, states: tuple[str, ...] = ("done", "failed")) -> RunView:
    """The run, as soon as it is in one of the states; fails after a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if (found := runs.get(database, run_id)).state in states:
            return found
        time.sleep(0.02)
    raise AssertionError(f"The run is still {runs.get(database, run_id).state}")


@pytest.fixture
def running(database: Database) -> Iterator[Chain]:
    started = Chain(database)
    started.start()
    yield started
    started.stop()


# --- the order of the agents


def test_the_agents_stand_in_the_order_of_the_house() -> None:
    order = [agent.name for stage in chain.stages(embeddings=True) for agent in stage]
    assert [*order, "Persistence"] == list(chain.agent_names()) == ALL_AGENTS


def test_without_embeddings_there_is_no_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")
    settings.cache_clear()
    assert "Embedder" not in chain.agent_names()
    assert list(chain.agent_names())[:-1] == [a.name for stage in chain.stages(embeddings=False) for a in stage]


def test_agents_of_one_stage_see_the_state_before_it_and_add_to_one_another() -> None:
    seen: list[set[str]] = []

    def one(data: dict[str, Any]) -> dict[str, Any]:
        seen.append(set(data))
        return {"one": 1}

    def two(data: dict[str, Any]) -> dict[str, Any]:
        seen.append(set(data))
        return {"two": 2}

    begun = {"start": 0}
    notes = Notes()
    order = [(Step("One", one), Step("Two", two)), (Step("Sum", lambda d: {"sum": d["one"] + d["two"]}),)]
    assert asyncio.run(chain.work(begun, order, notes)) == {"start": 0, "one": 1, "two": 2, "sum": 3}
    assert seen == [{"start"}, {"start"}]
    assert begun == {"start": 0}
    assert notes.told[-2:] == [("Sum", "began"), ("Sum", "ended")]


def test_the_others_of_a_stage_end_before_a_failure_stops_the_chain() -> None:
    notes = Notes()
    order = [
        (Step("Bad", raising(InvalidValue("No such thing."))), Step("Good", lambda _: {})),
        (Step("Late", lambda _: {}),),
    ]
    with pytest.raises(InvalidValue):
        asyncio.run(chain.work({}, order, notes))
    assert ("Good", "ended") in notes.told
    assert ("Bad", "failed: No such thing.") in notes.told
    assert "Late" not in {agent for agent, _ in notes.told}


def test_a_missing_need_is_told_with_agent_and_key() -> None:
    with pytest.raises(MissingInput, match="The Sum agent needs 'one'"):
        asyncio.run(chain.work({}, [(Step("Sum", lambda _: {}, "one"),)], Notes()))


def test_an_unforeseen_error_is_a_sentence_with_a_reference_and_no_word_of_the_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(Fault) as caught:
        asyncio.run(chain.work({}, [(Step("Email", raising(ValueError("my wife Ellen"))),)], Notes()))
    sentence = caught.value.sentence
    assert sentence.startswith("The Email agent stopped on a fault of its own (reference ")
    reference = sentence.split("reference ")[1].split(" ")[0]
    assert reference in caplog.text
    assert "ValueError" in caplog.text
    assert "test_chain.py" in caplog.text
    assert "Ellen" not in caplog.text + sentence


def test_analyze_needs_no_database_and_gives_what_every_agent_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    settings.cache_clear()
    state = chain.analyze("a call.txt", stellar(), embeddings=True)
    added = {
        "call",
        "dialogue",
        "chunks",
        "extracted_entities",
        "email_draft",
        "social_content",
        "coaching",
        "crm_data",
    }
    assert added | {"crm_data"} <= set(state)
    assert "record_id" not in state
    assert len(state["embeddings"]["vectors"]) == len(state["chunks"])
    assert state["transcript_id"] == "4410027123"
    assert not Path(settings().data_dir).exists()


# --- runs


def test_a_run_stores_the_call_and_what_each_agent_did(database: Database, rows: Rows) -> None:
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    assert chain.run(database, run_id)
    done = runs.get(database, run_id)
    assert (done.state, done.error, done.actor, done.external_id) == ("done", None, "Ann", "4410027123")
    assert [step.agent for step in done.steps] == ALL_AGENTS
    assert {step.state for step in done.steps} == {"done"}
    assert all(step.seconds is not None for step in done.steps)
    assert rows.of("transcripts") == 1
    assert rows.of("chunk_vectors") > 0
    with database.session() as session:
        record = transcripts.find(session, "4410027123")
    assert record is not None
    assert record.filename == "nolan.txt"
    assert record.crm_data["client_name"] == "Robert Nolan"
    assert record.email_draft is not None
    assert record.email_draft.startswith("Subject: ")
    assert len(record.dialogue) == 7
    assert [index for chunk in record.chunks for index in chunk["turns"]] == list(range(7))


def test_a_run_that_is_done_is_not_done_twice(database: Database) -> None:
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    assert chain.run(database, run_id)
    assert not chain.run(database, run_id)
    with database.session() as session:
        assert transcripts.known(session, ["4410027123"])["4410027123"].version == 1


def test_one_run_is_carried_out_by_one_thread_only(database: Database) -> None:
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    together = threading.Barrier(6)
    carried: list[bool] = []

    def contend() -> None:
        together.wait()
        carried.append(chain.run(database, run_id))

    threads = [threading.Thread(target=contend) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(carried) == [False] * 5 + [True]
    with database.session() as session:
        assert transcripts.known(session, ["4410027123"])["4410027123"].version == 1


def test_the_same_call_run_twice_is_one_row_whatever_its_file_is_called(
    database: Database, running: Chain, rows: Rows
) -> None:
    ids = [uploads.submit(database, name, stellar(), {}, "Ann") for name in ("nolan.txt", "nolan copy.txt")]
    assert {wait_for(database, run_id).state for run_id in ids} == {"done"}
    assert rows.of("transcripts") == 1
    assert rows.of("sources") == 1


def test_a_failed_run_keeps_a_sentence_and_the_others_go_on(database: Database, running: Chain, rows: Rows) -> None:
    bad = uploads.submit(database, "noise.txt", b"\x00\x01\x02\x03" * 100, {}, "Ann")
    good = [uploads.submit(database, f"{n}.txt", plain(n), {}, "Ann") for n in range(1, 5)]
    assert {wait_for(database, run_id).state for run_id in good} == {"done"}
    failed = wait_for(database, bad)
    assert failed.state == "failed"
    assert failed.error
    assert "Traceback" not in failed.error
    assert failed.steps[0].state == "failed"
    assert failed.steps[0].error == failed.error
    assert {step.state for step in failed.steps[1:]} == {"pending"}
    assert rows.of("transcripts") == 4


def test_an_agent_s_own_fault_is_told_by_its_name_and_the_next_try_succeeds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    with monkeypatch.context() as patch:
        patch.setattr("services.agents.chunker.chunks_of", raising(RuntimeError("my wife Ellen")))
        assert chain.run(database, run_id)
    failed = runs.get(database, run_id)
    assert failed.state == "failed"
    assert failed.error
    assert failed.error.startswith("The Chunker agent stopped on a fault of its own (reference ")
    assert [step.state for step in failed.steps[:4]] == ["done", "done", "failed", "pending"]
    assert runs.retry(database, run_id, "Ann") == run_id
    assert chain.run(database, run_id)
    assert runs.get(database, run_id).state == "done"
    with pytest.raises(runs.NotFailed):
        runs.retry(database, run_id, "Ann")


def test_a_bad_playbook_fails_the_run_in_words(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    (tmp_path / "mine.toml").write_text("name = ")
    monkeypatch.setenv("PLAYBOOK", str(tmp_path / "mine.toml"))
    settings.cache_clear()
    assert chain.run(database, run_id)
    failed = runs.get(database, run_id)
    assert failed.state == "failed"
    assert failed.error
    assert "reference" not in failed.error


def test_a_person_s_edits_stand_after_the_next_run_whose_own_values_are_kept_beside_them(database: Database) -> None:
    assert chain.run(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    with database.session() as session:
        before = transcripts.find(session, "4410027123")
        assert before is not None
        version = edits.edit_crm(session, "4410027123", before.version, {"deal_amount": 4321}, actor="Ann")
        edits.edit_email(session, "4410027123", version, "Subject: Mine\n\nMy own words.", actor="Ann")
    assert chain.run(database, uploads.submit(database, "nolan.txt", stellar(extra="And a dog."), {}, "Ann"))
    with database.session() as session:
        after = transcripts.find(session, "4410027123")
    assert after is not None
    assert after.id == before.id
    assert "And a dog." in (after.full_text or "")
    assert after.crm_data["deal_amount"] == 4321
    assert after.email_draft == "Subject: Mine\n\nMy own words."
    assert after.proposed["crm_data"]["deal_amount"] == before.crm_data["deal_amount"]
    assert after.proposed["email_draft"].startswith("Subject: ")
    assert after.proposed["email_draft"] != after.email_draft


def test_a_stopped_chain_leaves_its_runs_waiting_and_the_next_one_ends_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    original = chain.ChunkerAgent.run

    async def slow(self: Any, data: dict[str, Any]) -> dict[str, Any]:
        reached.set()
        await asyncio.to_thread(go_on.wait, 30)
        return await original(self, data)

    first = Chain(database, threads=1)
    with monkeypatch.context() as patch:
        patch.setattr(chain.ChunkerAgent, "run", slow)
        run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
        first.start()
        assert reached.wait(30)
        assert runs.get(database, run_id).state == "running"
        threading.Timer(0.1, go_on.set).start()
        first.stop()
    assert runs.get(database, run_id).state == "queued"
    second = Chain(database)
    second.start()
    try:
        assert wait_for(database, run_id).state == "done"
    finally:
        second.stop()


def test_the_chain_lives_on_when_the_record_fails_it(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(chain, "POLL", 0.05)
    broken = threading.Event()
    original = claims.waiting

    def flaky(session: Any, limit: int) -> list[str]:
        if not broken.is_set():
            broken.set()
            raise OSError("the line is cut")
        return original(session, limit)

    monkeypatch.setattr(claims, "waiting", flaky)
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    one = Chain(database, threads=1)
    one.start()
    try:
        assert wait_for(database, run_id).state == "done"
    finally:
        one.stop()
    assert broken.is_set()
    assert "The chain failed, reference" in caplog.text


# --- a process that dies

DYING = """
import sys
from services import chain
from services.database import open_record

agent, run_id = sys.argv[1:]
cls = {a.__name__: a for a in (chain.ParserAgent, chain.CrmAgent, chain.PersistenceAgent)}[agent]
original = cls.run

async def stuck(self, data):
    given = await original(self, data)
    print("in the middle", flush=True)
    sys.stdin.read()
    return given

cls.run = stuck
chain.run(open_record(), run_id)
"""


@pytest.mark.parametrize("agent", ["ParserAgent", "CrmAgent", "PersistenceAgent"])
def test_a_run_whose_process_was_killed_is_ended_at_the_next_start(database: Database, rows: Rows, agent: str) -> None:
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    dying = subprocess.Popen(
        [sys.executable, "-c", DYING, agent, run_id],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert dying.stdout is not None
    try:
        assert dying.stdout.readline() == "in the middle\n"
        assert runs.get(database, run_id).state == "running"
        assert chain.recover(database) == []  # somebody is at work on it
        assert not chain.run(database, run_id)
    finally:
        dying.kill()
        dying.communicate()
    assert runs.get(database, run_id).state == "running"  # nobody was left to say otherwise

    started = Chain(database)
    started.start()
    try:
        ended = wait_for(database, run_id)
    finally:
        started.stop()
    assert ended.state == "done"
    assert {step.state for step in ended.steps} == {"done"}
    assert rows.of("transcripts") == 1
    assert rows.of("runs") == 1


def test_a_run_that_was_only_queued_when_the_process_died_is_carried_out(database: Database) -> None:
    with database.session() as session:
        digest = stored_runs.add_source(session, plain(), actor="Ann")
        run_id = stored_runs.queue(session, digest, "a.txt", {}, actor="Ann")
    started = Chain(database)
    started.start()
    try:
        assert wait_for(database, run_id).state == "done"
    finally:
        started.stop()


def test_an_unreadable_file_makes_no_row_of_a_call(database: Database, rows: Rows) -> None:
    run_id = uploads.submit(database, "empty.txt", b"   \n  ", {}, "Ann")
    assert chain.run(database, run_id)
    assert runs.get(database, run_id).state == "failed"
    assert rows.of("transcripts") == 0
    with pytest.raises(UnreadableTranscript):
        chain.analyze("empty.txt", b"   \n  ")
