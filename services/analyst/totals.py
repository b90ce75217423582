"""What is said of the worth of everything: sums that come out right, amounts called a total, and their echoes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from services.analyst.assets import NOT_WORTH, things_in
from services.analyst.dialogue import Sentence, Talk, TalkTurn
from services.analyst.numbers import Spoken
from services.analyst.wordings import Wording
from services.analyst.words import hits, weight

LEAST_ESTATE = 5_000
SUM_STRENGTH, ECHO_STRENGTH, ONE_THING = 6.0, 2.0, 0.3
SHORT = 8
LATELY = 4  # turns in which the whole can stand that something is taken off
NEAR = 20
_APIECE = re.compile(r"[\s,]*(?:apiece|a piece|each)\b")
_OFF = re.compile(r"[\s,]*(?:dollars )?off\b")
_SETTLES = re.compile(r"\W*(?:(?:so|okay|oh|well|um|uh),? )*let's (?:just )?(?:say|call it|put)\b")
_NET = re.compile(
    r"\b(?:less|minus|net of|after|take (?:off|out|away)|taking (?:off|out)|subtract)\b[^.?!]*"
    r"\b(?:mortgages?|loans?|debts?|bank|owed?|balance)\b[^.?!]*\b(?:so|that's|leaves|is|at|you're|we're"
    r"|call it) (?:\w+ ){0,2}$"
)
_SIDE_OF = re.compile(
    r"\b(?:north|south|upwards?|in excess|shy) of\b[^.?!]*$"
    r"|\b(?:over|above|under|below|(?:more|less|higher|lower) than)\b"
    r"(?:[\s,]+(?:or|like|say|about|maybe|over|above|under|below|a))*\s+$"
)
_TAKES_OFF = Wording(
    r"\b(?:less|minus|net|after|tak(?:e|es|ing|en) (?:\w+ ){0,4}?(?:off|out|away)|subtract\w*|come(?:s)? (?:off|out)"
    r"|owe|owed|mortgage|loans?|debts?)\b"
)

Said = tuple[Sentence, Spoken]


@dataclass(frozen=True, slots=True)
class Total:
    """An amount that can be the worth of everything, and how strongly it is said to be."""

    dollars: float
    strength: float
    sentence: Sentence
    start: int
    rest: bool = False  # it is what is left of a whole that was named before

    @property
    def place(self) -> tuple[int, int]:
        return self.sentence.turn, self.sentence.start + self.start


def totals_in(talk: Talk, turn: TalkTurn) -> Iterator[Total]:
    """What a turn says of the whole: sums that come out right, amounts beside words like "altogether", echoes."""
    said = _amounts(turn)
    earlier = talk.before(turn.index)
    heard = _amounts(earlier)[-NEAR:] if earlier else []
    lately = [one for near in talk.turns[max(0, turn.index - LATELY) : turn.index] for one in _amounts(near)[-NEAR:]]
    for place, (sentence, number) in enumerate(said):
        before = said[max(0, place - NEAR) : place]
        for dollars in number.worths()[:2]:
            parts = _summands(before, number, dollars) if dollars >= LEAST_ESTATE else 0
            rest = (
                not parts
                and dollars >= LEAST_ESTATE
                and not _OFF.match(sentence.folded, number.end)
                and (
                    _is_rest([*heard, *before], sentence, dollars)
                    or _is_rest([*lately, *before], sentence, dollars, of_a_total=True)
                )
            )
            if parts or rest:
                yield Total(dollars, SUM_STRENGTH + 0.5 * parts, sentence, number.start, rest)
                break
    for sentence, number in said:
        if _OFF.match(sentence.folded, number.end) or _is_bracket(sentence, number):
            continue
        dollars = number.worths()[0]
        strength = _called(talk, sentence, number)
        if dollars < LEAST_ESTATE or weight(hits("property", sentence), "other") > strength:
            continue
        if strength:
            yield Total(dollars, strength, sentence, number.start)
        if echo := _echo(sentence, number, heard, strength):
            yield Total(dollars, echo, sentence, number.start)


def _amounts(turn: TalkTurn) -> list[Said]:
    """The numbers of a turn that can be worths; worked out once."""
    found = turn.line.found.get("worths")
    if found is None:
        found = turn.line.found["worths"] = list(_worths(turn))
    return found


def _worths(turn: TalkTurn) -> Iterator[Said]:
    for sentence in turn.sentences:
        if sentence.story and not _SETTLES.match(sentence.folded):
            continue
        for number in sentence.numbers:
            off = number.value >= 100 and _OFF.match(sentence.folded, number.end)
            counted = (not off and NOT_WORTH.match(sentence.folded, number.end)) or _APIECE.match(
                sentence.folded, number.end
            )
            if number.value >= 1 and not counted and number.worths():
                yield sentence, number


def _is_bracket(sentence: Sentence, number: Spoken) -> bool:
    """Whether the adviser only asks on which side of an amount the whole lies: "are we north of a million?"."""
    return sentence.side == "advisor" and sentence.asks and bool(_SIDE_OF.search(sentence.folded[: number.start]))


def _is_bare(number: Spoken) -> bool:
    """Whether a number could just as well be an age or an hour."""
    return number.shape == "plain" and number.value < 100 and not (number.scaled or number.money)


def _called(talk: Talk, sentence: Sentence, number: Spoken) -> float:
    """How strongly the words around an amount, or the question before it, say that it is all there is."""
    strength = weight(hits("property", sentence), "total")
    question = talk.question_before(sentence) if sentence.side == "client" else None
    if question:
        strength = max(strength, weight(hits("property", question), "asks_total"))
    if _NET.search(sentence.folded[: number.start]):
        strength = max(strength, weight(hits("property", sentence), "other"), ECHO_STRENGTH)
    if weight(hits("worth", sentence), "limits") >= 2:
        return 0.0
    asked = [sentence, *([question] if question else [])]
    one = any(any(things_in(part)) for part in asked) and not any(
        weight(hits("worth", part), "whole") for part in asked
    )
    return strength * ONE_THING if one and sentence.side == "client" else strength


def _echo(sentence: Sentence, number: Spoken, heard: Sequence[Said], strength: float) -> float:
    """How much it says that the other side has just named the same amount."""
    if weight(hits("worth", sentence), "limits") >= 2 or (_is_bare(number) and not strength):
        return 0.0
    same = [
        said
        for said, other in heard
        if _is_same(number, other)
        and not weight(hits("worth", said), "limits")
        and not (_is_bare(other) and not strength)
    ]
    if not same:
        return 0.0
    return ECHO_STRENGTH if strength or sentence.length <= SHORT else 0.5


def _is_same(number: Spoken, other: Spoken) -> bool:
    """Whether two numbers can mean the same worth: "one three-five" is the "one million three fifty" after it."""
    if number.worths()[0] in other.worths():
        return True
    digits = [f"{one.value:.6f}".replace(".", "").strip("0") for one in (number, other)]
    return number.scaled and not other.scaled and digits[0] == digits[1] and len(digits[0]) > 1


def _summands(said: Sequence[Said], number: Spoken, total: float) -> int:
    """How many of the amounts just before a total add up to it; 0 where none do."""
    numbers = [number for _, number in said[-8:]]
    small = _is_bare(number) and number.value < 10
    for first in range(len(numbers) - 1):
        parts = numbers[first:]
        readings = [_part_readings(part, total) for part in parts]
        if any(not one for one in readings) or (small and all(_is_bare(part) and part.value < 10 for part in parts)):
            continue
        for chosen in islice(product(*readings), 256):
            if abs(sum(chosen) - total) <= 0.006 * total:
                return len(parts)
    return 0


def _part_readings(number: Spoken, total: float) -> list[float]:
    readings = [value for value in number.worths() if value < total]
    if number.value < 10 and number.shape == "plain" and not number.scaled:
        readings = [number.value * 100_000, *readings]
    return [value for value in readings if value < total and value >= 0.002 * total]


def _is_rest(said: Sequence[Said], sentence: Sentence, rest: float, of_a_total: bool = False) -> bool:
    """Whether an amount is what is left of one named before, when another is taken off: "six hundred, less ninety".

    Where the sentence names one thing, or ``of_a_total`` is set, the first amount must have been a sum itself: else
    it is that thing's rest.
    """
    if rest < LEAST_ESTATE or not _TAKES_OFF.search(sentence):
        return False
    said = said[-16:] if of_a_total else said[-10:]
    one = of_a_total or any(things_in(sentence))
    for place, (_, off) in enumerate(said):
        gross = off.worths()[0] + rest
        if off.worths()[0] < 0.01 * rest:
            continue
        for first, (where, whole) in enumerate(said[:place]):
            if abs(whole.worths()[0] - gross) <= 0.003 * gross:
                called = weight(hits("property", where), "total") >= ECHO_STRENGTH
                if not one or called or _summands(said[:first], whole, whole.worths()[0]):
                    return True
    return False
