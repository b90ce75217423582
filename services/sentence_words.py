"""Words as the sentence check compares them: folded, without endings, one for all that mean the same."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.playbooks.cues import CueBook, Hit, Line, fold, parse

_DATA = Path(__file__).with_name("sentence_words.toml")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
_EMAIL = re.compile(r"\be-mail")
_VOWEL = re.compile(r"[aeiouy]")
_SHORTEST = 3  # letters that an ending leaves


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. ``stem`` is what it is compared by; ``start`` and ``end`` are places in the text."""

    stem: str
    folded: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def word_list(name: str) -> frozenset[str]:
    """A list of the data file as it stands there."""
    return frozenset(_data()[name].split())


@lru_cache(maxsize=1)
def _stopped() -> frozenset[str]:
    return word_list("stop") | word_list("negations")


@lru_cache(maxsize=1)
def courtesy() -> frozenset[str]:
    """The stems of words that claim nothing in an e-mail."""
    return frozenset(stem(word) for word in word_list("courtesy"))


@lru_cache(maxsize=1)
def money_stems() -> frozenset[str]:
    """The stems of what an amount is called; they claim nothing beside the amount."""
    told = " ".join(cue for name in ("whole", "part", "rest", "money") for cue in _data()["cues"][name])
    return frozenset(stems(told.replace("*", " ").replace("|", " ")))


@lru_cache(maxsize=1)
def _same() -> dict[str, str]:
    groups: list[list[str]] = [group.split() for group in _data()["same"]]
    found: dict[str, str] = {}
    for group in groups:
        for word in group:
            found.setdefault(_cut(word), _cut(group[0]))
    return found


@lru_cache(maxsize=16)
def _book(name: str) -> CueBook[str]:
    return CueBook((name, parse(cue)) for cue in _data()["cues"][name])


def cues(name: str, folded: str) -> list[Hit[str]]:
    """The cues of a group that stand in a folded text."""
    return _book(name).find(Line(folded)) if folded else []


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What a folded word is compared by."""
    numbers: dict[str, str] = _data()["numbers"]
    if word in numbers:
        return numbers[word]
    cut = _cut(word)
    return _same().get(cut, cut)


def _cut(word: str) -> str:
    word = word.split("'")[0]
    if word.isdigit() or len(word) <= _SHORTEST:
        return word
    for ending, instead in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        left = word.removesuffix(ending)
        if left == word or len(left) < _SHORTEST or not _VOWEL.search(left) or (ending == "s" and left[-1] == "s"):
            continue
        doubled = len(left) > _SHORTEST and not instead and left[-1] == left[-2] and left[-1] not in "ls"
        return (left[:-1] if doubled else left).removesuffix("e") + instead
    return word.removesuffix("e")


def words_of(text: str) -> Iterator[Word]:
    """Every word of a text with its place, those that say nothing left out."""
    folded = plain(text)
    stopped = _stopped()
    for match in _WORD.finditer(folded):
        word = match.group()
        if word not in stopped and word.split("'")[0] not in stopped:
            yield Word(stem(word), word, match.start(), match.end())


def stems(text: str) -> set[str]:
    """What the words of a text are compared by."""
    stopped = _stopped()
    found = set(_WORD.findall(plain(text)))
    return {stem(word) for word in found if word not in stopped and word.split("'")[0] not in stopped}


def plain(text: str) -> str:
    """The text folded, without accents, exactly as long as it was; "e-mail" is one word."""
    folded = fold(text)
    if not folded.isascii():
        folded = folded.translate(_unaccented())
    return _EMAIL.sub("email ", folded) if "e-mail" in folded else folded


@lru_cache(maxsize=1)
def _unaccented() -> dict[int, str]:
    """Every accented Latin letter with the plain one."""
    letters = (chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    bare = {letter: unicodedata.normalize("NFD", letter)[0] for letter in letters}
    return {ord(letter): one for letter, one in bare.items() if one != letter and one.isascii()}


def denies(text: str) -> bool:
    """Whether a text says no to something."""
    return not word_list("negations").isdisjoint(_WORD.findall(fold(text)))


def parts_of(text: str) -> list[str]:
    """The parts of a sentence that a "no" reaches."""
    return [part for part in _PARTS.split(text) if part.strip()]


def denied_of(text: str, wanted: set[str]) -> list[bool]:
    """For each part of a text that holds any of the stems, whether it says no to something."""
    return [denies(part) for part in parts_of(text) if stems(part) & wanted]


_PARTS = re.compile(r"[,;:.?!(]\s*(?=\D)| (?:and|but|so|because) ")
