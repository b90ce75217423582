"""The coach's word lists (``words.toml``), each compiled once."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("words.toml")
_PATTERN = "re:"
_EDGES = " \t\n.,;:!?…\"'“”‘’()[]-–—"


@lru_cache(maxsize=1)
def _lists() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return found


def listed(name: str) -> list[str]:
    """A list of the file by its name, ``objections.answers`` for one in a table."""
    found: Any = _lists()
    for part in name.split("."):
        found = found[part]
    return list(found)


def table(name: str) -> dict[str, list[str]]:
    """A table of lists of the file."""
    return {key: list(words) for key, words in _lists()[name].items()}


@lru_cache(maxsize=16)
def whole(name: str) -> frozenset[str]:
    """The plain words of a list, to be looked up whole."""
    return frozenset(one for one in listed(name) if not one.startswith(_PATTERN))


@lru_cache(maxsize=16)
def anywhere(name: str) -> re.Pattern[str]:
    """Any of a list, as whole words, anywhere in a text in small letters."""
    return re.compile(rf"\b(?:{alternatives(listed(name))})(?!\w)")


@lru_cache(maxsize=16)
def at_start(name: str) -> re.Pattern[str]:
    """Any of a list at the place that is asked for."""
    return re.compile(rf"(?:{alternatives(listed(name))})(?!\w)")


def alternatives(words: list[str]) -> str:
    """Words and patterns as one alternation; the longer ones first, so that they count before what they begin with."""
    plain = sorted((one for one in words if not one.startswith(_PATTERN)), key=lambda one: -len(one))
    patterns = [one.removeprefix(_PATTERN) for one in words if one.startswith(_PATTERN)]
    return "|".join([*patterns, *(re.escape(one).replace(r"\ ", r"\s+") for one in plain)])


def small(text: str) -> str:
    """A text in small letters with straight apostrophes, as the lists are written."""
    return text.lower().replace("’", "'")


def bare(text: str) -> str:
    """The same without marks around and commas between: ``Yeah, right.`` is ``yeah right``."""
    return " ".join(small(text).replace(",", " ").replace(".", " ").strip(_EDGES).split()).strip(_EDGES)
