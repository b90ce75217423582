import re
import time
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from db.engine import Database
from services import records, runs, uploads
from services.records import CallFilter
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]

CALL = b"Dana Firm: Good morning, how can I help?\nPat Client: I want to set up a living trust.\n"


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


def titles(page: AppTest) -> list[str]:
    return [text.value.strip("*") for text in page.markdown if text.value.startswith("**")]


def test_without_a_run_the_page_says_what_will_be_here(dashboard: Visit):
    page = open_runs(dashboard)
    assert not page.exception
    assert page.header[0].value == "No runs yet"
    assert page.button(key="runs_samples").label == "Load sample calls"


def test_a_run_that_ended_well_leads_to_its_call(dashboard: Visit, database: Database):
    uploads.submit(database, "pat.txt", CALL, {}, "ann")
    page = open_runs(dashboard)
    wait_until_all_ended(database)
    page.run()
    assert not page.exception
    assert titles(page) == [client(database)]
    assert [link.value for link in page.page_link] == ["Open call"]
    assert any(re.fullmatch(r"pat\\\.txt · [\d\\.]+ s · just now · ann", text.value) for text in page.caption)


def test_a_failed_run_says_why_and_can_be_tried_again(dashboard: Visit, database: Database):
    run_id = uploads.submit(database, "photo.png", bytes(range(256)) * 8, {}, "ann")
    page = open_runs(dashboard)
    wait_until_all_ended(database)
    page.run()
    failed = runs.get(database, run_id)
    assert failed.state == "failed"
    assert failed.error
    assert any(text.value.startswith(":red[") for text in page.markdown)
    page.button(key=f"retry_{run_id}").click().run()
    assert not page.exception
    wait_until_all_ended(database)
    again = runs.get(database, run_id)
    assert again.started_at is not None
    assert failed.started_at is not None
    assert again.started_at > failed.started_at


def test_runs_are_filtered_by_state_and_shown_a_page_at_a_time(dashboard: Visit, database: Database):
    page = open_runs(dashboard)
    for number in range(22):
        uploads.submit(database, f"void {number:02}.bin", bytes([number]) * 40, {}, "ann")
    uploads.submit(database, "pat.txt", CALL, {}, "ann")
    wait_until_all_ended(database)
    page.run()
    assert len(titles(page)) == 20
    assert titles(page)[0] == client(database)
    page.get("pagination")[0].set_value(2).run()
    assert len(titles(page)) == 3
    page.radio(key="runs_show").set_value("Done").run()
    assert titles(page) == [client(database)]
    page.radio(key="runs_show").set_value("At work").run()
    assert titles(page) == []
    assert any(text.value == "No run is at work." for text in page.markdown)


def test_the_agents_of_a_run_can_be_unfolded(dashboard: Visit, database: Database):
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
