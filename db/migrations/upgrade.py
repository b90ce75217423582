"""Runs the migrations that a database lacks: one process at a time, in one transaction."""

import threading
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from db.errors import CannotMigrate

# A table of our own: an older system may keep Alembic's usual one in the same database.
VERSION_TABLE = "aftercall_version"
_LOCK = 0x0AF7E5CA11  # known to nobody else
_ONE_AT_A_TIME = threading.Lock()  # Alembic keeps what it is doing in one place a process
_FOLDER = Path(__file__).parent


@cache
def head() -> str:
    """The newest step. The files of ``versions`` are named by their revision, as ``0001_the_record.py``."""
    return max(_steps())


def upgrade(engine: Engine) -> None:
    """Brings the tables to the newest form; costs one query where there is nothing to do.

    Raises CannotMigrate, and changes nothing, where the database is newer or can't be changed.
    """
    with engine.connect() as connection:
        if _current(connection) == head():
            return
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            _apply(connection)
    except DBAPIError as error:
        reason = (str(error.orig).strip().splitlines() or ["no reason was given"])[0].rstrip(".")
        raise CannotMigrate(f"The tables could not be prepared, and were left as they were: {reason}.") from error


def _apply(connection: Connection) -> None:
    current = _current(connection)
    if current == head():
        return
    if current is not None and current not in _steps():
        raise CannotMigrate(
            f"This database was written by a newer Aftercall (its tables are at step {current}, this one knows "
            f"{head()}). Start that version, or restore a backup from before."
        )
    from alembic import command  # loaded only where there is work: it takes longer than the work
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")


def _steps() -> set[str]:
    return {path.stem.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py")}


def _current(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass(:name)"), {"name": VERSION_TABLE}) is None:
        return None
    found = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 (our own constant)
    return None if found is None else str(found)
