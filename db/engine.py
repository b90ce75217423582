"""The way to PostgreSQL: a server by its address, or the embedded one; a pool of connections; sessions."""

import atexit
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import psycopg2
from psycopg2.extensions import TransactionRollbackError
from sqlalchemy import URL, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from db import embedded, reader
from db.edited_call import FOLLOWS, Follows
from db.errors import BadAddress, CannotConnect, CannotStart, CannotWork, ConnectionLost, DatabaseError
from db.stored import to_json

__all__ = ["Database", "Session", "open_database", "parse_url"]

_OLDEST_SERVER = 130000
# A machine that is gone without a word is given up after half a minute (by the systems' own defaults after two hours):
# by us, so that what waits for its answer goes on elsewhere; and by the server, which then lets go of what it held.
_PATIENCE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 30_000}
_SERVERS_PATIENCE = (
    "SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),"
    " set_config('tcp_keepalives_count', '4', false)"
)


class Database:
    """An open database. Safe to share between threads; make one a process and close it at the end.

    ``workflow_engine()`` makes a second engine on the same database, for the durable workflows, whose library speaks
    to PostgreSQL through psycopg 3. Who asks for one disposes of it.

    ``follows``, where it is set, says what follows by rule from a record that a person corrects; what it says is
    written with the correction (db/edited_call.py).
    """

    def __init__(
        self, engine: Engine, workflows: Callable[[], Engine], release: Callable[[], None] | None = None
    ) -> None:
        self.engine = engine
        self.workflow_engine = workflows
        self.follows: Follows | None = None
        self._release = release
        atexit.register(self.close)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for one operation: committed at the end, rolled back on any error.

        Whatever is done in it may raise CannotConnect, ConnectionLost or CannotWork.
        """
        info = {FOLLOWS: self.follows}
        with Session(self.engine, expire_on_commit=False, info=info) as session, session.begin():
            yield session

    def close(self) -> None:
        """Gives the connections back and lets the embedded server go. May be called twice."""
        atexit.unregister(self.close)
        release, self._release = self._release, None
        self.engine.dispose()
        if release is not None:
            release()


def open_database(url: str | None, data_dir: Path, reader_role: str | None = None) -> Database:
    """Opens the database, starting the embedded server if ``url`` is None, and brings its tables up to date.

    ``reader_role`` names the role under which the copilot reads; None: one is made, where our user may (db/reader.py).
    ``url`` may be written ``postgres://``, ``postgresql://`` or ``postgresql+psycopg2://``. Raises a
    DatabaseError whose text says what to do: BadAddress, CannotConnect, CannotStart, CannotMigrate.
    """
    from db.migrations.upgrade import upgrade

    if url is None:
        server = embedded.attach(data_dir)
        options: dict[str, Any] = {"creator": server.connect}
        second = partial(_workflow_engine, URL.create("postgresql+psycopg"), creator=partial(_connect_again, server))
        database = Database(_engine(URL.create("postgresql+psycopg2"), **options), second, server.release)
    else:
        address = parse_url(url)
        second = partial(_workflow_engine, address.set(drivername="postgresql+psycopg"))
        database = Database(_engine(address), second)
    try:
        _check_server(database.engine)
        upgrade(database.engine)
        reader.prepare(database.engine, reader_role)
    except BaseException:
        database.close()
        raise
    return database


def parse_url(url: str) -> URL:
    """The address as SQLAlchemy takes it; raises BadAddress, without the password, where it is none."""
    told = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg2://", url.strip(), flags=re.IGNORECASE)
    try:
        parsed = make_url(told)
    except (ArgumentError, ValueError):
        raise BadAddress("DATABASE_URL can't be read; write it as postgresql://user:password@host/name.") from None
    if parsed.drivername != "postgresql+psycopg2":
        raise BadAddress(
            f"DATABASE_URL names '{parsed.drivername}', and Aftercall keeps its record in PostgreSQL; "
            "write it as postgresql://user:password@host/name."
        )
    return parsed


def _engine(url: URL, **options: Any) -> Engine:
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        json_serializer=to_json,
        hide_parameters=True,  # words of a transcript don't belong in an error's text
        connect_args=_connect_options(url),
        **options,
    )
    event.listen(engine, "handle_error", _in_our_words, retval=True)
    if url.host:
        event.listen(engine, "connect", _limit_the_servers_patience)
    return engine


def _workflow_engine(url: URL, **options: Any) -> Engine:
    # No ping before use: the library asks again by itself where a connection was lost.
    connect_args = _connect_options(url)
    engine = create_engine(
        url, pool_size=12, max_overflow=20, hide_parameters=True, connect_args=connect_args, **options
    )
    event.listen(engine, "connect", _leave_the_disk_behind)
    if url.host:
        event.listen(engine, "connect", _limit_the_servers_patience)
    return engine


def _connect_options(url: URL) -> dict[str, Any]:
    """How long a server elsewhere is waited for; what the address itself says stands."""
    options = {"connect_timeout": 10, **_PATIENCE} if url.host else {}
    return {name: value for name, value in options.items() if name not in url.query}


def _limit_the_servers_patience(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SERVERS_PATIENCE)
    connection.commit()


def _leave_the_disk_behind(connection: Any, _record: object) -> None:
    """The workflows' notes need not wait for the disk: what an agent did lies in the record, which does.

    A note that is lost with the server has its step begun again, and the record says that it is done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    connection.commit()


def _connect_again(server: embedded.EmbeddedServer) -> psycopg.Connection:
    """A connection to the embedded server through psycopg 3; starts the server again if it died since."""
    try:
        return psycopg.connect(**server.address())
    except (psycopg.OperationalError, CannotStart):
        try:
            server.connect().close()
            return psycopg.connect(**server.address())
        except (psycopg2.OperationalError, DatabaseError) as error:
            raise psycopg.OperationalError(_first_line(error)) from error


def _in_our_words(context: ExceptionContext) -> DatabaseError | None:
    """Our error in place of one that lies with the server and not with the statement; of any, the details go."""
    _forget_words(context)
    error = context.original_exception
    if context.is_pre_ping or isinstance(error, TransactionRollbackError):
        return None
    if not isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError):
        return None
    if context.connection is None:
        return CannotConnect(f"PostgreSQL can't be reached: {_first_line(error)}.")
    if context.is_disconnect:
        return ConnectionLost("The connection to PostgreSQL was lost.")
    return CannotWork(f"PostgreSQL could not do its work: {_first_line(error)}.")


def _forget_words(context: ExceptionContext) -> None:
    """Takes the details out of an error's text: they quote the row, and a row holds what people said."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def _check_server(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            version = int(connection.scalar(text("SHOW server_version_num")) or 0)
    except DBAPIError as error:
        raise CannotConnect(f"PostgreSQL can't be reached: {_first_line(error.orig)}.") from error
    if version < _OLDEST_SERVER:
        raise CannotConnect(f"The server is PostgreSQL {version // 10000}; Aftercall needs 13 or newer.")


def _first_line(error: BaseException | None) -> str:
    lines = str(error or "").strip().splitlines() or ["no reason was given"]
    return lines[0].rstrip(".")
