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
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
MOST_BETWEEN = 4
MOST_SEEN = 100_000  # words whose cues a book remembers
WORD = re.compile(r"[a-z0-9]+(?:['.][a-z0-9]+)*")
_WEIGHT = re.compile(r"\s*\((-?\d+(?:\.\d+)?)\)\s*$")
_PIECE = re.compile(r"\([^()]*\)|[^\s()]+")
_TOKEN = re.compile(r"[a-z0-9'*|_&.]+")
_STOP = re.compile(r"[.?!](?!\w)")
_STOPS = frozenset(".?!")
_FILLERS = frozenset(["uh", "um", "er", "erm", "hm", "mm", "ah"])
_NUMBER_WORDS = frozenset(
    "a one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million grand oh".split()
)
_FOLDS = {ord("’"): "'", ord("‘"): "'", ord("ʼ"): "'", ord("“"): '"', ord("”"): '"', ord("\u00a0"): " "}


def fold(text: str) -> str:
    """Lower case, straight quotes, and exactly as long as the text, so that places in one are places in the other."""
    if text.isascii():
        return text.lower()
    folded = text.translate(_FOLDS)
    lower = folded.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)


class Line:
    """A folded text, cut into words once for every cue that will be looked for in it. Fillers are left out.

    ``opens[n]``: word n begins a sentence. ``at``: the places of a word; ``trust's`` is found under ``trust`` too.
    ``found``: what was looked for before, by the name of what was looked for.
    """

    __slots__ = ("at", "ends", "folded", "found", "opens", "starts", "words")

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.found: dict[str, list[Any]] = {}
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.opens: list[bool] = []
        self.at: dict[str, list[int]] = {}
        at = self.at
        before, place, opening = 0, 0, True
        for match in WORD.finditer(folded):
            start, end = match.span()
            if not opening and (start > before + 1 or folded[before] != " "):
                opening = not _STOPS.isdisjoint(folded[before:start])
            before = end
            if (word := match.group()) in _FILLERS:
                continue
            self.words.append(word)
            self.starts.append(start)
            self.ends.append(end)
            self.opens.append(opening)
            for known in (word, word[:-2]) if word.endswith("'s") else (word,):
                if known in at:
                    at[known].append(place)
                else:
                    at[known] = [place]
            place, opening = place + 1, False

    def asks_after(self, place: int) -> bool:
        """Whether the sentence that goes on after a place of the text is a question."""
        stop = _STOP.search(self.folded, place)
        return bool(stop and stop.group() == "?")


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
    """One parsed cue. ``anchors`` are the words (or stems) of which one must be there for the cue to match."""

    text: str
    weight: float
    elements: tuple[_Element, ...]
    anchors: tuple[str, ...]
    opens: bool
    asks: bool

    def places(self, line: Line) -> Iterator[tuple[int, int]]:
        """Where the cue stands in a line: places of the folded text, without overlaps."""
        free = 0
        for first in sorted(self._beginnings(line)):
            if first < free or (self.opens and not line.opens[first]):
                continue
            last = self._match(line, 0, first)
            if last is None or (self.asks and not line.asks_after(line.ends[last - 1])):
                continue
            free = last
            yield line.starts[first], line.ends[last - 1]

    def _beginnings(self, line: Line) -> set[int]:
        found: set[int] = set()
        for element in self.elements:
            for choice in element.choices:
                word = choice[0]
                if word.endswith("*"):
                    found.update(
                        place for known, places in line.at.items() if known.startswith(word[:-1]) for place in places
                    )
                elif word == "{number}":
                    found.update(place for place, known in enumerate(line.words) if _is_number(known))
                else:
                    found.update(line.at.get(word, ()))
            if not element.optional:
                break
        return found

    def _match(self, line: Line, number: int, place: int) -> int | None:
        """The place after the cue's last word, if the cue's elements from ``number`` on stand from ``place`` on."""
        if number == len(self.elements):
            return place
        element = self.elements[number]
        for start in range(place, min(place + element.between + 1, len(line.words))):
            if number and line.opens[start]:
                break
            for choice in element.choices:
                after = _run(line, choice, start)
                if after is not None and (end := self._match(line, number + 1, after)) is not None:
                    return end
        return self._match(line, number + 1, place) if element.optional else None


def _run(line: Line, words: tuple[str, ...], place: int) -> int | None:
    """The place after a run of words that stands at a place, or None."""
    for count, wanted in enumerate(words):
        if place >= len(line.words) or (count and line.opens[place]):
            return None
        word = line.words[place]
        if wanted == "{number}":
            if not _is_number(word):
                return None
            place = _last_of_number(line, place)
        elif not (word == wanted or word == wanted + "'s" or (wanted.endswith("*") and word.startswith(wanted[:-1]))):
            return None
        place += 1
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
        elements.append(_Element(_choices(piece.strip("()")), optional, between))
        between = between if optional else 0
    return Cue(text, weight, tuple(elements), _anchors(elements), body.startswith("^"), body.endswith("?"))


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
    """Sets of whole words: a line that holds none of one set can't hold the cue. The longest, rarest words first."""
    needed = []
    for element in cue.elements:
        whole = [[word for word in words if word != "{number}" and word[-1] != "*"] for words in element.choices]
        if not element.optional and all(whole):
            needed.append(frozenset(max(words, key=len) for words in whole))
    return tuple(sorted(needed, key=lambda words: -min(map(len, words))))


@dataclass(frozen=True, slots=True)
class Hit(Generic[K]):
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
        words, seen = line.at.keys(), self._seen
        if not words <= seen.keys():
            seen = self._learned(words)
        tried = set().union(*filter(None, map(seen.get, words)))
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
