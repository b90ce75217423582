"""Cues: the little language in which a playbook says how people put things.

A cue is plain words, matched whole, with case and curly quotes folded. Between words, commas, dashes and
fillers ("uh") may stand. On top of that:

- ``pric*``        any ending
- ``gonna|going_to``  either (an underscore, or a hyphen, is a space inside an alternative)
- ``(really)``     a word that may be left out
- ``...``          up to four words of the same sentence
- ``{number}``     a number, in digits or words
- ``^``            at its beginning: only where a sentence begins
- ``?``            at its end: only in a question
- ``(3)``          at its very end: the cue's weight (1 where none is given; a negative one speaks against)
"""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from services.playbooks.lines import Line as Line
from services.playbooks.lines import fold as fold

K = TypeVar("K", bound=Hashable)
MOST_BETWEEN = 4
MOST_SHARED = 8_192  # elements and sets of words that cues share, of playbooks and data files
MOST_SEEN = 100_000  # words whose cues a book remembers
_WEIGHT = re.compile(r"\s*\((-?\d+(?:\.\d+)?)\)\s*$")
_PIECE = re.compile(r"\([^()]*\)|[^\s()]+")
_TOKEN = re.compile(r"[a-z0-9'*|_&.]+")
_NUMBER_WORDS = frozenset(
    "a one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million grand oh".split()
)


class BadCue(ValueError):
    """A cue that does not follow the language."""


@dataclass(frozen=True, slots=True)
class _Element:
    """One word of a cue: its alternatives (each a run of words), if it may be missing, how many may come before."""

    choices: tuple[tuple[str, ...], ...]
    optional: bool
    between: int


@dataclass(frozen=True, slots=True)
class Cue:
    """One parsed cue. ``anchors`` are the words (or stems) of which one must be there for the cue to match.

    ``pattern`` finds it in the ``row`` of a line.
    """

    text: str
    weight: float
    elements: tuple[_Element, ...]
    anchors: tuple[str, ...]
    pattern: str
    asks: bool

    def places(self, line: Line) -> list[tuple[int, int]]:
        """Where the cue stands in a line: places of the folded text, without overlaps."""
        found: list[tuple[int, int]] = []
        search, free = _compiled(self.pattern).search, 0
        while match := search(line.row, free):
            start, end = line.span(*match.span())
            if self.asks and not line.asks_after(end):
                free = match.start() + 1
            else:
                free = match.end()
                found.append((start, end))
        return found

    def stands_in(self, line: Line) -> bool:
        """Whether the cue stands in a line at all, for less than its places cost."""
        return bool(self.places(line)) if self.asks else bool(_compiled(self.pattern).search(line.row))


# A row of a line holds its words, each after a mark: a line feed where it begins a sentence, else a space.
_END = r"(?![^ \n])"
_NUMBER = rf"(?:(?:{'|'.join(sorted(_NUMBER_WORDS))}){_END}|[0-9][^ \n]*)"
# "a" belongs to a number only as its first word: "forty a month" is not all number.
_WHOLE_NUMBER = rf"{_NUMBER}(?: (?!a{_END}){_NUMBER})*+"


@lru_cache(maxsize=MOST_SHARED)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _pattern(elements: Iterable[_Element], opens: bool) -> str:
    """The regular expression that finds a cue's elements in a row, the nearest words first."""
    parts = [r"(?=\n)" if opens else ""]
    for number, element in enumerate(elements):
        between = rf"(?: [^ \n]+){{0,{element.between}}}?" if element.between else ""
        choices = "|".join(" ".join(map(_word, words)) for words in element.choices)
        mark = " " if number else r"[ \n]"
        part = f"{between}{mark}(?:{choices})"
        parts.append(f"(?:{part})?" if element.optional else part)
    return "".join(parts)


def _word(word: str) -> str:
    if word == "{number}":
        return _WHOLE_NUMBER
    return rf"{re.escape(word[:-1])}[^ \n]*" if word[-1] == "*" else rf"{re.escape(word)}(?:'s)?{_END}"


def parse(text: str) -> Cue:
    """A cue out of a playbook's words. Raises BadCue with a sentence that says what is wrong."""
    body, weight = text, 1.0
    if marked := _WEIGHT.search(text):
        body, weight = text[: marked.start()], float(marked.group(1))
    body = fold(body).strip()
    if body.count("(") != body.count(")"):
        raise BadCue("a parenthesis is open")
    pieces = [piece.replace(" ", "_") for piece in _PIECE.findall(body.strip("^? ").replace("-", "_"))]
    if not pieces or all(piece == "..." for piece in pieces):
        raise BadCue("the cue has no words")
    if pieces[0] == "..." or pieces[-1] == "...":
        raise BadCue("'...' can stand only between words")
    elements, between = [], 0
    for piece in pieces:
        if piece == "...":
            between = MOST_BETWEEN
            continue
        optional = piece.startswith("(") and piece.endswith(")")
        elements.append(_element(piece.strip("()"), optional, between))
        between = between if optional else 0
    pattern = _pattern(elements, opens=body.startswith("^"))
    return Cue(text, weight, tuple(elements), _anchors(elements), pattern, asks=body.endswith("?"))


