"""Bad weather: the record goes away and comes back, runs are killed, uploads race. Nothing hangs, nothing is lost."""

import logging
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from db import runs as stored_runs
from db import steps as stored_steps
from db.engine import Session
from db.steps import StepBegun
from services import records, runs, samples, stages, uploads
from services.database import Database, RecordFails, translated
from services.errors import DatabaseUnavailable
from services.records import CallFilter
from services.runs import RunView
from services.settings import settings
from tests.conftest import Outage, Rows
from tests.own_calls import plain, stellar
from tests.test_cli import cli
from tests.working import all_ended as ended
from tests.working import until, worked, working

ROOT = Path(__file__).parents[1]


# --- the record goes away


def test_a_record_that_went_away_is_a_sentence_and_works_again_by_itself(database: Database, outage: Outage) -> None:
    uploads.submit(database, "a.txt", plain(), None, "t")
    outage.begin()
    for ask in (
        lambda: runs.recent(database),
        lambda: records.list_calls(database, CallFilter()),
        lambda: uploads.preview(database, "b.txt", plain(1)),
        lambda: uploads.submit(database, "b.txt", plain(1), None, "t"),
    ):
        with pytest.raises(DatabaseUnavailable) as told:
            ask()
        assert "\n" not in told.value.sentence
        assert "SELECT" not in told.value.sentence
    outage.end()
    assert [run.filename for run in runs.recent(database)] == ["a.txt"]


def test_a_connection_lost_in_the_middle_is_a_sentence_and_nothing_of_it_is_written(
    database: Database, outage: Outage, rows: Rows
) -> None:
    def write() -> None:
        with translated(), database.session() as session:
            stored_runs.add_source(session, b"x", actor="t")
            outage.cut()
            stored_runs.add_source(session, b"y", actor="t")

    with pytest.raises(DatabaseUnavailable, match="connection to PostgreSQL was lost"):
        write()
    assert rows.of("sources") == 0


def test_a_server_that_runs_out_of_something_is_told_as_such(database: Database) -> None:
    with pytest.raises(RecordFails, match="statement timeout"), translated():
        _do(database, "SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)")


@pytest.mark.parametrize("agent", stages.agent_names())
def test_a_run_whose_record_is_cut_off_at_any_agent_goes_on_there_and_ends_well(
    database: Database, outage: Outage, rows: Rows, monkeypatch: pytest.MonkeyPatch, agent: str
) -> None:
    run_id = uploads.submit(database, "a.txt", plain(), None, "t")
    cuts: list[str] = []
    began = stored_steps.began

    def cut_once(session: Session, run: str, name: str) -> StepBegun:
        if name == agent and not cuts:
            cuts.append(name)
            outage.cut()
        return began(session, run, name)

    monkeypatch.setattr(stored_steps, "began", cut_once)
    [done] = worked(database, run_id)
    assert cuts == [agent]
    assert (done.state, done.error) == ("done", None)
    assert rows.of("transcripts") == rows.of("runs") == 1


