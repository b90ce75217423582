"""Two readings of one call made one: whichever the words of the call support better stands.

The readings are those of the analyst and of the model, or of the model in several parts of a long call. Nothing wins
by being last, or by being the model's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, TypeVar

from services.agents.contract import DialogueTurn, Extraction, Fact, NextStep, Objection, Quote, Stands
from services.analyst.dialogue import best_quotes
from services.evidence import check
from services.playbooks.model import FieldType, Playbook

Item = TypeVar("Item", Fact, Objection, NextStep)
Better = Callable[[Any, Any], bool]
RANK: dict[Stands, int] = {"verified": 3, "paraphrased": 2, "unsupported": 1, "not discussed": 0}
ALIKE = 0.6  # share of the telling words of the shorter of two steps that the other one has too
_NOWHERE = 10**9  # after every turn
_LISTS: tuple[FieldType, ...] = ("texts", "states")
_WORD = re.compile(r"\w+")
_PLAIN = frozenset(
    "a an and any at be by can do for get go going have i ll in it me my of on or our so that the them then they this"
    " to up us we will with you your".split()
)


def both_minds(analyst: Extraction, model: Extraction, playbook: Playbook) -> Extraction:
    """What the analyst and the model found, as one extraction.

    Facts and the outcome: the better supported value stands, the analyst's where both are supported alike. Where the
    two differ, the one that does not stand is kept in ``beside``.

    Items of lists are matched, and each stands once, with its better supported words. An item that the model alone
    has stands if it is verified. Else it is kept as *unsupported*: shown with its quotes, and counted nowhere. A fact
    that is only paraphrased fills a field that somebody looks at; a paraphrased objection or promise would be one
    more, in coaching and in the e-mail to the client, for which nothing speaks but the model.
    """
    facts, beside = dict[str, Fact](), dict[str, Fact]()
    pairs = {name: (fact, model["facts"][name]) for name, fact in analyst["facts"].items()}
    for name, (ours, theirs) in {**pairs, "outcome": (analyst["outcome"], model["outcome"])}.items():
        facts[name], other = _stands(ours, theirs, _type_of(name, playbook))
        if other is not None:
            beside[name] = other
    outcome = facts.pop("outcome")
    merged = Extraction(
        facts=facts,
        products_discussed=_list(analyst["products_discussed"], _alone(model["products_discussed"]), _same_value),
        objections=_list(analyst["objections"], _alone(model["objections"]), _same_category),
        outcome=outcome,
        next_steps=_steps(analyst["next_steps"], model["next_steps"]),
    )
    return Extraction(**merged, beside=beside) if beside else merged


def of_windows(found: Sequence[Extraction], dialogue: Sequence[DialogueTurn], playbook: Playbook) -> Extraction:
    """What the model found in the parts of one call, in their order, as one extraction.

    The better supported value stands; of two that are supported alike and differ, the one whose words come later in
    the call, for people correct themselves. A fact that is a list holds what every part found, as far as the checker
    still says the same of all of it.
    """
    return reduce(lambda before, after: _joined(before, after, dialogue, playbook), found)


def same(one: Any, other: Any, kind: FieldType) -> bool:
    """Whether two values of a field are one value, however they are written."""
    if kind in ("money", "count"):
        return bool(abs(one - other) <= 0.005 * max(1.0, abs(one)))
    if kind == "phone":
        return _digits(one) == _digits(other)
    if isinstance(one, list) and isinstance(other, list):
        return {_folded(item) for item in one} == {_folded(item) for item in other}
    return _folded(one) == _folded(other)


def same_step(one: NextStep, other: NextStep) -> bool:
    """Whether two steps are one: the same person does it, and most of the shorter one's telling words are the other's.

    Two that rest on the same words of the call are one with half as many.
    """
    if one["owner"] != other["owner"]:
        return False
    ours, theirs = _telling(one["action"]), _telling(other["action"])
    shared = len(ours & theirs) / max(1, min(len(ours), len(theirs)))
    together = {quote["turn"] for quote in one["evidence"]} & {quote["turn"] for quote in other["evidence"]}
    return shared >= (ALIKE / 2 if together else ALIKE)


def _stands(ours: Fact, theirs: Fact, kind: FieldType) -> tuple[Fact, Fact | None]:
    """The fact that stands, and the other one where it says something else."""
    stands, other = (theirs, ours) if _better(theirs, ours) else (ours, theirs)
    differ = other["value"] is not None and not same(stands["value"], other["value"], kind)
    return stands, other if differ else None


def _better(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return RANK[one["state"]] > RANK[other["state"]]


def _later(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Better supported; or supported alike, by later words."""
    if one["state"] != other["state"]:
        return _better(one, other)
    return _last_turn(one) > _last_turn(other)


