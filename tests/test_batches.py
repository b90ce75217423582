"""A list of files: taken in, looked at, set going once; whatever is among them."""

import gc
import io
import threading
import time
import tracemalloc
from typing import Any

import pytest

from db import runs as stored_runs
from services import batches, preflight, runs, uploads
from services.batches import BatchView, FileView, Taken
from services.calls import reader
from services.database import Database
from services.errors import InvalidValue, NotFound
from services.preflight import Preflight
from services.settings import settings
from tests.conftest import Outage, Rows
from tests.own_calls import plain, stellar
from tests.working import worked
from tests.zips import calls_zip, locked, zipped


def a_list(database: Database, *files: tuple[str, bytes], actor: str = "Ann") -> str:
    batch_id = batches.open_batch(database, actor)
    batches.add_all(database, batch_id, files)
    return batch_id


def read(database: Database, batch_id: str) -> list[FileView]:
    batches.settle(database, batch_id, 60)
    return batches.files(database, batch_id)


def seen(database: Database, batch_id: str) -> BatchView:
    batch = batches.get(database, batch_id)
    assert batch is not None
    return batch


def test_a_list_says_what_each_file_is_before_anything_runs(database: Database, rows: Rows) -> None:
    worked(database, uploads.submit(database, "a.txt", stellar(), {}, "Ann"))
    before = rows.of("runs")
    batch_id = a_list(
        database,
        ("same.txt", stellar()),
        ("newer.txt", stellar(extra="And a dog.")),
        ("plain.txt", plain()),
        ("void.txt", b""),
        ("copy.txt", plain().replace(b"\n", b"\r\n")),
    )
    assert seen(database, batch_id).counts == {"waiting": 5}
    same, newer, fresh, void, copy = read(database, batch_id)
    assert [file.standing for file in (same, newer, fresh, void, copy)] == [
        "duplicate",
        "update",
        "new",
        "unreadable",
        "twin",
    ]
    assert copy.sentence == "The same call as plain.txt."
    assert "empty" in void.sentence
    assert (fresh.client_name, fresh.turn_count) == ("Robert Nolan", 4)
    assert {speaker.name: speaker.side for speaker in fresh.speakers} == {
        "Dana Whitfield": "advisor",
        "Robert Nolan": "client",
    }
    assert fresh.format_label
    assert seen(database, batch_id).wanted == 2
    assert rows.of("runs") == before


def test_two_files_with_one_call_in_two_wordings_are_told_apart(database: Database) -> None:
    batch_id = a_list(database, ("a.txt", stellar()), ("b.txt", stellar()), ("c.txt", stellar(extra="And a dog.")))
    told = [(file.standing, file.sentence) for file in read(database, batch_id)]
    assert told == [
        ("new", "A new call."),
        ("twin", "The same call as a.txt."),
        ("twin", "The same call as a.txt, in other words."),
    ]


def test_what_is_new_or_an_update_runs_and_the_rest_does_not(database: Database, rows: Rows) -> None:
    worked(database, uploads.submit(database, "a.txt", stellar(), {}, "Ann"))
    batch_id = a_list(
        database, ("newer.txt", stellar(extra="And a dog.")), ("b.txt", plain()), ("c.txt", plain()), ("d.txt", b"")
    )
    read(database, batch_id)
    assert seen(database, batch_id).counts == {"update": 1, "new": 1, "twin": 1, "unreadable": 1}
    started = batches.start(database, batch_id, "Bob")
    assert batches.start(database, batch_id, "Bob") == started == batches.run_ids(database, batch_id)
    assert [run.state for run in worked(database, *started)] == ["done", "done"]
    assert {run.actor for run in runs.several(database, started)} == {"Bob"}
    assert (rows.of("transcripts"), rows.of("runs")) == (2, 3)
    batch = seen(database, batch_id)
    assert batch.counts == {"done": 2, "twin": 1, "unreadable": 1}
    far = batches.progress(batch)
    assert (far.total, far.ended, far.counts) == (2, 2, {"done": 2})


