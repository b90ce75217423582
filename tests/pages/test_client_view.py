"""A client's running page: facts, the map's nodes, questions for the next call, and where two calls disagree."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from db.engine import Database
from pages.parts.client_map import drawn
from services import client_page, clients
from services.client_map import nodes
from tests.example_rows import fact, store
from tests.pages.conftest import open_at
from tests.pages.test_clients_page import press, words
from tests.test_client_page import FIRST, KIDS, SECOND, said

Visit = Callable[[], AppTest]


def two_calls(database: Database) -> int:
    store(database, FIRST, SECOND)
    return clients.household_of(database, "one").id


def opened(dashboard: Visit, client: int) -> AppTest:
    return open_at(dashboard, "clients", client=str(client))


def told(page: AppTest) -> str:
    return words(page) + "\n".join(str(each.value) for each in page.subheader)


def map_nodes(database: Database, client: int) -> dict[str, tuple[str, str, str, bool]]:
    found = nodes(client_page.get(database, clients.get(database, client)))
    return {node.id: (node.label, node.words, node.kind, node.disagrees) for node in found}


def test_the_page_tells_every_fact_with_the_day_it_was_said(dashboard: Visit, database: Database) -> None:
    page = opened(dashboard, two_calls(database))
    assert "**$900,000** :green-badge[verified]" in words(page)
    assert "said on Jul 15, 2026 in Meeting two" in words(page)
    assert "“It is worth 900000 dollars.”" in words(page)
    assert "Turn 2" in "".join(each.proto.label for each in page.get("page_link"))


def test_two_calls_that_disagree_stand_on_a_card_and_are_settled_there(dashboard: Visit, database: Database) -> None:
    client = two_calls(database)
    page = opened(dashboard, client)
    assert "Two calls disagree" in told(page)
    assert "“We have 2 kids.”" in words(page)
    assert "“We have 3 kids.”" in words(page)
    assert "Until somebody answers, 3 stands." in words(page)
    page.text_input(key=f"client_note_{KIDS}").input("a baby in May")
    page = press(page, f"client_changed_{KIDS}")
    assert "Children is 3: changed." in words(page)
    assert "Two calls disagree" not in told(page)
    assert "3 (Jul 15, 2026) stands, not 2 (Mar 4, 2026)" in words(page)
    assert "a baby in May" in words(page)
    again = opened(dashboard, client)
    assert "Settled disagreements" in words(again)
    [kept] = client_page.get(database, clients.get(database, client)).settled
    again = press(again, f"client_undo_{kept.id}")
    assert "the two calls disagree again" in words(again)
    assert "Two calls disagree" in told(again)


def test_an_answer_that_came_too_late_is_told(dashboard: Visit, database: Database) -> None:
    page = opened(dashboard, two_calls(database))
    store(database, said("two", "2026-07-15", 7, 900_000))
    page = press(page, f"client_corrected_{KIDS}")
    assert "nothing was decided" in words(page)
    assert "**7**" in words(page)


def test_open_questions_are_listed_set_aside_and_asked_again(dashboard: Visit, database: Database) -> None:
    page = opened(dashboard, two_calls(database))
    assert "What is the best number to reach you?" in words(page)
    page = press(page, "client_aside_client_phone")
    page.text_input(key="client_aside_why_client_phone").input("she writes")
    page = press(page, "client_aside_save_client_phone")
    assert "Phone is not asked any more." in words(page)
    assert "tester, just now: she writes" in words(page)
    assert "client_aside_client_phone" not in {each.key for each in page.button}
    page = press(page, "client_ask_client_phone")
    assert "client_aside_client_phone" in {each.key for each in page.button}


def test_filled_nodes_were_said_hollow_ones_are_the_questions(database: Database) -> None:
    client = two_calls(database)
    found = map_nodes(database, client)
    assert found["estate_value"] == ("Estate value", "$900,000", "said", False)
    assert found[f"{KIDS}-0"] == ("Child 1", "of 3", "said", True)
    hollow = [name for name, (_, _, kind, _) in found.items() if kind == "hollow"]
    page = client_page.get(database, clients.get(database, client))
    assert sorted(hollow) == sorted(each.field for each in page.questions)


def test_every_property_business_and_child_is_a_node_and_many_are_counted(database: Database) -> None:
    quote = "a house in Ohio and a condo in Florida"
    row = said("one", "2026-03-04", 9, real_estate_count=3, real_estate_locations=["OH", "FL"],
               business_interests=["Finch Bakery LLC", "<b>Finch</b> Mill"])  # fmt: skip
    row["extracted_data"]["facts"] |= {
        "real_estate_count": fact(3, 0, quote, "paraphrased"),
        "real_estate_locations": fact(["OH", "FL"], 0, quote),
        "business_interests": fact(row["crm_data"]["business_interests"], 0, quote, "paraphrased"),
        "client_state": fact("TX", state="unsupported"),
    }
    store(database, row)
    found = map_nodes(database, clients.household_of(database, "one").id)
    assert found["real_estate_locations-1"][:2] == ("Property", "in FL")
    assert found["real_estate_count"][:2] == ("Properties", "3 properties")
    assert found["real_estate_count-0"][:2] == ("Property", "place not said")
    assert found["business_interests-1"][:2] == ("Business", "<b>Finch</b> Mill")
    assert found[f"{KIDS}-5"][0] == "Child 6"
    assert found[f"{KIDS}-more"][:2] == ("Children", "and 3 more")
    assert found["client_state"] == ("State", "no words stand for it", "claimed", False)


def test_the_browser_is_told_plain_values_in_groups_on_two_sides(database: Database) -> None:
    client = two_calls(database)
    page = client_page.get(database, clients.get(database, client))
    told: dict[str, Any] = drawn("Orla Finch", nodes(page), "estate_value", "panel")
    assert [(group["name"], group["side"]) for group in told["groups"]] == [
        ("People", "left"), ("Where they are", "left"), ("What they own", "right"),
    ]  # fmt: skip
    assert (told["hub"], told["chosen"], told["claimed"]) == ("Orla Finch", "estate_value", False)


def test_a_client_of_whom_nothing_is_known_has_every_question(dashboard: Visit, database: Database) -> None:
    store(database, {"external_id": "one", "filename": "one.txt", "crm_data": {}})
    page = opened(dashboard, clients.household_of(database, "one").id)
    assert "No call of this client has said any of the playbook's facts yet." in words(page)
    assert "9. What is the best number to reach you?" in words(page)


def test_words_of_calls_are_shown_as_they_are(dashboard: Visit, database: Database) -> None:
    row = said("one", "2026-03-04", spouse_name="**Jens** <b>", meeting_title="# Title [x](http://y.example)")
    row["extracted_data"]["facts"]["spouse_name"] = fact("**Jens** <b>", 0, "*We* have <i>")
    store(database, row)
    page = opened(dashboard, clients.household_of(database, "one").id)
    shown = "\n".join(each.value for each in (*page.markdown, *page.caption))
    assert r"\*\*Jens\*\* \<b\>" in shown
    assert r"\*We\* have \<i\>" in shown
    assert "[x](" not in shown
