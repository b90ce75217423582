"""Who works on a run. A claim is held by a connection, so it ends with the process that holds it, however that ends."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from db.engine import Database
from db.models import JsonObject, Run
from db.stored import storable, storable_text


@contextmanager
def claim(database: Database, run_id: str) -> Iterator[bool]:
    """Claims a run while the block lasts; False where another thread or process holds it.

    The claim lies on a connection of its own, outside the pool: it needs no place there, and closing the
    connection (or losing it, with the process) lets go. It asks for a direct connection to PostgreSQL; a
    pooler that shares sessions between transactions would not keep it.
    """
    number = int.from_bytes(hashlib.sha256(f"aftercall run {run_id}".encode()).digest()[:8], "big", signed=True)
    connection = database.engine.connect()
    try:
        connection.detach()
        mine = bool(connection.scalar(select(func.pg_try_advisory_lock(number))))
        connection.commit()
        yield mine
    finally:
        connection.close()


def waiting(session: Session, limit: int) -> list[str]:
    """The ids of queued runs, the oldest first."""
    return _ids(session, "queued", limit)


def at_work(session: Session, limit: int) -> list[str]:
    """The ids of runs that began and did not end, the oldest first: some may belong to a process that is gone."""
    return _ids(session, "running", limit)


def same_waiting(session: Session, digest: str, filename: str, options: dict[str, Any]) -> str | None:
    """The id of a queued run of the very same file, name and options, or None."""
    same = (
        Run.source_digest == digest,
        Run.filename == storable_text(filename),
        Run.options == literal(storable(options), JsonObject),
    )
    found = select(Run.id).where(Run.state == "queued", *same).order_by(Run.created_at).limit(1)
    return session.scalar(found)


def _ids(session: Session, state: str, limit: int) -> list[str]:
    statement = select(Run.id).where(Run.state == state).order_by(Run.created_at, Run.id).limit(limit)
    return list(session.scalars(statement))
