"""An e-mail leaves only when every sentence of it is the call's or somebody's: the ways out, in a real browser."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import settle, visit
from tests.browser.test_first_day import FORMATS, wait_for_runs

CALL = "70112233"
INVENTED = "The price is $9,123."
WHY = "1 sentence is not in the call: stand by it below, or change the words."
# Links are noted instead of followed.
LINKS = """() => {
  window.opened = [];
  HTMLAnchorElement.prototype.click = function () { window.opened.push(this.href); };
}"""
# No way to the clipboard works until window.no is false.
REFUSES = """() => {
  for (const name of ["write", "writeText"]) navigator.clipboard[name] = () => Promise.reject(new Error("no"));
  const real = document.execCommand.bind(document);
  window.no = true;
  document.execCommand = (what) => window.no ? false : real(what);
}"""


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
def emails(page: Page, address: str, worked_through: None) -> Iterator[Page]:
    """The page of that call's e-mail, as the last run wrote it."""
    visit(page, f"{address}/emails?call={CALL}")
    page.evaluate("navigator.clipboard.writeText('what was there before')")
    yield page
    visit(page, f"{address}/emails?call={CALL}")
    back = page.get_by_role("button", name="Restore the draft")
    if back.count():
        back.click()
        page.get_by_role("button", name="Restore the text").click()
        settle(page)


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="E-mail")


def type_at_the_end(page: Page, words: str) -> None:
    """Types into the box, and leaves the words there uncommitted."""
    box(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def clipboard(page: Page) -> str:
    words: str = page.evaluate("navigator.clipboard.readText()")
    return words


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def add_before_signature(page: Page, words: str) -> None:
    """Puts a sentence in front of the last paragraph of the e-mail, and commits it."""
    expect(box(page)).not_to_have_value("")
    body = box(page).input_value()
    head, _, signature = body.rpartition("\n\n")
    box(page).fill(f"{head}\n\n{words}\n\n{signature}")
    box(page).blur()
    settle(page)


def test_one_click_saves_checks_and_copies_what_was_typed_a_moment_ago(emails: Page, address: str) -> None:
    type_at_the_end(emails, "\nThank you again")
    press(emails, "Copy e-mail")
    expect(emails.get_by_text("Copied ✓")).to_be_visible()
    assert clipboard(emails).endswith("Thank you again")
    visit(emails, f"{address}/emails?call={CALL}")
    expect(box(emails)).to_have_value(re.compile("Thank you again$"))
    expect(emails.get_by_text("Copied by tester", exact=False).first).to_be_visible()


def test_a_sentence_that_is_not_in_the_call_has_to_be_ticked_before_the_email_leaves(emails: Page) -> None:
    add_before_signature(emails, INVENTED)
    expect(emails.get_by_text(WHY).first).to_be_visible()
    expect(emails.get_by_role("button", name="Copy e-mail")).to_have_attribute("aria-disabled", "true")
    emails.get_by_role("button", name="Copy e-mail").click(force=True)
    settle(emails)
    assert clipboard(emails) == "what was there before"
    emails.get_by_text("I stand by this").click()
    settle(emails)
    expect(emails.get_by_role("button", name="Copy e-mail")).to_have_attribute("aria-disabled", "false")
    press(emails, "Copy e-mail")
    expect(emails.get_by_text("Copied ✓")).to_be_visible()
    assert INVENTED in clipboard(emails)
    emails.get_by_text("Copied by tester", exact=False).first.click()
    expect(emails.get_by_text("tester stood by it", exact=False).first).to_be_visible()


def test_an_invented_sentence_that_was_typed_a_moment_ago_does_not_slip_out(emails: Page) -> None:
    expect(box(emails)).not_to_have_value("")
    body = box(emails).input_value()
    head, _, signature = body.rpartition("\n\n")
    box(emails).evaluate("(area) => area.setSelectionRange(0, 0)")
    box(emails).focus()
    emails.keyboard.press("Control+Home")
    for _ in range(head.count("\n")):
        emails.keyboard.press("ArrowDown")
    emails.keyboard.press("End")
    emails.keyboard.type(f" {INVENTED}")
    emails.get_by_role("button", name="Copy e-mail").click(force=True)  # it may have been judged and barred by then
    expect(emails.get_by_text(WHY).first).to_be_visible()
    settle(emails)
    assert clipboard(emails) == "what was there before"
    assert signature in box(emails).input_value()


def test_the_subject_alone_is_copied_and_the_email_is_not_sent(emails: Page, address: str) -> None:
    sent = emails.get_by_text("by tester", exact=False)
    before = sent.count()
    press(emails, "Copy subject")
    expect(emails.get_by_text("the e-mail itself did not leave", exact=False)).to_be_attached()
    assert clipboard(emails) == emails.get_by_role("textbox", name="Subject").input_value()
    visit(emails, f"{address}/emails?call={CALL}")
    expect(box(emails)).not_to_have_value("")
    assert emails.get_by_text("by tester", exact=False).count() == before


def test_claims_in_greeting_and_signature_do_not_slip_out(emails: Page) -> None:
    name = box(emails).input_value().split(",")[0]
    box(emails).fill(
        f"{name}, you pay no estate tax!\n\nThank you.\n\nBest regards,\nYour price is now $99\nIt is free"
    )
    box(emails).blur()
    settle(emails)
    expect(emails.get_by_text("3 sentences are not in the call", exact=False).first).to_be_visible()
    emails.get_by_role("button", name="Copy e-mail").click(force=True)
    settle(emails)
    assert clipboard(emails) == "what was there before"


def test_a_ticked_sentence_that_is_changed_asks_again(emails: Page) -> None:
    add_before_signature(emails, INVENTED)
    emails.get_by_text("I stand by this").click()
    settle(emails)
    box(emails).fill(box(emails).input_value().replace("$9,123", "$9,124"))
    box(emails).blur()
    settle(emails)
    expect(emails.get_by_text(WHY).first).to_be_visible()
    expect(emails.get_by_role("checkbox", name="I stand by this")).not_to_be_checked()


def test_the_file_holds_the_saved_words(emails: Page, tmp_path: Path) -> None:
    type_at_the_end(emails, "\nTalk soon")
    with emails.expect_download() as download:
        press(emails, "Download .eml")
    download.value.save_as(tmp_path / "mail.eml")
    message = message_from_bytes((tmp_path / "mail.eml").read_bytes(), policy=default)
    assert message.get_content().rstrip().endswith("Talk soon")
    expect(emails.get_by_text("Downloaded as .eml by tester", exact=False).first).to_be_visible()


def test_the_mail_program_is_asked_for_the_saved_words(emails: Page) -> None:
    emails.evaluate(LINKS)
    type_at_the_end(emails, "\nTake care")
    press(emails, "Open in mail")
    expect(emails.get_by_text("Opened ✓")).to_be_visible()
    (link,) = emails.evaluate("window.opened")
    assert link.startswith("mailto:")
    assert link.endswith("Take%20care")


def test_a_browser_that_refuses_the_clipboard_has_it_at_the_next_press(chromium: Browser, address: str) -> None:
    context: BrowserContext = chromium.new_context(viewport={"width": 1440, "height": 1000})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    visit(page, f"{address}/emails?call={CALL}")
    page.evaluate(REFUSES)
    press(page, "Copy e-mail")
    expect(page.get_by_text("Ready: press again")).to_be_visible()
    page.evaluate("window.no = false")
    page.get_by_role("button", name="Ready: press again").click()
    expect(page.get_by_text("Copied ✓")).to_be_visible()
    assert clipboard(page).startswith("Hi Nora")
    context.close()
