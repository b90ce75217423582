"""Days and times as people say them, and the dates that they mean."""

import re
from datetime import date, timedelta

from services.analyst.dialogue import Sentence
from services.analyst.numbers import numbers_in
from services.analyst.wordings import Wording
from services.analyst.words import data

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ORDINALS: dict[str, int] = data("numbers")["ordinals"]
_ONES = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
_DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)|(?:twenty|thirty)[- ](?:{_ONES})|{_ONES}|tenth|eleventh|twelfth"
    rf"|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth"
    rf"|thirtieth)"
)
_COUNT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_HOUR = rf"(?:\d{{1,2}}(?::\d\d)?|noon|midnight|{_COUNT})"
_MINUTES = r"(?:[- ](?:thirty|fifteen|forty-five|o'clock|twenty|ten))?"
_CLOCK = (
    rf"(?:(?:,? (?:at|around)|,|) {_HOUR}{_MINUTES}(?:,? ?(?:a\.?m\.?|p\.?m\.?|o'clock"
    rf"|noon))?(?! (?:of|days|weeks|months|kids|percent|deeds))(?![\w-]))"
)
_PART = (
    r"(?:,? (?:in the (?:morning|afternoon|evening)|(?:at )?(?:noon|night)|morning|afternoon|evening"
    r"|night|eastern|central|mountain|pacific))"
)
_MONTHDAY = rf"(?:(?:{'|'.join(MONTHS)})(?: the)? (?:{_DAY}|\d{{1,2}}(?![\d,])))"
_NTH = rf"(?:the {_DAY}(?: of (?:{'|'.join(MONTHS)}|next month|this month|the month))?)"
_WEEKDAY = rf"(?:(?:this |next |that |the )?(?:{'|'.join(WEEKDAYS)})(?:,? {_NTH}|,? {_MONTHDAY})?)"
_LENGTH = r"(?:a|one|two|three|four|five|six|\d+|a couple(?: of)?) (?:days?|weeks?|months?)"
_NEAR = (
    rf"(?:{_LENGTH} from (?:today|now|tomorrow|{_WEEKDAY})|(?:{'|'.join(WEEKDAYS)}) week|the week of {_NTH}"
    r"|today|tonight|tomorrow|first thing(?: in the morning)?|in the morning"
    r"|this (?:afternoon|evening|morning|week|weekend|month)|next (?:week"
    rf"|month|weekend)|the weekend|end of (?:the |this )?(?:day|week|month)|the end of (?:the "
    rf"|this )?(?:day|week|month)|in (?:a|an|{_COUNT}|\d+|a couple(?: of)?|a few) (?:days?|weeks?"
    rf"|months?)|within (?:a|the|{_COUNT}|\d+) (?:days?|weeks?|months?)|a few days ahead)"
)
_OPEN = (
    r"(?:(?:before|by) (?:then|that|supper|dinner|lunch)|after (?:this|church|work|the \w+)|in between"
    r"|(?:as soon as|soon as|when|once|after) (?:i|we|you|he|she|they|it|the|my|our)(?:'\w+)?\b"
    r"(?: (?!(?:i|we|you|he|she|they)(?:'ll|'d)\b)[\w']+){1,6})"
)
_WHEN = Wording(
    rf"\b(?:by |before |on |until |till |for )?(?:(?:the )?(?:end|close) of business |first thing )?"
    rf"(?:{_WEEKDAY}|{_MONTHDAY}|{_NTH}|{_NEAR}){_PART}?{_CLOCK}?{_PART}?(?!\w)"
)
_HOLIDAY = (
    "(?:thanksgiving|christmas|easter|passover|hanukkah|ramadan|labor day|memorial day|the holidays|new year's"
    "|spring break)"
)
_MONTH_ALONE = (
    rf"(?:(?:after|before|by|until|till|in|sometime in|early in|late in|(?:the )?(?:end|middle|first|start) of)"
    rf" (?:{'|'.join(MONTHS)})(?! (?:i|we|you|not|be)\b)|(?:before|after|by|until|till)"
    rf" (?:{_HOLIDAY}|the new year|the weekend)|(?:the week (?:of|after|before)|at|over|around) {_HOLIDAY})"
)
_LOOSE = re.compile(rf"\b{_OPEN}")
_MONTH_WORDS = Wording(rf"\b{_MONTH_ALONE}\b")
_LOOSE_WORDS = ("before ", "by ", "after ", "in between", "soon as ", "when ", "once ")  # of which it needs one
_LEAD = re.compile(r"^(?:on|for) ")


