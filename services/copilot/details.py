"""Kinds of detail that a question may ask for, and the words with which such details are told (words.toml)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from services.copilot.vocabulary import words
from services.playbooks.cues import CueBook, Line, parse

_DIGIT, _IN_DIGITS = re.compile(r"\d"), frozenset(("quantity", "day"))  # details that digits tell
_MOST_SURE = 3.0  # what one kind of detail counts at most


@lru_cache(maxsize=2)
def _attributes(part: str) -> CueBook[str]:
    kinds: dict[str, dict[str, Any]] = words()["attributes"]
    return CueBook((kind, parse(cue)) for kind, told in kinds.items() for cue in told[part])


def attribute_words(line: Line) -> str:
    """The words with which a text asks for kinds of detail."""
    return " ".join(line.folded[hit.start : hit.end] for hit in _attributes("asks").find(line))


def weight_of_details(kinds: frozenset[str], line: Line) -> float:
    """How surely a text tells such details; half as surely where it does not tell every one."""
    found: dict[str, float] = {}
    for hit in _attributes("shows").find(line):
        if hit.key in kinds:
            found[hit.key] = found.get(hit.key, 0.0) + hit.weight
    told = sum(min(weight, _MOST_SURE) for weight in found.values()) / len(kinds) if kinds else 0.0
    return told if found.keys() == kinds else told / 2


def told_like(kinds: Iterable[str]) -> str:
    """How such details are told, as somebody would say it; empty where that is not known."""
    return " ".join(str(words()["attributes"][kind].get("told", "")) for kind in sorted(kinds)).strip()


def groups_of_attributes(part: str, line: Line) -> frozenset[str]:
    """The kinds of detail that a text ``asks`` for, or ``shows``."""
    found = frozenset(hit.key for hit in _attributes(part).find(line))
    return found | _IN_DIGITS if part == "shows" and _DIGIT.search(line.folded) else found
