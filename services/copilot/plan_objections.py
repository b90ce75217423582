"""Questions about concerns: what a client raised and what was said to it, who else raised it, how that ended."""

import re

from services.copilot.choosing import where_of
from services.copilot.contract import Facts, GroupsOf, Objections, Raised, ToolCall, Where
from services.copilot.details import groups_of_attributes
from services.copilot.plan_facts import figures_behind
from services.copilot.plan_said import of_each, search, searches, without_names
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

_MOST_RAISED = 2  # concerns that one question is looked up for
_PRICE_TOO = re.compile(r"\b(?:what|how much) (?:did|do|does|was|were|have|had) \w+ (?:quote|charge|ask|offer|price)")
_ASKED_AFTER = re.compile(r"[?.;,] *(?:and |but |so )*(?:did|do|does|have|has|are|were|how many|which|who)\b")


def objections(it: Understood, terms: Terms) -> list[ToolCall]:
    """What a client raised and what was said to it; who else raised it and how that ended."""
    if it.has("steps") and not it.has("objections", "raised", "answers"):
        return []
    if not it.clients and ("share" in it.measures or _sorted_out(it) or _numbered(it)):
        return []
    asked = bool(it.has("objections") or (it.objections and (it.has("answers") or it.clients)))
    return _of_clients(it, terms, asked) or _by_kind(it, terms, asked) or _by_category(it, terms, asked)


def _sorted_out(it: Understood) -> bool:
    """Whether calls are chosen by several objections at once, or by one that was not raised."""
    denied = any(spot.denied for spot in it.objections)
    both = len(it.objections) > 1 and bool({"both", "but"} & it.line.known.keys())
    return (denied or both) and not it.has("answers") and it.has("list", "count", "raised")


def _numbered(it: Understood) -> bool:
    """Whether calls are chosen by how many objections were raised, or by none."""
    counted = any(held.field == "objections" for held in it.numbers)
    return counted or any(spot.value == "objections" and spot.denied for spot in it.fields)


def _of_clients(it: Understood, terms: Terms, asked: bool) -> list[ToolCall]:
    """What the clients of a question objected to, with the answers; or who else did."""
    elsewhere = "else" in it.others and it.has("raised", "list", "said")
    only = not (asked or elsewhere) and it.content and it.has("said")
    answered = it.has("answers") and not only and not set(it.field_names) - {"deal_amount", "adviser"}
    answered = answered and not (it.line.folded.startswith("who ") and it.field_names == ["adviser"])  # who handled it
    if not it.clients or not (asked or elsewhere or answered) or (it.has("count") and not it.objections):
        return []
    if "else" in it.others:
        return _of_others(it)
    where = where_of(it, terms)
    asked_of = where
    if "reluctance" in groups_of_attributes("asks", it.line) and len(searches(it)) > 1:
        asked_of = where.model_copy(update={"objections": ()})
    told: list[ToolCall] = [Objections(where=asked_of)]
    if len(it.clients) > 1 and "deal_amount" in terms.fields.by_name:
        told.insert(0, Facts(where=where.scope, fields=("deal_amount", "outcome")))
    elif "deal_amount" in it.field_names and _PRICE_TOO.search(it.line.folded):
        told.insert(0, Facts(where=where.scope, fields=("deal_amount",)))
    told += figures_behind(it, terms, Where(clients=asked_of.clients)) if "bargained" in it.others else []
    return [*told, *(of_each(it) if len(it.clients) > 1 else searches(it, 4))]


def _of_others(it: Understood) -> list[ToolCall]:
    """Who but the clients of a question raised the same."""
    but = tuple(client.label for client in it.clients)
    own = [spot.value for spot in it.objections[:_MOST_RAISED]] or [""]
    return [Raised(category=category, but=but, about=without_names(it)[:400]) for category in own]


def _by_kind(it: Understood, terms: Terms, asked: bool) -> list[ToolCall]:
    """Which objections there are, of nobody in particular."""
    kinds = not it.clients and not it.objections and asked and not it.group and it.measure is None
    if not kinds or it.has("count") or "share" in it.measures or "objections" not in it.field_names:
        return []
    where, won = where_of(it, terms), terms.playbook.outcome_of("won")
    if it.has("answers") and won and not where.outcomes:
        where = where.model_copy(update={"outcomes": (won,)})
    return [GroupsOf(by="objection", where=where, of=where)]


def _by_category(it: Understood, terms: Terms, asked: bool) -> list[ToolCall]:
    """Who raised the objections that a question names."""
    others = "else" in it.others or ("list" in it.intents and not it.clients)
    by = it.group is not None and not it.has("answers")
    counted = it.has("count") or it.measure is not None or by or "share" in it.measures
    said = bool(others or it.has("answers", "said") or it.outcomes)
    if not it.objections or it.clients or counted or not said or not (asked or it.has("raised", "list")):
        return []
    where, answers = where_of(it, terms, objections=False), it.has("answers")
    if any(_ASKED_AFTER.search(it.line.folded[: spot.start]) for spot in it.outcomes):
        where = where.model_copy(update={"outcomes": ()})  # how each ended is told
    wanted = [spot.value for spot in it.objections[:_MOST_RAISED] if not spot.denied]
    found = [Raised(category=category, where=where, answers=answers) for category in wanted]
    return [*found, search(it).model_copy(update={"where": where, "spread": True, "limit": 10})]
