"""The Runs page is drawn by its browser: what people do there reaches the runs, and what runs do is seen there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from bench.watching import begin, served
from db import runs, steps
from db.engine import Database, open_database
from services.stages import agent_names
from tests.browser.conftest import visit
from tests.browser.test_accessibility import assert_accessible

MARKUP = "<img src=x onerror=alert(1)>.txt"


@pytest.fixture(scope="module")
def runs_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A record of its own, with one run at work, one that failed and 24 that wait; no worker is there."""
    folder = tmp_path_factory.mktemp("runs")
    for each in (folder, folder.parent):
        each.chmod(0o711)  # root has the server run by another user, who must be able to enter
    database = open_database(None, folder / "data")
    with database.session() as session:
        digest = runs.add_source(session, b"Ann: hello", actor="ann")
        names = ["first.txt", MARKUP, *(f"call {number:02}.txt" for number in range(24))]
        ids = [runs.queue(session, digest, name, {}, actor="ann") for name in names]
        begin(session, ids[0])
        begin(session, ids[1])
        runs.fail(session, ids[1], "The file is odd.")
    yield database
    database.close()


@pytest.fixture(scope="module")
def address(runs_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.getbasetemp() / "runs0" / "data"
    with served(folder) as (_, told):
        yield f"{told}/runs"


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_text(title, exact=True))


def run_of(database: Database, name: str) -> runs.RunRow:
    with database.session() as session:
        return next(run for run in runs.recent(session, 100)[0] if run.filename == name)


def test_what_a_run_does_is_seen_without_the_page_being_run_again(
    page: Page, address: str, runs_database: Database
) -> None:
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visit(page, address)
    expect(card(page, "first.txt")).to_contain_text("Parser at work")
    already = len(sent)
    with runs_database.session() as session:
        steps.ended(session, run_of(runs_database, "first.txt").id, agent_names()[0])
        steps.began(session, run_of(runs_database, "first.txt").id, agent_names()[1])
    expect(card(page, "first.txt")).to_contain_text(f"{agent_names()[1]} at work")
    assert len(sent) == already


def test_a_run_is_cancelled_and_tried_again_by_the_keyboard_which_stays_at_it(
    page: Page, address: str, runs_database: Database
) -> None:
    visit(page, address)
    cancel = page.get_by_role("button", name="Cancel: call 23.txt")
    cancel.focus()
    page.keyboard.press("Enter")
    again = page.get_by_role("button", name="Try again: call 23.txt")
    expect(again).to_be_focused()
    assert run_of(runs_database, "call 23.txt").state == "cancelled"
    page.keyboard.press("Enter")
    expect(cancel).to_be_focused()
    assert run_of(runs_database, "call 23.txt").state == "queued"


def test_all_that_waits_is_held_back_let_go_and_asked_about(page: Page, address: str, runs_database: Database) -> None:
    visit(page, address)
    page.get_by_role("button", name="Hold back what waits").click()
    page.get_by_role("button", name="Go on with what is held back").click()
    expect(page.get_by_role("button", name="Hold back what waits")).to_be_visible()
    page.get_by_role("button", name="Cancel what waits").click()
    page.get_by_role("button", name="Let them wait").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert run_of(runs_database, "call 10.txt").state == "queued"


def test_kinds_and_pages_of_runs_are_chosen(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_role("button", name="Page 2").click()
    expect(card(page, "call 00.txt")).to_be_visible()
    expect(page.get_by_role("button", name="Page 2")).to_be_focused()
    page.get_by_role("radio", name="Held back").check()
    expect(page.get_by_text("No run is held back.")).to_be_visible()
    page.get_by_role("radio", name="Failed").check()
    expect(page.get_by_text("1 run failed, the newest first")).to_be_visible()
    assert page.url.endswith("/runs?runs_show=failed")
    page.reload()
    expect(page.get_by_text("1 run failed, the newest first")).to_be_visible()
    expect(page.get_by_role("radio", name="Failed")).to_be_checked()


def test_a_name_can_not_become_markup(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_role("radio", name="Failed").check()
    expect(card(page, MARKUP)).to_contain_text("The file is odd.")
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_unfolded_agents_and_a_record_that_is_away_are_accessible(page: Page, address: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visit(page, address)
    agents = page.get_by_role("button", name="Agents: first.txt")
    agents.click()
    expect(agents).to_have_attribute("aria-expanded", "true")
    expect(card(page, "first.txt").get_by_text("Persistence")).to_be_visible()
    page.route("**/live/runs*", away)
    page.get_by_role("radio", name="Waiting").check()
    expect(page.get_by_text("What you see is of a moment ago. The record is away.")).to_be_visible()
    assert_accessible(page, f"runs, {theme}")
    page.unroute("**/live/runs*")
    page.get_by_role("radio", name="All").check()
    expect(page.get_by_text("of a moment ago")).to_have_count(0)


def away(route: Route) -> None:
    route.fulfill(status=503, json={"problem": "The record is away."})
