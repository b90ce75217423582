"""What somebody does on their first day, in a real browser, on an empty record."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT, settle, visit

FORMATS = ROOT / "tests" / "data" / "formats"
AT_WORK = 120_000


def wait_for_runs(page: Page) -> None:
    """Waits until nothing that was handed in is at work any more."""
    page.get_by_role("button", name="Clear this list").wait_for(timeout=AT_WORK)
    settle(page)


def column_of(page: Page, heading: str) -> int:
    """The number of a column of the grid, by its heading."""
    headings = page.locator("[data-testid=stDataFrame] [role=columnheader]")
    headings.first.wait_for(state="attached")
    return next(i for i, text in enumerate(headings.all_text_contents()) if heading in text)


def cell(page: Page, heading: str, row: int) -> Locator:
    """A cell of the grid, as screen readers find it."""
    return page.get_by_test_id(f"glide-cell-{column_of(page, heading)}-{row}")


def row_of(page: Page, client: str) -> int:
    """The row of a client in the grid."""
    column = column_of(page, "Client")
    rows = page.locator(f"[data-testid^='glide-cell-{column}-']")
    rows.first.wait_for(state="attached")
    return next(i for i, text in enumerate(rows.all_text_contents()) if client in text)


def select(page: Page, target: Locator, seconds: float = 10) -> None:
    """Selects a cell; the grid may redraw itself under the focus, which is then given again."""
    deadline = time.monotonic() + seconds
    while target.get_attribute("aria-selected") != "true":
        assert time.monotonic() < deadline, "the cell could not be selected"
        target.focus()
        page.wait_for_timeout(50)


def type_into(page: Page, heading: str, row: int, words: str) -> None:
    """Edits a cell with the keyboard alone."""
    select(page, cell(page, heading, row))
    page.keyboard.press("Enter")
    editor = page.locator("#portal input, #portal textarea").first
    editor.fill(words)
    page.keyboard.press("Enter")
    expect(editor).to_have_count(0)


def test_samples_load_at_the_press_of_a_button(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_role("button", name="Load sample calls").click()
    wait_for_runs(page)
    visit(page, f"{address}/calls")
    expect(page.get_by_text("10 calls", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("file", "client"), [("teams.vtt", "Tomas Ibarra"), ("stellar_b_dash.txt", "Nora Quill")], ids=["teams", "stellar"]
)
def test_an_uploaded_file_becomes_a_deal(page: Page, address: str, file: str, client: str) -> None:
    visit(page, address)
    page.locator("input[type=file]").first.set_input_files(FORMATS / file)
    page.get_by_role("button", name="Process 1 call").click()
    wait_for_runs(page)
    visit(page, f"{address}/deals")
    assert row_of(page, client) >= 0


def test_a_deal_amount_that_was_changed_is_there_after_a_reload(page: Page, address: str) -> None:
    visit(page, f"{address}/deals")
    row = row_of(page, "Nora Quill")
    type_into(page, "Deal amount", row, "4321")
    page.get_by_role("button", name="Save changes").click()
    settle(page)
    page.reload()
    settle(page)
    expect(cell(page, "Deal amount", row_of(page, "Nora Quill"))).to_contain_text("4321")


def test_a_persons_amount_survives_another_run_of_the_call(page: Page, address: str, tmp_path: Path) -> None:
    again = tmp_path / "again.txt"
    again.write_text((FORMATS / "stellar_b_dash.txt").read_text() + "\n1:02:50 - Ida Marsh\n  Good bye then.\n")
    visit(page, address)
    page.locator("input[type=file]").first.set_input_files(again)
    page.get_by_role("button", name="Process 1 call").click()
    wait_for_runs(page)
    visit(page, f"{address}/deals")
    expect(cell(page, "Deal amount", row_of(page, "Nora Quill"))).to_contain_text("4321")


def test_an_email_is_copied_with_the_words_typed_a_moment_ago(page: Page, address: str) -> None:
    visit(page, f"{address}/emails?call=70112233")
    box = page.get_by_role("textbox", name="E-mail")
    box.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nThank you again.")
    page.get_by_role("button", name="Copy e-mail").click()
    expect(page.get_by_text("E-mail: copied").or_(page.get_by_text("Copied ✓")).first).to_be_attached()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("\nThank you again.")
    assert copied.startswith("Hi Nora")


def test_a_bad_file_is_told_and_stops_no_other(page: Page, address: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    binary = tmp_path / "picture.txt"
    binary.write_bytes(bytes(range(256)) * 40)
    visit(page, address)
    page.locator("input[type=file]").first.set_input_files([empty, binary, FORMATS / "otter.txt"])
    expect(page.get_by_text("Can't be read")).to_have_count(2)
    page.get_by_role("button", name="Process 1 call").click()
    wait_for_runs(page)


def test_no_page_can_be_entered_beside_the_shell(page: Page, address: str) -> None:
    for name in ("upload", "calls", "deals", "emails", "social", "runs"):
        visit(page, f"{address}/{name}")
        expect(page.get_by_text("Acting as tester")).to_be_visible()
