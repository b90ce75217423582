"""Days in an e-mail: told as the calendar has them where the call's words settle one, else as they were said."""

import re
from datetime import date

from services import sentence_days
from services.agents.contract import NextStep
from services.analyst.dates import WEEKDAYS
from services.email_voice import ASIDE
from services.sentence_words import plain
from services.wording import sentence

_MEETS = re.compile(r"^(meeting|call): ", re.IGNORECASE)
_BOOKED = re.compile(r"\b(?:meet\w*|appointment|session|signing|visit|wants? an hour|want an hour)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"^(?:how's|how about|what about|could we do|can we do|shall we say|let's do|i can do)\s+", re.IGNORECASE
)
_PLACE = re.compile(
    r"\b(?:same (?:link|number|place|room)|at (?:my|our|your|the) (?:office|house|place|kitchen table)"
    r"|by (?:video|phone)|on (?:zoom|teams|the phone|video)|in person)\b",
    re.IGNORECASE,
)
_BRIEF = 2  # words, of a meeting's last part, that name whose it is ("Howard's")
_NAMED_DAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b|\bthe \w", re.IGNORECASE)
_LEAD = re.compile(r"(?:by|before|on|until|till)\s")
_PART_OF_DAY = re.compile(r"\b(?:morning|afternoon|evening|night|noon)\b")
_SAYS_MORNING = re.compile(r"\bmorning\b|\ba\.?m\b", re.IGNORECASE)
_SAYS_LATER = re.compile(r"\b(?:afternoon|evening|night|noon)\b|\bp\.?m\b", re.IGNORECASE)
_QUESTION_AT_END = re.compile(r",? (?:when are you|what time|does that|is that|how's|would that)\b.*$", re.IGNORECASE)


def meeting(step: NextStep) -> str | None:
    """A meeting as a sentence: what it is, its day, its hour; None where the step is none."""
    action = step["action"].strip()
    kind = _MEETS.match(action)
    rest = action[kind.end() :] if kind else action
    due = _due_of_meeting(step, rest) if kind else proven_due(step)
    if not due:
        return None
    purpose, _, when = rest.rpartition(": ")
    if purpose and not _is_when(when, due):
        return None
    if not kind and not (purpose and _BOOKED.search(purpose)):
        return None
    if purpose:
        purpose = _QUESTION_AT_END.sub("", ASIDE.sub("", purpose))
        return sentence(f"{purpose}: {told(step, due, when)}")
    place = _PLACE.search(rest)
    how = "We speak by phone" if kind and kind.group(1).lower() == "call" else "We meet"
    return sentence(f"{how} {on(told(step, due, rest))}{f', {place.group()}' if place else ''}")


def on(day: str) -> str:
    """A day as it follows a verb: "on Monday", "tomorrow"."""
    return f"on {day}" if _NAMED_DAY.match(day) else day


def _due_of_meeting(step: NextStep, rest: str) -> str | None:
    """Its day, which may stand in its own words instead of the quotes': the analyst put it there."""
    said = step["due"] or ""
    return proven_due(step) or (said if said and plain(said).strip(" .,") in plain(rest) else None)


def is_meeting(step: NextStep) -> bool:
    """Whether a step is a meeting of which the call says the day."""
    return meeting(step) is not None


def _is_when(words: str, due: str) -> bool:
    """Whether words say no more than a day: "How's Tuesday, eight thirty"."""
    held, wanted = (set(re.findall(r"[a-z0-9']+", plain(one))) for one in (_ASKING.sub("", words.strip(" ?.")), due))
    return len(held) <= _BRIEF or len(held & wanted) >= len(held) / 2


def proven_due(step: NextStep) -> str | None:
    """When a step is due, where its own words or a person say so; None for a day that was said elsewhere."""
    due = step["due"]
    if not due or step["source"] == "human":
        return due
    said = [" ".join(plain(quote["quote"]).split()) for quote in step["evidence"]]
    wanted = " ".join(plain(due).split()).strip(" .,")
    return due if any(wanted in one for one in said) else None


