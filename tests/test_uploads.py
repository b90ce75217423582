"""What a file is before anything runs, and handing it over."""

import threading
from typing import Any

import pytest

from services import runs, samples, stages, uploads
from services.calls import reader
from services.database import Database
from services.errors import InvalidValue, TooLarge, UnreadableTranscript
from services.settings import settings
from tests.conftest import Rows
from tests.own_calls import plain, stellar
from tests.working import worked


def store(database: Database, content: bytes, name: str = "nolan.txt", **options: Any) -> str:
    run_id = uploads.submit(database, name, content, options, "Ann")
    worked(database, run_id)
    ended = runs.get(database, run_id)
    assert ended.state == "done", ended.error
    assert ended.external_id
    return ended.external_id


def test_a_file_never_seen_is_new_and_told_apart_by_what_it_holds(database: Database, rows: Rows) -> None:
    found = uploads.preview(database, "whatever.txt", stellar())
    assert (found.status, found.name) == ("new", "whatever.txt")
    assert (found.client_name, found.meeting_date, found.turn_count) == ("Robert Nolan", "2025-06-11", 7)
    assert found.external_id == "4410027123"
    assert found.format_name in {form.name for form in reader.formats()}
    assert found.format_label
    assert {speaker.name: speaker.side for speaker in found.speakers} == {
        "Dana Whitfield": "advisor",
        "Robert Nolan": "client",
    }
    assert [rows.of(table) for table in ("transcripts", "sources", "runs")] == [0, 0, 0]


def test_the_same_words_again_are_a_duplicate_and_other_words_of_the_same_call_an_update(database: Database) -> None:
    store(database, stellar())
    assert uploads.preview(database, "other name.txt", stellar()).status == "duplicate"
    assert uploads.preview(database, "nolan.txt", stellar(extra="And a dog.")).status == "update"
    assert uploads.preview(database, "nolan.txt", stellar("5510027123")).status == "new"
    replacing = uploads.preview(database, "b.txt", plain(), replaces="4410027123")
    assert (replacing.status, replacing.external_id) == ("update", "4410027123")


def test_a_call_without_an_id_is_known_again_by_its_words(database: Database) -> None:
    external_id = store(database, plain())
    again = uploads.preview(database, "renamed.txt", plain().replace(b"\n", b"\r\n"))
    assert (again.status, again.external_id) == ("duplicate", external_id)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("blank.txt", b" \n\t\n"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("half.json", b'{"callTranscripts": [{"transcript": ['),
        ("not-word.docx", b"PK\x03\x04" + b"\x00" * 400),
    ],
)
def test_an_unreadable_file_is_a_sentence(database: Database, rows: Rows, name: str, content: bytes) -> None:
    found = uploads.preview(database, name, content)
    assert (found.status, found.name) == ("unreadable", name)
    assert found.sentence.endswith(".")
    assert "Traceback" not in found.sentence
    assert rows.of("sources") == 0


