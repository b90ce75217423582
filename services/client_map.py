"""The map of a household: its people and what they own as nodes, hollow where nobody asked yet.

Pure. Every field that the playbook asks for has at least one node; what was set aside has none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from services.client_page import ClientPage, HeldFact
from services.json_words import finite, plain
from services.wording import counted

Kind = Literal["said", "hollow", "claimed"]
Group = Literal["People", "Where they are", "What they own", "More"]
GROUPS: tuple[Group, ...] = ("People", "Where they are", "What they own", "More")

MOST = 6  # nodes of one field; the others are counted in one more
_WORDS = 60
_PEOPLE = ("marital_status", "spouse_name", "children_count")
_PLACES = ("client_state", "client_phone")
_OWNED = ("estate_value", "real_estate_count", "real_estate_locations", "business_interests")
_ORDER = (*_PEOPLE, *_PLACES, *_OWNED)
_OF_THE_DEAL = ("deal_amount", "deposit_amount")


@dataclass(frozen=True, slots=True)
class Node:
    """One node. ``field`` is the fact that it opens; ``kind``: said, hollow (nobody asked yet) or claimed (no words).

    ``words`` is what it reads below its ``label``. ``disagrees``: two calls say different things of it.
    """

    id: str
    group: Group
    field: str
    label: str
    words: str
    kind: Kind
    disagrees: bool = False


def nodes(page: ClientPage) -> list[Node]:
    """The nodes of a household's map, group by group."""
    found = [node for fact in page.facts.values() for node in _of_fact(fact, page)]
    open_fields = {fact.field for fact in page.disagreements}
    asked = {each.field for each in page.questions}
    kept = [node for node in found if node.kind != "hollow" or node.field in asked]
    marked = [replace(node, disagrees=node.field in open_fields) for node in kept]
    return sorted(marked, key=lambda node: (GROUPS.index(node.group), *_place(node)))


def _place(node: Node) -> tuple[int, bool]:
    """A node's place in its group; properties whose state nobody said come after the others."""
    nowhere = node.id.startswith("real_estate_count-")
    field = "real_estate_locations" if nowhere else node.field
    return (_ORDER.index(field) if field in _ORDER else len(_ORDER)), nowhere


def _group(field: str) -> Group:
    for group, fields in zip(GROUPS, (_PEOPLE, _PLACES, _OWNED), strict=False):
        if field in fields:
            return group
    return "More"


def _of_fact(fact: HeldFact, page: ClientPage) -> Iterator[Node]:
    """The nodes of one field: several where it names or counts several."""
    if fact.field in _OF_THE_DEAL:
        return
    if fact.standing is None:
        kind: Kind = "claimed" if fact.beside else "hollow"
        yield _node(fact, fact.label, "not asked yet" if kind == "hollow" else "no words stand for it", kind)
        return
    match fact.field:
        case "children_count":
            yield from _counted(fact, "Child", "Children")
        case "real_estate_count":
            yield from _properties(fact, page.facts.get("real_estate_locations"))
        case "real_estate_locations":
            yield from _places(fact)
        case _:
            yield from _items(fact)


def _items(fact: HeldFact) -> Iterator[Node]:
    """A node an item of a list; one for any other value."""
    value = fact.standing.value if fact.standing else None
    if not isinstance(value, list):
        yield _node(fact, fact.label, fact.standing.words if fact.standing else "")
        return
    label = "Business" if fact.field == "business_interests" else fact.label
    yield from _some(fact, [(label, plain(item)) for item in value])


def _counted(fact: HeldFact, one: str, many: str) -> Iterator[Node]:
    """As many nodes as are counted, by number; the record does not name them."""
    number = _number(fact)
    if number is None or not number:
        yield _node(fact, many, "none" if number == 0 else fact.standing.words if fact.standing else "")
        return
    of = "the only one" if number == 1 else f"of {number}"
    yield from _some(fact, [(f"{one} {place}", of) for place in range(1, number + 1)])


def _places(fact: HeldFact) -> Iterator[Node]:
    value = fact.standing.value if fact.standing else None
    listed = value if isinstance(value, list) else [value]
    yield from _some(fact, [("Property", f"in {plain(item)}") for item in listed])


def _properties(fact: HeldFact, places: HeldFact | None) -> Iterator[Node]:
    """Those properties that are counted beyond the ones whose state is said; the number where it tells more."""
    number = _number(fact)
    if not number:
        yield _node(fact, "Properties", "none" if number == 0 else fact.standing.words if fact.standing else "")
        return
    value = places.standing.value if places and places.standing else []
    named = len(value) if isinstance(value, list) else 1
    if named and (named != number or fact.open):
        yield _node(fact, "Properties", counted(number, "property", "properties"))
    yield from _some(fact, [("Property", "place not said") for _ in range(number - named)])


def _number(fact: HeldFact) -> int | None:
    number = finite(fact.standing.value) if fact.standing else None
    return None if number is None else int(number)


def _some(fact: HeldFact, told: list[tuple[str, str]]) -> Iterator[Node]:
    """At most so many nodes, and one that counts the others."""
    for place, (label, words) in enumerate(told[:MOST]):
        yield replace(_node(fact, label, words), id=f"{fact.field}-{place}")
    if len(told) > MOST:
        yield replace(_node(fact, fact.label, f"and {len(told) - MOST:,} more"), id=f"{fact.field}-more")


def _node(fact: HeldFact, label: str, words: str, kind: Kind = "said") -> Node:
    cut = words if len(words) <= _WORDS else f"{words[: _WORDS - 1].rstrip()}…"
    return Node(fact.field, _group(fact.field), fact.field, label, cut, kind)
