"""The audit: every write by a person or a run, each entry linked by its hash to the one before."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, event, func, select, text
from sqlalchemy.orm import Session

from db.models import AuditEntry
from db.stored import to_json

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be noted. ``call`` is the row of the call whose values of the ledger were written with it."""

    actor: str
    action: str
    external_id: str | None = None
    details: dict[str, Any] | None = None
    write_id: uuid.UUID | None = None
    call: int | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry as it stands. Of an erased call neither its id nor the details are left."""

    id: int
    at: datetime
    actor: str
    action: str
    external_id: str | None
    details: dict[str, Any] | None
    write_id: uuid.UUID | None
    hash: bytes


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries. Empty fields ask for nothing; the days bound the entry's own, both ends included, in UTC."""

    actor: str = ""
    actions: Sequence[str] = ()
    external_id: str = ""
    date_from: date | None = None
    date_to: date | None = None


def add(session: Session, entries: Sequence[Entry]) -> None:
    """Adds the entries in their order, at the very end of the session's transaction.

    Whoever adds one waits until others' transactions that added some are over: were it done earlier, two that wait for
    a row of one another's would wait for ever.
    """
    session.info.setdefault(_WAITING, []).extend(entries)


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    entries: list[Entry] = session.info.pop(_WAITING, [])
    if not entries:
        return
    session.flush()
    told = [
        {
            "actor": entry.actor,
            "action": entry.action,
            "external_id": entry.external_id,
            "details": entry.details,
            "write_id": None if entry.write_id is None else str(entry.write_id),
            "call": entry.call,
        }
        for entry in entries
    ]
    session.execute(_ADD, {"entries": to_json(told)})


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_WAITING, None)


_WAITING = "audit"
_ADD = text(
    "SELECT count(aftercall_audit(actor, action, external_id, details, write_id, call)) FROM ("
    " SELECT * FROM json_to_recordset(CAST(:entries AS json)) AS entry"
    " (actor text, action text, external_id text, details jsonb, write_id uuid, call bigint)) AS entries"
)


def note(session: Session, actor: str, action: str, external_id: str | None = None, **details: Any) -> None:
    """Adds one entry about something that wrote no value of the ledger."""
    add(session, [Entry(actor, action, external_id, details or None)])


def listing(session: Session, wanted: AuditFilter, limit: int | None = 50, offset: int = 0) -> list[AuditRow]:
    """The entries that the filter leaves, the newest first."""
    columns = [getattr(AuditEntry, name) for name in AuditRow.__slots__]
    statement = select(*columns).where(*_conditions(wanted)).order_by(AuditEntry.id.desc()).limit(limit).offset(offset)
    return [AuditRow(*row) for row in session.execute(statement)]


def total(session: Session, wanted: AuditFilter) -> int:
    """How many entries the filter leaves."""
    return session.scalar(select(func.count()).select_from(AuditEntry).where(*_conditions(wanted))) or 0


def actors(session: Session) -> list[str]:
    """Everybody who wrote anything, sorted."""
    return list(session.scalars(select(AuditEntry.actor).distinct().order_by(AuditEntry.actor)))


def actions(session: Session) -> list[str]:
    """Every kind of write that there was, sorted."""
    return list(session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def last(session: Session) -> AuditRow | None:
    """The newest entry: whoever keeps its number and hash elsewhere can tell later whether the end was cut off."""
    found = listing(session, AuditFilter(), 1)
    return found[0] if found else None


def faults(session: Session) -> Iterator[tuple[int, str]]:
    """What does not fit in the chain: the number of an entry and what is wrong there, in the order of the chain."""
    yield from ((row.id, row.fault) for row in session.execute(_FAULTS, execution_options={"yield_per": BATCH}))


def unlinked(session: Session) -> int:
    """How many rows of the ledger no entry of the audit vouches for."""
    return session.scalar(_UNLINKED) or 0


_FAULTS = text(
    """
SELECT id, fault FROM (
  SELECT id, CASE
    WHEN id <> coalesce(lag(id) OVER chain, 0) + 1 THEN 'entries before it are missing'
    WHEN hash IS DISTINCT FROM aftercall_link_hash(
      lag(hash) OVER chain, id, at, actor, action, content_hash, values_hash) THEN 'it was altered'
    WHEN salt IS NOT NULL AND content_hash IS DISTINCT FROM aftercall_content_hash(salt, external_id, details)
      THEN 'its contents were altered'
    WHEN salt IS NOT NULL AND values_hash IS DISTINCT FROM sha256(salt || said.hashes)
      THEN 'the values written with it were altered'
  END AS fault
  FROM audit LEFT JOIN (
    SELECT write_id, string_agg(aftercall_value_hash(field_values), ''::bytea ORDER BY id) AS hashes
    FROM field_values GROUP BY write_id
  ) AS said USING (write_id)
  WINDOW chain AS (ORDER BY id)
) AS checked WHERE fault IS NOT NULL ORDER BY id"""
)
_UNLINKED = text(
    "SELECT count(*) FROM field_values"
    " WHERE NOT EXISTS (SELECT FROM audit WHERE audit.write_id = field_values.write_id)"
)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.actor:
        asked.append(AuditEntry.actor == wanted.actor)
    if wanted.actions:
        asked.append(AuditEntry.action.in_(wanted.actions))
    if wanted.external_id:
        asked.append(AuditEntry.external_id == wanted.external_id)
    day = func.date(func.timezone("UTC", AuditEntry.at))
    if wanted.date_from is not None:
        asked.append(day >= wanted.date_from)
    if wanted.date_to is not None:
        asked.append(day <= wanted.date_to)
    return asked
