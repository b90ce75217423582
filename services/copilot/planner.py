"""From a question to tool calls, by rules: what it is after decides the tool, what it names decides the calls."""

import re
from collections.abc import Callable

from services.copilot.choosing import where_of
from services.copilot.contract import (
    Draft,
    Facts,
    FigureOf,
    GroupsOf,
    Held,
    Listing,
    Objections,
    Passages,
    Plan,
    Related,
    Steps,
    ToolCall,
    Where,
)
from services.copilot.details import groups_of_attributes
from services.copilot.not_meant import their_purchase
from services.copilot.plan_facts import MOST_SHOWN, facts, weighed
from services.copilot.plan_figures import COUNT_NOUNS, balance, figure, grouped
from services.copilot.plan_objections import objections
from services.copilot.plan_rankings import exceeding, extremes, most_named, paid_parts, talked
from services.copilot.plan_said import of_each, owning, search, searches, telling, without_names
from services.copilot.plan_shares import by_choice, contrast, share
from services.copilot.plan_steps import lacking, meetings, steps
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms
from services.copilot.wishes import wishes

_COMPARED = ("estate_value", "deal_amount", "deposit_amount", "outcome", "deal_stage", "client_state", "marital_status",
             "children_count", "products_discussed", "objections")  # fmt: skip
_TOLD = ("text", "list", "count", "money", "phone", "email")  # kinds of fields that clients have or have not
_TOLD_TOO = 4  # of them, told beside what is asked for
_SETTLED = ("is", "is not", "lacks", "holds", "not said")  # after which a value is no news
Rule = Callable[[Understood, Terms], list[ToolCall]]


def plan(it: Understood, terms: Terms) -> Plan:
    """The plan of a question. The first rule that has one wins; what no rule knows is looked for in the words."""
    if it.unplaced and not it.clients:
        return Plan(calls=tuple(searches(it)))
    for rule in _RULES:
        calls = rule(it, terms)
        if calls:
            return Plan(calls=tuple([*calls, *_left_over(it, calls), *_beside(it, calls)][:MOST_SHOWN]))
    return Plan(calls=tuple(searches(it)))


def _beside(it: Understood, calls: list[ToolCall]) -> list[ToolCall]:
    """What was said on the client's calls, beside what the record holds of them: no field may hold it."""
    searched = any(isinstance(call, Passages) and not call.late for call in calls)
    if not it.clients or not it.content or searched or any(isinstance(call, Draft) for call in calls):
        return []
    return [*of_each(it)] if len(it.clients) > 1 else [*searches(it, 3)]


def _left_over(it: Understood, calls: list[ToolCall]) -> list[ToolCall]:
    """What no field holds is looked for in the words of the calls that the record chose."""
    left = [word for word in it.content if word not in COUNT_NOUNS]
    first = calls[0]
    if not left or not all(isinstance(call, FigureOf | GroupsOf | Listing) for call in calls):
        return []
    counts = isinstance(first, FigureOf) and first.measure == "count" and not first.name
    if not (counts or isinstance(first, Listing)):
        return []
    assert isinstance(first, FigureOf | Listing)
    chosen = first.where.model_copy(update={"latest": False})
    return [search(it).model_copy(update={"where": chosen, "spread": True})]


def wider(before: Plan, it: Understood) -> Plan:
    """Another try where the first found nothing: what was said, next steps about it, then no narrower filter."""
    searched = [call for call in before.calls if isinstance(call, Passages)]
    where = Where(clients=tuple(client.label for client in it.clients))
    if not searched:
        return Plan(calls=(*before.calls[:4], search(it)), why="What the record holds did not answer it.")
    answered = it.has("answers") and it.has("said") and not it.fields
    if it.clients and answered and not any(isinstance(call, Objections) for call in before.calls):
        told = Objections(where=where)
        return Plan(calls=(*before.calls[:4], told), why="Objections were looked at as well.")
    theirs = their_purchase(it.line.folded)
    if it.clients and it.content and not theirs and not any(isinstance(call, Steps) for call in before.calls):
        step = Steps(where=where, about=" ".join(it.content)[:200], only_about=True)
        return Plan(calls=(*before.calls[:4], step), why="Next steps were looked at as well.")
    if any(call.side or call.speaker or call.where.since or call.where.until for call in searched):
        words = without_names(it)[:400]
        told_of, himself = searched[0].told_of, searched[0].himself
        found = Passages(words=words, about=telling(it), where=where, limit=6, told_of=told_of, himself=himself)
        return Plan(calls=(found,), why="Nothing was found that narrowly.")
    return before


def _quoted(it: Understood, terms: Terms) -> list[ToolCall]:
    """Whose words some are that stand in quotes."""
    if not it.quoted or it.has("draft", "answers", "objections"):
        return []
    return [
        search(it).model_copy(update={"words": it.quoted[:400], "about": it.quoted[:200], "spread": not it.clients})
    ]


def _draft(it: Understood, terms: Terms) -> list[ToolCall]:
    if not it.has("draft") or not it.clients or it.line.folded.startswith(_ASKING) or _TO_ME.search(it.line.folded):
        return []
    drafts: list[ToolCall] = [Draft(client=client.label, about=it.question[:300]) for client in it.clients[:3]]
    if len(it.clients) != 1:
        return drafts
    client = it.clients[0]
    wanted = wishes(it.question, [client.name, client.spouse, *it.people.advisers])
    base = search(it, 2).model_copy(update={"speaker": "", "side": None, "names": ()})
    return [*drafts, *(base.model_copy(update={"words": wish, "about": wish[:60]}) for wish in wanted[:_MOST_WISHES])]


