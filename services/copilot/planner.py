"""From a question to tool calls, by rules: what it is after decides the tool, what it names decides the calls."""

from collections.abc import Callable

from services.copilot.choosing import where_of
from services.copilot.contract import (
    Draft,
    Facts,
    GroupsOf,
    Held,
    Listing,
    Objections,
    Passages,
    Plan,
    Raised,
    Related,
    Steps,
    ToolCall,
    Where,
)
from services.copilot.plan_figures import COUNT_NOUNS, balance, contrast, figure, grouped, share
from services.copilot.plan_said import search, telling, without_names
from services.copilot.plan_steps import meetings, steps
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

_ABOUT_ONE = ("outcome", "deal_amount", "products_discussed", "objections", "summary")
_COMPARED = ("estate_value", "deal_amount", "deposit_amount", "outcome", "deal_stage", "client_state", "marital_status",
             "children_count", "products_discussed", "objections")  # fmt: skip
_TOLD = ("text", "list", "count", "money", "phone", "email")  # kinds of fields that clients have or have not
_TELLING = 2  # words of a question from which on it is after more than a summary
_MOST_SHOWN = 6
Rule = Callable[[Understood, Terms], list[ToolCall]]


def plan(it: Understood, terms: Terms) -> Plan:
    """The plan of a question. The first rule that has one wins; what no rule knows is looked for in the words."""
    for rule in _RULES:
        calls = rule(it, terms)
        if calls:
            return Plan(calls=tuple(calls[:_MOST_SHOWN]))
    return Plan(calls=(search(it),))


def wider(before: Plan, it: Understood) -> Plan:
    """Another try where the first found nothing: what was said, next steps about it, then no narrower filter."""
    searched = [call for call in before.calls if isinstance(call, Passages)]
    where = Where(clients=tuple(client.label for client in it.clients))
    if not searched:
        return Plan(calls=(*before.calls[:4], search(it)), why="What the record holds did not answer it.")
    if it.clients and it.content and not any(isinstance(call, Steps) for call in before.calls):
        step = Steps(where=where, about=" ".join(it.content)[:200], only_about=True)
        return Plan(calls=(*before.calls[:4], step), why="Next steps were looked at as well.")
    if any(call.side or call.speaker or call.where.since or call.where.until for call in searched):
        words = without_names(it)[:400]
        found = Passages(words=words, about=telling(it), where=where, limit=6)
        return Plan(calls=(found,), why="Nothing was found that narrowly.")
    return before


def _draft(it: Understood, terms: Terms) -> list[ToolCall]:
    if not it.has("draft") or not it.clients:
        return []
    return [Draft(client=client.label, about=it.question[:300]) for client in it.clients[:3]]


def _related(it: Understood, terms: Terms) -> list[ToolCall]:
    if not (it.has("related") and len(it.clients) == 1):
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


def _objections(it: Understood, terms: Terms) -> list[ToolCall]:
    """What a client raised and what was said to it; who else raised it and how that ended."""
    asked = it.has("objections") or ("answers" in it.intents and it.objections)
    if it.has("steps") and not it.has("objections", "raised", "answers"):
        return []
    others = "else" in it.others or ("list" in it.intents and not it.clients)
    elsewhere = "else" in it.others and it.has("raised", "list", "said")
    answered = it.has("answers") and not it.field_names
    if it.clients and (asked or elsewhere or answered) and not (it.has("count") and not it.objections):
        told: list[ToolCall] = [Objections(where=where_of(it, terms))]
        told += [search(it, 3)] if it.content else []
        if "else" in it.others:
            told = []
            but = tuple(client.label for client in it.clients)
            words = without_names(it)[:400]
            own = [spot.value for spot in it.objections[:2]] or [""]
            told += [Raised(category=category, but=but, about=words) for category in own]
        return told
    kinds = not it.clients and not it.objections and asked and not it.group and it.measure is None
    if kinds and not it.has("count") and "share" not in it.measures and "objections" in it.field_names:
        where = where_of(it, terms)
        won = terms.playbook.outcome_of("won")
        if it.has("answers") and won and not where.outcomes:
            where = where.model_copy(update={"outcomes": (won,)})
        return [GroupsOf(by="objection", where=where, of=where.scope)]
    counted = it.has("count") or it.measure is not None or it.group is not None or "share" in it.measures
    said = bool(others or it.has("answers", "said") or it.outcomes)
    if it.objections and not it.clients and not counted and said and (asked or it.has("raised", "list")):
        where, answers = where_of(it, terms, objections=False), it.has("answers")
        wanted = [spot.value for spot in it.objections[:2] if not spot.denied]
        return [Raised(category=category, where=where, answers=answers) for category in wanted]
    return []


