"""Questions for figures: how many, how much, what share, which most, and one side against another."""

from services.copilot.choosing import where_of
from services.copilot.contract import Facts, FigureOf, GroupsOf, Held, Listing, Passages, ToolCall, Where
from services.copilot.details import groups_of_attributes
from services.copilot.plan_said import telling, without_names
from services.copilot.plan_steps import steps_meant
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

_CALLED = ("deals", "deal")  # calls as they are called, rather than their amount
_NUMERIC = ("money", "count", "minutes")
_OFTEN = frozenset("often calls meetings times frequently conversations talked spoke met".split())
_LISTS = {"products_discussed": "product", "objections": "objection"}


def share(it: Understood, terms: Terms) -> list[ToolCall]:
    if "share" not in it.measures or it.clients:
        return []
    where = where_of(it, terms)
    if where == where.scope and (won := terms.playbook.outcome_of("won")):
        where = where.model_copy(update={"outcomes": (won,)})
    of = _base(it, where)
    if it.group and it.split:
        return [GroupsOf(by=it.group, where=where, share=True, of=of)]
    if len(it.people.advisers) > 1 or (it.has("compare") and it.group):
        return [GroupsOf(by=it.group or "adviser", where=where, share=True, of=of)]
    return [FigureOf(measure="count", where=where, of=of, share=True)]


def _base(it: Understood, where: Where) -> Where:
    """What a share is of: what stands behind "of the" in the question, else all calls of the time, place and people."""
    head, _, tail = it.line.folded.partition(" of ")
    start = len(head) if tail else -1
    late = [spot for spot in (*it.outcomes, *it.objections, *it.products) if spot.start > start >= 0]
    kept = where.scope
    if start >= 0 and late and len(late) < len([*it.outcomes, *it.objections, *it.products]):
        told = {spot.value for spot in late}
        kept = kept.model_copy(
            update={
                name: tuple(value for value in getattr(where, name) if value in told)
                for name in ("outcomes", "objections", "products")
            }
        )
    return kept


def grouped(it: Understood, terms: Terms) -> list[ToolCall]:
    if it.group is None or (it.clients and not it.split):
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
    measure, field = it.measure, _number_field(it, terms)
    if it.group == "client" and measure is None and it.field_names:
        return []
    extreme = measure in ("highest", "lowest") and field is not None and not {"most", "fewest"} & it.line.known.keys()
    if not it.split and measure not in ("average", "sum", "median") and not extreme:
        measure, field = None, None
    if measure in ("highest", "lowest") and field is None:
        measure = None
    if field is None and measure is not None:
        field = "deal_amount" if "deal_amount" in {one.name for one in terms.fields} else None
    own = {"outcome": "outcomes", "product": "products", "objection": "objections"}.get(it.group)
    where = where_of(it, terms)
    if own and not it.split and it.group != "outcome":
        where = where.model_copy(update={own: ()})
    return [
        GroupsOf(by=it.group, measure=measure or "count", field=field if measure else None, where=where, of=where,
                 least="fewest" in it.measures and "most" not in it.measures)
    ]  # fmt: skip


def _number_field(it: Understood, terms: Terms) -> str | None:
    kinds = {one.name: one.kind for one in terms.fields}
    held = {each.field for each in it.numbers}
    deals = {spot.value for spot in it.fields if it.line.folded[spot.start : spot.end] in _CALLED}
    fit = [name for name in it.field_names if kinds.get(name) in _NUMERIC]
    fit.sort(key=lambda name: name in deals)
    return next((name for name in fit if name not in held), fit[0] if fit else None)


