"""A person's word against a later run, in a real browser: corrected, contradicted, settled, exported.

``RECORD_TO=folder`` keeps a trace there, with a picture of every step (``playwright show-trace``).
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from db import transcripts
from db.engine import Database, open_database
from services.minds import Mind
from tests.browser.conftest import settle, visit
from tests.browser.test_first_day import FORMATS, cell, row_of, type_into, wait_for_runs
from tests.example_rows import fact, run_says

CALL, CLIENT = "70112233", "Nora Quill"
OTHER_MIND = Mind("model", "other model", "7", "1" * 16)
PRICE = """
1:03:00 - Ida Marsh
  The living trust package is forty-five hundred dollars.

1:03:20 - Nora Quill (nora@example.com)
  That sounds fair to me.
"""
FIRST, MINE, OTHER = 4500, 4321, 2750


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page; what happens on it is kept where somebody asked for it."""
    folder = os.environ.get("RECORD_TO")
    if folder:
        context.tracing.start(screenshots=True, snapshots=True)
    yield context.new_page()
    if folder:
        context.tracing.stop(path=Path(folder) / f"{request.node.name}.zip")


@pytest.fixture
def stored(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The dashboard's own record, opened beside it: pytest's ``...current`` leads to the folder of ``address``."""
    opened = open_database(None, (tmp_path_factory.getbasetemp() / "dashboardcurrent" / "data").resolve())
    yield opened
    opened.close()


def upload(page: Page, address: str, folder: Path) -> None:
    """Hands a call with a price in, which the builtin analyst works through."""
    file = folder / "call.txt"
    file.write_text((FORMATS / "stellar_b_dash.txt").read_text(encoding="utf-8") + PRICE, encoding="utf-8")
    visit(page, address)
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_role("button", name="Process 1 call").click()
    wait_for_runs(page)


def correct_the_amount(page: Page, address: str) -> None:
    """Writes another deal amount into the grid."""
    visit(page, f"{address}/deals")
    type_into(page, "Deal amount", row_of(page, CLIENT), str(MINE))
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved 1 change.")).to_be_visible()
    settle(page)


def another_mind_disagrees(database: Database) -> None:
    """Writes what another mind says of the same call, as a run does: all as before, but another amount."""
    with database.session() as session:
        record = transcripts.find(session, CALL)
    assert record is not None
    before: dict[str, Any] = {**record.crm_data, **record.proposed["crm_data"]}
    facts = {**record.extracted_data["facts"], "deal_amount": fact(OTHER, 0, record.dialogue[0]["text"])}
    row = {
        "external_id": CALL,
        "crm_data": {**before, "deal_amount": OTHER},
        "extracted_data": {**record.extracted_data, "facts": facts},
    }
    (written,) = run_says(database, row, run_id="another-run", mind=OTHER_MIND)
    assert written.written


def exported(page: Page, address: str) -> dict[str, str]:
    """The client's line of the CSV file that the deals page gives."""
    visit(page, f"{address}/deals")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        return next(line for line in csv.DictReader(file) if line["Client"] == CLIENT)


def test_a_persons_amount_outlives_a_run_that_disagrees(
    page: Page, address: str, stored: Database, tmp_path: Path
) -> None:
    upload(page, address, tmp_path)
    assert exported(page, address)["Deal amount"] == str(FIRST)
    correct_the_amount(page, address)
    another_mind_disagrees(stored)

    visit(page, f"{address}/deals")
    expect(cell(page, "Deal amount", row_of(page, CLIENT))).to_contain_text(str(MINE))

    visit(page, f"{address}/calls?call={CALL}")
    page.get_by_role("link", name="1 conflict").click()
    expect(page.get_by_role("heading", name="Conflicts (1)")).to_be_visible()
    settle(page)
    for value in (FIRST, MINE, OTHER):
        expect(page.get_by_text(f"${value:,.0f}", exact=True)).to_be_visible()
    expect(page.get_by_text("tester said, and it stands")).to_be_visible()
    page.get_by_role("link", name="Turn 1", exact=True).click()
    expect(page.get_by_role("heading", name=CLIENT, level=1)).to_be_visible()
    page.go_back()

    page.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_text(f"Deal amount of {CLIENT} stays ${MINE:,}.")).to_be_visible()
    expect(page.get_by_role("heading", name="No conflicts")).to_be_visible()
    assert exported(page, address)["Deal amount"] == str(MINE)

    another_mind_disagrees(stored)  # the same again is no news
    visit(page, f"{address}/conflicts")
    expect(page.get_by_role("heading", name="No conflicts")).to_be_visible()
    assert exported(page, address)["Deal amount"] == str(MINE)
