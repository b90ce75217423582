"""How all runs stand, read at one glance: few statements, since many people look often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from db import dispatch
from db.runs import RunRow, RunState
from db.steps import StepRow


@dataclass(frozen=True, slots=True)
class Glance:
    """The runs at one moment.

    ``counts`` is how many stand how, ``usual_seconds`` the median time of the last fifty that are done, ``since`` the
    moment since which the oldest that waits or is at work does so. ``at_work`` are the newest of those at work,
    ``rows`` one page of the wanted ones, ``places`` how many are before each of these that waits.
    """

    counts: dict[RunState, int]
    usual_seconds: float | None
    since: datetime | None
    at_work: list[RunRow]
    rows: list[RunRow]
    places: dict[str, int]


def glance(session: Session, states: Sequence[RunState], limit: int, offset: int, most_at_work: int) -> Glance:
    """How the runs stand, with one page of those of the wanted states (or of any), the newest first."""
    counted = session.execute(_COUNTS).all()
    counts: dict[RunState, int] = {row.state: row.number for row in counted}
    usual, since = (counted[0].usual, counted[0].since) if counted else (None, None)
    wanted = {"states": list(states), "limit": limit, "offset": offset, "most": most_at_work}
    found = session.execute(_SOME if states else _ALL, wanted).all()
    steps = _steps(session, {row.id for row in found if row.state not in ("queued", "paused")})
    runs = [(row.busy, _run(row, steps)) for row in found]
    rows = [run for busy, run in runs if not busy]
    waiting = [run.id for run in rows if run.state == "queued"]
    return Glance(
        counts=counts,
        usual_seconds=None if usual is None else float(usual),
        since=since,
        at_work=[run for busy, run in runs if busy],
        rows=rows,
        places=dispatch.places(session, waiting) if waiting else {},
    )


def _run(row: Any, steps: dict[str, list[StepRow]]) -> RunRow:
    values = {name: getattr(row, name) for name in _NAMES}
    return RunRow(**values, steps=tuple(steps.get(row.id, ())))


def _steps(session: Session, run_ids: set[str]) -> dict[str, list[StepRow]]:
    steps: dict[str, list[StepRow]] = {}
    for run_id, *step in session.execute(_STEPS, {"ids": sorted(run_ids)}) if run_ids else ():
        steps.setdefault(run_id, []).append(StepRow(*step))
    return steps


_COUNTS = text("""
WITH latest AS (
  SELECT extract(epoch FROM finished_at - started_at) AS took FROM runs
  WHERE state = 'done' AND started_at IS NOT NULL ORDER BY created_at DESC LIMIT 50
)
SELECT state, count(*) AS number,
  (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took) FROM latest) AS usual,
  (SELECT min(coalesce(started_at, created_at)) FROM runs WHERE state IN ('queued', 'running')) AS since
FROM runs GROUP BY state""")
_NAMES = [name for name in RunRow.__slots__ if name != "steps"]
_OWN = ", ".join("t.client_name" if name == "client_name" else f"r.{name}" for name in _NAMES)
_PAGE = f"""
WITH chosen AS (
  (SELECT id, true AS busy FROM runs WHERE state = 'running' ORDER BY created_at DESC, id DESC LIMIT :most)
  UNION ALL
  (SELECT id, false FROM runs {{wanted}} ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset)
)
SELECT chosen.busy, {_OWN}
FROM chosen JOIN runs r ON r.id = chosen.id LEFT JOIN transcripts t ON t.id = r.transcript_id
ORDER BY r.created_at DESC, r.id DESC"""  # noqa: S608 (names of columns of our own)
_ALL = text(_PAGE.format(wanted=""))
_SOME = text(_PAGE.format(wanted="WHERE state = ANY (:states)"))
_STEPS = text(f"""
SELECT run_id, {", ".join(StepRow.__slots__)} FROM run_steps WHERE run_id = ANY (:ids)
ORDER BY run_id, position""")  # noqa: S608 (names of columns of our own)
