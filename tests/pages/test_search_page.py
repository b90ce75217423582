"""The search page: what it finds, what it says where there is nothing, and that words of a call stay words."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from services.memory import copies
from tests.example_rows import petra, store
from tests.memory.test_index import with_chunks
from tests.pages.conftest import open_at

Visit = Callable[[], AppTest]


def indexed(database: Database) -> None:
    """Waits until the dashboard's keeper has taken every call over."""
    end = time.monotonic() + 60
    while copies.waiting(database, "index"):
        assert time.monotonic() < end, "the index did not catch up"
        time.sleep(0.05)


def searched(dashboard: Visit, database: Database, **address: Any) -> AppTest:
    """The page with a question in its address, once all calls are indexed."""
    page = open_at(dashboard, "search", **address)
    indexed(database)
    page.run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    return "\n".join([*(each.value for each in page.markdown), *(each.value for each in page.caption)])


def test_an_empty_record_says_what_to_do(dashboard: Visit) -> None:
    page = open_at(dashboard, "search")
    assert page.header[0].value == "Nothing to search yet"
    assert {button.label for button in page.button} >= {"Upload calls", "Load sample calls"}


def test_nothing_asked_shows_examples_that_ask_at_a_click(dashboard: Visit, database: Database) -> None:
    store(database, with_chunks())
    page = searched(dashboard, database)
    example = next(button for button in page.button if "cost" in button.label)
    example.click().run()
    assert page.text_input(key="search_q").value == example.label
    assert not page.exception


def test_what_was_said_stands_in_its_dialogue_with_the_way_to_the_turn(dashboard: Visit, database: Database) -> None:
    store(database, with_chunks())
    page = searched(dashboard, database, search_q="living trust package")
    told = shown(page)
    assert ":blue-background[**living trust package**]" in told
    assert "That is more than I expected" in told  # the turn after it
    links = [each.proto for each in page.get("page_link")]
    assert any("Turn 5" in link.label and "turn=5" in link.query_string for link in links)


def test_words_of_a_call_stay_words(dashboard: Visit, database: Database) -> None:
    store(database, with_chunks())
    page = searched(dashboard, database, search_q="house nine hundred thousand children")
    told = shown(page)
    assert "\\<b\\>Two\\<\\/b\\>" in told
    assert "\\*grown\\*" in told


def test_filters_stand_in_the_address_and_can_be_cleared(dashboard: Visit, database: Database) -> None:
    store(database, with_chunks())
    page = searched(dashboard, database, search_q="living trust package", search_client="nobody")
    assert "Nothing that fits was found" in shown(page)
    next(button for button in page.button if button.label == "Clear all filters").click().run()
    assert "living trust package" in shown(page)
    assert page.text_input(key="search_client").value == ""


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"search_side": "The client"}, False),
        ({"search_side": "The adviser"}, True),
        ({"search_in": "E-mail drafts"}, False),
        ({"search_outcome": "Won"}, False),
        ({"search_adviser": "Nora Quist", "search_phase": "comparing price"}, True),
        ({"search_from": "2026-03-05"}, False),
        ({"search_to": "2026-03-05"}, True),
    ],
)
def test_filters_of_the_address_hold(
    dashboard: Visit, database: Database, address: dict[str, str], found: bool
) -> None:
    store(database, with_chunks())
    page = searched(dashboard, database, search_q="living trust package", **address)
    assert ("**living trust package**" in shown(page)) is found


def test_calls_that_are_not_indexed_are_counted(
    dashboard: Visit, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QDRANT_URL", "http://127.0.0.1:9")
    from services.settings import settings

    settings.cache_clear()
    store(database, petra(), petra("other"))
    page = open_at(dashboard, "search", search_q="trust")
    end = time.monotonic() + 30
    while "Qdrant at" not in shown(page):
        assert time.monotonic() < end
        page.run()
    assert "2 calls are not indexed yet" in shown(page)
    assert "can't be asked" in page.info[0].value.replace("\\", "")
    assert not page.exception
