"""One call's page: the dialogue stays in sight beside what came of it, and shows the turn that is asked for."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle, visit
from tests.browser.test_conflict import CALL, upload


def test_a_turn_that_is_asked_for_far_down_the_page_is_shown_in_sight(page: Page, address: str, tmp_path: Path) -> None:
    upload(page, address, tmp_path)
    for width in (1280, 390):  # side by side, and one above the other
        page.set_viewport_size({"width": width, "height": 620})
        visit(page, f"{address}/calls?call={CALL}")
        last = page.get_by_role("button", name="Turn ", exact=False).last
        last.scroll_into_view_if_needed()
        last.click()
        settle(page)
        expect(page.locator("article.turn.focus")).to_be_in_viewport()
