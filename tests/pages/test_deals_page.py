"""The grid of deals as a person at the screen uses it."""

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from db.engine import Database
from pages.parts import deal_grid
from services import confirming, conflicts, deals, ledger, trust
from services.deals import Change, Deal, DealFilter
from tests.example_rows import by_two_minds, deal, petra, run_says, store
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """What the trust meter told another test is forgotten."""
    st.cache_data.clear()


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
    assert list(grid(page).value["marks"].iloc[0]) == ["✎ Stage", "✎ Deal amount"]
    assert grid(opened(dashboard)).value["deal_amount"].iloc[0] == 5200
    assert deals.get(database, "other").version == 1


def clashing(database: Database, dashboard: Visit, mine: dict[str, Any], theirs: dict[str, Any]) -> AppTest:
    """Two people have the grid open; the other saves first, and then this one."""
    store(database, petra())
    page, other = opened(dashboard), opened(dashboard)
    enter(other, {0: theirs})
    other.button(key="deals_save").click().run()
    assert "Saved 1 change." in words(other)
    enter(page, {0: mine})
    return page.button(key="deals_save").click().run()


def test_the_second_saver_sees_both_values_and_nothing_is_overwritten(database: Database, dashboard: Visit) -> None:
    page = clashing(database, dashboard, {"deal_amount": 5500, "outcome": "Won"}, {"deal_amount": 6000})
    told = words(page)
    assert "Saved 1 change." in told
    assert "1 value was changed elsewhere" in told
    for said in ("Deal amount", "Petra Holm", "**\\$6\\,000**", "**\\$5\\,500**", "it was \\$4\\,500"):
        assert said in told
    found = deals.get(database, "call-petra")
    assert (found.values["deal_amount"], found.values["outcome"]) == (6000, "Won")
    assert grid(page).value["deal_amount"].iloc[0] == 6000


def test_the_second_saver_may_keep_the_others_value(database: Database, dashboard: Visit) -> None:
    page = clashing(database, dashboard, {"deal_amount": 5500}, {"deal_amount": 6000})
    page.button(key="deals_keep_0").click().run()
    assert "changed elsewhere" not in words(page)
    assert deals.get(database, "call-petra").values["deal_amount"] == 6000
    page.button(key="deals_save").click().run()
    assert deals.get(database, "call-petra").values["deal_amount"] == 6000


def test_the_second_saver_may_write_theirs_over_it_with_the_reason_given(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard)
    deals.save(database, [Change(deals.get(database, "call-petra"), {"deal_amount": 6000})], "bea")
    page.text_input(key="deals_why").set_value("As the contract has it")
    enter(page, {0: {"deal_amount": 5500}})
    page.button(key="deals_save").click().run()
    assert "by bea" in words(page)
    page.button(key="deals_write_0").click().run()
    assert "Saved 1 change." in words(page)
    assert "changed elsewhere" not in words(page)
    assert grid(page).value["deal_amount"].iloc[0] == 5500
    event = ledger.events(database, "call-petra", "crm_data.deal_amount")[0]
    assert (event.after, event.why) == ("$5,500", "As the contract has it")


def test_a_value_written_while_one_decides_is_asked_about_again(database: Database, dashboard: Visit) -> None:
    page = clashing(database, dashboard, {"deal_amount": 5500}, {"deal_amount": 6000})
    deals.save(database, [Change(deals.get(database, "call-petra"), {"deal_amount": 7000})], "cy")
    page.button(key="deals_write_0").click().run()
    assert "**\\$7\\,000**" in words(page)
    assert deals.get(database, "call-petra").values["deal_amount"] == 7000
    page.button(key="deals_write_0").click().run()
    assert deals.get(database, "call-petra").values["deal_amount"] == 5500


def test_several_values_of_others_are_decided_at_once(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard)
    theirs = {"deal_amount": 6000, "outcome": "Lost"}
    deals.save(database, [Change(deals.get(database, "call-petra"), theirs)], "bea")
    enter(page, {0: {"deal_amount": 5500, "outcome": "Won"}})
    page.button(key="deals_save").click().run()
    assert "2 values were changed elsewhere" in words(page)
    page.button(key="deals_write_all").click().run()
    assert deals.get(database, "call-petra").values["outcome"] == "Won"
    assert "changed elsewhere" not in words(page)


