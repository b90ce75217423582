"""Next steps of all clients: what is overdue, what is due soon, and what is done."""

from dataclasses import dataclass
from datetime import date, timedelta

from db import next_steps as stored
from db.next_steps import Due, Span, StepRow
from db.overview import FactFilter, roomy
from services.database import Database, translated
from services.json_words import OWNERS
from services.overview import today

__all__ = ["LISTS", "Due", "Step", "counts", "mark", "steps"]

SOON_DAYS = 14
MOST = 25
LISTS: dict[Due, str] = {
    "overdue": "Overdue",
    "soon": f"Next {SOON_DAYS} days",
    "later": "Later",
    "no day": "No day",
    "done": "Done",
}


@dataclass(frozen=True)
class Step:
    """A next step of a client's call: who does what until when, in words."""

    external_id: str
    key: str
    client: str
    who: str
    action: str
    due: str | None
    day: date | None
    done: str | None


def counts(database: Database, wanted: FactFilter) -> dict[Due, int]:
    """How many steps stand in each list, of the calls that a filter leaves.

    Steps count as far as words of the calls support them or a person wrote them.
    """
    with translated(), database.session() as session:
        roomy(session)
        return stored.counts(session, wanted, _span())


def steps(database: Database, wanted: FactFilter, due: Due, limit: int = MOST) -> list[Step]:
    """The steps of one list, cut to ``limit``: the next due first, of the overdue and the done ones the latest."""
    with translated(), database.session() as session:
        return [_step(row) for row in stored.listing(session, wanted, _span(), due, limit)]


def _span() -> Span:
    now = today()
    return Span(now, now + timedelta(days=SOON_DAYS))


def mark(database: Database, external_id: str, key: str, done: bool, actor: str) -> bool:
    """Notes that a step is done, or open again; whether that is news. Raises NotFound."""
    with translated(), database.session() as session:
        return stored.mark(session, external_id, key, done, actor=actor)


def _step(row: StepRow) -> Step:
    step = row.step if isinstance(row.step, dict) else {}
    return Step(
        external_id=row.external_id,
        key=row.key,
        client=row.client_name or row.filename or row.external_id,
        who=OWNERS.get(row.owner, row.owner or "Nobody named"),
        action=str(step.get("action") or ""),
        due=str(step["due"]) if step.get("due") else None,
        day=row.day,
        done=row.done_by,
    )
