"""Which values, next steps and words of a call carry a sentence of a draft, and how much of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services import sentence_days, sentence_words
from services.agents.contract import NextStep, Quote
from services.sentence_ground import Ground, Support
from services.sentence_pieces import Piece

__all__ = ["LEAST_SHARE", "Carried", "carried_by", "holds"]

LEAST_SHARE = 0.7
_MOST_SUPPORTS = 5
_LEAST_ADDED = 0.08  # of a sentence's weight, that a further value must carry
_MOST_QUOTES = 5
_STEP_FIRST = 1.25  # how much sooner a sentence is taken to tell of a next step than of another value with its words


_LISTED = re.compile(r"(?:next: )?(?:we|client): ", re.IGNORECASE)  # as a summary lists next steps
_TURNED = frozenset(
    "i me my mine myself we us our ours ourselves you your yours yourself yourselves ll ve re d m s am are is will"
    " would shall to a an the please and so then".split()
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What carries a sentence: quotes and next steps, the stems that they hold, and the share of its weight.

    ``near``: the words of the call that are most like it. ``denies``: a value that carries it says no to something.
    ``by``: the people who set values that carry it.
    """

    share: float = 1.0
    held: frozenset[str] = frozenset()
    evidence: tuple[Quote, ...] = ()
    steps: tuple[NextStep, ...] = ()
    near: tuple[Quote, ...] = ()
    by_value: bool = False
    denies: bool = False
    by: tuple[str, ...] = ()


def carried_by(telling: set[str], piece: Piece, ground: Ground, days: Sequence[sentence_days.Day]) -> Carried:
    """What carries a sentence whose words ``telling`` claim something; ``days`` are those that it names."""
    carried = _with_its_day(_carried(telling, ground) if telling else Carried(), piece, ground, days)
    listed = piece.role == "point" or _LISTED.match(piece.text)
    return _told_plainly(carried, piece, ground) if listed and not telling else carried


def _carried(telling: set[str], ground: Ground) -> Carried:
    """What carries these stems: the values that hold most of them, and the one place of the call that holds most."""
    whole = sum(map(ground.weight, telling))
    turns, said = ground.nearest(telling)
    near = ground.quotes(turns, said)
    supports = _chosen(telling, ground, whole)
    by_value = set[str]().union(*(telling & support.stems for support in supports))
    least = min(LEAST_SHARE * whole, sum(map(ground.weight, said)))
    if sum(map(ground.weight, by_value)) < least:
        supports = _chosen(telling - said, ground, whole)
    else:
        turns, said = ground.nearest(telling - by_value)
    held = said.union(*(telling & support.stems for support in supports))
    quotes = [quote for support in supports for quote in _best(support, telling)]
    if sum(map(ground.weight, by_value)) < LEAST_SHARE * whole:
        quotes += ground.quotes(turns, said)
    return Carried(
        share=sum(map(ground.weight, held)) / whole,
        held=frozenset(held),
        evidence=tuple(quotes),
        steps=tuple(support.step for support in supports if support.step is not None),
        by_value=bool(supports),
        near=tuple(near),
        denies=any(support.denies for support in supports),
        by=tuple(support.by for support in supports if support.by and telling & support.own),
    )


def _with_its_day(carried: Carried, piece: Piece, ground: Ground, days: Sequence[sentence_days.Day]) -> Carried:
    """Where nothing but its day tells which next step a sentence is about ("We meet again on Monday"), that one too."""
    words, named = sentence_words.stems(piece.text), {day.iso for day in days if day.iso}
    if carried.steps or not named:
        return carried
    steps = [one for one in ground.supports if one.step and one.step["due_date"] in named and words & one.stems]
    quotes = [quote for one in steps for quote in one.evidence]
    told = tuple(one.step for one in steps if one.step)
    return replace(carried, steps=told, evidence=(*carried.evidence, *quotes))


def _told_plainly(carried: Carried, piece: Piece, ground: Ground) -> Carried:
    """Of a point in plain words alone ("You'll call us") the next step of that side that has most of them, or that
    says all of them, however small."""
    words, whole = sentence_words.stems(piece.text), _whole_words(_LISTED.sub("", piece.text))
    steps = [one for one in ground.supports if one.step and piece.owner in (None, one.step["owner"])]
    best = max(steps, key=lambda one: len(words & one.stems), default=None)
    if best is None or best.step is None or len(words & best.stems) < max(1, LEAST_SHARE * len(words)):
        best = next((one for one in steps if whole and whole <= _whole_words(_said_of(one))), None)
    if carried.steps or best is None or best.step is None:
        return carried
    return replace(carried, steps=(best.step,), evidence=(*carried.evidence, *_best(best, words)))


def _said_of(one: Support) -> str:
    step = one.step
    return " ".join([step["action"] if step else "", *(quote["quote"] for quote in one.evidence)])


def _whole_words(text: str) -> frozenset[str]:
    """Every word of a text, the small ones too, but for those that change with who speaks."""
    return frozenset(re.findall(r"[a-z0-9]+", sentence_words.plain(text))) - _TURNED


def _chosen(telling: set[str], ground: Ground, whole: float) -> list[Support]:
    """The values that together hold most of the stems, those that hold more first."""
    left, found = set(telling), list[Support]()

    def told(one: Support) -> float:
        return sum(map(ground.weight, left & one.stems)) * (_STEP_FIRST if one.step else 1)

    while len(found) < _MOST_SUPPORTS and left:
        best = max(ground.supports, key=told, default=None)
        if best is None or told(best) < _LEAST_ADDED * whole:
            break
        found.append(best)
        left -= best.stems
    return found


def _best(support: Support, telling: set[str]) -> list[Quote]:
    """The quotes of a value that hold any of the stems, else its first one."""
    holding = [quote for quote in support.evidence if telling & sentence_words.stems(quote["quote"])]
    return holding[:_MOST_QUOTES] or list(support.evidence[:1])


def holds(text: str, telling: set[str], carried: Carried) -> bool:
    """Whether a sentence's words are carried: enough of their weight, every number, and no yes where a no was said."""
    if not telling:
        return True
    if carried.share < LEAST_SHARE or any(one[0].isdigit() for one in telling - carried.held):
        return False
    return _says_no_alike(text, telling, carried)


def _says_no_alike(text: str, telling: set[str], carried: Carried) -> bool:
    """Whether a sentence says no where the call does, and nowhere else."""
    said = [quote["quote"] for quote in (*carried.evidence, *carried.near)]
    denied = [part for part in sentence_words.parts_of(text) if sentence_words.denies(part)]
    for part in denied if not carried.denies else ():
        of_it = sentence_words.stems(part) & telling
        if of_it and not any(no for words in said for no in sentence_words.denied_of(words, of_it)):
            return False
    if denied or carried.by_value:
        return True
    heard = [no for words in said for no in sentence_words.denied_of(words, telling)]
    return not heard or not all(heard)
