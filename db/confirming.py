"""Many values confirmed at once: those that runs said and nobody has spoken of yet."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import edits
from db.ledger import CRM
from db.models import JsonObject, Transcript


def confirm_many(session: Session, external_ids: Sequence[str], fields: Sequence[str], *, actor: str) -> list[int]:
    """Confirms fields of ``crm_data`` of the calls; returns how many of each call, in no order.

    Only where something stands that no person said and that is in no conflict.
    """
    statement = (
        select(
            Transcript.external_id,
            func.aftercall_object(Transcript.crm_data, type_=JsonObject).label("crm_data"),
            func.aftercall_object(Transcript.edits["crm_data"], type_=JsonObject).label("said"),
        )
        .where(Transcript.external_id.in_(external_ids))
        .order_by(Transcript.external_id)
        .with_for_update()
    )
    confirmed = []
    for row in session.execute(statement).all():
        names = (field.removeprefix(CRM) for field in fields)
        right = [name for name in names if row.crm_data.get(name) not in (None, "", []) and name not in row.said]
        if right:
            edits.confirm(session, row.external_id, None, [CRM + name for name in right], actor=actor)
        confirmed.append(len(right))
    return confirmed
