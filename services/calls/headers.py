"""The lines above the first turn: headers of the Stellar Sales System, ``Key: value`` lists and bare titles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.calls.boilerplate import is_boilerplate, is_ornament
from services.calls.labels import address, clean, fold, name_shaped, plausible
from services.calls.model import Header
from services.calls.times import TIME, day, seconds, time_of_day

LINES = 40
"""How far down a header may reach."""

_LONGEST = 200
_LONGEST_LINK = 2_000
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?\S{0,12}")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_MINUTES = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,9})?) ?(?:m|min|mins|minutes?)\.?", re.IGNORECASE)
_HOURS = re.compile(
    r"(?:([0-9]{1,3}) ?(?:h|hrs?|hours?))?[ ,]*(?:([0-9]{1,4}(?:\.[0-9]+)?) ?(?:m|mins?|minutes?))?"
    r"[ ,]*(?:([0-9]{1,4}) ?(?:s|secs?|seconds?))?",
    re.IGNORECASE,
)
_WITH_UNIT = re.compile(r"(?=[0-9 .]{1,8}[hms])[0-9hminutesourc. ,]{2,40}", re.IGNORECASE)
_CODE = re.compile(r"(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{5,64}")
_LINK = re.compile(r"https?://[^\s)\]>]{1,2000}")
_KEY = re.compile(r"([^:]{1,40}):\s*(.*)")
_IN_A_DAY = re.compile(
    r"\b(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
    r"|dec)[a-z]{0,6}|at|of|[ap]\.?m\.?|[pmce][sd]?t|utc|gmt|z)(?![a-z])|[0-9]+(?:st|nd|rd|th)?|[\W_]+",
    re.IGNORECASE,
)
_GUEST = ("guest", "client", "customer", "prospect", "invitee")
_ADDRESSED = re.compile(r"\s*[<(\[]\s*(\S+@[^\s>)\]]+)\s*[>)\]]")
_BESIDE_NAME = re.compile(r"\s*(?:[<(\[-]|[–—:])?\s*([^\s<(\[]+@[^\s>)\]]+)")
_TIMED = re.compile(rf"\s*(?:\[\s?{TIME}|{TIME}\s+-\s)")
_LONGEST_CALL = 1_500
_KEYS = {
    "meeting_title": "title meeting_title meeting subject topic meeting_name call_title",
    "client_name": "client client_name customer customer_name prospect prospect_name lead",
    "client_email": "email e-mail client_email client_e-mail email_address",
    "date": "date meeting_date date/time meeting_date/time call_date recorded recorded_on date_and_time when "
    "start start_time started time meeting_time",
    "transcript_id": "id meeting_id call_id transcript_id recording_id conversation_id",
    "meeting_url": "url link meeting_url recording_url recording_link meeting_link recording view_recording",
    "duration_minutes": "duration length meeting_duration call_duration call_length recording_length meeting_length",
    "people": "participants participant attendees attendee speakers invited present",
}
_FIELD_OF = {key: name for name, keys in _KEYS.items() for key in keys.split()}


@dataclass(frozen=True, slots=True)
class Preamble:
    """A header with the people that it names and the number of its lines (the first turn comes after)."""

    header: Header = field(default_factory=Header)
    people: tuple[str, ...] = ()
    end: int = 0


@dataclass
class _Found:
    """The bare fields of a Stellar header. Numbers and the URL keep the line on which they stood."""

    texts: list[str] = field(default_factory=list)
    numbers: list[tuple[int, str]] = field(default_factory=list)
    email: str | None = None
    moment: tuple[str, str | None] | None = None
    url: tuple[int, str] | None = None
    code: str | None = None
    last: int = -1

    @property
    def kinds(self) -> int:
        """How many kinds of sure fields there are: e-mail, moment, URL, number."""
        return sum(bool(kind) for kind in (self.email, self.moment, self.url, self.numbers))


def stellar(lines: Sequence[str]) -> Preamble | None:
    """The header of patterns A, B, C and the contiguous one, or None where fewer than two bare fields stand there.

    Fields are known by what they are, not by their line, so that an empty or missing one shifts nothing. The first
    line of text is the title, the next one the client. A long number, or the first of two, is the id.
    """
    found = _Found()
    for number, line in enumerate(lines[:LINES]):
        text = line.strip()
        if not text:
            continue
        if len(text) > (_LONGEST_LINK if text.startswith("http") else _LONGEST) or _TIMED.match(line):
            break
        if _take_field(found, number, text):
            found.last = number
        elif found.kinds > 1 and _WITH_UNIT.fullmatch(text) and (minutes := minutes_of(text)):
            found.numbers.append((number, str(float(minutes))))
            found.last = number
        elif not found.texts or (len(found.texts) == 1 and _may_be_client(text)):
            found.texts.append(text)
        else:
            break
    if found.kinds < 2:
        return None
    if len(found.texts) == 1 and not lines[0].strip():
        found.texts.insert(0, "")
    return Preamble(_header(found), (), found.last + 1)


def _take_field(found: _Found, number: int, text: str) -> bool:
    """Files one line under what it is. False: it is plain text."""
    if moment := _MOMENT.fullmatch(text):
        found.moment = found.moment or (moment[1], moment[2])
    elif is_day(text):
        found.moment = found.moment or (day(text) or "", time_of_day(text))
    elif _NUMBER.fullmatch(text):
        found.numbers.append((number, text))
    elif mail := address(text):
        found.email = found.email or mail
    elif _LINK.fullmatch(text):
        found.url = found.url or (number, text)
    elif found.moment and not found.code and _CODE.fullmatch(text):
        found.code = text
    else:
        return False
    return True


def _may_be_client(text: str) -> bool:
    return len(text) <= 80 and ":" not in text and not text.endswith((".", "?", "!"))


def _header(found: _Found) -> Header:
    identity, minutes = _numbers(found)
    return Header(
        meeting_title=(found.texts[0] or None) if found.texts else None,
        client_name=found.texts[1] if len(found.texts) > 1 else None,
        client_email=found.email,
        meeting_date=day(found.moment[0]) if found.moment else None,
        meeting_time=found.moment[1] if found.moment else None,
        transcript_id=identity or found.code,
        meeting_url=found.url[1] if found.url else None,
        duration_minutes=minutes,
    )


def _numbers(found: _Found) -> tuple[str | None, float | None]:
    """Which bare number is the id and which the duration. Before the URL stands the id, after it the duration."""
    identity: str | None = None
    minutes: float | None = None
    for line, text in found.numbers:
        whole = text.partition(".")[0]
        before_link = found.url is not None and line < found.url[0] and "." not in text
        if identity is None and (float(text) > _LONGEST_CALL or before_link):
            identity = whole
        elif minutes is None and float(text) <= _LONGEST_CALL:
            minutes = float(text)
    return identity, minutes


def is_day(text: str) -> bool:
    """True for a line that holds a day, with or without its weekday and a time, and nothing else."""
    return len(text) <= 60 and day(text) is not None and not _IN_A_DAY.sub("", text)


def minutes_of(text: str) -> float | None:
    """A duration as minutes: ``70.2``, ``44 mins``, ``1 hour 2 minutes``, ``58m 28s``, ``1:02:33``; else None."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    if found := _MINUTES.fullmatch(text):
        return float(found[1])
    found = _HOURS.fullmatch(text[:60])
    if text and found and any(found.groups()):
        hours, minutes, secs = (float(part or 0) for part in found.groups())
        return round(hours * 60 + minutes + secs / 60, 2)
    clock = seconds(text)
    return round(clock / 60, 2) if clock is not None else None


