"""Runs: what was handed in, which agent is at work on it, how it ended; holding back, cancelling, and another try."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from db import audit, dry_runs, words
from db import runs as stored
from db.engine import Session
from db.runs import RunState, StepState
from db.words import Words
from services import chain, stages
from services.database import Database, translated
from services.errors import AftercallError, NotFound
from services.run_views import RunView, StepView, view
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
    at_once = max(settings().calls_at_once, counts.get("running", 0))
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
        found = words.of_calls(session, external_ids)
        started = [_queue(session, each, found[each], actor, start_at) for each in external_ids if each in found]
        if started:
            audit.note(session, actor, "rerun", runs=len(started), start_at=start_at)
    log.info("%d calls are worked through again by %s", len(started), actor)
    chain.wake()
    return started


def dry_run(database: Database, external_ids: Sequence[str], actor: str, *, start_at: str | None = None) -> str:
    """Works stored calls through in the shadow, as ``rerun`` does for good; returns the dry run's id."""
    _known_agent(start_at)
    with translated(), database.session() as session:
        found = words.of_calls(session, external_ids)
        left_out = len(external_ids) - len(found)
        made = dry_runs.create(session, actor=actor, start_at=start_at, asked=len(external_ids), left_out=left_out)
        for each, of_call in found.items():
            _queue(session, each, of_call, actor, start_at, made)
        audit.note(session, actor, "dry_run", calls=len(external_ids), dry_run=made)
    chain.wake()
    return made


def _queue(
    session: Session, external_id: str, of_call: Words, actor: str, start_at: str | None, dry_run_id: str | None = None
) -> str:
    """Queues a run on the words that stand in a call, and that is to be this call's whatever they are read as today."""
    file = (of_call.digest, of_call.filename, of_call.options)
    return stored.queue(session, *file, actor=actor, start_at=start_at, external_id=external_id, dry_run_id=dry_run_id)


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
