"""Whoever watches the runs sees them end without a click, and what waits is held back where they watch."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle, visit
from tests.browser.test_first_day import AT_WORK


def test_runs_end_before_the_eyes_of_who_watches(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_role("button", name="Load sample calls").click()
    page.get_by_role("heading", name="At work").or_(page.get_by_role("heading", name="Done")).wait_for()
    visit(page, f"{address}/runs")
    expect(page.get_by_role("link", name="Open call")).to_have_count(10, timeout=AT_WORK)
    settle(page)
    expect(page.get_by_text("10 runs in all, the newest first")).to_be_visible()
    expect(page.get_by_role("button", name="Hold back what waits")).to_have_count(0)


def test_a_call_is_worked_through_again_from_its_e_mail_on_and_watched(page: Page, address: str) -> None:
    visit(page, f"{address}/runs")
    page.get_by_role("link", name="Open call").first.click()
    page.get_by_role("button", name="Work through again").click()
    page.get_by_role("combobox", name="Begin").click()
    page.get_by_role("option", name="From Email on").click()
    page.get_by_role("button", name="Work through again").last.click()
    page.get_by_role("link", name="Watch").click()
    expect(page.get_by_text("from Email on").first).to_be_visible(timeout=AT_WORK)
    expect(page.get_by_role("link", name="Open call")).to_have_count(11, timeout=AT_WORK)
