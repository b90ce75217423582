"""The charts of the overview: each says what it stands on and what it leaves out."""

from datetime import date

from pages.parts.charts import AMBER, BLUE, GREEN, Chart, Series
from pages.parts.text import count
from pages.parts.times import day
from services.overview import STATES, UNSUPPORTED, Line, Overview
from services.wording import listed, money


def left_out(*told: tuple[int, str]) -> str:
    """A sentence on what is not counted, each with how many; nothing of those that are none."""
    words = [f"{what} ({number:,})" for number, what in told if number]
    return f"Not counted: {listed(words)}." if words else ""


def deals(number: int) -> str:
    """The n of a chart over deals."""
    return f"n = {count(number, 'deal')}, the latest of each client"


def stages(seen: Overview) -> Chart:
    """How many deals stand on each stage."""
    number = sum(line.deals for line in seen.stages)
    return _bars(
        "stages",
        "Deals by stage",
        deals(number),
        seen.stages,
        left_out((seen.stages_left_out, "deals whose outcome no words of the call support")),
    )


def outcomes(seen: Overview) -> Chart:
    """How many deals ended how."""
    number = sum(line.deals for line in seen.outcomes)
    return _bars(
        "outcomes",
        "Deals by outcome",
        deals(number),
        seen.outcomes,
        left_out(
            (seen.outcomes_left_out, "deals whose outcome no words of the call support"),
            (seen.no_outcome, "deals of which no outcome was said"),
        ),
    )


def _bars(key: str, title: str, stands_on: str, lines: tuple[Line, ...], told: str) -> Chart:
    return Chart(
        key=f"overview_{key}",
        title=title,
        stands_on=stands_on,
        labels=[line.name for line in lines],
        series=[Series("Deals", [line.deals for line in lines], colour=GREEN)],
        of=title.removeprefix("Deals by ").capitalize(),
        left_out=told,
    )


def money_of(lines: tuple[Line, ...], key: str, title: str) -> Chart:
    """What the deals of each line are worth, as far as it is supported; what is not stands apart."""
    number = sum(line.amount_n for line in lines)
    doubted = sum(line.unsupported_n for line in lines)
    series = [
        Series(
            "Supported amounts",
            [line.amount if line.amount_n else None for line in lines],
            [line.amount_n for line in lines],
            colour=GREEN,
        )
    ]
    if doubted:
        series.append(
            Series(
                "Unsupported, not counted",
                [line.unsupported if line.unsupported_n else None for line in lines],
                [line.unsupported_n for line in lines],
                colour=AMBER,
            )
        )
    return Chart(
        key=f"overview_{key}",
        title=title,
        stands_on=f"n = {count(number, 'deal')} with a supported amount",
        labels=[line.name for line in lines],
        series=series,
        of=title.removeprefix("Value by ").capitalize(),
        unit="$",
        left_out=_amounts_left_out(lines),
    )


def _amounts_left_out(lines: tuple[Line, ...]) -> str:
    doubted, unread, silent = (
        sum(getattr(line, name) for line in lines) for name in ("unsupported_n", "unread", "silent")
    )
    sum_ = money(sum(line.unsupported for line in lines))
    return left_out(
        (doubted, f"deals with an amount that nothing supports, {sum_} together"),
        (unread, "deals with an amount that is no number"),
        (silent, "deals of which no amount was said"),
    )


def support(seen: Overview) -> Chart:
    """What the amounts rest on."""
    number = sum(line.amount_n + line.unsupported_n for line in seen.money)
    values = [line.unsupported if line.name == STATES[UNSUPPORTED] else line.amount for line in seen.money]
    counts = [line.amount_n + line.unsupported_n for line in seen.money]
    return Chart(
        key="overview_support",
        title="What the deals' values rest on",
        stands_on=f"n = {count(number, 'deal')} with an amount",
        labels=[line.name for line in seen.money],
        series=[Series("Value", [value if n else None for value, n in zip(values, counts, strict=True)], counts)],
        of="Rests on",
        unit="$",
        left_out=left_out((seen.whole.silent, "deals of which no amount was said")),
    )


def funnel(seen: Overview) -> Chart:
    """How many clients came how far."""
    return Chart(
        key="overview_funnel",
        title="Funnel",
        stands_on=f"n = {count(seen.clients, 'client')}, by the furthest stage of any call",
        labels=[stage for stage, _ in seen.funnel],
        series=[Series("Clients that came so far", [number for _, number in seen.funnel], colour=BLUE)],
        of="Stage",
        left_out=left_out((seen.stages_left_out, "stages that no words support (those clients stand on the first)")),
    )


def activity(seen: Overview) -> Chart:
    """What was done week by week."""
    weeks = seen.weeks
    lines = (
        ("Calls held", weeks.calls, GREEN),
        ("E-mails edited", weeks.edited, AMBER),
        ("E-mails sent", weeks.sent, BLUE),
    )
    shown = set(seen.mondays)
    number = sum(found for monday, found in weeks.calls.items() if monday in shown)
    any_done = any(monday in shown for _, of, _ in lines for monday in of)
    return Chart(
        key="overview_activity",
        title="Activity by week",
        stands_on=f"n = {count(number, 'call')} in {count(len(seen.mondays), 'week')}",
        labels=[_week(monday, seen.mondays) for monday in seen.mondays],
        series=[
            Series(name, [of.get(monday, 0) if any_done else None for monday in seen.mondays], colour=colour)
            for name, of, colour in lines
        ],
        kind="columns" if len(seen.mondays) == 1 else "line",
        of="Week from",
        left_out=left_out((seen.undated, "calls without a meeting date")),
    )


def _week(monday: date, all_of_them: tuple[date, ...]) -> str:
    """A Monday, with its year where the weeks lie in several."""
    return day(monday) if all_of_them[0].year != all_of_them[-1].year else f"{monday:%b} {monday.day}"