_MOST_WISHES = 4  # of a draft, of which the call's words are told beside it
_TO_ME = re.compile(r"\b(?:remind|refresh|tell) (?:me|us)\b(?! to\b)")  # who asks wants to know it, not to write
_ASKING = (
    "what ",
    "when ",
    "who ",
    "which ",
    "did ",
    "does ",
    "do we ",
    "has ",
    "how ",
    "where ",
    "why ",
    "is ",
    "was ",
)


_WISH = re.compile(r"(?:'d|\b(?:would|did|does|do|might|could)\b[^,.;?]*?) like\b|\blike to\b")  # nobody is alike


def _related(it: Understood, terms: Terms) -> list[ToolCall]:
    if not (it.has("related") and len(it.clients) == 1) or _WISH.search(it.line.folded):
        return []
    if not ("list" in it.intents or "similar" in it.line.known or "common" in it.line.known or "like" in it.line.known):
        return []
    by = (
        "adviser"
        if "adviser" in it.field_names
        else "business"
        if "business_interests" in it.field_names
        else "product"
    )
    return [Related(client=it.clients[0].label, by=by)]


def _compared(it: Understood, terms: Terms) -> list[ToolCall]:
    if len(it.clients) < 2:
        return []
    known = {one.name for one in terms.fields} | {"adviser"}
    named = [name for name in it.field_names if name != "summary" and name in known]
    where = Where(clients=tuple(one.label for one in it.clients))
    detail = groups_of_attributes("asks", it.line)
    said: list[ToolCall] = [*of_each(it)] if it.content or detail else []
    fields = [*named, *(name for name in _COMPARED[: _TOLD_TOO if said or named else None] if name not in named)]
    return [*([Facts(where=where, fields=tuple(fields[:MOST_SHOWN]))] if fields else []), *said]


def _listing(it: Understood, terms: Terms) -> list[ToolCall]:
    """The calls that fit, in the order that is asked for: by estate value, the largest first."""
    by = next((spot.value for spot in it.fields if _ORDERED.search(it.line.folded[: spot.start])), "")
    known = terms.fields.by_name.get(by)
    if known is None or known.kind not in _SORTED:
        return _fitting(it, terms)
    return [
        call.model_copy(update={"sort": f"-{by}"}) if isinstance(call, Listing) else call
        for call in _fitting(it, terms)
    ]


_SORTED = ("money", "count", "minutes")  # kinds of fields that a list can be sorted by
_ORDERED = re.compile(r"\bby (?:their |the |its )?$")


def _fitting(it: Understood, terms: Terms) -> list[ToolCall]:
    if it.clients or not (it.has("list") or it.has("said", "raised")):
        return []
    if it.group == "adviser" and it.content:
        return [search(it).model_copy(update={"side": "advisor", "spread": True})]
    where = where_of(it, terms)
    if it.has("said") and it.content and not (it.numbers or it.choices or it.outcomes):
        return [search(it)]
    if where == where.scope and not (it.states or it.period or it.people.advisers):
        kinds = {one.name: one.kind for one in terms.fields}
        each = [name for name in it.field_names if name in kinds and name != "summary"]
        if each and not it.content and _EACH.search(it.line.folded):
            return [Listing(where=where, of=where, fields=tuple(each[:4]))]
        named = [name for name in it.field_names if kinds.get(name) in _TOLD]
        plain = not [word for word in it.content if word not in COUNT_NOUNS]
        if named and plain and it.has("list"):
            said = where.model_copy(update={"conditions": (Held(field=named[0], comparison="said"),)})
            return [Listing(where=said, of=where, fields=tuple(named[:4]))]
        return [Listing(where=where, of=where, fields=("outcome", "deal_amount"))] if plain and it.has("list") else []
    settled = {held.field for held in where.conditions if held.comparison in _SETTLED}
    asked = [*it.field_names, *(held.field for held in where.conditions)]
    asked = [name for name in dict.fromkeys(asked) if name not in settled]
    shown = [name for name in asked if name not in ("meeting_title", "summary")][:4]
    of = where.scope.model_copy(update={"states": ()})
    calls: list[ToolCall] = [Listing(where=where, of=of, fields=tuple(shown))]
    if it.products and it.has("said") and where == where.scope.model_copy(update={"products": where.products}):
        product = " ".join(it.line.folded[spot.start : spot.end] for spot in it.products)
        calls.append(Passages(words=product, about=product, where=of, spread=True, limit=10))
    kinds = {one.name: one.kind for one in terms.fields}
    more = _asks_more(it) and all(kinds.get(name) == "count" for name in shown)
    if len(it.content) > 1 or (it.content and where == where.scope) or more:
        chosen = where.model_copy(update={"latest": False})
        calls.append(search(it).model_copy(update={"where": chosen, "chosen": more}))
    return calls


_MORE = re.compile(r"(?:,| and) (?:for |with |by |to |from |in )?(?:which|what|who|whom|why|how|where) ")


_EACH = re.compile(
    r"\bfor (?:everyone|everybody|all|each)\b|\b(?:with|and|by) (?:their|the|his|her)\b|\beach\b"
    r"|\bof (?:all|every|our)\b"
)


def _asks_more(it: Understood) -> bool:
    """Whether a list is asked for and then something about each: and for which child."""
    return bool(_MORE.search(it.line.folded))


_RULES: tuple[Rule, ...] = (
    _quoted,
    _draft,
    owning,
    _related,
    talked,
    paid_parts,
    balance,
    lacking,
    meetings,
    exceeding,
    contrast,
    most_named,
    objections,
    by_choice,
    share,
    grouped,
    steps,
    extremes,
    figure,
    _compared,
    _listing,
    weighed,
    facts,
)
