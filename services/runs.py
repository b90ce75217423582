"""Runs: what was handed in, which agent is at work on it, how it ended, and another try."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db import runs as stored
from db.runs import RunRow, RunState, StepRow, StepState
from services import chain
from services.database import Database, translated
from services.errors import AftercallError, NotFound

__all__ = ["NotFailed", "RunState", "RunView", "StepView", "active", "get", "recent", "retry", "total"]

MOST_ACTIVE = 200
log = logging.getLogger("aftercall.runs")


class NotFailed(AftercallError):
    """A run that is at work or done, so that there is nothing to try again."""


@dataclass(frozen=True)
class StepView:
    """One agent's part of a run. ``seconds`` it took, or is taking; None while it waits."""

    agent: str
    state: StepState
    seconds: float | None
    error: str | None


@dataclass(frozen=True)
class RunView:
    """One run as pages show it. ``seconds`` from its begin to its end, or until now.

    ``title`` is the client's name once the run's call is stored, else the file's name.
    """

    id: str
    title: str
    filename: str
    state: RunState
    actor: str
    error: str | None
    external_id: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    steps: tuple[StepView, ...]


def recent(database: Database, limit: int = 50, offset: int = 0, states: Sequence[RunState] = ()) -> list[RunView]:
    """One page of runs, the newest first; of the given states, or of any."""
    with translated(), database.session() as session:
        rows, _ = stored.recent(session, limit, offset, states)
    return [_view(row) for row in rows]


def total(database: Database, states: Sequence[RunState] = ()) -> int:
    """How many runs there are of the given states, or at all."""
    with translated(), database.session() as session:
        return stored.recent(session, 0, 0, states)[1]


def active(database: Database) -> list[RunView]:
    """The runs that wait or are at work, the newest first, at most 200."""
    return recent(database, MOST_ACTIVE, 0, ("queued", "running"))


def get(database: Database, run_id: str) -> RunView:
    """One run. Raises NotFound."""
    with translated(), database.session() as session:
        row = stored.get(session, run_id)
    if row is None:
        raise NotFound("This run is not stored any more.")
    return _view(row)


def retry(database: Database, run_id: str, actor: str) -> str:
    """Lets a failed run wait for its turn once more and wakes the chain; returns the run's id.

    Raises NotFound, or NotFailed where the run is at work or done.
    """
    with translated(), database.session() as session:
        if not stored.requeue(session, run_id):
            if stored.get(session, run_id) is None:
                raise NotFound("This run is not stored any more.")
            raise NotFailed("This run did not fail, or is on its way again already.")
    log.info("Run %s is tried again by %s", run_id, actor)
    chain.wake()
    return run_id


def _view(row: RunRow) -> RunView:
    steps = tuple(_step(step) for step in row.steps) or tuple(
        StepView(agent, "pending", None, None) for agent in chain.agent_names()
    )
    return RunView(
        id=row.id,
        title=row.client_name or row.filename,
        filename=row.filename,
        state=row.state,
        actor=row.actor,
        error=row.error,
        external_id=row.external_id,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        seconds=_seconds(row.started_at, row.finished_at),
        steps=steps,
    )


def _step(row: StepRow) -> StepView:
    return StepView(row.agent, row.state, _seconds(row.started_at, row.finished_at), row.error)


def _seconds(began: datetime | None, ended: datetime | None) -> float | None:
    if began is None:
        return None
    return max(0.0, ((ended or datetime.now(UTC)) - began).total_seconds())