def _compared(it: Understood, terms: Terms) -> list[ToolCall]:
    if len(it.clients) < 2:
        return []
    fields = [name for name in it.field_names if name != "summary"] or list(_COMPARED)
    known = {one.name for one in terms.fields} | {"adviser"}
    return [
        Facts(
            where=Where(clients=tuple(one.label for one in it.clients)),
            fields=tuple(name for name in fields if name in known),
        )
    ]


def _listing(it: Understood, terms: Terms) -> list[ToolCall]:
    if it.clients or not (it.has("list") or it.has("said", "raised")):
        return []
    where = where_of(it, terms)
    if it.has("said") and it.content and not (it.numbers or it.choices or it.outcomes):
        return [search(it)]
    if where == where.scope and not (it.states or it.period or it.people.advisers):
        kinds = {one.name: one.kind for one in terms.fields}
        named = [name for name in it.field_names if kinds.get(name) in _TOLD]
        if named and len(it.content) < _TELLING and it.has("list"):
            said = where.model_copy(update={"conditions": (Held(field=named[0], comparison="said"),)})
            return [Listing(where=said, of=where, fields=tuple(named[:4]))]
        plain = not [word for word in it.content if word not in COUNT_NOUNS]
        return [Listing(where=where, of=where, fields=("outcome", "deal_amount"))] if plain and it.has("list") else []
    asked = [name for name in it.field_names if name not in {held.field for held in where.conditions}]
    shown = [name for name in asked if name not in ("meeting_title", "summary")][:4]
    calls: list[ToolCall] = [Listing(where=where, of=where.scope, fields=tuple(shown))]
    if len(it.content) > 1 or (it.content and where == where.scope):
        calls.append(search(it).model_copy(update={"where": where.model_copy(update={"latest": False})}))
    return calls


def _kin(fields: list[str], terms: Terms) -> list[str]:
    """Fields about the same thing as those asked for: how many properties, and where they are."""
    heads = {"_".join(name.split("_")[:2]) for name in fields if name.count("_") > 1}
    return [one.name for one in terms.fields if any(one.name.startswith(f"{head}_") for head in heads)]


def _facts(it: Understood, terms: Terms) -> list[ToolCall]:
    """Fields of one client; with nothing known asked for, what was said."""
    if not it.clients:
        return []
    where = Where(clients=tuple(client.label for client in it.clients), since=it.period.since if it.period else None,
                  until=it.period.until if it.period else None)  # fmt: skip
    fields = [*it.field_names]
    fields += [name for name, _ in it.choices]
    fields += ["outcome"] * bool(it.outcomes) + ["deal_stage"] * bool(it.stages)
    fields += ["products_discussed"] * bool(it.products) + ["objections"] * bool(it.objections)
    if it.states and not {"real_estate_locations", "client_state"} & set(fields):
        fields.append("client_state")
    fields = [name for name in dict.fromkeys(fields) if name in terms.fields.by_name or name == "adviser"]
    fields += [name for name in _kin(fields, terms) if name not in fields]
    about = it.has("summary") or (it.has("situation") and len(it.content) < _TELLING)
    if about and not [name for name in fields if name != "summary"]:
        told: list[ToolCall] = [Facts(where=where, fields=("summary", *_ABOUT_ONE[:2])), Steps(where=where)]
        return [*told, search(it)] if it.content else told
    calls: list[ToolCall] = [Facts(where=where, fields=tuple(fields[:_MOST_SHOWN]))] if fields else []
    if not fields or it.has("said") or it.content or it.line.folded.startswith(_OPEN):
        calls.append(search(it, 4 if it.content or not fields else 2))
    return calls


_OPEN = ("who ", "where ", "why ", "how did ", "which ", "what are ", "how come ")  # asks for more than a value


_RULES: tuple[Rule, ...] = (
    _draft,
    _related,
    balance,
    meetings,
    contrast,
    _objections,
    share,
    grouped,
    steps,
    figure,
    _compared,
    _listing,
    _facts,
)
