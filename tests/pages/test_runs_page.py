import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from db import runs as stored
from db import steps
from db.engine import Database
from pages.parts.progress import before_it, step_words
from services import records, runs, uploads
from services.records import CallFilter
from services.runs import RunState, StepView
from services.settings import settings
from services.stages import agent_names
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]

CALL = b"Dana Firm: Good morning, how can I help?\nPat Client: I want to set up a living trust.\n"


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    """What is handed in waits: no chain is started with the pages."""
    monkeypatch.setenv("WORKERS", "external")
    settings.cache_clear()


def open_runs(dashboard: Visit) -> AppTest:
    page = dashboard()
    return page.switch_page(str(ROOT / "pages" / "runs.py")).run()


def wait_until_all_ended(database: Database) -> None:
    deadline = time.monotonic() + 60
    while runs.active(database):
        assert time.monotonic() < deadline, "the runs did not end"
        time.sleep(0.05)


def client(database: Database) -> str:
    """The client of the one call that is stored."""
    ((row,), _) = records.list_calls(database, CallFilter())
    assert row.client_name
    return row.client_name


def hand_in(database: Database, number: int) -> list[str]:
    return [uploads.submit(database, f"call {each}.txt", CALL + b"%d" % each, {}, "ann") for each in range(number)]


def begin(database: Database, run_id: str) -> None:
    """Puts a run to work as a worker does."""
    with database.session() as session:
        stored.begin(session, run_id, 0, "worker-1")
        steps.lay_out(session, run_id, agent_names())
        steps.began(session, run_id, "Parser")


def titles(page: AppTest) -> list[str]:
    return [found[1] for text in page.markdown if (found := re.match(r"\*\*([^*]+)\*\* :\w+-badge", text.value))]


def told(page: AppTest) -> str:
    """Everything that stands on the page in Markdown, without the escapes."""
    return "\n".join(text.value for text in page.markdown).replace("\\", "")


def states(database: Database) -> dict[RunState, int]:
    return dict(runs.backlog(database).counts)


def test_without_a_run_the_page_says_what_will_be_here(dashboard: Visit) -> None:
    page = open_runs(dashboard)
    assert not page.exception
    assert page.header[0].value == "No runs yet"
    assert page.button(key="runs_samples").label == "Load sample calls"


def test_a_run_that_ended_well_leads_to_its_call(dashboard: Visit, database: Database) -> None:
    uploads.submit(database, "pat.txt", CALL, {}, "ann")
    page = open_runs(dashboard)
    wait_until_all_ended(database)
    page.run()
    assert not page.exception
    assert titles(page) == [client(database)]
    assert [link.value for link in page.page_link] == ["Open call"]
    assert re.search(r"pat\.txt · [\d.]+ s · just now · ann", told(page))


def test_a_failed_run_says_why_and_can_be_tried_again(dashboard: Visit, database: Database) -> None:
    run_id = uploads.submit(database, "photo.png", bytes(range(256)) * 8, {}, "ann")
    page = open_runs(dashboard)
    wait_until_all_ended(database)
    page.run()
    failed = runs.get(database, run_id)
    assert failed.state == "failed"
    assert failed.error
    assert f":red[{failed.error}]" in told(page)
    page.button(key=f"try_{run_id}").click().run()
    assert not page.exception
    wait_until_all_ended(database)
    again = runs.get(database, run_id)
    assert again.started_at is not None
    assert failed.started_at is not None
    assert again.started_at > failed.started_at


def test_runs_are_filtered_by_state_and_shown_a_page_at_a_time(dashboard: Visit, database: Database) -> None:
    page = open_runs(dashboard)
    for number in range(22):
        uploads.submit(database, f"void {number:02}.bin", bytes([number]) * 40, {}, "ann")
    uploads.submit(database, "pat.txt", CALL, {}, "ann")
    wait_until_all_ended(database)
    page.run()
    assert len(titles(page)) == 20
    assert titles(page)[0] == client(database)
    page.pagination[0].set_value(2).run()
    assert len(titles(page)) == 3
    page.radio(key="runs_show").set_value("Done").run()
    assert titles(page) == [client(database)]
    page.radio(key="runs_show").set_value("Waiting").run()
    assert titles(page) == []
    assert "No run is waiting." in told(page)


def test_the_agents_of_a_run_can_be_unfolded(dashboard: Visit, database: Database) -> None:
    run_id = uploads.submit(database, "pat.txt", CALL, {}, "ann")
    page = open_runs(dashboard)
    wait_until_all_ended(database)
    page.session_state[f"runs_steps_{run_id}"] = True
    page.run()
    assert not page.exception
    shown = [text.value.rsplit("] ", 1)[-1] for text in page.markdown if "check_circle" in text.value]
    assert shown == [step.agent for step in runs.get(database, run_id).steps]
    assert shown[0] == "Parser"
    assert shown[-1] == "Persistence"


