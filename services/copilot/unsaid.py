"""Which part of a question an answer leaves open: words that no part of the plan used, amounts that nobody told."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from services.copilot.contract import Passages
from services.copilot.figures import in_figures
from services.copilot.not_meant import what_it_cost_them
from services.copilot.plan_figures import COUNT_NOUNS
from services.copilot.relevance import tells
from services.copilot.results import (
    FigureFound,
    GroupsFound,
    ListFound,
    PassagesFound,
    RaisedFound,
    Result,
    Said,
    StepsFound,
)
from services.copilot.understanding import Understood
from services.copilot.vocabulary import words
from services.json_words import plain
from services.sentence_words import stems

_NEAR = 0.28  # how near in meaning words have to be to be shown where they are not surely about what was asked
_AGES = (
    frozenset("small young younger little tiny minor minors baby babies toddler toddlers newborn infant".split()),
    frozenset("grown adult adults older college married moved".split()),
    frozenset("teenage teenager teenagers teen teens".split()),
)
_AGE = re.compile(r"\b(\w+) (?:children|child|kids?|sons?|daughters?|boys?|girls?)\b")
_SHORTEST = 3  # letters up to which a word tells nothing
_TABLES = ("intents", "measures", "groups", "fields", "concerns", "outcomes", "numbers", "other")
_HELD = 0.25  # the share of the question's words that has to stand there else
_PURCHASE = re.compile(
    r"\b(?:what|how much)\b.*\b(?:pay|paid|give|gave|spend|spent)\b(?: \w+){0,2} for (?:the|his|her|their|that|an?)"
    r" (?P<thing>(?:[\w']+ ){0,3}?[\w']+)(?=[?.,;]|$| (?:back|when|in|and|at|before|after|originally)\b)"
)
_PAID = re.compile(r"\b(?:bought|buy|paid|pay|purchase\w*|cost)\b")


def near_enough(said: Sequence[Said]) -> list[Said]:
    """Of words that do not surely answer those that come near at all."""
    return [each for each in said if each.held >= _HELD or each.near >= _NEAR]


def telling_words(it: Understood) -> list[str]:
    """The words of a question that tell what is looked for, beyond what the plan knows."""
    left = (word for word in it.content if word not in COUNT_NOUNS and len(word) > _SHORTEST and word.isalpha())
    return [word for word in dict.fromkeys(left) if tells(word) and not stems(word) & _asked_with()]


@lru_cache(maxsize=1)
def _asked_with() -> frozenset[str]:
    """The stems of the words with which questions are put, whatever they are about."""
    cues = (cue for table in _TABLES for told in words()[table].values() for cue in told)
    return frozenset(stems(" ".join(re.findall(r"[a-z]+", " ".join([*cues, words()["beside"]["words"]])))))


def left_open(it: Understood, results: Sequence[Result]) -> str:
    """The words that the record's figures and lists took no account of; empty where the calls' words answer them."""
    told = [each for each in results if isinstance(each, FigureFound | GroupsFound | ListFound | RaisedFound)]
    passages = [each for each in results if isinstance(each, PassagesFound)]
    if not told or any(each.strong for each in passages) or any(isinstance(each, StepsFound) for each in results):
        return ""
    return ", ".join(f"“{word}”" for word in telling_words(it)[:6])


def no_such_price(it: Understood, results: Sequence[Result]) -> bool:
    """Whether it is asked what somebody paid for a thing of theirs, and no words found tell a figure beside it."""
    asked = _PURCHASE.search(it.line.folded)
    if asked is None and not what_it_cost_them(it.line.folded):
        return False
    thing = set(stems(asked["thing"])) if asked else set()
    said = [each for found in results if isinstance(found, PassagesFound) for each in found.said]
    told = [each.words for each in said if asked or _PAID.search(each.words.lower())]
    return not any(thing <= set(stems(words)) and _figure(words) for words in told)


def _figure(words: str) -> bool:
    return bool(re.search(r"\d", words) or in_figures(words))


def _of_age(it: Understood) -> frozenset[str]:
    """The words that tell the age of children, where those of some age are asked for."""
    match = _AGE.search(it.line.folded)
    return next((group for group in _AGES if match and match.group(1) in group), frozenset())


def _aged(found: PassagesFound, age: frozenset[str]) -> PassagesFound:
    """Words about children, as far as they tell of such an age."""
    told = [each for each in found.said if age & set(re.findall(r"[a-z]+", each.words.lower()))]
    kept = told if found.strong else []
    return replace(found, said=kept, strong=bool(kept), calls=len({each.source.call for each in kept}))


def settled(it: Understood, results: Sequence[Result]) -> list[Result]:
    """The results without what only looks like an answer: a price of another thing, steps that share a mere word."""
    found = list(results)
    if no_such_price(it, found):
        found = [replace(each, strong=False) if isinstance(each, PassagesFound) else each for each in found]
    if age := _of_age(it):
        found = [_aged(each, age) if isinstance(each, PassagesFound) and each.asked.spread else each for each in found]
    passages = [each for each in found if isinstance(each, PassagesFound) and not each.asked.late]
    if passages and not any(each.strong for each in passages):
        asked = passages[0].asked
        found = [
            replace(each, steps=(), total=0)
            if isinstance(each, StepsFound) and each.asked.only_about and not by_way_of(asked, each)
            else each
            for each in found
        ]
    return found


def by_way_of(asked: Passages, steps: StepsFound) -> bool:
    """Whether next steps tell most of the words that a search was after."""
    wanted = set(stems(asked.about or asked.words))
    told = [set(stems(plain(each.step.get("action")))) for each in steps.steps if isinstance(each.step, dict)]
    return any(len(wanted & one) * 2 > len(wanted) for one in told) if wanted else True