def when_said(sentence: Sentence) -> tuple[int, int] | None:
    """Where a sentence says when something is due: its longest such phrase; None where it says nothing. Found once."""
    known = sentence.line.found.get("when")
    if known is None:
        worth_it = _WHEN.may_hold(sentence) or _MONTH_WORDS.may_hold(sentence) or _may_be_loose(sentence.folded)
        span = when_in(sentence.folded) if worth_it else None
        known = sentence.line.found["when"] = [span] if span else []
    return known[0] if known else None


def _may_be_loose(folded: str) -> bool:
    return any(word in folded for word in _LOOSE_WORDS)


def when_in(folded: str) -> tuple[int, int] | None:
    """The same of any folded text."""
    found = [match.span() for match in _WHEN.pattern.finditer(folded)]
    if found:
        start, end = max(found, key=lambda span: (span[1] - span[0], -span[0]))
        lead = _LEAD.match(folded[start:end])
        return start + (lead.end() if lead else 0), end
    if month := _MONTH_WORDS.pattern.search(folded):
        return month.span()
    loose = _LOOSE.search(folded) if _may_be_loose(folded) else None
    return loose.span() if loose else None


def resolve(due: str | None, meeting: str | None) -> str | None:
    """The ISO date that a due phrase means, seen from the day of the meeting (ISO); None where that can't be told."""
    try:
        today = date.fromisoformat((meeting or "")[:10])
    except ValueError:
        return None
    day = _day(due.lower().replace("’", "'"), today) if due else None
    return day.isoformat() if day else None


def _day(due: str, today: date) -> date | None:
    if span := re.search(rf"\b(a|one|{_COUNT}|\d+) (day|week|month)s? from (.+)", due):
        begin = today if span.group(3) == "now" else _day(span.group(3), today)
        return _ahead(span.group(1), span.group(2), begin) if begin else None
    if re.search(r"\b(?:today|tonight|this (?:morning|afternoon|evening)|end of (?:the )?day)\b", due):
        return today
    if "tomorrow" in due:
        return today + timedelta(days=1)
    if month := re.search(rf"\b({'|'.join(MONTHS)})\b", due):
        return _of_month(due, MONTHS.index(month.group(1)) + 1, today)
    if nth := re.search(rf"\bthe ({_DAY})", due):
        day = _nth(_ordinal(nth.group(1)), due, today)
        in_next = day is not None and "next month" in due and day.month == today.month
        return _nth(_ordinal(nth.group(1)), due, day) if day is not None and in_next else day
    if weekday := re.search(rf"\b({'|'.join(WEEKDAYS)})\b", due):
        ahead = (WEEKDAYS.index(weekday.group(1)) - today.weekday() - 1) % 7 + 1
        later = "day week" in due or ("next " in due and ahead + today.weekday() < 7)
        return today + timedelta(days=ahead + (7 if later else 0))
    if span := re.search(rf"\b(?:in|within) (a|an|{_COUNT}|\d+) (day|week|month)s?\b", due):
        return _ahead(span.group(1), span.group(2), today)
    if re.search(r"\bend of (?:the |this )?week\b", due):
        return today + timedelta(days=(4 - today.weekday()) % 7)
    return None


def _ordinal(words: str) -> int:
    """21 for "twenty-first" or "21st"."""
    if digits := re.match(r"\d+", words):
        return int(digits.group())
    tens = 20 if words.startswith("twenty") and words != "twentieth" else 30 if words.startswith("thirty-") else 0
    last = re.split(r"[- ]", words)[-1]
    return (tens if last != words else 0) + _ORDINALS[last]


def _of_month(due: str, month: int, today: date) -> date | None:
    said = re.search(rf"\b({_DAY}|\d{{1,2}})\b", due)
    if not said:
        return None
    try:
        day = date(today.year, month, _ordinal(said.group(1)))
        return day if day >= today else day.replace(year=today.year + 1)
    except ValueError:
        return None


def _nth(number: int, due: str, today: date) -> date | None:
    """The next day with that number of a month; if a weekday is said with it, the next one on which both agree."""
    weekday = next((index for index, name in enumerate(WEEKDAYS) if name in due), None)
    for ahead in range(1, 93):
        day = today + timedelta(days=ahead)
        if day.day == number and (weekday is None or day.weekday() == weekday):
            return day
        if day.day == number and ahead > 31:
            break
    return None


def _ahead(count: str, unit: str, today: date) -> date:
    number = 1 if count in ("a", "an") else int(numbers_in(count)[0].value)
    return today + timedelta(days=number * {"day": 1, "week": 7, "month": 30}[unit])
