"""Spoken numbers of a quote in figures, to be read at a glance: thirty-one fifty is 3,150, May seventeenth May 17."""

import re

from services.analyst.dates import MONTHS
from services.analyst.numbers import Spoken, numbers_in
from services.playbooks.cues import fold

_LEAST = 13  # the smallest number that is put in figures
_MOST = 5  # of one quote
_HOURS = 12  # two numbers that may be an hour and its minutes are left as they were said
_YEARS = range(1900, 2100)
_BEFORE = re.compile(r"([a-z]+) (?:the )?$")


def in_figures(words: str) -> str:
    """The numbers of a quote that were said in words, in brackets; empty where there are none."""
    folded = fold(words)
    spoken = (one for one in numbers_in(folded) if not any(map(str.isdigit, folded[one.start : one.end])))
    told = (_told(number, folded) for number in spoken)
    found = list(dict.fromkeys(each for each in told if each))[:_MOST]
    return f" (in figures: {'; '.join(found)})" if found else ""


def _told(number: Spoken, folded: str) -> str:
    if number.shape == "ordinal":
        before = _BEFORE.search(folded[: number.start])
        return f"{before.group(1).capitalize()} {number.value:.0f}" if before and before.group(1) in MONTHS else ""
    hour = number.shape == "joined" and number.value // 100 <= _HOURS and number.value % 100 % 5 == 0
    if number.shape not in ("plain", "joined", "point") or number.value < _LEAST or hour:
        return ""
    if number.shape == "joined" and number.value in _YEARS:
        return f"{number.value:.0f}"
    return f"{number.value:,.0f}" if float(number.value).is_integer() else f"{number.value:,}"
