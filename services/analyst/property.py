"""What the client owns: the worth of it all, and the houses and land."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from services.analyst.dialogue import Sentence, Talk, TalkTurn
from services.analyst.findings import Finding
from services.analyst.numbers import Spoken, numbers_in
from services.analyst.people import _STORY
from services.analyst.words import hits, weight

LEAST_ESTATE = 5_000
SUM_STRENGTH, ECHO_STRENGTH, ENOUGH = 6.0, 2.0, 3.5
LATEST = 0.85
_NOT_WORTH = re.compile(
    r"[\s,]*(?:years?|months?|weeks?|days?|a month|a year|percent|acres?|people|kids|children|miles"
    r"|hours?|minutes?|an hour|times|feet|pounds|o'clock|a\.m|p\.m|employees|pages|off|of them|down"
    r"|trucks?|units?|an acre|a piece|apiece)\b"
)


@dataclass(frozen=True, slots=True)
class _Total:
    dollars: float
    strength: float
    sentence: Sentence


def find_estate_value(talk: Talk) -> Finding | None:
    """The worth of the whole: a total that somebody adds up, states or corrects; the best supported, then the last."""
    totals = [total for turn in talk.turns if turn.index <= LATEST * len(talk.turns) for total in _totals(talk, turn)]
    if not totals:
        return None
    last = max(total.sentence.turn for total in totals) or 1
    scores: dict[float, float] = defaultdict(float)
    for total in totals:
        key = next((known for known in scores if abs(known - total.dollars) <= 0.005 * known), total.dollars)
        scores[key] += total.strength * (1 + 0.5 * total.sentence.turn / last)
    best = max(scores, key=lambda value: scores[value])
    if scores[best] < ENOUGH:
        return None
    own = [total for total in totals if abs(total.dollars - best) <= 0.005 * best]
    own.sort(key=lambda total: -total.strength)
    return Finding(best, [talk.quote_of(total.sentence) for total in own])


def _totals(talk: Talk, turn: TalkTurn) -> Iterator[_Total]:
    """What a turn says of the whole: sums that come out right, amounts beside words like "altogether", echoes."""
    said: list[tuple[Sentence, Spoken]] = []
    for sentence in turn.sentences:
        if _STORY.search(sentence.folded):
            continue
        for number in numbers_in(sentence.folded):
            if not _NOT_WORTH.match(sentence.folded, number.end) and number.worths() and number.value >= 1:
                said.append((sentence, number))
    for place, (sentence, number) in enumerate(said):
        for dollars in number.worths()[:2]:
            if dollars < LEAST_ESTATE or not (parts := _summands(said[:place], dollars)):
                continue
            yield _Total(dollars, SUM_STRENGTH + 0.5 * parts, sentence)
            break
    earlier = talk.before(turn.index)
    heard = list(numbers_in(earlier.folded)) if earlier else []
    for sentence, number in said:
        dollars = number.worths()[0]
        found = hits("property", sentence)
        strength = weight(found, "total")
        if dollars < LEAST_ESTATE or weight(found, "other") > strength:
            continue
        if strength:
            yield _Total(dollars, strength, sentence)
        if any(dollars in other.worths() for other in heard):
            yield _Total(dollars, ECHO_STRENGTH if strength or sentence.length <= 8 else 0.5, sentence)


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
