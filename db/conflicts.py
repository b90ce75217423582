"""The calls of which a later run says something else than the one that a person corrected."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from db import ledger
from db.ledger import Heads
from db.listings import CallFilter, conditions
from db.models import Transcript


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A call with its fields in conflict, and what was said of each."""

    external_id: str
    version: int
    client_name: str | None
    filename: str | None
    fields: dict[str, Heads]


def count(session: Session) -> int:
    """How many fields are in conflict."""
    statement = select(func.sum(func.cardinality(Transcript.conflicts))).where(_OPEN)
    return int(session.scalar(statement) or 0)


def calls(session: Session, search: str = "") -> int:
    """How many calls have conflicts."""
    statement = select(func.count()).select_from(Transcript).where(_OPEN, *conditions(CallFilter(search=search)))
    return session.scalar(statement) or 0


def listing(
    session: Session, limit: int, offset: int = 0, search: str = "", external_id: str | None = None
) -> list[ConflictRow]:
    """Calls with conflicts, the one that was written last first; of the one call alone where its id is given."""
    asked: list[ColumnElement[bool]] = [_OPEN, *conditions(CallFilter(search=search))]
    if external_id is not None:
        asked.append(Transcript.external_id == external_id)
    columns = (
        Transcript.id,
        Transcript.external_id,
        Transcript.version,
        Transcript.client_name,
        Transcript.filename,
        Transcript.conflicts,
    )
    statement = select(*columns).where(*asked).order_by(Transcript.updated_at.desc(), Transcript.id.desc())
    rows = session.execute(statement.limit(limit).offset(offset)).all()
    heads = ledger.heads(session, [row.id for row in rows])
    return [
        ConflictRow(
            row.external_id,
            row.version,
            row.client_name,
            row.filename,
            {field: heads[row.id][field] for field in row.conflicts if field in heads[row.id]},
        )
        for row in rows
    ]


_OPEN: ColumnElement[bool] = text("conflicts <> '{}'")  # type: ignore[assignment]  # as the index has it
