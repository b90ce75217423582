"""Who spoke last of the fields of deals: what a person did to each, and which mind gave each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.ledger import CRM
from db.listings import DealRow
from db.models import FieldValue

_CALLS = 2_000  # in one question


@dataclass(frozen=True, slots=True)
class Marks:
    """Of the fields of one call's ``crm_data``, by name: ``kinds`` is what a person did last to each of which they
    spoke (edit, confirm, keep, take, revert, restore), ``minds`` the mind that a run's last word is of."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    minds: Mapping[str, str] = field(default_factory=dict)


def of(session: Session, rows: Sequence[DealRow], names: Collection[str] = ()) -> dict[int, Marks]:
    """The marks of each row by its id. ``minds`` only of the named fields; the ledger is not asked where none is."""
    spoken = [row.id for row in rows if row.edits]
    kinds = _last(session, spoken, FieldValue.kind, FieldValue.source == "human", FieldValue.field.startswith(CRM))
    paths = [CRM + name for name in names]
    calls = [row.id for row in rows] if paths else []
    minds = _last(session, calls, FieldValue.mind, FieldValue.source != "human", FieldValue.field.in_(paths))
    return {row.id: Marks(kinds.get(row.id, {}), minds.get(row.id, {})) for row in rows}


def _last(
    session: Session, calls: Sequence[int], told: InstrumentedAttribute[str | None], *asked: ColumnElement[bool]
) -> dict[int, dict[str, str]]:
    """One column of the last row of each field, by call and field's name."""
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(calls), _CALLS):
        statement = (
            select(FieldValue.transcript_id, FieldValue.field, told)
            .where(FieldValue.transcript_id.in_(calls[start : start + _CALLS]), *asked)
            .ext(distinct_on(FieldValue.transcript_id, FieldValue.field))
            .order_by(FieldValue.transcript_id, FieldValue.field, FieldValue.id.desc())
        )
        for call, path, said in session.execute(statement):
            found.setdefault(call, {})[path.removeprefix(CRM)] = said or ""
    return found
