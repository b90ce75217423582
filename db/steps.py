"""The agents' parts of a run: how each stands, how often it was begun, and what it gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.errors import NoSuchRow
from db.models import RunOutput, RunStep
from db.stored import storable_text

StepState = Literal["pending", "running", "done", "failed", "kept"]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One agent's part of a run. ``attempts`` is how often it was begun; ``error`` a sentence, or None."""

    agent: str
    position: int
    state: StepState
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    attempts: int


def lay_out(session: Session, run_id: str, agents: Sequence[str], kept: Sequence[str] = ()) -> None:
    """Writes the steps of a run, in their order, where they do not stand yet; those ``kept`` need not be done."""
    rows = [
        {"run_id": run_id, "agent": agent, "position": position, "state": "kept" if agent in kept else "pending"}
        for position, agent in enumerate(agents)
    ]
    session.execute(insert(RunStep).on_conflict_do_nothing(), rows)


def began(session: Session, run_id: str, agent: str) -> StepRow:
    """Notes that an agent is at work, but where it is done already, and returns the step as it stood before.

    ``attempts`` counts this one. That an agent began may be lost with the server: nothing hangs on it.
    """
    session.execute(text("SET LOCAL synchronous_commit = off"))
    columns = (RunStep.position, RunStep.state, RunStep.started_at, RunStep.finished_at, RunStep.error)
    mine = (RunStep.run_id == run_id, RunStep.agent == agent)
    before = session.execute(select(*columns, RunStep.attempts).where(*mine).with_for_update()).one_or_none()
    if before is None:
        raise NoSuchRow(f"The run has no step named {agent}.")
    if before.state not in ("done", "kept"):
        again = {"state": "running", "started_at": func.clock_timestamp(), "attempts": RunStep.attempts + 1}
        session.execute(update(RunStep).where(*mine).values(finished_at=None, **again))
    return StepRow(
        agent, before.position, before.state, before.started_at, before.finished_at, before.error, before.attempts + 1
    )


def done(session: Session, run_id: str, agent: str, output: dict[str, Any] | None) -> None:
    """Notes that an agent is done, and keeps what it gave for those that come after it.

    ``output`` is JSON; None where nobody needs it. Written without waiting for the disk: what comes after it in
    the server's log, and is waited for, makes it durable too.
    """
    session.execute(text("SET LOCAL synchronous_commit = off"))
    if output is not None:
        fresh = insert(RunOutput).values(run_id=run_id, agent=agent, output=output)
        session.execute(
            fresh.on_conflict_do_update(index_elements=["run_id", "agent"], set_={"output": fresh.excluded.output})
        )
    ended(session, run_id, agent)


def ended(session: Session, run_id: str, agent: str, error: str | None = None) -> None:
    """Notes that an agent is done, or that it failed and why."""
    state = "done" if error is None else "failed"
    told = None if error is None else storable_text(error)
    mine = (RunStep.run_id == run_id, RunStep.agent == agent)
    values = {"state": state, "finished_at": func.clock_timestamp(), "error": told}
    if session.scalar(update(RunStep).where(*mine).values(**values).returning(RunStep.position)) is None:
        raise NoSuchRow(f"The run has no step named {agent}.")


def waits(session: Session, run_id: str, agent: str, reason: str) -> None:
    """Notes that an agent will be begun again, and why it was not done."""
    mine = (RunStep.run_id == run_id, RunStep.agent == agent)
    session.execute(update(RunStep).where(*mine).values(state="pending", error=storable_text(reason)))


def outputs(session: Session, run_id: str) -> dict[str, dict[str, Any]]:
    """What the agents of a run gave so far, by agent."""
    found = session.execute(select(RunOutput.agent, RunOutput.output).where(RunOutput.run_id == run_id))
    return {row.agent: row.output for row in found}


def steps_of(session: Session, run_ids: Sequence[str]) -> dict[str, list[StepRow]]:
    """The steps of runs, in their order, by run."""
    steps: dict[str, list[StepRow]] = {run_id: [] for run_id in run_ids}
    columns = [getattr(RunStep, name) for name in StepRow.__slots__]
    wanted = select(RunStep.run_id, *columns).where(RunStep.run_id.in_(list(steps))).order_by(RunStep.position)
    for row in session.execute(wanted):
        steps[row.run_id].append(StepRow(**{name: getattr(row, name) for name in StepRow.__slots__}))
    return steps