def labelled(lines: Sequence[str]) -> Preamble:
    """What ``Key: value`` lines, a title and a date line above the turns say."""
    header, people = Header(), []
    title: str | None = None
    for text in (part for line in lines[:LINES] for part in _parts(line.strip().lstrip("#>-•* ").strip())):
        if not text or len(text) > 1_000 or is_ornament(text) or is_boilerplate(text):
            continue
        key, value = key_value(text)
        if key in _GUEST:
            header = _set(header, "client_name", value)
        elif key in _FIELD_OF:
            header = _set(header, _FIELD_OF[key], value)
            if _FIELD_OF[key] == "people":
                people += [name for part in re.split(r"[,;]", value) if plausible(name := clean(part))]
        elif header.meeting_date is None and len(text) <= 60 and day(text):
            header = replace(header, meeting_date=day(text), meeting_time=time_of_day(text))
        elif header.meeting_url is None and _LINK.fullmatch(text):
            header = replace(header, meeting_url=text)
        elif header.client_email is None and (mail := address(text)):
            header = replace(header, client_email=mail)
        elif header.duration_minutes is None and _WITH_UNIT.fullmatch(text):
            header = replace(header, duration_minutes=minutes_of(text))
        elif title is None and len(text) <= _LONGEST and not is_field(text) and not is_key(key):
            title = text.strip("*_ ")
    if header.meeting_title is None and title:
        header = replace(header, meeting_title=title)
    return Preamble(header, tuple(people), len(lines))


