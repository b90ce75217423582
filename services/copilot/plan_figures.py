"""Questions for figures: how many, how much, on average, by what."""

import re

from services.copilot.choosing import where_of
from services.copilot.contract import Facts, FigureOf, GroupsOf, Passages, ToolCall, Where
from services.copilot.details import groups_of_attributes
from services.copilot.plan_said import telling, without_names
from services.copilot.plan_shares import number_field, parted
from services.copilot.plan_steps import steps_meant
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

_OFTEN = frozenset("often calls meetings times frequently conversations talked spoke met".split())
_LISTS = {"products_discussed": "product", "objections": "objection"}


def grouped(it: Understood, terms: Terms) -> list[ToolCall]:
    if it.group is None or (it.clients and not it.split) or any(held.field in _LISTS for held in it.numbers):
        return []
    if it.clients and it.group == "month" and not (it.measures or it.has("count")):
        return []  # what is paid each month
    if it.group == "adviser" and it.content and not (it.split or it.measures or it.has("count") or it.outcomes):
        return []
    if it.group == "client" and it.content and it.has("said") and not (it.split or it.measures):
        return []
    if it.group == "client" and not it.split and not _OFTEN & it.line.known.keys():
        return []
    if it.has("steps") and steps_meant(it) and not (it.split or it.measures or it.has("count")):
        return []
    measure, field = it.measure, number_field(it, terms, set())
    if it.group == "client" and measure is None and it.field_names:
        return []
    extreme = measure in ("highest", "lowest") and field is not None and not {"most", "fewest"} & it.line.known.keys()
    if not it.split and measure not in ("average", "sum", "median") and not extreme:
        measure, field = None, None
    if measure in ("highest", "lowest") and field is None:
        measure = None
    if field is None and measure is not None:
        field = "deal_amount" if "deal_amount" in {one.name for one in terms.fields} else None
    absent = it.group in _NAMED and bool(_NEVER.search(it.line.folded)) and not it.split
    own = {"outcome": "outcomes", "product": "products", "objection": "objections"}.get(it.group)
    where = where_of(it, terms)
    if own and not it.split and it.group != "outcome":
        where = where.model_copy(update={own: ()})
    return [
        GroupsOf(by=it.group, measure=measure or "count", field=field if measure else None, where=where, of=where,
                 least="fewest" in it.measures and "most" not in it.measures, absent=absent)
    ]  # fmt: skip


def figure(it: Understood, terms: Terms) -> list[ToolCall]:
    """How many, how much in all, on average; the largest as a call of its own."""
    field, measure = number_field(it, terms, set()), it.measure
    if measure is None and field and {"most", "fewest"} & it.measures:
        measure = "highest" if "most" in it.measures else "lowest"
    if it.has("count") and measure == "sum" and field is None:
        measure = None
    if measure is None and field and "how much" in it.line.folded and not it.clients and not it.has("count"):
        measure = "sum"
    where = where_of(it, terms)
    if measure is None and field and not it.clients and it.has("count") and _counts_things(it, terms, field):
        measure = "sum"
        where = where.model_copy(update={"conditions": tuple(held for held in where.conditions if held.field != field)})
    other = field is None and measure is not None and groups_of_attributes("asks", it.line)
    if other and where == where.scope:
        return []
    if len(it.clients) == 1 and measure in ("average", "median", "sum") and it.has("compare"):
        money = field or "deal_amount"
        rest = where.model_copy(update={"clients": (), "latest": True})
        all_of = FigureOf(measure=measure, field=money, where=rest, noun="clients")
        return [Facts(where=Where(clients=where.clients), fields=(money,)), all_of]
    if field is None and not it.clients and (set(it.field_names) & set(_LISTS) or _of_another(it, where)):
        measure = None  # the average of what no field holds
    if measure in ("sum", "average", "median") and not (it.clients and not field):
        money = field or "deal_amount"
        return [FigureOf(measure=measure, field=money, where=where.model_copy(update={"latest": True}), noun="clients")]
    if it.has("count"):
        return _counted(it, terms, where, field)
    return []


