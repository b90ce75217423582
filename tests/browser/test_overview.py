"""Charts in a real browser: words that can be read, a click that shows the words, and a picture to take along."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settle, visit
from tests.browser.test_accessibility import assert_accessible
from tests.browser.test_first_day import wait_for_runs

SAMPLES = Path(__file__).parents[2] / "services" / "sample_calls"
CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor);
  const words = [...document.querySelectorAll(".js-plotly-plot :is(.xtick, .ytick, .gtitle, .gtitle-subtitle) text, "
    + ".js-plotly-plot :is(.gtitle, .gtitle-subtitle)")].map((each) => light(getComputedStyle(each).fill));
  return Math.min(...words.map((each) => (Math.max(each, ground) + 0.05) / (Math.min(each, ground) + 0.05)));
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_can_be_read_clicked_and_taken_along(page: Page, address: str, tmp_path: Path, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visit(page, address)
    page.locator("input[type=file]").first.set_input_files(
        SAMPLES / ("Intake.txt" if theme == "light" else "Newlywed plan.txt")
    )
    page.get_by_role("button", name="Process 1 call").wait_for()
    settle(page)
    page.get_by_role("button", name="Process 1 call").click()
    wait_for_runs(page)
    visit(page, f"{address}/objections")
    bars = page.locator(".st-key-objections_which_plot .barlayer .point path")
    expect(bars.first).to_be_visible()
    assert page.evaluate(CONTRAST) >= 4.5
    bars.first.click(force=True)  # over the bars lies what listens for the mouse
    expect(page.locator(".st-key-objections_name input")).not_to_have_value("")
    settle(page)
    expect(page.locator(".st-key-objections_said_0")).to_contain_text("“")
    assert_accessible(page, "objections")
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG of Which objections").click()
    picture = tmp_path / "chart.png"
    download.value.save_as(picture)
    assert download.value.suggested_filename == "which-objections.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
