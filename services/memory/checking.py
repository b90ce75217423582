"""Whether the copies hold what the record says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db import copies as stored
from db import transcripts
from services.database import Database, translated
from services.errors import AftercallError, DatabaseUnavailable
from services.memory import anew
from services.memory.copies import Copy
from services.memory.opening import Memory
from services.wording import counted

_PAGE = 200
MOST = 20  # calls that are named one by one
REMEDY = "python -m services reindex mends that."


@dataclass(frozen=True)
class Checked:
    """What was found of the copies: ``findings`` are wrong, ``notes`` are worth knowing."""

    notes: tuple[str, ...]
    findings: tuple[str, ...]


def check(database: Database, memory: Memory) -> Checked:
    """Compares every copy with the record, where no other process keeps them. Raises DatabaseUnavailable."""
    if not memory.owner.take():
        return Checked(("The index and the graph were not compared: another process keeps them.",), ())
    notes: list[str] = []
    findings: list[str] = []
    for copy in memory.copies:
        try:
            empty = copy.begin()
            number = _stored(database) if empty else _waiting(database, copy)
            if not empty:
                findings += _differences(database, copy)
                notes.append(f"The {copy.name} was compared with the record.")
            if number:
                notes.append(f"The {copy.name} has yet to take {counted(number, 'call')} over.")
        except DatabaseUnavailable:
            raise
        except AftercallError as error:
            notes.append(f"The {copy.name} was not compared: {error.sentence}")
    return Checked((*anew.told(memory.owner.folder), *notes), tuple(findings))


def _differences(database: Database, copy: Copy) -> Iterator[str]:
    """What a copy holds otherwise than the record, a sentence each; what waits to be taken over is no difference."""
    known = dict(copy.known())
    with translated(), database.session() as session:
        waiting = stored.waiting_ids(session, copy.name)
    other: list[str] = []
    for calls in _pages(database):
        for call in calls:
            if known.pop(call.id, "") != copy.stamp(call) and call.id not in waiting:
                other.append(call.external_id)
    yield from (f"Call {name}: the {copy.name} does not hold it as it stands. {REMEDY}" for name in other[:MOST])
    if len(other) > MOST:
        yield f"And {len(other) - MOST:,} more that the {copy.name} does not hold as they stand."
    if gone := known.keys() - waiting:
        yield f"The {copy.name} holds {counted(len(gone), 'call')} that the record does not. {REMEDY}"


def _pages(database: Database) -> Iterator[Sequence[stored.CopiedCall]]:
    after = 0
    while True:
        with translated(), database.session() as session:
            calls = stored.calls_after(session, after, _PAGE)
        if not calls:
            return
        yield calls
        after = calls[-1].id


def _waiting(database: Database, copy: Copy) -> int:
    with translated(), database.session() as session:
        return stored.waiting(session, copy.name)


def _stored(database: Database) -> int:
    with translated(), database.session() as session:
        return transcripts.count(session)
