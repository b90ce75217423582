"""Questions for fields of one client, or of some calls side by side."""

from services.copilot.choosing import where_of
from services.copilot.contract import Facts, Listing, Passages, Steps, ToolCall, Where
from services.copilot.details import groups_of_attributes
from services.copilot.plan_said import search, searches, spouses
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

MOST_SHOWN = 6
TELLING = 2  # words of a question from which on it is after more than a summary
_OF_FIELDS = frozenset(("quantity", "phone", "address", "number", "day"))  # details that fields tell by themselves
_ABOUT_ONE = ("outcome", "deal_amount", "products_discussed", "objections", "summary")


def weighed(it: Understood, terms: Terms) -> list[ToolCall]:
    """Fields of some calls side by side, where nothing else is known to do with them."""
    where = where_of(it, terms)
    known = {one.name for one in terms.fields}
    fields = [name for name in it.field_names if name in known and name != "summary"]
    if it.clients or it.content or not fields or where == Where() or it.has("said"):
        return []
    return [Listing(where=where, of=where.scope, fields=tuple(fields[:4]))]


def _kin(fields: list[str], terms: Terms) -> list[str]:
    """Fields about the same thing as those asked for: how many properties, and where they are."""
    heads = {"_".join(name.split("_")[:2]) for name in fields if name.count("_") > 1}
    return [one.name for one in terms.fields if any(one.name.startswith(f"{head}_") for head in heads)]


def facts(it: Understood, terms: Terms) -> list[ToolCall]:
    """Fields of one client; with nothing known asked for, what was said."""
    if not it.clients:
        return []
    several = any(len(client.calls) > 1 for client in it.clients)  # a time tells one call from another
    period = it.period if several or len(it.clients) > 1 else None
    where = Where(clients=tuple(client.label for client in it.clients), since=period.since if period else None,
                  until=period.until if period else None)  # fmt: skip
    details = groups_of_attributes("asks", it.line)
    fields = [name for name in it.field_names if not ("found" in details and name == "products_discussed")]
    fields += [name for name, _ in it.choices]
    fields += ["outcome"] * bool(it.outcomes) + ["deal_stage"] * bool(it.stages)
    fields += ["products_discussed"] * bool(it.products) + ["objections"] * bool(it.objections)
    if spouses(it) and it.has("situation"):
        fields.append("spouse_name")
    if it.states and not {"real_estate_locations", "client_state"} & set(fields):
        fields.append("client_state")
    fields = [name for name in dict.fromkeys(fields) if name in terms.fields.by_name or name == "adviser"]
    fields += [name for name in _kin(fields, terms) if name not in fields]
    about = it.has("summary") or (it.has("situation") and len(it.content) < TELLING and not _more_than_about(it))
    if about and not [name for name in fields if name != "summary"]:
        told: list[ToolCall] = [Facts(where=where, fields=("summary", *_ABOUT_ONE[:2])), Steps(where=where)]
        return [*told, search(it)] if it.content else told
    calls: list[ToolCall] = [Facts(where=where, fields=tuple(fields[:MOST_SHOWN]))] if fields else []
    opens = it.line.folded.startswith(_OPEN)
    kinds = {one.name: one.kind for one in terms.fields}
    told_of = len(it.clients) == 1 and any(kinds.get(name) in ("list", "count", "choices") for name in fields)
    calls += figures_behind(it, terms, where)
    if not fields or it.has("said") or it.content or opens or told_of or details - _OF_FIELDS:
        calls += searches(it)
    return calls


def _more_than_about(it: Understood) -> bool:
    """Whether it is asked who somebody is to a client (who is his accountant), or what was at some time."""
    if it.period is not None and not any(len(client.calls) > 1 for client in it.clients):
        return True
    if groups_of_attributes("asks", it.line) - _OF_FIELDS:
        return True
    return bool(it.content) and it.line.folded.startswith(("who is ", "who's ", "who are ", "who was "))


_PRICE = "deal_amount"


def figures_behind(it: Understood, terms: Terms, where: Where) -> list[ToolCall]:
    """What a sum is made up of, or how a price came about, where that is asked of one client."""
    if len(it.clients) != 1:
        return []
    money = [one.name for one in terms.fields if one.kind == "money"]
    asked = [name for name in it.field_names if name in money]
    sums = [name for name in asked or money if name not in (_PRICE, "deposit_amount")]
    near = sums[0] if "parts" in it.others and sums else ""
    if not near and {"bargained", "reaction"} & it.others and _PRICE in money:
        near = _PRICE
    came_down = near == _PRICE and "reaction" not in it.others
    return [Passages(words=it.question[:400], where=where, near=near, bargained=came_down)] if near else []


_OPEN = (
    "who ",
    "who's ",
    "where ",
    "why ",
    "how did ",
    "which ",
    "what are ",
    "how come ",
)  # asks for more than a value
