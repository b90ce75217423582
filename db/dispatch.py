"""Runs on their way to the workers, in the order in which they were handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from db.models import Run


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One run that was taken. ``tries`` tells its workflows apart: a run that is let go again gets a new one."""

    run_id: str
    tries: int
    dispatched_at: datetime | None


def take(session: Session, most: int) -> list[Dispatch]:
    """Takes the oldest runs that wait, ``most`` of them; nobody else gets them. In their order.

    One that works a stored call through again waits for the others of that call that are at work or came before it:
    what they store is what it goes on from. A file that nobody has read yet may be of any call. Runs that are held
    back, or failed, are not waited for.
    """
    rows = session.execute(_TAKE, {"most": most})
    return [Dispatch(row.id, row.tries, row.dispatched_at) for row in sorted(rows, key=lambda row: row.seq)]


def unmark(session: Session, run_ids: Sequence[str]) -> None:
    """Has runs that were taken, and are not at their end, wait to be taken again, as another try."""
    again = {"state": "queued", "dispatched_at": None, "tries": Run.tries + 1}
    session.execute(update(Run).where(Run.id.in_(run_ids), *_IN_QUEUE).values(**again))


def in_queue(session: Session) -> list[Dispatch]:
    """The runs that were taken and are not at their end, the oldest first."""
    return [Dispatch(*row) for row in session.execute(select(*_COLUMNS).where(*_IN_QUEUE).order_by(Run.seq))]


def places(session: Session, run_ids: Sequence[str]) -> dict[str, int]:
    """How many runs, waiting or at work, are before each of these that wait; runs that do not wait are left out."""
    alive = Run.state.in_(("queued", "running"))
    before = (func.row_number().over(order_by=Run.seq) - 1).label("before")
    queue = select(Run.id, Run.state, before).where(alive).subquery()
    wanted = select(queue.c.id, queue.c.before).where(queue.c.id.in_(list(run_ids)), queue.c.state == "queued")
    return {row.id: row.before for row in session.execute(wanted)}


def lately_at_work(session: Session, last: int = 100) -> list[str]:
    """The names of the workers that took the last runs."""
    latest = select(Run.worker).where(Run.worker.is_not(None)).order_by(Run.seq.desc()).limit(last).subquery()
    return list(session.scalars(select(latest.c.worker).distinct()))


_COLUMNS = (Run.id, Run.tries, Run.dispatched_at)
_IN_QUEUE = (Run.state.in_(("queued", "running")), Run.dispatched_at.is_not(None))
# `mine` may be of the same call as `other`, whose file may not have been read yet.
_SAME_CALL = "other.dry_run_id IS NULL AND coalesce(other.external_id, mine.external_id) = mine.external_id"
_TAKE = text(f"""
WITH oldest AS MATERIALIZED (
  SELECT id FROM runs AS mine WHERE state = 'queued' AND dispatched_at IS NULL
  AND CASE WHEN mine.options ? 'words' OR mine.start_at IS NOT NULL THEN NOT EXISTS (
    SELECT FROM runs AS other
    WHERE other.state IN ('queued', 'running') AND other.dispatched_at IS NOT NULL AND {_SAME_CALL}
  ) AND NOT EXISTS (
    SELECT FROM runs AS other
    WHERE other.state = 'queued' AND other.dispatched_at IS NULL AND other.seq < mine.seq AND {_SAME_CALL}
  ) ELSE true END
  ORDER BY seq LIMIT :most FOR UPDATE SKIP LOCKED
)
UPDATE runs SET dispatched_at = clock_timestamp()
FROM oldest WHERE runs.id = oldest.id
RETURNING runs.id, tries, dispatched_at, seq""")  # noqa: S608 (our own words alone)
