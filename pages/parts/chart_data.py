"""What a chart holds: its values in words, as a table and as a file."""

import csv
import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.exports import defused

_NO_FILE_NAME = re.compile(r"[^a-z0-9]+")

Kind = Literal["bars", "columns", "line", "rates"]
Unit = Literal["", "$", "%", "days"]


@dataclass(frozen=True)
class Series:
    """One colour of a chart: a value for each label, None where nothing is known.

    ``low`` and ``high`` are the ends of an interval, ``counts`` the n of each value; each as long as ``values``, or
    empty. Rates are 0 to 1.
    """

    name: str
    values: Sequence[float | None]
    counts: Sequence[int] = ()
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    colour: str | None = None


@dataclass(frozen=True)
class Chart:
    """What is drawn. ``stands_on`` says its n ("n = 1,204 calls"), ``left_out`` what is not in it and how many.

    Kinds: ``bars`` lie, ``columns`` stand, ``line`` joins points (with a band where there is an interval), ``rates``
    are dots on their intervals. ``labels`` name the values, ``of`` says what the labels are ("Phase"), ``ids`` what a
    click on each gives back (the labels, if empty).
    """

    key: str
    title: str
    stands_on: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: Kind = "bars"
    of: str = "Label"
    unit: Unit = ""
    left_out: str = ""
    stacked: bool = False
    ids: Sequence[str] = ()


def plain(words: str) -> str:
    """Words for a figure, in which no tag, link or entity is read."""
    return html.escape(" ".join(words.split()), quote=False)


def spelled(value: float | None, unit: Unit) -> str:
    """A value in words: '$4,500', '43%', '12 days', '–' for None."""
    if value is None:
        return "–"
    if unit == "%":
        return f"{value:.0%}"
    number = f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"
    return f"${number}" if unit == "$" else f"{number} days" if unit == "days" else number


def brief(value: float | None, unit: Unit) -> str:
    """Like ``spelled``, and millions of dollars as '$1.2M'."""
    return f"${value / 1e6:,.1f}M" if value is not None and unit == "$" and abs(value) >= 1e6 else spelled(value, unit)


def at_ends(values: Sequence[float | None], unit: Unit) -> list[str]:
    """The words at the ends of bars: alike, so with a decimal where any of them has one."""
    known = [value for value in values if value is not None]
    decimal = unit == "" and any(not float(value).is_integer() and abs(value) < 100 for value in known)
    return ["" if value is None else f"{value:,.1f}" if decimal else brief(value, unit) for value in values]


def table(chart: Chart) -> tuple[list[str], list[list[str]]]:
    """Headings and rows, in words."""
    headings, rows = _cells(chart)
    units = ["", *(unit for each in chart.series for unit in _units(chart, each))]
    words = [
        [str(row[0]), *(spelled(cell, unit) for cell, unit in zip(row[1:], units[1:], strict=True))] for row in rows
    ]
    return headings, words


def csv_file(chart: Chart) -> bytes:
    """The chart's data as CSV in UTF-8 with a byte order mark: plain numbers, rates in percent, nothing a formula."""
    headings, rows = _cells(chart)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    signs = [f" ({chart.unit})" if unit and chart.unit else "" for unit in ("", *_all_units(chart))]
    writer.writerow([defused(f"{heading}{sign}") for heading, sign in zip(headings, signs, strict=True)])
    of_hundred = [unit == "%" for unit in ("", *_all_units(chart))]
    for row in rows:
        cells = [
            "" if cell is None else round(cell * 100, 2) if share else cell
            for cell, share in zip(row, of_hundred, strict=True)
        ]
        writer.writerow([defused(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def file_name(chart: Chart) -> str:
    """The name of its files, without an ending."""
    return _NO_FILE_NAME.sub("-", chart.title.lower()).strip("-") or "chart"


def _cells(chart: Chart) -> tuple[list[str], list[list[Any]]]:
    headings, columns = [chart.of], [list(chart.labels)]
    for each in chart.series:
        columns_of: list[tuple[str, Sequence[Any]]] = [(each.name, each.values)]
        if each.low:
            columns_of += [("95% from", each.low), ("to", each.high)]
        if each.counts:
            columns_of.append(("n", each.counts))
        for name, values in columns_of:
            headings.append(name if name == each.name or len(chart.series) == 1 else f"{each.name}: {name}")
            columns.append(list(values))
    return headings, [list(row) for row in zip(*columns, strict=True)]


def _all_units(chart: Chart) -> list[Unit]:
    return [unit for each in chart.series for unit in _units(chart, each)]


def _units(chart: Chart, each: Series) -> list[Unit]:
    of: list[Unit] = [chart.unit] * (3 if each.low else 1)
    return [*of, ""] if each.counts else of