def test_a_value_that_does_not_fit_is_kept_beside_one_to_decide_on(database: Database, dashboard: Visit) -> None:
    page = clashing(database, dashboard, {"deal_amount": 5500, "client_email": "at home"}, {"deal_amount": 6000})
    told = words(page)
    assert "E\\-mail → at home" in told
    assert "1 value was changed elsewhere" in told
    page.button(key="deals_keep_0").click().run()
    page.button(key="deals_drop_left").click().run()
    assert deals.get(database, "call-petra").values["client_email"] == "petra@holm.example"


def test_the_reason_of_a_save_goes_into_the_history(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard)
    page.text_input(key="deals_why").set_value("She called *again*")
    enter(page, {0: {"deal_amount": 5200}})
    page.button(key="deals_save").click().run()
    assert ledger.events(database, "call-petra", "crm_data.deal_amount")[0].why == "She called *again*"
    assert not page.text_input(key="deals_why").value


def test_marks_tell_apart_what_was_edited_confirmed_and_contradicted(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("plain"))
    seen = deals.get(database, "call-petra")
    deals.save(database, [Change(seen, {"deal_amount": 5200, "outcome": "Won"})], "ann")
    confirming.confirm(database, "call-petra", seen.version + 1, ["crm_data.deal_stage"], "ann")
    run_says(database, petra(deal_amount=4000), run_id="later")
    page = opened(dashboard)
    marks = grid(page).value["marks"]
    assert list(marks.loc["call-petra"]) == ["⚠ Deal amount", "✎ Outcome", "✓ Stage"]
    assert marks.isna().loc["plain"]
    assert "a later run contradicts a person" in words(page)


