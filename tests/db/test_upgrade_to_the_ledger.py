"""A record from before there was a ledger: brought up to it, and back again, it loses no word."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text

from db import edits
from db.embedded import EmbeddedServer
from db.engine import Database, open_database, parse_url
from db.transcripts import TranscriptRecord
from services import doctor
from services import ledger as told
from services.conflicts import of_call
from services.database import stored_call
from tests.conftest import address_of, make_database
from tests.db.test_adoption import STELLAR
from tests.example_rows import run_says

RUN = {"client_name": "Ann Lee", "deal_amount": 3500, "outcome": "Pending", "spouse_name": None}
EMAIL = "Subject: Run\n\nBody."
POSTS = {"posts": [{"channel": name, "text": f"About {name}.", "state": "draft"} for name in ("linkedin", "x")]}
MINE = {"text": "Mine.", "state": "approved"}
COLUMNS = "external_id, crm_data, email_draft, social_content, proposed, coaching, version, email_sent"


@pytest.fixture
def url(server: EmbeddedServer) -> str:
    """A database at the step before the ledger: an adopted Stellar table with calls and changes of ours."""
    name = f"before_ledger_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    make_database(server, name)
    address = address_of(server, name)
    engine = create_engine(parse_url(address))
    with engine.begin() as connection:
        connection.exec_driver_sql(STELLAR + "ALTER TABLE transcripts ADD crm_data text")
        connection.exec_driver_sql("""UPDATE transcripts SET crm_data = '{"Old Field": [1], "amount": "$5"}'""")
    migrate(engine, "0004")
    fill(engine)
    engine.dispose()
    return address


@pytest.fixture
def upgraded(url: str, tmp_path: Path) -> Iterator[Database]:
    """The same database as the product opens it."""
    database = open_database(url, tmp_path)
    yield database
    database.close()


def migrate(engine: Engine, step: str, *, down: bool = False) -> None:
    """Brings the tables to a step."""
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path("db/migrations").resolve()).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        (command.downgrade if down else command.upgrade)(config, step)


def fill(engine: Engine) -> None:
    """What the version before would have written: one call that nobody touched, three that people corrected."""
    written: dict[str, dict[str, Any]] = {
        "untouched": {},
        "corrected": {
            "crm_data": {**RUN, "deal_amount": 4200, "spouse_name": "Bo", "nickname": "Annie"},
            "email_draft": "Subject: Mine\n\nMy words.\n\nBo",
            "social_content": {"posts": [POSTS["posts"][0], {"channel": "x", **MINE}]},
            "edits": {
                "crm_data": {"deal_amount": 4200, "spouse_name": "Bo", "nickname": "Annie"},
                "email_draft": "Subject: Mine\n\nMy words.\n\nBo",
                "social_content": {"x": MINE},
            },
            "version": 6,
        },
        "bare": {"email_draft": "no subject line", "edits": {"email_draft": "no subject line"}, "version": 2},
        "given back": {"version": 3},
    }
    changes: list[tuple[str, str, Any, Any, str]] = [
        ("corrected", "crm_data.deal_amount", 3500, 4000, "edit"),
        ("corrected", "crm_data.deal_amount", 4000, 4200, "edit"),
        ("corrected", "crm_data.spouse_name", None, "Bo", "edit"),
        ("corrected", "crm_data.nickname", None, "Annie", "edit"),
        ("corrected", "email_draft", EMAIL, "Subject: Mine\n\nMy words.\n\nBo", "edit"),
        ("corrected", "social_content.x", {"text": "About x.", "state": "draft"}, MINE, "approve"),
        ("corrected", "email_sent", None, {"text": "Sent.", "actor": "bo", "at": "2026-01-02T03:04:05"}, "sent"),
        ("bare", "email_draft", EMAIL, "no subject line", "edit"),
        ("given back", "crm_data.outcome", "Pending", "Won", "edit"),
        ("given back", "crm_data.outcome", "Won", "Pending", "restore"),
    ]
    with engine.begin() as connection:
        for key, columns in written.items():
            row = {"crm_data": RUN, "email_draft": EMAIL, "social_content": POSTS, "edits": {}, "version": 1, **columns}
            row |= {"proposed": {"crm_data": RUN, "email_draft": EMAIL, "social_content": POSTS}, "dialogue": []}
            row |= {"external_id": key, "coaching": {"source": "builtin"}}
            connection.execute(insert("transcripts", row), as_json(row))
        for key, field, old, new, kind in changes:
            change = {"external_id": key, "field": field, "old": [old], "new": [new], "kind": kind, "actor": "bo"}
            connection.execute(insert("changes", change), as_json(change))
        connection.exec_driver_sql(
            "UPDATE changes SET old = nullif(old -> 0, 'null'), new = nullif(new -> 0, 'null'), transcript_id ="
            " (SELECT id FROM transcripts WHERE transcripts.external_id = changes.external_id)"
        )


def insert(table: str, row: dict[str, Any]) -> Any:
    return text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})")


def as_json(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(each) if isinstance(each, dict | list) else each for name, each in row.items()}


def standing(engine: Engine) -> list[Any]:
    """What people see of every call."""
    with engine.connect() as connection:
        return list(connection.execute(text(f"SELECT {COLUMNS} FROM transcripts ORDER BY id")).all())


def call(database: Database, key: str) -> TranscriptRecord:
    return stored_call(database, key)


def test_nothing_that_stands_is_another_and_the_doctor_finds_nothing(url: str, tmp_path: Path) -> None:
    engine = create_engine(parse_url(url))
    before = standing(engine)
    database = open_database(url, tmp_path)
    try:
        assert standing(engine) == before
        assert len(before) == 6
        assert doctor.examine(database).findings == ()
        assert doctor.examine(database).entries == 1
    finally:
        database.close()
        engine.dispose()


def test_every_word_that_a_person_said_is_told_in_its_order(upgraded: Database) -> None:
    events = told.events(upgraded, "corrected")
    people = [(event.field, event.kind, event.after, event.who) for event in events if event.kind != "adopt"]
    assert sorted(people) == sorted(
        [
            ("crm_data.deal_amount", "edit", "$4,000", "bo"),
            ("crm_data.deal_amount", "edit", "$4,200", "bo"),
            ("crm_data.spouse_name", "edit", "Bo", "bo"),
            ("crm_data.nickname", "edit", "Annie", "bo"),
            ("email_draft.subject", "edit", "Mine", "bo"),
            ("email_draft.body", "edit", "My words.\n\nBo", "bo"),
            ("social_content.x", "approve", "Mine. (approved)", "bo"),
            ("email_sent", "sent", "Sent.", "bo"),
        ]
    )
    amounts = [(event.before, event.after) for event in told.events(upgraded, "corrected", "crm_data.deal_amount")]
    assert amounts == [("$4,000", "$4,200"), ("$3,500", "$4,000"), ("not discussed", "$3,500")]
    outcomes = told.events(upgraded, "given back", "crm_data.outcome")
    assert [(event.kind, event.after) for event in outcomes] == [
        ("restore", "Pending"),
        ("edit", "Won"),
        ("adopt", "Pending"),
    ]


def test_whose_words_they_were_is_told_of_our_rows_and_of_older_ones(upgraded: Database) -> None:
    assert {event.who for event in told.events(upgraded, "untouched")} == {"Builtin analyst"}
    assert {event.who for event in told.events(upgraded, "S1")} == {"older system"}
    assert {event.field for event in told.events(upgraded, "S1")} == {
        "crm_data.Old Field",
        "crm_data.amount",
        "email_draft.subject",
        "email_draft.body",
    }


def test_corrections_stand_after_another_run_which_is_in_conflict_only_where_it_says_something_new(
    upgraded: Database,
) -> None:
    email = "Subject: Run\n\nAnother body."
    for key in ("untouched", "corrected", "bare", "given back"):
        crm = {**RUN, "deal_amount": 9, "outcome": "Lost"}
        run_says(upgraded, {"external_id": key, "crm_data": crm, "email_draft": email, "social_content": POSTS})
    corrected = call(upgraded, "corrected")
    assert (corrected.crm_data["deal_amount"], corrected.crm_data["spouse_name"]) == (4200, "Bo")
    assert (corrected.crm_data["nickname"], corrected.crm_data["outcome"]) == ("Annie", "Lost")
    assert corrected.email_draft == "Subject: Mine\n\nMy words.\n\nBo"
    assert corrected.social_content["posts"][1] == {"channel": "x", **MINE}
    assert {one.field for one in of_call(upgraded, "corrected")} == {"crm_data.deal_amount", "email_draft.body"}
    assert call(upgraded, "bare").email_draft == "Subject: \n\nno subject line"
    assert call(upgraded, "given back").crm_data["outcome"] == "Lost"
    assert call(upgraded, "untouched").crm_data["deal_amount"] == 9
    assert doctor.examine(upgraded).findings == ()


def test_corrections_are_given_back_to_what_the_run_said(upgraded: Database) -> None:
    with upgraded.session() as session:
        edits.restore_crm(session, "corrected", None, ["deal_amount", "spouse_name", "nickname"], actor="cy")
        edits.restore_email(session, "corrected", None, actor="cy")
        edits.restore_post(session, "corrected", None, "x", actor="cy")
    found = call(upgraded, "corrected")
    assert (found.crm_data, found.email_draft, found.social_content, found.edits) == (RUN, EMAIL, POSTS, {})
    assert doctor.examine(upgraded).findings == ()


def test_going_back_a_step_keeps_what_people_said_and_forward_again_too(url: str, tmp_path: Path) -> None:
    open_database(url, tmp_path).close()
    engine = create_engine(parse_url(url))
    before = standing(engine)
    migrate(engine, "0004", down=True)
    assert standing(engine) == before
    with engine.connect() as connection:
        kept = connection.scalar(text("SELECT edits FROM transcripts WHERE external_id = 'corrected'"))
        said = connection.execute(text("SELECT field, new, actor FROM changes ORDER BY id")).all()
    assert kept == {
        "crm_data": {"deal_amount": 4200, "spouse_name": "Bo", "nickname": "Annie"},
        "email_draft": "Subject: Mine\n\nMy words.\n\nBo",
        "social_content": {"x": MINE},
    }
    assert ("crm_data.deal_amount", 4000, "bo") in said
    assert ("social_content.x", MINE, "bo") in said
    engine.dispose()
    again = open_database(url, tmp_path)
    assert call(again, "corrected").crm_data["deal_amount"] == 4200
    assert len([event for event in told.events(again, "corrected") if event.kind != "adopt"]) == 8
    assert doctor.examine(again).findings == ()
    again.close()


def test_an_empty_record_has_no_entry_about_calls_taken_over(server: EmbeddedServer, tmp_path: Path) -> None:
    name = f"no_ledger_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    make_database(server, name)
    database = open_database(address_of(server, name), tmp_path)
    assert doctor.examine(database).entries == 0
    database.close()
