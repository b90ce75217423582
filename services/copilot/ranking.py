"""Which turns of a client's few calls answer a question: by its rare words, their kin, and what stands beside them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from services.copilot.relevance import Wanted, heft, kinds_of
from services.copilot.turns import Turn
from services.copilot.vocabulary import words
from services.sentence_words import stem, stems

_LIKE, _FORM, _KIND = (
    0.5,
    0.64,
    0.74,
)  # what words of like meaning, other forms, and kinds count against the word itself
_BEFORE, _AFTER = 0.7, 0.4  # what words in the turn before (it may be the question), or after, count against its own
_SHORTEST, _LONGEST_ENDING = 4, 4  # letters of a word that another may begin with, and of the ending
_BEGINNING = 6  # letters that two words of one kind begin with
Place = tuple[str, int]


def weights(after: Wanted, turns: Sequence[Turn]) -> dict[Place, float]:
    """How much of what is asked stands in each turn and right beside it, from 0 to 1; rare words count more."""
    held = {(turn.call.id, turn.number): stems(turn.text) for turn in turns}
    units = {unit for alternative in after.alternatives for unit in alternative}
    found = {unit: _found(unit, held) for unit in units}
    rare = {unit: heft(unit) * math.log(1 + len(held) / (1 + len(places))) for unit, places in found.items()}
    best = dict.fromkeys(held, 0.0)
    for alternative in after.alternatives:
        whole = sum(rare[unit] for unit in alternative) or 1.0
        for call, number in held:
            told = sum(rare[unit] * _near(found[unit], call, number) for unit in alternative)
            best[call, number] = max(best[call, number], told / whole)
    return best


def _near(found: Mapping[Place, float], call: str, number: int) -> float:
    """How surely a word stands in a turn, or beside it."""
    own = found.get((call, number), 0.0)
    beside = (_BEFORE * found.get((call, number - 1), 0.0), _AFTER * found.get((call, number + 1), 0.0))
    return max(own, *beside)


def _found(unit: Iterable[str], held: Mapping[Place, set[str]]) -> dict[Place, float]:
    """The turns that hold a word, another form of it, or a word of like meaning."""
    sure = frozenset(unit)
    kinds = kinds_of(sure)
    like = frozenset(each for one in sure for each in _alike().get(one, ())) - sure
    known = {each: _weight(each, sure, kinds, like) for own in held.values() for each in own}
    told = {place: max((known[each] for each in own), default=0.0) for place, own in held.items()}
    return {place: weight for place, weight in told.items() if weight}


def _weight(word: str, sure: frozenset[str], kinds: frozenset[str], like: frozenset[str]) -> float:
    if word in sure:
        return 1.0
    if word in kinds:
        return _KIND
    if any(_is_form(word, one) for one in sure):
        return _FORM
    return _LIKE if word in like else 0.0


@lru_cache(maxsize=50_000)
def _is_form(one: str, other: str) -> bool:
    """Whether two words are forms of one: teach and teacher, retire and retirement."""
    short, long = sorted((one, other), key=len)
    if not short.isalpha() or len(short) < _SHORTEST:
        return False
    begins = long.startswith(short) and len(long) - len(short) <= _LONGEST_ENDING
    return begins or (len(short) >= _BEGINNING and short[:_BEGINNING] == long[:_BEGINNING])


@lru_cache(maxsize=1)
def _alike() -> Mapping[str, frozenset[str]]:
    """By the stem of a word, the stems of words of like meaning."""
    found: dict[str, set[str]] = {}
    for group in words()["alike"]["groups"]:
        own = {stem(word) for word in group.split()}
        for one in own:
            found.setdefault(one, set()).update(own)
    return {one: frozenset(group - {one}) for one, group in found.items()}
