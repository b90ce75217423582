"""The numbers of a question: what it compares with, ranges, hours, and how many of the largest it asks for."""

import itertools
import re
from dataclasses import dataclass

from services.analyst.numbers import numbers_in
from services.copilot.periods import Period


@dataclass(frozen=True)
class Number:
    """A number of a question, and where it stands. ``money``: it is of dollars. ``timed``: it is of minutes."""

    value: float
    money: bool
    start: int
    end: int
    timed: bool = False


_RANKING = (
    r"(?:largest|biggest|highest|richest|wealthiest|priciest|costliest|longest|smallest|lowest|cheapest|poorest|shortest"
    r"|best|newest|latest|oldest|earliest|most|least|top)"
)
_RANKED = re.compile(
    rf"\b(?:top|bottom|first|last|best|{_RANKING}) (?P<after>\d+|[a-z]+)\b"
    rf"|\b(?P<before>\d+|(?!(?:the|our|their|my|your|all)\b)[a-z]+) {_RANKING}\b"
)
PLACES = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}
_MOST_RANKED = 20


def rank_in(folded: str) -> int | None:
    """How many of the largest are asked for: the top three, the two smallest, the second largest."""
    for match in _RANKED.finditer(folded):
        word = match.group("after") or match.group("before")
        place = PLACES.get(word) if match.group("before") else None
        told = [one.value for one in numbers_in(word) if one.shape == "plain" and not one.money]
        if found := place or (int(told[0]) if told and 1 < told[0] <= _MOST_RANKED else None):
            return found
    return None


def ranks(folded: str, number: Number) -> bool:
    """Whether a number says how many of the largest are asked for."""
    return number.value <= _MOST_RANKED and any(
        match.start() <= number.start < match.end() and number.end <= match.end() for match in _RANKED.finditer(folded)
    )


_BETWEEN = re.compile(
    r"\b(?:between|from|of|at|in the|range|worth|have|has|had|with|own|owns|are|is|cost|costs|paid) \$?$"
)
_TO = re.compile(r" (?:and|to|through|up to) \$?| ?- ?\$?")


def ranges_of(folded: str, numbers: list[Number]) -> list[tuple[Number, Number]]:
    """Numbers that are the two ends of a range: between 300,000 and a million, $2,000 to $4,000."""
    found = []
    for low, high in itertools.pairwise(numbers):
        joined = _TO.fullmatch(folded[low.end : high.start])
        told = "between" in folded[: low.start] or (joined is not None and "and" not in joined.group())
        if joined is None or not told or not _BETWEEN.search(f"{folded[: low.start].rstrip(' $')} "):
            continue
        least = low.value
        while least * 1000 <= high.value and not low.money:  # 300 to 500 thousand
            least *= 1000
        if least <= high.value:
            found.append((Number(least, low.money or high.money, low.start, low.end), high))
    return found


_HOURS = (
    (re.compile(r"\ban hour and a half\b|\bone and a half hours\b"), 90.0),
    (re.compile(r"\bthree quarters of an hour\b"), 45.0),
    (re.compile(r"\bhalf an hour\b|\ba half hour\b|\bhalf hour\b"), 30.0),
    (re.compile(r"\b(?:a )?quarter of an hour\b"), 15.0),
    (re.compile(r"\b(?:an|one|1) hour\b"), 60.0),
    (re.compile(r"\b(?:two|2) hours\b"), 120.0),
)


def _hours(folded: str) -> list[Number]:
    """How long in words of an hour, in minutes."""
    for pattern, minutes in _HOURS:
        if match := pattern.search(folded):
            return [Number(minutes, False, *match.span(), timed=True)]
    return []


def numbers_of(folded: str, but: Period | None) -> list[Number]:
    """The numbers of a question, but for those of its time and of a year."""
    found = _hours(folded)
    hours = [(one.start, one.end) for one in found]
    for spoken in numbers_in(folded):
        within = but is not None and but.start <= spoken.start < but.end
        a_year = 2000 <= spoken.value <= 2100 and not spoken.money and not spoken.scaled
        in_hours = any(start <= spoken.start < end for start, end in hours)
        if within or a_year or in_hours or spoken.shape in ("ordinal", "string"):
            continue
        found.append(
            Number(spoken.value, spoken.money or spoken.scaled or spoken.value >= 1000, spoken.start, spoken.end)
        )
    return found
