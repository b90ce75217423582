"""What answers are made of beside figures: next steps by day, the calls behind an answer, what nobody can read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, column, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from db.analytics import Selection, chosen
from db.models import Transcript


@dataclass(frozen=True, slots=True)
class Step:
    """A next step of a call, as the record holds it. ``place`` is its place among the call's steps, from 0."""

    external_id: str
    client_name: str | None
    meeting_date: str | None
    place: int
    step: Any


def steps(
    session: Session,
    wanted: Selection,
    *,
    owner: str | None = None,
    due_from: date | None = None,
    due_to: date | None = None,
    limit: int = 50,
) -> tuple[list[Step], int]:
    """The next steps of the chosen calls, the earliest due first, undated ones last; and how many there are.

    With a time, only those that are due within it.
    """
    crm = Transcript.crm_data
    whole = case((func.jsonb_typeof(crm["next_steps"]) == "array", crm["next_steps"]), else_=text("'[]'::jsonb"))
    table = (
        func.jsonb_array_elements(whole)
        .table_valued(column("value", JSONB), with_ordinality="place", name="step")
        .render_derived()
        .lateral("step")
    )
    told = table.c.value
    due = told["due_date"].astext
    columns = (Transcript.external_id, Transcript.client_name, Transcript.meeting_date, table.c.place - 1, told)
    statement = chosen(wanted, *columns, func.count().over(), table=table).where(told.is_not(None))
    if owner is not None:
        statement = statement.where(told["owner"].astext == owner)
    if due_from is not None:
        statement = statement.where(due >= due_from.isoformat())
    if due_to is not None:
        statement = statement.where(due <= due_to.isoformat())
    order = (due.asc().nulls_last(), Transcript.meeting_date.desc().nulls_last(), Transcript.id.desc(), table.c.place)
    rows = session.execute(statement.order_by(*order).limit(limit)).all()
    return [Step(*row[:5]) for row in rows], rows[0][5] if rows else 0


def unreadable(session: Session, wanted: Selection) -> int:
    """How many of the chosen calls hold no dialogue and no words, so that nobody can say what was spoken of."""
    rows = chosen(wanted, Transcript.id).where(
        func.coalesce(func.jsonb_typeof(Transcript.dialogue), "null") != "array",
        func.coalesce(func.jsonb_typeof(Transcript.crm_data["products_discussed"]), "null") == "null",
        func.coalesce(func.jsonb_typeof(Transcript.crm_data["objections"]), "null") == "null",
    )
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def undated(session: Session, wanted: Selection) -> int:
    """How many of the chosen calls have no meeting date, so that no time holds them."""
    rows = chosen(wanted, Transcript.id).where(Transcript.meeting_date.is_(None))
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


@dataclass(frozen=True, slots=True)
class CallBehind:
    """A call as far as an answer shows where it is from; columns as in db/models."""

    id: int
    external_id: str
    filename: str | None
    client_name: str | None
    meeting_date: str | None
    crm_data: Any
    extracted_data: Any
    dialogue: Any
    call: Any
    edits: Any


def calls_behind(session: Session, external_ids: Collection[str]) -> dict[str, CallBehind]:
    """The calls of these external ids that are stored."""
    columns = [getattr(Transcript, name) for name in CallBehind.__slots__]
    found = session.execute(select(*columns).where(Transcript.external_id.in_(list(external_ids))))
    return {row.external_id: CallBehind(*row) for row in found}
