"""Questions for the largest and the smallest, and for those above another's value or the average."""

import re

from services.copilot.choosing import where_of
from services.copilot.contract import Facts, FigureOf, Held, Listing, ToolCall, Where
from services.copilot.plan_said import telling
from services.copilot.plan_shares import noun_of, number_field
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

_SHOWN = 3  # of a ranking, where no number is named
_MORE = r"(?:bigger|larger|higher|greater|more|richer|wealthier|longer|above|over|older|pricier|costlier)"
_LESS = r"(?:smaller|lower|less|fewer|poorer|shorter|below|under|cheaper|younger)"
_BETWEEN = r"(?: [\w']+){0,5}? "
_THAN = re.compile(rf"\b(?:(?P<more>{_MORE})|(?P<less>{_LESS}))\b(?:{_BETWEEN}than)?(?: (?:the|our|an?))?")
_MIDDLE = re.compile(
    rf"\b(?:(?P<more>above|over|{_MORE}{_BETWEEN}than)|(?P<less>below|under|{_LESS}{_BETWEEN}than))"
    r" (?:the |our |an? )?(?P<middle>average|median|mean)\b"
)
_LIKENED = {
    "richer": "estate_value", "wealthier": "estate_value", "poorer": "estate_value", "longer": "duration_minutes",
    "shorter": "duration_minutes", "cheaper": "deal_amount", "pricier": "deal_amount", "costlier": "deal_amount",
}  # fmt: skip
_ASKS_WHO = re.compile(
    r"^(?:so |and )?(?:who|whose|which|what|how many|list|show|any|name|find|is there|are there|did any)\b"
)


def exceeding(it: Understood, terms: Terms) -> list[ToolCall]:
    """Those whose number is above that of a client, or above the average."""
    folded, middle = it.line.folded, _MIDDLE.search(it.line.folded)
    if not _ASKS_WHO.search(folded) and not it.has("list", "count"):
        return []
    if middle is not None and not it.clients:
        than, match = "median" if middle.group("middle") == "median" else "average", middle
    elif len(it.clients) == 1 and it.people.spans and not it.carried:
        head = folded[: min(start for start, _ in it.people.spans)]
        if _SAME_AS.search(head):
            return _as_many(it, terms)
        compared = [found for found in _THAN.finditer(head) if " than" in head[found.start() :]]
        if not compared or not head.rstrip().endswith(("than", "than that of", "than mr", "than mrs", "than ms")):
            return []
        than, match = it.clients[0].label, compared[0]
    else:
        return []
    field = number_field(it, terms, set()) or _likened(match.group(), terms)
    if field is None:
        return []
    held = Held(field=field, comparison="above" if match.group("more") else "below", than=than)
    base = where_of(it, terms)
    kept = tuple(each for each in base.conditions if each.field != field)
    base = base.model_copy(update={"clients": (), "conditions": kept})
    where = base.model_copy(update={"conditions": (*base.conditions, held)})
    own: list[ToolCall] = []
    if than in ("average", "median"):
        own.append(FigureOf(measure="average" if than == "average" else "median", field=field, noun="clients"))
    else:
        own.append(Facts(where=Where(clients=(than,)), fields=(field,)))
    if it.has("count"):
        return [FigureOf(measure="count", where=where, of=base, noun=noun_of(it)), *own]
    sort = f"-{field}" if match.group("more") else field
    return [Listing(where=where, of=base, fields=(field,), sort=sort), *own]


_SAME_AS = re.compile(r"\b(?:same|as many|as much|equal|identical)\b.* (?:as|to|with) $")


def _as_many(it: Understood, terms: Terms) -> list[ToolCall]:
    """Others whose number is that of a client."""
    field, than = number_field(it, terms, set()), it.clients[0]
    if field is None:
        return []
    same = Held(field=field, comparison="is", than=than.label)
    other = Held(field="client_name", comparison="is not", value=than.name)
    own = Facts(where=Where(clients=(than.label,)), fields=(field,))
    return [Listing(where=Where(conditions=(same, other)), fields=(field,)), own]