@pytest.mark.usefixtures("no_worker")
def test_a_run_that_waits_tells_its_place_and_the_page_how_much_there_is_to_do(
    dashboard: Visit, database: Database
) -> None:
    first, *_ = hand_in(database, 4)
    begin(database, first)
    page = open_runs(dashboard)
    assert not page.exception
    assert "**1 at work** · **3 waiting** · how long it takes is not known before the first call is done" in told(page)
    assert "Parser at work · worker-1" in told(page)
    assert [words for words in ("3 before it", "2 before it", "1 before it") if words in told(page)] == [
        "3 before it", "2 before it", "1 before it",
    ]  # fmt: skip


@pytest.mark.usefixtures("no_worker")
def test_what_waits_is_held_back_and_let_go_on(dashboard: Visit, database: Database) -> None:
    first, *_ = hand_in(database, 3)
    begin(database, first)
    page = open_runs(dashboard)
    page.button(key="runs_pause").click().run()
    assert not page.exception
    assert states(database) == {"running": 1, "paused": 2}
    assert "**1 at work** · **2 held back**" in told(page)
    page.button(key="runs_go_on").click().run()
    assert states(database) == {"running": 1, "queued": 2}


@pytest.mark.usefixtures("no_worker")
def test_one_run_is_cancelled_and_tried_again(dashboard: Visit, database: Database) -> None:
    first, second = hand_in(database, 2)
    page = open_runs(dashboard)
    page.button(key=f"cancel_{second}").click().run()
    assert not page.exception
    assert runs.get(database, second).state == "cancelled"
    assert runs.get(database, first).state == "queued"
    page.button(key=f"try_{second}").click().run()
    assert runs.get(database, second).state == "queued"


@pytest.mark.usefixtures("no_worker")
def test_cancelling_what_waits_is_asked_about_and_lets_what_is_at_work_be(dashboard: Visit, database: Database) -> None:
    first, *_ = hand_in(database, 3)
    begin(database, first)
    page = open_runs(dashboard)
    page.button(key="runs_cancel").click().run()
    assert not page.exception
    assert states(database) == {"running": 1, "queued": 2}
    assert page.button(key="runs_cancel_yes").label == "Cancel 2 calls"
    page.button(key="runs_cancel_yes").click().run()
    assert states(database) == {"running": 1, "cancelled": 2}


@pytest.mark.usefixtures("no_worker")
def test_the_last_page_is_shown_when_the_one_that_was_looked_at_has_gone(dashboard: Visit, database: Database) -> None:
    ids = hand_in(database, 21)
    page = open_runs(dashboard)
    page.radio(key="runs_show").set_value("Waiting").run()
    page.pagination[0].set_value(2).run()
    assert titles(page) == ["call 0\\.txt"]
    runs.cancel(database, "ann", ids[:5])
    page.run()
    assert not page.exception
    assert len(titles(page)) == 16


@pytest.mark.usefixtures("no_worker")
def test_all_failed_runs_are_tried_again_at_once(dashboard: Visit, database: Database) -> None:
    for run_id in hand_in(database, 2):
        begin(database, run_id)
        with database.session() as session:
            stored.fail(session, run_id, "The file is odd.")
    page = open_runs(dashboard)
    assert page.button(key="runs_retry_failed").label == "Try all 2 failed again"
    page.button(key="runs_retry_failed").click().run()
    assert states(database) == {"queued": 2}


@pytest.mark.usefixtures("no_worker")
def test_runs_that_nobody_takes_up_are_told_of_with_the_command_that_starts_a_worker(
    dashboard: Visit, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(database, 1)
    assert not open_runs(dashboard).warning
    monkeypatch.setattr("services.watching.PATIENCE", timedelta(0))
    page = open_runs(dashboard)
    assert "python -m services worker" in page.warning[0].value.replace("\\", "")


def test_a_step_that_waits_says_which_attempt_is_next_and_why() -> None:
    assert step_words(StepView("CRM", "pending", None, "The record is away.", 2)) == (
        "third attempt: The record is away."
    )
    assert step_words(StepView("CRM", "done", 0.4, None, 2)) == "0.4 s, second attempt"
    assert step_words(StepView("CRM", "kept", None, None)) == "kept from an earlier run"


def test_a_long_queue_is_told_in_round_numbers() -> None:
    assert [before_it(number) for number in (0, 4, 47, 983)] == [
        "the next one", "4 before it", "about 50 before it", "about 1,000 before it",
    ]  # fmt: skip