def test_a_conflict_of_the_email_is_marked_too(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    confirming.confirm(database, "call-petra", 1, ["email_draft.subject"], "ann")
    run_says(database, {**petra(), "email_draft": "Subject: Other\n\nDear Petra"}, run_id="later")
    page = opened(dashboard, deals_marked="In conflict")
    assert list(grid(page).value["marks"].iloc[0]) == ["⚠ E-mail subject"]


def test_where_two_minds_disagree_is_marked_found_and_shown_with_both_values(
    database: Database, dashboard: Visit
) -> None:
    store(database, by_two_minds(), deal("plain", deal_amount=1))
    page = opened(dashboard)
    assert list(grid(page).value["marks"].loc["call-petra"]) == ["≠ Deal amount"]
    assert "minds disagree" in words(page)
    page = opened(dashboard, deals_marked="Minds disagree")
    assert list(grid(page).value.index) == ["call-petra"]
    page.session_state["deals_minds"] = True
    page.run()
    said = words(page).replace("\\", "")
    assert "Language model gpt-x says **$3,500**" in said
    assert "Builtin analyst 1 says $4,500, which stands" in said
    assert "“more than I expected”" in said


def test_without_a_disagreement_nothing_is_said_of_minds(database: Database, dashboard: Visit) -> None:
    store(database, by_two_minds(beside={}))
    page = opened(dashboard)
    assert grid(page).value["marks"].isna().all()
    assert "minds" not in words(page)


def test_what_is_not_trusted_is_marked_until_somebody_spoke_of_it(database: Database, dashboard: Visit) -> None:
    store(
        database, petra(), deal("other", client_name="Ann Lee", deal_amount=100, meeting_date="2026-01-01"), deal("c")
    )
    deals.save(database, [Change(deals.get(database, "call-petra"), {"deal_amount": 5200})], "ann")
    assert list(grid(opened(dashboard)).value["marks"].isna()) == [False, True, True]
    trust.set_threshold(database, "crm_data.deal_amount", 0.9, "ann")
    st.cache_data.clear()
    page = opened(dashboard)
    marks = grid(page).value["marks"]
    assert list(marks.loc["other"]) == ["? Deal amount"]
    assert list(marks.loc["call-petra"]) == ["✎ Deal amount"]
    assert marks.isna().loc["c"]
    assert "needs a look" in words(page)


def test_a_columns_help_says_how_often_people_found_it_right(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    confirming.confirm(database, "call-petra", 1, ["crm_data.deal_amount"], "ann")
    page = opened(dashboard)
    assert "People found 100% of 1 value right" in grid(page).proto.columns


def test_the_filter_of_marks_holds_in_the_address(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("plain"))
    confirming.confirm(database, "call-petra", 1, ["crm_data.deal_amount"], "ann")
    assert list(grid(opened(dashboard, deals_marked="Edited or confirmed")).value.index) == ["call-petra"]
    assert list(grid(opened(dashboard, deals_marked="Untouched")).value.index) == ["plain"]
    page = opened(dashboard, deals_marked="In conflict")
    assert not page.data_editor
    page.button(key="deals_clear").click().run()
    assert len(grid(page).value) == 2


def test_chosen_fields_of_a_filter_are_confirmed_and_counted(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("won", deal_stage="Won", deal_amount=900, outcome="Won"))
    page = opened(dashboard, deals_stage="Won")
    page.multiselect(key="confirm_fields").set_value(["deal_amount", "deposit_amount", "deal_stage"]).run()
    assert page.button(key="confirm_go").label == "Confirm in 1 call"
    page.button(key="confirm_go").click().run()
    assert "Confirmed 2 values of 1 call\\." in words(page)
    assert deals.get(database, "won").confirmed == ("deal_stage", "deal_amount")
    assert deals.get(database, "call-petra").confirmed == ()
    page.button(key="confirm_go").click().run()
    assert "Confirmed" not in words(page)


def test_more_than_fifty_calls_are_confirmed_only_after_a_yes(database: Database, dashboard: Visit) -> None:
    store(database, *(deal(f"c{number}", deal_stage="New") for number in range(51)))
    page = opened(dashboard)
    assert page.button(key="confirm_go").disabled
    (sure,) = page.checkbox
    sure.check().run()
    page.button(key="confirm_go").click().run()
    assert "Confirmed 51 values of 51 calls\\." in words(page)
    assert page.button(key="confirm_go").disabled


def test_edits_that_wait_in_the_grid_are_said_not_to_be_confirmed(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard)
    assert "are not confirmed" not in words(page)
    enter(page, {0: {"deal_amount": 5200}})
    page.multiselect(key="confirm_fields").set_value(["deal_amount"]).run()
    assert "are not confirmed" in words(page)
    page.button(key="confirm_go").click().run()
    assert deals.get(database, "call-petra").values["deal_amount"] == 4500
    page.button(key="deals_save").click().run()
    assert deals.get(database, "call-petra").values["deal_amount"] == 5200


def test_a_conflict_that_is_settled_is_not_marked_any_more(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    deals.save(database, [Change(deals.get(database, "call-petra"), {"deal_amount": 5200})], "ann")
    run_says(database, petra(deal_amount=4000), run_id="later")
    (conflict,) = conflicts.of_call(database, "call-petra")
    conflicts.settle(database, conflict, "keep", "ann")
    assert list(grid(opened(dashboard)).value["marks"].iloc[0]) == ["✓ Deal amount"]


def test_edits_on_rows_that_were_left_are_kept_and_can_be_saved(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("other", client_name="Ann Lee"))
    page = opened(dashboard)
    enter(page, {0: {"deal_amount": 5500}})
    page.text_input(key="deals_q").set_value("Ann").run()
    assert "1 change is kept here and not saved yet." in words(page)
    assert deals.get(database, "call-petra").values["deal_amount"] == 4500
    page.button(key="deals_save_left").click().run()
    assert deals.get(database, "call-petra").values["deal_amount"] == 5500
    assert "not saved yet" not in words(page)


def test_left_edits_that_clash_are_decided_like_others(database: Database, dashboard: Visit) -> None:
    store(database, petra(), deal("other", client_name="Ann Lee"))
    page = opened(dashboard)
    enter(page, {0: {"deal_amount": 5500}})
    page.text_input(key="deals_q").set_value("Ann").run()
    deals.save(database, [Change(deals.get(database, "call-petra"), {"deal_amount": 6000})], "bea")
    page.button(key="deals_save_left").click().run()
    assert "**\\$6\\,000**" in words(page)
    assert "not saved yet" not in words(page)
    assert deals.get(database, "call-petra").values["deal_amount"] == 6000
    page.button(key="deals_write_0").click().run()
    assert deals.get(database, "call-petra").values["deal_amount"] == 5500


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


def test_columns_about_marks_and_odd_values_are_there_only_where_there_are_some() -> None:
    plain = Deal("c1", 1, {}, {}, (), (), (), None, None)
    assert {"marks", "other"}.isdisjoint(deal_grid.order("Everything", [plain]))


def test_a_grid_of_nothing_keeps_its_types(database: Database) -> None:
    assert str(deal_grid.frame([])["children_count"].dtype) == "Int64"
    assert deals.search(database, DealFilter()).deals == ()
