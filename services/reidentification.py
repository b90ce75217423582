"""How many clients of the book the details of a post would fit: "dentist, three LLCs, Tulsa: 1 of 212".

A detail is a trade, a business, something that few own, a number of things, an age, a place. It is looked for among the
supported values of every call and the words that prove them; the post's own client fits too where the call says it.
What the playbook says word for word holds no details, and a few (a product, an amount, a state of the Union, two
children) tell nothing by themselves: they only narrow down what others tell.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor, log10
from pathlib import Path
from typing import Any, Literal

from db import likeness
from db.engine import Session
from services.analyst.dialogue import Talk
from services.analyst.numbers import numbers_in
from services.analyst.places import places_in
from services.database import Database, translated
from services.playbooks.loader import Playbook
from services.publish_guard import Private
from services.sentence_words import plain

__all__ = ["Detail", "DetailKind", "Likeness", "details_in", "likeness_of"]

DetailKind = Literal["trade", "business", "possession", "life", "number", "age", "place", "amount", "product", "status"]
_DATA = Path(__file__).with_suffix(".toml")
_KINDS: Mapping[str, DetailKind] = {
    "people": "trade", "businesses": "business", "assets": "possession", "lives": "life",
}  # fmt: skip
_AGE = re.compile(r"\b(\d{2})[- ]year[- ]olds?\b|\b(?:aged?|turned|turning) (\d{2})\b|\bin (?:his|her|their) \w+ties\b")
_LEAST_AMOUNT = 10_000


@dataclass(frozen=True, slots=True)
class Detail:
    """Something in a post that narrows down who it is about. ``key`` is the same for the same detail in other words.

    ``marks`` are what values of the record would hold, ``said`` words that would stand for it in the proof of one.
    ``telling``: it counts by itself, not only beside others.
    """

    kind: DetailKind
    key: str
    words: str
    start: int
    end: int
    marks: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    telling: bool = True


@dataclass(frozen=True)
class Likeness:
    """How many clients fit all of the details, of ``book`` in the record. ``left_out`` calls hold a value of these
    fields that no words support; they were not counted. ``fewest`` is the playbook's bound."""

    details: tuple[Detail, ...]
    fitting: int
    book: int
    left_out: int
    fewest: int

    @property
    def told(self) -> str:
        """The details in the post's own words."""
        return ", ".join(dict.fromkeys(detail.words for detail in self.details))

    @property
    def too_small(self) -> bool:
        """Whether the book holds too few clients to tell."""
        return self.book < self.fewest

    @property
    def identifies(self) -> bool:
        """Whether one client alone fits, or has to be assumed to."""
        return self.fitting == 1 or (self.too_small and self.fitting > 0)

    @property
    def few(self) -> bool:
        """Whether fewer clients fit than the playbook asks for."""
        return 0 < self.fitting < self.fewest

    @property
    def sentence(self) -> str:
        """The score in words."""
        clients = f"{self.book:,} client{'' if self.book == 1 else 's'}"
        if self.fitting == 0:
            return f"{self.told}: fits none of the {clients} of the record."
        if self.too_small:
            return f"{self.told}: the book holds {clients}, so this can't be told; assume that it identifies."
        calls = "1 call with a value" if self.left_out == 1 else f"{self.left_out:,} calls with values"
        left = f" {calls} that no words support: not counted." if self.left_out else ""
        return f"{self.told}: {self.fitting:,} of {clients} fit{'s' if self.fitting == 1 else ''}.{left}"


def likeness_of(database: Database, call: int, post: str, private: Private) -> Likeness | None:
    """The score of a post of a call, by its row's id; None where nothing in the post tells who it is about.

    Where the whole of it fits nobody, its sentences may still speak of somebody each: then the one that fits fewest
    counts.
    """
    details = details_in(post, private.playbook)
    if not any(detail.telling for detail in details):
        return None
    with translated(), database.session() as session:
        whole = _score(session, call, details, private)
        if whole.fitting:
            return whole
        parts = [[one for one in details if start <= one.start < end] for start, end in _sentences(post)]
        told = [part for part in parts if len(part) < len(details) and any(one.telling for one in part)]
        scores = [_score(session, call, part, private) for part in told]
    return min((one for one in scores if one.fitting), key=lambda one: one.fitting, default=whole)


def _sentences(post: str) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in Talk([{"text": post}]).sentences]


def _score(session: Session, call: int, details: Sequence[Detail], private: Private) -> Likeness:
    fields = sorted({re.split("[=~#]", mark)[0] for detail in details for mark in detail.marks})
    asked = [words for detail in details for words in detail.said]
    stems = dict(zip(asked, likeness.stems(session, asked), strict=True))
    ways = [[*(frozenset({mark}) for mark in each.marks), *(stems[words] for words in each.said)] for each in details]
    found = likeness.fit(session, call, ways, fields)
    mine, said = likeness.of_call(session, call), _said(private)
    here = found.own or all(
        any(way <= mine for way in held if way) or detail.key in said
        for detail, held in zip(details, ways, strict=True)
    )
    return Likeness(tuple(details), found.others + here, found.book, found.left_out, private.playbook.social.fewest)


