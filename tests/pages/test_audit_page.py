from collections.abc import Callable
from typing import Any

from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from db import edits
from db.engine import Database
from services import audit
from services.audit import AuditFilter
from tests.example_rows import deal, petra, store
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]


def opened(dashboard: Visit, **asked: str) -> AppTest:
    page = dashboard()
    page.switch_page(str(ROOT / "pages" / "audit.py"))
    for name, value in asked.items():
        page.query_params[name] = value
    return page.run()


def told(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.header, *page.success, *page.error, *page.info]
    return "\n".join(str(part.value) for part in parts).replace("\\", "").replace(":gray[]", "")


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return page.run()


def column(page: AppTest, name: str) -> list[Any]:
    return list(page.dataframe[0].value[name])


def edited(database: Database) -> None:
    """A call of a run, of which ines wrote the amount and omar confirmed the client; and another call."""
    store(database, petra(), deal("bare", client_name="Bea Bare"))
    with database.session() as session:
        edits.edit_crm(session, "call-petra", None, {"deal_amount": 5000}, actor="ines", reason="Said on the phone")
        edits.confirm(session, "call-petra", None, ["crm_data.client_name"], actor="omar")


def test_an_empty_record_says_what_will_be_here(dashboard: Visit) -> None:
    page = opened(dashboard)
    assert not page.exception
    assert "Nothing written yet" in told(page)


def test_every_write_is_listed_the_newest_first(dashboard: Visit, database: Database) -> None:
    edited(database)
    page = opened(dashboard)
    assert not page.exception
    assert column(page, "number") == [4, 3, 2, 1]
    assert column(page, "who") == ["omar", "ines", "run", "run"]
    assert column(page, "what") == ["Confirmed", "Edited", "Run stored", "Run stored"]
    assert column(page, "call")[0] == "calls?call=call-petra"
    assert "Deal amount" in column(page, "details")[1]
    assert "Said on the phone" in column(page, "details")[1]


def test_filters_in_the_address_narrow_the_list(dashboard: Visit, database: Database) -> None:
    edited(database)
    page = opened(dashboard, audit_call="call-petra")
    assert column(page, "call") == ["calls?call=call-petra"] * 3


def test_filters_by_person_and_by_kind(dashboard: Visit, database: Database) -> None:
    edited(database)
    page = opened(dashboard)
    page.selectbox(key="audit_actor").set_value("ines")
    page.run()
    assert column(page, "who") == ["ines"]
    page.selectbox(key="audit_actor").set_value(None)
    page.multiselect(key="audit_what").set_value(["confirm", "edit"])
    page.run()
    assert column(page, "what") == ["Confirmed", "Edited"]


def test_a_filter_that_leaves_nothing_can_be_cleared(dashboard: Visit, database: Database) -> None:
    edited(database)
    page = opened(dashboard)
    page.text_input(key="audit_call").set_value("nowhere")
    page.run()
    assert "No entry matches these filters." in told(page)
    assert not page.dataframe
    assert len(column(press(page, "Clear all filters"), "number")) == 4


def test_pages_hold_fifty_and_one_past_the_last_is_the_last(dashboard: Visit, database: Database) -> None:
    store(database, *[deal(f"call-{number:02}") for number in range(60)])
    assert column(opened(dashboard), "number") == list(range(60, 10, -1))
    assert column(opened(dashboard, audit_page="2"), "number") == list(range(10, 0, -1))
    assert column(opened(dashboard, audit_page="77"), "number") == list(range(10, 0, -1))


def test_the_end_of_the_chain_is_shown(dashboard: Visit, database: Database) -> None:
    edited(database)
    last = audit.listing(database, AuditFilter(), size=1)[0]
    page = opened(dashboard)
    assert last.hash in told(page)
    assert "whether the end was cut off" in told(page)


def test_a_check_of_a_whole_chain_says_so(dashboard: Visit, database: Database) -> None:
    edited(database)
    page = press(opened(dashboard), "Check the chain")
    assert "2 calls compared with the ledger, 4 entries of the audit checked." in told(page)
    assert "Everything agrees." in told(page)
    assert not page.error


def test_a_check_names_an_entry_that_was_altered_in_the_database(dashboard: Visit, database: Database) -> None:
    edited(database)
    with database.session() as session:
        session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        session.execute(text("UPDATE audit SET actor = 'nobody' WHERE id = 3"))
        session.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))
    page = press(opened(dashboard), "Check the chain")
    assert "Audit entry 3: it was altered." in "".join(str(error.value) for error in page.error).replace("\\", "")


def test_the_csv_holds_all_that_the_filters_leave(dashboard: Visit, database: Database) -> None:
    edited(database)
    page = opened(dashboard)
    assert [button.proto.label for button in page.get("download_button")] == ["CSV"]
    lines = audit.csv_file(database, AuditFilter(actor="ines")).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Deal amount" in lines[1]
