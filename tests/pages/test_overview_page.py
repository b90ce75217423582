"""The pages of the overview and of the objections, as a visitor sees them."""

import json
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from db import runs
from db.engine import Database
from services import next_steps_due
from services.overview import FactFilter
from tests.called import call, store
from tests.pages.conftest import open_at

Visit = Callable[[], AppTest]


def told(page: AppTest) -> str:
    parts = [*page.markdown, *page.caption, *page.header, *page.info]
    return "\n".join(str(part.value) for part in parts).replace("\\", "")


def charts(page: AppTest) -> dict[str, Any]:
    """The charts that are drawn, by their titles."""
    specs = [json.loads(each.proto.spec) for each in page.get("plotly_chart")]
    return {spec["layout"]["title"]["text"]: spec for spec in specs}


def metrics(page: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in page.metric}


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def some(database: Database) -> None:
    store(
        database,
        call("a", "Ann", outcome="Won", amount=3000, objections={"Price": [2]}, handlings={"Price": "answered"}),
        call("b", "Ben", amount=9000, state="unsupported", adviser="Ida Roe", steps=[("send *it*", "2026-01-01")]),
    )


def test_an_empty_record_says_what_will_be_here(dashboard: Visit) -> None:
    assert "Nothing to look over yet" in told(open_at(dashboard, "overview"))
    assert "No objections yet" in told(open_at(dashboard, "objections"))


def test_every_figure_says_what_it_stands_on_and_leaves_out(dashboard: Visit, database: Database) -> None:
    some(database)
    page = open_at(dashboard, "overview")
    assert metrics(page) == {
        "Clients": "2",
        "Value of all deals": "$3,000",
        "Of that won": "$3,000",
        "Win rate": "100%",
        "First meeting to won": "Same day",
    }
    words = told(page)
    assert "n = 1 deal with a supported amount" in words
    assert "21% to 100%, n = 1 won or lost" in words
    assert "amounts that nothing supports, $9,000 together (1)" in words
    drawn = charts(page)
    assert list(drawn) == [
        "Deals by stage",
        "Value by stage",
        "Deals by outcome",
        "Value by outcome",
        "Funnel",
        "What the deals' values rest on",
    ]
    assert all("n = " in spec["layout"]["title"]["subtitle"]["text"] for spec in drawn.values())


def test_one_call_alone_looks_right(dashboard: Visit, database: Database) -> None:
    store(database, call("a"))
    assert len(charts(open_at(dashboard, "overview"))) == 6
    assert "no objection in any" in told(open_at(dashboard, "objections"))


def test_filters_live_in_the_address(dashboard: Visit, database: Database) -> None:
    some(database)
    page = open_at(dashboard, "overview", overview_adviser="Ida Roe")
    assert metrics(page)["Clients"] == "1"
    page = open_at(dashboard, "overview", overview_from="2027-01-01")
    assert "No call matches these filters" in told(page)
    button(page, "Clear all filters").click()
    assert metrics(page.run())["Clients"] == "2"


def test_what_needs_a_look_leads_there(dashboard: Visit, database: Database) -> None:
    some(database)
    page = open_at(dashboard, "overview")
    (link,) = [each.proto for each in page.get("page_link") if "nothing supports" in each.proto.label]
    assert "deals" in link.page
    assert link.query_string == "deals_marked=Unsupported"
    deals = open_at(dashboard, "deals", deals_marked="Unsupported")
    assert "Of 1 call" in told(deals)


def test_failed_runs_are_led_to_as_failed_ones(dashboard: Visit, database: Database) -> None:
    some(database)
    with database.session() as session:
        digest = runs.add_source(session, b"no call", actor="ann")
        runs.fail(session, runs.queue(session, digest, "odd.txt", {}, actor="ann"), "The file is odd.")
    page = open_at(dashboard, "overview")
    (link,) = [each.proto for each in page.get("page_link") if "1 failed run" in each.proto.label]
    assert link.page == "runs"
    assert link.query_string == "runs_show=failed"


def test_a_next_step_is_marked_as_done_and_opened_again(dashboard: Visit, database: Database) -> None:
    some(database)
    page = open_at(dashboard, "overview")
    assert "**We:** send *it*" in told(page)
    button(page, "Done").click()
    page.run()
    assert "Nothing is overdue." in told(page)
    assert next_steps_due.counts(database, FactFilter())["done"] == 1
    page.radio(key="overview_due").set_value("done").run()
    assert "Done, says tester" in told(page)
    button(page, "Open again").click()
    page.run()
    assert "No step was marked as done yet." in told(page)


def test_the_objections_are_drawn_with_their_words(dashboard: Visit, database: Database) -> None:
    some(database)
    page = open_at(dashboard, "objections")
    drawn = charts(page)
    assert list(drawn) == ["Which objections", "All objections by phase", "Won after each answer: all objections"]
    assert drawn["Which objections"]["layout"]["title"]["subtitle"]["text"] == "n = 1 call with an objection, of 2"
    assert "“Words of turn 2.”" in told(page)
    assert "Words of turn 3." in told(page)


def test_a_choice_beside_the_words_does_what_a_click_does(dashboard: Visit, database: Database) -> None:
    some(database)
    store(database, call("c", "Cy", objections={"Timing": [1]}))
    page = open_at(dashboard, "objections", objections_by="Adviser")
    page.selectbox(key="objections_name").set_value("Timing").run()
    assert "Timing by adviser" in charts(page)
    assert "Words of turn 1." in told(page)
    page.selectbox(key="objections_handling").set_value("evaded").run()
    assert "It was not raised there." in told(page)


def test_words_of_a_call_are_shown_as_they_are(dashboard: Visit, database: Database) -> None:
    row = call("a", "**A**<b>n", objections={"Price": [2]}, adviser="[x](https://x.example)")
    row["extracted_data"]["objections"][0]["evidence"][0]["quote"] = "<img src=x> $5 :red[x]"
    store(database, row)
    page = open_at(dashboard, "objections")
    assert not page.exception
    shown = "\n".join(str(part.value) for part in [*page.markdown, *page.caption])
    assert r"\<img src\=x\>" in shown
    assert r"\$5 \:red\[x\]" in shown
