"""What the knowledge graph consists of: nodes by label and key, edges by kind, and the part of it that one call tells.

docs/graph.md says what each of them holds. ``key`` is what a node is found by, ``name`` what a person reads. Properties
are texts, numbers, booleans and lists of these; None leaves one out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Label = Literal[
    "Client", "Meeting", "Objection", "Product", "Property", "Business", "Person", "Adviser", "Outcome"
]  # fmt: skip
Kind = Literal[
    "HAD", "RAISED", "DISCUSSED", "OWNS", "MARRIED_TO", "PARENT_OF", "LED", "ENDED_AS",
]  # fmt: skip

LABELS: tuple[Label, ...] = (
    "Client", "Meeting", "Objection", "Product", "Property", "Business", "Person", "Adviser", "Outcome",
)  # fmt: skip
# Which nodes each kind of edge leads from and to.
KINDS: dict[Kind, tuple[tuple[Label, Label], ...]] = {
    "HAD": (("Client", "Meeting"),),
    "RAISED": (("Meeting", "Objection"),),
    "DISCUSSED": (("Meeting", "Product"),),
    "LED": (("Adviser", "Meeting"),),
    "ENDED_AS": (("Meeting", "Outcome"),),
    "OWNS": (("Client", "Property"), ("Client", "Business")),
    "MARRIED_TO": (("Client", "Person"),),
    "PARENT_OF": (("Client", "Person"),),
}
# Those that a client has; the others hang on the meeting, and go with it.
OF_HOUSEHOLD: tuple[Kind, ...] = ("OWNS", "MARRIED_TO", "PARENT_OF")


@dataclass(frozen=True)
class Node:
    """One node. ``props`` hold its name and everything but its key."""

    label: Label
    key: str
    props: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Edge:
    """One edge between two nodes, given by label and key."""

    kind: Kind
    source: tuple[Label, str]
    target: tuple[Label, str]
    props: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SubGraph:
    """All that one call tells. ``meeting`` is the key of its Meeting node: the row's id."""

    meeting: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def meeting_key(transcript_id: int) -> str:
    """The key of a call's Meeting."""
    return str(transcript_id)


def client_key(client_id: int) -> str:
    """The key of a household's Client."""
    return str(client_id)


def folded(words: str) -> str:
    """A name as the key of a node that several calls share: without case and doubled blanks."""
    return " ".join(words.split()).casefold()