def test_what_a_person_says_about_a_file_stands(database: Database) -> None:
    first = worked(database, uploads.submit(database, "a.txt", plain(), {}, "Ann"))[0]
    batch_id = a_list(database, ("a.txt", plain()), ("b.txt", stellar()), ("c.txt", plain(3)), ("d.txt", plain(4)))
    again, swapped, replacing, without = read(database, batch_id)
    batches.choose_wanted(database, batch_id, again.position, True)
    batches.choose_wanted(database, batch_id, without.position, False)
    batches.choose_side(database, batch_id, swapped.position, "Dana Whitfield", "client")
    batches.choose_side(database, batch_id, swapped.position, "Robert Nolan", "advisor")
    batches.choose_replaced(database, batch_id, replacing.position, first.external_id)
    files = read(database, batch_id)
    assert {speaker.name: speaker.side for speaker in files[1].speakers} == {
        "Dana Whitfield": "client",
        "Robert Nolan": "advisor",
    }
    assert (files[2].standing, files[2].replaces) == ("update", first.external_id)
    assert [file.wanted for file in files] == [True, True, True, False]
    batches.choose_wanted(database, batch_id, again.position, False)
    started = batches.start(database, batch_id, "Ann")
    assert [run.external_id for run in worked(database, *started)] == ["4410027123", first.external_id]


def test_a_format_by_hand_is_tried_and_can_be_taken_back(database: Database) -> None:
    batch_id = a_list(database, ("a.txt", stellar()))
    (detected,) = read(database, batch_id)
    batches.choose_format(database, batch_id, 0, "srt")
    assert seen(database, batch_id).waiting == 1
    (wrong,) = read(database, batch_id)
    assert (wrong.standing, wrong.readable, wrong.format_chosen, wrong.wanted) == ("unreadable", False, "srt", False)
    batches.choose_format(database, batch_id, 0, None)
    assert read(database, batch_id) == [detected]


def test_a_choice_that_nobody_knows_is_refused(database: Database) -> None:
    batch_id = a_list(database, ("a.txt", plain()))
    (file,) = read(database, batch_id)
    with pytest.raises(InvalidValue):
        batches.choose_format(database, batch_id, 0, "no such format")
    with pytest.raises(InvalidValue):
        batches.choose_side(database, batch_id, 0, "Robert Nolan", "judge")  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="no call with this id"):
        batches.choose_replaced(database, batch_id, 0, "nothing")
    with pytest.raises(NotFound):
        batches.choose_wanted(database, batch_id, 7, False)
    assert read(database, batch_id) == [file]
    batches.start(database, batch_id, "Ann")
    with pytest.raises(NotFound, match="started already"):
        batches.choose_wanted(database, batch_id, 0, False)
    with pytest.raises(NotFound, match="not there"):
        batches.add(database, "no such list", "a.txt", plain())


def test_a_zip_is_unfolded_and_what_is_wrong_in_it_stands_in_the_list(database: Database) -> None:
    packed = zipped(
        [("calls/a.txt", plain(1)), ("calls/inner.zip", calls_zip(2)), ("../b.txt", plain(2)), (".x/c.txt", plain(3))]
    )
    batch_id = a_list(
        database,
        ("calls.zip", packed),
        ("locked.zip", locked(calls_zip(1))),
        ("cut.zip", packed[:200]),
        ("d.txt", b"x"),
    )
    files = read(database, batch_id)
    assert [(file.name, file.standing) for file in files] == [
        ("a.txt", "new"),
        ("inner.zip", "unreadable"),
        ("b.txt", "new"),
        ("0001.txt", "unreadable"),
        ("cut.zip", "unreadable"),
        ("d.txt", "unreadable"),
    ]
    for position, words in ((1, "zip inside a zip"), (3, "password"), (4, "cut off")):
        assert words in files[position].sentence
    batches.choose_format(database, batch_id, 1, "srt")
    assert read(database, batch_id)[1].sentence == files[1].sentence


