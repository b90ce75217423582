"""A run as pages show it: what was handed in, which agent is at work on it, how it ended."""

from dataclasses import dataclass
from datetime import UTC, datetime

from db.runs import RunRow, RunState, StepRow, StepState
from services import stages, steps


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
    ``refused``: it is done, and nothing of it was stored, because newer words of its call stand.
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
    refused: bool = False


def view(row: RunRow) -> RunView:
    """A run of the record as pages show it."""
    laid_out = tuple(_step(step) for step in row.steps) or tuple(
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
        steps=laid_out,
        seq=row.seq,
        note=row.note,
        start_at=row.start_at,
        worker=row.worker,
        dry_run_id=row.dry_run_id,
        refused=row.state == "done" and row.note == steps.NEWER,
    )


def _step(row: StepRow) -> StepView:
    return StepView(row.agent, row.state, _seconds(row.started_at, row.finished_at), row.error, row.attempts, row.note)


def _seconds(began: datetime | None, ended: datetime | None) -> float | None:
    if began is None:
        return None
    return max(0.0, ((ended or datetime.now(UTC)) - began).total_seconds())
