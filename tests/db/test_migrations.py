"""The migrations: they make what the models say, once, however many come at a time."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event, text

from db.embedded import EmbeddedServer
from db.engine import Database, parse_url
from db.errors import CannotMigrate
from db.migrations.upgrade import VERSION_TABLE, head, upgrade
from db.models import Base
from tests.conftest import address_of, make_database


@pytest.fixture
def empty(server: EmbeddedServer) -> Iterator[Engine]:
    """A database in which nothing was migrated yet."""
    name = f"empty_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    make_database(server, name)
    engine = create_engine(parse_url(address_of(server, name)), pool_size=16)
    yield engine
    engine.dispose()


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "version_table": VERSION_TABLE}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_models_alone_make_the_same_computed_columns(database: Database) -> None:
    query = text(
        "SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attribute"
        " JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = CAST(:name AS regclass) AND attgenerated <> '' ORDER BY 1"
    )
    with database.engine.connect() as connection:
        migrated = [tuple(row) for row in connection.execute(query, {"name": "transcripts"})]
        connection.exec_driver_sql("CREATE SCHEMA bare")
        translated = connection.execution_options(schema_translate_map={None: "bare"})
        Base.metadata.tables["transcripts"].create(translated)
        modelled = [tuple(row) for row in connection.execute(query, {"name": "bare.transcripts"})]
        connection.rollback()
    assert len(migrated) == 11
    assert modelled == migrated


def test_many_at_once_migrate_once(empty: Engine) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: upgrade(empty), range(8)))
    with empty.connect() as connection:
        assert connection.scalars(text(f"SELECT version_num FROM {VERSION_TABLE}")).all() == [head()]


def test_a_second_start_asks_little_and_loads_nothing(database: Database) -> None:
    statements: list[str] = []

    def listen(*told: object) -> None:
        statements.append(str(told[2]))

    event.listen(database.engine, "before_cursor_execute", listen)
    upgrade(database.engine)
    event.remove(database.engine, "before_cursor_execute", listen)
    assert statements
    assert len(statements) <= 2


def test_a_database_of_a_newer_version_is_refused_in_words(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(CannotMigrate, match="newer Aftercall"):
        upgrade(empty)


def test_the_newest_step_is_the_one_that_alembic_ends_at() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path("db/migrations").resolve()))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [head()]
