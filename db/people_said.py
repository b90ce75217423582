"""Which fields of calls people wrote or confirmed: beside the call itself, what copies of the record ask."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import JsonObject, Transcript


def crm_fields(session: Session, calls: Collection[int]) -> dict[int, frozenset[str]]:
    """The fields of ``crm_data`` that are a person's, of those of the calls that have any, by the ids of their rows."""
    said = func.aftercall_object(Transcript.edits["crm_data"], type_=JsonObject)
    statement = select(Transcript.id, said.label("said")).where(Transcript.id.in_(list(calls)))
    return {row.id: frozenset(row.said) for row in session.execute(statement) if row.said}
