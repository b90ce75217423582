"""An older Stellar `transcripts` table is adopted by the first migration, and loses nothing."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest
from sqlalchemy import text

from db import edits, transcripts
from db.embedded import EmbeddedServer
from db.engine import Database, open_database, parse_url
from db.errors import CannotMigrate
from tests.conftest import address_of, make_database

# As the Stellar Sales System's own models made it.
STELLAR = """
CREATE TABLE transcripts (
  id SERIAL PRIMARY KEY, external_id VARCHAR NOT NULL, filename VARCHAR NOT NULL, full_text TEXT,
  extracted_data JSON, social_content JSON, email_draft TEXT,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now(), updated_at TIMESTAMP WITH TIME ZONE
);
CREATE UNIQUE INDEX ix_transcripts_external_id ON transcripts (external_id);
INSERT INTO transcripts (external_id, filename, full_text, extracted_data, social_content, email_draft, created_at)
VALUES ('S1', 'one.txt', 'Ann: hello', '{"customer": "Ann"}', '{"posts": []}', 'Dear Ann', '2025-01-02 03:04:05+00'),
       ('S2', 'two.txt', NULL, 'null', 'null', NULL, '2025-01-03 03:04:05+00');
"""

Adopt = Callable[[str], Database]


@pytest.fixture
def adopt(server: EmbeddedServer, tmp_path: Path) -> Iterator[Adopt]:
    """Makes a database with the statements given, and opens it, which adopts what is there."""
    name = f"adopt_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    url, opened = address_of(server, name), []

    def make(statements: str) -> Database:
        make_database(server, name)
        connection = psycopg2.connect(url)
        with connection, connection.cursor() as cursor:
            cursor.execute(statements)
        connection.close()
        opened.append(open_database(url, tmp_path))
        return opened[-1]

    yield make
    for database in opened:
        database.close()


def found(database: Database, external_id: str) -> transcripts.TranscriptRecord:
    with database.session() as session:
        record = transcripts.find(session, external_id)
    assert record is not None
    return record


def test_a_table_without_crm_data_keeps_its_rows(adopt: Adopt) -> None:
    database = adopt(STELLAR)
    first, second = found(database, "S1"), found(database, "S2")
    assert (first.id, first.filename, first.full_text) == (1, "one.txt", "Ann: hello")
    assert first.extracted_data == {"customer": "Ann"}
    assert first.social_content == {"posts": []}
    assert first.email_draft == "Dear Ann"
    assert first.created_at == first.updated_at == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert first.proposed == {"email_draft": "Dear Ann", "social_content": {"posts": []}}
    assert (second.extracted_data, second.social_content, second.crm_data) == (None, None, None)
    with database.session() as session:
        written = transcripts.upsert(session, {"external_id": "S1", "crm_data": {"deal_stage": "Won"}})
        fresh = transcripts.upsert(session, {"external_id": "S3", "crm_data": {"client_name": "Cy"}})
    assert (written.id, written.created) == (1, False)
    assert fresh.id > 2
    assert found(database, "S1").email_draft == "Dear Ann"


@pytest.mark.parametrize("kind", ["json", "jsonb", "text", "varchar(2000)"])
def test_crm_data_from_before_is_kept_as_it_is_whatever_its_type(adopt: Adopt, kind: str) -> None:
    database = adopt(
        STELLAR + f"ALTER TABLE transcripts ADD crm_data {kind};"
        """UPDATE transcripts SET crm_data = '{"deal_amount": "$1,200", "Old Field": [1]}' WHERE id = 1"""
    )
    assert found(database, "S1").crm_data == {"deal_amount": "$1,200", "Old Field": [1]}
    assert found(database, "S2").crm_data is None
    with database.session() as session:
        rows, _ = transcripts.deals(session, transcripts.DealFilter(value_min=1200, value_max=1200))
        assert [row.external_id for row in rows] == ["S1"]
        edits.edit_crm(session, "S1", 1, {"deal_amount": 5}, actor="bo")
        edits.restore_crm(session, "S1", 2, ["deal_amount"], actor="bo")
    assert found(database, "S1").crm_data == {"deal_amount": "$1,200", "Old Field": [1]}


def test_odd_values_are_kept_and_later_runs_can_write(adopt: Adopt) -> None:
    database = adopt(
        STELLAR + "ALTER TABLE transcripts ADD crm_data text;"
        "UPDATE transcripts SET crm_data = 'not json' WHERE id = 1;"
        """UPDATE transcripts SET crm_data = '"{\\"a\\": \\"b\\\\u0000\\"}"' WHERE id = 2;"""
        """INSERT INTO transcripts (external_id, filename, crm_data) VALUES ('S3', 'f', '["x"]');"""
    )
    assert found(database, "S1").crm_data == "not json"
    assert found(database, "S3").crm_data == ["x"]
    with database.session() as session:
        transcripts.upsert_many(
            session, [{"external_id": name, "crm_data": {"outcome": "Won"}} for name in ("S1", "S2", "S3")]
        )
    assert found(database, "S1").crm_data == {"earlier": "not json", "outcome": "Won"}
    assert found(database, "S3").crm_data == {"earlier": ["x"], "outcome": "Won"}


def test_times_without_a_zone_are_utc(adopt: Adopt) -> None:
    database = adopt(
        "SET timezone = 'America/New_York';"
        "CREATE TABLE transcripts (id SERIAL PRIMARY KEY, external_id VARCHAR UNIQUE, filename VARCHAR,"
        " created_at TIMESTAMP, updated_at TIMESTAMP);"
        "INSERT INTO transcripts (external_id, created_at, updated_at)"
        " VALUES ('S1', '2025-07-01 12:00', '2025-07-02 12:00')"
    )
    assert found(database, "S1").created_at == datetime(2025, 7, 1, 12, tzinfo=UTC)
    assert found(database, "S1").updated_at == datetime(2025, 7, 2, 12, tzinfo=UTC)


def test_duplicates_are_all_kept_and_the_newest_keeps_the_id(adopt: Adopt) -> None:
    database = adopt(
        "CREATE TABLE transcripts (id INTEGER, external_id VARCHAR, filename VARCHAR, updated_at TIMESTAMPTZ);"
        "INSERT INTO transcripts VALUES (1, 'D', 'oldest', '2025-01-01'), (2, 'D', 'newest', '2025-03-01'),"
        " (3, 'D', 'older', '2025-02-01'), (4, 'D~2', 'taken', '2025-01-01'),"
        " (5, NULL, 'none', NULL), (6, ' ', 'b', NULL)"
    )
    names = {name: found(database, name).filename for name in ("D", "D~2", "D~3", "D~4", "unnamed-5", "unnamed-6")}
    assert list(names.values()) == ["newest", "taken", "older", "oldest", "none", "b"]
    assert "newer one" in found(database, "D~3").call["warnings"][0]
    with database.session() as session:
        known = [(row.kind, row.new, row.reason) for row in edits.history(session, "D~3")]
        assert known == [("adopt", "D~3", 'It was "D".')]
        assert transcripts.upsert(session, {"external_id": "D"}).id == 2
        assert transcripts.upsert(session, {"external_id": "new"}).id > 6


def test_columns_that_are_not_ours_are_kept_and_ask_for_nothing(adopt: Adopt) -> None:
    database = adopt(
        STELLAR + "ALTER TABLE transcripts ADD \"Team Name\" TEXT NOT NULL DEFAULT 'north', ADD status VARCHAR,"
        " ADD version VARCHAR DEFAULT 'v1', ADD outcome TEXT DEFAULT 'said before';"
        'ALTER TABLE transcripts ALTER "Team Name" DROP DEFAULT;'
        "UPDATE transcripts SET status = 'done'; ALTER TABLE transcripts ALTER status SET NOT NULL"
    )
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "S9"})
        kept = session.connection().exec_driver_sql(
            'SELECT "Team Name", status, version_earlier, outcome_earlier, version FROM transcripts ORDER BY id'
        )
        assert [tuple(row) for row in kept] == [
            ("north", "done", "v1", "said before", 1),
            ("north", "done", "v1", "said before", 1),
            (None, None, "v1", "said before", 1),
        ]


def test_an_alembic_table_of_the_older_system_is_left_alone(adopt: Adopt) -> None:
    database = adopt(
        STELLAR + "CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('beef')"
    )
    with database.session() as session:
        assert session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "beef"


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (STELLAR + "CREATE TABLE runs (a INT)", "another program named runs"),
        ("CREATE TABLE transcripts (id UUID PRIMARY KEY, external_id TEXT)", "of its own"),
        (STELLAR + "CREATE VIEW v AS SELECT extracted_data FROM transcripts", "left as they were"),
    ],
)
def test_what_can_not_be_adopted_is_refused_in_words_and_left_as_it_was(
    adopt: Adopt, server: EmbeddedServer, statements: str, words: str
) -> None:
    with pytest.raises(CannotMigrate, match=words):
        adopt(statements)
    name = f"adopt_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    connection = psycopg2.connect(address_of(server, name))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.columns WHERE column_name = 'proposed'")
        assert cursor.fetchone() == (0,)
    connection.close()


def test_a_user_who_may_not_add_extensions_gets_everything_but_the_search_index(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name, user = f"plain_{worker}", f"plain_{worker}"
    make_database(server, name)
    url = address_of(server, name)
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {user}; CREATE ROLE {user} LOGIN PASSWORD 'secret'")
        cursor.execute(f"GRANT CREATE, USAGE ON SCHEMA public TO {user}")
    database = open_database(
        parse_url(url).set(username=user, password="secret").render_as_string(hide_password=False), tmp_path
    )
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "kept", "crm_data": {"client_name": "Ann 100%"}})
        rows, _ = transcripts.deals(session, transcripts.DealFilter(search="100%"))
        query = text("SELECT count(*) FROM pg_indexes WHERE indexname = 'ix_transcripts_search_text'")
        assert session.scalar(query) == 0
    assert [row.external_id for row in rows] == ["kept"]
    database.close()
    with connection, connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {user}; DROP ROLE {user}")
    connection.close()