def test_limits_refuse_in_words_and_keep_what_fits(
    database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_FILES", "3")
    monkeypatch.setenv("MAX_FILE_MB", "0.001")
    settings.cache_clear()
    batch_id = batches.open_batch(database, "Ann")
    assert batches.add(database, batch_id, "many.zip", calls_zip(4)) == Taken(1)
    assert batches.add(database, batch_id, "big.txt", plain() * 20) == Taken(1)
    assert batches.add_all(database, batch_id, [("a.txt", plain()), ("b.txt", plain(1))]) == Taken(1, 0, 1)
    many, big, fits = read(database, batch_id)
    assert "MAX_FILES" in many.sentence
    assert "MAX_FILE_MB" in big.sentence
    assert fits.standing == "new"
    assert rows.of("sources") == 1


def test_handing_over_twice_adds_nothing_twice(database: Database) -> None:
    batch_id = batches.open_batch(database, "Ann")
    assert batches.add(database, batch_id, "calls.zip", io.BytesIO(calls_zip(3))) == Taken(3)
    assert batches.add(database, batch_id, "calls.zip", io.BytesIO(calls_zip(4))) == Taken(1, 3)
    assert seen(database, batch_id).size == 4


def test_a_discarded_list_is_gone_with_its_bytes(database: Database, rows: Rows) -> None:
    batch_id = a_list(database, ("a.txt", plain()))
    assert batches.newest_open(database, "Ann") == seen(database, batch_id)
    assert batches.get(database, batch_id, "Bob") is None
    batches.discard(database, batch_id, "Ann")
    assert batches.newest_open(database, "Ann") is None
    assert [rows.of(table) for table in ("sources", "batch_files")] == [0, 0]
    with pytest.raises(NotFound):
        batches.start(database, batch_id, "Ann")


def test_the_thread_reads_what_the_last_process_left(database: Database) -> None:
    batch_id = a_list(database, ("a.txt", plain()), ("b.txt", plain(1)))
    with preflight_at_work(database):
        wait_until_read(database, batch_id)
        batches.add(database, batch_id, "c.txt", plain(2))
        wait_until_read(database, batch_id)
    assert seen(database, batch_id).counts == {"new": 3}


def test_the_thread_outlives_a_database_that_goes_away(database: Database, outage: Outage) -> None:
    batch_id = a_list(database, *((f"{each}.txt", plain(each)) for each in range(1, 31)))
    with preflight_at_work(database):
        outage.begin()
        time.sleep(0.2)
        outage.end()
        wait_until_read(database, batch_id)
    assert seen(database, batch_id).counts == {"new": 30}


def test_a_file_that_ends_the_process_each_time_it_is_read_is_given_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    deadly = plain(13)
    reads = reader.read

    def killing(name: str, content: bytes, **options: Any) -> Any:
        if content == deadly:
            raise Killed
        return reads(name, content, **options)

    monkeypatch.setattr(reader, "read", killing)
    batch_id = a_list(database, ("deadly.txt", deadly), ("b.txt", plain()))
    for _ in range(preflight.MOST_STARTS):
        with pytest.raises(Killed):
            preflight.read_next(database, batch_id)
    given_up, other = read(database, batch_id)
    assert (given_up.standing, other.standing) == ("unreadable", "new")
    assert "cut off 3 times" in given_up.sentence


def test_two_readers_at_once_end_in_the_same_list(database: Database) -> None:
    batch_id = a_list(database, *((f"{each}.txt", plain(each)) for each in range(1, 21)))
    threads = [threading.Thread(target=batches.settle, args=(database, batch_id, 60)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen(database, batch_id).counts == {"new": 20}


def test_a_long_list_is_held_back_let_go_cancelled_and_tried_again(database: Database) -> None:
    batch_id = a_list(database, ("calls.zip", calls_zip(12)))
    read(database, batch_id)
    started = batches.start(database, batch_id, "Ann")
    other = uploads.submit(database, "other.txt", stellar(), {}, "Ann")
    assert runs.pause(database, "Ann", started) == 12
    assert seen(database, batch_id).counts == {"paused": 12}
    assert runs.get(database, other).state == "queued"
    assert runs.go_on(database, "Ann", started) == 12
    with database.session() as session:
        stored_runs.fail(session, started[0], "It failed.")
    assert runs.retry_failed(database, "Ann", started) == 1
    assert runs.cancel(database, "Ann", started) == 12
    assert batches.progress(seen(database, batch_id)).ended == 12
    assert [file.standing for file in batches.files(database, batch_id, ["cancelled"], 5, 10)] == ["cancelled"] * 2


def test_memory_stays_flat_however_many_files_are_handed_over(database: Database) -> None:
    words = b"Robert Nolan: One two three four five six seven eight nine ten. " * 1_500
    packed = io.BytesIO(zipped((f"{each}.txt", b"%d %s" % (each, words)) for each in range(200)))
    batch_id = batches.open_batch(database, "Ann")
    gc.collect()
    tracemalloc.start()
    assert batches.add(database, batch_id, "calls.zip", packed) == Taken(200)
    gc.collect()
    left, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen(database, batch_id).size * len(words) > 19_000_000
    assert left < 1_000_000
    assert peak < 3 * 4_000_000


class preflight_at_work:
    def __init__(self, database: Database) -> None:
        self._preflight = Preflight(database)

    def __enter__(self) -> None:
        self._preflight.start()

    def __exit__(self, *_: object) -> None:
        self._preflight.stop()


def wait_until_read(database: Database, batch_id: str) -> None:
    deadline = time.monotonic() + 60
    while seen(database, batch_id).waiting:
        assert time.monotonic() < deadline, "the files were not read"
        time.sleep(0.05)
