"""Days in a draft, and the days that a call supports."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services import sentence_words
from services.agents import findings
from services.agents.contract import NextStep, Quote
from services.analyst import dates
from services.analyst.numbers import numbers_in
from services.sentence_ground import Ground

_MONTHS = "|".join(dates.MONTHS)
_MONTH_WORDS = rf"(?:{_MONTHS}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_WRITTEN = re.compile(
    rf"\b(?:(?:{'|'.join(dates.WEEKDAYS)}),? )?(?:the )?"
    rf"(?:({_MONTH_WORDS})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (\d{{4}}))?"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH_WORDS})\b(?:,? (\d{{4}}))?"
    r"|(\d{4})-(\d{2})-(\d{2})|(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?)"
)
_DAYLIKE = re.compile(
    rf"\b(?:{'|'.join(dates.WEEKDAYS)}|{_MONTHS}|today|tonight|tomorrow|days?|weeks?|months?|weekend|morning|afternoon"
    r"|evening|noon|the (?:\d{1,2}|[a-z\-]+(?:th|rd|nd|st))|christmas|thanksgiving|easter|holidays|new year)\b"
)
_CLOCK = re.compile(
    r"\b(\d{1,2})(?::(\d\d))?\s?(?:a\.?m\b|p\.?m\b|o'clock)|\bat (\d{1,2})(?::(\d\d))?(?![\d,:$%])|\b(\d{1,2}):(\d\d)\b"
)
_CLOCK_AFTER = re.compile(
    r",?\s*(?:(?:at|@)\s*\d{1,2}(?::\d\d)?(?!\d)|\d{1,2}:\d\d|(?=\d{1,2}\s?[ap]\.?m)\d{1,2}|at noon)"
    r"(?:\s?[ap]\.?m\b\.?)?"
)
_BY = re.compile(r"\b(?:by|before|until|till|due|no later than)\b[^.]{0,12}$")
_AROUND = 2  # turns on either side of a step's proof in which its day may be said
_MOST = 6  # days of one sentence


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a draft names: its words' place, and the ISO date where it can be told."""

    start: int
    end: int
    iso: str | None
    words: str


def days_in(folded: str, meeting: str | None) -> list[Day]:
    """The days that a folded text names, in order."""
    found, rest = [], folded
    for match in _WRITTEN.finditer(folded):
        clock = _CLOCK_AFTER.match(folded, match.end())
        end = clock.end() if clock else match.end()
        found.append(Day(match.start(), end, _iso(match, meeting), folded[match.start() : end]))
        rest = _blanked(rest, match.start(), end)
    for _ in range(_MOST):
        span = dates.when_in(rest)
        if span is None:
            break
        words = rest[slice(*span)]
        if _DAYLIKE.search(words):
            found.append(Day(*span, dates.resolve(words, meeting), words.strip(" ,")))
        rest = _blanked(rest, *span)
    return sorted(found, key=lambda day: day.start)


