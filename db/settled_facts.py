"""What people said where two calls of a household disagree, and which questions they set aside.

Rows are added, never altered; an answer is taken back by a row of its own. Whoever writes holds ``lock`` first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session, aliased

from db import audit
from db.models import FieldValue, QuestionSetAside, SettledFact
from db.said import ValueRow
from db.stored import storable_text

Answer = Literal["changed", "corrected", "older_misheard", "newer_misheard"]


@dataclass(frozen=True, slots=True)
class SettledRow:
    """An answer that stands; see db/models. ``older`` and ``newer`` are the ledger's rows that it is about."""

    id: int
    field: str
    answer: Answer
    written: int | None
    note: str | None
    actor: str
    at: datetime
    older: ValueRow
    newer: ValueRow


@dataclass(frozen=True, slots=True)
class AsideRow:
    """A question that is set aside, by whom and why."""

    field: str
    note: str | None
    actor: str
    at: datetime


def lock(session: Session) -> None:
    """One answer at a time, to the end of the transaction. No lock on the table: erasing a call deletes from it."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('settled_facts', 0))"))


def of_calls(session: Session, calls: Collection[int]) -> list[SettledRow]:
    """The answers that stand between two of the calls, the oldest first."""
    ids = list(calls)
    older, newer, undoing = aliased(FieldValue), aliased(FieldValue), aliased(SettledFact)
    told = [getattr(SettledFact, name) for name in ("id", "field", "answer", "written", "note", "actor", "at")]
    names = ValueRow.__slots__
    statement = (
        select(*told, *(getattr(older, name) for name in names), *(getattr(newer, name) for name in names))
        .join(older, older.id == SettledFact.older_row)
        .join(newer, newer.id == SettledFact.newer_row)
        .outerjoin(undoing, undoing.undoes == SettledFact.id)
        .where(SettledFact.newer_id.in_(ids), SettledFact.older_id.in_(ids))
        .where(SettledFact.answer != "undone", undoing.id.is_(None))
        .order_by(SettledFact.id)
    )
    first, second = len(told), len(told) + len(names)
    rows = [tuple(row) for row in session.execute(statement)]
    return [
        SettledRow(*(*row[:first], ValueRow(*row[first:second]), ValueRow(*row[second:])))  # in the order of its fields
        for row in rows
    ]


def add(
    session: Session, external_id: str, answer: Answer, older: ValueRow, newer: ValueRow, *, field: str,
    written: int | None, note: str | None, actor: str,
) -> None:  # fmt: skip
    """Keeps an answer about two rows of the ledger; ``external_id`` is the newer call's."""
    row = {
        "field": field,
        "older_id": older.transcript_id,
        "newer_id": newer.transcript_id,
        "older_row": older.id,
        "newer_row": newer.id,
        "answer": answer,
        "written": written,
        "note": _words(note),
        "actor": actor,
    }
    session.execute(insert(SettledFact).values(row))
    audit.note(session, actor, "fact_settled", external_id, field=field, answer=answer)


def undo(session: Session, external_id: str, settled: SettledRow, *, actor: str) -> None:
    """Takes an answer back that stands; ``external_id`` is the newer call's."""
    row = {
        "field": settled.field,
        "older_id": settled.older.transcript_id,
        "newer_id": settled.newer.transcript_id,
        "older_row": settled.older.id,
        "newer_row": settled.newer.id,
        "answer": "undone",
        "undoes": settled.id,
        "actor": actor,
    }
    session.execute(insert(SettledFact).values(row))
    audit.note(session, actor, "settled_fact_undone", external_id, field=settled.field, answer=settled.answer)


def set_aside(
    session: Session, call: int, external_id: str, field: str, aside: bool, *, note: str | None, actor: str
) -> None:
    """Sets a question aside with a call of the household, or asks it again."""
    row = {"transcript_id": call, "field": field, "aside": aside, "note": _words(note), "actor": actor}
    session.execute(insert(QuestionSetAside).values(row))
    action = "question_set_aside" if aside else "question_asked_again"
    audit.note(session, actor, action, external_id, field=field)


def asides(session: Session, calls: Collection[int]) -> dict[str, AsideRow]:
    """The questions that are set aside with any of the calls, by their fields."""
    columns = [getattr(QuestionSetAside, name) for name in ("field", "note", "actor", "at", "aside")]
    wanted = QuestionSetAside.transcript_id.in_(list(calls))
    rows = session.execute(select(*columns).where(wanted).order_by(QuestionSetAside.id))
    last = {row.field: (row.aside, AsideRow(*row[:4])) for row in rows}
    return {field: row for field, (aside, row) in last.items() if aside}


def _words(note: str | None) -> str | None:
    return (storable_text(note).strip() if note else "") or None
