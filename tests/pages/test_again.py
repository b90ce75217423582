from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from db import edits
from db.engine import Database
from services import runs
from services.settings import settings
from tests.example_rows import petra, store
from tests.pages.conftest import ROOT
from tests.test_reruns import worked_through

Visit = Callable[[], AppTest]


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    """What is handed in waits: no chain is started with the pages."""
    monkeypatch.setenv("WORKERS", "external")
    settings.cache_clear()


def open_page(dashboard: Visit, name: str, **parameters: str) -> AppTest:
    page = dashboard()
    for key, value in parameters.items():
        page.query_params[key] = value
    return page.switch_page(str(ROOT / "pages" / name)).run()


def test_one_call_is_worked_through_again_from_an_agent_on(dashboard: Visit, database: Database) -> None:
    worked_through(database, "call-petra", client_name="Petra Holm")
    page = open_page(dashboard, "calls.py", call="call-petra")
    page.selectbox(key="again_one_start").set_value("Email").run()
    page.button(key="again_one_go").click().run()
    assert not page.exception
    assert [each.value for each in page.success] == ["1 call will be worked through again\\."]
    assert [run.start_at for run in runs.active(database)] == ["Email"]


def test_a_call_of_an_older_system_stays_as_it_is(dashboard: Visit, database: Database) -> None:
    store(database, petra())
    page = open_page(dashboard, "calls.py", call="call-petra")
    page.button(key="again_one_go").click().run()
    assert not page.exception
    assert "no file here" in page.info[0].value
    assert runs.active(database) == []


def test_the_question_names_how_many_calls_the_filters_leave(dashboard: Visit, database: Database) -> None:
    for name in ("Petra Holm", "Ada Berg"):
        worked_through(database, f"call-{name[:3].lower()}", client_name=name)
    page = open_page(dashboard, "deals.py", deals_q="ada")
    page.button(key="again_many").click().run()
    assert not page.exception
    assert page.button(key="again_many_go").label == "Work 1 call through again"
    assert runs.active(database) == []


def test_a_draft_of_a_deal_that_was_corrected_since_is_written_again_at_a_click(
    dashboard: Visit, database: Database
) -> None:
    worked_through(database, "call-petra", client_name="Petra Holm")
    with database.session() as session:
        edits.edit_crm(session, "call-petra", None, {"deal_amount": 5100}, actor="bob")
    page = open_page(dashboard, "emails.py", call="call-petra")
    next(button for button in page.button if button.label == "Write it again").click().run()
    assert not page.exception
    assert [run.start_at for run in runs.active(database)] == ["Email"]
    assert "Write it again" not in [button.label for button in page.button]
    assert any("being written again" in each.value for each in page.markdown)
    (run,) = runs.active(database)
    runs.cancel(database, "tester", [run.id])
    page.run()
    assert "Write it again" in [button.label for button in page.button]
