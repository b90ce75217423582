"""Questions for shares and for one choice of calls against another: of what a share is, and against what."""

import re

from services.copilot import phrases
from services.copilot.choosing import where_of
from services.copilot.contract import FigureOf, GroupsOf, Held, Listing, Steps, ToolCall, Where
from services.copilot.pieces import ENDINGS, asked_of, pieces, turned, without
from services.copilot.plan_said import search
from services.copilot.relevance import tells
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

_NUMERIC = ("money", "count", "minutes")
_MOST_NAME = 80
_CLIENTS = frozenset("clients client people households families couples customers prospects folks who those".split())
_MOST_CHOICES = 6


def share(it: Understood, terms: Terms) -> list[ToolCall]:
    if "share" not in it.measures or it.clients:
        return []
    where, of = parted(it, terms)
    if where == of and it.has("steps"):
        return [Steps(where=where, either=True, lacking=True)]
    if where == of and _told_alone(it):
        return [search(it).model_copy(update={"where": of, "spread": True, "limit": 10})]
    if where == of and (won := terms.playbook.outcome_of("won")):
        where = where.model_copy(update={"outcomes": (won,)})
    if it.group and (it.split or it.measures & {"most", "fewest", "highest", "lowest"}):
        least = bool({"fewest", "lowest"} & it.measures) and not {"most", "highest"} & it.measures
        return [GroupsOf(by=it.group, where=where, share=True, of=of, least=least)]
    if len(it.people.advisers) > 1 or (it.has("compare") and it.group):
        return [GroupsOf(by=it.group or "adviser", where=where, share=True, of=of)]
    return [FigureOf(measure="count", where=where, of=of, share=True, noun=noun_of(it))]


def _told_alone(it: Understood) -> bool:
    """Whether a share is asked for of something that no field holds: who have a dog."""
    return not (it.people.advisers or it.group) and any(word.isalpha() and tells(word) for word in it.content)


def parted(it: Understood, terms: Terms) -> tuple[Where, Where]:
    """The calls that are counted, and those that they are of."""
    told = pieces(it, terms)
    asked = asked_of(it, told)
    won, lost = terms.playbook.outcome_of("won"), terms.playbook.outcome_of("lost")
    if "settled" in it.others and won and lost:
        lose = bool({"lose", "loss", "losing", "declined", "no"} & it.line.known.keys())
        plain = without(it, [piece for piece in told if piece.kind in ENDINGS])
        of = where_of(plain, terms).model_copy(update={"outcomes": (won, lost)})
        return of.model_copy(update={"outcomes": (lost if lose else won,)}), of
    return where_of(it, terms), where_of(without(it, asked), terms)


def noun_of(it: Understood) -> str:
    return "clients" if _CLIENTS & it.line.known.keys() else "calls"


def contrast(it: Understood, terms: Terms) -> list[ToolCall]:
    """Two choices of calls side by side: won or lost, one objection or another, one state and another."""
    if (
        it.clients
        or (it.group and it.split)
        or not (it.has("compare") or _REST.search(it.line.folded) or _AT_ALL.search(it.line.folded))
    ):
        return []
    sides = _sides(it) if _weighs(it) else []
    if len(sides) > 1 and it.has("compare"):
        base = where_of(it, terms).scope
        base = base.model_copy(update={"states": ()}) if "states" in sides[0][1] else base
        return _each_side(it, terms, base, [(name, base.model_copy(update=update)) for name, update in sides])
    return _opposites(it, terms)


_REST = re.compile(
    r"\b(?:than|versus|vs\.?|or|and|against|compared? (?:to|with|[\w' ]{1,40}? (?:to|with|and)))\b"
    r"(?P<tail>.*?\b(?P<no>without|no|none|not|don't|didn't|doesn't|haven't|hasn't|aren't|isn't|wasn't|elsewhere"
    r"|others?|the rest|everyone else|everybody else|anyone else|childless|unmarried)\b.*)$"
)


_AT_ALL = re.compile(  # do married clients pay more
    r"^(?:do|does|are|is|did|have|has)\b.*\b(?:more|less|bigger|larger|higher|smaller|lower|better|worse|longer|shorter"
    r"|likelier|faster|fewer|richer)\b(?: often| likely| frequently)?(?: to \w+)?(?: [\w']+){0,2}(?P<tail>)(?P<no>)\W*$"
)


def _opposites(it: Understood, terms: Terms) -> list[ToolCall]:
    """Those for whom something holds against the rest: clients with children, and those without."""
    rest = _REST.search(it.line.folded) or _AT_ALL.search(it.line.folded)
    if rest is None or not (_weighs(it) or it.measures or it.fields):
        return []
    if rest.group("no") and any(spot.start <= rest.start("no") < spot.end for spot in (*it.outcomes, *it.stages)):
        return []  # said no
    told = [piece for piece in pieces(it, terms) if piece.kind not in (*ENDINGS, "period")]
    sides = [piece for piece in told if piece.start < rest.start("tail")] or told
    if len(sides) > 1:  # what is compared, beside those who are
        money = {one.name for one in terms.fields if one.kind in ("money", "minutes")}
        sides = [each for each in sides if not {held.field for held in each.where.conditions} & money]
        told = [each for each in told if each in sides or each.start >= rest.start("tail")]
    if len(sides) != 1:
        return []
    every = [piece for piece in pieces(it, terms) if piece.kind != "period"]
    whole = where_of(without(it, every), terms)
    one = where_of(without(it, [each for each in every if each not in sides]), terms)
    other = turned(one, whole, terms)
    if other is None:
        return []
    named = [(f"clients {phrases.where_words(terms, where)}"[:_MOST_NAME], where) for where in (one, other)]
    own = {held.field for held in sides[0].where.conditions}
    return _each_side(it, terms, whole, named, own)


