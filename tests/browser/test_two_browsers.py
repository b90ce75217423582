"""Two people in two browsers change the same thing: the second sees both, decides, and nothing is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import settle, visit
from tests.browser.test_first_day import FORMATS, cell, row_of, type_into, wait_for_runs

CALL, CLIENT = "70112233", "Nora Quill"
HERS, MINE = "Hi Nora,\n\nthese are her words.", "Hi Nora,\n\nthese are my words."


@pytest.fixture(scope="module")
def worked_through(chromium: Browser, address: str) -> None:
    """One call of the record is uploaded and worked through."""
    page = chromium.new_page()
    visit(page, address)
    page.locator("input[type=file]").first.set_input_files(FORMATS / "stellar_b_dash.txt")
    page.get_by_role("button", name="Process 1 call").click()
    wait_for_runs(page)
    page.close()


@pytest.fixture
def first(chromium: Browser, worked_through: None) -> Iterator[Page]:
    """The browser of whoever saves first."""
    yield from _browser(chromium)


@pytest.fixture
def second(chromium: Browser, worked_through: None) -> Iterator[Page]:
    """The browser of whoever saves second."""
    yield from _browser(chromium)


def _browser(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def reads(page: Page, words: str) -> None:
    """Waits until the box holds this e-mail."""
    # The first: while a box is put in another's place, both are there for a moment.
    expect(page.get_by_role("textbox", name="E-mail").first).to_have_value(words, timeout=20_000)


def write(page: Page, words: str) -> None:
    """Writes an e-mail, without saving it."""
    page.get_by_role("textbox", name="E-mail").fill(words)


def press(page: Page, name: str) -> None:
    """Presses a button of a page that has come to rest, and waits for what comes of it."""
    settle(page)
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


def both_write(first: Page, second: Page, address: str, hers: str, mine: str) -> None:
    """Both open the e-mail and write; the first saves, then the second presses Save and is shown both."""
    for page, words in ((first, hers), (second, mine)):
        visit(page, f"{address}/emails?call={CALL}")
        write(page, words)
    press(first, "Save")
    expect(first.get_by_text("Saved. No run will overwrite it.")).to_be_visible()
    press(second, "Save")
    expect(second.get_by_text("Nothing is lost: compare the two, then decide.")).to_be_visible()
    expect(second.get_by_text("Stands now")).to_be_visible()
    settle(second)
    expect(second.get_by_text("her", exact=True)).to_be_visible()  # the word of hers that mine lack
    reads(second, mine)


def test_the_second_to_save_an_email_sees_both_and_can_keep_the_first(first: Page, second: Page, address: str) -> None:
    both_write(first, second, address, HERS, MINE)
    press(second, "Keep theirs")
    reads(second, HERS)
    press(second, "Bring my words back")
    reads(second, MINE)
    visit(first, f"{address}/emails?call={CALL}")
    reads(first, HERS)


def test_the_second_to_save_an_email_can_edit_further_and_save_over_the_first(
    first: Page, second: Page, address: str
) -> None:
    both_write(first, second, address, f"{HERS} And more.", MINE)
    write(second, f"{MINE} And hers: and more.")
    press(second, "Save mine over it")
    expect(second.get_by_text("Saved. No run will overwrite it.")).to_be_visible()
    visit(first, f"{address}/emails?call={CALL}")
    reads(first, f"{MINE} And hers: and more.")


@pytest.mark.parametrize(
    ("hers", "mine", "choice", "stands"),
    [("7100", "7200", "Keep theirs", "7100"), ("7300", "7400", "Write mine", "7400")],
    ids=["keep theirs", "write mine"],
)
def test_the_second_to_save_an_amount_sees_both_and_decides(
    first: Page, second: Page, address: str, hers: str, mine: str, choice: str, stands: str
) -> None:
    for page in (first, second):
        visit(page, f"{address}/deals")
    type_into(first, "Deal amount", row_of(first, CLIENT), hers)
    type_into(second, "Deal amount", row_of(second, CLIENT), mine)
    press(first, "Save changes")
    press(second, "Save changes")
    for amount in (hers, mine):
        expect(second.get_by_test_id("stMarkdown").get_by_text(f"${int(amount):,}").first).to_be_visible()
    press(second, choice)
    for page in (first, second):
        visit(page, f"{address}/deals")
        expect(cell(page, "Deal amount", row_of(page, CLIENT))).to_contain_text(stands)
