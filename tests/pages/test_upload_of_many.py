"""Many files at once: a list with counts, a filter and pages; found again, set going, followed."""

import time
from collections.abc import Callable

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db import runs as stored_runs
from db.engine import Database
from services import batches, runs, steps, uploads
from services.settings import settings
from tests.own_calls import plain, stellar
from tests.pages.test_upload import badges, drop, told, wait_for_end
from tests.working import working
from tests.zips import calls_zip, zipped

Visit = Callable[[], AppTest]


def read(page: AppTest, database: Database, seconds: float = 60) -> AppTest:
    """Runs the page until the files of its list are read."""
    deadline = time.monotonic() + seconds
    while True:
        page.run()
        assert not page.exception
        found = batches.get(database, page.query_params["batch"])
        assert found is not None
        if not found.waiting:
            return page.run()
        assert time.monotonic() < deadline, "the files were not read"
        time.sleep(0.1)


def filters(page: AppTest, key: str = "upload_look") -> list[str]:
    """The labels of the filter by standing."""
    (control,) = (each for each in page.segmented_control if str(each.key).startswith(key))
    return list(control.options)


def choose(page: AppTest, standing: str, key: str = "upload_look") -> AppTest:
    (control,) = (each for each in page.segmented_control if str(each.key).startswith(key))
    return control.set_value(standing).run()


def buttons(page: AppTest) -> list[str]:
    return [button.label for button in page.button if str(button.key).startswith("upload_")]


def test_a_zip_becomes_a_list_with_counts_a_filter_and_pages(dashboard: Visit, database: Database) -> None:
    uploads.submit(database, "known.txt", stellar(), {}, "Ann")
    page = dashboard()
    wait_for_end(database)
    members = [(f"{each:02}.txt", plain(each)) for each in range(1, 26)]
    members += [("known.txt", stellar()), ("void.txt", b""), ("twin.txt", plain(3))]
    page = read(drop(page, ("calls.zip", zipped(members))), database)
    assert filters(page) == ["All 28", "New 25", "Already here 1", "Twice in this list 1", "Can't be read 1"]
    assert page.header[0].value == "28 files to look at"
    assert page.button(key="upload_process").label == "Process 25 calls"
    assert badges(page) == ["New"] * 20
    assert len(page.checkbox) == 20
    assert badges(choose(page, "twin")) == ["Twice in this list"]
    assert r"The same call as 03\.txt" in told(page)
    page.checkbox[0].check().run()
    assert page.button(key="upload_process").label == "Process 26 calls"
    assert runs.total(database) == 1


def test_another_tab_and_a_reload_find_the_list_again(dashboard: Visit, database: Database) -> None:
    page = read(drop(dashboard(), ("calls.zip", calls_zip(12))), database)
    page.checkbox[0].uncheck().run()
    other = dashboard()
    assert other.query_params["batch"] == page.query_params["batch"]
    assert other.button(key="upload_process").label == "Process 11 calls"
    assert [box.value for box in other.checkbox] == [False] + [True] * 11
    other.checkbox[1].uncheck().run()
    assert [box.value for box in page.run().checkbox] == [False, False] + [True] * 10


def test_more_files_join_the_list(dashboard: Visit, database: Database) -> None:
    page = drop(dashboard(), ("a.txt", plain(1)))
    page = drop(page, ("b.txt", plain(2)), ("a.txt", plain(1)))
    assert page.header[0].value == "2 files to look at"
    assert "1 file lies in the list already, and did not come in twice." in page.info[0].value


def test_a_list_is_discarded(dashboard: Visit, database: Database) -> None:
    page = drop(dashboard(), ("a.txt", plain(1)))
    page.button(key="upload_discard").click().run()
    assert not page.exception
    assert "upload_process" not in [button.key for button in page.button]
    assert batches.newest_open(database, "tester") is None
    assert page.button(key="upload_samples")


