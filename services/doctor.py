"""The doctor: does the record agree with its ledger, and is the audit's chain whole?"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from db import audit
from db import doctor as stored
from services.database import Database, reader_words, translated
from services.memory.checking import Checked, check
from services.memory.opening import Memory
from services.wording import counted

MOST = 50  # findings of one kind that are told one by one


@dataclass(frozen=True)
class Diagnosis:
    """What was looked at and what was found. ``head`` is the number and the hash of the audit's last entry.

    ``notes`` say how the copies of the record stand.
    Whoever keeps the head elsewhere can tell later whether the end of the chain was cut off.
    """

    calls: int
    entries: int
    head: tuple[int, str] | None
    findings: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def lines(self) -> Iterator[str]:
        """The diagnosis in words, a line each."""
        entries = counted(self.entries, "entry", "entries")
        yield f"{counted(self.calls, 'call')} compared with the ledger, {entries} of the audit checked.".capitalize()
        if self.head:
            yield f"The audit ends with entry {self.head[0]:,}, hash {self.head[1]}."
        yield from self.notes
        yield from self.findings
        yield "Everything agrees." if self.healthy else "Restore a backup, or ask who wrote to the database by hand."


def examine(database: Database, memory: Memory | None = None) -> Diagnosis:
    """Looks at every call and every entry of the audit, as they stand at one moment; and at the copies of the calls.

    Writes nothing.
    """
    with translated(), database.session() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        calls, entries, last = stored.calls(session), audit.total(session, audit.AuditFilter()), audit.last(session)
        findings = [
            *_first(f"Call {each.external_id}: {each.field} {each.what}." for each in stored.disagreements(session)),
            *_first(f"Audit entry {number:,}: {fault}." for number, fault in audit.faults(session)),
        ]
        if unlinked := audit.unlinked(session):
            findings.append(f"{counted(unlinked, 'row')} of the ledger stand in no entry of the audit.")
    reads = reader_words(database)
    copies = check(database, memory) if memory is not None else Checked((), ())
    head = None if last is None else (last.id, last.hash.hex())
    return Diagnosis(calls, entries, head, (*findings, *copies.findings), (reads, *copies.notes))


def _first(sentences: Iterator[str]) -> Iterator[str]:
    yield from islice(sentences, MOST)
    if rest := sum(1 for _ in sentences):
        yield f"And {rest:,} more of that kind."
