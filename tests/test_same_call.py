"""A call that is stored stays one call, whatever a newer reader makes of its file."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from db import edits, transcripts
from db.transcripts import TranscriptRecord
from services import dry_runs, ingestion, runs, uploads
from services.agents.parser import ParserAgent
from services.archives import Member
from services.calls import reader
from services.calls.model import Call
from services.database import Database, stored_call
from services.records import CallFilter
from tests.conftest import Rows
from tests.own_calls import plain
from tests.test_stages import raising
from tests.working import all_ended, until, worked, working


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")


@pytest.fixture
def other_reader(database: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Says from when on a reader spells the words otherwise, as after an upgrade."""
    read = reader.read

    def newer(name: str, content: bytes, **chosen: Any) -> Call:
        call = read(name, content, **chosen)
        turns = tuple(replace(turn, text=turn.text.rstrip(".")) for turn in call.turns)
        digest = reader.hash_of(turns)
        own = digest if call.external_id == call.content_hash else call.external_id
        return replace(call, turns=turns, content_hash=digest, external_id=own)

    return lambda: monkeypatch.setattr(reader, "read", newer)


def plain_call(database: Database) -> TranscriptRecord:
    """A call without an id of its own, stored, with a person's word."""
    [run] = worked(database, uploads.submit(database, "plain.txt", plain(), {}, "Ann"))
    call = str(run.external_id)
    with database.session() as session:
        edits.edit_crm(session, call, None, {"deal_amount": 7777}, actor="Bo")
    return stored_call(database, call)


def test_a_re_run_and_a_dry_run_keep_the_call_s_id_when_a_reader_has_changed(
    database: Database, rows: Rows, other_reader: Callable[[], None]
) -> None:
    call = plain_call(database)
    other_reader()
    tried = dry_runs.start(database, CallFilter(), "Bo")
    [again] = runs.rerun(database, [call.external_id], "Bo")
    with working(database):
        until(lambda: all_ended(database))
    assert dry_runs.get(database, tried).compared == 1
    assert (runs.get(database, again).external_id, runs.get(database, again).refused) == (call.external_id, False)
    assert rows.of("transcripts") == 1
    now = stored_call(database, call.external_id)
    assert (now.id, now.crm_data["deal_amount"]) == (call.id, 7777)
    assert now.content_hash != call.content_hash


def test_a_re_run_that_failed_keeps_the_call_s_id_when_it_is_tried_again(
    database: Database, rows: Rows, other_reader: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = plain_call(database)
    [again] = runs.rerun(database, [call.external_id], "Bo")
    with monkeypatch.context() as patch:
        patch.setattr(ParserAgent, "run", raising(RuntimeError("no")))
        assert [run.state for run in worked(database, again)] == ["failed"]
    other_reader()
    runs.retry(database, again, "Bo")
    assert [run.external_id for run in worked(database, again)] == [call.external_id]
    assert rows.of("transcripts") == 1


def test_two_calls_of_the_very_same_file_keep_their_ids_when_they_run_again(database: Database, rows: Rows) -> None:
    for call in ("one", "two"):
        worked(database, uploads.submit(database, "plain.txt", plain(), {"external_id": call}, "Ann"))
    with database.session() as session:  # as a reader that changed left them, in an earlier version
        session.execute(text("UPDATE runs SET options = '{}'"))
    again = runs.rerun(database, ["one", "two"], "Bo")
    assert [run.external_id for run in worked(database, *again)] == ["one", "two"]
    assert rows.of("transcripts") == 2


def test_the_very_same_file_handed_in_again_is_the_same_call_though_a_reader_has_changed(
    database: Database, rows: Rows, other_reader: Callable[[], None]
) -> None:
    call = plain_call(database)
    other_reader()
    assert uploads.preview(database, "plain.txt", plain()).external_id == call.external_id
    run_id = ingestion.hand_in(database, Member("plain.txt", plain()), "Ann")
    assert run_id is not None  # its words are other ones now
    assert [run.external_id for run in worked(database, run_id)] == [call.external_id]
    assert rows.of("transcripts") == 1
    assert ingestion.hand_in(database, Member("plain.txt", plain()), "Ann") is None
    with database.session() as session:
        assert transcripts.count(session) == 1
