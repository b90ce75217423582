"""Lists of files in the record: two at once, and what is left of the bytes."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from db import batches, runs, transcripts
from db.batches import NewFile
from db.engine import Database
from db.errors import NoSuchRow
from tests.conftest import Rows

STALE = {"status": "duplicate", "sentence": "It is stored."}


def a_list(database: Database, *contents: bytes | None, actor: str = "Ann") -> str:
    with database.session() as session:
        batch_id = batches.open_batch(session, actor)
        new = [NewFile(f"{each}.txt", content, None if content else "Locked.") for each, content in enumerate(contents)]
        batches.add(session, batch_id, new, 100)
    return batch_id


def say(database: Database, batch_id: str, **values: Any) -> None:
    """Has every waiting file read, each as a call of its own unless ``values`` say otherwise."""
    while True:
        with database.session() as session:
            file = batches.next_to_read(session, batch_id)
            if file is None:
                return
            found = {"status": "new", "external_id": file.digest, "content_hash": file.digest, **values}
            batches.read(session, file, found)


def start(database: Database, batch_id: str) -> list[str]:
    with database.session() as session:
        return batches.start(session, batch_id, "Ann", STALE)


def test_a_started_list_queues_its_files_in_their_order(database: Database) -> None:
    batch_id = a_list(database, *(bytes([each]) for each in range(1, 30)))
    say(database, batch_id)
    started = start(database, batch_id)
    with database.session() as session:
        rows = {row.id: row for row in runs.several(session, started)}
    assert [rows[run_id].filename for run_id in started] == [f"{each}.txt" for each in range(29)]
    assert sorted(started, key=lambda run_id: rows[run_id].seq) == started


def test_starting_at_the_same_moment_queues_once(database: Database, rows: Rows) -> None:
    batch_id = a_list(database, b"a", b"b", b"c")
    say(database, batch_id)
    together = threading.Barrier(6)

    def begin(_: int) -> tuple[str, ...]:
        together.wait()
        return tuple(start(database, batch_id))

    with ThreadPoolExecutor(6) as threads:
        assert len(set(threads.map(begin, range(6)))) == 1
    assert rows.of("runs") == 3


def test_lists_of_the_same_files_in_any_order_never_lock_each_other_out(database: Database, rows: Rows) -> None:
    contents = [bytes([each]) for each in range(1, 40)]
    together = threading.Barrier(4)

    def one(order: int) -> int:
        together.wait()
        batch_id = a_list(database, *(contents if order % 2 else reversed(contents)))
        say(database, batch_id)
        if order == 3:
            with database.session() as session:
                batches.discard(session, batch_id)
            return 0
        return len(start(database, batch_id))

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(one, range(4))) == [0, 39, 39, 39]
    assert rows.of("sources") == 39


def test_files_of_one_fingerprint_are_one_run(database: Database, rows: Rows) -> None:
    batch_id = a_list(database, b"a", b"b")
    with database.session() as session:
        batches.add(session, batch_id, [NewFile("0.txt", b"a")], 100)
        assert len(batches.files(session, batch_id)) == 2
        batches.add(session, batch_id, [NewFile("again.txt", b"a")], 100)
    say(database, batch_id, wanted=True)
    other = a_list(database, b"a")
    say(database, other)
    assert len(start(database, batch_id)) == 3
    assert start(database, other) == start(database, batch_id)[:1]
    assert rows.of("runs") == 3


def test_the_same_file_is_added_once_and_no_more_than_fit(database: Database) -> None:
    batch_id = a_list(database, b"a")
    with database.session() as session:
        assert batches.add(session, batch_id, [NewFile("0.txt", b"a"), NewFile("x.txt", b"a")], 100) == (1, 1)
        assert batches.add(session, batch_id, [NewFile(f"n{each}.txt", b"n") for each in range(5)], 4) == (2, 0)
        assert [file.position for file in batches.files(session, batch_id)] == [0, 1, 2, 3]


def test_a_discarded_list_takes_its_bytes_with_it_but_for_those_that_others_need(
    database: Database, rows: Rows
) -> None:
    shared, alone, run = b"shared", b"alone", b"run"
    batch_id, other = a_list(database, shared, alone, run), a_list(database, shared)
    with database.session() as session:
        runs.queue(session, runs.add_source(session, run, actor="Ann"), "r.txt", {}, actor="Ann")
        for _ in range(2):
            batches.discard(session, batch_id)
    assert rows.of("sources") == 2
    assert rows.of("batch_files") == 1
    with pytest.raises(NoSuchRow, match="taken away"):
        start(database, batch_id)
    with database.session() as session, pytest.raises(NoSuchRow, match="taken away"):
        batches.add(session, batch_id, [NewFile("a.txt", b"a")], 100)
    say(database, other)
    start(database, other)
    with database.session() as session, pytest.raises(NoSuchRow, match="started"):
        batches.discard(session, other)


def test_what_was_left_out_leaves_its_bytes_at_the_start(database: Database, rows: Rows) -> None:
    batch_id = a_list(database, b"a", b"b", None)
    with database.session() as session:
        batches.decide(session, batch_id, 1, wanted=False)
    say(database, batch_id)
    start(database, batch_id)
    assert (rows.of("sources"), rows.of("runs")) == (1, 1)
    with database.session() as session:
        files = batches.files(session, batch_id)
        assert batches.counts(session, batch_id) == {"queued": 1, "new": 1, "unreadable": 1}
    assert [(file.digest is None, file.run_state) for file in files] == [(False, "queued"), (True, None), (True, None)]


def test_a_call_that_came_into_the_record_meanwhile_is_left_out(database: Database) -> None:
    batch_id = a_list(database, b"a", b"b", b"c")
    say(database, batch_id)
    with database.session() as session:
        first, second, third = batches.files(session, batch_id)
        for file in (first, second, third):
            row: dict[str, Any] = {"external_id": file.external_id, "content_hash": file.external_id, "crm_data": {}}
            transcripts.upsert(session, row | ({"content_hash": "other"} if file == second else {}))
        batches.decide(session, batch_id, third.position, wanted=True)
    assert len(start(database, batch_id)) == 2
    with database.session() as session:
        assert [file.run_state for file in batches.files(session, batch_id)] == [None, "queued", "queued"]
        assert batches.files(session, batch_id)[0].sentence == STALE["sentence"]


def test_a_file_that_somebody_decides_to_read_in_another_way_meanwhile_is_read_again(database: Database) -> None:
    batch_id = a_list(database, b"a")
    with database.session() as session:
        file = batches.next_to_read(session, batch_id)
    assert file is not None
    with database.session() as session:
        batches.decide(session, batch_id, 0, options={"format": "srt"}, status="waiting")
    with database.session() as session:
        batches.read(session, file, {"status": "new", "external_id": "old"})
        again = batches.next_to_read(session, batch_id)
    assert again is not None
    assert (again.options, again.attempts) == ({"format": "srt"}, 1)


def test_two_that_hold_the_same_call_count_as_one_and_the_earlier_goes(database: Database) -> None:
    batch_id = a_list(database, b"a", b"b", b"c")
    say(database, batch_id, external_id="one")
    with database.session() as session:
        files = batches.files(session, batch_id)
        assert [(file.twin, file.wanted) for file in files] == [(None, True), ("0.txt", False), ("0.txt", False)]
        assert batches.counts(session, batch_id) == {"new": 1, "twin": 2}
        assert batches.wanted(session, batch_id) == 1
        assert [file.position for file in batches.files(session, batch_id, ["twin"], 1, 1)] == [2]


def test_the_newest_list_is_found_again(database: Database) -> None:
    with database.session() as session:
        batches.open_batch(session, "Ann")
        assert batches.newest(session, "Ann", "open") is None
    older, newer, foreign = a_list(database, b"a"), a_list(database, b"b"), a_list(database, b"c", actor="Bob")
    with database.session() as session:
        assert batches.newest(session, "Ann", "open") == batches.get(session, newer)
        assert batches.newest(session, "Bob", "open") == batches.get(session, foreign)
    say(database, newer)
    (run_id,) = start(database, newer)
    with database.session() as session:
        assert batches.newest(session, "Ann", "open") == batches.get(session, older)
        assert batches.newest(session, "Ann", "started") == batches.get(session, newer)
        runs.fail(session, run_id, "It failed.")
        assert batches.newest(session, "Ann", "started") is None


def test_bytes_that_are_needed_again_while_they_are_taken_away_are_there(database: Database) -> None:
    batch_id = a_list(database, b"a")
    digest = ""
    with ThreadPoolExecutor(1) as threads:
        with database.session() as session:
            batches.discard(session, batch_id)
            waiting = threads.submit(_queue, database)
            session.execute(text("SELECT pg_sleep(0.3)"))
        digest = waiting.result(10)
    with database.session() as session:
        assert runs.get_source(session, digest) == b"a"


def _queue(database: Database) -> str:
    with database.session() as session:
        digest = runs.add_source(session, b"a", actor="Ann")
        runs.queue(session, digest, "a.txt", {}, actor="Ann")
    return digest


def test_open_lists_that_nobody_decided_about_are_taken_away_after_a_while(database: Database, rows: Rows) -> None:
    forgotten, started = a_list(database, b"a", b"b"), a_list(database, b"a")
    say(database, started)
    start(database, started)
    with database.session() as session:
        session.execute(text("UPDATE batches SET created_at = now() - interval '8 days'"))
    kept = a_list(database, b"c")
    with database.session() as session:
        assert batches.discard_open(session, datetime.now(UTC) - timedelta(days=7)) == 1
    with database.session() as session:
        found = {each: batches.get(session, each) for each in (forgotten, started, kept)}
    assert {each: row.state for each, row in found.items() if row} == {
        forgotten: "discarded",
        started: "started",
        kept: "open",
    }
    assert [rows.of(table) for table in ("sources", "batch_files")] == [2, 2]