def written_addresses(lines: Sequence[str]) -> dict[str, str]:
    """The e-mail addresses that stand in brackets behind names where a header lists people, by folded name."""
    found: dict[str, str] = {}
    for line in lines[:LINES]:
        key, value = key_value(line.strip().lstrip("#>-•* "))
        if _FIELD_OF.get(key) == "people":
            for part in re.split(r"[,;]", value):
                if (written := _BESIDE_NAME.search(part)) and (mail := address(written[1])):
                    found[fold(clean(part[: written.start()]))] = mail
    return found


def _parts(text: str) -> list[str]:
    """What stands side by side in a line, where each part says a thing of the meeting: ``Host: Ann | Guest: Joe``."""
    parts = re.split(r"\s+[|•·]\s+", text) if len(text) <= _LONGEST else [text]
    return parts if all(is_key(key_value(part)[0]) or is_alone(part) for part in parts) else [text]


def key_value(text: str) -> tuple[str, str]:
    """The folded key and the value of ``Key: value`` or ``**Key:** value``; ``("", "")`` where there is no key."""
    found = _KEY.fullmatch(text[:1_000].strip("*_ "))
    return (fold(clean(found[1])), found[2].strip("*_ ")) if found else ("", "")


def _set(header: Header, name: str, value: str) -> Header:
    if name == "date":
        return replace(
            header,
            meeting_date=header.meeting_date or day(value),
            meeting_time=header.meeting_time or time_of_day(value),
        )
    if name == "client_name" and (written := _ADDRESSED.search(value)):
        header = _set(header, "client_email", written[1])
        value = value[: written.start()].strip()
    got: str | float | None = value or None
    if name == "people":
        return header
    if name == "client_email":
        got = address(value)
    elif name == "meeting_url":
        found = _LINK.search(value)
        got = found[0] if found else None
    elif name == "duration_minutes":
        got = minutes_of(value)
    changes: dict[str, Any] = {name: got}
    return header if got is None or getattr(header, name) is not None else replace(header, **changes)


def is_key(label: str) -> bool:
    """True for a label that stands in headers, and for a speaker only now and then: ``Client``, ``Date``."""
    return fold(label) in _FIELD_OF or fold(label) in (
        "advisor",
        "adviser",
        "agent",
        "host",
        "guest",
        "moderator",
        "company",
    )


def is_field(text: str) -> bool:
    """True for a line that holds nothing but a moment, a number, an e-mail address or a URL."""
    text = text.strip()
    return len(text) <= _LONGEST_LINK and any(
        test(text) for test in (_MOMENT.fullmatch, _NUMBER.fullmatch, address, _LINK.fullmatch)
    )


def is_alone(text: str) -> bool:
    """True for a line that says one thing without a key: a day, a length, a number, an address, a URL."""
    return is_field(text) or is_day(text) or bool(_WITH_UNIT.fullmatch(text.strip()))


def looks_like_value(value: str) -> bool:
    """True for what follows the key of a header: few words, no sentence."""
    return len(value.split()) <= 6 and not value.endswith((".", "?", "!")) and (name_shaped(value) or is_field(value))


def read(lines: Sequence[str]) -> Preamble:
    """The header that all these lines above the first turn make."""
    found = stellar(lines)
    return replace(found, end=len(lines)) if found else labelled(lines)
