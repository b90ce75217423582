"""The one look of all charts: colours, words that came from outside, and the same numbers as table and file."""

from itertools import combinations

import pytest

from pages.parts.chart_data import at_ends, brief, csv_file, spelled, table
from pages.parts.charts import PALETTE, Chart, Series, figure

LIGHT, DARK = "#FCFCFA", "#0B1110"  # the grounds of .streamlit/config.toml
# How colours look to the colour-blind (Machado, Oliveira and Fernandes 2009, severity 1), on linear RGB.
EYES = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}

Three = tuple[float, float, float]


def linear(colour: str) -> Three:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def light(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def lab(colour: str, eye: str) -> Three:
    seen = [sum(a * b for a, b in zip(row, linear(colour), strict=True)) for row in EYES[eye]]
    red, green, blue = (min(1.0, max(0.0, part)) for part in seen)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def chart(**changed: object) -> Chart:
    told = {
        "key": "some",
        "title": "Some title",
        "stands_on": "n = 3 calls",
        "labels": ["Price", "=Timing"],
        "series": [Series("Calls", [2, 1], [2, 1])],
        "of": "Objection",
    }
    return Chart(**{**told, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("colour", PALETTE)
def test_a_colour_stands_out_from_both_grounds(colour: str) -> None:
    assert contrast(colour, LIGHT) >= 3
    assert contrast(colour, DARK) >= 3


@pytest.mark.parametrize("eye", EYES)
def test_any_two_colours_can_be_told_apart_by_colour_blind_people_too(eye: str) -> None:
    for one, other in combinations(PALETTE, 2):
        apart = sum((a - b) ** 2 for a, b in zip(lab(one, eye), lab(other, eye), strict=True)) ** 0.5
        assert apart >= 15, (one, other)


def test_the_words_at_the_ends_of_bars_are_alike() -> None:
    assert at_ends([4.9, 4, None], "") == ["4.9", "4.0", ""]
    assert at_ends([3, 0], "") == ["3", "0"]
    assert at_ends([2_500_000, 900], "$") == ["$2.5M", "$900"]


def test_the_title_says_what_the_chart_stands_on() -> None:
    title = figure(chart()).layout.title
    assert (title.text, title.subtitle.text) == ("Some title", "n = 3 calls")


def test_no_tag_or_link_of_a_call_is_read_in_a_chart() -> None:
    drawn = figure(chart(labels=['<a href="https://x.example">x</a>', "<b>b</b> & c"]))
    words = [*drawn.layout.yaxis.ticktext, *drawn.data[0].hovertext]
    assert not [word for word in words if "<a" in word or "<b>b" in word]


def test_the_file_holds_plain_numbers_and_no_formula() -> None:
    rows = csv_file(chart()).decode("utf-8-sig").splitlines()
    assert rows == ["Objection,Calls,n", "Price,2,2", "'=Timing,1,1"]


def test_rates_stand_in_the_file_in_percent_with_their_interval() -> None:
    series = Series("Won", [0.5, None], [4, 0], [0.15, None], [0.85, None])
    rates = chart(series=[series], kind="rates", unit="%", labels=["Answered", "Evaded"])
    assert csv_file(rates).decode("utf-8-sig").splitlines() == [
        "Objection,Won (%),95% from (%),to (%),n",
        "Answered,50.0,15.0,85.0,4",
        "Evaded,,,,0",
    ]
    headings, lines = table(rates)
    assert headings == ["Objection", "Won", "95% from", "to", "n"]
    assert lines == [["Answered", "50%", "15%", "85%", "4"], ["Evaded", "–", "–", "–", "0"]]


@pytest.mark.parametrize("kind", ["bars", "columns", "line", "rates"])
def test_one_value_alone_and_fifty_can_be_drawn(kind: str) -> None:
    for number in (1, 50):
        labels = [f"Label {place}" for place in range(number)]
        values = [place / number for place in range(number)]
        drawn = figure(
            chart(kind=kind, labels=labels, series=[Series("One", values, low=values, high=values)], unit="%")
        )
        assert drawn.layout.height >= 180
        assert len(drawn.data[-1].hovertext) == number


def test_values_are_spelled_as_people_write_them() -> None:
    assert [spelled(4500, "$"), spelled(0.426, "%"), spelled(12, "days"), spelled(None, "$"), spelled(1.25, "")] == [
        "$4,500",
        "43%",
        "12 days",
        "–",
        "1.2",
    ]
    assert [brief(2_345_678, "$"), brief(999, "$"), brief(2e6, "")] == ["$2.3M", "$999", "2,000,000"]
