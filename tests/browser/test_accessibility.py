"""Every page stands up to axe, in light and in dark, and the way from a file to its e-mail needs no mouse."""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import settle, visit
from tests.browser.test_first_day import FORMATS, wait_for_runs

FILE, CALL = "stellar_b_dash.txt", "70112233"
# Streamlit gives its own file uploader a role and a tabindex that contradict each other; no option changes that.
OPTIONS = {"resultTypes": ["violations"], "rules": {"presentation-role-conflict": {"enabled": False}}}
DOUBT = """\
Dana Whitfield: Hi, this is Dana Whitfield with Stonegate Estate Planning. How are you today?
Walt Petrie: Doing fine, thanks. My wife said I should call about a trust.
Dana Whitfield: A living trust keeps the house out of probate. For the two of you it's thirty-nine hundred dollars.
Walt Petrie: That's too expensive for us. I can't afford that right now, it's just too much money.
Dana Whitfield: I understand. We can split it over ten months. What would make it easier?
Walt Petrie: I'd have to think about it.
"""
TABS = ("Facts", "CRM", "E-mail", "Posts", "Coaching", "History")


def assert_accessible(page: Page, place: str) -> None:
    """Fails with axe's own report of what is wrong. What is just fading in is given a moment to be all there."""
    deadline = time.monotonic() + 5
    while (found := Axe().run(page, options=OPTIONS)).violations_count and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert not found.violations_count, f"{place}: {found.generate_report()}"


def as_upload(name: str, content: bytes) -> FilePayload:
    """A file as the browser is given it."""
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def choose(page: Page, file: str) -> None:
    """Puts a file of ours onto the upload page."""
    page.locator("input[type=file]").first.set_input_files(FORMATS / file)
    page.get_by_role("button", name="Process 1 call").wait_for()
    settle(page)


@pytest.fixture(scope="module")
def worked_through(chromium: Browser, address: str) -> None:
    """Two calls are uploaded and worked through, one of them with an objection."""
    page = chromium.new_page()
    visit(page, address)
    files = [as_upload(FILE, (FORMATS / FILE).read_bytes()), as_upload("doubt.txt", DOUBT.encode())]
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Process 2 calls").click()
    wait_for_runs(page)
    page.close()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "calls",
        "clients",
        "copilot",
        "search",
        "deals",
        "emails",
        "social",
        "conflicts",
        "coaching",
        "overview",
        "objections",
        "runs",
        "dry_runs",
        "trust",
        "audit",
        "settings",
    ],
)
def test_a_page_without_content_is_accessible(page: Page, address: str, name: str) -> None:
    visit(page, f"{address}/{name}")
    assert_accessible(page, name)


@pytest.mark.usefixtures("worked_through")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_with_content_are_accessible(page: Page, address: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for name in ("calls", "clients", "deals", "emails", "social", "runs"):
        visit(page, f"{address}/{name}")
        expect(page.get_by_text("Nora Quill").first).to_be_attached()
        assert_accessible(page, name)
    for name in ("overview", "objections", "coaching"):
        visit(page, f"{address}/{name}")
        expect(page.locator(".js-plotly-plot .gtitle").first).to_be_attached()
        assert_accessible(page, name)
    visit(page, f"{address}/clients")
    page.get_by_role("link", name="Nora Quill").first.click()
    expect(page.get_by_role("heading", name="Calls")).to_be_attached()
    settle(page)
    assert_accessible(page, "one client")
    visit(page, f"{address}/calls?call={CALL}")
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        settle(page)
        assert_accessible(page, tab)
    visit(page, address)
    choose(page, "otter.txt")
    assert_accessible(page, "a file that waits")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("button", name="Process 1 call")).to_have_count(0)


@pytest.mark.usefixtures("worked_through")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chosen_tab_can_be_read(page: Page, address: str, theme: str) -> None:
    """Axe gives no verdict on it, since a line is drawn through its box."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visit(page, f"{address}/calls?call={CALL}")
    assert page.evaluate(CONTRAST) >= 4.5


CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const tab = document.querySelector("[role=tab][aria-selected=true] p");
  const words = light(getComputedStyle([...tab.querySelectorAll("span")].pop() ?? tab).color);
  const ground = light(getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor);
  return (Math.max(words, ground) + 0.05) / (Math.min(words, ground) + 0.05);
}"""


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Presses Tab until what has the focus is named so."""
    passed: list[str] = []
    while len(passed) < most:
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED))
        if passed[-1] == name:
            return
    pytest.fail(f"{most} presses of Tab did not reach '{name}' but {passed}")


FOCUSED = """() => {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return (focused?.innerText ?? "").trim().split("\\n").pop();  // an icon is a line of its own before the words
}"""


IN_UPLOADER = "document.activeElement.closest('[data-testid=stFileUploader]') !== null"


def test_the_keyboard_alone_leads_from_a_file_to_its_copied_email(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_test_id("stFileUploader").first.wait_for()
    tab_to(page, "Upload")
    if not page.evaluate(IN_UPLOADER):  # the link to this page is called so too
        tab_to(page, "Upload")
    assert page.evaluate(IN_UPLOADER)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(FORMATS / "teams.vtt")
    page.get_by_role("button", name="Process 1 call").wait_for()
    settle(page)
    tab_to(page, "Process 1 call")
    page.keyboard.press("Enter")
    wait_for_runs(page)
    tab_to(page, "E-mail")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tomas Ibarra")).to_be_visible()
    settle(page)
    tab_to(page, "Copy e-mail")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied ✓")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Hi Tomas")