@pytest.fixture
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dashboard submits and watches; what works the calls through is the test's to start."""
    monkeypatch.setenv("WORKERS", "external")
    settings.cache_clear()


@pytest.mark.usefixtures("_nobody_works")
def test_a_long_list_is_followed_held_back_and_cleared(dashboard: Visit, database: Database) -> None:
    page = read(drop(dashboard(), ("calls.zip", calls_zip(13))), database)
    batch_id = page.query_params["batch"]
    page.button(key="upload_process").click().run()
    assert not page.exception
    assert page.query_params["batch"] == batch_id
    assert page.header[0].value == "At work"
    assert page.progress[0].text == "0 of 13 calls done · 13 waiting"
    page.button(key="upload_pause").click().run()
    assert not page.exception
    again = dashboard()
    assert again.query_params["batch"] == batch_id
    assert again.progress[0].text == "0 of 13 calls done · 13 paused"
    again.button(key="upload_go_on").click().run()
    with working(database):
        wait_for_end(database)
    page.run()
    assert page.header[0].value == "Done"
    assert page.progress[0].text == "13 of 13 calls done"
    assert filters(page, "upload_follow") == ["All 13", "Done 13"]
    assert buttons(page) == ["Read this text", "Clear this list"]
    page.button(key="upload_clear_list").click().run()
    assert page.header[0].value == "Latest calls"


@pytest.mark.usefixtures("_nobody_works")
def test_failed_ones_of_a_long_list_are_tried_again_together(dashboard: Visit, database: Database) -> None:
    page = read(drop(dashboard(), ("calls.zip", calls_zip(11))), database)
    page.button(key="upload_process").click().run()
    page.button(key="upload_cancel").click().run()
    assert page.progress[0].text == "0 of 11 calls done · 11 cancelled"
    ids = batches.run_ids(database, page.query_params["batch"])
    with database.session() as session:
        for run_id in ids[:3]:
            stored_runs.fail(session, run_id, "The disk was full.")
    page.run()
    assert "Try 3 failed again" in buttons(page)
    assert "The disk was full" in told(choose(page, "failed", "upload_follow"))
    page.button(key="upload_retry").click().run()
    assert not page.exception
    assert [runs.get(database, run_id).state for run_id in ids[:4]] == ["queued"] * 3 + ["cancelled"]


@pytest.mark.usefixtures("_nobody_works")
def test_a_file_of_which_nothing_was_stored_says_why(dashboard: Visit, database: Database) -> None:
    page = read(drop(dashboard(), ("calls.zip", calls_zip(11))), database)
    page.button(key="upload_process").click().run()
    with working(database):
        wait_for_end(database)
    with database.session() as session:
        statement = text("UPDATE runs SET note = :note WHERE id = :id")
        session.execute(
            statement, {"note": steps.NEWER, "id": batches.run_ids(database, page.query_params["batch"])[0]}
        )
    page.run()
    assert badges(page).count("Newer words stand") == 1
    assert "newer words of this call were handed in" in told(page)


def test_a_pasted_text_that_can_t_be_read_stays_in_the_box(dashboard: Visit, database: Database) -> None:
    page = dashboard()
    page.text_area[0].set_value("just some words").run()
    assert page.text_area[0].value == "just some words"
    assert "says who speaks" in page.error[0].value
    assert batches.newest_open(database, "tester") is None


def test_a_call_to_replace_is_named_and_one_that_is_not_there_refused(dashboard: Visit, database: Database) -> None:
    uploads.submit(database, "known.txt", stellar(), {}, "Ann")
    page = dashboard()
    wait_for_end(database)
    page = drop(page, ("a.txt", plain(1)))
    page.text_input[0].set_value("nothing").run()
    assert "no call with this id" in page.error[0].value
    assert page.text_input[0].value == ""
    page.text_input[0].set_value(" 4410027123 ").run()
    assert badges(page) == ["Update"]
    page.button(key="upload_process").click().run()
    assert wait_for_end(database)[0].external_id == "4410027123"