def test_while_the_record_is_away_the_chain_waits_says_so_once_and_goes_on_afterwards(
    database: Database, outage: Outage, rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(4):
        uploads.submit(database, f"{number}.txt", plain(number), None, "t")
    with caplog.at_level(logging.INFO), working(database, 1):
        until(lambda: any(run.state == "running" for run in runs.recent(database)))
        outage.begin()
        until(lambda: "The chain waits" in caplog.text)
        threading.Event().wait(0.5)
        outage.end()
        until(lambda: ended(database))
    assert {run.state for run in runs.recent(database)} == {"done"}
    assert rows.of("transcripts") == 4
    waits = [record for record in caplog.records if record.getMessage().startswith("The chain waits")]
    assert 1 <= len(waits) <= 3
    assert not [record for record in caplog.records if record.exc_info and record.name.startswith("aftercall")]
    assert "probate" not in caplog.text


# --- words and logs


def test_nothing_that_was_said_is_logged_whatever_fails(
    database: Database, outage: Outage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = ("Zyxomanda", "quillwhistle", "94417")
    call = stellar(extra=f"Our advisor before was {words[0]}, and the {words[1]} is worth {words[2]} dollars.")

    def break_down(*_: object) -> None:
        raise ValueError(f"no way to take {words}")

    with caplog.at_level(logging.INFO):
        good = uploads.submit(database, f"{words[1]}.txt", call, None, "t")
        assert worked(database, good)[0].state == "done"
        for place in ("services.agents.structuring.label_phases", "services.agents.persistence.row_of"):
            with monkeypatch.context() as broken:
                broken.setattr(place, break_down)
                bad = uploads.submit(database, "b.txt", call, None, "t")
                assert worked(database, bad)[0].state == "failed"
        _do(database, "ALTER TABLE transcripts ADD CONSTRAINT never CHECK (full_text IS NULL) NOT VALID")
        try:
            bad = uploads.submit(database, "c.txt", call, None, "t")
            worked(database, bad)
        finally:
            _do(database, "ALTER TABLE transcripts DROP CONSTRAINT never")
    told = runs.get(database, bad)
    assert told.state == "failed"
    assert told.error is not None
    for word in words:
        assert word not in caplog.text
        assert word not in "".join(run.error or "" for run in runs.recent(database))


def _do(database: Database, statement: str) -> None:
    with database.session() as session:
        session.execute(text(statement))


# --- many at once


def test_the_same_file_uploaded_twenty_times_at_once_is_one_call(database: Database, rows: Rows) -> None:
    with working(database), ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(lambda _: uploads.submit(database, "a.txt", stellar(), None, "t"), range(20)))
        until(lambda: ended(database))
    assert {runs.get(database, run_id).state for run_id in ids} == {"done"}
    assert rows.of("transcripts") == rows.of("sources") == 1


def test_two_processes_that_ingest_one_folder_at_once_leave_every_call_once(
    database: Database, rows: Rows, tmp_path: Path
) -> None:
    for number in range(6):
        (tmp_path / f"{number}.txt").write_bytes(plain(number))
    url = settings().database_url
    assert url is not None
    with working(database, 1), ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: cli("ingest", tmp_path, DATABASE_URL=url), range(2)))
        until(lambda: ended(database))
    assert [(done.returncode, done.stderr) for done in both] == [(0, ""), (0, "")]
    assert rows.of("transcripts") == 6
    assert {run.state for run in runs.recent(database)} == {"done"}


def test_a_process_killed_in_the_middle_of_the_samples_leaves_every_call_once(database: Database, rows: Rows) -> None:
    url = settings().database_url
    assert url is not None
    samples.load(database, "t")
    worker = subprocess.Popen(
        [sys.executable, "-m", "services", "worker"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "EMBEDDINGS": "false"},
        stdout=subprocess.PIPE,
    )

    def of(state: str) -> list[RunView]:
        return [run for run in runs.recent(database) if run.state == state]

    try:
        until(lambda: len(of("done")) >= 2 and bool(of("running")))
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        if worker.stdout is not None:
            worker.stdout.close()
    assert of("queued") or of("running")
    with working(database):
        until(lambda: ended(database))
    assert len(of("done")) == rows.of("runs") == rows.of("transcripts") == len(samples.samples()) == 10
    assert not any(step.state != "done" for run in of("done") for step in run.steps)


@pytest.mark.full
def test_the_embedded_server_killed_during_the_samples_comes_back_by_itself(tmp_path: Path) -> None:
    from db.engine import open_database

    tmp_path.chmod(0o711)
    for folder in tmp_path.parents[:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    database = open_database(None, tmp_path / "data")
    try:
        with working(database):
            ids = samples.load(database, "t")
            until(lambda: any(run.state == "done" for run in runs.recent(database)))
            pid = int((tmp_path / "data/postgres/cluster/postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
            until(lambda: ended(database), 120)
            assert [runs.get(database, run_id).state for run_id in ids] == ["done"] * 10
    finally:
        database.close()
