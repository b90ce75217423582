"""Which calls a question asks for: all that it names, as conditions on the record."""

import re
from collections.abc import Iterator

from services.copilot.contract import Held, Where
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Spot, Terms


def where_of(it: Understood, terms: Terms, *, clients: bool = True, objections: bool = True) -> Where:
    """All that a question asks of calls."""
    conditions = [
        *it.numbers,
        *_unsettled(it, terms),
        *_placed(it)[1],
        *_choices(it),
        *_listed(it, terms, objections),
        *_said(it, terms),
        *_elsewhere(it, terms),
    ]
    outcomes = tuple(spot.value for spot in it.outcomes if not spot.denied)
    stages = tuple(spot.value for spot in it.stages if not spot.denied)
    won = terms.playbook.outcome_of("won")
    if {"if", "would", "could", "might"} & it.line.known.keys() and (len(outcomes) > 1 or "unsettled" in it.others):
        outcomes = tuple(name for name in outcomes if name != won)  # that they close is only supposed
    if outcomes and stages:  # several ways in which calls can stand: any of them
        own = (one.name for one in terms.playbook.outcomes if one.stage in stages)
        outcomes, stages = tuple(dict.fromkeys((*outcomes, *own))), ()
    asked = Where(
        clients=tuple(client.label for client in it.clients) if clients else (),
        outcomes=outcomes,
        stages=stages,
        advisers=tuple(it.people.advisers),
        products=_any(it, it.products),
        objections=_any(it, it.objections) if objections else (),
        states=_placed(it)[0],
        since=it.period.since if it.period else None,
        until=it.period.until if it.period else None,
        conditions=tuple(dict.fromkeys(conditions)),
    )
    return asked if it.of is None else _within(it.of, asked)


def _within(whole: Where, asked: Where) -> Where:
    """What is asked of calls that were chosen before: both hold."""
    told = {name: value for name, value in asked if value and name != "conditions"}
    conditions = tuple(dict.fromkeys((*whole.conditions, *asked.conditions)))[:_MOST_CONDITIONS]
    return whole.model_copy(update={**told, "conditions": conditions})


def _unsettled(it: Understood, terms: Terms) -> Iterator[Held]:
    """Deals that are neither won nor lost, where open ones are asked for."""
    late = {"yet", "still"} & it.line.known.keys()
    not_won = any(spot.denied and spot.value == terms.playbook.outcome_of("won") for spot in it.outcomes)
    supposed = bool({"if", "would", "could", "might"} & it.line.known.keys())
    if ("unsettled" in it.others and (not it.outcomes or supposed)) or (not_won and late):
        for role in ("won", "lost"):
            if name := terms.playbook.outcome_of(role):
                yield Held(field="outcome", comparison="is not", value=name)


def _either(it: Understood) -> bool:
    return " or " in it.line.folded or " either " in it.line.folded


def _any(it: Understood, spots: list[Spot]) -> tuple[str, ...]:
    """Of several things that are joined by or, any; one alone; several joined by and are conditions."""
    wanted = [spot.value for spot in spots if not spot.denied]
    return tuple(wanted) if len(wanted) == 1 or _either(it) else ()


def _listed(it: Understood, terms: Terms, objections: bool) -> Iterator[Held]:
    for field, spots in (("products_discussed", it.products), ("objections", it.objections if objections else [])):
        wanted = [spot for spot in spots if not spot.denied]
        if len(wanted) > 1 and not _either(it):
            yield from (Held(field=field, comparison="holds", value=spot.value) for spot in wanted)
        yield from (Held(field=field, comparison="lacks", value=spot.value) for spot in spots if spot.denied)
    for spot in (*it.outcomes, *it.stages):
        if spot.denied:
            field = "outcome" if spot in it.outcomes else "deal_stage"
            yield Held(field=field, comparison="is not", value=spot.value)


