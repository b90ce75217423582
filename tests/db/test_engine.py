"""The address of a database, read and refused in words."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from db import transcripts
from db.engine import Database, _connect_options, open_database, parse_url
from db.errors import BadAddress, CannotConnect


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+psycopg", "POSTGRES"])
def test_every_usual_spelling_of_an_address_is_taken(scheme: str) -> None:
    url = parse_url(f" {scheme}://ann:p%40ss@db.example:5433/record?sslmode=require ")
    assert url.drivername == "postgresql+psycopg2"
    assert (url.username, url.password, url.host, url.port, url.database) == (
        "ann",
        "p@ss",
        "db.example",
        5433,
        "record",
    )
    assert url.query == {"sslmode": "require"}


def test_every_usual_spelling_opens_the_database(database: Database, empty_database_url: str, tmp_path: Path) -> None:
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "kept"})
    for scheme in ("postgres", "postgresql", "postgresql+psycopg2"):
        opened = open_database(empty_database_url.replace("postgresql", scheme, 1), tmp_path)
        with opened.session() as session:
            assert transcripts.count(session) == 1
        opened.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["sqlite:///x.db", "mysql://u:topsecret@h/d", "no address", "postgresql://h:port:x/d"])
def test_an_address_of_anything_else_is_refused_without_telling_the_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadAddress, match="postgresql://user:password@host/name") as raised:
        open_database(url, tmp_path)
    assert "topsecret" not in str(raised.value)


def test_a_server_that_does_not_answer_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(CannotConnect, match="can't be reached") as raised:
        open_database("postgresql://ann:topsecret@127.0.0.1:1/record", tmp_path)
    assert "topsecret" not in str(raised.value)


def test_an_error_of_the_database_holds_no_words_of_a_call(database: Database) -> None:
    with database.session() as session, pytest.raises(IntegrityError) as raised:
        session.execute(
            text("INSERT INTO transcripts (external_id, full_text) VALUES (NULL, :words)"), {"words": "secret words"}
        )
    assert "null value in column" in str(raised.value)
    assert "secret words" not in str(raised.value)
    assert "secret words" not in str(raised.value.orig)


def test_a_server_elsewhere_that_is_gone_without_a_word_is_given_up_unless_the_address_says_otherwise() -> None:
    given = _connect_options(parse_url("postgresql://ann@db.example/record"))
    assert given == {
        "connect_timeout": 10,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 4,
        "tcp_user_timeout": 30_000,
    }
    own = _connect_options(parse_url("postgresql://ann@db.example/record?connect_timeout=3&keepalives_idle=60"))
    assert own == {"keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 30_000}
