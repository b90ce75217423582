"""What the client owns: the worth of it all, and the houses and land."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from services.agents.contract import Quote
from services.analyst.amounts import price_turn
from services.analyst.dialogue import Sentence, Talk, TalkTurn
from services.analyst.findings import Finding
from services.analyst.numbers import Spoken, numbers_in
from services.analyst.words import data, hits, weight

LEAST_ESTATE = 5_000
SUM_STRENGTH, ECHO_STRENGTH, ENOUGH = 6.0, 2.0, 2.0
SETTLES = 6
SURE = 3.5
LATEST, EARLIEST_PRICE, SHORT = 0.85, 0.5, 12
_NOT_WORTH = re.compile(
    r"[\s,]*(?:years?|months?|weeks?|days?|a month|a year|percent|acres?|people|kids|children|miles"
    r"|hours?|minutes?|an hour|times|feet|pounds|o'clock|a\.m|p\.m|employees|pages|off|of them|down"
    r"|trucks?|units?|an acre|a piece|apiece)\b"
)


_SETTLES = re.compile(r"\W*(?:(?:so|okay|oh|well|um|uh),? )*let's (?:just )?(?:say|call it|put)\b")
_NET = re.compile(
    r"\b(?:less|minus|net of|after|take (?:off|out|away)|taking (?:off|out)|subtract)\b[^.?!]*"
    r"\b(?:mortgages?|loans?|debts?|bank|owed?|balance)\b[^.?!]*\b(?:so|that's|leaves|is|at|you're|we're"
    r"|call it) (?:\w+ ){0,2}$"
)
_DEBT = re.compile(r"\b(?:owe|owed|mortgage|loan|left on|paid|gave|bought (?:it|that) for|borrowed|debt)\b[^.,;]*$")
_CONCLUDES = re.compile(r"\W*(?:so|that's|call it|which|leaves|leaving|net|then|that leaves|that makes|no|okay)\b")


@dataclass(frozen=True, slots=True)
class _Total:
    dollars: float
    strength: float
    sentence: Sentence
    start: int

    @property
    def place(self) -> tuple[int, int]:
        return self.sentence.turn, self.sentence.start + self.start


def find_estate_value(talk: Talk) -> Finding | None:
    """The worth of the whole: a total that somebody adds up, states or corrects; the best supported, then the last."""
    opened = price_turn(talk)
    latest = LATEST * len(talk.turns) if opened is None else max(opened - 1, EARLIEST_PRICE * len(talk.turns))
    if len(talk.turns) <= SHORT:
        latest = len(talk.turns)
    totals = [total for turn in talk.turns if turn.index <= latest for total in _totals(talk, turn)]
    totals = _weighed(totals)
    assets = _single_assets(talk, latest)
    if not totals:
        return _summed(talk, assets)
    last = max(total.sentence.turn for total in totals) or 1
    scores: dict[float, float] = defaultdict(float)
    for total in totals:
        key = next((known for known in scores if _same(known, total.dollars)), total.dollars)
        scores[key] += total.strength * (1 + 0.5 * total.sentence.turn / last)
    best = max(scores, key=lambda value: scores[value])
    if scores[best] < SURE and sum(dollars for dollars, _ in assets.values()) > best:
        return _summed(talk, assets) or (Finding(best, _quotes(talk, totals, best)) if scores[best] >= ENOUGH else None)
    if scores[best] < ENOUGH:
        return None
    best = _standing(totals, best)
    return Finding(best, _quotes(talk, totals, best))


def _quotes(talk: Talk, totals: Sequence[_Total], best: float) -> list[Quote]:
    own = [total for total in totals if _same(total.dollars, best)]
    own.sort(key=lambda total: -total.strength)
    return [talk.quote_of(total.sentence) for total in own]


def _single_assets(talk: Talk, latest: float) -> dict[str, tuple[float, Sentence]]:
    """What the client says single things are worth, by the kind of thing; the last word on each holds."""
    kinds = {kind: re.compile(rf"\b(?:{words})\b") for kind, words in data("property")["assets"].items()}
    assets: dict[str, tuple[float, Sentence]] = {}
    for sentence in talk.sentences:
        if sentence.side != "client" or sentence.story or sentence.turn > latest:
            continue
        question = talk.question_before(sentence)
        named = [kind for kind, words in kinds.items() if words.search(sentence.folded)]
        asked = [kind for kind, words in kinds.items() if question and words.search(question.folded)]
        kind = (named or asked or [None])[0]
        worths = [
            number.worths()[0]
            for number in numbers_in(sentence.folded)
            if number.worths()
            and not _NOT_WORTH.match(sentence.folded, number.end)
            and not _DEBT.search(sentence.folded[: number.start])
        ]
        if kind and worths and worths[-1] >= LEAST_ESTATE and weight(hits("property", sentence), "other") < 2:
            assets[kind] = (worths[-1], sentence)
    return assets


def _summed(talk: Talk, assets: dict[str, tuple[float, Sentence]]) -> Finding | None:
    """The sum of single things, where at least two are named and nobody adds them up."""
    if len(assets) < 2:
        return None
    return Finding(sum(dollars for dollars, _ in assets.values()), [talk.quote_of(said) for _, said in assets.values()])


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 0.005 * one


def _weighed(totals: list[_Total]) -> list[_Total]:
    """The totals, weakened where one named before was much larger: a whole is more than its parts."""
    kept, largest = [], 0.0
    for total in totals:
        small = total.dollars < 0.5 * largest
        kept.append(replace(total, strength=total.strength * (0.4 if small else 1.0)))
        largest = max(largest, total.dollars if total.strength >= ECHO_STRENGTH else 0.0)
    return kept


def _standing(totals: Sequence[_Total], best: float) -> float:
    """What stands after the best supported total: a later one that is said of the same whole replaces it."""
    first = next(total for total in totals if _same(total.dollars, best) and total.strength >= 1)
    standing, turn = best, first.sentence.turn
    for total in totals:
        if total.place <= first.place or total.sentence.turn > turn + SETTLES or _same(total.dollars, standing):
            continue
        share = total.dollars / standing
        here = total.sentence.turn == turn and total.strength >= ECHO_STRENGTH and 0.5 <= share <= 4
        concluded = total.sentence.turn == turn and _CONCLUDES.match(total.sentence.folded) and 0.5 <= share <= 2
        echoed = sum(_same(other.dollars, total.dollars) for other in totals if other.place >= first.place) > 1
        if here or concluded or (total.strength >= 1 and echoed and 0.5 <= share <= 2):
            standing, turn = total.dollars, total.sentence.turn
    return standing


def _totals(talk: Talk, turn: TalkTurn) -> Iterator[_Total]:
    """What a turn says of the whole: sums that come out right, amounts beside words like "altogether", echoes."""
    said: list[tuple[Sentence, Spoken]] = []
    for sentence in turn.sentences:
        if sentence.story and not _SETTLES.match(sentence.folded):
            continue
        for number in numbers_in(sentence.folded):
            if not _NOT_WORTH.match(sentence.folded, number.end) and number.worths() and number.value >= 1:
                said.append((sentence, number))
    for place, (sentence, number) in enumerate(said):
        for dollars in number.worths()[:2]:
            if dollars < LEAST_ESTATE or not (parts := _summands(said[:place], dollars)):
                continue
            yield _Total(dollars, SUM_STRENGTH + 0.5 * parts, sentence, number.start)
            break
    earlier = talk.before(turn.index)
    heard = list(numbers_in(earlier.folded)) if earlier else []
    for sentence, number in said:
        dollars = number.worths()[0]
        found = hits("property", sentence)
        strength = weight(found, "total")
        if sentence.side == "client" and (question := talk.question_before(sentence)):
            strength = max(strength, weight(hits("property", question), "asks_total"))
        if _NET.search(sentence.folded[: number.start]):
            strength = max(strength, weight(found, "other"), ECHO_STRENGTH)
        if dollars < LEAST_ESTATE or weight(found, "other") > strength:
            continue
        if strength:
            yield _Total(dollars, strength, sentence, number.start)
        if any(dollars in other.worths() for other in heard):
            echo = ECHO_STRENGTH if strength or sentence.length <= 8 else 0.5
            yield _Total(dollars, echo, sentence, number.start)


def _summands(said: Sequence[tuple[Sentence, Spoken]], total: float) -> int:
    """How many of the amounts just before a total add up to it; 0 where none do."""
    numbers = [number for _, number in said[-8:]]
    for first in range(len(numbers) - 1):
        parts = numbers[first:]
        readings = [_part_readings(number, total) for number in parts]
        if any(not one for one in readings):
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
