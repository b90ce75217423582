"""The charts of the objections: how often, in which groups of calls, and which answers led to wins."""

from collections.abc import Sequence

from pages.parts.charts import AMBER, Chart, Series
from pages.parts.overview_charts import left_out
from pages.parts.phases import label
from pages.parts.text import count
from services.objections import BY, HANDLINGS, Answer, Group, Objections
from services.overview import Rate

_MOST_SERIES = 5
_OTHERS = "All others"


def which(seen: Objections) -> Chart:
    """In how many calls each objection was raised, and how often."""
    return Chart(
        key="objections_which",
        title="Which objections",
        stands_on=f"n = {count(seen.with_any, 'call')} with an objection, of {seen.calls:,}",
        labels=[each.name for each in seen.found],
        series=[
            Series("Calls", [each.calls for each in seen.found]),
            Series("Times raised", [each.times for each in seen.found], colour=AMBER),
        ],
        of="Objection",
        left_out=left_out((seen.left_out, "calls with an objection that no words support")),
    )


def where(seen: Objections, by: Group, name: str) -> Chart:
    """In which groups of calls one objection was raised, or all of them."""
    names = [each.name for each in seen.found]
    groups = [group for group in seen.groups if not name or seen.split.get((name, group))]
    shown = {each: [each] for each in ([name] if name else names[:_MOST_SERIES])}
    if not name and len(names) > _MOST_SERIES:
        shown[_OTHERS] = names[_MOST_SERIES:]
    series = [
        Series(each, [sum(seen.split.get((one, group), 0) for one in of) for group in groups])
        for each, of in shown.items()
    ]
    number = sum(int(value or 0) for each in series for value in each.values)
    one, many = ("time raised", "times raised") if by == "phase" else ("call", "calls")
    if by != "phase" and not name:
        one, many = "objection of a call", "objections of calls"
    return Chart(
        key="objections_where",
        title=f"{name or 'All objections'} by {BY[by].lower()}",
        stands_on=f"n = {count(number, one, many)}",
        labels=[label(group) if by == "phase" else group for group in groups],
        series=series,
        of=BY[by],
        stacked=True,
        ids=groups,
        left_out=_several(by),
    )


def _several(by: Group) -> str:
    if by in ("product", "adviser"):
        return f"A call of several {BY[by].lower()}s stands in the bar of each."
    return "The phase is that of the turn in which it was raised." if by == "phase" else ""


def answers(seen: Objections, name: str) -> Chart:
    """How often a deal was won after each way to answer one objection, or all of them."""
    found = [each for each in seen.answers if not name or each.objection == name]
    lines = [_together(handling, found) for handling in HANDLINGS]
    ended = sum(line.wins.n for line in lines)
    known = [line for line in lines if line.wins.n]
    return Chart(
        key="objections_answers",
        title=f"Won after each answer: {name or 'all objections'}",
        stands_on=f"n = {count(ended, 'client')} whose deal was won or lost"
        if name
        else f"n = {count(ended, 'answer')} to clients whose deal was won or lost",
        labels=[HANDLINGS[line.handling] for line in known],
        series=[
            Series(
                "Won",
                [line.wins.rate for line in known],
                [line.wins.n for line in known],
                [line.wins.low for line in known],
                [line.wins.high for line in known],
            )
        ],
        kind="rates",
        of="Answer",
        unit="%",
        ids=[line.handling for line in known],
        left_out=left_out(
            (sum(line.open for line in lines), "deals that are open or of which no supported end is known")
        ),
    )


def _together(handling: str, answers: Sequence[Answer]) -> Answer:
    of = [each for each in answers if each.handling == handling]
    wins = Rate.of(sum(each.wins.won for each in of), sum(each.wins.lost for each in of))
    return Answer("", handling, wins, sum(each.open for each in of))
