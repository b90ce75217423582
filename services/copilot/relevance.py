"""What a search is after, and how far a text is about it: the words that tell something, their kin, details."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from services.copilot.contract import Passages
from services.copilot.details import (
    attribute_words,
    groups_of_attributes,
    surely_shown,
    told_like,
    weight_of_details,
)
from services.copilot.proof import CallProof
from services.copilot.results import Said
from services.copilot.vocabulary import common_stems, words
from services.json_words import plain
from services.playbooks.cues import Line, fold
from services.sentence_words import stems

# From which share of the question's words, and from which nearness in meaning, words are about what was asked.
_ENOUGH = ((0.75, 0.0), (0.5, 0.42), (0.33, 0.55))
_ENOUGH_OF_ONE = (0.65, 0.25)  # the same in one client's calls
_ENOUGH_ALONE = (0.6, 0.25)  # the same where a detail alone is asked for, which has to stand there too
_NEARLY = 0.6  # of the words that the best turn holds, from which on another is as good
_SURE = 3.0  # the weight from which on a turn surely tells a detail
_WELL_TOLD = 0.6  # of a kind of detail that can be told in many ways, from which on a turn tells it
_SHOWN = 0.75  # counted as held of a turn that shows a detail, where a detail alone is asked for
_NEAR_NAME = 12  # words between what is asked for and its name
_OR = re.compile(r"\bor\b")
_CAPITAL = re.compile(r"(?<=[a-z,;:] )[A-Z][a-z]+")
_ASKS_NAME = re.compile(r"\bnames?\b|\bcalled\b|\bnamed\b")


@dataclass(frozen=True)
class Wanted:
    """What a search is after.

    ``alternatives``: of each the words that tell something, every one with its kin; any of the alternatives will do.
    ``details``: kinds of detail that are asked for. ``alone``: nothing else is: how old somebody is. ``topics``: calls
    about something are asked for.
    """

    question: str
    alternatives: tuple[tuple[frozenset[str], ...], ...]
    details: frozenset[str]
    topics: bool = False

    @property
    def alone(self) -> bool:
        """Whether a detail alone is asked for."""
        return not self.alternatives and bool(self.details)

    @property
    def stems(self) -> frozenset[str]:
        """The stems of everything that is looked for."""
        return frozenset(stem for units in self.alternatives for unit in units for stem in (*unit, *kinds_of(unit)))

    @property
    def meaning(self) -> str:
        """The text that turns are compared with by meaning."""
        return (told_like(self.details) if self.alone else "") or self.question

    def shows(self, text: str) -> float:
        """How surely a text tells the details that are asked for, from 0 to 1."""
        return min(weight_of_details(self.details, Line(fold(text))), _SURE) / _SURE if self.details else 0.0

    def share(self, text: str) -> float:
        """The share of what is looked for that stands in a text, from 0 to 1."""
        if not self.alternatives:
            told = self.shows(text)
            return _SHOWN if told >= _WELL_TOLD and not surely_shown(self.details) else _SHOWN * told
        there = set(stems(text))
        return max(
            sum(heft(unit) * _stands(unit, there) for unit in units) / sum(heft(unit) for unit in units)
            for units in self.alternatives
        )

    def may_be_in(self, text: str) -> bool:
        """Whether a text holds any of it."""
        return bool(self.stems & set(stems(text))) or (bool(self.details) and self.shows(text) > 0)


def _stands(unit: frozenset[str], there: Set[str]) -> float:
    """How surely a word stands among others: itself, or a kind of what it names."""
    return 1.0 if unit & there else _KIND if kinds_of(unit) & there else 0.0


_KIND = 0.7  # what a kind of what is asked for counts against the word itself
_LIGHT = 0.4  # what a word that tells little counts against others


def heft(unit: Set[str]) -> float:
    """What one of the words that are looked for counts, from 0 to 1."""
    return _LIGHT if unit & _light() else 1.0


def tells(word: str) -> bool:
    """Whether a word alone says what is looked for: it has a stem, and none that counts less than others."""
    own = frozenset(stems(word))
    return bool(own) and heft(own) == 1.0


@lru_cache(maxsize=1)
def _light() -> frozenset[str]:
    return frozenset(stems(words()["light"]["words"]))


@lru_cache(maxsize=256)
def wanted(question: str, *, topics: bool = False) -> Wanted:
    """What the words of a search are after. ``topics``: calls about something are, so words that ask for a reason,
    or for whom something goes to, are what is looked for.
    """
    folded = fold(question)
    line = Line(folded)
    kinds = groups_of_attributes("asks", line)
    kinds = surely_shown(kinds) if topics else kinds
    asks = set(stems(attribute_words(line, kinds)))
    found = tuple(units for part in _OR.split(folded) if (units := _units(part, asks)))
    if not found and not asks:
        found = (tuple(frozenset((stem,)) for stem in sorted(set(stems(folded)))),) if set(stems(folded)) else ()
    return Wanted(question, found, kinds, topics)


def _units(part: str, asks: Set[str]) -> tuple[frozenset[str], ...]:
    telling = set(stems(part)) - common_stems() - asks
    return tuple(frozenset((stem, *_forms().get(stem, ()))) for stem in sorted(telling))


@lru_cache(maxsize=4_096)
def kinds_of(unit: frozenset[str]) -> frozenset[str]:
    """The stems of words that are kinds of what a word names."""
    return frozenset(each for one in unit for each in _kin().get(one, ())) - unit


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, frozenset[str]]:
    """By the stem of a word, the stems of its other forms: broke by break."""
    found: dict[str, frozenset[str]] = {}
    for group in words()["inflected"]["groups"]:
        own = frozenset(stems(group))
        found |= {each: found.get(each, frozenset()) | own for each in own}
    return found


@lru_cache(maxsize=1)
def _kin() -> Mapping[str, frozenset[str]]:
    """By the stem of a word, the stems of words that are kinds of it."""
    told: dict[str, str] = words()["kin"]
    return {stem: frozenset(stems(kinds)) for heads, kinds in told.items() for stem in stems(heads)}


def is_about(asked: Wanted, said: Said) -> bool:
    """Whether words are about what was asked: they hold enough of it, and the kind of detail that is asked for."""
    enough = _ENOUGH if asked.topics else (*_ENOUGH, _ENOUGH_OF_ONE, *([_ENOUGH_ALONE] if asked.alone else []))
    if not any(said.held >= held and said.near >= least for held, least in enough):
        return False
    needed = surely_shown(asked.details) if asked.alternatives or said.held >= _SHOWN else asked.details
    return needed <= groups_of_attributes("shows", Line(fold(said.around))) and _is_named(asked, said)


def _is_named(asked: Wanted, said: Said) -> bool:
    """Whether a name stands near what was asked for, where its name is asked for."""
    if not _ASKS_NAME.search(fold(asked.question)):
        return True
    near = said.around.split()
    places = [at for at, word in enumerate(near) if asked.stems & set(stems(word))]
    around_it = (" ".join(near[max(0, at - _NEAR_NAME) : at + _NEAR_NAME]) for at in places)
    return any(_CAPITAL.search(words) for words in around_it)


def literal(asked: Wanted, found: list[Said]) -> list[Said]:
    """Of what was found those that hold the very words that are asked for, where any do."""
    told = {word for word in re.findall(r"[a-z]{4,}", fold(asked.question)) if set(stems(word)) & asked.stems}
    if _OR.search(fold(asked.question)) or any(set(stems(word)) & _kin().keys() for word in told):
        return found
    share = {at: sum(word[:-1] in fold(said.around) for word in told) for at, said in enumerate(found)}
    most = max(share.values(), default=0)
    return [said for at, said in enumerate(found) if share[at] >= most * _NEARLY]


def names_all(asked: Passages, said: Said, calls: Mapping[str, CallProof]) -> bool:
    """Whether of every name that nobody on record has, a word stands in the call."""
    if not asked.names:
        return True
    turns = calls[said.source.call].turns
    near = " ".join(f"{plain(turn.get('speaker'))} {plain(turn.get('text'))}" for turn in turns).lower()
    return all(any(word.lower() in near for word in name.split()) for name in asked.names)
