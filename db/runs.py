"""Runs through the chain: how they stand and how they end. Handing in: db/intake.py; the agents: db/steps.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from db.errors import NoSuchRow
from db.intake import add_source, get_source, queue, queue_many
from db.models import Run, RunOutput, RunStep, Transcript
from db.steps import StepRow, StepState, steps_of
from db.stored import storable_text

__all__ = ["RunRow", "RunState", "StepRow", "StepState", "add_source", "get_source", "queue", "queue_many"]

RunState = Literal["queued", "paused", "running", "done", "failed", "cancelled"]
UNENDED: tuple[RunState, ...] = ("queued", "paused", "running")


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run with its steps, in their order. ``error`` and ``note`` are sentences, or None.

    ``client_name`` is that of the call which the run wrote, as it stands now.
    """

    id: str
    source_digest: str
    filename: str
    options: dict[str, Any]
    external_id: str | None
    transcript_id: int | None
    client_name: str | None
    state: RunState
    actor: str
    error: str | None
    note: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    seq: int
    start_at: str | None
    tries: int
    worker: str | None
    dry_run_id: str | None = None
    steps: tuple[StepRow, ...] = ()

    @property
    def again(self) -> bool:
        """Whether it works a stored call through again, and no file that was handed in."""
        return "words" in self.options or self.start_at is not None

    @property
    def order(self) -> int:
        """The place of its words among those of the same call: when their file was handed in, not when they are read.

        A file's own run has its ``seq``, a run that works a call through again that of the words it works on.
        """
        return int(self.options.get("words", self.seq))


def begin(session: Session, run_id: str, tries: int, worker: str) -> RunRow | None:
    """Takes a run that waits, or goes on with one that was at work; None where it is at its end or held back.

    Also where it was let go again since: each try is another's to take.
    """
    taken = (
        update(Run)
        .where(Run.id == run_id, Run.tries == tries, Run.state.in_(("queued", "running")))
        .values(state="running", started_at=func.coalesce(Run.started_at, func.clock_timestamp()), worker=worker)
        .returning(*(getattr(Run, name) for name in _OWN))
        .execution_options(synchronize_session=False)
    )
    row = session.execute(taken).one_or_none()
    return None if row is None else RunRow(**row._mapping, client_name=None)


def finish(
    session: Session,
    run_id: str,
    *,
    external_id: str | None,
    transcript_id: int | None,
    note: str | None = None,
    last: str | None = None,
) -> None:
    """Notes that a run is done, and which call it wrote; what its agents gave is needed no more.

    ``last`` names the agent that did so: its step is done with it.
    """
    values = {"external_id": external_id, "transcript_id": transcript_id, "note": note, "last": last}
    if session.scalar(_FINISH, {"run_id": run_id, **values}) is None:
        raise NoSuchRow("This run is not stored any more.")


def fail(session: Session, run_id: str, error: str) -> None:
    """Notes that a run failed, and why (a sentence); a step that was at work failed with it."""
    told = storable_text(error)
    session.execute(
        update(RunStep)
        .where(RunStep.run_id == run_id, RunStep.state == "running")
        .values(state="failed", finished_at=func.clock_timestamp(), error=told)
    )
    _end(session, run_id, state="failed", error=told)


def requeue(session: Session, states: Sequence[RunState], run_ids: Sequence[str] | None = None) -> list[str]:
    """Lets runs that are in one of the states wait for their turn again, and returns their ids.

    The work goes on where it stopped, as far as what their agents gave is kept. Where a run of the same file waits
    already, none joins it.
    """
    twin = (
        select(RunTwin.id)
        .where(RunTwin.fingerprint == Run.fingerprint, RunTwin.id != Run.id, RunTwin.state.in_(UNENDED))
        .exists()
    )
    again = (
        update(Run)
        .where(*_chosen(run_ids), Run.state.in_(states), ~twin)
        .values(
            state="queued",
            error=None,
            started_at=None,
            finished_at=None,
            dispatched_at=None,
            tries=Run.tries + 1,
        )
        .returning(Run.id)
        .execution_options(synchronize_session=False)
    )
    found = list(session.scalars(again))
    session.execute(
        update(RunStep)
        .where(RunStep.run_id.in_(found), or_(RunStep.state.in_(("failed", "running")), _given_away))
        .values(state="pending", attempts=0, error=None, started_at=None, finished_at=None)
    )
    return found


def pause(session: Session, run_ids: Sequence[str] | None = None) -> list[str]:
    """Holds back runs that wait (all of them, where none is named), and returns their ids."""
    return _move(session, ("queued",), run_ids, state="paused", dispatched_at=None, tries=Run.tries + 1)


def go_on(session: Session, run_ids: Sequence[str] | None = None) -> list[str]:
    """Lets runs that were held back wait for their turn, and returns their ids."""
    return _move(session, ("paused",), run_ids, state="queued")


def cancel(session: Session, run_ids: Sequence[str] | None = None, states: Sequence[RunState] = UNENDED) -> list[str]:
    """Ends runs that are not at their end; one that is at work stops before its next agent. Returns their ids."""
    return _move(session, states, run_ids, state="cancelled", finished_at=func.clock_timestamp())


def get(session: Session, run_id: str) -> RunRow | None:
    """One run, or None."""
    return next(iter(_rows(session, select(Run).where(Run.id == run_id))), None)


