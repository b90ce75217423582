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
        *(Held(field="client_name", comparison="is not", value=client.name) for client in it.but),
    ]
    outcomes = tuple(spot.value for spot in it.outcomes if not spot.denied)
    stages = tuple(spot.value for spot in it.stages if not spot.denied)
    won = terms.playbook.outcome_of("won")
    if won and not (outcomes or stages or it.clients or it.outcomes) and _paid(it):
        outcomes = (won,)
    if _EITHER_WAY.search(it.line.folded):
        outcomes, stages = (), ()
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


def _paid(it: Understood) -> bool:
    """Whether a price is spoken of as paid: then the deal was won."""
    said = {it.line.folded[spot.start : spot.end] for spot in it.fields if spot.value == "deal_amount"}
    return bool(said & {"paid", "paid for", "spent"}) and "deposit_amount" not in it.field_names


_EITHER_WAY = re.compile(  # sold or not: however it ended
    r"\b(?:\w+ or not|or not|whether (?:or not )?(?:they|it|he|she)|regardless|no matter|however (?:they|it)"
    r"|irrespective|(?:won|sold|signed|closed) and (?:lost|unsold|unsigned|open)(?: alike| together)?)\b"
)


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
    property_words = {"real_estate_locations", "real_estate_count"} & set(it.field_names) or _owns(it)
    if property_words and "client_state" not in it.field_names:
        return (), [Held(field="real_estate_locations", comparison="holds", value=spot.value) for spot in it.states]
    out = [spot for spot in it.states if spot.denied or _OUTSIDE.search(it.line.folded[: spot.start])]
    denied = [Held(field="client_state", comparison="is not", value=spot.value) for spot in out]
    return tuple(spot.value for spot in it.states if spot not in out), denied


def _owns(it: Understood) -> bool:
    """Whether something unnamed is owned: who owns something in Ohio."""
    owns = {"own", "owns", "owned", "owning"} & it.line.known.keys()
    return bool(owns) and not {"business_interests", "client_state"} & set(it.field_names)


_OUTSIDE = re.compile(r"\b(?:outside|out|anywhere but|elsewhere than|other than)(?: of)? $")


def _choices(it: Understood) -> Iterator[Held]:
    named = {field for field, _ in it.choices}
    either = {field: [spot.value for name, spot in it.choices if name == field and not spot.denied] for field in named}
    for field, values in either.items():
        if len(values) > 1 and _either(it):
            yield Held(field=field, comparison="one of", value="|".join(values))
    for field, spot in it.choices:
        if len(either[field]) > 1 and _either(it) and not spot.denied:
            continue
        yield Held(field=field, comparison="is not" if spot.denied else "is", value=spot.value)


def _said(it: Understood, terms: Terms) -> Iterator[Held]:
    """Fields that calls are chosen by, because they were spoken of or not: with a business, without a deposit."""
    if not it.has("list", "count") and not it.measures and (it.clients or not it.has("compare")):
        return
    kinds = {field.name: field.kind for field in terms.fields}
    numbered = {held.field for held in it.numbers} | {field for field, _ in it.choices}
    before: tuple[int, Held] | None = None
    for spot in it.fields:
        kind = kinds.get(spot.value)
        joined = before is not None and _JOINED.fullmatch(it.line.folded[before[0] : spot.start])
        if before and joined and kind in _TOLD and spot.value not in numbered:  # a phone number and an e-mail
            before = (spot.end, Held(field=spot.value, comparison=before[1].comparison))
            yield before[1]
            continue
        if spot.value == "objections" and kind and not it.objections and _raises(it, spot):
            yield Held(field=spot.value, comparison="not said" if spot.denied else "said")
        if kind == "text" and it.objections and not _WITH.search(it.line.folded[: spot.start]):
            continue  # a spouse has to decide: no condition by itself
        verb = it.line.folded[spot.start : spot.end] in _OFFERED and not spot.denied
        if kind is None or verb or spot.value in numbered or not _asks_for_having(it, spot, terms):
            continue
        if kind == "count":
            yield Held(field=spot.value, comparison="is" if spot.denied else "above", value=0)
        elif kind in _TOLD:
            nothing = "nothing" in it.line.folded[spot.start : spot.end]
            denied = spot.denied or nothing or bool(_UNKNOWN.match(it.line.folded[spot.end :]))
            before = (spot.end, Held(field=spot.value, comparison="not said" if denied else "said"))
            yield before[1]


