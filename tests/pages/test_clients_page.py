"""The clients' page: the list, one household, merging, setting apart, undoing."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from db.engine import Database
from services import clients
from tests.example_rows import deal, store
from tests.pages.conftest import open_at

Visit = Callable[[], AppTest]


def opened(dashboard: Visit, **address: Any) -> AppTest:
    return open_at(dashboard, "clients", **address)


def words(page: AppTest) -> str:
    kinds = (page.title, page.header, page.markdown, page.caption, page.success, page.error, page.info)
    return "\n".join(str(each.value) for kind in kinds for each in kind).replace("\\", "").replace(":gray[]", "")


def links(page: AppTest) -> list[str]:
    return [each.proto.label.replace("\\", "") for each in page.get("page_link")]


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click()
    return page.run()


def household(database: Database, external_id: str) -> int:
    return clients.household_of(database, external_id).id


def lees(database: Database) -> None:
    """Bob Lee with his e-mail, twice under another name with the same phone, and Cy Poe."""
    store(
        database,
        deal("mail", client_name="Bob Lee", client_email="bob@lee.example", client_phone="614-555-0101",
             meeting_date="2026-03-04", outcome="Won"),
        deal("one", client_name="Robert Lee", client_phone="(614) 555 0101", meeting_date="2026-03-01"),
        deal("two", client_name="Robert Lee", client_phone="(614) 555 0101", meeting_date="2026-03-02"),
        deal("cy", client_name="Cy *Poe*"),
    )  # fmt: skip


def test_an_empty_record_says_what_will_be_here(dashboard: Visit) -> None:
    page = opened(dashboard)
    assert "No clients yet" in words(page)


def test_every_household_is_listed_once_with_what_is_known(dashboard: Visit, database: Database) -> None:
    lees(database)
    page = opened(dashboard)
    assert [label for label in links(page) if "**" in label] == ["**Bob Lee**", "**Robert Lee**", "**Cy *Poe***"]
    assert "3 clients" in words(page)
    assert "2 calls · Mar 2, 2026" in words(page)
    assert "bob@lee.example" in words(page)


def test_a_search_that_finds_nobody_can_be_cleared(dashboard: Visit, database: Database) -> None:
    lees(database)
    page = opened(dashboard, clients_q="nobody")
    assert "No client matches this search." in words(page)
    assert "3 clients" in words(press(page, "clients_clear"))


def test_many_clients_come_in_pages(dashboard: Visit, database: Database) -> None:
    store(database, *(deal(f"c{number:02}", client_name=f"Client {number:02}") for number in range(25)))
    assert "25 clients" in words(opened(dashboard))
    second = opened(dashboard, clients_page="2")
    assert len([label for label in links(second) if "**" in label]) == 5
    assert "25 clients" in words(opened(dashboard, clients_page="9"))


def test_a_client_shows_its_calls_with_links_and_why_they_are_its(dashboard: Visit, database: Database) -> None:
    lees(database)
    page = opened(dashboard, client=str(household(database, "one")))
    assert page.title[0].value == "Robert Lee"
    assert "**Mar 2, 2026** · Robert Lee" in links(page)
    assert "known by name, state and spouse" in words(page)


def test_a_suggestion_tells_its_reason_and_merges(dashboard: Visit, database: Database) -> None:
    lees(database)
    mail, one = household(database, "mail"), household(database, "one")
    page = opened(dashboard, client=str(one))
    assert "the same phone number, ending in 0101" in words(page)
    page = press(page, f"clients_merge_{one}_{mail}")
    assert "Bob Lee is one client with 3 calls now" in words(page)
    assert page.title[0].value == "Bob Lee"
    assert "Merged two clients" in words(page)
    assert "phone number" in words(page)
    assert clients.decisions(database, mail)[0].actor == "tester"


def test_a_merge_is_undone_from_the_page(dashboard: Visit, database: Database) -> None:
    lees(database)
    merged = clients.merge(database, household(database, "mail"), household(database, "one"), "ann", "one family")
    page = opened(dashboard, client=str(merged.id))
    assert "one family" in words(page)
    decision = clients.decisions(database, merged.id)[0].id
    page = press(page, f"clients_undo_{decision}")
    assert "The decision is undone." in words(page)
    assert "Undone by tester" in words(page)
    assert len(clients.listing(database).households) == 3


def test_ticked_calls_are_set_apart(dashboard: Visit, database: Database) -> None:
    lees(database)
    page = opened(dashboard, client=str(household(database, "one")))
    assert page.button(key="clients_split").disabled
    page.checkbox[0].check()
    page = page.run()
    page.text_input(key="clients_split_why").input("his son")
    page = press(page, "clients_split")
    assert "1 call set apart" in words(page)
    assert household(database, "one") != household(database, "two")
    assert clients.decisions(database, household(database, "one"))[0].reason == "his son"


def test_two_clients_are_merged_by_hand(dashboard: Visit, database: Database) -> None:
    lees(database)
    page = opened(dashboard, client=str(household(database, "cy")))
    page.text_input(key="clients_other").input("bob")
    page = page.run()
    page.text_input(key="clients_merge_why").input("father-in-law")
    page = press(page, "clients_merge")
    assert "one client with 2 calls now" in words(page)
    assert household(database, "cy") == household(database, "mail")


def test_doubles_of_the_whole_record_are_shown_when_asked_for(dashboard: Visit, database: Database) -> None:
    lees(database)
    page = opened(dashboard)
    assert "phone number" not in words(page)
    page.toggle(key="clients_doubles").set_value(True)
    page = page.run()
    assert "They have the same phone number, ending in 0101" in words(page)
    one, mail = household(database, "one"), household(database, "mail")
    low, high = sorted((one, mail))
    key = next(b.key for b in page.button if b.key in (f"clients_apart_{low}_{high}", f"clients_apart_{high}_{low}"))
    page = press(page, str(key))
    assert "stay two clients" in words(page)
    assert "No two clients share" in words(page)


def test_a_household_that_another_browser_merged_meanwhile_is_not_merged_blindly(
    dashboard: Visit, database: Database
) -> None:
    lees(database)
    cy, mail, one = (household(database, name) for name in ("cy", "mail", "one"))
    page = opened(dashboard, client=str(one))
    clients.merge(database, cy, mail, "ann")
    page = press(page, f"clients_merge_{one}_{mail}")
    assert "was merged with another client since you saw it" in words(page)
    assert len(clients.listing(database).households) == 2


def test_an_address_of_no_client_is_told_so(dashboard: Visit, database: Database) -> None:
    for asked in ("999", "x"):
        page = opened(dashboard, client=asked)
        assert page.title[0].value == "No such client"