def _last_turn(item: Mapping[str, Any]) -> int:
    quotes: list[Quote] = item["evidence"]
    return max((quote["turn"] for quote in quotes), default=-1)


def _alone(items: Sequence[Item]) -> list[tuple[Item, Item]]:
    """The model's items, each with what it is worth where nobody else has it."""
    return [(item, item if item["state"] == "verified" else {**item, "state": "unsupported"}) for item in items]


def _list(ours: Sequence[Item], theirs: Sequence[tuple[Item, Item]], alike: Better) -> list[Item]:
    """Ours in their order, each the better supported of two that are one; then what is theirs alone."""
    merged = list(ours)
    for item, alone in theirs:
        place = next((n for n, mine in enumerate(ours) if alike(mine, item)), None)
        if place is None:
            merged.append(alone)
        elif _better(item, merged[place]):
            merged[place] = item
    return merged


def _steps(ours: Sequence[NextStep], theirs: Sequence[NextStep]) -> list[NextStep]:
    """The steps of both; as they were said in the call, where there are more than ours."""
    steps = _list(ours, _alone(theirs), same_step)
    if len(steps) == len(ours):
        return steps
    return sorted(steps, key=lambda step: min((quote["turn"] for quote in step["evidence"]), default=_NOWHERE))


def _joined(before: Extraction, after: Extraction, dialogue: Sequence[DialogueTurn], playbook: Playbook) -> Extraction:
    facts = {
        name: _of_both(name, fact, after["facts"][name], dialogue, playbook) for name, fact in before["facts"].items()
    }
    return Extraction(
        facts=facts,
        products_discussed=_union(before["products_discussed"], after["products_discussed"], _same_value),
        objections=_union(before["objections"], after["objections"], _same_category),
        outcome=after["outcome"] if _later(after["outcome"], before["outcome"]) else before["outcome"],
        next_steps=_union(before["next_steps"], after["next_steps"], same_step),
    )


def _union(before: Sequence[Item], after: Sequence[Item], alike: Better) -> list[Item]:
    return _list(before, [(item, item) for item in after], alike)


def _of_both(name: str, before: Fact, after: Fact, dialogue: Sequence[DialogueTurn], playbook: Playbook) -> Fact:
    stands = after if _later(after, before) else before
    if _type_of(name, playbook) not in _LISTS or RANK[before["state"]] < 2 or RANK[after["state"]] < 2:
        return stands
    known = {_folded(item) for item in before["value"]}
    value = [*before["value"], *(item for item in after["value"] if _folded(item) not in known)]
    quotes = best_quotes([quote for pair in _in_turns(before["evidence"], after["evidence"]) for quote in pair])
    state = check(dialogue, name, value, quotes, playbook)
    kept = RANK[state] >= min(RANK[before["state"]], RANK[after["state"]])
    return Fact(value=value, state=state, evidence=quotes, source="model") if kept else stands


def _in_turns(before: Sequence[Quote], after: Sequence[Quote]) -> list[Sequence[Quote]]:
    """One quote of each, by turns: at most five are kept, and both must be heard."""
    return [[*before[place : place + 1], *after[place : place + 1]] for place in range(max(len(before), len(after)))]


def _same_value(one: Fact, other: Fact) -> bool:
    return bool(one["value"] == other["value"])


def _same_category(one: Objection, other: Objection) -> bool:
    return one["category"] == other["category"]


def _type_of(name: str, playbook: Playbook) -> FieldType:
    field = playbook.field(name)
    return field.type if field else "text"


def _folded(value: Any) -> str:
    return " ".join(_WORD.findall(str(value).casefold()))


def _digits(value: Any) -> str:
    return re.sub(r"\D", "", str(value))[-10:]


def _telling(action: str) -> set[str]:
    return set(_WORD.findall(action.lower().replace("'", " ").replace("’", " "))) - _PLAIN
