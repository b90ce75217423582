"""Times and days as transcripts write them."""

import re
from datetime import date

TIME = r"[0-9]{1,3}:[0-9]{1,2}(?::[0-9]{1,2})?(?:[.,][0-9]{1,9})?"
"""Pattern of an elapsed time: ``M:SS``, ``H:MM:SS``, with or without a fraction. It has no groups."""

_CLOCK = re.compile(r"([0-9]{1,3}):([0-9]{1,2})(?::([0-9]{1,2}))?(?:[.,]([0-9]{1,9}))?")
_SMPTE = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})[:;]([0-9]{2})")
_FRAMES_A_SECOND = 30

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = "(" + "|".join(_MONTHS) + ")[a-z]{0,6}\\.?"
_NUMBERS = re.compile(r"(?<![0-9])([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_MONTH_FIRST = re.compile(rf"(?<![a-z]){_MONTH} ([0-9]{{1,2}})(?:st|nd|rd|th)?,? ([0-9]{{4}})(?![0-9])", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"(?<![0-9])([0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH},? ([0-9]{{4}})(?![0-9])", re.IGNORECASE
)
_AMERICAN = re.compile(r"(?<![0-9/])([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?![0-9/])")
_TIME_OF_DAY = re.compile(r"(?<![0-9:])([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\.[0-9]{1,9})? ?([ap]\.?m\b)?", re.I)


def seconds(text: str) -> float | None:
    """The seconds of an elapsed time, or None where the text is not one.

    Reads ``M:SS``, ``MM:SS``, ``H:MM:SS``, ``HH:MM:SS.mmm``, ``HH:MM:SS,mmm``, unpadded ``0:0:0.820`` and
    SMPTE ``HH:MM:SS:FF`` (30 frames a second). Minutes may pass 59 where there are no hours.
    """
    text = text.strip()
    found = _CLOCK.fullmatch(text)
    if found is None:
        return _smpte(text)
    first, second, third, fraction = found.groups()
    if third is None and len(second) < 2 and fraction is None:
        return None
    hours, minutes, secs = (0, int(first), int(second)) if third is None else (int(first), int(second), int(third))
    if secs > 59 or (third is not None and minutes > 59):
        return None
    whole = hours * 3600 + minutes * 60 + secs
    return float(f"{whole}.{fraction}") if fraction else float(whole)


def _smpte(text: str) -> float | None:
    found = _SMPTE.fullmatch(text)
    if found is None:
        return None
    hours, minutes, secs, frames = (int(part) for part in found.groups())
    if minutes > 59 or secs > 59:
        return None
    return round(hours * 3600 + minutes * 60 + secs + min(frames / _FRAMES_A_SECOND, 0.999), 3)


def day(text: str) -> str | None:
    """The first full date in a text as ISO ``YYYY-MM-DD``, or None.

    A date without a year is none. ``10/03/2025`` is read the American way, as the third of October.
    """
    if found := _NUMBERS.search(text):
        year, _, month, number = found.groups()
        return _iso(int(year), int(month), int(number))
    if found := _MONTH_FIRST.search(text):
        name, number, year = found.groups()
        return _iso(int(year), _MONTHS.index(name.lower()) + 1, int(number))
    if found := _DAY_FIRST.search(text):
        number, name, year = found.groups()
        return _iso(int(year), _MONTHS.index(name.lower()) + 1, int(number))
    if found := _AMERICAN.search(text):
        month, number, year = found.groups()
        return _iso(int(year), int(month), int(number))
    return None


def _iso(year: int, month: int, number: int) -> str | None:
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return None


def time_of_day(text: str) -> str | None:
    """The first time of day in a text as ``HH:MM`` or ``HH:MM:SS`` of a 24-hour clock, or None."""
    for found in _TIME_OF_DAY.finditer(text.replace("T", " ")):
        hours, minutes, secs, half = found.groups()
        hour = int(hours)
        if half:
            hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
        if hour < 24 and int(minutes) < 60 and int(secs or 0) < 60:
            return f"{hour:02}:{minutes}" + (f":{secs}" if secs else "")
    return None