def _placed(it: Understood) -> tuple[tuple[str, ...], list[Held]]:
    """States: where clients live, or where they own something if the question speaks of that."""
    if not it.states:
        return (), []
    property_words = {"real_estate_locations", "real_estate_count"} & set(it.field_names)
    if property_words and "client_state" not in it.field_names:
        return (), [Held(field="real_estate_locations", comparison="holds", value=spot.value) for spot in it.states]
    denied = [Held(field="client_state", comparison="is not", value=spot.value) for spot in it.states if spot.denied]
    return tuple(spot.value for spot in it.states if not spot.denied), denied


def _choices(it: Understood) -> Iterator[Held]:
    for field, spot in it.choices:
        yield Held(field=field, comparison="is not" if spot.denied else "is", value=spot.value)


def _said(it: Understood, terms: Terms) -> Iterator[Held]:
    """Fields that calls are chosen by, because they were spoken of or not: with a business, without a deposit."""
    if not it.has("list", "count") and not it.measures:
        return
    kinds = {field.name: field.kind for field in terms.fields}
    numbered = {held.field for held in it.numbers} | {field for field, _ in it.choices}
    for spot in it.fields:
        kind = kinds.get(spot.value)
        if spot.value == "objections" and kind and not it.objections and _raises(it, spot):
            yield Held(field=spot.value, comparison="not said" if spot.denied else "said")
        if kind is None or spot.value in numbered or not _asks_for_having(it, spot, terms):
            continue
        if kind == "count":
            yield Held(field=spot.value, comparison="is" if spot.denied else "above", value=0)
        elif kind in _TOLD:
            yield Held(field=spot.value, comparison="not said" if spot.denied else "said")


_SEVERAL_STATES = re.compile(r"(?:more than one|two|several|multiple|different|many) (?:different )?states?\b")


def _elsewhere(it: Understood, terms: Terms) -> Iterator[Held]:
    """Where clients own something beyond the state that they live in."""
    if not {"real_estate_locations", "client_state"} <= terms.fields.by_name.keys():
        return
    owns = {"real_estate_locations", "real_estate_count"} & set(it.field_names)
    if owns and "outside" in it.others:
        yield Held(field="real_estate_locations", comparison="beyond", value="client_state")
    elif owns and _SEVERAL_STATES.search(it.line.folded):
        yield Held(field="real_estate_locations", comparison="above", value=1)


_TOLD = ("money", "text", "list", "choices", "phone", "email", "date", "url", "minutes")  # kinds that may be unknown


def _raises(it: Understood, spot: Spot) -> bool:
    """Whether calls with any objection are asked for, or without one."""
    folded = it.line.folded
    if folded[: spot.start].rstrip().endswith(("which", "what", "many", "common", "their", "most")):
        return False
    return spot.denied or bool({"raised", "raise", "with", "had", "have", "any", "an"} & set(folded.split()))


_MOST_CONDITIONS = 10
_HAVING = frozenset(
    "with without have has had having own owns owning pay paid run runs put gave give made left no didn't don't haven't"
    " hasn't mention mentioned a any".split()
)


def _asks_for_having(it: Understood, spot: Spot, terms: Terms) -> bool:
    """Whether a field stands in the question as something that clients have, not as what is asked of them."""
    if spot.value in (
        "client_state",
        "real_estate_locations",
        "outcome",
        "deal_stage",
        "products_discussed",
        "objections",
    ):
        return False
    if it.measures - {"share"} and not spot.denied and not _follows_having(it, spot):
        return False
    if it.line.folded[: spot.start].endswith("how many ") and it.has("count") and not it.clients:
        return True  # how many deposits: as many as there are calls with one
    words = it.line.folded[: spot.start].split()[-3:] + it.line.folded[spot.start : spot.end].split()[:1]
    return spot.denied or any(word in _HAVING for word in words)


def _follows_having(it: Understood, spot: Spot) -> bool:
    """Whether a field stands right after with or who have, as what is asked of those whose figure is wanted."""
    kinds = {"deal_amount", "estate_value", "deposit_amount", "duration_minutes"} & {spot.value}
    near = it.line.folded[: spot.start].split()[-2:]
    top = {"most", "fewest", "highest", "lowest", "largest", "biggest", "smallest"} & set(near)
    return not kinds and not top and bool({"with", "without", "have", "own", "owning", "having"} & set(near))
