"""Sentences beside figures: what is left to pay, which part was paid, which side has more, how far apart they are."""

import re
from collections.abc import Iterator, Sequence

from services.copilot import phrases
from services.copilot.contract import Sentence
from services.copilot.results import FactsFound, FigureFound, ListFound, Result
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms
from services.json_words import finite
from services.wording import listed

_MONEY = ("deal_amount", "deposit_amount")


def beside(it: Understood, terms: Terms, results: Sequence[Result]) -> Iterator[Sentence]:
    """What follows from the figures that were found."""
    yield from _side_by_side(terms, results)
    if it.has("balance"):
        yield from _left(terms, results)
    yield from _part(it, results)
    yield from _apart(it, terms, results)


def _left(terms: Terms, results: Sequence[Result]) -> Iterator[Sentence]:
    """What is left of the deals once the deposits are paid."""
    figures = {each.asked.field: each.figure for each in results if isinstance(each, FigureFound)}
    deal, paid = figures.get("deal_amount"), figures.get("deposit_amount")
    if deal and deal.value is not None and paid:
        left = phrases.number_words(terms, "deal_amount", deal.value - (paid.value or 0))
        yield Sentence(text=f"That leaves {left} to be paid.")
    for found in (each for each in results if isinstance(each, FactsFound)):
        for client, calls in found.calls.items():
            amounts = [finite(next((c.value(f) for c in calls if c.value(f) is not None), None)) for f in _MONEY]
            if amounts[0] is not None and amounts[1] is not None:
                left = phrases.number_words(terms, "deal_amount", amounts[0] - amounts[1])
                yield Sentence(text=f"That leaves {left} to be paid by {client}.")


def _part(it: Understood, results: Sequence[Result]) -> Iterator[Sentence]:
    """Which part of a client's price was paid, where that is asked."""
    for found in (each for each in results if isinstance(each, FactsFound)):
        if not {*_MONEY} <= {*found.asked.fields} or not ("share" in it.measures or _PART.search(it.line.folded)):
            continue
        for client, calls in found.calls.items():
            price, paid = (finite(next((c.value(f) for c in calls if c.value(f) is not None), None)) for f in _MONEY)
            if price and paid is not None:
                sources = tuple(source for field in _MONEY for source in calls[0].sources(field)[:1])
                text = f"{client} paid {100 * paid / price:.0f} % of the price up front."
                yield Sentence(text=text, sources=sources, state="supported")


_PART = re.compile(r"\b(?:part|portion|half|third|quarter)\b")


def _side_by_side(terms: Terms, results: Sequence[Result]) -> list[Sentence]:
    """Which side of a comparison has more."""
    sides = [each for each in results if isinstance(each, FigureFound) and each.asked.name]
    if len(sides) < 2:
        return []
    values = {each.asked.name: _side(each) for each in sides}
    known = {name: value for name, value in values.items() if value is not None}
    if len(known) < 2:
        return [Sentence(text="They can't be compared: for one of them no number is known.")]
    most, least = max(known, key=lambda each: known[each]), min(known, key=lambda each: known[each])
    field = sides[0].asked.field
    if known[most] == known[least]:
        return [Sentence(text=f"It is the same for {listed(list(known))}.")]
    if len(known) > 2:
        return []
    apart = known[most] - known[least]
    told = f"{apart:.0f} points" if sides[0].asked.share else phrases.number_words(terms, field, apart)
    if most.startswith("clients "):
        return [Sentence(text=f"It is more for {most} than for {least}, by {told}.")]
    return [Sentence(text=f"{most} has more than {least}, by {told}.")]


def _side(found: FigureFound) -> float | None:
    if found.asked.share:
        return 100 * found.figure.calls / found.of.calls if found.of.calls else None
    return found.figure.value


def _apart(it: Understood, terms: Terms, results: Sequence[Result]) -> Iterator[Sentence]:
    """How far the largest is from the smallest; of two sums, which part one is of the other."""
    ends = [each for each in results if isinstance(each, ListFound) and each.rows and each.asked.fields]
    if {"highest", "lowest"} <= it.measures and len(ends) > 1:
        field = ends[0].asked.fields[0]
        values = [finite(each.calls[each.rows[0].external_id].value(field)) for each in ends[:2]]
        if values[0] is not None and values[1] is not None:
            told = phrases.number_words(terms, field, abs(values[0] - values[1]))
            yield Sentence(text=f"The two are {told} apart.")
    sums = {each.asked.field: each.figure.value for each in results if isinstance(each, FigureFound)}
    price, paid = sums.get("deal_amount"), sums.get("deposit_amount")
    if "share" in it.measures and price and paid is not None:
        yield Sentence(text=f"The deposits come to {100 * paid / price:.0f} % of the prices.")
