"""Keeps a client's words and whatever could tell who they are out of a post.

A post shares what the trade has learned. Whatever of one call stands in it is a finding: a name, an address, an amount,
a place, or words as they were said. Whoever wrote the post is held to the same rules.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from services import sentence_words
from services.agents import findings
from services.agents.contract import Extraction
from services.analyst.dialogue import Talk
from services.analyst.numbers import Spoken, numbers_in
from services.analyst.places import places_in
from services.analyst.words import data
from services.calls.model import Header
from services.playbooks.loader import Playbook
from services.sentence_words import plain, stems

__all__ = ["Finding", "Kind", "Private", "findings_in", "run_of"]

# "name" is one of the client's household, "other name" any other that was said; "near words" are the client's words in
# another order, or with others between.
Kind = Literal["name", "other name", "address", "amount", "place", "client's words", "near words"]
RUN = 6  # words in a row as they were said
_LEAST_SHARED, _SHARE_SAID = 5, 0.75  # telling words that a sentence shares with the client's, and their share of it
_LEAST_AMOUNT = 100
_NAMING = re.compile(r"[A-Z][\w'’\-]*")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_ADDRESS = re.compile(
    r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+|https?://\S+|\bwww\.\S+|<[^>\s][^>]*>?|(?<!\d)\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4}(?!\d)|\b\d{10}\b"
    r"|\b\d{1,5} (?:[A-Z]\w+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Way|Place)\b"
)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_NOT_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december i i'm i'll i've i'd ok okay usa us american god llc inc mr mrs ms dr".split()
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a post that belongs to one call. ``words`` stand in the post from ``start`` to ``end``.

    ``turn`` is where they were said, where that is known.
    """

    kind: Kind
    words: str
    start: int
    end: int
    turn: int | None = None


class Private:
    """What of one call no post may hold. Worked out once, for as many posts as are looked at."""

    def __init__(
        self, dialogue: Sequence[Mapping[str, Any]], extraction: Extraction, header: Header, playbook: Playbook
    ) -> None:
        self.dialogue, self.extraction, self.header, self.playbook = dialogue, extraction, header, playbook

    @cached_property
    def household(self) -> frozenset[str]:
        """The parts of the names of client, partner and all who spoke but for us; the trade's own words are none."""
        theirs = [str(turn.get("speaker") or "") for turn in self.dialogue if turn.get("side") != "advisor"]
        spouse = findings.fact_value(self.extraction, "spouse_name")
        told = " ".join([*theirs, self.header.client_name or "", str(spouse or "")])
        parts = {plain(part).removesuffix("'s") for part in re.findall(r"[^\W\d_][\w'’]*", told)}
        return frozenset(part for part in parts if len(part) > 2 and part not in self.trade | _SPEAKERS)

    @cached_property
    def named(self) -> Mapping[str, int]:
        """Every other name that was said, with its turn: words that stand with a capital within a sentence only."""
        found: dict[str, int] = {}
        small: set[str] = set()
        for index, turn in enumerate(self.dialogue):
            text = str(turn.get("text") or "")
            small.update(re.findall(r"(?<![\w'’])[a-z][a-z'’]*", text))
            for match in _NAMING.finditer(text):
                if not _opens(text, match.start()):
                    found.setdefault(plain(match.group()).removesuffix("'s"), index)
        return {
            name: turn
            for name, turn in found.items()
            if len(name) > 2 and name not in small and name not in _NOT_NAMES | self.trade
        }

    @cached_property
    def states(self) -> frozenset[str]:
        """The states that the client has to do with, and those that were named."""
        told: set[str] = set()
        for field in self.playbook.fields:
            value = findings.fact_value(self.extraction, field.name)
            if field.type in ("state", "states") and value:
                told.update([value] if isinstance(value, str) else value)
        return frozenset(told)

    @cached_property
    def amounts(self) -> Mapping[float, int | None]:
        """The amounts that were said, and those that the call's values hold, with the turn."""
        found: dict[float, int | None] = {}
        for index, turn in enumerate(self.dialogue):
            for number in numbers_in(plain(str(turn.get("text") or ""))):
                for amount in (number.value, *number.worths()) if _telling(number) else ():
                    found.setdefault(round(amount, 2), index)
        for field in self.playbook.fields:
            value = findings.fact_value(self.extraction, field.name)
            if field.type == "money" and value is not None:
                found.setdefault(round(float(value), 2), None)
        return found

    @cached_property
    def runs(self) -> Mapping[tuple[str, ...], int]:
        """Every run of six words that was said, with its turn."""
        found: dict[tuple[str, ...], int] = {}
        for index, turn in enumerate(self.dialogue):
            words = _WORD.findall(plain(str(turn.get("text") or "")))
            for place in range(len(words) - RUN + 1):
                found.setdefault(tuple(words[place : place + RUN]), index)
        return found

    @cached_property
    def told(self) -> list[tuple[int, set[str]]]:
        """What the client's sentences tell, with their turns: each one, and each with the one after it."""
        theirs = ((index, turn) for index, turn in enumerate(self.dialogue) if turn.get("side") != "advisor")
        single = [
            (index, stems(sentence))
            for index, turn in theirs
            for sentence in _SENTENCE_END.split(str(turn.get("text") or ""))
        ]
        both = [(turn, one | other) for (turn, one), (_, other) in pairwise(single)]
        return [(turn, said) for turn, said in (*single, *both) if len(said) >= _LEAST_SHARED]

    @cached_property
    def trade(self) -> frozenset[str]:
        """Words of what is sold and of the first insight on it: they name nobody."""
        book = self.playbook
        told = [
            book.firm.name,
            book.name,
            *(one.name for one in book.products),
            *(one.insight for one in book.subjects),
        ]
        told += [book.social.question, *book.social.hashtags]
        return frozenset(_WORD.findall(plain(" ".join(told))))


