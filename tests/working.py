"""A chain at work for as long as a test needs it, here or in a process of its own, and waiting for what it does."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from services import runs
from services.chain import Chain
from services.database import Database
from services.errors import DatabaseUnavailable
from services.runs import ENDED, RunState, RunView

ROOT = Path(__file__).parents[1]


@contextmanager
def working(database: Database, threads: int = 2) -> Iterator[Chain]:
    """A chain that works until the block ends."""
    started = Chain(database, threads)
    started.start()
    try:
        yield started
    finally:
        started.stop()


def until(found: Callable[[], bool], seconds: float = 60) -> None:
    """Waits until it is so, asking again where the record is away; fails after a minute."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(DatabaseUnavailable):
            if found():
                return
        time.sleep(0.02)
    raise AssertionError("it never came to be")


def wait_for(database: Database, run_id: str, states: tuple[RunState, ...] = ENDED, seconds: float = 60) -> RunView:
    """The run, as soon as it is in one of the states; fails after a minute."""
    until(lambda: runs.get(database, run_id).state in states, seconds)
    return runs.get(database, run_id)


def worked(database: Database, *run_ids: str) -> list[RunView]:
    """The runs, worked through to their end by a chain of their own."""
    with working(database):
        return [wait_for(database, run_id) for run_id in run_ids]


def all_ended(database: Database) -> bool:
    """Whether no run waits or is at work."""
    return all(run.state in ENDED for run in runs.recent(database))


@contextmanager
def process(*command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process of ours (``-m`` and the command), with these settings beside the test's; ended in any case."""
    started = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def said(started: subprocess.Popen[str]) -> str:
    """The next line that a process says."""
    assert started.stdout is not None
    return started.stdout.readline().strip()
