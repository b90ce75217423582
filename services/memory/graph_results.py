"""What the named queries of the graph answer with. Every answer carries its sources: calls, turns, words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Source:
    """Where something is said: the call's external id, the turn from 0 (None: not known) and the words, if any."""

    call: str
    turn: int | None = None
    quote: str | None = None


@dataclass(frozen=True)
class RaisedObjection:
    """A client's concern in one call, how the adviser answered, and how the call ended (None: not known)."""

    client: int
    client_name: str
    call: str
    date: str | None
    category: str
    answer: str | None
    answer_turn: int | None
    ended: str | None
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class RelatedClient:
    """Another client who has something in common with one: ``shared`` are the names of what they share.

    The sources are the other's calls.
    """

    client: int
    name: str
    by: Literal["product", "business", "adviser"]
    shared: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ObjectionOutcome:
    """In how many calls a concern was raised that ended so (None: not known); the sources are some of them."""

    category: str
    outcome: str | None
    calls: int
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ClientAdviser:
    """One of the firm's people in a client's calls; ``main`` says in how many of them nobody of the firm said more."""

    name: str
    calls: int
    main: int
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class HouseholdPerson:
    """Somebody of a client's household. A child is numbered, not named; ``state`` is the proof's, or 'human'."""

    name: str
    role: Literal["spouse", "child"]
    state: str | None
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Holding:
    """What a client owns: a property (``place`` is its state, where that was said) or a business."""

    name: str
    of: Literal["property", "business"]
    place: str | None
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ProductPair:
    """Two products that were talked about in one call, and in how many calls; the sources are some of them."""

    one: str
    other: str
    calls: int
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ClientMeeting:
    """One of a client's calls."""

    call: str
    date: str | None
    title: str
    outcome: str | None
    stage: str | None
    amount: float | None


@dataclass(frozen=True)
class FoundClient:
    """A client by the words of its name."""

    client: int
    name: str
    state: str | None


Row = Mapping[str, Any]


def sources_of(row: Row) -> tuple[Source, ...]:
    """The sources of a row with ``call_id``, ``quotes`` and ``turns``; the call alone where nothing is quoted."""
    quotes, turns = row.get("quotes") or [], row.get("turns") or []
    told = tuple(Source(row["call_id"], turn_of(turn), quote) for quote, turn in zip(quotes, turns, strict=False))
    return told or (Source(row["call_id"]),)


def examples_of(row: Row) -> tuple[Source, ...]:
    """The sources of a row with lists ``calls`` and ``turns`` of equal length, in the order of their calls."""
    told = {Source(call, turn_of(turn)) for call, turn in zip(row["calls"], row["turns"], strict=True)}
    return tuple(sorted(told, key=lambda each: (each.call, -1 if each.turn is None else each.turn)))


def turn_of(value: Any) -> int | None:
    """A turn as the graph holds it, where -1 stands for one that is not known."""
    return int(value) if isinstance(value, int | float) and value >= 0 else None


def by_name(rows: Sequence[Row], *names: str) -> Iterator[tuple[tuple[Any, ...], list[Row]]]:
    """Rows that agree in these columns together, in the order in which they first come."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    yield from groups.items()


def all_sources(rows: Sequence[Row]) -> tuple[Source, ...]:
    """The sources of several rows, each once."""
    return tuple(dict.fromkeys(source for row in rows for source in sources_of(row)))