_SPEAKERS = frozenset("speaker unknown client customer caller adviser advisor agent host guest participant".split())


def run_of(words: str) -> str:
    """Words as they are compared: folded, without punctuation."""
    return " ".join(_WORD.findall(plain(words)))


def findings_in(post: str, private: Private) -> list[Finding]:
    """What of the call stands in a post, in the order of the post; nothing where it may be published."""
    found = [*_addresses(post), *_names(post, private), *_amounts(post, private), *_places(post, private)]
    found += [*_verbatim(post, private), *_nearly(post, private)]
    return sorted(found, key=lambda one: (one.start, one.end))


def _addresses(post: str) -> Iterator[Finding]:
    for match in _ADDRESS.finditer(post):
        yield Finding("address", match.group(), match.start(), match.end())


def _names(post: str, private: Private) -> Iterator[Finding]:
    """Names as they are written; the household's own also where a sentence begins, and as a tag."""
    for match in _NAMING.finditer(post):
        for piece in re.split(r"[-_]", plain(match.group()).removesuffix("'s")):
            known = bool({piece, piece.rstrip("'").removesuffix("s")} & private.household)
            if known or (piece in private.named and not _common(piece)):
                kind: Kind = "name" if known else "other name"
                yield Finding(kind, match.group(), match.start(), match.end(), private.named.get(piece))
    for match in re.finditer(r"[#@]\w+", post):
        if any(part in match.group().lower() for part in private.household if len(part) > 3):
            yield Finding("name", match.group(), match.start(), match.end())


def _common(word: str) -> bool:
    return word in sentence_words.word_list("stop") or word in sentence_words.word_list("courtesy")


def _opens(text: str, place: int) -> bool:
    """Whether a word opens a sentence, so that its capital says nothing."""
    before = text[:place].rstrip(" \"'“‘(")
    return not before or before[-1] in ".?!:;—–-…"


def _telling(number: Spoken) -> bool:
    return number.shape not in ("ordinal", "percent") and (
        number.money or number.scaled or number.value >= _LEAST_AMOUNT
    )


def _amounts(post: str, private: Private) -> Iterator[Finding]:
    for number in numbers_in(plain(post)):
        amount = round(number.value, 2)
        if _telling(number) and amount in private.amounts:
            start = number.start - (post[number.start - 1 : number.start] == "$")
            yield Finding("amount", post[start : number.end], start, number.end, private.amounts[amount])


def _places(post: str, private: Private) -> Iterator[Finding]:
    """States of the client by name or letters, and towns in them."""
    names: dict[str, str] = data("places")["states"]
    for sentence in Talk([{"text": post}]).sentences:
        for place in places_in(sentence, frozenset(), where=True):
            if private.states & set(place.states[:1]):
                start, end = sentence.start + place.start, sentence.start + place.end
                yield Finding("place", post[start:end], start, end)
    for name, state in names.items():
        if state in private.states and (match := re.search(rf"\b{re.escape(name)}\b", plain(post))):
            yield Finding("place", post[match.start() : match.end()], match.start(), match.end())


def _verbatim(post: str, private: Private) -> Iterator[Finding]:
    """Runs of six words and more as they were said, by either side."""
    words = list(_WORD.finditer(plain(post)))
    place = 0
    while place + RUN <= len(words):
        turn = private.runs.get(tuple(word.group() for word in words[place : place + RUN]))
        if turn is None:
            place += 1
            continue
        last = place + RUN
        while last < len(words) and tuple(word.group() for word in words[last - RUN + 1 : last + 1]) in private.runs:
            last += 1
        start, end = words[place].start(), words[last - 1].end()
        yield Finding("client's words", post[start:end], start, end, turn)
        place = last


def _nearly(post: str, private: Private) -> Iterator[Finding]:
    """Sentences that are made of what the client said, in other order or with other words between."""
    for sentence in Talk([{"text": post}]).sentences:
        mine = stems(sentence.text)
        for turn, said in private.told if len(mine) >= _LEAST_SHARED else ():
            shared = mine & said
            if len(shared) >= _LEAST_SHARED and len(shared) >= _SHARE_SAID * len(mine):
                yield Finding("near words", sentence.text, sentence.start, sentence.end, turn)
                break
