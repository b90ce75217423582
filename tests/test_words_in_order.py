"""Of the words of one call the newest that were handed in stand, whatever else is worked through meanwhile."""

import threading
from typing import Any

import pytest

from db import dispatch
from db import runs as stored_runs
from services import batches, dry_runs, runs, steps, uploads
from services.database import Database, stored_call
from services.records import CallFilter
from tests.own_calls import plain, stellar
from tests.test_stages import raising
from tests.working import all_ended, until, wait_for, worked, working

CALL = "4410027123"  # the id that stellar() calls have
OLD, NEW, NEWEST = (stellar(extra=words) for words in ("The old words.", "The new words.", "The newest words."))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")


def handed_in(database: Database, content: bytes) -> str:
    return uploads.submit(database, "nolan.txt", content, {}, "Ann")


def stored(database: Database, content: bytes = OLD) -> None:
    [run] = worked(database, handed_in(database, content))
    assert (run.state, run.refused) == ("done", False)


def words(database: Database) -> str:
    """Which of the words stand in the call."""
    text = str(stored_call(database, CALL).full_text)
    return next(each for each in ("newest", "new", "old") if f"The {each} words." in text)


def halted(monkeypatch: pytest.MonkeyPatch, run_id: str, agent: str) -> tuple[threading.Event, threading.Event]:
    """Holds a run up at an agent: one event says that it is there, the other lets it go on."""
    reached, go_on = threading.Event(), threading.Event()
    does = steps._do

    def slow(row: Any, name: str) -> None:
        if row.id == run_id and name == agent:
            reached.set()
            assert go_on.wait(30)
        does(row, name)

    monkeypatch.setattr(steps, "_do", slow)
    return reached, go_on


@pytest.mark.parametrize("start_at", ["Email", None])
def test_a_newer_version_that_was_held_back_is_stored_though_the_call_ran_again_meanwhile(
    database: Database, start_at: str | None
) -> None:
    stored(database)
    newer = handed_in(database, NEW)
    assert runs.pause(database, "Ann", [newer]) == 1
    [again] = worked(database, *runs.rerun(database, [CALL], "Bo", start_at=start_at))
    assert (again.state, again.refused, words(database)) == ("done", False, "old")
    assert runs.go_on(database, "Ann", [newer]) == 1
    [late] = worked(database, newer)
    assert (late.state, late.refused, late.note) == ("done", False, None)
    assert words(database) == "new"


