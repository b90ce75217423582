"""The commands that reach the copies: reindex, doctor and erase."""

import pytest
from sqlalchemy import text

from db.engine import Database
from services.__main__ import main
from services.memory import copies
from services.memory.opening import Memory, memory_of
from services.memory.owner import Owner
from services.memory.search import search
from services.settings import settings
from tests.example_rows import store
from tests.memory.test_index import with_chunks

INDEX = ["--only", "index"]


@pytest.fixture(autouse=True)
def _words_alone(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    """What is embedded matters to none of these."""
    monkeypatch.setenv("EMBEDDINGS", "false")
    settings.cache_clear()


def found(database: Database, words: str) -> set[str]:
    memory = memory_of(database)
    try:
        memory.index.begin()
        return {hit.external_id for hit in search(database, memory.index, words)}
    finally:
        memory.close()


def indexed(database: Database) -> None:
    memory = memory_of(database)
    copies.settle(database, memory.index)
    memory.close()


def kept_elsewhere(database: Database) -> Owner:
    owner = Owner(database, settings().data_dir)
    assert owner.take()
    return owner


def test_reindex_makes_the_index_from_the_record(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    store(database, with_chunks(), with_chunks("other"))
    assert main(["reindex", *INDEX]) == 0
    assert "The index holds 2 calls." in capsys.readouterr().out
    assert found(database, "living trust package") == {"call-petra", "other"}
    assert copies.waiting(database, "index") == 0


def test_reindex_leaves_an_index_that_another_process_keeps(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    store(database, with_chunks())
    owner = kept_elsewhere(database)
    assert main(["reindex"]) == 1
    assert "Another process keeps the index and the graph" in capsys.readouterr().err
    owner.leave()
    assert copies.waiting(database, "index") == 1


def test_erase_takes_the_call_out_of_the_index_and_its_words_off_the_disk(database: Database) -> None:
    store(database, {**with_chunks(), "email_draft": "Subject: x\n\nThe zebrawort."}, with_chunks("other"))
    indexed(database)
    files = [path for path in settings().data_dir.rglob("*") if path.is_file()]
    assert [path for path in files if b"zebrawort" in path.read_bytes()]
    assert main(["erase", "call-petra"]) == 0
    files = [path for path in settings().data_dir.rglob("*") if path.is_file()]
    assert not [path for path in files if b"zebrawort" in path.read_bytes()]
    assert found(database, "living trust package") == {"other"}


def test_erase_says_so_where_another_process_keeps_the_index(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    store(database, with_chunks())
    owner = kept_elsewhere(database)
    assert main(["erase", "call-petra"]) == 0
    assert "takes them out there in a moment" in capsys.readouterr().err
    owner.leave()


def doctor(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    status = main(["doctor"])
    return status, capsys.readouterr().out


def test_the_doctor_finds_the_index_as_the_record_says(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    store(database, with_chunks(), with_chunks("other"))
    indexed(database)
    status, told = doctor(capsys)
    assert "The index was compared with the record." in told
    assert status == 0


def test_the_doctor_tells_that_damaged_files_were_made_anew(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    store(database, with_chunks())
    memory = memory_of(database)
    for copy in memory.copies:
        copies.settle(database, copy)
    memory.close()
    folder = settings().data_dir / "memory"
    (folder / "graph.kgl").write_bytes(b"nothing of use")
    (folder / "index" / "words-1" / "1" / "edge_config.json").write_bytes(b"nothing of use")
    status, told = doctor(capsys)
    assert status == 0
    assert "UTC: The embedded graph can't be read (FileFormat); it is made anew from the record." in told
    assert "UTC: The embedded index can't be read (Exception); it is made anew from the record." in told
    assert "The index has yet to take 1 call over." in told
    assert "The graph has yet to take 1 call over." in told
    assert main(["reindex"]) == 0
    status, told = doctor(capsys)
    assert "The graph was compared with the record." in told
    assert status == 0


def test_calls_that_wait_are_told_and_are_no_fault(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    store(database, with_chunks())
    indexed(database)
    store(database, with_chunks("other"))
    status, told = doctor(capsys)
    assert "The index has yet to take 1 call over." in told
    assert status == 0


def test_the_doctor_names_a_call_that_the_index_holds_otherwise(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    store(database, with_chunks(), with_chunks("other"))
    indexed(database)
    memory = memory_of(database)
    forgotten(database, memory, "other")
    memory.close()
    status, told = doctor(capsys)
    assert "Call other: the index does not hold it as it stands." in told
    assert status == 1
    assert main(["reindex", *INDEX]) == 0
    assert doctor(capsys)[0] == 0


def forgotten(database: Database, memory: Memory, external_id: str) -> None:
    """Takes a call out of the index behind the record's back."""
    with database.session() as session:
        call = session.scalar(text("SELECT id FROM transcripts WHERE external_id = :id"), {"id": external_id})
    memory.index.begin()
    memory.index.forget([int(str(call))])


def test_the_doctor_counts_calls_that_only_the_index_holds(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    store(database, with_chunks(), with_chunks("other"))
    indexed(database)
    with database.session() as session:
        session.execute(text("SELECT set_config('aftercall.erasing', 'on', true)"))
        session.execute(text("DELETE FROM transcripts WHERE external_id = 'other'"))
        session.execute(text("DELETE FROM copies_due"))
    status, told = doctor(capsys)
    assert "The index holds 1 call that the record does not." in told
    assert status == 1
