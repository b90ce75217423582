"""Kinds of detail that a question may ask for, and the words with which such details are told (words.toml)."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from services.copilot.vocabulary import words
from services.playbooks.cues import CueBook, Line, parse

_DIGIT, _IN_DIGITS = re.compile(r"\d"), frozenset(("quantity", "day"))  # details that digits tell
_OPENING, _CLOSING = 0.2, 0.5  # the parts of a call in which is told how somebody came, and what they decided
_OTHER_SIDE = 0.5  # how well words of the other side suit a detail that one side tells
_MOST_SURE = 3.0  # what one kind of detail counts at most


@lru_cache(maxsize=2)
def _attributes(part: str) -> CueBook[str]:
    kinds: dict[str, dict[str, Any]] = words()["attributes"]
    return CueBook((kind, parse(cue)) for kind, told in kinds.items() for cue in told[part])


def attribute_words(line: Line, kinds: Collection[str]) -> str:
    """The words with which a text asks for these kinds of detail."""
    found = (hit for hit in _attributes("asks").find(line) if hit.key in kinds)
    return " ".join(line.folded[hit.start : hit.end] for hit in found)


def weight_of_details(kinds: frozenset[str], line: Line) -> float:
    """How surely a text tells such details; half as surely where it does not tell every one that has to be there.

    Of kinds that can be told in many ways, the surest counts.
    """
    surely = surely_shown(kinds)
    if kinds - surely:
        free = [weight_of_details(frozenset((kind,)), line) for kind in kinds - surely] if len(kinds) > 1 else []
        if free:
            own = weight_of_details(surely, line) if surely else 0.0
            return max(free) if not surely else (own + max(free)) / 2
    found: dict[str, float] = {}
    for hit in _attributes("shows").find(line):
        if hit.key in kinds:
            found[hit.key] = found.get(hit.key, 0.0) + hit.weight
    if _DIGIT.search(line.folded):
        found |= dict.fromkeys(kinds & _IN_DIGITS, _MOST_SURE)
    told = sum(min(weight, _MOST_SURE) for weight in found.values()) / len(kinds) if kinds else 0.0
    return told if found.keys() == kinds else told / 2


def told_like(kinds: Iterable[str]) -> str:
    """How such details are told, as somebody would say it; empty where that is not known."""
    return " ".join(str(words()["attributes"][kind].get("told", "")) for kind in sorted(kinds)).strip()


def surely_shown(kinds: Iterable[str]) -> frozenset[str]:
    """Of kinds of detail those whose words have to stand there: a date, a number, no reason."""
    return frozenset(kind for kind in kinds if not words()["attributes"][kind].get("soft"))


def seldom_shown(kinds: Iterable[str]) -> frozenset[str]:
    """Of kinds of detail those of which the words do not stand in any other turn."""
    return frozenset(kind for kind in kinds if not words()["attributes"][kind].get("often"))


def told_where(kinds: Iterable[str], place: float, side: str) -> float:
    """How well a place in a call, from 0 to 1, and a speaker's side suit such details: from 0 to 1."""
    own = [words()["attributes"][kind] for kind in kinds]
    early = any(one.get("when") == "early" for one in own) and place < _OPENING
    late = any(one.get("when") == "late" for one in own) and place > _CLOSING
    sides = {one["by"] for one in own if "by" in one}
    if not any("when" in one for one in own):
        return float(side in sides)
    return (early or late) * (1.0 if not sides or side in sides else _OTHER_SIDE)


def groups_of_attributes(part: str, line: Line) -> frozenset[str]:
    """The kinds of detail that a text ``asks`` for, or ``shows``."""
    found = frozenset(hit.key for hit in _attributes(part).find(line))
    if part == "shows":
        return found | _IN_DIGITS if _DIGIT.search(line.folded) else found
    return found - {other for kind in found for other in words()["attributes"][kind].get("over", ())}
