"""What a question says of fields in numbers: with more than three children, above $5,000, between two and four."""

import re
from collections.abc import Sequence

from db.analytics import Comparison
from services.copilot import quantities, vocabulary
from services.copilot.contract import Held
from services.copilot.periods import Period
from services.copilot.vocabulary import Spot, Terms
from services.playbooks.cues import Hit, Line

_NUMBER_KINDS = ("money", "count", "minutes", "list", "choices")
_COUNTED_NEAR = 12  # between how many and what of
_FIELD_NEAR = 40  # characters between a number and the field that it is of
_CHECKS: tuple[Comparison, ...] = ("at least", "at most", "above", "below")


_THINGS = re.compile(
    r" (?:or more )?(?:different |other )?(?:states?|calls?|clients?|times?|meetings?|advis|deals?|people)"
)
_EXACTLY = re.compile(r"\b(?:exactly|only|just|precisely) $")


def numbers_asked(
    line: Line, fields: Sequence[Spot], period: Period | None, terms: Terms
) -> tuple[list[Held], list[int], bool]:
    """What is said of fields in numbers: with more than three children, above $5,000; and where each begins.

    Last, whether a number is compared that is of no field: children under 18.
    """
    found: list[tuple[Held, int]] = []
    unplaced = False
    comparisons = vocabulary.book("numbers").find(line)
    numbers = [one for one in quantities.numbers_of(line.folded, period) if not quantities.ranks(line.folded, one)]
    for low, high in quantities.ranges_of(line.folded, numbers):
        near = _field_of(line, fields, terms, high) or _field_of(line, fields, terms, low)
        if near is not None:
            found.append((Held(field=near, comparison="at least", value=low.value), low.start))
            found.append((Held(field=near, comparison="at most", value=high.value), high.start))
            numbers = [one for one in numbers if one.start not in (low.start, high.start)]
    for number in numbers:
        compared = _comparison(comparisons, number.start, number.end)
        near = "duration_minutes" if number.timed else _field_of(line, fields, terms, number)
        counts = _THINGS.match(line.folded[number.end :])
        unplaced = unplaced or (near is None and compared is not None and not counts)
        exact = _EXACTLY.search(line.folded[: number.start])
        if near is None or (compared is None and not exact and near not in _counted(terms)):
            continue
        found.append((Held(field=near, comparison=compared or "is", value=number.value), number.start))
    return [held for held, _ in found], [start for _, start in found], unplaced


def _comparison(hits: Sequence[Hit[str]], start: int, end: int) -> Comparison | None:
    for check in _CHECKS:
        for hit in hits:
            if hit.key == check and (0 <= start - hit.end <= 2 or 0 <= hit.start - end <= 2):
                return check
    return None


def _counted(terms: Terms) -> set[str]:
    return {one.name for one in terms.fields if one.kind == "count"}


def _field_of(line: Line, fields: Sequence[Spot], terms: Terms, number: quantities.Number) -> str | None:
    """The field that a number is of: the nearest named one of its kind, else the deal's amount for money."""
    kinds = {one.name: one.kind for one in terms.fields}
    fit = [spot for spot in fields if kinds.get(spot.value) in _NUMBER_KINDS]
    if number.money:
        fit = [spot for spot in fit if kinds[spot.value] == "money"]
    counted = {name for name, kind in kinds.items() if kind in ("count", "list", "choices")}
    before = "number of" in line.folded
    fit = [spot for spot in fit if before or spot.value not in counted or _counts(spot, number)]
    close = [spot for spot in fit if min(abs(spot.start - number.end), abs(number.start - spot.end)) <= _FIELD_NEAR]
    if close:
        return min(close, key=lambda spot: min(abs(spot.start - number.end), abs(number.start - spot.end))).value
    return "deal_amount" if number.money and "deal_amount" in kinds else None


def _counts(spot: Spot, number: quantities.Number) -> bool:
    """Whether a number stands right before what it counts, or at its beginning: more than one house."""
    return spot.start <= number.start < spot.end or 0 <= spot.start - number.end <= _COUNTED_NEAR
