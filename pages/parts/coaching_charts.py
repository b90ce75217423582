"""The charts of coaching: one measure month by month, and adviser by adviser."""

import calendar
from collections.abc import Sequence

from pages.parts.chart_data import Chart, Series, Unit
from pages.parts.charts import AMBER, GREEN, GREY, draw
from pages.parts.text import count
from services.coaching.over_time import SHOWN, Middle, OfFigure, Picture

_MOST_ADVISERS = 25
_MOST_MONTHS = 240


def months(adviser: str, figure: str, chosen: OfFigure, picture: Picture, left_out: str) -> None:
    """The measure's median by month: the adviser's and the team's, and that of all won calls as a level line."""
    labels = _every_month(chosen)
    team, own = dict(chosen.team_months), dict(chosen.own_months)
    winners = picture.winners[figure]
    series = [_series(adviser, own, labels, GREEN)] if adviser else []
    series.append(_series("Team", team, labels, GREY if adviser else GREEN))
    if winners.value is not None:
        level = [winners.value] * len(labels)
        series.append(Series(f"Calls that ended {picture.won}", level, counts=[winners.n] * len(labels), colour=AMBER))
    if adviser and not _all(own):
        series = []  # the team's line alone would look like the adviser's
    calls = sum(middle.n for middle in (own if adviser else team).values())
    draw(
        Chart(
            key="coaching_months",
            title=f"{_title(figure)} by month{f', {adviser}' if adviser else ''}",
            stands_on=f"medians, n = {count(calls, 'call')}" + (f"; team n = {_all(team):,}" if adviser else ""),
            labels=[_month(label) for label in labels],
            series=series,
            kind="line",
            of="Month",
            unit=_sign(figure),
            left_out=left_out,
        ),
        empty=f"No call{f' of {adviser}' if adviser else ''} with a meeting date says this measure.",
    )


def advisers(figure: str, chosen: OfFigure, adviser: str) -> None:
    """The measure's median of each adviser, the highest first."""
    said = [(name, middle) for name, middle in chosen.by_adviser if middle.value is not None]
    said.sort(key=lambda one: (-(one[1].value or 0), one[0]))
    shown = said[:_MOST_ADVISERS]
    silent = len(chosen.by_adviser) - len(said)
    left_out = [
        f"{count(silent, 'adviser')} without a call that says it" if silent else "",
        f"{count(len(said) - len(shown), 'more adviser')} further down" if len(said) > len(shown) else "",
    ]
    told = " and ".join(filter(None, left_out))
    draw(
        Chart(
            key="coaching_advisers",
            title=f"{_title(figure)} by adviser",
            stands_on=f"medians, n = {count(sum(middle.n for _, middle in said), 'call')}",
            labels=[f"{name} (n {middle.n:,})" for name, middle in shown],
            series=[Series("Median", [middle.value for _, middle in shown], counts=[middle.n for _, middle in shown])],
            kind="bars",
            of="Adviser",
            unit=_sign(figure),
            left_out=f"Left out: {told}." if told else "",
        ),
        empty="No call says this measure.",
    )


def _every_month(chosen: OfFigure) -> list[str]:
    """The months from the first to the last that has a call, none left out between; of very many those with calls."""
    known = sorted({name for name, _ in [*chosen.team_months, *chosen.own_months] if "01" <= name[5:7] <= "12"})
    if not known:
        return []
    first, end = ((int(one[:4]) * 12 + int(one[5:7]) - 1) for one in (known[0], known[-1]))
    if end - first > _MOST_MONTHS:
        return known
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, end + 1)]


def _month(label: str) -> str:
    """'2025-06' as 'Jun 2025'."""
    return f"{calendar.month_abbr[int(label[5:7])]} {label[:4]}"


def _series(name: str, middles: dict[str, Middle], labels: Sequence[str], colour: str) -> Series:
    none = Middle(None, 0)
    return Series(
        name,
        [middles.get(label, none).value for label in labels],
        counts=[middles.get(label, none).n for label in labels],
        colour=colour,
    )


def _all(middles: dict[str, Middle]) -> int:
    return sum(middle.n for middle in middles.values())


def _title(figure: str) -> str:
    """A measure with the unit that its numbers are in, where the name does not say it."""
    shown = SHOWN[figure]
    return f"{shown.label} ({shown.unit})" if shown.unit in ("words", "words a minute", "seconds") else shown.label


def _sign(figure: str) -> Unit:
    return "%" if SHOWN[figure].unit == "share" else ""
