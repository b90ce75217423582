"""Runs: what was handed in, which agent is at work on it, how it ended; holding back, cancelling, and another try."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from db import audit, dry_runs
from db import runs as stored
from db.engine import Session
from db.runs import RunRow, RunState, StepRow, StepState
from services import chain, stages
from services.database import Database, translated
from services.errors import AftercallError, NotFound
from services.settings import settings

__all__ = [
    "ENDED",
    "Backlog",
    "NotFailed",
    "RunState",
    "RunView",
    "StepState",
    "StepView",
    "active",
    "backlog",
    "cancel",
    "ended",
    "estimate",
    "get",
    "go_on",
    "pause",
    "place",
    "recent",
    "rerun",
    "retry",
    "retry_failed",
    "several",
    "total",
    "view",
]

ENDED: tuple[RunState, ...] = ("done", "failed", "cancelled")
MOST_ACTIVE = 200
log = logging.getLogger("aftercall.runs")


class NotFailed(AftercallError):
    """A run that is at work or done, so that there is nothing to try again."""


@dataclass(frozen=True)
class StepView:
    """One agent's part of a run. ``seconds`` it took, or is taking; None while it waits.

    ``attempts`` is how often it was begun. ``error`` of a step that waits says why it is tried again, ``note`` of one
    that is done why the builtin analyst gave what a model should.
    """

    agent: str
    state: StepState
    seconds: float | None
    error: str | None
    attempts: int = 0
    note: str | None = None


@dataclass(frozen=True)
class RunView:
    """One run as pages show it. ``seconds`` from its begin to its end, or until now.

    ``title`` is the client's name once the run's call is stored, else the file's name. ``seq`` is the order of
    submission, ``note`` a sentence about a run that is done, ``start_at`` the agent that a re-run began with.
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
    seq: int = 0
    note: str | None = None
    start_at: str | None = None
    worker: str | None = None
    dry_run_id: str | None = None


@dataclass(frozen=True)
class Backlog:
    """How much there is to do. ``counts`` by state; ``seconds_left`` None where nothing was ever done here.

    ``seconds_left``: what waits and is at work, at the usual (median) time of the last fifty runs, so many at once
    are at work now, or as one worker carries out. It is an estimate.
    """

    counts: dict[RunState, int]
    usual_seconds: float | None
    seconds_left: float | None


def recent(database: Database, limit: int = 50, offset: int = 0, states: Sequence[RunState] = ()) -> list[RunView]:
    """One page of runs, the newest first; of the given states, or of any."""
    with translated(), database.session() as session:
        rows, _ = stored.recent(session, limit, offset, states)
    return [view(row) for row in rows]


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
    return view(row)


def several(database: Database, run_ids: Sequence[str]) -> list[RunView]:
    """Those of the runs that are stored, in no order."""
    with translated(), database.session() as session:
        return [view(row) for row in stored.several(session, run_ids)]


def ended(database: Database, run_ids: Sequence[str]) -> list[RunView]:
    """Those of the runs that are at their end."""
    with translated(), database.session() as session:
        over = stored.ended(session, run_ids)
        return [view(row) for row in stored.several(session, over)] if over else []


def place(database: Database, run: RunView) -> int:
    """How many runs are carried out before this one that waits."""
    with translated(), database.session() as session:
        return stored.ahead_of(session, run.seq)


def backlog(database: Database) -> Backlog:
    """How many runs stand how, and when those that wait may be done."""
    with translated(), database.session() as session:
        return estimate(stored.counts(session), stored.usual_seconds(session))


def estimate(counts: dict[RunState, int], usual: float | None) -> Backlog:
    """When the runs that wait may be done, by how many there are and the time that one usually takes."""
    waiting = counts.get("queued", 0) + counts.get("running", 0)
    at_once = max(settings().run_threads, counts.get("running", 0))
    left = None if usual is None else usual * waiting / min(at_once, max(waiting, 1))
    return Backlog(counts, usual, left)


def retry(database: Database, run_id: str, actor: str) -> str:
    """Lets a failed or cancelled run wait for its turn once more; it goes on at the agent it stopped at.

    Returns the run's id. Raises NotFound, or NotFailed where the run is at work or done, or a run of the same file
    waits already.
    """
    with translated(), database.session() as session:
        if not stored.requeue(session, ("failed", "cancelled"), [run_id]):
            if stored.get(session, run_id) is None:
                raise NotFound("This run is not stored any more.")
            raise NotFailed("This run did not fail, or the same file is on its way again already.")
        audit.note(session, actor, "retry", runs=1)
    log.info("Run %s is tried again by %s", run_id, actor)
    chain.wake()
    return run_id