@lru_cache(maxsize=8)
def _said(private: Private) -> frozenset[str]:
    """The keys of the details that the call itself holds, whoever said them."""
    talk = "\n".join(str(turn.get("text") or "") for turn in private.dialogue)
    return frozenset(detail.key for detail in details_in(talk, private.playbook))


def details_in(text: str, playbook: Playbook) -> list[Detail]:
    """The details of a text, in its order, each place once; none in what the playbook says word for word."""
    folded = plain(text)
    found = [*_counted(text, folded), *_aged(text, folded), *_amounts(text, folded), *_placed(text)]
    found += [*_named(text, folded), *_status(text, folded), *_sold(text, folded, playbook)]
    own = list(_own_words(text, playbook))
    kept: list[Detail] = []
    for detail in sorted(found, key=lambda one: (one.start, -one.end)):
        ours = any(start <= detail.start and detail.end <= end for start, end in own)
        if not ours and (not kept or detail.start >= kept[-1].end):
            kept.append(detail)
    return kept


def _own_words(text: str, playbook: Playbook) -> Iterator[tuple[int, int]]:
    """Where the playbook's own sentences stand in a text."""
    said = [words for one in playbook.subjects for words in (*one.insights, *one.stories)]
    for words in (*said, *playbook.social.questions):
        if (start := text.find(words)) >= 0:
            yield start, start + len(words)


def _named(text: str, folded: str) -> Iterator[Detail]:
    """Trades, businesses, possessions and lives, by the lists."""
    for kind, pattern in _patterns().items():
        for match in pattern.finditer(folded):
            group = _groups(kind)[match.group()]
            yield Detail(_KINDS[kind], group[0], text[match.start() : match.end()], *match.span(), said=group)


def _counted(text: str, folded: str) -> Iterator[Detail]:
    """Numbers of things: as a field of the record counts them, or as they would be said."""
    for number in numbers_in(folded):
        match = _things().match(folded, number.end)
        if match is None or number.money or number.value < 2 or number.value != int(number.value):
            continue
        field, noun, count = str(match.lastgroup), match.group().strip(" -"), int(number.value)
        start, end = number.start, match.end()
        said = (f"{folded[number.start : number.end]} {noun}", f"{count} {noun}")
        mark = {"children_count": "=", "real_estate_count": "=", "business_interests": "#"}.get(field)
        marks = (f"{field}{mark}{count}",) if mark else ()
        common = count <= int(_data()["common"].get(field, 0))
        key = f"{field if mark else noun} {count}"
        yield Detail("number", key, text[start:end], start, end, marks, said, telling=not common)


def _aged(text: str, folded: str) -> Iterator[Detail]:
    for match in _AGE.finditer(folded):
        years = match.group(1) or match.group(2) or match.group().split()[-1]
        yield Detail("age", f"age {years}", text[match.start() : match.end()], *match.span(), said=(years,))


def _amounts(text: str, folded: str) -> Iterator[Detail]:
    for number in numbers_in(folded):
        if (number.money or number.scaled) and number.value >= _LEAST_AMOUNT:
            start = number.start - (text[number.start - 1 : number.start] == "$")
            rounded = f"{round(number.value, 1 - floor(log10(number.value))):.0f}"
            words = text[start : number.end]
            marks = (f"estate_value~{rounded}",)
            yield Detail("amount", f"amount {rounded}", words, start, number.end, marks, telling=False)


def _placed(text: str) -> Iterator[Detail]:
    for sentence in Talk([{"text": text}]).sentences:
        for place in places_in(sentence, frozenset(), where=True):
            start, end = sentence.start + place.start, sentence.start + place.end
            if place.is_state:
                state = place.states[0].lower()
                marks = (f"client_state={state}", f"real_estate_locations={state}")
                yield Detail("place", state, text[start:end], start, end, marks, telling=False)
            else:
                yield Detail("place", place.name, text[start:end], start, end, said=(place.name,))


def _status(text: str, folded: str) -> Iterator[Detail]:
    for status, words in _data()["marital"].items():
        for match in re.finditer(rf"\b(?:{words})\b", folded):
            marks = (f"marital_status={status}",)
            yield Detail("status", status, text[match.start() : match.end()], *match.span(), marks, telling=False)


def _sold(text: str, folded: str, playbook: Playbook) -> Iterator[Detail]:
    for product in playbook.products:
        for match in re.finditer(rf"\b{re.escape(plain(product.name))}s?\b", folded):
            mark = f"products_discussed={product.name.lower()}"
            words = text[match.start() : match.end()]
            yield Detail("product", product.name, words, *match.span(), (mark,), telling=False)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def _groups(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Of each word of a list all the words for the same."""
    return {word: tuple(line.split("|")) for line in _data()[kind] for word in line.split("|")}


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {kind: _any_of(_groups(kind)) for kind in _KINDS}


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?![\w'])")


@lru_cache(maxsize=1)
def _things() -> re.Pattern[str]:
    """What is counted, right after a number, an adjective between them left out."""
    fields = "|".join(f"(?P<{field}>{words})" for field, words in _data()["counted"].items())
    return re.compile(
        rf"[ \-]+(?:(?:grown|small|little|young|rental|old|different|adult|other|of) ){{0,2}}(?:{fields})\b"
    )
