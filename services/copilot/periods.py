"""The time that a question asks for, seen from today."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from services.analyst.dates import MONTHS

_SHORT = {name[:3]: number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_NAMES = {name: number for number, name in enumerate(MONTHS, 1)} | _SHORT
_MONTH = "|".join([*MONTHS, *(f"{name}\\.?" for name in _SHORT)])
_YEAR = r"(?:,? (?:of )?(20\d\d))?"
_DAY = rf"(?P<m>{_MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>20\d\d))?"
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_BOUND = re.compile(
    r"\b(since|after|before|until|till|through|by|from|on or after|up to)\s+(?:the )?(?:end of |start of )?$"
)
_LAST = re.compile(
    r"\b(?:the )?(last|past|previous|next|coming)\s+(\d+|two|three|four|six|twelve)?\s*"
    r"(day|week|month|quarter|year)s?\b"
)
_THIS = re.compile(r"\b(?:this|the current)\s+(week|month|quarter|year)\b")
_COUNTS = {"two": 2, "three": 3, "four": 4, "six": 6, "twelve": 12}
YearOf = Callable[[int], int | None]


@dataclass(frozen=True)
class Period:
    """Days, both included; None is open. It stands in the question from ``start`` to ``end``."""

    since: date | None
    until: date | None
    start: int
    end: int


def period_in(folded: str, today: date, year_of: YearOf) -> Period | None:
    """The time that a question asks for. ``year_of``: the year that a month without one means, by the record."""
    for find in (_days, _quarters, _seasons, _months, _relative, _years):
        found = find(folded, today, year_of)
        if found is not None:
            return found
    return None


def _bounded(folded: str, first: date, last: date, start: int, end: int) -> Period:
    """The time under the word before it: since June, before March 3."""
    if folded[:start].rstrip().endswith("week of"):
        monday = first - timedelta(days=first.weekday())
        return Period(monday, monday + timedelta(days=6), folded[:start].rindex("week of"), end)
    bound = _BOUND.search(folded[:start])
    word = bound.group(1) if bound else ""
    begin = bound.start() if bound else start
    if word in ("since", "from", "on or after"):
        return Period(first, None, begin, end)
    if word == "after":
        return Period(last + timedelta(days=1), None, begin, end)
    if word == "before":
        return Period(None, first - timedelta(days=1), begin, end)
    if word:
        return Period(None, last, begin, end)
    return Period(first, last, start, end)


def _joined(found: list[Period], folded: str) -> Period | None:
    """Two times as one, where they are the ends of it."""
    if len(found) > 1 and re.search(r"\b(?:between|from)\b", folded):
        return Period(found[0].since, found[1].until, found[0].start, found[1].end)
    first = found[0] if found else None
    for later in found[1:]:  # in October or November
        if first and first.until and later.since and later.since - first.until == timedelta(days=1):
            first = Period(first.since, later.until, first.start, later.end)
    if first is not None:
        return first
    return found[0] if found else None


def _days(folded: str, today: date, year_of: YearOf) -> Period | None:
    found = []
    for match in (*_ISO.finditer(folded), *re.finditer(rf"\b{_DAY}\b", folded)):
        told = match.groupdict()
        try:
            if told:
                month = _NAMES[told["m"].rstrip(".")]
                day = date(int(told["y"] or year_of(month) or today.year), month, int(told["d"]))
            else:
                day = date(*map(int, match.groups()))
        except ValueError:
            continue
        found.append(_bounded(folded, day, day, *match.span()))
    for word, back in (("today", 0), ("yesterday", 1), ("tomorrow", -1)):
        if not found and (said := re.search(rf"(?<!own )(?<!owns )(?<!worth )\b{word}\b", folded)):
            day = today - timedelta(days=back)
            found.append(_bounded(folded, day, day, *said.span()))
    return _joined(found, folded)


def _months(folded: str, today: date, year_of: YearOf) -> Period | None:
    found = []
    matches = list(re.finditer(rf"\b({_MONTH}){_YEAR}\b", folded))
    told = next((match.group(2) for match in reversed(matches) if match.group(2)), None)  # between May and June 2025
    for match in matches:
        if match.group(1) == "may" and not re.search(
            r"\b(?:in|since|during|before|after|of|from|until|this|last|and|to) $", folded[: match.start()]
        ):
            continue
        if match.group(1) in ("mar", "dec", "sep") and not match.group(2):
            continue
        month = _NAMES[match.group(1).rstrip(".")]
        year = int(match.group(2) or told or year_of(month) or today.year)
        last = calendar.monthrange(year, month)[1]
        found.append(_bounded(folded, date(year, month, 1), date(year, month, last), *match.span()))
    return _joined(found, folded)


_QUARTER = re.compile(
    r"\b(?:(?:q(?P<q>[1-4])|(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th) quarter)"
    r"|(?:h(?P<h>[12])|(?P<half>first|second) half))(?:(?: of|,| in)?(?: the year)? (?P<year>20\d\d))?\b"
)
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def _quarters(folded: str, today: date, year_of: YearOf) -> Period | None:
    """A quarter or a half of a year: Q1 2026, the first half of 2025."""
    match = _QUARTER.search(folded)
    if match is None:
        return None
    told = match.groupdict()
    if (told["nth"] == "last" or told["half"]) and not told["year"]:
        return None  # the last quarter, seen from today; a half of something else
    part = int(told["q"] or told["h"] or 0) or _NTH[told["nth"] or told["half"]]
    long = 3 if told["q"] or told["nth"] else 6
    last = part * long
    year = int(told["year"] or year_of(last - long + 1) or year_of(last) or today.year)
    ends = date(year, last - long + 1, 1), date(year, last, calendar.monthrange(year, last)[1])
    return _bounded(folded, *ends, *match.span())


_SEASON = re.compile(
    r"\b(?:in|during|over|since|last|this|the) (?:the )?(?P<season>spring|summer|fall|autumn|winter)"
    r"(?:(?: of|,)? (?P<year>20\d\d))?\b"
)
_SEASONS = {"spring": 3, "summer": 6, "fall": 9, "autumn": 9, "winter": 12}


def _seasons(folded: str, today: date, year_of: YearOf) -> Period | None:
    """A season's three months; without a year the latest one with a call in it."""
    match = _SEASON.search(folded)
    if match is None:
        return None
    first = _SEASONS[match.group("season")]
    year = int(match.group("year") or year_of(first + 1 if first < _DECEMBER else first) or today.year)
    last, end = (first + 2, year) if first < _DECEMBER else (2, year + 1)
    ends = date(year, first, 1), date(end, last, calendar.monthrange(end, last)[1])
    return _bounded(folded, *ends, *match.span())


