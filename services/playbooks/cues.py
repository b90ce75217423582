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
WORD = re.compile(r"[a-z0-9]+(?:['.][a-z0-9]+)*")
_WEIGHT = re.compile(r"\s*\((-?\d+(?:\.\d+)?)\)\s*$")
_PIECE = re.compile(r"\([^()]*\)|[^\s()]+")
_TOKEN = re.compile(r"[a-z0-9'*|_&.]+")
_FILLERS = frozenset(["uh", "um", "er", "erm", "hm", "mm", "ah"])
_NUMBER_WORDS = frozenset(
    "a one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million grand oh".split()
)
_FOLDS = {ord("’"): "'", ord("‘"): "'", ord("ʼ"): "'", ord("“"): '"', ord("”"): '"', ord("\u00a0"): " "}


def fold(text: str) -> str:
    """Lower case, straight quotes, and exactly as long as the text, so that places in one are places in the other."""
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
        before, opening = 0, True
        for match in WORD.finditer(folded):
            between = folded[before : match.start()]
            opening = opening or "." in between or "?" in between or "!" in between
            before = match.end()
            if (word := match.group()) in _FILLERS:
                continue
            place = len(self.words)
            self.words.append(word)
            self.starts.append(match.start())
            self.ends.append(match.end())
            self.opens.append(opening)
            self.at.setdefault(word, []).append(place)
            if word.endswith("'s"):
                self.at.setdefault(word[:-2], []).append(place)
            opening = False

    def asks_after(self, place: int) -> bool:
        """Whether the sentence that goes on after a place of the text is a question."""
        stop = re.compile(r"[.?!](?!\w)").search(self.folded, place)
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
        self._entries = list(entries)
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        for number, (_, cue) in enumerate(self._entries):
            for anchor in cue.anchors:
                kind, word = (self._stems, anchor[:-1]) if anchor.endswith("*") else (self._exact, anchor)
                kind.setdefault(word, []).append(number)
        self._longest_stem = max(map(len, self._stems), default=0)
        self._seen: dict[str, tuple[int, ...]] = {}

    def find(self, line: Line) -> Iterator[Hit[K]]:
        """Every cue's every place in a line."""
        tried: set[int] = set()
        for word in line.at:
            tried.update(self._candidates(word))
        for number in sorted(tried):
            key, cue = self._entries[number]
            for start, end in cue.places(line):
                yield Hit(key, cue.weight, start, end, cue.text)

    def _candidates(self, word: str) -> tuple[int, ...]:
        known = self._seen.get(word)
        if known is None:
            if len(self._seen) > 100_000:
                self._seen.clear()
            found = list(self._exact.get(word, ()))
            for length in range(1, min(len(word), self._longest_stem) + 1):
                found += self._stems.get(word[:length], ())
            known = self._seen[word] = tuple(found)
        return known
