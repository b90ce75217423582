"""Persistence: one call, one row, whatever comes how often."""

import asyncio
from typing import Any

import numpy as np
import pytest

from db import edits, ledger, transcripts, vectors
from db.transcripts import TranscriptRecord
from services import workings
from services.agents.persistence import PersistenceAgent
from services.calls.model import Aside, Call, Header, Speaker, Turn
from services.database import Database
from services.errors import MissingInput
from tests.conftest import Rows
from tests.example_rows import NOTES, by_two_minds, run_says

SEED = {
    "transcript_id": "TEST12345",
    "file_path": "data/transcripts/test.txt",
    "chunks": ["This is the first chunk.", "This is the second chunk."],
    "extracted_entities": {"client_name": "Test Client"},
    "social_content": {"posts": [{"channel": "linkedin", "text": "A post.", "state": "draft"}]},
    "email_draft": "Subject: Hello\n\nHello there.",
    "crm_data": {"deal_stage": "Qualified", "value": 50000},
}


def persist(database: Database, data: dict[str, Any]) -> int:
    given = asyncio.run(PersistenceAgent(database).run(data))
    assert set(given) == {"record_id", "written"}
    return int(given["record_id"])


def stored(database: Database, external_id: str = "TEST12345") -> TranscriptRecord:
    with database.session() as session:
        record = transcripts.find(session, external_id)
    assert record is not None
    return record


def test_the_seed_s_case_TEST12345_run_twice_is_one_row(database: Database, rows: Rows) -> None:
    first = persist(database, dict(SEED))
    again = persist(database, dict(SEED))
    assert first == again
    assert rows.of("transcripts") == 1
    record = stored(database)
    assert record.filename == "test.txt"
    assert record.chunks == ["This is the first chunk.", "This is the second chunk."]
    assert record.full_text == "This is the first chunk.\nThis is the second chunk."
    assert record.crm_data == {"deal_stage": "Qualified", "value": 50000}
    assert record.extracted_data == {"client_name": "Test Client"}
    assert record.version == 2
    assert record.updated_at > record.created_at


def test_the_seed_s_case_TEST12345_again_without_social_content_keeps_it(database: Database, rows: Rows) -> None:
    persist(database, dict(SEED))
    data = {key: value for key, value in SEED.items() if key != "social_content"}
    persist(database, {**data, "crm_data": {"deal_stage": "Won"}})
    record = stored(database)
    assert rows.of("transcripts") == 1
    assert record.social_content == SEED["social_content"]
    assert record.crm_data == {"deal_stage": "Won", "value": 50000}


def test_the_id_alone_makes_a_row_and_takes_nothing_away(database: Database) -> None:
    persist(database, {"transcript_id": 12345})
    persist(database, {"transcript_id": "12345", "email_draft": "Subject: A\n\nB"})
    persist(database, {"transcript_id": "12345"})
    assert stored(database, "12345").email_draft == "Subject: A\n\nB"


def test_a_person_s_words_stand_over_the_next_run_s(database: Database) -> None:
    persist(database, dict(SEED))
    with database.session() as session:
        version = edits.edit_crm(session, "TEST12345", 1, {"value": 60000}, actor="Ann")
        edits.edit_email(session, "TEST12345", version, "Subject: Mine\n\nMy words.", actor="Ann")
    persist(database, {**SEED, "crm_data": {"deal_stage": "Won", "value": 1}, "email_draft": "Subject: Run\n\nNo."})
    record = stored(database)
    assert record.crm_data == {"deal_stage": "Won", "value": 60000}
    assert record.email_draft == "Subject: Mine\n\nMy words."
    assert record.proposed["crm_data"]["value"] == 1
    assert record.proposed["email_draft"] == "Subject: Run\n\nNo."


def test_a_whole_call_is_stored_with_its_turns_and_its_vectors(database: Database) -> None:
    call = Call(
        external_id="c-1",
        content_hash="ab" * 8,
        source_format="plain",
        header=Header(client_name="Robert Nolan", meeting_date="2025-06-11"),
        speakers=(Speaker("Dana", "advisor"), Speaker("Robert", "client")),
        turns=(Turn("Dana", "Hello."),),
        asides=(Aside("chat", "The link.", "Dana"),),
        warnings=("One doubt.",),
    )
    chunks = [
        {"text": f"Dana: {n}", "speakers": ["Dana"], "start": None, "end": None, "phase": "agenda", "turns": [n]}
        for n in range(2)
    ]
    made = [[0.25, 0.5, 1.0], [1.0, 0.0, -1.0]]
    data = {
        "transcript_id": "c-1",
        "call": call,
        "chunks": chunks,
        "embeddings": {"model": "m", "hashes": ["a", "b"], "vectors": made},
    }
    record_id = persist(database, data)
    record = stored(database, "c-1")
    assert record.content_hash == "ab" * 8
    assert record.call["header"]["client_name"] == "Robert Nolan"
    assert record.call["asides"][0]["text"] == "The link."
    assert (record.call["warnings"], record.call["source_format"]) == (["One doubt."], "plain")
    assert [chunk["turns"] for chunk in record.chunks] == [[0], [1]]
    with database.session() as session:
        kept = vectors.of_call(session, record_id, "m")
    assert [np.frombuffer(row.vector, dtype="<f4").tolist() for row in kept] == made
    assert kept[0].content_hash != kept[1].content_hash

    persist(
        database, {**data, "chunks": chunks[:1], "embeddings": {"model": "m", "hashes": ["a"], "vectors": made[:1]}}
    )
    with database.session() as session:
        assert len(vectors.of_call(session, record_id, "m")) == 1


def test_which_mind_gave_a_part_is_kept_and_laid_over_what_was_noted(database: Database) -> None:
    model = {"source": "model", "model": "gpt-x", "prompt_hash": "abc"}
    persist(database, {**SEED, "extraction_mind": model, "email_mind": model})
    builtin = {"source": "builtin"}
    notes = {"extraction": model, "email": model, "social": builtin, "summary": builtin}
    assert stored(database).minds == notes
    late = {"source": "builtin", "instead": "The model gave no answer."}
    persist(database, {"transcript_id": "TEST12345", "email_draft": "Subject: Other\n\nWords.", "email_mind": late})
    assert stored(database).minds == {**notes, "email": late}


def test_a_part_that_is_kept_from_an_earlier_run_keeps_its_mind(database: Database) -> None:
    row = by_two_minds()
    run_says(database, row)
    state = workings.stored_state(stored(database, "call-petra"))
    persist(database, {**state, "email_draft": "Subject: New\n\nBy rule.", "email_mind": {"source": "builtin"}})
    record = stored(database, "call-petra")
    assert record.minds == {**NOTES, "email": {"source": "builtin"}}
    with database.session() as session:
        heads = ledger.heads(session, [record.id])[record.id]
    last = {field: each.run for field, each in heads.items() if each.run is not None}
    assert (last["crm_data.estate_value"].mind, last["coaching.strengths"].mind) == ("gpt-x", "gpt-x")
    assert last["email_draft.body"].mind == "builtin"
    assert last["beside.crm_data.deal_amount"].value == 3500


def test_without_an_id_nothing_is_written(database: Database, rows: Rows) -> None:
    with pytest.raises(MissingInput, match="The Persistence agent needs 'transcript_id'"):
        persist(database, {"crm_data": {"value": 1}})
    assert rows.of("transcripts") == 0
