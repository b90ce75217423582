"""The grid of deals as a person at the screen uses it."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from db.engine import Database
from pages.parts import deal_grid
from services import deals
from services.deals import Change, Deal, DealFilter
from tests.example_rows import deal, petra, store
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]


def opened(dashboard: Visit, **address: Any) -> AppTest:
    page = dashboard()
    for name, value in address.items():
        page.query_params[name] = value
    page.switch_page(str(ROOT / "pages" / "deals.py")).run()
    assert not page.exception
    return page


def grid(page: AppTest) -> Any:
    (editor,) = page.data_editor
    return editor


def enter(page: AppTest, edits: dict[int, dict[str, Any]]) -> None:
    """What the browser tells after cells were edited."""
    page.session_state[grid(page).key] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.success, page.warning, page.info, page.header)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_an_empty_record_says_what_to_do(dashboard: Visit) -> None:
    page = opened(dashboard)
    assert "No deals yet" in words(page)
    assert not page.data_editor


def test_the_grid_shows_typed_values_and_leaves_the_undiscussed_empty(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    table = grid(opened(dashboard)).value
    assert table["deal_amount"].iloc[0] == 4500
    assert table["deposit_amount"].isna().all()
    assert list(table["objections"].iloc[0]) == ["Price", "Spouse or family must decide"]


def test_an_edited_amount_is_saved_marked_and_found_again(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("other", client_name="Ann Lee", meeting_date="2026-01-01"))
    page = opened(dashboard)
    enter(page, {0: {"deal_amount": 5200, "deal_stage": "Won"}})
    page.button(key="deals_save").click().run()
    assert not page.exception
    assert "Saved 2 changes." in words(page)
    assert "not saved yet" not in words(page)
    assert list(grid(page).value["edited"].iloc[0]) == ["Stage", "Deal amount"]
    assert grid(opened(dashboard)).value["deal_amount"].iloc[0] == 5200
    assert deals.get(database, "other").version == 1


def test_a_deal_changed_elsewhere_is_told_of_and_saved_on_the_second_try(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard)
    deals.save(database, [Change(deals.get(database, "call-petra"), {"deal_amount": 6000})], "bea")
    enter(page, {0: {"deal_amount": 5500}})
    page.button(key="deals_save").click().run()
    (warning,) = page.warning
    for said in ("Deal amount", "Petra Holm", "6\\,000", "5\\,500"):
        assert said in warning.value
    assert deals.get(database, "call-petra").values["deal_amount"] == 6000
    enter(page, {0: {"deal_amount": 5500}})  # a browser keeps them in their cells by itself
    page.button(key="deals_save").click().run()
    assert "Saved 1 change." in words(page)
    assert deals.get(database, "call-petra").values["deal_amount"] == 5500


def test_edits_on_rows_that_were_left_are_kept_and_can_be_saved(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("other", client_name="Ann Lee"))
    page = opened(dashboard)
    enter(page, {0: {"deal_amount": 5500}})
    page.text_input(key="deals_q").set_value("Ann").run()
    assert "1 change of the rows you left is not saved yet." in words(page)
    assert deals.get(database, "call-petra").values["deal_amount"] == 4500
    page.button(key="deals_save_left").click().run()
    assert deals.get(database, "call-petra").values["deal_amount"] == 5500
    assert "not saved yet" not in words(page)


def test_left_edits_that_clash_are_kept_until_they_are_saved_again(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("other", client_name="Ann Lee"))
    page = opened(dashboard)
    enter(page, {0: {"deal_amount": 5500}})
    page.text_input(key="deals_q").set_value("Ann").run()
    deals.save(database, [Change(deals.get(database, "call-petra"), {"deal_amount": 6000})], "bea")
    page.button(key="deals_save_left").click().run()
    assert "6\\,000" in words(page)
    assert deals.get(database, "call-petra").values["deal_amount"] == 6000
    page.button(key="deals_save_left").click().run()
    assert deals.get(database, "call-petra").values["deal_amount"] == 5500
    assert "not saved yet" not in words(page)


def test_edits_on_rows_that_were_left_can_be_thrown_away(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("other", client_name="Ann Lee"))
    page = opened(dashboard)
    enter(page, {0: {"deal_amount": 5500}})
    page.multiselect(key="deals_outcome").set_value(["Follow-up Scheduled"]).run()
    page.button(key="deals_drop_left").click().run()
    assert "not saved yet" not in words(page)
    assert deals.get(database, "call-petra").values["deal_amount"] == 4500


def test_a_value_that_does_not_fit_is_refused_with_its_fields_name(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard)
    enter(page, {0: {"client_email": "at home"}})
    page.button(key="deals_save").click().run()
    assert "mail" in page.warning[0].value
    assert deals.get(database, "call-petra").values["client_email"] == "petra@holm.example"


def test_filters_of_the_address_hold(database: Database, dashboard: Visit) -> None:
    store(
        database, petra(), deal("a", client_name="Ann", deal_stage="Won", deal_amount=9000, meeting_date="2026-05-01")
    )
    page = opened(dashboard, deals_stage="Won", deals_min="5000", deals_from="2026-04-01")
    assert list(grid(page).value.index) == ["a"]
    assert "Date and value (2)" in [popover.proto.popover.label for popover in page.get("popover")]


def test_filters_that_leave_nothing_can_be_cleared(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard, deals_q="nobody", deals_from="2026-04-01")
    assert not page.data_editor
    page.button(key="deals_clear").click().run()
    assert list(grid(page).value.index) == ["call-petra"]


def test_fifty_rows_stand_on_a_page_and_a_new_filter_begins_on_the_first(database: Database, dashboard: Visit) -> None:
    store(database, *(deal(f"c{n:03}", client_name=f"Client {n:03}", deal_stage="New") for n in range(120)))
    page = opened(dashboard, deals_page="3", deals_sort="Client")
    assert len(grid(page).value) == 20
    page.multiselect(key="deals_stage").set_value(["New"]).run()
    assert len(grid(page).value) == 50
    assert grid(page).value["client_name"].iloc[0] == "Client 000"


def test_totals_say_how_they_count(database: Database, dashboard: Visit) -> None:
    store(
        database,
        deal("a1", client_email="ann@x.example", deal_amount=1000, meeting_date="2026-01-05"),
        deal("a2", client_email="ann@x.example", deal_amount=3000, meeting_date="2026-02-05"),
        deal("b", client_name="Bo"),
    )
    page = opened(dashboard)
    assert {metric.label: metric.value for metric in page.metric}["Deal amounts"] == "$3,000"
    assert {metric.label: metric.value for metric in page.metric}["Deposits"] == "–"
    assert "latest deal of each of 2 clients is counted once" in words(page)
    assert "deal amount not discussed in 1" in words(page)


def test_rows_of_any_shape_are_drawn(database: Database, dashboard: Visit) -> None:
    odd = {"deal_amount": "about 5k", "deal_stage": 7, "next_steps": "call", "children_count": {}, "objections": 3}
    store(database, {"external_id": "a/b?c&d=é", "crm_data": odd}, {"external_id": "bare"})
    page = opened(dashboard)
    assert len(grid(page).value) == 2
    assert "calls?call=a%2Fb%3Fc%26d%3D%C3%A9" in set(grid(page).value["open"])


def test_every_field_is_in_some_view() -> None:
    full = Deal("c1", 1, {}, {}, (), ("Colour: red",), ("deal_stage",), None, None)
    shown = {name for view in deal_grid.VIEWS for name in deal_grid.order(view, [full])}
    assert set(deal_grid.frame([]).columns) == shown


def test_columns_about_edits_and_odd_values_are_there_only_where_there_are_some() -> None:
    plain = Deal("c1", 1, {}, {}, (), (), (), None, None)
    assert {"edited", "other"}.isdisjoint(deal_grid.order("Everything", [plain]))


def test_a_grid_of_nothing_keeps_its_types(database: Database) -> None:
    assert str(deal_grid.frame([])["children_count"].dtype) == "Int64"
    assert deals.search(database, DealFilter()).deals == ()
