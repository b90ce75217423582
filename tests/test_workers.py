"""Several workers on one record, as real processes: they share the work, and one goes on with what a dead one left."""

import os
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import Popen

from db import presence
from db.engine import Database
from db.transcripts import known
from services import runs, uploads
from services.settings import settings
from tests.own_calls import plain, stellar
from tests.test_stages import ALL_AGENTS
from tests.working import process, said, until, wait_for

ROOT = Path(__file__).parents[1]


def worker(name: str, *command: str) -> AbstractContextManager[Popen[str]]:
    """A process on the test's record, under a worker's name."""
    return process(*command, DATABASE_URL=str(settings().database_url), WORKER_NAME=name, RUN_THREADS="1")


def test_a_run_of_a_killed_worker_is_gone_on_with_by_another_and_a_living_ones_is_left(database: Database) -> None:
    held = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    with worker("first", "tests.halting", "CRM", "before") as first:
        assert (said(first), said(first)) == ("at work", "halted")
        with worker("second", "services", "worker") as second:
            assert said(second) == "Worker second is at work."
            others = [uploads.submit(database, f"{each}.txt", plain(each), {}, "Ann") for each in range(1, 4)]
            done = [wait_for(database, each) for each in others]
            assert {(run.state, run.worker) for run in done} == {("done", "second")}
            time.sleep(11)  # two looks after the others' runs
            assert (runs.get(database, held).state, runs.get(database, held).worker) == ("running", "first")
            first.kill()
            first.wait()
            ended = wait_for(database, held)
            second.terminate()
            assert second.wait(timeout=30) == 0
    assert (ended.state, ended.error, ended.worker) == ("done", None, "second")
    attempts = {step.agent: step.attempts for step in ended.steps}
    assert attempts == {**dict.fromkeys(ALL_AGENTS, 1), "CRM": 2}
    with database.session() as session:
        assert known(session, ["4410027123"])["4410027123"].version == 1


def test_runs_are_shared_and_each_is_carried_out_once(database: Database) -> None:
    with worker("first", "services", "worker") as first, worker("second", "services", "worker") as second:
        assert [said(each) for each in (first, second)] == ["Worker first is at work.", "Worker second is at work."]
        ids = [uploads.submit(database, f"{each}.txt", plain(each), {}, "Ann") for each in range(1, 13)]
        done = [wait_for(database, each) for each in ids]
        for each in (first, second):
            each.terminate()
        assert [each.wait(timeout=30) for each in (first, second)] == [0, 0]
    assert {run.state for run in done} == {"done"}
    assert {step.attempts for run in done for step in run.steps} == {1}
    assert {run.worker for run in done} == {"first", "second"}


def test_two_workers_of_one_name_are_told_apart_and_the_name_is_free_when_its_process_is_killed(
    database: Database,
) -> None:
    with worker("office", "services", "worker") as first:
        assert said(first) == "Worker office is at work."
        with worker("office", "services", "worker") as second:
            assert said(second) == "Worker office-2 is at work."
        assert health("office") == (0, "")
        first.kill()
        first.wait()
        until(lambda: not is_here(database, "office"), 10)
    assert health("office") == (1, "No process holds the name office.\n")


def is_here(database: Database, name: str) -> bool:
    with database.session() as session:
        return presence.is_here(session, name)


def health(name: str) -> tuple[int, str]:
    """What the container's check of a worker says."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.worker_health"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": str(settings().database_url), "WORKER_NAME": name},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr
