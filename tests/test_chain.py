"""The chain: every run comes to its end once, tells how, and never stops another one."""

import itertools
import threading
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy import text

from db import dispatch, edits, presence, transcripts
from db import runs as stored_runs
from db import steps as stored_steps
from db.transcripts import TranscriptRecord
from services import chain, runs, stages, steps, uploads, workings
from services.chain import Chain
from services.database import Database
from services.errors import DatabaseUnavailable, NotFound
from services.settings import settings
from tests.conftest import Rows
from tests.own_calls import plain, stellar
from tests.test_stages import ALL_AGENTS, raising
from tests.working import until, wait_for, worked, working

CALL = "4410027123"  # the id that stellar() calls have


def version(database: Database, external_id: str = CALL) -> int:
    with database.session() as session:
        return transcripts.known(session, [external_id])[external_id].version


def test_a_run_stores_the_call_and_what_each_agent_did(database: Database, rows: Rows) -> None:
    [done] = worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    assert (done.state, done.error, done.actor, done.external_id) == ("done", None, "Ann", CALL)
    assert [step.agent for step in done.steps] == ALL_AGENTS
    assert {(step.state, step.attempts) for step in done.steps} == {("done", 1)}
    assert all(step.seconds is not None for step in done.steps)
    assert rows.of("transcripts") == 1
    assert rows.of("chunk_vectors") > 0
    assert rows.of("run_outputs") == 0
    with database.session() as session:
        record = transcripts.find(session, CALL)
    assert record is not None
    assert record.filename == "nolan.txt"
    assert record.crm_data["client_name"] == "Robert Nolan"
    assert record.email_draft is not None
    assert record.email_draft.startswith("Subject: ")
    assert len(record.dialogue) == 7
    assert [index for chunk in record.chunks for index in chunk["turns"]] == list(range(7))


def test_what_the_chain_stores_is_what_analyze_gives(database: Database) -> None:
    worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    state = stages.analyze("nolan.txt", stellar())
    with database.session() as session:
        record = transcripts.find(session, CALL)
    assert record is not None
    assert record.crm_data == state["crm_data"]
    assert record.extracted_data == state["extracted_entities"]
    assert record.dialogue == state["dialogue"]
    assert (record.email_draft, record.coaching) == (state["email_draft"], state["coaching"])


def test_the_same_file_handed_in_while_it_waits_is_one_run(database: Database, rows: Rows) -> None:
    ids = {uploads.submit(database, "nolan.txt", stellar(), {}, "Ann") for _ in range(3)}
    assert len(ids) == 1
    assert uploads.submit(database, "nolan.txt", stellar(), {"external_id": "other"}, "Ann") not in ids
    worked(database, *ids)
    assert uploads.submit(database, "nolan.txt", stellar(), {}, "Ann") not in ids
    assert rows.of("sources") == 1


def test_the_same_call_run_twice_is_one_row_whatever_its_file_is_called(database: Database, rows: Rows) -> None:
    ids = [uploads.submit(database, name, stellar(), {}, "Ann") for name in ("nolan.txt", "nolan copy.txt")]
    assert {run.state for run in worked(database, *ids)} == {"done"}
    assert rows.of("transcripts") == 1
    assert rows.of("sources") == 1


def test_a_failed_run_keeps_a_sentence_and_the_others_go_on(database: Database, rows: Rows) -> None:
    bad = uploads.submit(database, "noise.txt", b"\x00\x01\x02\x03" * 100, {}, "Ann")
    good = [uploads.submit(database, f"{n}.txt", plain(n), {}, "Ann") for n in range(1, 5)]
    failed, *others = worked(database, bad, *good)
    assert {run.state for run in others} == {"done"}
    assert failed.state == "failed"
    assert failed.error
    assert "Traceback" not in failed.error
    assert (failed.steps[0].state, failed.steps[0].attempts) == ("failed", 1)
    assert failed.steps[0].error == failed.error
    assert {step.state for step in failed.steps[1:]} == {"pending"}
    assert rows.of("transcripts") == 4


def test_a_failed_run_goes_on_at_the_agent_that_failed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    with working(database):
        with monkeypatch.context() as patch:
            patch.setattr("services.agents.chunker.chunks_of", raising(RuntimeError("my wife Ellen")))
            failed = wait_for(database, run_id)
        assert failed.error
        assert failed.error.startswith("The Chunker agent stopped on a fault of its own (reference ")
        assert [step.state for step in failed.steps[:4]] == ["done", "done", "failed", "pending"]
        assert runs.retry(database, run_id, "Ann") == run_id
        done = wait_for(database, run_id)
        assert done.state == "done"
        assert [step.attempts for step in done.steps[:3]] == [1, 1, 1]
        with pytest.raises(runs.NotFailed):
            runs.retry(database, run_id, "Ann")
    assert version(database) == 1


