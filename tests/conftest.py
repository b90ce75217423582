"""What every test may ask for: a real PostgreSQL, emptied after each test, and settings of its own.

One embedded server serves the whole run; workers of xdist share it, each with a database of its own.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, text

from db import embedded
from db.engine import Database, open_database
from db.models import Base
from services.settings import Settings, settings

_SERVER_FOLDER = "AFTERCALL_TEST_SERVER"  # handed from the first process of a run to its workers


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[_SERVER_FOLDER] = tempfile.mkdtemp(prefix="aftercall-tests-")
        # root may have to run the server as another user, who must be able to enter this folder
        Path(os.environ[_SERVER_FOLDER]).chmod(0o711)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(_SERVER_FOLDER, ""), ignore_errors=True)


@pytest.fixture(autouse=True)
def _settings_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of this machine reaches a test: no .env, no DATABASE_URL, data in the test's own folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ACTOR", "tester")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(scope="session")
def server() -> Iterator[embedded.EmbeddedServer]:
    """The embedded server of this run."""
    running = embedded.attach(Path(os.environ[_SERVER_FOLDER]))
    yield running
    running.release()


@pytest.fixture(scope="session")
def empty_database_url(server: embedded.EmbeddedServer) -> str:
    """The address of this worker's database."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    make_database(server, name)
    return address_of(server, name)


@pytest.fixture(scope="session")
def _open_database(empty_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = open_database(empty_database_url, tmp_path_factory.mktemp("unused"))
    yield opened
    opened.close()


@pytest.fixture
def database(
    _open_database: Database, empty_database_url: str, monkeypatch: pytest.MonkeyPatch, _settings_of_its_own: None
) -> Iterator[Database]:
    """A database with empty tables. DATABASE_URL names it too, for code that opens it by the settings."""
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    settings.cache_clear()
    yield _open_database
    with _open_database.session() as session:
        session.execute(text("SELECT set_config('aftercall.erasing', 'on', true)"))
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
        session.execute(text("DELETE FROM copies_due"))  # where the calls that were just taken away are listed
        if session.scalar(text("SELECT to_regclass('dbos.workflow_status')")):
            session.execute(text("TRUNCATE dbos.workflow_status CASCADE"))


def make_database(server: embedded.EmbeddedServer, name: str) -> None:
    """A new, empty database on the test server; one of that name is dropped first."""
    connection = server.connect("postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
    finally:
        connection.close()


def address_of(server: embedded.EmbeddedServer, name: str) -> str:
    """A DATABASE_URL for a database of the test server."""
    told = server.address(name)
    url = URL.create(
        "postgresql",
        username=told["user"],
        password=told["password"],
        database=name,
        query={"host": told["host"], "port": str(told["port"])},
    )
    return url.render_as_string(hide_password=False)


@pytest.fixture
def rows(database: Database) -> "Rows":
    """Counts of what is stored, for tests that ask whether something was written."""
    return Rows(database)


class Rows:
    """Counts the rows of a table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, table: str) -> int:
        """How many rows the table has."""
        known = Base.metadata.tables[table].name
        with self._database.session() as session:
            return int(session.scalar(text(f"SELECT count(*) FROM {known}")) or 0)


@pytest.fixture
def outage(server: embedded.EmbeddedServer, database: Database, empty_database_url: str) -> Iterator["Outage"]:
    told = Outage(server, str(make_url(empty_database_url).database))
    yield told
    told.end()


class Outage:
    """Closes the test's database to everybody, as a server that went away does, and opens it again."""

    def __init__(self, server: embedded.EmbeddedServer, name: str) -> None:
        self._server = server
        self._name = name

    def cut(self) -> None:
        """Breaks every connection; new ones are let in."""
        self._do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self._name])

    def begin(self) -> None:
        """Breaks every connection and lets none in."""
        self._do(f'ALTER DATABASE "{self._name}" WITH ALLOW_CONNECTIONS false')
        self.cut()

    def end(self) -> None:
        """Lets connections in again."""
        self._do(f'ALTER DATABASE "{self._name}" WITH ALLOW_CONNECTIONS true')

    def _do(self, statement: str, values: list[str] | None = None) -> None:
        connection = self._server.connect("postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
        finally:
            connection.close()
