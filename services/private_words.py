"""What of one call no post may hold: names, amounts, places and words, worked out of its turns and values."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

from services.agents import findings
from services.agents.contract import Extraction
from services.analyst.cast import first_names
from services.analyst.numbers import Spoken, numbers_in
from services.calls.model import Header
from services.household_names import HouseholdNames, called_for_short, folded, is_ordinary, opens
from services.lookalikes import seen
from services.playbooks.loader import Playbook
from services.sentence_words import plain, stems

__all__ = ["LEAST_SHARED", "NAMING", "QUOTED", "RARE", "RUN", "WORD", "Private", "telling_number"]

RUN = 6  # words in a row as they were said
RARE = 4  # words in a row, if three of them are rare ones
QUOTED = 3  # words in a row between quotation marks
LEAST_SHARED = 5  # telling words that a sentence shares with the client's
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_LEAST_AMOUNT = 100
_SMALL = re.compile(r"(?<![\w'’])[a-z][a-z'’]*")
NAMING = re.compile(r"[A-Z][\w'’\-]*")
_TITLED = re.compile(r"(?<![.?!:;—–…\-] )(?<!^)\b[A-Z][\w'’]*(?: (?:& )?[A-Z][\w'’]*){1,4}")
_KIN = re.compile(
    r",? (?:is|was|'s|and|,)? ?(?:my|our|his|her|their) (?:\w+ )?(?:son|daughter|boy|girl|brother|sister|mother|father"
    r"|mom|dad|wife|husband|partner|niece|nephew|cousin|uncle|aunt|grandson|granddaughter|stepson|stepdaughter|friend"
    r"|neighbor)\b"
)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_NAMES_APART = re.compile(r"\s*(?:&|;|/|\band\b)\s*")
_NOT_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december i i'm i'll i've i'd ok okay usa us american god llc inc mr mrs ms dr".split()
)


class Private:
    """What of one call no post may hold. Worked out once, for as many posts as are looked at."""

    def __init__(
        self, dialogue: Sequence[Mapping[str, Any]], extraction: Extraction, header: Header, playbook: Playbook
    ) -> None:
        self.dialogue, self.extraction, self.header, self.playbook = dialogue, extraction, header, playbook

    @cached_property
    def _texts(self) -> list[str]:
        """The turns' words, as a reader sees them."""
        return [seen(str(turn.get("text") or "")).text for turn in self.dialogue]

    @cached_property
    def _words(self) -> list[list[str]]:
        """The turns' words, folded."""
        return [WORD.findall(plain(text)) for text in self._texts]

    def _of_client(self) -> Iterator[tuple[int, str]]:
        yield from (
            (turn, text) for turn, text in enumerate(self._texts) if self.dialogue[turn].get("side") != "advisor"
        )

    @cached_property
    def household(self) -> HouseholdNames:
        """The names of client, partner and all who spoke but for us."""
        theirs = [str(turn.get("speaker") or "") for turn in self.dialogue if turn.get("side") != "advisor"]
        spouse = findings.fact_value(self.extraction, "spouse_name")
        told = [*theirs, self.header.client_name or "", str(spouse or "")]
        return HouseholdNames([name for one in told for name in _NAMES_APART.split(one) if name], self.trade)

    def names_in(self, words: str) -> list[tuple[int, int]]:
        """Where a text names the household."""
        shown = seen(words)
        return [shown.span(one.start, one.end) for one in self.household.find(shown.text) if one.sure]

    @cached_property
    def named(self) -> Mapping[str, int]:
        """Every other name that was said, with its turn: words that stand with a capital within a sentence only, first
        names at the beginning of one, and in a call without capitals first names that are no other word."""
        found: dict[str, int] = {}
        small = {word for text in self._texts for word in _SMALL.findall(text)}
        written_small = not any(letter.isupper() for text in self._texts for letter in text)
        no_names = _NOT_NAMES | self.trade | (set() if written_small else small)
        for index, text in enumerate(self._texts):
            for word in _SMALL.findall(text) if written_small else ():
                if len(word) > 3 and word in first_names() and not self.everyday(word):
                    found.setdefault(word, index)
            for match in NAMING.finditer(text):
                name = plain(match.group()).removesuffix("'s")
                if name in found or name in no_names:
                    continue
                person = (name in first_names() and not self.everyday(name)) or _KIN.match(text, match.end())
                if person or not opens(text, match.start()):
                    found[name] = index
        named = {name: turn for name, turn in found.items() if len(name) > 2 and name not in no_names}
        return {short: turn for name, turn in named.items() for short in called_for_short(name)} | named

    @cached_property
    def titled(self) -> Mapping[tuple[str, ...], int]:
        """Names of several words, each with a capital, as businesses and places have; with their turn."""
        found: dict[tuple[str, ...], int] = {}
        for index, text in enumerate(self._texts):
            for match in _TITLED.finditer(text):
                words = tuple(WORD.findall(plain(match.group())))
                if len(words) > 1 and not all(word in self.ours or word in _NOT_NAMES for word in words):
                    found.setdefault(words, index)
        return found

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
        for index, text in enumerate(self._texts):
            for number in numbers_in(plain(text)):
                for amount in (number.value, *number.worths()) if telling_number(number) else ():
                    found.setdefault(round(amount, 2), index)
        for field in self.playbook.fields:
            value = findings.fact_value(self.extraction, field.name)
            if field.type == "money" and value is not None:
                found.setdefault(round(float(value), 2), None)
        return found

    @cached_property
    def runs(self) -> Mapping[tuple[str, ...], int]:
        """Every run of six words that was said, with its turn."""
        return _runs(enumerate(self._words), RUN)

    @cached_property
    def short_runs(self) -> Mapping[tuple[str, ...], int]:
        """Every run of three words that was said, with its turn: what a quotation is held against."""
        return _runs(enumerate(self._words), QUOTED)

    @cached_property
    def rare_runs(self) -> Mapping[tuple[str, ...], int]:
        """Every run of four words of the client, with its turn."""
        return _runs(((turn, self._words[turn]) for turn, _ in self._of_client()), RARE)

    @cached_property
    def told(self) -> list[tuple[int, set[str]]]:
        """What the client's sentences tell, with their turns: each one, and each with the one after it."""
        single = [
            (index, stems(sentence)) for index, text in self._of_client() for sentence in _SENTENCE_END.split(text)
        ]
        both = [(turn, one | other) for (turn, one), (_, other) in pairwise(single)]
        return [(turn, said) for turn, said in (*single, *both) if len(said) >= LEAST_SHARED]

    @cached_property
    def trade(self) -> frozenset[str]:
        """Words of what is sold and of the first insight on it: they name nobody."""
        book = self.playbook
        told = [book.firm.name, book.name]
        told += [*(one.name for one in book.products), *(one.insight for one in book.subjects)]
        told += [book.social.question, *book.social.hashtags]
        return frozenset(WORD.findall(plain(" ".join(told))))

    @cached_property
    def ours(self) -> frozenset[str]:
        """Every word of the playbook's own sentences."""
        said = [words for one in self.playbook.subjects for words in (*one.insights, *one.stories)]
        return self.trade | frozenset(WORD.findall(plain(" ".join((*said, *self.playbook.social.questions)))))

    def everyday(self, word: str) -> bool:
        """Whether a folded word names nobody where it is written small, and is rare in nobody's mouth."""
        return is_ordinary(folded(word)) or word in self.ours


def _runs(turns: Iterable[tuple[int, list[str]]], length: int) -> dict[tuple[str, ...], int]:
    """Every run of so many words, with the first turn that it is in."""
    found: dict[tuple[str, ...], int] = {}
    for index, words in turns:
        for place in range(len(words) - length + 1):
            found.setdefault(tuple(words[place : place + length]), index)
    return found


def telling_number(number: Spoken) -> bool:
    """Whether a number is an amount that could tell whose it is."""
    return number.shape not in ("ordinal", "percent") and (
        number.money or number.scaled or number.value >= _LEAST_AMOUNT
    )
