"""Which fields of calls people wrote or confirmed: beside the call itself, what copies of the record ask."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.ledger import CRM, heads
from db.models import JsonObject, Transcript


def crm_fields(session: Session, calls: Collection[int]) -> dict[int, frozenset[str]]:
    """The fields of ``crm_data`` that are a person's, of those of the calls that have any, by the ids of their rows."""
    said = func.aftercall_object(Transcript.edits["crm_data"], type_=JsonObject)
    statement = select(Transcript.id, said.label("said")).where(Transcript.id.in_(list(calls)))
    return {row.id: frozenset(row.said) for row in session.execute(statement) if row.said}


def whose(session: Session, calls: Sequence[int]) -> dict[int, dict[str, tuple[str, datetime]]]:
    """Who set each field of ``crm_data`` of the calls that is a person's, and when, by the ids of their rows."""
    return {
        call: {
            field.removeprefix(CRM): (one.person.actor, one.person.at)
            for field, one in fields.items()
            if field.startswith(CRM) and one.locked and one.person is not None
        }
        for call, fields in heads(session, calls).items()
    }


def held(session: Session, external_id: str) -> dict[str, Any]:
    """What people said of the fields of ``crm_data`` of a call, which nobody changes until the transaction ends."""
    said = func.aftercall_object(Transcript.edits["crm_data"], type_=JsonObject)
    statement = select(said).where(Transcript.external_id == external_id).with_for_update()
    found: Any = session.scalar(statement)
    return found or {}


def crm_values(session: Session, call: int) -> dict[str, Any]:
    """What people said of the fields of ``crm_data`` of a call, by the id of its row; empty where they said none."""
    said = func.aftercall_object(Transcript.edits["crm_data"], type_=JsonObject)
    found: Any = session.scalar(select(said).where(Transcript.id == call))
    return found or {}
