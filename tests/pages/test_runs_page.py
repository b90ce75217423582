import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db import runs as stored
from db import steps
from db.engine import Database
from pages.parts.board import Asked, board
from pages.parts.progress import before_it, step_words
from pages.parts.run_acts import carry_out
from services import records, runs, uploads
from services.records import CallFilter
from services.runs import RunState, StepView
from services.settings import settings
from services.stages import agent_names
from tests.pages.conftest import ROOT, open_at

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


@pytest.mark.usefixtures("no_worker")
def test_the_address_says_which_runs_are_shown(dashboard: Visit, database: Database) -> None:
    ids = hand_in(database, 3)
    runs.cancel(database, "ann", ids[:1])
    page = open_at(dashboard, "runs", runs_show="cancelled")
    assert [row["title"] for row in board_of(page)["rows"]] == ["call 0.txt"]
    assert board_of(open_at(dashboard, "runs", runs_show="waiting", runs_page="9"))["page"] == 1
    assert board_of(open_at(dashboard, "runs", runs_show="odd", runs_page="x"))["show"] == "all"


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


def board_of(page: AppTest) -> dict[str, Any]:
    """What the page gave its browser to draw at first."""
    (drawn,) = page.get("bidi_component")
    seen: dict[str, Any] = json.loads(drawn.proto.json)["first"]["board"]
    return seen


def titles(page: AppTest) -> list[str]:
    return [row["title"] for row in board_of(page)["rows"]]


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
    (row,) = board_of(page)["rows"]
    assert row["title"] == client(database)
    assert row["call"] == records.list_calls(database, CallFilter())[0][0].external_id
    assert row["before"][0] == "pat.txt"
    assert re.fullmatch(r"[\d.]+ s", row["before"][1])
    assert (row["actor"], row["error"]) == ("ann", "")
    assert abs(row["at"] - time.time()) < 60
    assert [step["agent"] for step in row["steps"]] == list(agent_names())


def test_the_way_to_a_call_is_a_page_of_the_dashboard(dashboard: Visit, database: Database) -> None:
    uploads.submit(database, "pat.txt", CALL, {}, "ann")
    page = open_runs(dashboard)
    wait_until_all_ended(database)
    ((row,), _) = records.list_calls(database, CallFilter())
    page.session_state["runs_call"] = row.external_id
    page.run()
    assert not page.exception
    assert page.title[0].value == client(database)


def test_a_failed_run_says_why_and_can_be_tried_again(dashboard: Visit, database: Database) -> None:
    run_id = uploads.submit(database, "photo.png", bytes(range(256)) * 8, {}, "ann")
    page = open_runs(dashboard)
    wait_until_all_ended(database)
    page.run()
    failed = runs.get(database, run_id)
    assert failed.state == "failed"
    assert failed.error
    assert board_of(page)["rows"][0]["error"] == failed.error
    assert board_of(page)["failed"] == 1
    assert carry_out("try_again", run_id, "ann") is None
    wait_until_all_ended(database)
    again = runs.get(database, run_id)
    assert again.started_at is not None
    assert failed.started_at is not None
    assert again.started_at > failed.started_at


@pytest.mark.usefixtures("no_worker")
def test_nothing_waits_in_a_run_that_failed(database: Database) -> None:
    (run_id,) = hand_in(database, 1)
    begin(database, run_id)
    with database.session() as session:
        stored.fail(session, run_id, "The file is odd.")
    (row,) = board(database, Asked())["rows"]
    assert row["steps"][-1]["words"] == "not reached"


@pytest.mark.usefixtures("no_worker")
def test_runs_are_filtered_by_state_and_told_a_page_at_a_time(database: Database) -> None:
    ids = hand_in(database, 23)
    runs.cancel(database, "ann", ids[:1])
    first, second = board(database, Asked("all", 1)), board(database, Asked("all", 2))
    assert [row["title"] for row in first["rows"]] == [f"call {number}.txt" for number in range(22, 2, -1)]
    assert [row["title"] for row in second["rows"]] == ["call 2.txt", "call 1.txt", "call 0.txt"]
    assert (first["pages"], first["heading"]) == (2, "23 runs in all, the newest first")
    assert [row["title"] for row in board(database, Asked("cancelled"))["rows"]] == ["call 0.txt"]
    assert board(database, Asked("waiting"))["heading"] == "22 runs waiting, the newest first"
    none = board(database, Asked("done"))
    assert (none["rows"], none["heading"], none["none"]) == ([], "", "No run is done.")


@pytest.mark.usefixtures("no_worker")
def test_the_last_page_is_told_where_the_one_that_is_asked_for_is_not_there_any_more(database: Database) -> None:
    ids = hand_in(database, 21)
    assert [row["title"] for row in board(database, Asked("waiting", 2))["rows"]] == ["call 0.txt"]
    runs.cancel(database, "ann", ids[:5])
    seen = board(database, Asked("waiting", 2))
    assert (seen["page"], seen["pages"], len(seen["rows"])) == (1, 1, 16)


