"""What everything that the client owns is worth: of all the totals that are said, the one that stands."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.agents.contract import Quote
from services.analyst.amounts import price_turn
from services.analyst.assets import Asset, assets_of
from services.analyst.dialogue import Talk
from services.analyst.findings import Finding
from services.analyst.totals import ECHO_STRENGTH, SUM_STRENGTH, Total, totals_in
from services.analyst.words import hits, weight

ENOUGH = 2.0
SETTLES = 6
LEAST_REST = 0.3
SURE, SURE_CUE = 3.5, 3.0
LATEST, EARLIEST_PRICE, SHORT = 0.85, 0.5, 12
_CONCLUDES = re.compile(r"\W*(?:so|that's|call it|which|leaves|leaving|net|then|that leaves|that makes|no|okay)\b")


def find_estate_value(talk: Talk) -> Finding | None:
    """The worth of the whole: a total that somebody adds up, states or corrects; the best supported, then the last."""
    opened = price_turn(talk)
    latest = LATEST * len(talk.turns) if opened is None else max(opened - 1, EARLIEST_PRICE * len(talk.turns))
    if len(talk.turns) <= SHORT:
        latest = len(talk.turns)
    totals = [total for turn in talk.turns if turn.index <= latest for total in totals_in(talk, turn)]
    assets = _apart_from(totals, assets_of(talk, latest))
    totals = _weighed(_against(totals, assets))
    if not totals:
        return _summed(talk, assets)
    last = max(total.sentence.turn for total in totals) or 1
    scores: dict[float, float] = defaultdict(float)
    for total in totals:
        key = next((known for known in scores if _same(known, total.dollars)), total.dollars)
        scores[key] += total.strength * (1 + 0.5 * total.sentence.turn / last)
    best = max(scores, key=lambda value: scores[value])
    if scores[best] < SURE and sum(asset.dollars for asset in assets.values()) > best:
        return _summed(talk, assets) or (Finding(best, _quotes(talk, totals, best)) if scores[best] >= ENOUGH else None)
    if scores[best] < ENOUGH:
        return None
    best = _standing(totals, best)
    return Finding(best, _quotes(talk, totals, best))


def _quotes(talk: Talk, totals: Sequence[Total], best: float) -> list[Quote]:
    own = [total for total in totals if _same(total.dollars, best)]
    own.sort(key=lambda total: -total.strength)
    return [talk.quote_of(total.sentence) for total in own]


def _summed(talk: Talk, assets: Mapping[str, Asset]) -> Finding | None:
    """The sum of single things, where at least two are named and nobody adds them up."""
    if len(assets) < 2:
        return None
    worth = sum(asset.dollars for asset in assets.values())
    return Finding(worth, [talk.quote_of(asset.sentence) for asset in assets.values()])


def _apart_from(totals: Sequence[Total], assets: Mapping[str, Asset]) -> dict[str, Asset]:
    """The things without those that only repeat what was surely a total."""
    sure = [total for total in totals if total.strength >= SURE_CUE]
    return {
        kind: asset
        for kind, asset in assets.items()
        if not any(_same(total.dollars, asset.dollars) and total.place <= asset.place for total in sure)
    }


def _against(totals: Sequence[Total], assets: Mapping[str, Asset]) -> list[Total]:
    """The totals held against the single things: what is their sum is surely one, what one of them is worth is none."""
    kept = []
    for total in totals:
        known = [asset.dollars for asset in assets.values() if asset.sentence.turn <= total.sentence.turn]
        if len(known) > 1 and _same(sum(known), total.dollars):
            total = replace(total, strength=max(total.strength, SUM_STRENGTH + 0.5 * len(known)))
        elif len(assets) > 1 and total.strength < SUM_STRENGTH and not weight(hits("worth", total.sentence), "whole"):
            total = replace(total, strength=0.0 if _is_one_of(assets, total) else total.strength)
        kept.append(total)
    return [total for total in kept if total.strength]


def _is_one_of(assets: Mapping[str, Asset], total: Total) -> bool:
    return any(_same(asset.dollars, total.dollars) for asset in assets.values())


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 0.005 * one


def _weighed(totals: list[Total]) -> list[Total]:
    """The totals, weakened where one named before was much larger: a whole is more than its parts."""
    kept, largest = [], 0.0
    for total in totals:
        small = total.dollars < 0.5 * largest and total.strength < SURE_CUE
        kept.append(replace(total, strength=total.strength * (0.4 if small else 1.0)))
        largest = max(largest, total.dollars if total.strength >= ECHO_STRENGTH else 0.0)
    return kept


def _standing(totals: Sequence[Total], best: float) -> float:
    """What stands after the best supported total: a later one that is said of the same whole replaces it."""
    first = next(total for total in totals if _same(total.dollars, best) and total.strength >= 1)
    standing, turn = best, first.sentence.turn
    later = sorted(total.dollars for total in totals if total.place >= first.place)
    for total in totals:
        if total.place <= first.place or total.sentence.turn > turn + SETTLES or _same(total.dollars, standing):
            continue
        share = total.dollars / standing
        here = total.sentence.turn == turn and total.strength >= ECHO_STRENGTH and 0.5 <= share <= 4
        concluded = total.sentence.turn == turn and _CONCLUDES.match(total.sentence.folded) and 0.5 <= share <= 2
        echoed = bisect_right(later, total.dollars * 1.005) - bisect_left(later, total.dollars * 0.995) > 1
        here = here or (total.strength >= SUM_STRENGTH and (share >= 1 or (total.rest and share >= LEAST_REST)))
        repeated = total.strength >= ECHO_STRENGTH and 0.8 <= share <= 1.25
        if here or concluded or repeated or (total.strength >= 1 and echoed and 0.5 <= share <= 2):
            standing, turn = total.dollars, total.sentence.turn
    return standing