_DECEMBER = 12


def _relative(folded: str, today: date, _: YearOf) -> Period | None:
    if match := _THIS.search(folded):
        first, last = _around(today, match.group(1), 0)
        return _bounded(folded, first, last, *match.span())
    match = _LAST.search(folded)
    if match is None or (match.group(1) in ("last", "past", "next") and folded[match.end() :].startswith(" call")):
        return None
    word, told, unit = match.groups()
    count = int(told) if told and told.isdigit() else _COUNTS.get(told or "", 0)
    ahead = word in ("next", "coming")
    if count:
        days = count * {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[unit]
        ends = (today, today + timedelta(days=days)) if ahead else (today - timedelta(days=days), today)
        return _bounded(folded, *ends, *match.span())
    return _bounded(folded, *_around(today, unit, 1 if ahead else -1), *match.span())


def _years(folded: str, today: date, _: YearOf) -> Period | None:
    match = re.search(r"\b(?:in |during |for |since |before |after )?(20\d\d)\b(?!-)", folded)
    if match is None or folded[: match.start()].endswith("$"):
        return None
    year = int(match.group(1))
    return _bounded(folded, date(year, 1, 1), date(year, 12, 31), match.start(1), match.end(1))


def _around(today: date, unit: str, shift: int) -> tuple[date, date]:
    """The week, month, quarter or year of today, or one before or after it."""
    if unit == "day":
        day = today + timedelta(days=shift)
        return day, day
    if unit == "week":
        first = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
        return first, first + timedelta(days=6)
    if unit == "year":
        return date(today.year + shift, 1, 1), date(today.year + shift, 12, 31)
    long = 3 if unit == "quarter" else 1
    months = today.year * 12 + (today.month - 1) // long * long + shift * long
    last = months + long - 1
    return (
        date(months // 12, months % 12 + 1, 1),
        date(last // 12, last % 12 + 1, calendar.monthrange(last // 12, last % 12 + 1)[1]),
    )
