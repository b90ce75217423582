"""A client who says two things in two calls: the map, the card, the answer that stands after a reload.

``SHOTS_TO=folder`` keeps pictures of the page there: light and dark, at three widths.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import settle, visit
from tests.browser.test_accessibility import assert_accessible
from tests.browser.test_first_day import wait_for_runs

HEAD = """Orla Finch: Estate Planning {name} Meeting

Orla Finch

orla@finch.example

{day}T17:30:00Z

{call}

https://calls.example.com/{call}

14.0

"""
FIRST = """00:00:05 - Ida Marsh
  Good morning Orla, thanks for making the time. Tell me about the family.

00:00:14 - Orla Finch (orla@finch.example)
  Good morning. I'm married, and we have two kids.

00:00:30 - Ida Marsh
  And what would you say the whole estate is worth, roughly?

00:00:38 - Orla Finch (orla@finch.example)
  Altogether the estate is worth about nine hundred thousand dollars.

00:00:50 - Ida Marsh
  Where do you live?

00:00:55 - Orla Finch (orla@finch.example)
  We live in Columbus, Ohio. Goodbye.
"""
SECOND = """00:00:05 - Ida Marsh
  Good afternoon Orla. How many children do you have?

00:00:14 - Orla Finch (orla@finch.example)
  Good afternoon. We have three kids.

00:00:30 - Ida Marsh
  And what would you say the whole estate is worth today?

00:00:38 - Orla Finch (orla@finch.example)
  Altogether the estate is worth about one point two million dollars.

00:00:50 - Ida Marsh
  Do you own real estate besides the house?

00:00:58 - Orla Finch (orla@finch.example)
  We own two properties, the house in Ohio and a condo in Florida. And I own a bakery, Finch Bakery LLC. Goodbye.
