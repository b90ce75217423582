"""The upsert: one row a call, only the columns that the data brings, no person's word lost."""

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event

from db import edits, transcripts
from db.engine import Database
from tests.conftest import Rows


def seed_case() -> dict[str, Any]:
    """The seed's own example, as the persistence agent hands it on."""
    return {
        "external_id": "TEST12345",
        "filename": "test.txt",
        "chunks": ["First chunk.", "Second chunk."],
        "extracted_data": {"client": "Test Client"},
        "social_content": {"posts": [{"channel": "linkedin", "text": "A post.", "state": "draft"}]},
        "email_draft": "Subject: Hello\n\nThank you.",
        "crm_data": {"deal_stage": "Qualified", "value": 50000},
    }


def write(database: Database, *rows: dict[str, Any]) -> list[transcripts.StoredRow]:
    with database.session() as session:
        return transcripts.upsert_many(session, rows)


def stored(database: Database, external_id: str) -> transcripts.TranscriptRecord:
    with database.session() as session:
        found = transcripts.find(session, external_id)
    assert found is not None
    return found


def test_TEST12345_written_twice_is_one_row_and_keeps_its_social_content(database: Database, rows: Rows) -> None:
    with database.session() as session:
        first = transcripts.upsert(session, seed_case())
    with database.session() as session:
        second = transcripts.upsert(session, seed_case())
    assert rows.of("transcripts") == 1
    assert (first.created, second.created) == (True, False)
    assert first.id == second.id
    assert (first.version, second.version) == (1, 2)

    without = seed_case()
    del without["social_content"]
    with database.session() as session:
        transcripts.upsert(session, without)
    found = stored(database, "TEST12345")
    assert rows.of("transcripts") == 1
    assert found.social_content == {"posts": [{"channel": "linkedin", "text": "A post.", "state": "draft"}]}
    assert found.crm_data == {"deal_stage": "Qualified", "value": 50000}
    assert found.chunks == ["First chunk.", "Second chunk."]


def test_sixteen_threads_on_one_external_id_leave_one_row(database: Database, rows: Rows) -> None:
    def store(number: int) -> int:
        row = {"external_id": "ONE", "email_draft": f"draft {number}", "crm_data": {f"field {number}": number}}
        return write(database, row)[0].id

    with ThreadPoolExecutor(16) as threads:
        ids = set(threads.map(store, range(64)))
    assert len(ids) == 1
    assert rows.of("transcripts") == 1
    found = stored(database, "ONE")
    assert found.version == 64
    assert found.crm_data == {f"field {number}": number for number in range(64)}


def test_overlapping_batches_in_random_order_never_deadlock(database: Database, rows: Rows) -> None:
    names = [f"call {number}" for number in range(60)]

    def store(seed: int) -> int:
        chosen = random.Random(seed).sample(names, 45)
        return len(write(database, *({"external_id": name, "full_text": "words " * 50} for name in chosen)))

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(store, range(40))) == {45}
    assert rows.of("transcripts") == 60


def test_a_batch_may_hold_rows_with_different_columns_and_the_same_call_twice(database: Database, rows: Rows) -> None:
    write(database, {"external_id": "b", "email_draft": "kept", "coaching": {"talk": 1}})
    written = write(
        database,
        {"external_id": "b", "crm_data": {"client_name": "Bea"}, "chunks": ["one"]},
        {"external_id": "a", "full_text": "words"},
        {"external_id": "b", "crm_data": {"outcome": "Won"}, "chunks": ["two"]},
    )
    assert [(row.external_id, row.created, row.version) for row in written] == [("a", True, 1), ("b", False, 2)]
    found = stored(database, "b")
    assert found.crm_data == {"client_name": "Bea", "outcome": "Won"}
    assert found.chunks == ["two"]
    assert found.email_draft == "kept"
    assert found.coaching == {"talk": 1}
    assert rows.of("transcripts") == 2


def test_a_key_that_is_none_leaves_what_is_stored_alone(database: Database) -> None:
    write(database, seed_case())
    write(database, {"external_id": "TEST12345", "email_draft": None, "crm_data": None, "social_content": None})
    found = stored(database, "TEST12345")
    assert found.email_draft == seed_case()["email_draft"]
    assert found.crm_data == seed_case()["crm_data"]
    assert found.proposed["crm_data"] == seed_case()["crm_data"]


def test_a_null_inside_crm_data_is_written_and_unknown_keys_are_kept(database: Database) -> None:
    write(database, {"external_id": "x", "crm_data": {"client_email": "a@b.example", "old_key": 1}})
    write(database, {"external_id": "x", "crm_data": {"client_email": None, "outcome": "Lost"}})
    assert stored(database, "x").crm_data == {"client_email": None, "old_key": 1, "outcome": "Lost"}


def test_updated_at_moves_and_created_at_stays(database: Database) -> None:
    write(database, seed_case())
    first = stored(database, "TEST12345")
    write(database, seed_case())
    second = stored(database, "TEST12345")
    assert second.created_at == first.created_at
    assert second.updated_at > first.updated_at
    assert second.updated_at.tzinfo is not None


