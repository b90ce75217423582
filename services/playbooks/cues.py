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
from collections.abc import Hashable, Iterable, Iterator, Sequence
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
    """One word of a cue: its alternatives (each a run of words), if it may be missing, how many may come before.

    ``plain``: what may stand for it, where every alternative is one whole word.
    """

    choices: tuple[tuple[str, ...], ...]
    optional: bool
    between: int
    plain: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Cue:
    """One parsed cue. ``anchors`` are the words (or stems) of which one must be there for the cue to match.

    ``firsts`` are those that it can begin with.
    """

    text: str
    weight: float
    elements: tuple[_Element, ...]
    anchors: tuple[str, ...]
    firsts: tuple[str, ...]
    opens: bool
    asks: bool

    def places(self, line: Line) -> list[tuple[int, int]]:
        """Where the cue stands in a line: places of the folded text, without overlaps."""
        if len(self.elements) == 1 and self.elements[0].plain is not None and not (self.opens or self.asks):
            return [(line.starts[place], line.ends[place]) for place in self._beginnings(line)]
        found: list[tuple[int, int]] = []
        free = 0
        for first in self._beginnings(line):
            if first < free or (self.opens and not line.opens[first]):
                continue
            last = self._match(line, 0, first)
            if last is None or (self.asks and not line.asks_after(line.ends[last - 1])):
                continue
            free = last
            found.append((line.starts[first], line.ends[last - 1]))
        return found

    def _beginnings(self, line: Line) -> Sequence[int]:
        """The numbers of the words at which the cue may begin, in order."""
        if len(self.firsts) == 1 and (places := line.at.get(self.firsts[0])) is not None:
            return places
        found: set[int] = set()
        for word in self.firsts:
            if word[-1] == "*":
                found.update(chain.from_iterable(line.at[known] for known in line.at if known.startswith(word[:-1])))
            elif word == "{number}":
                found.update(place for place, known in enumerate(line.words) if _is_number(known))
            else:
                found.update(line.at.get(word, ()))
        return sorted(found)

    def _match(self, line: Line, number: int, place: int) -> int | None:
        """The place after the cue's last word, if the cue's elements from ``number`` on stand from ``place`` on."""
        words, elements = line.words, self.elements
        while number < len(elements):
            element = elements[number]
            if element.plain is None or element.between or element.optional:
                return self._match_freely(line, number, place)
            if place >= len(words) or words[place] not in element.plain or (number and line.opens[place]):
                return None
            number, place = number + 1, place + 1
        return place

    def _match_freely(self, line: Line, number: int, place: int) -> int | None:
        """The same for an element that may stand at several places, in several ways or not at all."""
        element = self.elements[number]
        for start in range(place, min(place + element.between + 1, len(line.words))):
            if number and line.opens[start]:
                break
            if element.plain is not None and line.words[start] not in element.plain:
                continue
            for after in (start + 1,) if element.plain is not None else _runs(line, element.choices, start):
                if (end := self._match(line, number + 1, after)) is not None:
                    return end
        return self._match(line, number + 1, place) if element.optional else None


def _runs(line: Line, choices: Iterable[tuple[str, ...]], place: int) -> Iterator[int]:
    """The places after those of an element's alternatives that stand at a place."""
    return (after for words in choices if (after := _run(line, words, place)) is not None)


def _run(line: Line, words: tuple[str, ...], place: int) -> int | None:
    """The place after a run of words that stands at a place, or None."""
    for count, wanted in enumerate(words):
        if place >= len(line.words):
            return None
        word = line.words[place]
        if wanted == "{number}":
            if not _is_number(word):
                return None
        elif not (word == wanted or word == wanted + "'s" or (wanted[-1] == "*" and word.startswith(wanted[:-1]))):
            return None
        if count and line.opens[place]:
            return None
        place = (_last_of_number(line, place) if wanted == "{number}" else place) + 1
    return place


def _last_of_number(line: Line, place: int) -> int:
    """The place of a number's last word. "a" belongs to one only as its first: "forty a month" is not all number."""
    following = place + 1
    while following < len(line.words) and not line.opens[following] and line.words[following] != "a":
        if not _is_number(line.words[following]):
            break
        following += 1
    return following - 1


def _is_number(word: str) -> bool:
    return word in _NUMBER_WORDS or word[0].isdigit()


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
    anchors, firsts = _anchors(elements), _firsts(elements)
    return Cue(text, weight, tuple(elements), anchors, firsts, body.startswith("^"), body.endswith("?"))


@lru_cache(maxsize=MOST_SHARED)
def _element(piece: str, optional: bool, between: int) -> _Element:
    """One word of a cue; the cues that have the same share it."""
    choices = _choices(piece)
    return _Element(choices, optional, between, _plain(choices))


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


def _plain(choices: tuple[tuple[str, ...], ...]) -> frozenset[str] | None:
    """The words that stand for an element ("trust", "trust's"), where each of its alternatives is one whole word."""
    if any(len(words) > 1 or words[0] == "{number}" or words[0][-1] == "*" for words in choices):
        return None
    return frozenset(form for (word,) in choices for form in (word, word + "'s"))


def _firsts(elements: Iterable[_Element]) -> tuple[str, ...]:
    """The words (or stems) that a cue can begin with: those of its elements up to the first that must be there."""
    found: dict[str, None] = {}
    for element in elements:
        found |= dict.fromkeys(words[0] for words in element.choices)
        if not element.optional:
            break
    return tuple(found)


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
        words = line.known.keys()
        try:
            tried = set(chain.from_iterable(map(self._seen.__getitem__, words)))
        except KeyError:
            tried = set(chain.from_iterable(map(self._learned(words).__getitem__, words)))
        if not tried:
            return []
        found: list[Hit[K]] = []
        asks = "?" in line.folded
        for number in sorted(tried):
            key, cue, needs = self._entries[number]
            for wanted in needs:
                if words.isdisjoint(wanted):
                    break
            else:
                if asks or not cue.asks:
                    found += [Hit(key, cue.weight, start, end, cue.text) for start, end in cue.places(line)]
        return found

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