def _likened(words: str, terms: Terms) -> str | None:
    known = {one.name for one in terms.fields}
    named = (_LIKENED.get(word) for word in words.split())
    return next((name for name in named if name in known), None)


def extremes(it: Understood, terms: Terms) -> list[ToolCall]:
    """The largest or the smallest, as calls of their own; as many as are asked for."""
    field, measure = number_field(it, terms, set()), it.measure
    if measure is None and field and {"most", "fewest"} & it.measures:
        measure = "highest" if "most" in it.measures else "lowest"
    if field == "duration_minutes" and _SPOKE_LAST.search(it.line.folded):
        field = "meeting_date"
    where = where_of(it, terms)
    if _ORDERED.search(it.line.folded) and not it.clients:
        named = field or "deal_amount"
        sort = named if _UPWARDS.search(it.line.folded) else f"-{named}"
        return [Listing(where=where, of=where.scope, fields=(named,), sort=sort)]
    if {"highest", "lowest"} <= it.measures and len(it.clients) != 1:
        named = field or "deal_amount"
        ends = [f"-{named}", named]
        return [Listing(where=where, of=where.scope, fields=(named,), sort=sort, limit=2) for sort in ends]
    above = field is not None and any(held.field == field and held.value is not None for held in it.numbers)
    if measure not in ("highest", "lowest") or len(it.clients) == 1 or (above and not _RANKING.search(it.line.folded)):
        return []
    if field is None and ({*it.field_names} - {"meeting_date", "outcome"} or not (_of_time(it) or _of_deals(it))):
        return []  # the biggest of what is no number
    field = field or ("meeting_date" if _of_time(it) else "deal_amount")
    sort = f"-{field}" if measure == "highest" else field
    if field == "meeting_date":
        sort = field if _EARLY & it.line.known.keys() else f"-{field}"
    limit = it.rank if it.rank and it.rank > 1 else _SHOWN
    return [Listing(where=where, of=where.scope, fields=(field,), sort=sort, limit=limit)]


def most_named(it: Understood, terms: Terms) -> list[ToolCall]:
    """Who has the most of a list: the client who raised the most objections."""
    kinds = {one.name: one.kind for one in terms.fields}
    field = next((name for name in it.field_names if kinds.get(name) in ("list", "choices")), None)
    top = {"most", "fewest", "highest", "lowest"} & it.measures
    if field is None or not top or it.clients or not _WHO_HAS.search(it.line.folded):
        return []
    where = where_of(it, terms)
    kept = tuple(held for held in where.conditions if held.field != field)
    where = where.model_copy(update={"conditions": kept})
    least = bool({"fewest", "lowest"} & top)
    return [Listing(where=where, of=where.scope, fields=(field,), sort=field if least else f"-{field}", limit=_SHOWN)]


_RANKING = re.compile(
    r"\b(?:most|fewest|least|largest|biggest|highest|richest|wealthiest|priciest|costliest|longest|smallest|lowest"
    r"|cheapest|poorest|shortest|best|newest|latest|oldest|earliest|first|last"
    r"|top (?:\d{1,2}|two|three|four|five|six|ten|client|clients|deal|deals|estate|estates)"
    r"(?! (?:million|thousand|hundred|grand|k|m)\b))\b"
)
_WHO_HAS = re.compile(
    r"^(?:so )?(?:who\b|(?:which|what) (?:client|call|household|family|customer|prospect|couple|deal|meeting|person)\b"
    r"|(?:in|on) which (?:call|meeting)\b|(?:the )?(?:client|call|family|household|meeting|person)\b)"
    r".*\b(?:most|fewest|least|greatest number|highest number|lowest number)\b"
)
_ORDERED = re.compile(
    r"\b(?:rank|ranked|ranking|sort|sorted|order(?:ed)? by|in order of|descending|ascending)\b"
    r"|\bfrom (?:the )?(?:biggest|largest|highest|most|smallest|lowest|cheapest|richest|poorest)\b.*\bto\b"
    r"|\b(?:biggest|largest|highest|smallest|lowest) first\b"
)
_UPWARDS = re.compile(r"\bascending\b|\b(?:smallest|lowest|cheapest|poorest|fewest|shortest)\b(?: first|.* to\b)")
_SPOKE_LAST = re.compile(r"\b(?:speak|spoke|talk|talked|meet|met|call|called)\b(?: \w+){0,2} (?:last|first)\W*$")
_EARLY = frozenset("first oldest earliest".split())
_LATE = frozenset("latest newest recent last".split())
_DEALS = frozenset(
    "deal deals client clients contract contracts sale sales win wins one ones spender customer customers bill quote"
    " quoted paid account accounts won lost loss signed quotes".split()
)


