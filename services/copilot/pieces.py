"""A question's conditions one by one, to tell those that choose a whole from those that are asked of it."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from services.copilot import vocabulary
from services.copilot.choosing import where_of
from services.copilot.contract import Held, Where
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

_NOUN = r"(?:deals?|clients?|calls?|customers?|ones|cases|famil(?:y|ies)|households?|people|couples?|prospects?)"
_NAMES_ONES = re.compile(rf" {_NOUN}\b")
_WHO = re.compile(r"\b(?:who|that|we|which|those|have|has|already)(?: [\w']+)? $")
_LIVES = re.compile(r"\b(?:lives?|living|based|located|from|are in|is in|resides?) (?:in )?$")
_OPPOSITES = {
    "said": "not said", "holds": "lacks", "is": "is not", "above": "at most", "at least": "below",
}  # fmt: skip
_TURNED = {**_OPPOSITES, **{other: one for one, other in _OPPOSITES.items()}}
ENDINGS = ("outcomes", "stages", "unsettled")  # pieces that tell how calls ended
_TIMES = ("period",)


@dataclass(frozen=True)
class Piece:
    """One condition of a question: where it begins and ends, of what kind it is, and which calls it chooses."""

    start: int
    end: int
    kind: str
    where: Where


def pieces(it: Understood, terms: Terms) -> list[Piece]:
    """The conditions of a question in their order."""
    numbered = {held.field for held in it.numbers}
    places = [
        (spot.start, spot.end, kind)
        for kind in ("outcomes", "stages", "objections", "products", "states", "fields")
        for spot in getattr(it, kind)
        if not (kind == "fields" and (spot.value in numbered or _said_so(it, spot.value)))
    ]
    places += [(spot.start, spot.end, "choices") for _, spot in it.choices]
    places += [(start, start, "numbers") for start in it.number_places]
    places += [(it.period.start, it.period.end, "period")] if it.period else []
    hits = [hit for hit in vocabulary.book("other").find(it.line) if hit.key == "unsettled"]
    places += [(hits[0].start, hits[0].end, "unsettled")] if hits else []
    plain, found = where_of(narrowed(it, lambda _: False), terms), []
    for start, end, kind in sorted(places):
        where = where_of(_alone(it, start, kind), terms)
        if where != plain:
            found.append(Piece(start, end, kind, where))
    return found


def _said_so(it: Understood, field: str) -> bool:
    """Whether a list is named beside what is asked of it: a price objection."""
    return bool(it.objections if field == "objections" else field == "products_discussed" and it.products)


def _alone(it: Understood, start: int, kind: str) -> Understood:
    """A question with one of its conditions."""
    one = narrowed(it, lambda place: place == start)
    return replace(
        one,
        outcomes=one.outcomes if kind == "outcomes" else [],
        stages=one.stages if kind == "stages" else [],
        objections=one.objections if kind == "objections" else [],
        products=one.products if kind == "products" else [],
        states=one.states if kind == "states" else [],
        fields=one.fields if kind == "fields" else [],
        choices=one.choices if kind == "choices" else [],
    )


def narrowed(it: Understood, keep: Callable[[int], bool]) -> Understood:
    """A question with those of its conditions alone that begin at places to keep."""
    numbers = [(held, at) for held, at in zip(it.numbers, it.number_places, strict=False) if keep(at)]
    hits = [hit for hit in vocabulary.book("other").find(it.line) if hit.key == "unsettled"]
    return replace(
        it,
        outcomes=[spot for spot in it.outcomes if keep(spot.start)],
        stages=[spot for spot in it.stages if keep(spot.start)],
        objections=[spot for spot in it.objections if keep(spot.start)],
        products=[spot for spot in it.products if keep(spot.start)],
        states=[spot for spot in it.states if keep(spot.start)],
        fields=[spot for spot in it.fields if keep(spot.start)],
        choices=[(name, spot) for name, spot in it.choices if keep(spot.start)],
        numbers=[held for held, _ in numbers],
        number_places=[at for _, at in numbers],
        period=it.period if it.period and keep(it.period.start) else None,
        others=it.others if hits and keep(hits[0].start) else it.others - {"unsettled"},
    )


def without(it: Understood, but: Collection[Piece]) -> Understood:
    """A question without some of its conditions."""
    places = {piece.start for piece in but}
    named = {"objections": "objections", "products": "products_discussed"}
    fields = {named[piece.kind] for piece in but if piece.kind in named}
    left = narrowed(it, lambda place: place not in places)
    return replace(left, fields=[spot for spot in left.fields if spot.value not in fields])


def asked_of(it: Understood, told: Sequence[Piece]) -> list[Piece]:
    """The conditions that are asked of the others: how calls ended, else what is named last."""
    endings = [piece for piece in told if piece.kind in ENDINGS and not _chooses(it, piece, told)]
    if endings or len(told) < 2:
        return endings or list(told)
    rest = [piece for piece in told if piece.kind not in (*ENDINGS, *_TIMES)]
    away = [piece for piece in rest if piece.kind != "states" or _LIVES.search(it.line.folded[: piece.start])]
    last = (away or rest or list(told))[-1]
    return [piece for piece in told if piece is last or (piece.kind == last.kind and _one_of(it, piece, last))]


def _one_of(it: Understood, one: Piece, other: Piece) -> bool:
    """Whether two conditions are joined by or: either will do."""
    between = it.line.folded[min(one.end, other.end) : max(one.start, other.start)]
    return " or " in f" {between} " or ("," in between and " or " in it.line.folded)


def _chooses(it: Understood, piece: Piece, told: Sequence[Piece]) -> bool:
    """Whether an ending says which calls are meant, and something else is asked of them: of the won deals."""
    before, after = it.line.folded[: piece.start], it.line.folded[piece.end :]
    later = [other for other in told if other.start > piece.start and other.kind not in (*_TIMES, "states")]
    live = [
        other
        for other in told
        if other.start > piece.start and other.kind == "states" and _LIVES.search(it.line.folded[: other.start])
    ]
    return bool(later or live) and bool(_NAMES_ONES.match(after) or _WHO.search(before))


def turned(where: Where, whole: Where, terms: Terms) -> Where | None:
    """The calls of a whole for which one condition does not hold; None where it is more than one condition."""
    lists = (("products_discussed", where.products), ("objections", where.objections), ("client_state", where.states))
    held = [
        Held(field=field, comparison="is not" if field == "client_state" else "lacks", value=value)
        for field, values in lists
        for value in values
        if values != getattr(whole, {"products_discussed": "products", "client_state": "states"}.get(field, field))
    ]
    for one in where.conditions:
        if one in whole.conditions:
            continue
        nought = one.value == 0 and one.comparison in ("above", "is")
        other = ("is" if one.comparison == "above" else "above") if nought else _TURNED.get(one.comparison)
        if other is None:
            return None
        held.append(one.model_copy(update={"comparison": other}))
    if len(held) != 1:
        return None
    return whole.model_copy(update={"conditions": (*whole.conditions, *held)})
