"""Uploaded files, their runs through the chain, and the steps of each run."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.errors import NoSuchRow
from db.models import Run, RunStep, Source, Transcript
from db.stored import storable, storable_text

RunState = Literal["queued", "running", "done", "failed"]
StepState = Literal["pending", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One agent's part of a run."""

    agent: str
    position: int
    state: StepState
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run with its steps, in their order. ``error`` is a sentence, or None.

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
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    steps: tuple[StepRow, ...] = ()


def add_source(session: Session, content: bytes, *, actor: str) -> str:
    """Stores the bytes of a file, once however often it comes; returns their digest (sha256 in hex)."""
    digest = sha256(content).hexdigest()
    row = {"digest": digest, "content": content, "size": len(content), "actor": actor}
    session.execute(insert(Source).values(row).on_conflict_do_nothing())
    return digest


def get_source(session: Session, digest: str) -> bytes:
    """The bytes of a file. Raises NoSuchRow."""
    content = session.scalar(select(Source.content).where(Source.digest == digest))
    if content is None:
        raise NoSuchRow("The uploaded file is not stored any more.")
    return content


def queue(session: Session, source_digest: str, filename: str, options: dict[str, Any], *, actor: str) -> str:
    """A new run that waits for its turn; returns its id."""
    run = Run(
        id=str(uuid.uuid4()),
        source_digest=source_digest,
        filename=storable_text(filename),
        options=storable(options),
        state="queued",
        actor=actor,
        created_at=func.clock_timestamp(),
    )
    session.add(run)
    session.flush()
    return run.id


def begin(session: Session, run_id: str, agents: Sequence[str]) -> bool:
    """Takes a queued run and lays out its steps. False where somebody else has taken it."""
    taken = session.scalar(
        update(Run)
        .where(Run.id == run_id, Run.state == "queued")
        .values(state="running", started_at=func.clock_timestamp(), finished_at=None, error=None)
        .returning(Run.id)
    )
    if taken is None:
        return False
    session.execute(delete(RunStep).where(RunStep.run_id == run_id))
    session.add_all(
        RunStep(run_id=run_id, agent=agent, position=position, state="pending") for position, agent in enumerate(agents)
    )
    session.flush()
    return True


def step_began(session: Session, run_id: str, agent: str) -> None:
    """Notes that an agent is at work."""
    _set_step(session, run_id, agent, state="running", started_at=func.clock_timestamp())


def step_ended(session: Session, run_id: str, agent: str, error: str | None = None) -> None:
    """Notes that an agent is done, or that it failed and why."""
    state = "done" if error is None else "failed"
    _set_step(session, run_id, agent, state=state, finished_at=func.clock_timestamp(), error=_told(error))


def finish(session: Session, run_id: str, *, external_id: str | None, transcript_id: int | None) -> None:
    """Notes that a run is done, and which call it wrote."""
    _end(session, run_id, state="done", error=None, external_id=external_id, transcript_id=transcript_id)


def fail(session: Session, run_id: str, error: str) -> None:
    """Notes that a run failed, and why (a sentence); a step that was at work failed with it."""
    session.execute(
        update(RunStep)
        .where(RunStep.run_id == run_id, RunStep.state == "running")
        .values(state="failed", finished_at=func.clock_timestamp(), error=_told(error))
    )
    _end(session, run_id, state="failed", error=_told(error))


def requeue(session: Session, run_id: str, *, states: Sequence[RunState] = ("failed",)) -> bool:
    """Lets a run wait for its turn again; False where it is in none of the states (another one took it)."""
    again = session.scalar(
        update(Run)
        .where(Run.id == run_id, Run.state.in_(states))
        .values(state="queued", error=None, started_at=None, finished_at=None)
        .returning(Run.id)
    )
    if again is not None:
        session.execute(delete(RunStep).where(RunStep.run_id == run_id))
    return again is not None


def get(session: Session, run_id: str) -> RunRow | None:
    """One run, or None."""
    return next(iter(_rows(session, select(Run).where(Run.id == run_id))), None)


def recent(
    session: Session, limit: int = 50, offset: int = 0, states: Sequence[RunState] = ()
) -> tuple[list[RunRow], int]:
    """One page of runs, the newest first, and how many there are on all pages. ``states`` empty: any."""
    conditions = [Run.state.in_(states)] if states else []
    statement = select(Run).where(*conditions).order_by(Run.created_at.desc(), Run.id.desc())
    total = session.scalar(select(func.count()).select_from(Run).where(*conditions)) or 0
    return _rows(session, statement.limit(limit).offset(offset)), total


def unfinished(session: Session) -> list[RunRow]:
    """Queued and running runs, the oldest first: what a starting chain has to see to."""
    return _rows(session, select(Run).where(Run.state.in_(("queued", "running"))).order_by(Run.created_at, Run.id))


def _rows(session: Session, statement: Any) -> list[RunRow]:
    """The runs that a statement on ``Run`` finds, each with its steps and its call's client."""
    named = statement.add_columns(Transcript.client_name).outerjoin(Transcript, Transcript.id == Run.transcript_id)
    found = session.execute(named, execution_options={"populate_existing": True}).all()
    steps: dict[str, list[StepRow]] = {run.id: [] for run, _ in found}
    columns = (RunStep.agent, RunStep.position, RunStep.state, RunStep.started_at, RunStep.finished_at, RunStep.error)
    wanted = select(RunStep.run_id, *columns).where(RunStep.run_id.in_(list(steps))).order_by(RunStep.position)
    for row in session.execute(wanted):
        steps[row.run_id].append(StepRow(**{name: getattr(row, name) for name in StepRow.__slots__}))
    names = [name for name in RunRow.__slots__ if name not in ("client_name", "steps")]
    return [
        RunRow(**{name: getattr(run, name) for name in names}, client_name=client, steps=tuple(steps[run.id]))
        for run, client in found
    ]


def _set_step(session: Session, run_id: str, agent: str, **values: Any) -> None:
    statement = update(RunStep).where(RunStep.run_id == run_id, RunStep.agent == agent).values(**values)
    if session.scalar(statement.returning(RunStep.position)) is None:
        raise NoSuchRow(f"The run has no step named {agent}.")


def _end(session: Session, run_id: str, **values: Any) -> None:
    statement = update(Run).where(Run.id == run_id).values(finished_at=func.clock_timestamp(), **values)
    if session.scalar(statement.returning(Run.id)) is None:
        raise NoSuchRow("This run is not stored any more.")


def _told(error: str | None) -> str | None:
    return None if error is None else storable_text(error)