def test_a_newer_version_that_failed_is_stored_when_it_is_tried_again_after_a_re_run(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(database)
    newer = handed_in(database, NEW)
    with monkeypatch.context() as patch:
        patch.setattr("services.agents.chunker.chunks_of", raising(RuntimeError("no")))
        assert [run.state for run in worked(database, newer)] == ["failed"]
    assert [run.refused for run in worked(database, *runs.rerun(database, [CALL], "Bo"))] == [False]
    assert runs.retry_failed(database, "Ann") == 1
    assert [run.refused for run in worked(database, newer)] == [False]
    assert words(database) == "new"


def test_an_older_version_that_is_tried_again_stores_nothing_over_a_newer_one_and_says_so(database: Database) -> None:
    stored(database)
    older = handed_in(database, NEW)
    runs.pause(database, "Ann", [older])
    stored(database, NEWEST)
    before = stored_call(database, CALL)
    runs.go_on(database, "Ann", [older])
    [late] = worked(database, older)
    assert (late.state, late.refused, late.note) == ("done", True, steps.NEWER)
    assert steps.NEWER.startswith("Nothing of this run was stored")
    assert stored_call(database, CALL) == before


@pytest.mark.parametrize("start_at", ["Email", None])
def test_a_re_run_waits_for_a_version_that_is_at_work_and_goes_on_from_its_words(
    database: Database, monkeypatch: pytest.MonkeyPatch, start_at: str | None
) -> None:
    stored(database)
    newer = handed_in(database, NEW)
    reached, go_on = halted(monkeypatch, newer, "CRM")
    with working(database):
        assert reached.wait(30)
        [again] = runs.rerun(database, [CALL], "Bo", start_at=start_at)
        other = uploads.submit(database, "other.txt", plain(1), {}, "Ann")
        assert wait_for(database, other).state == "done"  # which came later, and was not held up
        assert runs.get(database, again).state == "queued"
        go_on.set()
        assert [wait_for(database, each).refused for each in (newer, again)] == [False, False]
        ended = runs.get(database, again)
    assert words(database) == "new"
    assert ended.started_at is not None
    assert ended.started_at >= (runs.get(database, newer).finished_at or ended.started_at)
    assert stored_call(database, CALL).version == 3


def test_a_re_run_waits_for_a_file_that_nobody_has_read_yet(database: Database) -> None:
    stored(database)
    newer = handed_in(database, NEW)
    [again] = runs.rerun(database, [CALL], "Bo", start_at="Email")
    with database.session() as session:
        assert [each.run_id for each in dispatch.take(session, 5)] == [newer]
        assert dispatch.take(session, 5) == []
        stored_runs.name_call(session, newer, "another call")
        assert [each.run_id for each in dispatch.take(session, 5)] == [again]


def test_two_re_runs_of_a_call_are_never_at_work_at_once_and_those_of_two_calls_are(database: Database) -> None:
    stored(database)
    other = uploads.submit(database, "other.txt", plain(1), {}, "Ann")
    [done] = worked(database, other)
    [first] = runs.rerun(database, [CALL], "Bo")
    [second, beside] = runs.rerun(database, [CALL, str(done.external_id)], "Bo", start_at="Email")
    with database.session() as session:
        assert [each.run_id for each in dispatch.take(session, 5)] == [first, beside]
    runs.cancel(database, "Bo", [first])
    with database.session() as session:
        assert [each.run_id for each in dispatch.take(session, 5)] == [second]


def test_a_version_that_comes_while_a_re_run_is_at_work_stands_and_the_re_run_says_that_it_stored_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(database)
    [again] = runs.rerun(database, [CALL], "Bo", start_at="Email")
    reached, go_on = halted(monkeypatch, again, "CRM")
    with working(database):
        assert reached.wait(30)
        newer = handed_in(database, NEW)
        assert not wait_for(database, newer).refused
        after = stored_call(database, CALL)
        go_on.set()
        assert wait_for(database, again).refused
    assert stored_call(database, CALL) == after
    assert words(database) == "new"


@pytest.mark.parametrize("start_at", ["Email", None])
def test_a_re_run_that_failed_on_older_words_is_tried_again_on_those_that_stand(
    database: Database, monkeypatch: pytest.MonkeyPatch, start_at: str | None
) -> None:
    stored(database)
    [again] = runs.rerun(database, [CALL], "Bo", start_at=start_at)
    with monkeypatch.context() as patch:
        does = steps._do

        def no_crm(row: Any, name: str) -> None:
            if name == "CRM":
                raise RuntimeError("no")
            does(row, name)

        patch.setattr(steps, "_do", no_crm)
        assert [run.state for run in worked(database, again)] == ["failed"]
    stored(database, NEW)
    runs.retry(database, again, "Bo")
    [done] = worked(database, again)
    assert (done.state, done.refused, words(database)) == ("done", False, "new")
    assert stored_call(database, CALL).email_draft  # of the newer words: nothing of the older one's is mixed in
    assert {step.attempts for step in done.steps if step.state == "done"} == {1}


def test_after_a_dry_run_and_a_refused_run_a_re_run_still_reads_the_words_that_stand(database: Database) -> None:
    stored(database)
    older = handed_in(database, OLD + b"\n")
    runs.pause(database, "Ann", [older])
    newer = handed_in(database, NEW)
    runs.pause(database, "Ann", [newer])
    tried = dry_runs.start(database, CallFilter(), "Bo")
    with working(database):
        until(lambda: dry_runs.get(database, tried).compared == 1)
        runs.go_on(database, "Ann", [newer])
        wait_for(database, newer)
        runs.go_on(database, "Ann", [older])
        assert wait_for(database, older).refused
        [again] = runs.rerun(database, [CALL], "Bo")
        assert not wait_for(database, again).refused
        until(lambda: all_ended(database))
    assert words(database) == "new"


def test_a_file_that_replaces_a_call_is_no_re_run_of_that_call(database: Database) -> None:
    stored(database)
    again = runs.rerun(database, [CALL], "Bo")
    assert uploads.submit(database, "nolan.txt", OLD, {"external_id": CALL}, "Ann") not in again
    assert handed_in(database, OLD) not in again


# --- what is said of a run that stored nothing


def test_a_list_says_of_a_file_whose_run_stored_nothing_that_it_did(database: Database) -> None:
    batch = batches.open_batch(database, "Ann")
    batches.add(database, batch, "nolan.txt", OLD)
    batches.settle(database, batch, 30)
    older = batches.start(database, batch, "Ann")
    runs.pause(database, "Ann", older)
    stored(database, NEW)
    runs.go_on(database, "Ann", older)
    worked(database, *older)
    [file] = batches.files(database, batch)
    assert (file.standing, file.refused, file.sentence) == ("done", True, steps.NEWER)
