"""What the calls of one household say of its fields: each call's word, with who said it and on what."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import ledger
from db.ledger import CRM, Heads, ValueRow
from db.models import Transcript

__all__ = ["CallSaid", "Heads", "ValueRow", "of_calls"]


@dataclass(frozen=True, slots=True)
class CallSaid:
    """A call, and what was said last of those of its fields of which anybody spoke, by their names."""

    id: int
    external_id: str
    version: int
    title: str | None
    filename: str | None
    meeting_date: str | None
    fields: dict[str, Heads]


def of_calls(session: Session, calls: Collection[int], fields: Sequence[str]) -> list[CallSaid]:
    """The calls, by the ids of their rows, the oldest meeting first; those without a date before all others."""
    ids = sorted(calls)
    columns = (
        Transcript.id,
        Transcript.external_id,
        Transcript.version,
        func.left(Transcript.crm_data["meeting_title"].astext, 200),
        Transcript.filename,
        Transcript.meeting_date,
    )
    order = (Transcript.meeting_date.asc().nulls_first(), Transcript.id)
    rows = session.execute(select(*columns).where(Transcript.id.in_(ids)).order_by(*order)).all()
    said = ledger.heads(session, ids, [CRM + name for name in fields])
    return [CallSaid(*(*row, _by_name(said[row[0]]))) for row in rows]


def _by_name(said: dict[str, Heads]) -> dict[str, Heads]:
    return {path.removeprefix(CRM): each for path, each in said.items()}