def told(step: NextStep, due: str, words: str = "") -> str:
    """A day as an e-mail says it: "Monday, August 25, at 5:30", or as it was said where no date is settled.

    ``words`` are those around it, in which the hour may stand.
    """
    if not step["due_date"] or not _NAMED_DAY.search(due):
        return due.strip(" ,.?")
    day = calendar_day(step["due_date"])
    clock = clock_of(due) or clock_of(words)
    return f"{day}, {clock}" if clock else day


def calendar_day(iso: str) -> str:
    """An ISO date as ``Monday, August 25``."""
    found = date.fromisoformat(iso)
    return f"{found:%A, %B} {found.day}"


def clock_of(due: str) -> str:
    """The time of day that words name, as ``at 5:30`` or ``at 10 a.m.``; "" where they name none."""
    folded = plain(due)
    day = next(re.finditer(_DAY_WORDS, folded), None)
    rest = folded[day.end() :] if day else folded
    times = sentence_days.clocks_in(rest)
    if not times and day and _HOUR_BEFORE.fullmatch(before := folded[: day.start()]):
        rest, times = before, sentence_days.clocks_in(before)
    if not times:
        return ""
    hour, minute = max(times, key=lambda time: (time[1] > 0, time[0]))
    shown = f"{hour or 12}:{minute:02d}" if minute else f"{hour or 12}"
    if (hour, minute) == (0, 0):
        return "at noon" if _SAYS_LATER.search(rest) or "noon" in rest else "at 12 o'clock"
    if _SAYS_MORNING.search(rest):
        return f"at {shown} a.m."
    if _SAYS_LATER.search(rest):
        return f"at {shown} p.m."
    return f"at {shown}"


_ORDINAL = (
    r"(?:the )?(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh"
    r"|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|\d{1,2}(?:st|nd|rd|th))"
)
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DAY_WORDS = re.compile(
    rf"(?:{'|'.join(WEEKDAYS)})|{_ORDINAL}(?: of {_MONTH})?|{_MONTH}(?: \d{{1,2}}(?!\d|:))?|next week|this week"
)


_HOUR_BEFORE = re.compile(  # "six thirty on the thirtieth"
    r"(?:at |around )?[\w:]+(?:[ -](?:thirty|fifteen|forty-five|o'clock))?(?: ?[ap]\.?m\.?)?,?(?: on)? ?(?:the )?"
)


def dated(text: str, step: NextStep) -> str:
    """A step's words with its day: put after them where they lack it, and with the date where they name a weekday."""
    due = proven_due(step)
    if not due:
        return text
    wanted, folded, by_date = " ".join(plain(due).split()).strip(" .,"), plain(text), _by_date(step, due)
    place = folded.find(wanted)
    if place >= 0 and by_date:
        lead, after = _LEAD.match(wanted), text[place + len(wanted) :]
        comma = "," if re.match(r" \w", after) else ""
        return f"{text[:place]}{lead.group() if lead else ''}{told(step, due)}{comma}{after}"
    if place >= 0 or _said_otherwise(folded, wanted):
        return text
    phrase = due.strip(" ,.?")
    if by_date:
        lead = _LEAD.match(wanted)
        phrase = f"{lead.group() if lead else ''}{told(step, due)}"
    return f"{text.rstrip(' .,')} {on(phrase)}" if "." not in text else f"{text.rstrip(' .,')} ({phrase})"


def _by_date(step: NextStep, due: str) -> bool:
    """Whether the calendar's day says all that was said: "by Sunday night" says more than its date."""
    vague = bool(_PART_OF_DAY.search(plain(due))) and not clock_of(due)
    return bool(step["due_date"]) and bool(_NAMED_DAY.search(due)) and not vague


def _said_otherwise(folded: str, wanted: str) -> bool:
    """Whether the words hold the day turned to the client: "when I'm in the house", "when you're in the house"."""
    mine, theirs = (set(re.findall(r"[a-z0-9]{3,}", words)) for words in (folded, wanted))
    return len(theirs & mine) >= max(1, 2 * len(theirs) / 3)