def test_a_bad_playbook_fails_the_run_in_words(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text("name = ")
    monkeypatch.setenv("PLAYBOOK", str(tmp_path / "mine.toml"))
    settings.cache_clear()
    [failed] = worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    assert failed.state == "failed"
    assert failed.error
    assert "reference" not in failed.error


def test_a_person_s_edits_stand_after_the_next_run_whose_own_values_are_kept_beside_them(database: Database) -> None:
    worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    with database.session() as session:
        before = transcripts.find(session, CALL)
        assert before is not None
        seen = edits.edit_crm(session, CALL, before.version, {"deal_amount": 4321}, actor="Ann")
        edits.edit_email(session, CALL, seen, "Subject: Mine\n\nMy own words.", actor="Ann")
    worked(database, uploads.submit(database, "nolan.txt", stellar(extra="And a dog."), {}, "Ann"))
    with database.session() as session:
        after = transcripts.find(session, CALL)
    assert after is not None
    assert after.id == before.id
    assert "And a dog." in (after.full_text or "")
    assert after.crm_data["deal_amount"] == 4321
    assert after.email_draft == "Subject: Mine\n\nMy own words."
    assert after.proposed["crm_data"]["deal_amount"] == before.crm_data["deal_amount"]
    assert after.proposed["email_draft"].startswith("Subject: ")
    assert after.proposed["email_draft"] != after.email_draft


# --- order


def test_of_two_versions_of_a_call_the_one_that_was_handed_in_later_stands_whichever_ends_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    does = steps._do

    def slow(row: Any, name: str) -> None:
        if row.filename == "older.txt" and name == "CRM":
            reached.set()
            assert go_on.wait(30)
        does(row, name)

    monkeypatch.setattr(steps, "_do", slow)
    older = uploads.submit(database, "older.txt", stellar(extra="The older words."), {}, "Ann")
    with working(database):
        assert reached.wait(30)
        newer = uploads.submit(database, "newer.txt", stellar(extra="The newer words."), {}, "Ann")
        assert wait_for(database, newer).state == "done"
        go_on.set()
        late = wait_for(database, older)
    assert (late.state, late.note) == ("done", steps.NEWER)
    with database.session() as session:
        record = transcripts.find(session, CALL)
    assert record is not None
    assert record.filename == "newer.txt"
    assert "The newer words." in (record.full_text or "")
    assert record.version == 1


def test_runs_are_begun_in_the_order_in_which_they_were_handed_in(database: Database) -> None:
    ids = [uploads.submit(database, f"{n}.txt", plain(n), {}, "Ann") for n in range(12)]
    with working(database):
        began = {run_id: wait_for(database, run_id).started_at for run_id in ids}
    assert all(began.values())
    in_order = sorted(ids, key=lambda run_id: str(began[run_id]))
    # Two are worked on at once, so neighbours may begin in the same moment.
    assert all(abs(in_order.index(run_id) - place) <= 1 for place, run_id in enumerate(ids))


# --- faults that pass, and calls that poison


def test_a_fault_that_passes_is_tried_again_and_counted(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    does = steps._do
    faults = iter([DatabaseUnavailable("The line is cut."), DatabaseUnavailable("The line is cut.")])

    def flaky(row: Any, name: str) -> None:
        if name == "CRM" and (fault := next(faults, None)):
            raise fault
        does(row, name)

    monkeypatch.setattr(steps, "_do", flaky)
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    with working(database):
        until(lambda: any(s.error for s in runs.get(database, run_id).steps if s.state == "pending"))
        done = wait_for(database, run_id)
    assert done.state == "done"
    by_agent = {step.agent: step for step in done.steps}
    assert (by_agent["CRM"].attempts, by_agent["CRM"].error) == (3, None)
    assert by_agent["Email"].attempts == 1


def test_a_fault_that_does_not_pass_in_time_fails_the_run_with_its_sentence(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(chain.RETRY, "max_attempts", 2)
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    with working(database):
        with monkeypatch.context() as patch:
            patch.setattr(steps, "_do", always(DatabaseUnavailable("The line is cut.")))
            failed = wait_for(database, run_id)
        assert failed.state == "failed"
        assert failed.error == DatabaseUnavailable("The line is cut.").sentence
        assert failed.steps[0].attempts == 2
        runs.retry(database, run_id, "Ann")
        assert wait_for(database, run_id).state == "done"


def always(error: Exception) -> Any:
    def does(*_: object) -> None:
        raise error

    return does


def test_a_run_that_can_t_even_begin_fails_in_words(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(chain.RETRY, "max_attempts", 2)
    monkeypatch.setattr("services.steps.runs.begin", always(DatabaseUnavailable("The line is cut.")))
    [failed] = worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    assert (failed.state, failed.error) == ("failed", DatabaseUnavailable("The line is cut.").sentence)


def test_a_call_that_cuts_off_its_process_again_and_again_is_given_up(database: Database, rows: Rows) -> None:
    poison = uploads.submit(database, "poison.txt", plain(1), {}, "Ann")
    with database.session() as session:
        assert [each.run_id for each in dispatch.take(session, 1)] == [poison]
    steps.open_up(database)
    steps.begin(poison, 0, "a worker that died")
    for _ in range(steps.MOST_STARTS):
        with database.session() as session:
            stored_steps.began(session, poison, "Parser")
    failed, other = worked(database, poison, uploads.submit(database, "good.txt", plain(2), {}, "Ann"))
    assert failed.state == "failed"
    assert failed.error == "The Parser agent was cut off 3 times while it worked on this call."
    assert other.state == "done"
    assert rows.of("transcripts") == 1


# --- holding back, cancelling, trying all again


def test_runs_that_are_held_back_wait_until_they_may_go_on(database: Database) -> None:
    ids = [uploads.submit(database, f"{n}.txt", plain(n), {}, "Ann") for n in range(3)]
    assert runs.pause(database, "Ann") == 3
    with working(database):
        other = uploads.submit(database, "other.txt", plain(9), {}, "Ann")
        assert wait_for(database, other).state == "done"
        assert {runs.get(database, run_id).state for run_id in ids} == {"paused"}
        assert runs.go_on(database, "Ann", ids[:2]) == 2
        assert [wait_for(database, run_id).state for run_id in ids[:2]] == ["done", "done"]
        assert runs.get(database, ids[2]).state == "paused"
    assert [step.attempts for step in runs.get(database, ids[0]).steps] == [1] * len(ALL_AGENTS)


def test_a_run_that_is_held_back_and_let_go_while_a_worker_takes_it_is_carried_out_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, go_on = threading.Event(), threading.Event()
    begin = steps.begin

    def slow(run_id: str, tries: int, worker: str) -> list[list[str]]:
        if tries == 0:
            taken.set()
            assert go_on.wait(30)
        return begin(run_id, tries, worker)

    monkeypatch.setattr(steps, "begin", slow)
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    with working(database):
        assert taken.wait(30)
        assert runs.pause(database, "Ann", [run_id]) == 1
        assert runs.go_on(database, "Ann", [run_id]) == 1
        done = wait_for(database, run_id)
        go_on.set()
    assert done.state == "done"
    assert {step.attempts for step in done.steps} == {1}
    assert version(database) == 1


def test_a_worker_works_on_no_more_runs_at_once_than_it_may(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    does = steps._do

    def slow(row: Any, name: str) -> None:
        if row.filename == "0.txt" and name == "CRM":
            reached.set()
            assert go_on.wait(30)
        does(row, name)

    monkeypatch.setattr(steps, "_do", slow)
    ids = [uploads.submit(database, f"{n}.txt", plain(n), {}, "Ann") for n in range(3)]
    with working(database, threads=1):
        assert reached.wait(30)
        assert [run.state for run in map(partial(runs.get, database), ids)] == ["running", "queued", "queued"]
        with database.session() as session:
            assert [each.run_id for each in dispatch.in_queue(session)] == ids[:1]
        go_on.set()
        assert [wait_for(database, run_id).state for run_id in ids] == ["done"] * 3


@pytest.mark.parametrize(
    ("set_", "at_once"),
    [
        ({}, 2),
        ({"EMBEDDINGS": "false"}, 1),
        ({"EMBEDDINGS": "false", "OPENAI_BASE_URL": "http://127.0.0.1:1"}, 2),
        ({"EMBEDDINGS": "false", "RUN_THREADS": "4"}, 4),
    ],
)
def test_two_calls_are_worked_through_at_once_where_one_can_wait(
    monkeypatch: pytest.MonkeyPatch, set_: dict[str, str], at_once: int
) -> None:
    for name, value in set_.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    assert settings().calls_at_once == at_once


def test_a_cancelled_run_stops_before_its_next_agent_and_stores_nothing(
    database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    does = steps._do

    def slow(row: Any, name: str) -> None:
        does(row, name)
        if name == "Chunker":
            reached.set()
            assert go_on.wait(30)

    monkeypatch.setattr(steps, "_do", slow)
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    with working(database):
        assert reached.wait(30)
        assert runs.cancel(database, "Ann", [run_id]) == 1
        go_on.set()
        other = uploads.submit(database, "other.txt", plain(1), {}, "Ann")
        assert wait_for(database, other).state == "done"
    cancelled = runs.get(database, run_id)
    assert cancelled.state == "cancelled"
    assert {step.state for step in cancelled.steps[3:]} == {"pending"}
    assert rows.of("transcripts") == 1
    [again] = worked(database, runs.retry(database, run_id, "Ann"))
    assert again.state == "done"


def test_all_failed_runs_are_tried_again_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [uploads.submit(database, f"{n}.txt", plain(n), {}, "Ann") for n in range(3)]
    with monkeypatch.context() as patch:
        patch.setattr("services.agents.chunker.chunks_of", raising(RuntimeError("no")))
        assert {run.state for run in worked(database, *ids)} == {"failed"}
    assert runs.retry_failed(database, "Ann") == 3
    assert {run.state for run in worked(database, *ids)} == {"done"}
    assert runs.retry_failed(database, "Ann") == 0


# --- working through again


def test_a_re_run_from_an_agent_keeps_what_those_before_it_found(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    with database.session() as session:
        before = transcripts.find(session, CALL)
    monkeypatch.setattr("services.choices.reader.read", raising(AssertionError("the file is not read again")))
    monkeypatch.setattr("services.agents.email.EmailAgent.run", other_email)
    [again] = runs.rerun(database, [CALL], "Ann", start_at="Email")
    [done] = worked(database, again)
    assert (done.state, done.error) == ("done", None)
    states = {step.agent: step.state for step in done.steps}
    assert {states[name] for name in ALL_AGENTS[:5]} == {"kept"}
    assert {states[name] for name in ALL_AGENTS[5:]} == {"done"}
    with database.session() as session:
        after = transcripts.find(session, CALL)
    assert before is not None
    assert after is not None
    assert after.email_draft == "Subject: New\n\nOther words."
    assert after.extracted_data == before.extracted_data
    assert after.crm_data == before.crm_data


def test_what_an_agent_of_the_first_stage_gave_stands_when_another_one_begins_late(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    monkeypatch.setattr("services.agents.email.EmailAgent.run", other_email)
    monkeypatch.setattr("services.agents.social.posts", lambda *_: [{"channel": "x", "text": "New", "state": "draft"}])
    monkeypatch.setattr("services.agents.sales_coach.strengths", lambda *_: [{"text": "New", "turns": []}])
    begun, real = itertools.count(), workings.stored_state

    def late_but_for_the_first(record: TranscriptRecord) -> dict[str, Any]:
        if next(begun):
            until(lambda: "done" in {step.state for step in runs.get(database, again).steps})
        return real(record)

    monkeypatch.setattr("services.workings.stored_state", late_but_for_the_first)
    [again] = runs.rerun(database, [CALL], "Ann", start_at="Email")
    [done] = worked(database, again)
    assert (done.state, done.error) == ("done", None)
    with database.session() as session:
        after = transcripts.find(session, CALL)
    assert after is not None
    assert after.email_draft == "Subject: New\n\nOther words."
    assert [post["text"] for post in after.social_content["posts"]] == ["New"]
    assert after.coaching["strengths"] == [{"text": "New", "turns": []}]


async def other_email(_self: object, _data: dict[str, Any]) -> dict[str, Any]:
    return {"email_draft": "Subject: New\n\nOther words."}


def test_a_re_run_from_the_beginning_takes_the_stored_file(database: Database) -> None:
    worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    started = runs.rerun(database, [CALL, "nobody's"], "Bo")
    [done] = worked(database, *started)
    assert (done.state, done.actor, done.filename) == ("done", "Bo", "nolan.txt")
    assert {step.state for step in done.steps} == {"done"}
    with pytest.raises(NotFound):
        runs.rerun(database, [CALL], "Bo", start_at="Nobody")


def test_a_re_run_embeds_nothing_that_is_embedded_already(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    monkeypatch.setattr("services.memory.embedder.embed_builtin", raising(AssertionError("embedded again")))
    [done] = worked(database, *runs.rerun(database, [CALL], "Ann"))
    assert (done.state, done.error) == ("done", None)


# --- starting and stopping


def left_at_the_chunker(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run whose chain was stopped while its third agent was at work."""
    reached, go_on = threading.Event(), threading.Event()
    does = steps._do

    def slow(row: Any, name: str) -> None:
        if name == "Chunker":
            reached.set()
            assert go_on.wait(30)
        does(row, name)

    with monkeypatch.context() as patch:
        patch.setattr(steps, "_do", slow)
        run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
        first = Chain(database, threads=1)
        first.start()
        assert reached.wait(30)
        threading.Timer(0.1, go_on.set).start()
        first.stop()
    assert runs.get(database, run_id).state == "running"
    return run_id


def test_a_stopped_chain_leaves_its_run_and_the_next_one_goes_on_with_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    [done] = worked(database, left_at_the_chunker(database, monkeypatch))
    assert done.state == "done"
    assert {step.attempts for step in done.steps} == {1}


def test_a_run_that_an_upgrade_of_the_workflow_finds_half_done_goes_on_where_it_stood(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = left_at_the_chunker(database, monkeypatch)
    monkeypatch.setattr(chain, "VERSION", "a later one")
    monkeypatch.setattr(chain, "INSPECT", 0.1)
    [done] = worked(database, run_id)
    with database.session() as session:  # else the engine tells whoever starts after this test of a later version
        session.execute(text("DELETE FROM dbos.application_versions WHERE version_name = 'a later one'"))
    assert done.state == "done"
    assert [step.attempts for step in done.steps[:3]] == [1, 1, 1]


def test_a_run_that_was_only_queued_when_the_process_died_is_carried_out(database: Database) -> None:
    with database.session() as session:
        digest = stored_runs.add_source(session, plain(), actor="Ann")
        run_id = stored_runs.queue(session, digest, "a.txt", {}, actor="Ann")
    assert [run.state for run in worked(database, run_id)] == ["done"]


def test_a_run_whose_workflow_is_lost_is_handed_to_the_engine_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "INSPECT", 0.2)
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    with database.session() as session:
        assert dispatch.take(session, 1)  # as a backup without the engine's tables would have it
    assert [run.state for run in worked(database, run_id)] == ["done"]


def test_one_process_has_one_chain(database: Database) -> None:
    with working(database), pytest.raises(RuntimeError, match="Another chain"):
        Chain(database).start()


def test_workers_of_one_machine_have_names_of_their_own(database: Database) -> None:
    with working(database) as one:
        taken = presence.Presence(database, f"{one.name}-2")
        assert taken.take()
        third = chain._take_a_name(database)
        assert third.name == f"{one.name}-3"
        with database.session() as session:
            assert presence.is_here(session, third.name)
        third.leave()
        taken.leave()
        with database.session() as session:
            assert not presence.is_here(session, third.name)


def test_the_chain_lives_on_when_the_record_fails_it(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = threading.Event()
    original = dispatch.take

    def flaky(session: Any, most: int) -> list[dispatch.Dispatch]:
        if not broken.is_set():
            broken.set()
            raise OSError("the line is cut")
        return original(session, most)

    monkeypatch.setattr(dispatch, "take", flaky)
    [done] = worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    assert done.state == "done"
    assert broken.is_set()
    assert "The chain failed, reference" in caplog.text


def test_ended_workflows_are_cleaned_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    with working(database) as at_work:
        until(lambda: [each.status for each in DBOS.list_workflows()] == ["SUCCESS"])
        at_work._clean(datetime.now(UTC))
        assert DBOS.list_workflows() == []


def test_what_a_failed_run_had_done_is_done_again_once_it_was_cleaned_away(
    database: Database, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
    with monkeypatch.context() as patch:
        patch.setattr("services.agents.chunker.chunks_of", raising(RuntimeError("no")))
        worked(database, run_id)
    assert rows.of("run_outputs") == 2
    with working(database) as at_work:
        at_work._clean(datetime.now(UTC))
        assert rows.of("run_outputs") == 0
        runs.retry(database, run_id, "Ann")
        assert wait_for(database, run_id).state == "done"


def test_an_unreadable_file_makes_no_row_of_a_call(database: Database, rows: Rows) -> None:
    [failed] = worked(database, uploads.submit(database, "empty.txt", b"   \n  ", {}, "Ann"))
    assert failed.state == "failed"
    assert rows.of("transcripts") == 0