"""
CALLS = (("First", "2026-03-04", "90210001", FIRST), ("Second", "2026-07-15", "90210002", SECOND))
BOXES = """(found) => found.map((each) => {
  const box = each.getBoundingClientRect();
  return { words: each.textContent, left: box.left, right: box.right, top: box.top, bottom: box.bottom };
})"""


@pytest.fixture(scope="module")
def client(chromium: Browser, address: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page of a client with two calls."""
    folder = tmp_path_factory.mktemp("two_calls")
    for name, day, call, words in (
        ("First", "2026-03-04", "90210001", FIRST),
        ("Second", "2026-07-15", "90210002", SECOND),
    ):
        head = HEAD.format(name=name, day=day, call=call)
        (folder / f"{name}.txt").write_text(head + words, encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    visit(page, address)
    page.locator("input[type=file]").first.set_input_files(sorted(folder.iterdir()))
    page.get_by_role("button", name="Process 2 calls").click()
    wait_for_runs(page)
    visit(page, f"{address}/clients")
    page.get_by_role("link", name="Orla Finch").click()
    expect(page.get_by_role("heading", name="People and assets")).to_be_visible()
    settle(page)
    url = page.url
    page.close()
    return url


def boxes(page: Page, what: str) -> list[dict[str, Any]]:
    """Where parts of the map stand in the window."""
    found: list[dict[str, Any]] = page.locator(what).evaluate_all(BOXES)
    return found


def overlapping(page: Page) -> list[tuple[str, str]]:
    """Pairs of labels of the map of which one lies over the other."""
    found = boxes(page, "button.node, .hub, .group h3")
    assert len(found) > 12
    return [
        (one["words"], other["words"])
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if one["left"] < other["right"] and other["left"] < one["right"]
        if one["top"] < other["bottom"] and other["top"] < one["bottom"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_the_page_is_accessible_and_no_label_lies_over_another(page: Page, client: str, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visit(page, client)
    node = page.get_by_role("button", name="Estate value $1,200,000")
    node.click()
    expect(page.get_by_role("heading", name="Estate value").first).to_be_visible()
    settle(page)
    assert overlapping(page) == []
    columns = {round(box["left"]) for box in boxes(page, "button.node")}
    assert len(columns) == (1 if width == 390 else 2)  # a list on a phone, else on either side of the client
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0
    assert_accessible(page, f"client page at {width}, {theme}")
    if folder := os.environ.get("SHOTS_TO"):
        height = page.get_by_test_id("stMain").evaluate("(main) => main.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(height + 40, 6000)})
        page.wait_for_timeout(500)
        page.screenshot(path=Path(folder) / f"client-{width}-{theme}.png")


def test_a_node_opens_its_quotes_with_the_keyboard_alone(page: Page, client: str) -> None:
    visit(page, client)
    node = page.get_by_role("button", name="Business Finch Bakery LLC")
    expect(node).to_have_attribute("aria-pressed", "false")
    node.focus()
    page.keyboard.press("Enter")
    expect(node).to_have_attribute("aria-pressed", "true")
    expect(node).to_be_focused()
    panel = page.locator(".st-key-client_node_panel")
    expect(panel.get_by_text("“And I own a bakery, Finch Bakery LLC.”")).to_be_visible()
    expect(panel.get_by_text("said on Jul 15, 2026")).to_be_visible()
    page.get_by_role("button", name="Phone not asked yet").press("Enter")
    expect(panel.get_by_text("What is the best number to reach you?")).to_be_visible()
    page.get_by_role("button", name="Business Finch Bakery LLC").press("Enter")
    panel.get_by_role("link", name="Turn 6").click()
    page.wait_for_url("**/calls?call=90210002*")
    expect(page.get_by_role("heading", name="Orla Finch", level=1)).to_be_visible()


def test_the_questions_for_the_next_call_are_copied_and_set_aside(page: Page, client: str) -> None:
    visit(page, client)
    page.get_by_role("button", name="Copy the questions").click()
    expect(page.get_by_text("Copied ✓")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "- What is the best number to reach you?" in copied
    question = page.locator(".st-key-client_question_client_phone")
    question.get_by_role("button", name="Not relevant").click()
    page.get_by_role("textbox", name="Why is it not relevant?").fill("she writes")
    page.get_by_role("button", name="Set aside").click()
    expect(page.get_by_text("Phone is not asked any more.")).to_be_visible()
    settle(page)
    visit(page, client)
    expect(page.get_by_role("button", name="Phone not asked yet")).to_have_count(0)
    page.get_by_text("Set aside: 1").click()
    expect(page.get_by_text("tester, just now: she writes")).to_be_visible()
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_role("button", name="Phone not asked yet")).to_be_visible()


def test_two_calls_that_disagree_are_settled_and_the_answer_stands_after_a_reload(page: Page, client: str) -> None:
    visit(page, client)
    worth = page.locator(".st-key-client_disagree_estate_value")
    for words in ("$900,000", "$1,200,000", "about nine hundred thousand dollars", "one point two million dollars"):
        expect(worth.get_by_text(words).first).to_be_visible()
    children = page.locator(".st-key-client_disagree_children_count")
    expect(children.get_by_text("we have two kids")).to_be_visible()

    worth.get_by_role("textbox", name="Note on Estate value").fill("they sold the lake house")
    worth.get_by_role("button", name="Changed").click()
    expect(page.get_by_text("Estate value is $1,200,000: changed.")).to_be_visible()
    settle(page)
    children.get_by_role("button", name="Later misheard").click()
    expect(page.get_by_text("Children is 2: the later call was misheard.")).to_be_visible()
    settle(page)

    visit(page, client)
    expect(page.get_by_role("heading", name="Settled disagreements")).to_be_visible()
    expect(page.get_by_role("heading", name="Two calls disagree")).to_have_count(0)
    expect(page.get_by_text("they sold the lake house")).to_be_visible()
    expect(page.get_by_text("$1,200,000 (Jul 15, 2026) stands, not $900,000 (Mar 4, 2026)")).to_be_visible()
    expect(page.get_by_role("button", name="Child 2 of 2")).to_be_visible()
    expect(page.get_by_role("button", name="Child 3 of 3")).to_have_count(0)

    page.locator("[class*=st-key-client_undo_]").last.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Two calls disagree")).to_be_visible()
