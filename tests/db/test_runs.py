"""Uploaded files and their runs."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from db import runs, steps, transcripts, vectors
from db.engine import Database
from db.errors import NoSuchRow
from tests.conftest import Rows

AGENTS = ("Parser", "Structuring", "Persistence")


@pytest.fixture
def run_id(database: Database) -> str:
    """A queued run."""
    with database.session() as session:
        digest = runs.add_source(session, b"Ann: hello", actor="bo")
        return runs.queue(session, digest, "call.txt", {"format": None, "sides": {"Ann": "client"}}, actor="bo")


def begin(database: Database, run_id: str) -> None:
    with database.session() as session:
        assert runs.begin(session, run_id, 0, "w")
        steps.lay_out(session, run_id, AGENTS)


def current(database: Database, run_id: str) -> runs.RunRow:
    with database.session() as session:
        found = runs.get(session, run_id)
    assert found is not None
    return found


def test_the_same_bytes_are_stored_once(database: Database, rows: Rows) -> None:
    with database.session() as session:
        first = runs.add_source(session, b"\x00\xff bytes", actor="bo")
        second = runs.add_source(session, b"\x00\xff bytes", actor="cy")
        assert runs.get_source(session, first) == b"\x00\xff bytes"
        with pytest.raises(NoSuchRow):
            runs.get_source(session, "0" * 64)
    assert first == second
    assert rows.of("sources") == 1


def test_a_step_keeps_the_note_on_what_it_gave_until_it_gives_something_else(database: Database, run_id: str) -> None:
    begin(database, run_id)
    notes = []
    for note in ("No answer.\x00", None):
        with database.session() as session:
            steps.done(session, run_id, "Structuring", {"dialogue": []}, note)
        notes.append([step.note for step in current(database, run_id).steps])
    assert notes == [[None, "No answer.", None], [None, None, None]]


def test_a_run_goes_from_queued_through_its_steps_to_done(database: Database, run_id: str) -> None:
    assert current(database, run_id).state == "queued"
    assert current(database, run_id).client_name is None
    assert current(database, run_id).options == {"format": None, "sides": {"Ann": "client"}}
    begin(database, run_id)
    assert [(step.agent, step.state) for step in current(database, run_id).steps] == [
        (agent, "pending") for agent in AGENTS
    ]
    for agent in AGENTS:
        with database.session() as session:
            steps.began(session, run_id, agent)
        with database.session() as session:
            steps.ended(session, run_id, agent)
    with database.session() as session:
        stored = transcripts.upsert(session, {"external_id": "CALL-1", "crm_data": {"client_name": "Ann Lee"}})
        runs.finish(session, run_id, external_id="CALL-1", transcript_id=stored.id)
    done = current(database, run_id)
    assert (done.state, done.external_id, done.transcript_id, done.error) == ("done", "CALL-1", stored.id, None)
    assert done.client_name == "Ann Lee"
    assert done.started_at is not None
    assert done.finished_at is not None
    assert done.created_at <= done.started_at <= done.finished_at
    for step in done.steps:
        assert step.state == "done"
        assert step.started_at is not None
        assert step.finished_at is not None
        assert step.started_at <= step.finished_at


def test_a_failed_run_says_which_agent_failed_and_can_wait_again(database: Database, run_id: str) -> None:
    begin(database, run_id)
    with database.session() as session:
        steps.began(session, run_id, "Parser")
        runs.fail(session, run_id, "The file holds no speech.")
    failed = current(database, run_id)
    assert (failed.state, failed.error) == ("failed", "The file holds no speech.")
    assert [(step.agent, step.state) for step in failed.steps][:2] == [("Parser", "failed"), ("Structuring", "pending")]
    with database.session() as session:
        assert runs.requeue(session, ["failed"], [run_id]) == [run_id]
        assert runs.requeue(session, ["failed"], [run_id]) == []
    again = current(database, run_id)
    assert (again.state, again.error, again.tries) == ("queued", None, 1)
    assert {step.state for step in again.steps} == {"pending"}


def test_a_try_is_begun_by_its_number_and_one_that_was_let_go_again_is_another_s(
    database: Database, run_id: str
) -> None:
    with database.session() as session:
        assert runs.begin(session, run_id, 1, "w") is None
        assert runs.begin(session, run_id, 0, "w") is not None
        assert runs.begin(session, run_id, 0, "w") is not None  # gone on with, after a crash
        assert runs.pause(session, [run_id]) == []
        assert runs.cancel(session, [run_id]) == [run_id]
        assert runs.begin(session, run_id, 0, "w") is None
        assert runs.requeue(session, ["cancelled"]) == [run_id]
        assert runs.begin(session, run_id, 0, "w") is None
        assert runs.begin(session, run_id, 1, "w") is not None


def test_the_same_file_queued_by_many_at_once_is_one_run(database: Database, rows: Rows) -> None:
    def hand_in(_: int) -> str:
        with database.session() as session:
            return runs.queue(session, runs.add_source(session, b"x", actor="bo"), "x.txt", {}, actor="bo")

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(hand_in, range(16)))) == 1
    assert rows.of("runs") == 1


def test_what_the_agents_gave_is_kept_until_the_run_is_done(database: Database, run_id: str, rows: Rows) -> None:
    begin(database, run_id)
    with database.session() as session:
        steps.began(session, run_id, "Parser")
        steps.done(session, run_id, "Parser", {"full_text": "Ann: hello"})
        steps.done(session, run_id, "Parser", {"full_text": "Ann: hello again"})
        assert steps.outputs(session, run_id) == {"Parser": {"full_text": "Ann: hello again"}}
        assert steps.began(session, run_id, "Parser").state == "done"
        runs.finish(session, run_id, external_id=None, transcript_id=None)
    assert rows.of("run_outputs") == 0


def test_recent_is_newest_first_by_pages_and_states(database: Database) -> None:
    with database.session() as session:
        digest = runs.add_source(session, b"x", actor="bo")
        ids = [runs.queue(session, digest, f"{number}.txt", {}, actor="bo") for number in range(5)]
        runs.begin(session, ids[1], 0, "w")
        runs.begin(session, ids[3], 0, "w")
        runs.fail(session, ids[3], "No.")
    with database.session() as session:
        page, total = runs.recent(session, limit=2, offset=1)
        assert ([run.id for run in page], total) == ([ids[3], ids[2]], 5)
        page, total = runs.recent(session, states=["failed"])
        assert ([run.id for run in page], total) == ([ids[3]], 1)
        assert [run.id for run in runs.unfinished(session)] == [ids[0], ids[1], ids[2], ids[4]]
        assert runs.get(session, "no such run") is None


def test_a_step_or_a_run_that_is_not_there_is_refused(database: Database, run_id: str) -> None:
    with database.session() as session:
        with pytest.raises(NoSuchRow):
            steps.began(session, run_id, "Nobody")
        with pytest.raises(NoSuchRow):
            runs.finish(session, "no such run", external_id=None, transcript_id=None)


def test_vectors_of_a_call_are_replaced_as_a_whole(database: Database, rows: Rows) -> None:
    with database.session() as session:
        call = transcripts.upsert(session, {"external_id": "a"}).id
        vectors.replace(session, call, "mini", [vectors.VectorRow(n, f"hash {n}", bytes([n])) for n in (2, 0, 1)])
        vectors.replace(session, call, "other", [vectors.VectorRow(0, "hash", b"o")])
    shorter = [vectors.VectorRow(0, "hash 0", b"\x00"), vectors.VectorRow(1, "new", b"\x09")]
    with database.session() as session:
        vectors.replace(session, call, "mini", shorter)
    with database.session() as session:
        assert vectors.of_call(session, call, "mini") == shorter
        assert len(vectors.of_call(session, call, "other")) == 1
        vectors.replace(session, call, "mini", [])
    assert rows.of("chunk_vectors") == 1