def several(session: Session, run_ids: Sequence[str]) -> list[RunRow]:
    """Those of the runs that are stored."""
    return _rows(session, select(Run).where(Run.id.in_(list(run_ids))))


def ended(session: Session, run_ids: Sequence[str]) -> list[str]:
    """Those of the runs that are at their end, or not stored at all any more."""
    alive = set(session.scalars(select(Run.id).where(Run.id.in_(list(run_ids)), Run.state.in_(UNENDED))))
    return [run_id for run_id in run_ids if run_id not in alive]


def name_call(session: Session, run_id: str, external_id: str) -> None:
    """Notes of which call a run's file turned out to be."""
    named = update(Run).where(Run.id == run_id).values(external_id=storable_text(external_id))
    session.execute(named, execution_options={"synchronize_session": False})


def state_of(session: Session, run_id: str) -> RunState | None:
    """How one run stands, or None where there is no such run."""
    state: RunState | None = session.scalar(select(Run.state).where(Run.id == run_id))
    return state


def recent(
    session: Session, limit: int = 50, offset: int = 0, states: Sequence[RunState] = ()
) -> tuple[list[RunRow], int]:
    """One page of runs, the newest first, and how many there are on all pages. ``states`` empty: any."""
    conditions = [Run.state.in_(states)] if states else []
    statement = select(Run).where(*conditions).order_by(Run.created_at.desc(), Run.id.desc())
    total = session.scalar(select(func.count()).select_from(Run).where(*conditions)) or 0
    return _rows(session, statement.limit(limit).offset(offset)), total


def counts(session: Session) -> dict[RunState, int]:
    """How many runs there are in each state; a state without any is left out."""
    found: dict[Any, int] = {}
    for state, number in session.execute(select(Run.state, func.count()).group_by(Run.state)):
        found[state] = number
    return found


def ahead_of(session: Session, seq: int) -> int:
    """How many runs wait or are at work that were handed in before."""
    statement = select(func.count()).where(Run.state.in_(("queued", "running")), Run.seq < seq)
    return session.scalar(statement) or 0


def usual_seconds(session: Session, last: int = 50) -> float | None:
    """The median time of the last runs that came to a good end, in seconds; None before the first."""
    took = func.extract("epoch", Run.finished_at - Run.started_at).label("took")
    latest = (
        select(took)
        .where(Run.state == "done", Run.started_at.is_not(None))
        .order_by(Run.created_at.desc())
        .limit(last)
        .subquery()
    )
    median = session.scalar(select(func.percentile_cont(0.5).within_group(latest.c.took)))
    return None if median is None else float(median)


def unfinished(session: Session) -> list[RunRow]:
    """Queued and running runs, the oldest first."""
    return _rows(session, select(Run).where(Run.state.in_(("queued", "running"))).order_by(Run.seq))


_OWN = [name for name in RunRow.__slots__ if name not in ("client_name", "steps")]
_FINISH = text("""
WITH given AS (
  DELETE FROM run_outputs WHERE run_id = :run_id
), ended AS (
  UPDATE run_steps SET state = 'done', finished_at = clock_timestamp(), error = NULL
  WHERE run_id = :run_id AND agent = :last
)
UPDATE runs SET state = 'done', error = NULL, note = :note, external_id = :external_id,
  transcript_id = :transcript_id, finished_at = clock_timestamp()
WHERE id = :run_id RETURNING id""")


def forget_workings(session: Session, before: datetime) -> None:
    """Drops what the agents of runs gave that ended without a good end before that moment."""
    old = select(Run.id).where(Run.state.in_(("failed", "cancelled")), Run.finished_at < before)
    session.execute(delete(RunOutput).where(RunOutput.run_id.in_(old)))


# Done, and what it gave is not there any more.
_given_away = (RunStep.state == "done") & ~(
    select(RunOutput.agent).where(RunOutput.run_id == RunStep.run_id, RunOutput.agent == RunStep.agent).exists()
)
RunTwin = Run.__table__.alias("twin").c


def _chosen(run_ids: Sequence[str] | None) -> list[ColumnElement[bool]]:
    return [] if run_ids is None else [Run.id.in_(list(run_ids))]


def _move(session: Session, states: Sequence[RunState], run_ids: Sequence[str] | None, **values: Any) -> list[str]:
    moved = update(Run).where(*_chosen(run_ids), Run.state.in_(states)).values(**values).returning(Run.id)
    return list(session.scalars(moved.execution_options(synchronize_session=False)))


def _rows(session: Session, statement: Any) -> list[RunRow]:
    """The runs that a statement on ``Run`` finds, each with its steps and its call's client."""
    named = statement.add_columns(Transcript.client_name).outerjoin(Transcript, Transcript.id == Run.transcript_id)
    found = session.execute(named, execution_options={"populate_existing": True}).all()
    steps = steps_of(session, [run.id for run, _ in found])
    return [
        RunRow(**{name: getattr(run, name) for name in _OWN}, client_name=client, steps=tuple(steps[run.id]))
        for run, client in found
    ]


def _end(session: Session, run_id: str, **values: Any) -> None:
    statement = update(Run).where(Run.id == run_id).values(finished_at=func.clock_timestamp(), **values)
    if session.scalar(statement.returning(Run.id)) is None:
        raise NoSuchRow("This run is not stored any more.")
