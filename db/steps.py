"""The agents' parts of a run: how each stands, how often it was begun, and what it gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from db.errors import NoSuchRow
from db.models import RunOutput, RunStep
from db.stored import storable_text, to_json

StepState = Literal["pending", "running", "done", "failed", "kept"]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One agent's part of a run. ``attempts`` is how often it was begun; ``error`` a sentence, or None.

    ``note`` is a sentence about what it gave: why it is the builtin analyst's though a model is configured.
    """

    agent: str
    position: int
    state: StepState
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    attempts: int
    note: str | None = None


def lay_out(session: Session, run_id: str, agents: Sequence[str], kept: Sequence[str] = ()) -> None:
    """Writes the steps of a run, in their order, where they do not stand yet; those ``kept`` need not be done."""
    states = ["kept" if agent in kept else "pending" for agent in agents]
    session.execute(_LAY_OUT, {"run_id": run_id, "agents": list(agents), "states": states})


@dataclass(frozen=True, slots=True)
class StepBegun:
    """A step as it stood before it was begun just now; ``attempts`` counts this time. And how its run stands."""

    state: StepState
    attempts: int
    run_state: str
    tries: int


def began(session: Session, run_id: str, agent: str) -> StepBegun:
    """Notes that an agent is at work, but where it is done already or its run was stopped. Raises NoSuchRow.

    That an agent began may be lost with the server: nothing hangs on it, so nobody waits for the disk.
    """
    before = session.execute(_BEGAN, {"run_id": run_id, "agent": agent}).one_or_none()
    if before is None:
        raise NoSuchRow(f"The run has no step named {agent}.")
    return StepBegun(before.state, before.attempts + 1, before.run_state, before.tries)


def done(session: Session, run_id: str, agent: str, output: dict[str, Any], note: str | None = None) -> None:
    """Notes that an agent is done, and keeps what it gave, as JSON, for those that come after it. Raises NoSuchRow.

    ``note`` is a sentence about what it gave.

    The disk is waited for: what is done is not done again, whatever is killed.
    """
    told = None if note is None else storable_text(note)
    values = {"run_id": run_id, "agent": agent, "output": to_json(output), "note": told}
    if session.scalar(_DONE, values) is None:
        raise NoSuchRow(f"The run has no step named {agent}.")


# One round trip each: a run has twenty of them.
_BEGAN = text("""
WITH before AS (
  SELECT s.state, s.attempts, r.state AS run_state, r.tries, set_config('synchronous_commit', 'off', true)
  FROM run_steps s JOIN runs r ON r.id = s.run_id
  WHERE s.run_id = :run_id AND s.agent = :agent FOR UPDATE OF s
), begun AS (
  UPDATE run_steps SET state = 'running', attempts = run_steps.attempts + 1,
    started_at = clock_timestamp(), finished_at = NULL
  FROM before
  WHERE run_id = :run_id AND agent = :agent AND before.state NOT IN ('done', 'kept') AND before.run_state = 'running'
)
SELECT state, attempts, run_state, tries FROM before""")
_LAY_OUT = text("""
INSERT INTO run_steps (run_id, agent, position, state)
SELECT :run_id, agent, place - 1, state
FROM unnest(CAST(:agents AS text[]), CAST(:states AS text[])) WITH ORDINALITY AS laid (agent, state, place)
ON CONFLICT DO NOTHING""")
_DONE = text("""
WITH kept AS (
  INSERT INTO run_outputs (run_id, agent, output) VALUES (:run_id, :agent, CAST(:output AS json))
  ON CONFLICT (run_id, agent) DO UPDATE SET output = excluded.output
)
UPDATE run_steps SET state = 'done', finished_at = clock_timestamp(), error = NULL, note = :note
WHERE run_id = :run_id AND agent = :agent
RETURNING state""")


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
