"""The history on a call's page: who said what, when and why; and earlier values put back."""

import re

from streamlit.testing.v1 import AppTest

from db import edits
from db.engine import Database
from pages.parts.text import tab_labels
from services import deals, ledger
from tests.example_rows import petra, run_says, store
from tests.pages.test_calls_page import Visit, opened, words
from tests.pages.test_crm_lines import correct

HISTORY = tab_labels(["History"])[0]


def looked_back(dashboard: Visit, external_id: str = "call-petra") -> AppTest:
    """The page of a call with its history open."""
    page = opened(dashboard, call=external_id)
    page.session_state["calls_tab"] = HISTORY
    page.run()
    assert not page.exception
    return page


def test_the_history_is_read_only_when_it_is_looked_at(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = opened(dashboard, call="call-petra")
    assert not [box for box in page.selectbox if box.label == "Field"]
    assert [box for box in looked_back(dashboard).selectbox if box.label == "Field"]


def test_a_first_run_is_one_line_that_unfolds(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    page = looked_back(dashboard)
    assert re.search(r"\*\*Builtin analyst 1\*\* said [0-9]+ values", words(page))
    (folded,) = [block for block in page.expander if block.label == "Show the values"]
    assert not list(folded.markdown)
    page.session_state[moment_key(database)] = True
    page.run()
    (folded,) = [block for block in page.expander if block.label == "Show the values"]
    told = "\n".join(element.value for element in (*folded.markdown, *folded.caption)).replace("\\", "")
    assert "**$4,500** :green-badge[verified]" in told
    assert "“forty-five hundred dollars”" in told
    assert "Not discussed: " in told


def moment_key(database: Database) -> str:
    """The key of what unfolds the first run."""
    return f"moment_{ledger.moments(database, 'call-petra')[-1].events[0].id}"


def test_the_history_tells_who_said_what_when_and_why(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    with database.session() as session:
        edits.edit_crm(session, "call-petra", None, {"deal_amount": 5200}, actor="ann", reason="She called back.")
        edits.confirm(session, "call-petra", None, ["crm_data.spouse_name"], actor="ben")
    run_says(database, petra(deal_amount=3995), run_id="run-2")
    said = words(looked_back(dashboard))
    assert "**ann** :violet-badge[edited]" in said
    assert ":gray[Deal amount]  \n~~$4,500~~ → **$5,200**" in said
    assert "Why: She called back." in said
    assert "**ben** :green-badge[confirmed]" in said
    assert "$3,995 :green-badge[verified] :gray[($5,200 stays)]" in said


def test_the_history_of_one_field_is_reached_from_its_line(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    correct(database, deal_amount=5200, deal_stage="Won")
    page = opened(dashboard, call="call-petra")
    page.button(key="history_deal_amount").click().run()
    assert page.selectbox(key="history_field").value == "crm_data.deal_amount"
    told = [element.value for element in page.markdown if "~~" in element.value]
    assert told == [":gray[Deal amount]  \n~~\\$4\\,500~~ → **\\$5\\,200**"]


def test_an_earlier_value_is_put_back_and_stands(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    correct(database, deal_amount=5200)
    correct(database, deal_amount=6100)
    page = looked_back(dashboard)
    page.selectbox(key="history_field").set_value("crm_data.deal_amount").run()
    earlier = next(event for event in ledger.events(database, "call-petra") if event.said == "$5,200")
    offered = [button.key for button in page.button if button.label == "Put back"]
    assert f"put_back_{earlier.id}" in offered
    assert len(offered) == 2  # not what stands now
    page.button(key=f"put_back_{earlier.id}").click().run()
    assert "Deal amount is $5,200 again." in words(page)
    assert deals.get(database, "call-petra").values["deal_amount"] == 5200
    run_says(database, petra(deal_amount=1), run_id="run-2")
    assert deals.get(database, "call-petra").values["deal_amount"] == 5200


def test_a_long_history_comes_in_pages(database: Database, dashboard: Visit) -> None:
    store(database, petra())
    for amount in range(1, 20):
        correct(database, deal_amount=amount)
    page = looked_back(dashboard)
    assert words(page).count("**ann**") == 15
    page.session_state["history_page"] = 2
    page.run()
    assert words(page).count("**ann**") == 4