def _blanked(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{'#' * (end - start)}{text[end:]}"


def _iso(match: re.Match[str], meeting: str | None) -> str | None:
    """The date that is written; of a date without a year, the next one from the meeting on."""
    month, day, year, day2, month2, year2, *rest = match.groups()
    iso_year, iso_month, iso_day, us_month, us_day, us_year = rest
    number = next(
        (index + 1 for index, name in enumerate(dates.MONTHS) if (month or month2 or "?")[:3] == name[:3]), None
    )
    told = year or year2 or iso_year or us_year
    try:
        months, days = number or int(iso_month or us_month), int(day or day2 or iso_day or us_day)
        years = int(told) + (2000 if told and len(told) == 2 else 0) if told else int((meeting or "")[:4])
        found = date(years, months, days)
        if not told and meeting and found.isoformat() < meeting[:10]:
            found = found.replace(year=years + 1)
    except (ValueError, TypeError):
        return None
    weekday = next((index for index, name in enumerate(dates.WEEKDAYS) if name in match.group()), None)
    return found.isoformat() if weekday in (None, found.weekday()) else None


def evidence_of(day: Day, ground: Ground, steps: list[NextStep], sentence: str) -> tuple[bool, tuple[Quote, ...]]:
    """Whether the call supports a day of a draft's sentence, and the words that do.

    The meeting's own day needs none. Where the sentence tells of next steps, the day must be one of theirs.
    """
    about = bool(sentence_words.cues("spoke", sentence)) and not _BY.search(sentence[: day.start])
    if day.iso and day.iso == (ground.header.meeting_date or "")[:10] and (about or not steps):
        return True, ()
    for step in steps or findings.next_steps(ground.extraction):
        if day.iso and step["due_date"] == day.iso and _same_clock(day, step, ground):
            return True, tuple(step["evidence"])
        if step["source"] == "human" and not day.iso and _falls_on(day, step["due_date"]):
            return True, ()
        if step["due"] and _told_as(day.words, str(step["due"])):
            return True, tuple(step["evidence"])
    for quote in _where_said(steps, ground):
        if _said(day, sentence_words.plain(quote["quote"]), ground.header.meeting_date):
            return True, tuple(ground.quotes([quote["turn"]], sentence_words.stems(day.words)))
    return False, ()


def _falls_on(day: Day, due: str | None) -> bool:
    """Whether a day without a year is the one on which a person's step is due."""
    return bool(due) and any(other.iso == due for other in days_in(day.words, due))


def _where_said(steps: list[NextStep], ground: Ground) -> Iterator[Quote]:
    """The words in which a day must stand: the steps' own, around them where they have no day, or anywhere."""
    if any(step["due"] for step in steps):
        yield from (quote for step in steps for quote in step["evidence"])
        return
    turns = _around(steps, len(ground.dialogue)) if steps else range(len(ground.dialogue))
    yield from (Quote(turn=index, quote=str(ground.dialogue[index].get("text") or "")) for index in turns)


def _around(steps: list[NextStep], turns: int) -> Iterator[int]:
    near = {quote["turn"] + by for step in steps for quote in step["evidence"] for by in range(-_AROUND, _AROUND + 1)}
    yield from sorted(index for index in near if 0 <= index < turns)


def _said(day: Day, folded: str, meeting: str | None) -> bool:
    if day.words in folded:
        return True
    if not _DAYLIKE.search(folded):
        return False
    clock = _CLOCK.search(day.words)
    if clock and _times(clock)[0] not in clocks_in(folded):
        return False
    return any(
        (day.iso and other.iso == day.iso) or _told_as(day.words, other.words) for other in days_in(folded, meeting)
    )


def _told_as(words: str, others: str) -> bool:
    """Whether a day is told in words that were said of it."""
    mine = set(re.findall(r"[a-z0-9']+", words)) - _LEADING
    return bool(mine) and mine <= set(re.findall(r"[a-z0-9']+", others.lower()))


_LEADING = frozenset("by before on until till for the at this next of in a".split())


def _same_clock(day: Day, step: NextStep, ground: Ground) -> bool:
    """Whether a time that the draft gives is one that was said around the step; True where it gives none."""
    clock = _CLOCK.search(day.words)
    if not clock:
        return True
    hour, minute = _times(clock)[0]
    texts = [str(ground.dialogue[index].get("text") or "") for index in _around([step], len(ground.dialogue))]
    return any((hour, minute) in clocks_in(sentence_words.plain(text)) for text in [*texts, str(step["due"])])


def clocks_in(folded: str) -> set[tuple[int, int]]:
    """The times of day that numbers of a folded text may mean, as hour of twelve and minute."""
    found = {time for match in _CLOCK.finditer(folded) for time in _times(match)}
    for number in numbers_in(folded):
        value = int(number.value)
        if 1 <= value <= 12:
            found.add((value % 12, 0))
        if 100 <= value <= 1259 and value % 100 < 60:
            found.add((value // 100 % 12, value % 100))
    return found | ({(0, 0)} if "noon" in folded else set())


def _times(match: re.Match[str]) -> list[tuple[int, int]]:
    """The time that a written one means, as hour of twelve and minute."""
    groups = match.groups()
    pairs = zip(groups[::2], groups[1::2], strict=True)
    return [(int(hour) % 12, int(minute or 0)) for hour, minute in pairs if hour]
