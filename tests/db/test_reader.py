"""The role that only reads: PostgreSQL refuses a write under it, and it is none that a dump would need."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db import analytics, reader
from db.engine import Database
from db.errors import CannotWork
from services.database import reader_words


def test_the_role_is_made_at_the_start_and_reads(database: Database) -> None:
    assert reader.role_of(database.engine) == reader.ROLE
    with database.session() as session, analytics.reading(session):
        assert session.scalar(text("SELECT current_user")) == reader.ROLE
        assert analytics.figure(session, analytics.Selection(), "count").calls == 0
    with database.session() as session:
        assert session.scalar(text("SELECT current_user")) != reader.ROLE
    assert reader.ROLE in reader_words(database)


def test_postgresql_refuses_a_write_under_that_role(database: Database) -> None:
    statement = "DELETE FROM transcripts"
    with pytest.raises(DBAPIError, match="permission denied"), database.session() as session:
        session.execute(text(f"SET LOCAL ROLE {reader.ROLE}; {statement}"))
    with pytest.raises(DBAPIError, match="read-only"), database.session() as session, analytics.reading(session):
        session.execute(text(statement))


def test_a_statement_that_takes_too_long_is_stopped(database: Database) -> None:
    with database.session() as session, analytics.reading(session):
        assert session.scalar(text("SHOW statement_timeout")) == f"{reader.MOST_SECONDS}s"
    with pytest.raises(CannotWork, match="statement timeout"), database.session() as session:
        session.execute(text("SET LOCAL statement_timeout = '50ms'; SELECT pg_sleep(5)"))


def test_no_table_names_the_role_so_a_dump_needs_none(database: Database) -> None:
    with database.session() as session:
        named = session.scalar(
            text("SELECT count(*) FROM pg_class, aclexplode(relacl) AS one JOIN pg_roles ON pg_roles.oid = one.grantee"
                 " WHERE rolname = :role"), {"role": reader.ROLE}
        )  # fmt: skip
        defaults = session.scalar(text("SELECT count(*) FROM pg_default_acl"))
    assert (named, defaults) == (0, 0)


def test_a_role_that_is_not_there_leaves_transactions_that_can_not_write(database: Database) -> None:
    try:
        assert reader.prepare(database.engine, 'no such "role"') is None
        assert "READER_ROLE" in reader_words(database)
        with pytest.raises(DBAPIError, match="read-only"), database.session() as session, analytics.reading(session):
            session.execute(text("DELETE FROM transcripts"))
    finally:
        assert reader.prepare(database.engine) == reader.ROLE