def _counts_things(it: Understood, terms: Terms, field: str) -> bool:
    """Whether what clients have is counted, and not the clients: how many houses do they own."""
    if terms.fields.by_name[field].kind != "count" or it.numbers:
        return False
    spots = [spot for spot in it.fields if spot.value == field]
    return any(
        it.line.folded.startswith("how many", spot.start)
        or _COUNT_OF.search(it.line.folded[: spot.start])
        or _COUNTED_UP.search(it.line.folded[spot.end :])
        for spot in spots
    )


_COUNT_OF = re.compile(r"\b(?:how many|number of|count of)(?: (?!clients|calls|deals)\w+){0,2} $")
_COUNTED_UP = re.compile(
    r"^[^.?;]*(?:\bwhat(?:'s| is| are) the (?:number|count|tally|total)\b|\bhow many (?:is|are) (?:that|there|those)\b)"
)


def _of_another(it: Understood, where: Where) -> bool:
    """Whether a figure is asked for of something that is no deal: our average response time."""
    over_all = where == where.scope and not (it.period or it.states or it.people.advisers or it.of)
    return over_all and bool(set(it.content) - _DEALISH - COUNT_NOUNS)


def _counted(it: Understood, terms: Terms, where: Where, field: str | None) -> list[ToolCall]:
    kinds = {one.name: one.kind for one in terms.fields}
    if it.clients:
        asked = [name for name in it.field_names if kinds.get(name) == "count" or name in _LISTS]
        return [Facts(where=Where(clients=where.clients), fields=tuple(asked))] if asked else []
    by_calls = bool({"calls", "call", "meetings", "conversations", "transcripts"} & it.line.known.keys())
    if where == where.scope and it.content and not it.states and not it.period and not it.people.advisers:
        own = [word for word in it.content if word not in COUNT_NOUNS]
        if own:
            return [Passages(words=without_names(it)[:400], about=telling(it), where=where, limit=10, spread=True)]
    noun = "calls" if by_calls else "clients"
    of = it.of or where.scope
    if it.of is None and ("settled" in it.others or _OF_SOME.search(it.line.folded)):
        where, of = parted(it, terms)
    return [FigureOf(measure="count", where=where, of=of, noun=noun)]


_NAMED = ("product", "objection", "outcome", "deal_stage")
_NEVER = re.compile(
    r"\b(?:never|nobody|no one|no client|no call|nowhere|not (?:once|yet|been|come|raised|discussed)|\w+n't)\b"
)
_OWED = re.compile(
    r"\b(?:owed|uncollected|unpaid|open balances?|outstanding (?:amount|money|balance|payments?)"
    r"|left to (?:pay|collect))\b"
)
_DEALISH = frozenset(  # words for a deal that no field is called by
    "ticket size sale sales contract contracts engagement engagements value values worth business money dollar dollars"
    " amount order job jobs package packages plan plans win wins figure spend bill fee price whole make made".split()
)
_OF_SOME = re.compile(r"\b(?:of|among|amongst|from|out of) (?:all )?(?:the|our|those|these|my)\b")


COUNT_NOUNS = frozenset(
    "many number count clients calls deals households prospects customers leads total record far".split()
)


def balance(it: Understood, terms: Terms) -> list[ToolCall]:
    """What is left to be paid: the deals' amounts and their deposits."""
    known = {field.name for field in terms.fields}
    if not it.has("balance") or not {"deal_amount", "deposit_amount"} <= known:
        return []
    money = {"deal_amount", "deposit_amount"} & set(it.field_names) or "much" in it.line.known or it.measure == "sum"
    owed = not it.clients and _OWED.search(it.line.folded)
    if not money and not owed and "balance" not in it.line.known:
        return []
    if it.clients:
        if it.content or {"real_estate_count", "estate_value"} & set(it.field_names):
            return []  # what they owe to others
        where = Where(clients=tuple(client.label for client in it.clients))
        return [Facts(where=where, fields=("deal_amount", "deposit_amount"))]
    where, won = where_of(it, terms), terms.playbook.outcome_of("won")
    if where == where.scope and won:
        where = where.model_copy(update={"outcomes": (won,)})
    where = where.model_copy(update={"latest": True, "conditions": ()})
    return [
        FigureOf(measure="sum", field=field, where=where, noun="clients") for field in ("deal_amount", "deposit_amount")
    ]
