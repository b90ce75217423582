"""Whose doing it is that a field reads as it does: a person's, or a run's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db import ledger
from db.ledger import Heads
from services.database import Database, translated


@dataclass(frozen=True)
class LastWord:
    """What made a field read as it does: ``who`` did ``kind`` (as in the ledger) to it; ``who`` is None for a run.

    ``theirs`` says that the words are the person's. Whoever gave a field back to the runs did the last thing to it,
    and the words are the run's. ``reason`` is why, where somebody said.
    """

    who: str | None
    kind: str
    at: datetime
    theirs: bool
    reason: str | None = None


def last_words(database: Database, call: int, fields: Sequence[str]) -> Mapping[str, LastWord]:
    """The last word on each of the fields of one call, by their paths; none where nobody spoke."""
    with translated(), database.session() as session:
        heads = ledger.heads(session, [call], list(fields))[call]
    return {field: told for field, each in heads.items() if (told := _last(each))}


def _last(heads: Heads) -> LastWord | None:
    spoken = [row for row in (heads.run, heads.person) if row is not None]
    if heads.locked and heads.person is not None:
        spoken = [heads.person]
    if not spoken:
        return None
    row = max(spoken, key=lambda one: one.id)
    return LastWord(row.actor if row.human else None, row.kind, row.at, heads.locked, row.reason)
