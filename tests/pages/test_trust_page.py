import json
from collections.abc import Callable
from typing import Any

from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from db import edits
from db.engine import Database
from services import trust
from tests.example_rows import deal, store
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]
AMOUNT = "crm_data.deal_amount"


def opened(dashboard: Visit) -> AppTest:
    page = dashboard()
    page.switch_page(str(ROOT / "pages" / "trust.py"))
    return page.run()


def told(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.header, *page.success, *page.warning, *page.error]
    return "\n".join(str(part.value) for part in parts).replace("\\", "")


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return page.run()


def answered(database: Database, confirmed: int, changed: int = 0) -> None:
    """So many amounts of the builtin analyst that people confirmed, and that they changed."""
    calls = [f"call-{number:03}" for number in range(confirmed + changed)]
    store(database, *[deal(call, deal_amount=4500) for call in calls])
    with database.session() as session:
        for call in calls[:confirmed]:
            edits.confirm(session, call, None, [AMOUNT], actor="ines")
        for call in calls[confirmed:]:
            edits.edit_crm(session, call, None, {"deal_amount": 5000}, actor="ines")


def row(page: AppTest) -> dict[str, Any]:
    return dict(page.dataframe[0].value.iloc[0])


def enter(page: AppTest, percent: int | None, at: int = 0) -> AppTest:
    """Writes a threshold into the table, without saving it."""
    key = page.session_state["trust_sheet"][0]
    page.session_state[key] = {"edited_rows": {at: {"least": percent}}, "added_rows": [], "deleted_rows": []}
    return page


def test_an_empty_record_says_what_will_be_here(dashboard: Visit) -> None:
    page = opened(dashboard)
    assert not page.exception
    assert "Nothing to judge yet" in told(page)


def test_values_that_nobody_touched_are_no_evidence(dashboard: Visit, database: Database) -> None:
    store(database, deal("one", deal_amount=4500))
    page = opened(dashboard)
    assert not page.exception
    assert "Nobody looked at a value yet" in told(page)
    assert "Correct or confirm values in Deals" in told(page)


def test_a_field_is_told_with_its_answers_and_its_interval(dashboard: Visit, database: Database) -> None:
    answered(database, confirmed=8, changed=2)
    page = opened(dashboard)
    assert not page.exception
    told_of = row(page)
    assert (told_of["field"], told_of["n"], told_of["confirmed"], told_of["changed"]) == ("Deal amount", 10, 8, 2)
    assert told_of["rate"] == 80
    assert told_of["range"] == "49% to 94%"
    assert "a value that nobody touched is no evidence" in told(page)


def test_the_interval_is_drawn(dashboard: Visit, database: Database) -> None:
    answered(database, confirmed=8, changed=2)
    chart = opened(dashboard).get("vega_lite_chart")[0].proto
    layers = json.loads(chart.spec)["layer"]
    line, dot = layers[0], layers[-1]
    assert (line["encoding"]["x"]["field"], line["encoding"]["x2"]["field"]) == ("low", "high")
    assert dot["encoding"]["x"]["field"] == "rate"
    drawn = convert_arrow_bytes_to_pandas_df(chart.data.data or chart.datasets[0].data.data)
    assert [round(drawn[name][0], 2) for name in ("low", "rate", "high")] == [0.49, 0.8, 0.94]


def test_few_answers_look_uncertain_and_not_bad(dashboard: Visit, database: Database) -> None:
    answered(database, confirmed=0, changed=1)
    assert row(opened(dashboard))["verdict"] == "Too few answers to say"


def test_a_threshold_is_saved_and_marks_what_is_not_sure_enough(dashboard: Visit, database: Database) -> None:
    answered(database, confirmed=8, changed=2)
    page = press(enter(opened(dashboard), 90), "Save thresholds")
    assert trust.thresholds(database) == {AMOUNT: 0.9}
    assert "Saved 1 threshold." in told(page)
    assert row(page)["verdict"] == "Needs a look: not sure enough yet"


def test_a_field_that_is_surely_below_its_threshold_is_told_apart(dashboard: Visit, database: Database) -> None:
    answered(database, confirmed=2, changed=18)
    trust.set_threshold(database, AMOUNT, 0.9, "ines")
    assert row(opened(dashboard))["verdict"] == "Needs a look: wrong too often"


def test_a_field_above_its_threshold_is_trusted(dashboard: Visit, database: Database) -> None:
    answered(database, confirmed=30)
    trust.set_threshold(database, AMOUNT, 0.8, "ines")
    assert row(opened(dashboard))["verdict"] == "Trusted"


def test_an_emptied_threshold_is_taken_away(dashboard: Visit, database: Database) -> None:
    answered(database, confirmed=8)
    trust.set_threshold(database, AMOUNT, 0.8, "ines")
    press(enter(opened(dashboard), None), "Save thresholds")
    assert trust.thresholds(database) == {}


def test_a_threshold_that_somebody_else_set_meanwhile_stands_and_is_told(dashboard: Visit, database: Database) -> None:
    answered(database, confirmed=8)
    page = enter(opened(dashboard), 90)
    trust.set_threshold(database, AMOUNT, 0.5, "omar")
    page = press(page, "Save thresholds")
    assert trust.thresholds(database) == {AMOUNT: 0.5}
    assert "Deal amount (yours was 90%)" in told(page)
    assert row(page)["least"] == 50


def test_saving_without_an_edit_writes_nothing(dashboard: Visit, database: Database) -> None:
    answered(database, confirmed=8)
    page = press(opened(dashboard), "Save thresholds")
    assert "Nothing to save." in told(page)
    assert trust.thresholds(database) == {}
