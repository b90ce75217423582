"""What the tools give back: values with their calls, for the auditor to score and the strategist to word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.analytics import Figure, Found
from db.answering import Step
from services.copilot.contract import (
    DraftMade,
    Facts,
    FigureOf,
    GroupsOf,
    Listing,
    Objections,
    Passages,
    Raised,
    Related,
    Source,
    Steps,
)
from services.copilot.proof import CallProof, RaisedIn
from services.memory.graph_results import RelatedClient


@dataclass(frozen=True)
class FactsFound:
    """The calls of each client, the newest first, by the client's label."""

    asked: Facts
    calls: Mapping[str, Sequence[CallProof]]


@dataclass(frozen=True)
class FigureFound:
    """A figure, what it is of, examples for it and against it, and what can't be counted."""

    asked: FigureOf
    figure: Figure
    of: Figure
    examples: Sequence[CallProof]
    others: Sequence[CallProof]
    unreadable: int
    undated: int


@dataclass(frozen=True)
class GroupsFound:
    """The figures by group; for shares the group's whole too; some calls of each group."""

    asked: GroupsOf
    groups: Sequence[tuple[str, Figure, Figure | None]]
    total: int
    examples: Mapping[str, Sequence[CallProof]]


@dataclass(frozen=True)
class ListFound:
    """Calls, with how many there are and how many they are of."""

    asked: Listing
    rows: Sequence[Found]
    total: int
    of: int
    calls: Mapping[str, CallProof]
    undated: int


@dataclass(frozen=True)
class StepsFound:
    """Next steps, with how many there are in all; the calls that have none, where those are asked for."""

    asked: Steps
    steps: Sequence[Step]
    total: int
    calls: Mapping[str, CallProof]
    looked_at: int
    without: Sequence[CallProof] = ()


@dataclass(frozen=True)
class Said:
    """Words of a call; ``held`` is the share of what was asked that stands in and around them, from 0 to 1.

    ``near``: how near they are in meaning; ``around``: they, with the turns beside them.
    """

    speaker: str
    words: str
    source: Source
    held: float
    near: float
    around: str = ""


@dataclass(frozen=True)
class PassagesFound:
    """What was said. ``strong``: it is about what was asked, not only what comes nearest. ``calls``: in how many.

    ``within``: the calls that were looked through, where they are few. ``silent``: whose own words are asked for,
    where that person does not speak on the call.
    """

    asked: Passages
    said: Sequence[Said]
    strong: bool
    looked_at: int
    away: str = ""
    calls: int = 0
    within: Sequence[Source] = ()
    silent: str = ""


@dataclass(frozen=True)
class ObjectionsFound:
    """Concerns by call."""

    asked: Objections
    raised: Sequence[tuple[CallProof, RaisedIn]]
    calls: Sequence[CallProof]


@dataclass(frozen=True)
class RaisedFound:
    """Who raised a concern, and out of how many calls."""

    asked: Raised
    raised: Sequence[tuple[CallProof, RaisedIn]]
    total: int
    of: int


@dataclass(frozen=True)
class RelatedFound:
    """Clients who share something; ``calls`` are theirs."""

    asked: Related
    clients: Sequence[RelatedClient]
    away: str = ""


@dataclass(frozen=True)
class DraftFound:
    """The draft, or why there is none; ``unsupported`` are sentences of it that the call does not carry."""

    client: str
    draft: DraftMade | None
    why: str = ""
    unsupported: Sequence[str] = ()
    sources: Sequence[Source] = field(default_factory=tuple)


Result = (
    FactsFound
    | FigureFound
    | GroupsFound
    | ListFound
    | StepsFound
    | PassagesFound
    | ObjectionsFound
    | RaisedFound
    | RelatedFound
    | DraftFound
)
