"""What people say of a call: kept for good, taken back at will, never written over somebody else's word."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db import edits, transcripts
from db.engine import Database
from db.errors import NoSuchRow, StaleVersion
from tests import example_rows

CRM = {"client_name": "Ann Lee", "deal_amount": 3500, "outcome": "Pending"}


@pytest.fixture
def call(database: Database) -> str:
    """A stored call with a CRM record, an e-mail and two posts."""
    posts = [{"channel": name, "text": f"About {name}.", "state": "draft"} for name in ("linkedin", "x")]
    row = {
        "external_id": "CALL-1",
        "crm_data": CRM,
        "email_draft": "Subject: Run\n\nBody.",
        "social_content": {"posts": posts},
    }
    example_rows.store(database, row)
    return "CALL-1"


def stored(database: Database, external_id: str) -> transcripts.TranscriptRecord:
    with database.session() as session:
        found = transcripts.find(session, external_id)
    assert found is not None
    return found


def history(database: Database, external_id: str) -> list[tuple[str, Any, Any, str, str]]:
    with database.session() as session:
        return [(row.field, row.old, row.new, row.kind, row.actor) for row in edits.history(session, external_id)]


def test_an_edit_writes_the_value_the_edit_and_one_change_a_field(database: Database, call: str) -> None:
    with database.session() as session:
        version = edits.edit_crm(
            session, call, 1, {"deal_amount": 4200.5, "client_email": "ann@lee.example"}, actor="bo"
        )
    found = stored(database, call)
    assert version == found.version == 2
    assert found.crm_data == {**CRM, "deal_amount": 4200.5, "client_email": "ann@lee.example"}
    assert found.edits == {"crm_data": {"deal_amount": 4200.5, "client_email": "ann@lee.example"}}
    assert found.proposed["crm_data"] == CRM
    assert history(database, call) == [
        ("crm_data.client_email", None, "ann@lee.example", "edit", "bo"),
        ("crm_data.deal_amount", 3500, 4200.5, "edit", "bo"),
    ]


def test_a_stale_version_writes_nothing_and_says_what_is_stored_now(database: Database, call: str) -> None:
    with database.session() as session:
        edits.edit_crm(session, call, 1, {"deal_amount": 4000}, actor="bo")
    with pytest.raises(StaleVersion) as raised, database.session() as session:
        edits.edit_crm(session, call, 1, {"deal_amount": 5000}, actor="cy")
    assert raised.value.current_version == 2
    assert raised.value.crm_data == {**CRM, "deal_amount": 4000}
    assert stored(database, call).crm_data["deal_amount"] == 4000
    assert len(history(database, call)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda session, version: edits.restore_crm(session, "CALL-1", version, ["deal_amount"], actor="cy"),
        lambda session, version: edits.edit_email(session, "CALL-1", version, "text", actor="cy"),
        lambda session, version: edits.restore_email(session, "CALL-1", version, actor="cy"),
        lambda session, version: edits.edit_post(session, "CALL-1", version, "x", "text", actor="cy"),
        lambda session, version: edits.restore_post(session, "CALL-1", version, "x", actor="cy"),
        lambda session, version: edits.mark_sent(session, "CALL-1", version, actor="cy"),
    ],
)
def test_every_change_refuses_a_stale_version(
    database: Database, call: str, change: Callable[[Session, int], int]
) -> None:
    with database.session() as session:
        edits.edit_crm(session, call, 1, {"deal_amount": 4000}, actor="bo")
    before = stored(database, call)
    with pytest.raises(StaleVersion), database.session() as session:
        change(session, 1)
    assert stored(database, call) == before


def test_of_many_who_save_at_once_with_one_version_exactly_one_wins(database: Database, call: str) -> None:
    def save(number: int) -> bool:
        try:
            with database.session() as session:
                edits.edit_crm(session, call, 1, {"deal_amount": number}, actor=f"person {number}")
        except StaleVersion:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        won = [number for number, wins in enumerate(threads.map(save, range(16))) if wins]
    assert len(won) == 1
    assert stored(database, call).crm_data["deal_amount"] == won[0]
    assert len(history(database, call)) == 1


def test_who_saves_while_another_save_is_under_way_waits_and_is_told(database: Database, call: str) -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")

    def save() -> None:
        with database.session() as session:
            edits.edit_crm(session, call, 1, {"outcome": "Lost"}, actor="cy")

    with ThreadPoolExecutor(1) as thread:
        with database.session() as session, database.engine.connect() as watcher:
            edits.edit_crm(session, call, 1, {"outcome": "Won"}, actor="bo")
            second = thread.submit(save)
            while not watcher.scalar(waiting):
                assert not second.done()
                watcher.rollback()
        assert isinstance(second.exception(), StaleVersion)
    assert stored(database, call).crm_data["outcome"] == "Won"
    assert [row[4] for row in history(database, call)] == ["bo"]


def test_restore_brings_back_what_the_last_run_said(database: Database, call: str) -> None:
    with database.session() as session:
        edits.edit_crm(session, call, None, {"deal_amount": 1, "outcome": "Won", "nickname": "Annie"}, actor="bo")
    example_rows.store(database, {"external_id": call, "crm_data": {"deal_amount": 3600}})
    with database.session() as session:
        edits.restore_crm(session, call, None, ["deal_amount", "nickname", "client_name"], actor="cy")
    found = stored(database, call)
    assert found.crm_data == {"client_name": "Ann Lee", "deal_amount": 3600, "outcome": "Won"}
    assert found.edits == {"crm_data": {"outcome": "Won"}}
    assert history(database, call)[:2] == [
        ("crm_data.nickname", "Annie", None, "restore", "cy"),
        ("crm_data.deal_amount", 1, 3600, "restore", "cy"),
    ]


def test_a_person_may_say_that_there_is_no_value(database: Database, call: str) -> None:
    with database.session() as session:
        edits.edit_crm(session, call, None, {"deal_amount": None}, actor="bo")
    with database.session() as session:
        transcripts.upsert(session, {"external_id": call, "crm_data": CRM})
    assert stored(database, call).crm_data["deal_amount"] is None


def test_saving_the_same_words_again_changes_nothing(database: Database, call: str) -> None:
    with database.session() as session:
        first = edits.edit_crm(session, call, None, {"deal_amount": 5, "children_count": 1}, actor="bo")
        assert edits.edit_crm(session, call, first, {"deal_amount": 5}, actor="cy") == first
        assert edits.edit_crm(session, call, first, {"children_count": True}, actor="cy") == first + 1
        second = edits.edit_email(session, call, None, "mine", actor="bo")
        assert edits.edit_email(session, call, None, "mine", actor="cy") == second
    assert len(history(database, call)) == 5


def test_confirming_a_runs_value_locks_it(database: Database, call: str) -> None:
    with database.session() as session:
        edits.edit_crm(session, call, None, {"outcome": "Pending"}, actor="bo")
        transcripts.upsert(session, {"external_id": call, "crm_data": {"outcome": "Lost"}})
    assert stored(database, call).crm_data["outcome"] == "Pending"


def test_an_email_is_edited_sent_and_restored(database: Database, call: str) -> None:
    with database.session() as session:
        version = edits.edit_email(session, call, 1, "Subject: Mine\n\nHello.", actor="bo")
        version = edits.mark_sent(session, call, version, actor="bo")
        version = edits.restore_email(session, call, version, actor="cy")
        assert edits.restore_email(session, call, version, actor="cy") == version
    found = stored(database, call)
    assert found.email_draft == "Subject: Run\n\nBody."
    assert found.edits == {}
    assert found.email_sent is not None
    assert found.email_sent["text"] == "Subject: Mine\n\nHello."
    assert found.email_sent["actor"] == "bo"
    assert [row[3] for row in history(database, call)] == ["restore", "restore", "sent", "edit", "edit"]


def test_a_post_is_edited_approved_and_restored(database: Database, call: str) -> None:
    with database.session() as session:
        edits.edit_post(session, call, None, "x", "Short words.", actor="bo")
        edits.edit_post(session, call, None, "x", state="approved", actor="cy")
    posts = stored(database, call).social_content["posts"]
    assert posts == [
        {"channel": "linkedin", "text": "About linkedin.", "state": "draft"},
        {"channel": "x", "text": "Short words.", "state": "approved"},
    ]
    with database.session() as session:
        edits.edit_post(session, call, None, "x", "Other words.", actor="bo")
    assert stored(database, call).social_content["posts"][1]["state"] == "draft"
    with database.session() as session:
        edits.restore_post(session, call, None, "x", actor="bo")
    assert stored(database, call).social_content["posts"][1] == {"channel": "x", "text": "About x.", "state": "draft"}
    assert [row[3] for row in history(database, call)] == ["restore", "edit", "approve", "edit"]


def test_a_yes_holds_the_words_that_were_read(database: Database, call: str) -> None:
    with database.session() as session:
        edits.edit_post(session, call, None, "x", state="approved", actor="bo")
        posts = [{"channel": "x", "text": "Words that nobody has read.", "state": "draft"}]
        transcripts.upsert(session, {"external_id": call, "social_content": {"posts": posts}})
    assert stored(database, call).social_content["posts"] == [{"channel": "x", "text": "About x.", "state": "approved"}]


def test_changes_to_a_call_that_is_not_stored_are_refused(database: Database) -> None:
    with database.session() as session, pytest.raises(NoSuchRow):
        edits.edit_crm(session, "nobody", None, {"a": 1}, actor="bo")


def test_posts_of_an_older_shape_are_kept_beside_an_edit(database: Database) -> None:
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "old", "social_content": ["An old post."]})
        edits.edit_post(session, "old", None, "x", "New words.", actor="bo")
    assert stored(database, "old").social_content == {
        "earlier": ["An old post."],
        "posts": [{"channel": "x", "text": "New words.", "state": "draft"}],
    }
