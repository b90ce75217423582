"""What stands in a call's fields and whose word it is: a run's, or a person's who wrote or confirmed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from db import ledger
from db.ledger import CRM, Heads, ValueRow
from services.agents.contract import State
from services.call_view import QuoteView, quotes_of, state_of
from services.database import Database, stored_call, translated

Mark = Literal["edited", "confirmed", "conflict"]
_CONFIRMING = ("confirm", "keep", "take")


@dataclass(frozen=True)
class Standing:
    """Whose word stands in a field. ``mark`` is None where it is a run's, and ``who`` and ``at`` with it.

    ``state`` and ``quotes`` are what the value rests on, where a run said the same.
    """

    mark: Mark | None
    who: str | None
    at: datetime | None
    state: State | None
    quotes: tuple[QuoteView, ...]


def crm_path(name: str) -> str:
    """The path in the ledger of a field of the CRM record."""
    return CRM + name


def of_call(database: Database, external_id: str) -> Mapping[str, Standing]:
    """Whose word stands in each field of which anybody spoke, by its path in the ledger. Raises NotFound."""
    record = stored_call(database, external_id)
    with translated(), database.session() as session:
        heads = ledger.heads(session, [record.id])[record.id]
    return {field: _standing(each) for field, each in heads.items()}


def _standing(heads: Heads) -> Standing:
    proof = _proof(heads)
    person = heads.person if heads.locked else None
    return Standing(
        mark=_mark(heads),
        who=person.actor if person else None,
        at=person.at if person else None,
        state=state_of(proof.state) if proof else None,
        quotes=quotes_of(proof.quotes) if proof else (),
    )


def _mark(heads: Heads) -> Mark | None:
    if heads.person is None or not heads.locked:
        return None
    if heads.conflict:
        return "conflict"
    return "confirmed" if heads.person.kind in _CONFIRMING else "edited"


def _proof(heads: Heads) -> ValueRow | None:
    """The run's row that says the value that stands; None where no run said it."""
    standing = heads.standing
    if standing is None or not standing.human:
        return standing
    words = ledger.canonical(standing.value)
    return next((row for row in (heads.run, heads.base) if row and ledger.canonical(row.value) == words), None)
