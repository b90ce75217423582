"""What the graph should answer, worked out in plain Python over the sub-graphs of all calls; and made-up calls."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from services.memory.graph_builder import HouseholdOf, subgraph_of
from services.memory.graph_model import Edge, Kind, Label, SubGraph, client_key, folded
from services.memory.graph_results import RaisedObjection, Source

PRODUCTS = ("Revocable Living Trust", "Will", "Power of Attorney", "Deed Transfer", "Straße & Söhne Trust")
OBJECTIONS = ("Price", "Too complex", "Spouse or family must decide", "Not now")
OUTCOMES = ("Won", "Lost", "Pending", "Follow-up Scheduled")
BUSINESSES = ("Spoke & Mirrors", 'Pearl\'s "Tips"', "O'Hara Bakery", "日本 Imports")
ADVISERS = ("Nora Quist", "Jude Kowalczyk", "Beatrix Nakagawa")
STATES = ("OH", "GA", "FL")
SPOUSES = ("Jens", "Mia", "Lou")


@dataclass(frozen=True)
class MadeUp:
    """A made-up row of ``transcripts``."""

    id: int
    external_id: str
    crm_data: Any
    extracted_data: Any
    dialogue: Any
    call: Any = None


def made_up(chance: random.Random, number: int) -> MadeUp:
    """A call with random findings of every state, some of them in the record, some not."""
    adviser = chance.choice([*ADVISERS, "Speaker 1"])
    dialogue = [
        {"speaker": adviser if turn % 2 else "Client", "side": "advisor" if turn % 2 else "client",
         "text": f"Words of turn {turn} and some more."}
        for turn in range(chance.randint(0, 12))
    ]  # fmt: skip
    crm: dict[str, Any] = {"client_name": f"Client {number}", "deal_stage": chance.choice(["New", "Won", None])}
    crm["meeting_date"] = chance.choice([None, f"2026-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"])
    facts: dict[str, Any] = {}
    said: list[tuple[str, Any]] = [
        ("spouse_name", chance.choice(SPOUSES)),
        ("children_count", chance.randint(0, 4)),
        ("real_estate_locations", chance.choices(STATES, k=chance.randint(1, 3))),
        ("real_estate_count", chance.randint(0, 4)),
        ("business_interests", chance.sample(BUSINESSES, chance.randint(1, 2))),
        ("deal_amount", chance.choice([4500, 2750.5])),
    ]
    for name, value in said:
        facts[name] = proof(chance, value=value)
        crm[name] = value if chance.random() < 0.7 else None
    extracted: dict[str, Any] = {
        "facts": facts,
        "outcome": proof(chance, value=chance.choice(OUTCOMES)),
        "objections": [proof(chance, category=each) for each in chance.sample(OBJECTIONS, chance.randint(0, 3))],
        "products_discussed": [proof(chance, value=each) for each in chance.sample(PRODUCTS, chance.randint(0, 4))],
    }
    crm["outcome"] = extracted["outcome"]["value"]
    crm["objections"] = [each["category"] for each in extracted["objections"]] or None
    crm["products_discussed"] = [each["value"] for each in extracted["products_discussed"]] or None
    return MadeUp(number, f"call-{number}", crm, extracted, dialogue)


def proof(chance: random.Random, **said: Any) -> dict[str, Any]:
    """A finding of a random state, with quotes of turns that may not be there."""
    state = chance.choices(["verified", "paraphrased", "unsupported"], [6, 2, 2])[0]
    turns = chance.sample(range(14), chance.randint(0, 2))
    return {
        **said,
        "state": state,
        "source": "builtin",
        "evidence": [{"turn": t, "quote": f"words {t}"} for t in turns],
    }


def random_subgraph(chance: random.Random, number: int) -> SubGraph:
    """The sub-graph of a made-up call of one of a few households."""
    household = chance.randint(1, 4)
    said = chance.choice([(), ("spouse_name", "objections"), ("products_discussed", "real_estate_locations")])
    return subgraph_of(made_up(chance, number), HouseholdOf(household, f"Household {household}", state="OH"), said)


class Reference:
    """All sub-graphs that stand, and what follows of them."""

    def __init__(self) -> None:
        self.calls: dict[str, SubGraph] = {}

    def counts(self) -> dict[str, int]:
        """How many nodes of each label and edges of each kind there are."""
        nodes = {(node.label, node.key) for call in self.calls.values() for node in call.nodes}
        found: Counter[str] = Counter(label for label, _ in nodes)
        found.update(edge.kind for _, edge in self.edges())
        return dict(found)

    def edges(self, *kinds: Kind) -> Iterator[tuple[SubGraph, Edge]]:
        """All edges of these kinds, each with its call."""
        for call in self.calls.values():
            yield from ((call, edge) for edge in call.edges if not kinds or edge.kind in kinds)

    def prop(self, call: SubGraph, label: Label, name: str, key: str | None = None) -> Any:
        """A property of the node of a label in a call: of the one with that key, or of the only one."""
        nodes = (node for node in call.nodes if node.label == label and key in (None, node.key))
        return next(nodes).props.get(name)

    def client(self, call: SubGraph) -> int:
        """The household of a call."""
        return int(next(node.key for node in call.nodes if node.label == "Client"))

    def ended(self, call: SubGraph) -> str | None:
        """How a call ended."""
        return next((edge.target[1] for edge in call.edges if edge.kind == "ENDED_AS"), None)

    def raised(self, client: int | None = None, category: str | None = None, but: int | None = None) -> set[Any]:
        """Who raised what: (client, call, category, answer's turn, how it ended, folded)."""
        return {
            (
                self.client(call),
                self.prop(call, "Meeting", "call_id"),
                edge.target[1],
                edge.props.get("answer_turn"),
                self.ended(call),
            )
            for call, edge in self.edges("RAISED")
            if client in (None, self.client(call))
            if category is None or folded(category) == edge.target[1]
            if self.client(call) != but
        }

    def related(self, client: int, kind: Kind, label: Label) -> dict[int, int]:
        """With how many nodes of a label each other client is connected that this one is connected with, too."""
        of: dict[int, set[str]] = {}
        for call, edge in self.edges(kind):
            ends = [end[1] for end in (edge.source, edge.target) if end[0] == label]
            of.setdefault(self.client(call), set()).update(ends)
        mine = of.pop(client, set())
        return {other: len(mine & theirs) for other, theirs in of.items() if mine & theirs}

    def together(self) -> Counter[tuple[str, str]]:
        """In how many calls two products were talked about, by their folded names in both orders."""
        found: Counter[tuple[str, str]] = Counter()
        for call in self.calls.values():
            found.update(permutations({edge.target[1] for edge in call.edges if edge.kind == "DISCUSSED"}, 2))
        return found

    def belongings(self, client: int, kind: Kind) -> set[tuple[str, str]]:
        """What hangs on a client: (key of the node, call)."""
        wanted = client_key(client)
        return {
            (edge.target[1], edge.props["call_id"]) for _, edge in self.edges(kind) if edge.source == ("Client", wanted)
        }


def told(found: list[RaisedObjection]) -> set[Any]:
    """What was found, in the form of ``Reference.raised``."""
    return {
        (each.client, each.call, folded(each.category), each.answer_turn, folded(each.ended) if each.ended else None)
        for each in found
    }


def calls_of(sources: tuple[Source, ...]) -> set[str]:
    """The calls that sources name."""
    return {source.call for source in sources}