@pytest.mark.usefixtures("no_worker")
def test_a_run_that_waits_tells_its_place_and_the_page_how_much_there_is_to_do(
    dashboard: Visit, database: Database
) -> None:
    first, *_ = hand_in(database, 4)
    begin(database, first)
    page = open_runs(dashboard)
    assert not page.exception
    seen = board_of(page)
    assert seen["standing"] == ["1 at work", "3 waiting"]
    assert seen["left"] == "how long it takes is not known before the first call is done"
    assert [run["said"] for run in seen["at_work"]] == ["Parser at work · worker-1"]
    assert [run["summary"] for run in seen["at_work"]] == ["0 of 10 steps done"]
    assert [row["before"] for row in seen["rows"]] == [["3 before it"], ["2 before it"], ["1 before it"]]
    assert all(row["steps"] == [] for row in seen["rows"])


@pytest.mark.usefixtures("no_worker")
def test_what_is_told_does_not_alter_by_time_alone(database: Database) -> None:
    for run_id in hand_in(database, 3)[:2]:
        begin(database, run_id)
    with database.session() as session:
        stored.fail(session, run_id, "The file is odd.")
    assert board(database, Asked()) == board(database, Asked())


@pytest.mark.usefixtures("no_worker")
def test_what_waits_is_held_back_and_let_go_on(database: Database) -> None:
    first, *_ = hand_in(database, 3)
    begin(database, first)
    assert offered(database) == ["Hold back what waits", "Cancel what waits"]
    carry_out("hold_back", "", "ann")
    assert states(database) == {"running": 1, "paused": 2}
    assert board(database, Asked())["standing"] == ["1 at work", "2 held back"]
    assert offered(database) == ["Go on with what is held back", "Cancel what waits"]
    carry_out("go_on", "", "ann")
    assert states(database) == {"running": 1, "queued": 2}


def offered(database: Database) -> list[str]:
    return [tool["label"] for tool in board(database, Asked())["tools"]]


@pytest.mark.usefixtures("no_worker")
def test_one_run_is_cancelled_and_tried_again(database: Database) -> None:
    first, second = hand_in(database, 2)
    assert carry_out("cancel", second, "ann") is None
    assert runs.get(database, second).state == "cancelled"
    assert runs.get(database, first).state == "queued"
    assert carry_out("try_again", second, "ann") is None
    assert runs.get(database, second).state == "queued"


@pytest.mark.usefixtures("no_worker")
def test_what_could_not_be_done_is_told_and_what_there_is_none_of_does_nothing(database: Database) -> None:
    (run_id,) = hand_in(database, 1)
    assert carry_out("try_again", run_id, "ann") == (
        "This run did not fail, or the same file is on its way again already."
    )
    assert carry_out("erase", run_id, "ann") is None
    assert states(database) == {"queued": 1}


@pytest.mark.usefixtures("no_worker")
def test_cancelling_what_waits_is_asked_about_and_lets_what_is_at_work_be(dashboard: Visit, database: Database) -> None:
    first, *_ = hand_in(database, 3)
    begin(database, first)
    page = open_runs(dashboard)
    page.session_state["runs_asked"] = True  # as the button has it
    page.run()
    assert not page.exception
    assert states(database) == {"running": 1, "queued": 2}
    assert page.button(key="runs_cancel_yes").label == "Cancel 2 calls"
    page.button(key="runs_cancel_yes").click().run()
    assert states(database) == {"running": 1, "cancelled": 2}


@pytest.mark.usefixtures("no_worker")
def test_all_failed_runs_are_tried_again_at_once(database: Database) -> None:
    for run_id in hand_in(database, 2):
        begin(database, run_id)
        with database.session() as session:
            stored.fail(session, run_id, "The file is odd.")
    assert offered(database) == ["Try all 2 failed again"]
    carry_out("try_failed_again", "", "ann")
    assert states(database) == {"queued": 2}


@pytest.mark.usefixtures("no_worker")
def test_runs_that_nobody_takes_up_are_told_of_with_the_command_that_starts_a_worker(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(database, 1)
    assert board(database, Asked())["problem"] is None
    monkeypatch.setattr("services.watching.PATIENCE", timedelta(0))
    seen = board(database, Asked())
    assert "python -m services worker" in seen["problem"]
    assert seen["left"] == ""  # nobody knows


@pytest.mark.usefixtures("no_worker")
def test_what_came_from_outside_is_cut_and_keeps_its_direction(database: Database) -> None:
    uploads.submit(database, "gpj.\u202e" + "x" * 600 + ".txt", CALL, {}, "ann")
    (row,) = board(database, Asked())["rows"]
    assert len(row["title"]) <= 300
    assert "\u202e" not in row["title"]


def test_a_step_that_waits_says_which_attempt_is_next_and_why() -> None:
    assert step_words(StepView("CRM", "pending", None, "The record is away.", 2)) == (
        "third attempt: The record is away."
    )
    assert step_words(StepView("CRM", "done", 0.4, None, 2)) == "0.4 s, second attempt"
    assert step_words(StepView("CRM", "kept", None, None)) == "kept from an earlier run"


def test_a_step_says_why_the_builtin_analyst_gave_what_a_model_should() -> None:
    note = "The model gave no answer within 120 seconds."
    assert step_words(StepView("Email", "done", 0.4, None, 1, note)) == f"0.4 s. {note}"


def test_a_long_queue_is_told_in_round_numbers() -> None:
    assert [before_it(number) for number in (0, 4, 47, 983)] == [
        "the next one", "4 before it", "about 50 before it", "about 1,000 before it",
    ]  # fmt: skip
