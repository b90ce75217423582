"""Confirming: a person says that values are right. They stand from then on like ones that the person wrote."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from db import confirming as stored
from db import edits
from db.ledger import CRM
from services import records
from services.database import Database, translated
from services.deal_fields import current
from services.errors import ChangedElsewhere
from services.records import CallFilter


@dataclass(frozen=True)
class Confirmed:
    """What came of confirming many: ``calls`` of which something was confirmed, and how many values in all."""

    calls: int
    values: int


def fields() -> tuple[str, ...]:
    """The names of the fields of the record that can be confirmed, in the order of the grid."""
    return (*(field.name for field in current()), "next_steps")


def confirm(database: Database, external_id: str, version: int, paths: Sequence[str], actor: str) -> None:
    """Confirms fields of one call, by their paths in the ledger. Raises NotFound and ChangedElsewhere."""
    stale = ChangedElsewhere(
        "This call was changed elsewhere since you opened it; nothing was confirmed.",
        remedy="Look at it again, then confirm.",
    )
    with translated(stale), database.session() as session:
        edits.confirm(session, external_id, version, paths, actor=actor)


def confirm_filtered(
    database: Database,
    wanted: CallFilter,
    names: Sequence[str],
    actor: str,
    told: Callable[[int], object] = lambda _: None,
) -> Confirmed:
    """Confirms the named fields of the record of every call that the filter leaves, wherever something stands there.

    What nobody said is not confirmed, nor what a person wrote or confirmed already, nor what is in conflict. ``told``
    is given the number of calls looked at, now and then.
    """
    calls = values = looked = 0
    # Ids first: what is confirmed may put its call into the filter, or out of it.
    for page in list(records.external_ids(database, wanted)):
        with translated(), database.session() as session:
            confirmed = stored.confirm_many(session, page, [CRM + name for name in names], actor=actor)
        calls += sum(1 for number in confirmed if number)
        values += sum(confirmed)
        looked += len(page)
        told(looked)
    return Confirmed(calls, values)
