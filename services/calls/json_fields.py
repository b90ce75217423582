"""Looking into JSON of any make: every question has an answer, whatever type stands where it should not."""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from services.calls.document import Document, Draft, Format
from services.calls.model import Side, Speaker, Turn
from services.calls.times import seconds as clock
from services.errors import UnknownFormat, UnreadableTranscript

Record = dict[str, Any]
SURE = 0.97
_SEARCH_DEPTH = 5
_SEARCH_WIDTH = 50
_PUBLIC_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com "
    "aol.com comcast.net att.net verizon.net sbcglobal.net cox.net proton.me protonmail.com gmx.com gmx.net".split()
)


def at(value: Any, *path: str | int) -> Any:
    """What stands at a path of keys and places, or None where the path ends early."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value


def first_of(record: Any, *keys: str) -> Any:
    """The first value of these keys that is there and not empty, or None."""
    if not isinstance(record, dict):
        return None
    return next((record[key] for key in keys if record.get(key) not in (None, "", [], {})), None)


def records(value: Any) -> list[Record]:
    """The objects of a list; nothing where it is no list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def words(value: Any) -> str:
    """A string with its white space folded, or an empty one. NUL and lone surrogates become spaces."""
    if not isinstance(value, str):
        return ""
    if "\0" in value or not value.isascii():
        value = "".join(" " if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in value)
    return " ".join(value.split())


def name(value: Any, numbered: str = "Speaker") -> str | None:
    """A speaker's label out of a string, a number (``Speaker 0``) or an object with a name; else None."""
    if isinstance(value, dict):
        value = first_of(value, "name", "display_name", "displayName", "full_name", "label", "id")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{numbered} {value}" if 0 <= value < 10_000 else None
    text = words(value)[:200]
    if (text.isdecimal() and len(text) <= 4) or len(text) == 1:
        return f"{numbered} {text}"
    return text or None


def key_of(value: Any) -> str | None:
    """An id, string or number, as a string."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return str(value)
    return words(value)[:200] or None


def number(value: Any) -> float | None:
    """A finite number of 0 or more, out of a number or a numeric string, or None."""
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float | str)
        or (isinstance(value, str) and len(value) > 40)
    ):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and 0 <= found < 1e16 else None


def seconds(value: Any, scale: float = 1.0) -> float | None:
    """Seconds out of a number of units (``scale`` seconds each), a numeric string or ``HH:MM:SS``."""
    if isinstance(value, str) and ":" in value:
        return clock(value[:40])
    found = number(value)
    return None if found is None else round(found * scale, 3)


def moment(value: Any) -> datetime | None:
    """A point in time out of an ISO string, epoch seconds or epoch milliseconds (UTC where it names no zone)."""
    try:
        if isinstance(value, str) and not value.replace(".", "").isdecimal():
            found = datetime.fromisoformat(value.strip()[:40])
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        stamp = number(value)
        if stamp is None or stamp < 1e8:
            return None
        return datetime.fromtimestamp(stamp / 1000 if stamp > 1e11 else stamp, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def day_and_time(value: Any) -> tuple[str | None, str | None]:
    """ISO date and ``HH:MM:SS`` of a moment as the file writes it, or None for what it does not tell."""
    found = moment(value)
    if found is None:
        return None, None
    if isinstance(value, str) and len(value.strip()) <= len(date.min.isoformat()):
        return found.date().isoformat(), None
    return found.date().isoformat(), found.time().replace(microsecond=0).isoformat()


def minutes_between(start: Any, end: Any) -> float | None:
    """Minutes from one moment to a later one, or None."""
    begin, finish = moment(start), moment(end)
    if begin is None or finish is None or not 0 < (finish - begin).total_seconds() < 86_400:
        return None
    return round((finish - begin).total_seconds() / 60, 2)


def minutes(value: Any, unit: float = 1.0) -> float | None:
    """A duration in minutes out of a number of units (``unit`` minutes each); None for 0."""
    found = number(value)
    return round(found * unit, 2) if found else None


def title(value: Any) -> str | None:
    """A meeting's title, or None."""
    return words(value)[:300] or None


def url(value: Any) -> str | None:
    """A web address, or None."""
    text = words(value)
    return text[:2000] if text.startswith(("http://", "https://")) else None


def email(value: Any) -> str | None:
    """An e-mail address, or None."""
    text = words(value)
    return text[:320] if "@" in text[1:-1] and " " not in text else None


