"""A client's words stay locked until the consent is on file: by hand, by keyboard, and again once it is revoked."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import settle, visit
from tests.browser.test_accessibility import assert_accessible, choose, tab_to
from tests.browser.test_first_day import wait_for_runs

CALL = """Ida Marsh: Good morning, thank you for making the time. What brings you in today?
Nora Quill: We lost the bakery the year my father forgot to sign, and nobody told us why.
Ida Marsh: That is hard. A living trust is thirty-eight hundred dollars and keeps you out of court.
Nora Quill: Honestly that is a lot of money for us, I would have to think about it.
Ida Marsh: Of course. Let us talk on Tuesday.
"""
LOCKED = "need the client's consent on file"
SAID = "We lost the bakery the year my father forgot to sign."


@pytest.fixture(scope="module")
def with_posts(chromium: Browser, address: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One call of the record is uploaded and worked through."""
    file = tmp_path_factory.mktemp("calls") / "nora.txt"
    file.write_text(CALL, encoding="utf-8")
    page = chromium.new_page()
    visit(page, address)
    choose(page, str(file))
    page.get_by_role("button", name="Process 1 call").click()
    wait_for_runs(page)
    page.close()


def write(page: Page, words: str) -> None:
    """Types into the LinkedIn post, and waits until the page has taken it up."""
    box = page.get_by_label("LinkedIn post")
    box.fill(words)
    box.press("Control+Enter")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    settle(page)


@pytest.mark.usefixtures("with_posts")
def test_a_client_s_words_stay_locked_until_a_consent_is_on_file(page: Page, address: str) -> None:
    visit(page, f"{address}/social")
    write(page, f"It pays to sign early. {SAID}")
    approve = page.get_by_role("button", name="Approve").first
    expect(page.get_by_text(LOCKED)).to_be_visible()
    expect(approve).to_be_disabled()
    expect(page.get_by_text("Words as they were said in the call")).to_be_visible()
    expect(page.get_by_role("link", name="Turn 2")).to_be_visible()
    assert_accessible(page, "the guard's findings")

    tab_to(page, "Put a consent on file")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    settle(page)
    assert_accessible(page, "the consent")
    dialog.get_by_label("Who consented").fill("Nora Quill")
    dialog.get_by_text("By e-mail").click()
    tab_to(page, "Put it on file")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    settle(page)

    expect(page.get_by_text("Nora Quill consented on")).to_be_visible()
    expect(page.get_by_text(LOCKED)).to_have_count(0)
    approve.click()
    settle(page)
    expect(page.get_by_text("Approved", exact=True).last).to_be_visible()
    page.get_by_role("button", name="Copy", exact=True).first.click()
    expect(page.get_by_text("Copied ✓")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"It pays to sign early. {SAID}"

    page.get_by_role("button", name="Consent", exact=True).click()
    page.get_by_role("button", name="Note that it was revoked").click()
    settle(page)
    expect(page.get_by_text(LOCKED)).to_be_visible()
    expect(page.get_by_role("button", name="Copy", exact=True)).to_have_count(0)
    expect(page.get_by_role("button", name="Mark as published")).to_have_count(0)


@pytest.mark.usefixtures("with_posts")
def test_a_published_post_says_who_and_where_and_keeps_its_words(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="dark")
    visit(page, f"{address}/social")
    write(page, "Sign early.")
    page.get_by_role("button", name="Approve").first.click()
    settle(page)
    page.get_by_role("button", name="Mark as published").click()
    page.get_by_label("Link to it").fill("https://www.linkedin.com/posts/7")
    page.get_by_role("button", name="It is published").click()
    settle(page)
    expect(page.get_by_text("Published on LinkedIn by tester")).to_be_visible()
    expect(page.get_by_role("link", name="See it")).to_have_attribute("href", "https://www.linkedin.com/posts/7")
    write(page, "Sign early, please.")
    page.get_by_role("button", name="Save as draft").click()
    settle(page)
    page.get_by_role("button", name="The words that went out").click()
    expect(page.get_by_text("Sign early.", exact=True)).to_be_visible()
    assert_accessible(page, "a published post")
