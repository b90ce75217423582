"""One line as the head of a turn, or as a time alone: what may stand where."""

import re
from dataclasses import dataclass
from typing import Literal

from services.calls.labels import speaker_of
from services.calls.times import TIME, seconds

Place = Literal["brackets", "bare", "after", "huddle", "none"]

_REACH = 150
_SIGNS = re.compile(r"[*_]{0,4}")
_OPENING = re.compile(r"(?:#{1,6}\s+|>\s+)?[*_]{0,4}")
_BEFORE = re.compile(
    rf"[\[(]\s?({TIME})(?:\s?(?:-->|[-–—]|to)\s?({TIME}))?\s?[\])]\s{{0,4}}(?:[-–|:]\s{{1,4}})?"
    rf"|({TIME})\s{{1,8}}(?:[-–|]\s{{1,4}})?"
)
_AFTER = re.compile(rf"\s{{0,4}}[*_]{{0,3}}([\[(])\s?({TIME})(?:\s?[-–]\s?{TIME})?\s?[\])][*_]{{0,3}}(?:\s?:|\s)")
_ALONE = re.compile(rf"(?:#{{1,6}}\s+)?[\[(]?\s?({TIME})(?:\s?(?:-->|[-–—]|to)\s?({TIME}))?\s?[\])]?")
_LAST_OF_TIME = frozenset("0123456789])")
_TIME_SIGNS = frozenset("[(0123456789")


@dataclass(slots=True)
class Candidate:
    """A line that may open a turn. ``label`` is None where there is a time and no label."""

    label: str | None
    rest: str
    place: Place
    start: float | None = None
    end: float | None = None
    whole: str = ""


def candidate(line: str) -> Candidate | None:
    """What a line could be the head of. Only its first characters are looked at."""
    if ":" not in line:
        return None
    text = line.strip()
    at = 0
    if text[0] in "#>*_" and (opening := _OPENING.match(text)):
        at = opening.end()
    place: Place = "none"
    start = end = None
    if text[at : at + 1] in _TIME_SIGNS and (before := _BEFORE.match(text, at)):
        start, end = seconds(before[1] or before[3]), seconds(before[2]) if before[2] else None
        if start is not None:
            place = "brackets" if before[1] else "bare"
            signs = _SIGNS.match(text, before.end())
            at = signs.end() if signs else before.end()
    label, rest, after = _label(text, at)
    if after is not None and place == "none":
        start, place = after
    if label is None:
        return None if place == "none" else Candidate(None, _unbold(text[at:]), place, start, end, text[at:])
    return Candidate(label, rest, place, start, end, text[at:])


def _label(text: str, at: int) -> tuple[str | None, str, tuple[float, Place] | None]:
    """The label that begins at a place, the words after its colon, and the time between with its place."""
    piece = text[at : at + _REACH]
    found = _AFTER.search(piece) if "(" in piece or "[" in piece else None
    colon = piece.find(":")
    if found and (colon < 0 or colon > found.start()):
        start, label = seconds(found[2]), speaker_of(piece[: found.start()])
        if start is not None and label is not None:
            place: Place = "huddle" if found[1] == "[" and piece.startswith("@") else "after"
            return label, _unbold(text[at + found.end() :]), (start, place)
    if colon < 1 or (colon + 1 < len(piece) and not (piece[colon + 1].isspace() or piece[colon + 1] in "*_")):
        return None, "", None
    label = speaker_of(piece[:colon])
    return (None, "", None) if label is None else (label, _unbold(text[at + colon + 1 :]), None)


def _unbold(rest: str) -> str:
    rest = rest.strip()
    if not rest or (rest[0] not in "*_" and rest[-1] not in "*_"):
        return rest
    for signs in ("**", "__"):
        if rest.startswith(signs) and rest.count(signs) % 2:
            rest = rest[2:].lstrip()
        elif rest.endswith(signs) and rest.count(signs) % 2:
            rest = rest[:-2].rstrip()
    return rest


def time_alone(line: str) -> tuple[float, float | None] | None:
    """Start and end (or None) of a line that holds nothing but a time or a range of times."""
    text = line.strip()
    found = _ALONE.fullmatch(text) if 3 < len(text) <= 60 and text[-1] in _LAST_OF_TIME else None
    start = seconds(found[1]) if found else None
    return None if found is None or start is None else (start, seconds(found[2]) if found[2] else None)