_STATES_NUMBER = re.compile(
    r"(?P<more>more than |over )?\b(?P<n>two|three|four|[2-9]) (?:or more )?(?:different )?states?\b"
)
_SEVERAL_STATES = re.compile(r"(?:more than one|two|several|multiple|different|many) (?:different )?states?\b")


def _elsewhere(it: Understood, terms: Terms) -> Iterator[Held]:
    """Where clients own something beyond the state that they live in."""
    if not {"real_estate_locations", "client_state"} <= terms.fields.by_name.keys():
        return
    owns = {"real_estate_locations", "real_estate_count"} & set(it.field_names)
    if owns and "outside" in it.others:
        yield Held(field="real_estate_locations", comparison="beyond", value="client_state")
    elif owns and (told := _STATES_NUMBER.search(it.line.folded)):
        value = {"two": 2, "three": 3, "four": 4}.get(told.group("n")) or int(told.group("n"))
        yield Held(field="real_estate_locations", comparison="above" if told.group("more") else "at least", value=value)
    elif owns and _SEVERAL_STATES.search(it.line.folded):
        yield Held(field="real_estate_locations", comparison="above", value=1)


_TOLD = ("money", "text", "list", "choices", "phone", "email", "date", "url", "minutes")  # kinds that may be unknown


def _raises(it: Understood, spot: Spot) -> bool:
    """Whether calls with any objection are asked for, or without one."""
    folded = it.line.folded
    if folded[: spot.start].rstrip().endswith(("which", "what", "many", "common", "their", "most")):
        return False
    return spot.denied or bool({"raised", "raise", "with", "had", "have", "any", "an"} & set(folded.split()))


_WITH = re.compile(r"\b(?:with|without|have|has|had|no) (?:an? |any )?$")
_JOINED = re.compile(r"(?: numbers?| address(?:es)?)?,? (?:and|nor|&) (?:an? |the |no |their |any )*")
_UNKNOWN = re.compile(
    r"(?: (?:number|value|amount|is|are|was|were|do|did|have|has|we|still|yet|our|the)){0,4}"
    r" (?:unknown|missing|never|not (?:known|on file|recorded|discussed|established)|(?:don't|didn't|haven't|hasn't)"
    r" (?:we )?(?:know|have|known|establish|learn|learned|get|got|record|recorded|discuss|discussed))\b"
)
_OFFERED = ("offer", "offered", "charged", "charging", "spend", "spending", "pay", "pays", "paying")
_MOST_CONDITIONS = 10
_HAVING = frozenset(
    "with without have has had having own owns owning owner owners parents pay paid run runs put gave give made left no"
    " didn't don't haven't hasn't mention mentioned a any".split()
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
    if _UNKNOWN.match(it.line.folded[spot.end :]) and not it.clients:
        return True  # whose estate value did we never learn
    if it.line.folded[: spot.start].endswith("how many ") and it.has("count") and not it.clients:
        return True  # how many deposits: as many as there are calls with one
    words = it.line.folded[: spot.start].split()[-3:] + it.line.folded[spot.start : spot.end].split()
    words += (
        it.line.folded[spot.end :].split()[:1] if it.line.folded[spot.end :].startswith((" owner", " having")) else []
    )
    return spot.denied or any(word in _HAVING for word in words)


def _follows_having(it: Understood, spot: Spot) -> bool:
    """Whether a field stands right after with or who have, as what is asked of those whose figure is wanted."""
    kinds = {"deal_amount", "estate_value", "deposit_amount", "duration_minutes"} & {spot.value}
    near = it.line.folded[: spot.start].split()[-2:]
    top = {"most", "fewest", "highest", "lowest", "largest", "biggest", "smallest"} & set(near)
    return not kinds and not top and bool({"with", "without", "have", "own", "owning", "having"} & set(near))
