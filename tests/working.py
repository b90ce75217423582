"""A chain at work for as long as a test needs it, and waiting for what it does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from services import runs
from services.chain import Chain
from services.database import Database
from services.errors import DatabaseUnavailable
from services.runs import ENDED, RunState, RunView


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