def test_an_unforeseen_error_of_a_reader_is_a_sentence_too(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise IndexError("my wife Ellen")

    monkeypatch.setattr(reader, "read", broken)
    found = uploads.preview(database, "a.txt", plain())
    assert found.status == "unreadable"
    assert "reference" in found.sentence
    assert "Ellen" not in found.sentence


def test_a_person_s_format_goes_first(database: Database) -> None:
    detected = uploads.preview(database, "a.txt", stellar()).format_name
    other = uploads.preview(database, "a.txt", stellar(), "srt")
    assert other.status == "unreadable"
    assert uploads.preview(database, "a.txt", stellar(), detected).status == "new"
    assert uploads.preview(database, "a.txt", stellar(), "no such format").status == "unreadable"


def test_a_person_s_sides_and_replaced_call_reach_the_record(database: Database) -> None:
    first = store(database, plain())
    swapped = {"Dana Whitfield": "client", "Robert Nolan": "advisor"}
    assert store(database, plain(7), sides=swapped, external_id=first) == first
    state = stages.analyze("a.txt", plain(), {"sides": swapped})
    assert {turn["speaker"]: turn["side"] for turn in state["dialogue"]} == swapped
    assert state["crm_data"]["client_name"] == "Dana Whitfield"


def test_handing_in_stores_the_bytes_once_and_a_run_each(database: Database, rows: Rows) -> None:
    first = uploads.submit(database, "a.txt", plain(), {}, "Ann")
    second = uploads.submit(database, "b.txt", plain(), {}, "Bob")
    assert first != second
    assert (rows.of("sources"), rows.of("runs"), rows.of("transcripts")) == (1, 2, 0)
    assert {run.actor for run in runs.active(database)} == {"Ann", "Bob"}


def test_a_second_click_queues_nothing(database: Database, rows: Rows) -> None:
    options = {"format": None, "sides": {"Robert Nolan": "client"}, "external_id": None}
    first = uploads.submit(database, "a.txt", plain(), options, "Ann")
    assert uploads.submit(database, "a.txt", plain(), options, "Ann") == first
    assert uploads.submit(database, "a.txt", plain(), {}, "Ann") != first
    assert rows.of("runs") == 2


def test_submissions_at_the_same_moment_end_in_one_row(database: Database, rows: Rows) -> None:
    together = threading.Barrier(6)
    ids: list[str] = []

    def hand_in(number: int) -> None:
        together.wait()
        ids.append(uploads.submit(database, f"{number}.txt", stellar(), {}, "Ann"))

    threads = [threading.Thread(target=hand_in, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [run.state for run in worked(database, *ids)] == ["done"] * 6
    assert (rows.of("sources"), rows.of("transcripts")) == (1, 1)


def test_what_can_never_be_read_is_refused_before_it_is_stored(
    database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_FILE_MB", "0.0001")
    settings.cache_clear()
    with pytest.raises(TooLarge, match="MAX_FILE_MB"):
        uploads.submit(database, "a.txt", plain(), {}, "Ann")
    with pytest.raises(UnreadableTranscript, match="empty"):
        uploads.submit(database, "a.txt", b"", {}, "Ann")
    assert rows.of("sources") == 0


@pytest.mark.parametrize(
    "options", [{"colour": "red"}, {"format": "no such format"}, {"sides": {"Robert Nolan": "judge"}}]
)
def test_an_option_that_nobody_knows_is_refused(database: Database, rows: Rows, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        uploads.submit(database, "a.txt", plain(), options, "Ann")
    assert rows.of("runs") == 0


def test_only_the_file_s_own_name_is_kept(database: Database) -> None:
    run_id = uploads.submit(database, "C:\\calls\\..\\nolan\x00.txt", plain(), {}, "Ann")
    assert runs.get(database, run_id).filename == "nolan.txt"


def test_waiting_runs_show_the_agents_to_come(database: Database) -> None:
    run_id = uploads.submit(database, "a.txt", plain(), {}, "Ann")
    waiting = runs.get(database, run_id)
    assert [step.agent for step in waiting.steps] == list(stages.agent_names())
    assert (waiting.state, waiting.seconds) == ("queued", None)
    assert runs.total(database) == runs.total(database, ("queued",)) == 1
    assert runs.total(database, ("done",)) == 0


def test_ten_sample_calls_of_many_forms_become_ten_rows_however_often_they_are_loaded(
    database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")
    settings.cache_clear()
    for _ in range(2):
        ids = samples.load(database, "Ann")
        assert samples.load(database, "Ann") == ids
        assert len(ids) == 10
        worked(database, *ids)
        assert [runs.get(database, run_id).error for run_id in ids] == [None] * 10
        assert rows.of("transcripts") == 10
    assert rows.of("runs") == 20
    forms = {reader.read(sample.name, sample.content).source_format for sample in samples.samples()}
    assert len(forms) >= 7