def _each_side(
    it: Understood, terms: Terms, base: Where, sides: list[tuple[str, Where]], own: set[str] | None = None
) -> list[ToolCall]:
    """The figure that is asked for of each side; where how calls ended is asked, the share that ended so."""
    field, measure = number_field(it, terms, own or set()), it.measure
    if measure in (None, "highest", "lowest") and field is not None and "count" not in it.intents:
        measure = "average"
    by_outcome = any(where.outcomes != base.outcomes for _, where in sides)
    asked = tuple(spot.value for spot in it.outcomes) if not by_outcome else ()
    won = terms.playbook.outcome_of("won")
    if "share" in it.measures and won and not by_outcome:
        asked = asked or (won,)
    calls: list[ToolCall] = []
    for name, where in sides:
        alone = where.advisers != base.advisers and not (asked or it.measures or field or it.has("count"))
        if alone:
            calls.append(Listing(where=where, of=where, fields=("outcome", "deal_amount")))
        elif asked and field is None:
            ended = where.model_copy(update={"outcomes": asked})
            calls.append(FigureOf(measure="count", where=ended, of=where, share=True, noun="clients", name=name))
        elif measure is not None and measure not in ("highest", "lowest") and field:
            chosen = where.model_copy(update={"outcomes": asked}) if asked else where
            calls.append(FigureOf(measure=measure, field=field, where=chosen, noun="clients", name=name))
        else:
            calls.append(FigureOf(measure="count", where=where, of=base, name=name))
    return calls


def number_field(it: Understood, terms: Terms, own: set[str]) -> str | None:
    """The number that the question asks for, which none of ``own`` is."""
    kinds = {one.name: one.kind for one in terms.fields}
    held = {each.field for each in it.numbers} | own
    deals = {spot.value for spot in it.fields if it.line.folded[spot.start : spot.end] in ("deals", "deal")}
    fit = [name for name in it.field_names if kinds.get(name) in _NUMERIC]
    fit.sort(key=lambda name: name in deals)
    free = [name for name in fit if name not in held]
    lists = [name for name in it.field_names if kinds.get(name) in ("list", "choices") and name not in held]
    if not free and lists and it.measures & {"sum", "average", "median"} and _NUMBER_OF.search(it.line.folded):
        return lists[0]
    return next(iter(free), fit[0] if fit and not own else None)


_NUMBER_OF = re.compile(r"\b(?:number of|how many|per (?:call|client|meeting|deal|household))\b")
_WEIGHING = frozenset(
    "more less fewer higher lower larger smaller bigger longer shorter than versus vs exceed exceeds"
    " exceeded beat beats outnumber compare compared comparison"
    " difference differ better worse often average median likely highest most".split()
)


def _weighs(it: Understood) -> bool:
    """Whether one thing is held against another; a bare or only adds them up."""
    return bool(_WEIGHING & it.line.known.keys())


def _sides(it: Understood) -> list[tuple[str, dict[str, object]]]:
    """What is compared: several values of one kind."""
    kinds = (
        ("objections", it.objections), ("products", it.products), ("states", it.states), ("stages", it.stages),
        ("outcomes", it.outcomes),
    )  # fmt: skip
    for name, spots in kinds:
        if len(spots) > 1:
            return [(spot.value, {name: (spot.value,)}) for spot in spots]
    if len(it.choices) > 1 and len({field for field, _ in it.choices}) == 1:
        return [
            (spot.value, {"conditions": (Held(field=field, comparison="is", value=spot.value),)})
            for field, spot in it.choices
        ]
    if len(it.people.advisers) > 1:
        return [(name, {"advisers": (name,)}) for name in it.people.advisers]
    return []


_BY_CHOICE = re.compile(r"\b(?:by|per|for each|for every|each|across|split by|grouped by|breakdown of|broken down by) ")


def by_choice(it: Understood, terms: Terms) -> list[ToolCall]:
    """A figure for every choice of a field: how many by marital status."""
    kinds = {one.name: one for one in terms.fields}
    for spot in it.fields:
        own = [each for each in terms.playbook.fields if each.name == spot.value and each.choices]
        split = own and any(0 <= spot.start - found.end() <= 1 for found in _BY_CHOICE.finditer(it.line.folded))
        if not own or not split or it.clients or spot.value not in kinds:
            continue
        base = where_of(it, terms)
        measure, field = it.measure, number_field(it, terms, {spot.value})
        calls: list[ToolCall] = []
        for choice in own[0].choices[:_MOST_CHOICES]:
            held = Held(field=spot.value, comparison="is", value=choice.name)
            where = base.model_copy(update={"conditions": (*base.conditions, held)})
            if measure in ("sum", "average", "median") and field:
                calls.append(FigureOf(measure=measure, field=field, where=where, noun="clients", name=choice.name))
            else:
                calls.append(FigureOf(measure="count", where=where, of=base, noun="clients", name=choice.name))
        return calls
    return []