def figure(it: Understood, terms: Terms) -> list[ToolCall]:
    """How many, how much in all, on average; the largest as a call of its own."""
    field, measure = _number_field(it, terms), it.measure
    if measure is None and field and {"most", "fewest"} & it.measures:
        measure = "highest" if "most" in it.measures else "lowest"
    if it.has("count") and measure == "sum" and field is None:
        measure = None
    if field is None and measure is not None and groups_of_attributes("asks", it.line):
        return []
    if measure is None and field and "how much" in it.line.folded and not it.clients and not it.has("count"):
        measure = "sum"
    where = where_of(it, terms)
    if {"highest", "lowest"} <= it.measures and len(it.clients) != 1:
        named = field or "deal_amount"
        ends = [f"-{named}", named]
        return [Listing(where=where, of=where.scope, fields=(named,), sort=sort, limit=2) for sort in ends]
    if len(it.clients) == 1 and measure in ("average", "median", "sum") and it.has("compare"):
        money = field or "deal_amount"
        rest = where.model_copy(update={"clients": (), "latest": True})
        all_of = FigureOf(measure=measure, field=money, where=rest, noun="clients")
        return [Facts(where=Where(clients=where.clients), fields=(money,)), all_of]
    if measure in ("highest", "lowest") and field is None and {*it.field_names} - {"meeting_date", "outcome"}:
        return []  # the biggest of what is no number
    if measure in ("highest", "lowest") and len(it.clients) != 1:
        field = field or ("meeting_date" if _of_time(it) else "deal_amount")
        sort = f"-{field}" if measure == "highest" else field
        if field == "meeting_date" and "old" in _time_words(it):
            sort = field
        return [Listing(where=where, of=where.scope, fields=(field,), sort=sort, limit=3)]
    if measure in ("sum", "average", "median") and not (it.clients and not field):
        money = field or "deal_amount"
        return [FigureOf(measure=measure, field=money, where=where.model_copy(update={"latest": True}), noun="clients")]
    if it.has("count"):
        return _counted(it, terms, where, field)
    return []


def _of_time(it: Understood) -> bool:
    return bool({"latest", "newest", "recent", "last", "first", "oldest", "earliest"} & it.line.known.keys())


def _time_words(it: Understood) -> set[str]:
    return {"old"} if {"first", "oldest", "earliest"} & it.line.known.keys() else set()


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
    figure = FigureOf(measure="count", where=where, of=it.of or where.scope, noun=noun)
    return [figure]


COUNT_NOUNS = frozenset(
    "many number count clients calls deals households prospects customers leads total record far".split()
)


def balance(it: Understood, terms: Terms) -> list[ToolCall]:
    """What is left to be paid: the deals' amounts and their deposits."""
    known = {field.name for field in terms.fields}
    if not it.has("balance") or not {"deal_amount", "deposit_amount"} <= known:
        return []
    money = {"deal_amount", "deposit_amount"} & set(it.field_names) or "much" in it.line.known or it.measure == "sum"
    if not money and "balance" not in it.line.known:
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


def contrast(it: Understood, terms: Terms) -> list[ToolCall]:
    """Two choices of calls side by side: won or lost, one objection or another, one state and another."""
    if it.clients or not it.has("compare") or (it.group and it.split):
        return []
    sides = _sides(it)
    if len(sides) < 2 or not _weighs(it):
        return []
    field, measure = _number_field(it, terms), it.measure
    if measure in (None, "highest", "lowest") and field is not None and "count" not in it.intents:
        measure = "average"
    base = where_of(it, terms).scope
    share = "share" in it.measures
    won = terms.playbook.outcome_of("won")
    calls: list[ToolCall] = []
    for name, update in sides:
        where = base.model_copy(update=update)
        if "advisers" in update and not (share or it.measures or field or it.has("count")):
            calls.append(Listing(where=where, of=where, fields=("outcome", "deal_amount")))
            continue
        if share and won and "outcomes" not in update:
            asked = where.model_copy(update={"outcomes": (won,)})
            calls.append(FigureOf(measure="count", where=asked, of=where, share=True, name=name))
        elif measure is not None and measure not in ("highest", "lowest") and field:
            calls.append(FigureOf(measure=measure, field=field, where=where, noun="clients", name=name))
        else:
            calls.append(FigureOf(measure="count", where=where, of=base, name=name))
    return calls


_WEIGHING = frozenset(
    "more less fewer higher lower larger smaller bigger longer shorter than versus vs compare compared comparison"
    " difference differ better worse often average median likely highest most".split()
)


def _weighs(it: Understood) -> bool:
    """Whether one thing is held against another; a bare or only adds them up."""
    return bool(_WEIGHING & it.line.known.keys()) or bool({"versus", "vs"} & it.line.known.keys())


def _sides(it: Understood) -> list[tuple[str, dict[str, object]]]:
    """What is compared: several values of one kind."""
    kinds = (
        ("outcomes", it.outcomes), ("objections", it.objections), ("products", it.products), ("stages", it.stages),
        ("states", it.states),
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