def retry_failed(database: Database, actor: str, run_ids: Sequence[str] | None = None) -> int:
    """Lets every failed run wait for its turn once more (of those named, or of all); returns how many."""

    def again(session: Session, chosen: Sequence[str] | None) -> list[str]:
        return stored.requeue(session, ("failed",), chosen)

    return _change(database, again, run_ids, actor, "retry")


def pause(database: Database, actor: str, run_ids: Sequence[str] | None = None) -> int:
    """Holds back the runs that wait; those at work go on to their end. Returns how many."""
    return _change(database, stored.pause, run_ids, actor, "pause")


def go_on(database: Database, actor: str, run_ids: Sequence[str] | None = None) -> int:
    """Lets the runs that were held back wait for their turn. Returns how many."""
    return _change(database, stored.go_on, run_ids, actor, "go_on")


def cancel(database: Database, actor: str, run_ids: Sequence[str] | None = None, *, only_waiting: bool = False) -> int:
    """Ends runs that are not at their end; one at work stops before its next agent. Returns how many.

    ``only_waiting``: those at work are let be.
    """
    states: tuple[RunState, ...] = ("queued", "paused") if only_waiting else stored.UNENDED
    return _change(database, partial(stored.cancel, states=states), run_ids, actor, "cancel")


def rerun(database: Database, external_ids: Sequence[str], actor: str, *, start_at: str | None = None) -> list[str]:
    """Works stored calls through again and returns the ids of the new runs, in the order of the calls.

    ``start_at`` names the agent to begin with; what those before it found out is taken as it is stored. A call that
    came with an older system has no file of ours and is left out. Raises NotFound on an agent that there is none of.
    """
    _known_agent(start_at)
    with translated(), database.session() as session:
        sources = stored.sources_of(session, external_ids)
        started = [
            stored.queue(session, *sources[each], actor=actor, start_at=start_at, external_id=each)
            for each in external_ids
            if each in sources
        ]
        if started:
            audit.note(session, actor, "rerun", runs=len(started), start_at=start_at)
    log.info("%d calls are worked through again by %s", len(started), actor)
    chain.wake()
    return started


def dry_run(database: Database, external_ids: Sequence[str], actor: str, *, start_at: str | None = None) -> str:
    """Works stored calls through in the shadow, as ``rerun`` does for good; returns the dry run's id."""
    _known_agent(start_at)
    with translated(), database.session() as session:
        sources = stored.sources_of(session, external_ids)
        left_out = len(external_ids) - len(sources)
        made = dry_runs.create(session, actor=actor, start_at=start_at, asked=len(external_ids), left_out=left_out)
        for each, source in sources.items():
            stored.queue(session, *source, actor=actor, start_at=start_at, external_id=each, dry_run_id=made)
        audit.note(session, actor, "dry_run", calls=len(external_ids), dry_run=made)
    chain.wake()
    return made


def _known_agent(name: str | None) -> None:
    if name is not None and name not in stages.agent_names():
        raise NotFound(f"There is no agent named {name}.")


def _change(
    database: Database,
    change: Callable[[Session, Sequence[str] | None], list[str]],
    run_ids: Sequence[str] | None,
    actor: str,
    action: str,
) -> int:
    with translated(), database.session() as session:
        changed = change(session, run_ids)
        if changed:
            audit.note(session, actor, action, runs=len(changed))
    log.info("%d runs: %s by %s", len(changed), action, actor)
    chain.wake()
    return len(changed)


def view(row: RunRow) -> RunView:
    """A run of the record as pages show it."""
    steps = tuple(_step(step) for step in row.steps) or tuple(
        StepView(agent, "pending", None, None) for agent in stages.agent_names()
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
        seq=row.seq,
        note=row.note,
        start_at=row.start_at,
        worker=row.worker,
        dry_run_id=row.dry_run_id,
    )


def _step(row: StepRow) -> StepView:
    return StepView(row.agent, row.state, _seconds(row.started_at, row.finished_at), row.error, row.attempts, row.note)


def _seconds(began: datetime | None, ended: datetime | None) -> float | None:
    if began is None:
        return None
    return max(0.0, ((ended or datetime.now(UTC)) - began).total_seconds())