@lru_cache(maxsize=MOST_SHARED)
def _element(piece: str, optional: bool, between: int) -> _Element:
    """One word of a cue; the cues that have the same share it."""
    return _Element(_choices(piece), optional, between)


def _choices(piece: str) -> tuple[tuple[str, ...], ...]:
    if piece == "{number}":
        return (("{number}",),)
    if not _TOKEN.fullmatch(piece):
        raise BadCue(f"'{piece}' is not a word of a cue")
    choices = []
    for choice in piece.split("|"):
        words = tuple(word for word in choice.split("_") if word)
        if not words or any(word.strip("*") == "" for word in words):
            raise BadCue(f"'{piece}' has an empty alternative")
        if any("*" in word[:-1] for word in words):
            raise BadCue(f"'*' can stand only at the end of a word, not as in '{piece}'")
        choices.append(words)
    return tuple(choices)


def _anchors(elements: Iterable[_Element]) -> tuple[str, ...]:
    """The alternatives of the element whose shortest word is longest: the rarest, as a rule."""
    best: tuple[str, ...] = ()
    for element in elements:
        own = tuple(max(words, key=len) for words in element.choices)
        if not element.optional and "{number}" not in own and (not best or min(map(len, own)) > min(map(len, best))):
            best = own
    if not best:
        raise BadCue("the cue needs a word that must be there")
    return best


def _needs(cue: Cue) -> tuple[frozenset[str], ...]:
    """Sets of whole words, the anchors aside: a line without any of one set can't hold the cue. Rarest first."""
    needed = []
    for element in cue.elements:
        whole = [[word for word in words if word != "{number}" and word[-1] != "*"] for words in element.choices]
        if not element.optional and all(whole):
            needed.append(frozenset(max(words, key=len) for words in whole))
    rarest = sorted(needed, key=lambda words: -min(map(len, words)))
    return tuple(_shared(words) for words in rarest if words != frozenset(cue.anchors))


@lru_cache(maxsize=MOST_SHARED)
def _shared(words: frozenset[str]) -> frozenset[str]:
    """The same set for all cues that need the same words."""
    return words


class Hit(NamedTuple, Generic[K]):
    """A cue found in a text: whose cue it is, its weight, and where it stands."""

    key: K
    weight: float
    start: int
    end: int
    cue: str


class CueBook(Generic[K]):
    """Many cues, each under a key, found together in one pass: only cues whose anchor stands there are tried."""

    def __init__(self, entries: Iterable[tuple[K, Cue]]) -> None:
        self._entries = [(key, cue, _needs(cue)) for key, cue in entries]
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        for number, (_, cue, _) in enumerate(self._entries):
            for anchor in cue.anchors:
                kind, word = (self._stems, anchor[:-1]) if anchor.endswith("*") else (self._exact, anchor)
                kind.setdefault(word, []).append(number)
        self._longest_stem = max(map(len, self._stems), default=0)
        self._seen: dict[str, tuple[int, ...]] = {}

    def find(self, line: Line) -> list[Hit[K]]:
        """Every cue's every place in a line."""
        return [
            Hit(key, cue.weight, start, end, cue.text)
            for key, cue in self._likely(line)
            for start, end in cue.places(line)
        ]

    def standing(self, line: Line) -> list[tuple[K, Cue]]:
        """The cues that stand in a line, wherever that is."""
        return [(key, cue) for key, cue in self._likely(line) if cue.stands_in(line)]

    def _likely(self, line: Line) -> list[tuple[K, Cue]]:
        """The cues of which all words are in a line, in whatever order."""
        words = line.known.keys()
        try:
            tried = set(chain.from_iterable(map(self._seen.__getitem__, words)))
        except KeyError:
            tried = set(chain.from_iterable(map(self._learned(words).__getitem__, words)))
        likely: list[tuple[K, Cue]] = []
        for number in sorted(tried):
            key, cue, needs = self._entries[number]
            for wanted in needs:
                if words.isdisjoint(wanted):
                    break
            else:
                if not cue.asks or "?" in line.folded:
                    likely.append((key, cue))
        return likely

    def _learned(self, words: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """The words seen so far with the cues that each may stand for, these words among them.

        A table grown too long is left to whoever still reads it: threads share a book.
        """
        seen = self._seen
        if len(seen) > MOST_SEEN:
            seen = self._seen = {}
        for word in words:
            if word not in seen:
                found = list(self._exact.get(word, ()))
                for length in range(1, min(len(word), self._longest_stem) + 1):
                    found += self._stems.get(word[:length], ())
                seen[word] = tuple(found)
        return seen