def search(value: Any, fits: Callable[[Record], bool]) -> list[Record]:
    """The objects that fit, nearest to the top first; looks a few levels deep, through wrappers and pages."""
    found: list[Record] = []
    level = [value]
    for _ in range(_SEARCH_DEPTH):
        below: list[Any] = []
        for entry in level:
            if isinstance(entry, dict):
                if fits(entry):
                    found.append(entry)
                below.extend(inner for inner in entry.values() if isinstance(inner, dict | list))
            elif isinstance(entry, list):
                below.extend(inner for inner in entry[:_SEARCH_WIDTH] if isinstance(inner, dict | list))
        level = below[: _SEARCH_WIDTH * _SEARCH_WIDTH]
    return found


def has_records(value: Any, *keys: str) -> bool:
    """Whether a list begins with objects that have all of these keys."""
    first = next((entry for entry in value[:3] if isinstance(entry, dict)), None) if isinstance(value, list) else None
    return first is not None and all(key in first for key in keys)


def spoken(speaker: str | None, said: Any, start: Any = None, end: Any = None, scale: float = 1.0) -> Iterator[Turn]:
    """One turn, or none where nothing was said. ``start`` and ``end`` as ``seconds`` takes them."""
    text = words(said)
    if text:
        yield Turn(speaker, text, seconds(start, scale), seconds(end, scale))


@dataclass(frozen=True)
class Word:
    """One word of a transcript that comes word by word, with seconds."""

    speaker: str | None
    text: str
    start: float | None = None
    end: float | None = None
    glued: bool = False
    """Whether it stands on the word before, as a full stop does."""


def from_words(said: Iterable[Word]) -> list[Turn]:
    """Turns out of single words: consecutive ones of one speaker."""
    turns: list[Turn] = []
    run: list[Word] = []

    def close() -> None:
        text = "".join(word.text if word.glued else f" {word.text}" for word in run)
        starts = [word.start for word in run if word.start is not None]
        ends = [word.end for word in run if word.end is not None]
        turns.extend(spoken(run[0].speaker, text, starts[0] if starts else None, ends[-1] if ends else None))

    for word in said:
        if run and not word.glued and word.speaker != run[0].speaker:
            close()
            run = []
        run.append(word)
    if run:
        close()
    return turns


@dataclass(frozen=True)
class Person:
    """A participant as an export lists one. ``internal`` is whether they are of the firm, or None."""

    name: str | None
    email: str | None = None
    internal: bool | None = None


def people_to_speakers(people: Iterable[Person], host: str | None = None) -> list[Speaker]:
    """Speakers with sides: of the firm are the marked ones, the host, and whoever shares the host's mail domain."""
    speakers: dict[str, Speaker] = {}
    for person in people:
        if person.name:
            side = _side_of(person, host)
            known = speakers.get(person.name)
            speakers[person.name] = Speaker(
                person.name,
                side or (known.side if known else None),
                email=person.email or (known.email if known else None),
            )
    return list(speakers.values())


def _side_of(person: Person, host: str | None) -> Side | None:
    internal = person.internal
    if internal is None and host and person.email:
        domain = host.casefold().rpartition("@")[2]
        same_firm = domain not in _PUBLIC_MAIL and person.email.casefold().endswith("@" + domain)
        internal = same_firm or person.email.casefold() == host.casefold()
    return None if internal is None else ("advisor" if internal else "client")


def client_email(speakers: Iterable[Speaker], turns: Iterable[Turn]) -> str | None:
    """The client's address: that of the only client, else of the first client who speaks."""
    clients = {speaker.name: speaker.email for speaker in speakers if speaker.side == "client" and speaker.email}
    if len(clients) == 1:
        return next(iter(clients.values()))
    return next((clients[turn.speaker] for turn in turns if turn.speaker in clients), None)


def json_format(
    key: str, label: str, find: Callable[[Any], list[Record]], read: Callable[[Record], Draft], sure: float = SURE
) -> Format:
    """A format out of what finds its objects in parsed JSON and what reads one of them.

    Of several calls in one file the first with speech is read, and a warning says so.
    """

    def detect(document: Document) -> float:
        return sure if document.json is not None and find(document.json) else 0.0

    def read_document(document: Document) -> Draft:
        found = find(document.json) if document.json is not None else []
        if not found:
            raise UnknownFormat(f"This file is not in the form of {label}.")
        drafts = (read(entry) for entry in found)
        draft = next((draft for draft in drafts if draft.turns), None)
        if draft is None:
            raise UnreadableTranscript(f"This file is in the form of {label}, but holds no speech.")
        if len(found) > 1:
            draft.warnings.append(f"The file holds {len(found)} calls; only the first with speech was read.")
        return draft

    return Format(key, label, detect, read_document)
