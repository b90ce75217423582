"""What can go wrong between Aftercall and PostgreSQL. ``str(error)`` is a sentence for a person.

The services turn these into their own tree of errors; no words of a transcript stand in them.
"""

from typing import Any


class DatabaseError(Exception):
    """Base of every error that this package raises on purpose."""


class BadAddress(DatabaseError):
    """A DATABASE_URL that can't be read, or that names something other than PostgreSQL."""


class CannotConnect(DatabaseError):
    """PostgreSQL is there by its address, but does not let us in."""


class ConnectionLost(DatabaseError):
    """PostgreSQL went away in the middle; nothing of the transaction was written. A new session connects anew."""


class CannotWork(DatabaseError):
    """PostgreSQL answers, and lacks what it needs for the work: room on the disk, memory, time."""


class CannotStart(DatabaseError):
    """The embedded server can't be started."""


class OtherVersion(CannotStart):
    """The embedded server's files were written by another major version of PostgreSQL."""


class CannotMigrate(DatabaseError):
    """The tables can't be brought to the form that this version of Aftercall needs."""


class NoSuchRow(DatabaseError):
    """A call, a run or a source that is not stored (any more)."""


class StaleVersion(DatabaseError):
    """A row that somebody else wrote after it was read. Nothing was written.

    ``current_version`` and ``crm_data`` are what is stored now.
    """

    def __init__(self, current_version: int, crm_data: dict[str, Any]) -> None:
        super().__init__("This call was changed by somebody else after it was opened here.")
        self.current_version = current_version
        self.crm_data = crm_data
