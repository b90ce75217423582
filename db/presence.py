"""Which workers are there. A name is held by a connection, so it is free when its process ends, however that ends.

It asks for a direct connection to PostgreSQL: a pooler that shares sessions between transactions would not keep it.
"""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db.engine import Database
from db.errors import DatabaseError


class Presence:
    """A name held for this process. Lost with its connection, for instance when the server restarts; see ``renew``."""

    def __init__(self, database: Database, name: str) -> None:
        self.name = name
        self._database = database
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Takes the name; False where another process holds it."""
        connection = self._database.engine.connect()
        connection.detach()  # it is ours for good, and takes no place in the pool
        mine = bool(connection.scalar(select(func.pg_try_advisory_lock(_number(self.name)))))
        connection.commit()
        if mine:
            self._connection = connection
        else:
            connection.close()
        return mine

    def renew(self) -> bool:
        """Whether the name is still ours; takes it again where the connection was lost."""
        try:
            if self._connection is not None:
                self._connection.scalar(select(1))
                self._connection.commit()
                return True
        except (DatabaseError, SQLAlchemyError):
            self.leave()
        return self.take()

    def leave(self) -> None:
        """Lets go of the name: it is free when this returns. May be called twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:  # the server takes its time over a closed connection, and would hold the name until then
                connection.scalar(select(func.pg_advisory_unlock(_number(self.name))))
                connection.commit()
                connection.close()
            except (DatabaseError, SQLAlchemyError):  # the server is gone, and the name with it
                connection.invalidate()


def is_here(session: Session, name: str) -> bool:
    """Whether a process holds the name."""
    return not session.scalar(select(func.pg_try_advisory_xact_lock_shared(_number(name))))


def any_is_here(session: Session, names: Sequence[str]) -> bool:
    """Whether a process holds one of the names. It looks, and takes no lock itself."""
    held = (
        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND (classid::bigint << 32 | objid::bigint) = ANY (:numbers))"
    )
    return bool(session.scalar(text(held), {"numbers": [_number(name) for name in names]}))


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"aftercall worker {name}".encode()).digest()[:8], "big", signed=True)


def first_free(database: Database, names: Iterable[str]) -> Presence | None:
    """Takes the first of the names that nobody has; None where all are taken."""
    for name in names:
        mine = Presence(database, name)
        if mine.take():
            return mine
    return None