def test_what_postgresql_refuses_is_cleaned_and_the_rest_kept(database: Database) -> None:
    write(
        database,
        {
            "external_id": "odd",
            "full_text": "a\x00b \ud83d c",
            "dialogue": [{"text": "x\x00y", "start": float("nan")}],
            "crm_data": {"amount": float("inf"), "name": "zoë 😀"},
        },
    )
    found = stored(database, "odd")
    assert found.full_text == "ab \ufffd c"
    assert found.dialogue == [{"text": "xy", "start": None}]
    assert found.crm_data == {"amount": None, "name": "zoë 😀"}


@pytest.mark.parametrize("row", [{"full_text": "x"}, {"external_id": " "}, {"external_id": "a", "colour": "red"}])
def test_a_row_without_an_id_or_with_an_unknown_column_is_refused(
    database: Database, rows: Rows, row: dict[str, Any]
) -> None:
    with database.session() as session, pytest.raises(ValueError, match=r"external id|colour"):
        transcripts.upsert(session, row)
    assert rows.of("transcripts") == 0


def test_nothing_is_written_when_the_use_case_fails_afterwards(database: Database, rows: Rows) -> None:
    def use_case() -> None:
        with database.session() as session:
            transcripts.upsert(session, seed_case())
            raise RuntimeError("the disk of the exporter is full")

    with pytest.raises(RuntimeError):
        use_case()
    assert rows.of("transcripts") == 0


def test_a_persons_word_stands_through_single_batch_and_concurrent_upserts(database: Database) -> None:
    write(database, seed_case())
    with database.session() as session:
        version = edits.edit_crm(session, "TEST12345", 1, {"value": 75000, "deal_stage": None}, actor="ann")
        version = edits.edit_email(session, "TEST12345", version, "Subject: Mine\n\nMy words.", actor="ann")
        edits.edit_post(session, "TEST12345", version, "linkedin", "My post.", "approved", actor="ann")

    def check() -> None:
        found = stored(database, "TEST12345")
        assert found.crm_data == {"value": 75000, "deal_stage": None}
        assert found.email_draft == "Subject: Mine\n\nMy words."
        assert found.social_content == {"posts": [{"channel": "linkedin", "text": "My post.", "state": "approved"}]}

    check()
    with database.session() as session:
        transcripts.upsert(session, seed_case())
    check()
    write(database, *({**seed_case(), "external_id": name} for name in ("TEST12345", "another")))
    check()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: write(database, seed_case()), range(24)))
    check()
    assert stored(database, "another").crm_data == seed_case()["crm_data"]
    assert stored(database, "TEST12345").proposed["crm_data"] == seed_case()["crm_data"]


def test_edits_and_upserts_at_the_same_time_lose_neither(database: Database) -> None:
    write(database, {"external_id": "x", "crm_data": {"runs": 0}})

    def work(number: int) -> None:
        with database.session() as session:
            if number % 2:
                edits.edit_crm(session, "x", None, {f"said {number}": number}, actor="ann")
            else:
                transcripts.upsert(session, {"external_id": "x", "crm_data": {f"run {number}": number, "said 1": -1}})

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(40)))
    crm_data = stored(database, "x").crm_data
    assert {key: value for key, value in crm_data.items() if key.startswith("said")} == {
        f"said {number}": number for number in range(1, 40, 2)
    }
    assert {key for key in crm_data if key.startswith("run ")} == {f"run {number}" for number in range(0, 40, 2)}


def test_posts_of_a_later_run_keep_the_edited_channels_and_bring_new_ones(database: Database) -> None:
    def run(*posts: tuple[str, str]) -> None:
        content = {"posts": [{"channel": name, "text": text, "state": "draft"} for name, text in posts]}
        write(database, {"external_id": "x", "social_content": content})

    run(("linkedin", "first"), ("x", "first"))
    with database.session() as session:
        edits.edit_post(session, "x", None, "linkedin", "mine", actor="ann")
    run(("x", "second"), ("facebook", "second"))
    assert stored(database, "x").social_content["posts"] == [
        {"channel": "x", "text": "second", "state": "draft"},
        {"channel": "facebook", "text": "second", "state": "draft"},
        {"channel": "linkedin", "text": "mine", "state": "draft"},
    ]


def test_known_says_which_calls_are_stored(database: Database) -> None:
    written = write(database, {"external_id": "a", "content_hash": "0123"}, {"external_id": "b"})
    with database.session() as session:
        known = transcripts.known(session, ["a", "b", "c"])
        assert transcripts.known(session, []) == {}
        assert transcripts.find(session, "c") is None
    assert known == {
        "a": transcripts.KnownRow(written[0].id, "0123", 1),
        "b": transcripts.KnownRow(written[1].id, None, 1),
    }


def test_an_empty_batch_writes_nothing(database: Database) -> None:
    assert write(database) == []


def test_a_batch_of_rows_that_bring_different_columns_is_one_statement(database: Database) -> None:
    sent: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    mixed = [
        {"external_id": f"{each:03}", **({"crm_data": {}} if each % 2 else {"coaching": {}})} for each in range(40)
    ]
    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        with database.session() as session:
            assert len(transcripts.upsert_many(session, mixed)) == 40
    finally:
        event.remove(database.engine, "before_cursor_execute", hear)
    assert len([each for each in sent if each.startswith("INSERT")]) == 1
