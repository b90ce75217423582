"""The page of dry runs: started, looked at, accepted by value, by field, by call and all at once."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from services import dry_runs, runs, uploads
from services.database import stored_call
from services.records import CallFilter
from tests import example_rows
from tests.own_calls import stellar
from tests.pages.conftest import ROOT
from tests.working import all_ended, until, worked, working

Visit = Callable[[], AppTest]
CALL = "4410027123"


@pytest.fixture
def wrong(database: Database, monkeypatch: pytest.MonkeyPatch) -> int:
    """A call whose last run read the amount wrong; what the right one is."""
    monkeypatch.setenv("EMBEDDINGS", "false")
    worked(database, uploads.submit(database, "nolan.txt", stellar(CALL), {}, "Ann"))
    record = stored_call(database, CALL)
    right: int = record.crm_data["deal_amount"]
    facts = {**record.extracted_data["facts"], "deal_amount": example_rows.fact(1, 0, "one <b>dollar</b>")}
    extraction = {**record.extracted_data, "facts": facts}
    crm = {**record.crm_data, "deal_amount": 1}
    example_rows.run_says(database, {"external_id": CALL, "crm_data": crm, "extracted_data": extraction})
    return right


def opened(dashboard: Visit, **address: str) -> AppTest:
    page = dashboard()
    page.query_params.update(address)
    return page.switch_page(str(ROOT / "pages" / "dry_runs.py")).run()


def finished(database: Database) -> str:
    started = dry_runs.start(database, CallFilter(), "Bo")
    until(lambda: all_ended(database))
    return started


def words(page: AppTest) -> str:
    """What the page says, without the escapes of Markdown."""
    drawn = [*page.markdown, *page.caption, *page.success, *page.info, *page.title]
    return "\n".join(str(each.value) for each in drawn).replace("\\", "")


def test_without_calls_the_page_says_what_to_do(dashboard: Visit) -> None:
    page = opened(dashboard)
    assert page.header[0].value == "Nothing to try on yet"
    assert page.button(key="dry_samples")


def test_a_dry_run_is_started_and_opened(dashboard: Visit, database: Database, wrong: int) -> None:
    page = opened(dashboard)
    page.button(key="dry_start").click().run()
    assert not page.exception
    (started,) = dry_runs.recent(database)
    assert page.query_params["run"] in (started.id, [started.id])
    assert "Dry run of 1 call" in words(page)
    assert [run.dry_run_id for run in runs.recent(database, 1)] == [started.id]
    until(lambda: all_ended(database))


def test_a_value_is_seen_beside_the_old_one_and_accepted(dashboard: Visit, database: Database, wrong: int) -> None:
    with working(database):
        started = finished(database)
    page = opened(dashboard, run=started)
    assert not page.exception
    told = words(page)
    assert "$1" in told
    assert f"${wrong:,.0f}" in told
    page.button(key=f"dry_one_{CALL}_crm_data.deal_amount").click().run()
    assert not page.exception
    assert "1 value of 1 call accepted." in words(page)
    assert stored_call(database, CALL).crm_data["deal_amount"] == wrong


@pytest.mark.parametrize("button", ["dry_all", "dry_accept_crm_data.deal_amount", f"dry_call_{CALL}"])
def test_by_field_by_call_and_all(dashboard: Visit, database: Database, wrong: int, button: str) -> None:
    with working(database):
        started = finished(database)
    page = opened(dashboard, run=started)
    page.button(key=button).click().run()
    assert not page.exception
    assert stored_call(database, CALL).crm_data["deal_amount"] == wrong


def test_one_that_changes_nothing_says_so(
    dashboard: Visit, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")
    worked(database, uploads.submit(database, "nolan.txt", stellar(CALL), {}, "Ann"))
    with working(database):
        started = finished(database)
    assert "Nothing would change" in words(opened(dashboard, run=started))


def test_a_dry_run_that_is_gone_is_told(dashboard: Visit) -> None:
    assert "No such dry run" in words(opened(dashboard, run="nothing"))


def test_a_discarded_one_is_gone(dashboard: Visit, database: Database, wrong: int) -> None:
    with working(database):
        started = finished(database)
    page = opened(dashboard, run=started)
    page.button(key="dry_discard").click().run()
    assert not page.exception
    assert dry_runs.recent(database) == []
    assert "The dry run is gone" in words(page)
