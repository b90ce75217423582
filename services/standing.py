"""What stands in a call's fields and whose word it is: a run's, or a person's who wrote or confirmed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from db import ledger, transcripts
from db.ledger import BESIDE, CRM, Heads, ValueRow
from services.agents.contract import State
from services.call_view import QuoteView, quotes_of, state_of
from services.database import Database, stored_call, translated
from services.ledger import shown, who

Mark = Literal["edited", "confirmed", "conflict"]
_CONFIRMING = ("confirm", "keep", "take")


@dataclass(frozen=True)
class Other:
    """What the mind says of a field whose value does not stand there, in words. ``id`` is its row in the ledger."""

    id: int
    who: str
    words: str
    state: State | None
    quotes: tuple[QuoteView, ...]


@dataclass(frozen=True)
class Standing:
    """Whose word stands in a field. ``mark`` is None where it is a run's, and ``who`` and ``at`` with it.

    ``state`` and ``quotes`` are what the value rests on, where a run said the same, ``mind`` who said so there, and
    ``by_model`` whether that was a language model.
    ``other`` is what another mind says, as long as no person's word stands.
    """

    mark: Mark | None
    who: str | None
    at: datetime | None
    state: State | None
    quotes: tuple[QuoteView, ...]
    mind: str | None = None
    by_model: bool = False
    other: Other | None = None


def crm_path(name: str) -> str:
    """The path in the ledger of a field of the CRM record."""
    return CRM + name


def of_call(database: Database, external_id: str) -> Mapping[str, Standing]:
    """Whose word stands in each field of which anybody spoke, by its path in the ledger. Raises NotFound."""
    record = stored_call(database, external_id)
    with translated(), database.session() as session:
        heads = ledger.heads(session, [record.id])[record.id]
    return {
        field: _standing(each, heads.get(BESIDE + field))
        for field, each in heads.items()
        if not field.startswith(BESIDE)
    }


def of_fields(database: Database, asked: Mapping[str, Sequence[str]]) -> Mapping[str, Mapping[str, Standing]]:
    """How fields of the CRM record stand in several calls: by external id and field's name, as they were asked for."""
    paths = sorted({CRM + name for names in asked.values() for name in names})
    with translated(), database.session() as session:
        known = {key: row.id for key, row in transcripts.known(session, asked).items()}
        heads = ledger.heads(session, list(known.values()), [*paths, *(BESIDE + path for path in paths)])
    return {
        key: {
            name: _standing(said[CRM + name], said.get(BESIDE + CRM + name))
            for name in asked[key]
            if CRM + name in said
        }
        for key, call in known.items()
        if (said := heads[call])
    }


def _standing(heads: Heads, beside: Heads | None) -> Standing:
    proof = _proof(heads)
    person = heads.person if heads.locked else None
    return Standing(
        mark=_mark(heads),
        who=person.actor if person else None,
        at=person.at if person else None,
        state=state_of(proof.state) if proof else None,
        quotes=quotes_of(proof.quotes) if proof else (),
        mind=who(proof) if proof else None,
        by_model=proof is not None and (proof.source, proof.kind) == ("model", "run"),
        other=None if beside is None or heads.locked else _other(heads.run, beside.run),
    )


def _other(run: ValueRow | None, beside: ValueRow | None) -> Other | None:
    """What the other mind says; None where that is nothing, or what stands."""
    if run is None or beside is None or beside.silent:
        return None
    if ledger.canonical(run.claimed) == ledger.canonical(beside.claimed):
        return None
    words = shown(run.field, beside.claimed)
    return Other(beside.id, who(beside), words, state_of(beside.state), quotes_of(beside.quotes))


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
