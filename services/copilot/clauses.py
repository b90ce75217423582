"""A question that asks two things of all calls: each is planned by itself, the second about the calls of the first."""

import re
from collections.abc import Callable

from services.copilot import planner
from services.copilot.contract import MOST_TOOLS, Context, FigureOf, GroupsOf, Listing, Passages, Plan, Raised, ToolCall
from services.copilot.strategist import chosen
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms

_ASKS = (
    r"(?:(?:in|on|with|for|of) )?"
    r"(?:how (?:many|much|often)|what (?:share|percent\w*|proportion|fraction|part)|which|who"
    r"|what (?:are|were|do|did|is|was) (?:those|these|they|the \w+ of (?:those|these)))\b"
)
_CLAUSES = re.compile(
    r"\s*(?:[,;?:.]|\b(?:and|but|then)\b|&|\s-\s)(?:\s|and\b|but\b|then\b)*"
    rf"(?=(?:of (?:them|those|these)\b,? )?{_ASKS})",
    re.I,
)
_BACK = re.compile(
    r"\b(?:of|among|from) (?:them|those|these|which|whom)\b|\bwhat \w+ (?:those|these|they)\b"
    r"|\b(?:those|these) \w+\b|\bof (?:those|these|the) cases\b",
    re.I,
)
_POINTS = re.compile(r"\b(?:it|its|that|this|he|she|him|her|his|they|them|their)\b", re.I)
_LEADS = re.compile(
    r"^(?:of|among|out of|for|from|across|over|within) (?:all |the |our |those |these )*.*?,\s*(?=how|what|which|who)",
    re.I,
)
_OTHERS = re.compile(
    r"^how many (?:do|did|are|have|has|is|were) ?(?:n't|not)(?: \w+)?$|^how many \w+n't(?: \w+)?$", re.I
)
_BARE = re.compile(
    r"^(?:for |at |by |with |to |of )?(?:how (?:much|many|often)|who|whom|which)(?: each| apiece| in all| in total)?$",
    re.I,
)
_MOST = 3
Reading = Callable[[str, Context], Understood]


def plan(it: Understood, terms: Terms, read: Reading) -> Plan:
    """The plan of a question, or of its parts one after the other."""
    parts = _parts(it)
    if len(parts) < 2:
        return planner.plan(it, terms)
    lead = _LEADS.match(it.question)
    calls: list[ToolCall] = []
    first: Plan | None = None
    for number, part in enumerate(parts):
        back = bool(_BACK.search(part)) and first is not None
        asked = f"{lead.group()} {part}" if lead and number and not back else part
        earlier = Context(chosen=chosen(first)) if back and first is not None else Context()
        own = planner.plan(read(asked, earlier), terms)
        if not own.calls or not all(
            isinstance(call, FigureOf | GroupsOf | Listing | Raised | Passages) for call in own.calls
        ):
            return planner.plan(it, terms)
        first = first or own
        calls += [call for call in own.calls if number == 0 or not isinstance(call, Passages)]
    return Plan(calls=tuple(dict.fromkeys(calls))[:MOST_TOOLS])


def _parts(it: Understood) -> list[str]:
    """The parts of a question about all calls, where each asks something of its own."""
    if it.clients or it.carried or it.quoted or it.people.unsure or it.has("draft", "steps", "answers"):
        return []
    found = [part.strip(" ,;:?.-") for part in _CLAUSES.split(it.question)]
    parts = [part for part in found if part and not _OTHERS.search(part)]
    if not 1 < len(parts) <= _MOST or _LEADS.match(f"{parts[0]}, how"):
        parts = _rejoined(parts)
    whole = len(parts) > 1 and all(_whole(part) for part in parts[1:])
    return parts if whole and len(parts) <= _MOST else []


def _rejoined(parts: list[str]) -> list[str]:
    """Parts of which the first only says of whom: of our married clients, how many."""
    if len(parts) > 1 and _LEADS.match(f"{parts[0]}, how"):
        return [f"{parts[0]}, {parts[1]}", *parts[2:]]
    return parts


def _whole(part: str) -> bool:
    """Whether a part can be answered by itself, or speaks of the calls of the part before."""
    bare = _BACK.sub(" ", part)
    if bare != part:
        return True
    return len(bare.split()) > 1 and not _POINTS.search(bare) and not _BARE.search(bare)