def _of_time(it: Understood) -> bool:
    return bool((_EARLY | _LATE) & it.line.known.keys())


def _of_deals(it: Understood) -> bool:
    """Whether the largest without a word of what can only be the deal; another thing is named else."""
    return not telling(it) and bool(_DEALS & it.line.known.keys())


_IN_FULL = re.compile(
    r"\b(?:paid|pay|pays|paying|payment)\b.*\b"
    r"(?:in full|fully|everything|all of it|all at once|the (?:full|whole)(?: \w+)?)\b"
)
_PAID_PART = re.compile(
    r"\b(?:in full|full amount|full price|the full|the whole|fully|everything|all of it|all at once"
    r"|share|percent(?:age)?|per cent|proportion|fraction|part"
    r"|portion|half|third|quarter|ratio)\b"
)


def paid_parts(it: Understood, terms: Terms) -> list[ToolCall]:
    """What part of the price was paid, or what is left of it, call by call."""
    known = {one.name for one in terms.fields}
    if not {"deal_amount", "deposit_amount"} <= known:
        return []
    named, fields = set(it.field_names), ("deal_amount", "deposit_amount")
    left = it.has("balance") and bool({"most", "fewest", "highest", "lowest"} & it.measures)
    each = left or bool(
        re.search(r"\b(?:who|which|each|every|whose|any\w*|by client|per client|list)\b", it.line.folded)
    )
    if it.has("balance") and not left:
        return []
    whole = _IN_FULL.search(it.line.folded) is not None
    part = (
        ("deposit_amount" in named or whole) and bool(_PAID_PART.search(it.line.folded)) and "count" not in it.intents
    )
    if not it.clients and not each and part and not whole and "deal_amount" in named and it.measures:
        over = where_of(it, terms).model_copy(update={"latest": True})
        return [FigureOf(measure="sum", field=name, where=over, noun="clients") for name in reversed(fields)]
    if not (part or left) or (not it.clients and not each):
        return []
    where = where_of(it, terms)
    if it.clients:
        return [Facts(where=Where(clients=where.clients), fields=fields)] if part else []
    kept = tuple(held for held in where.conditions if held.field not in fields)
    said = (*kept, *(Held(field=name, comparison="said") for name in fields))
    low = bool({"fewest", "lowest"} & it.measures)
    asked = where.model_copy(update={"conditions": said})
    return [
        Listing(where=asked, of=where.model_copy(update={"conditions": kept}), fields=fields,
                paid="left" if left else "part", sort="deal_amount" if low else "-deal_amount")
    ]  # fmt: skip


def talked(it: Understood, terms: Terms) -> list[ToolCall]:
    """Who talked how much: on some clients' calls, or call by call."""
    if "talk_share" not in it.field_names or it.has("draft"):
        return []
    where = where_of(it, terms)
    if it.clients:
        return [Facts(where=Where(clients=where.clients), fields=("talk_share",))]
    where = where.model_copy(update={"conditions": tuple(h for h in where.conditions if h.field != "talk_share")})
    theirs = bool(re.search(r"\b(?:clients?|customers?|they) (?:talk|sp[eo]a?k|said|listen)", it.line.folded))
    least = theirs != (bool({"fewest", "lowest"} & it.measures) or "listen" in it.line.folded)
    sort = "talk_share" if least else "-talk_share"
    return [Listing(where=where, of=where.scope, fields=("adviser", "talk_share"), sort=sort)]
