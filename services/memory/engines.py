"""What the index asks of an engine that keeps passages: the same of the embedded one and of a server."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, runtime_checkable

from services.memory.copies import CopyUnavailable

DENSE, WORDS = "meaning", "words"  # the names of a point's two vectors
KEYWORDS = ("call", "document", "phase", "sides", "client_key", "advisers", "outcome")
NUMBERS = ("transcript", "day")
HELD = ("transcript", "hash", "facts_hash")  # of a payload, what tells whether a passage has to be written again
C = TypeVar("C")


class IndexUnavailable(CopyUnavailable):
    """The index can't be reached or read."""

    remedy = "Check QDRANT_URL; calls are indexed once it answers."


@dataclass(frozen=True)
class Stems:
    """The word stems of a text as the engines take them: numbers that stand for stems, and what each weighs."""

    numbers: list[int]
    weights: list[float]


@dataclass(frozen=True)
class Point:
    """A passage with its vectors; without ``dense`` it is found by its words alone."""

    id: str
    dense: list[float] | None
    stems: Stems
    payload: dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which passages to look at. Every part that is set has to hold; of one part's choices, any."""

    any_of: Mapping[str, Sequence[str] | Sequence[int]] = field(default_factory=dict)
    day_from: int | None = None
    day_to: int | None = None

    def conditions(
        self, any_of: Callable[[str, list[Any]], C], between: Callable[[str, int | None, int | None], C]
    ) -> list[C]:
        """What has to hold, in an engine's own terms: a field has any of these values, or lies between two."""
        must = [any_of(field, list(choices)) for field, choices in self.any_of.items()]
        if self.day_from is not None or self.day_to is not None:
            must.append(between("day", self.day_from, self.day_to))
        return must


@dataclass(frozen=True)
class Found:
    """A passage that was found, and its stems where they were asked for."""

    id: str
    score: float
    payload: dict[str, Any]
    stems: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Held:
    """A passage as far as it tells whether it has to be written again."""

    id: str
    transcript_id: int
    hash: str
    facts_hash: str


class Collection(Protocol):
    """The passages under one embedding model. Everything may raise IndexUnavailable."""

    name: str

    def put(self, points: Sequence[Point]) -> None:
        """Writes points, in place of those of the same ids."""
        ...

    def set_facts(self, ids: Sequence[str], facts: Mapping[str, Any]) -> None:
        """Writes parts of the payload of points that are there."""
        ...

    def drop(self, ids: Sequence[str]) -> None:
        """Takes points out."""
        ...

    def forget(self, transcripts: Sequence[int]) -> None:
        """Takes all of these calls out; that their bytes go as well is seen to by ``shed``."""
        ...

    def shed(self) -> None:
        """Where calls were forgotten: has what they said leave the disk too, if that is ours."""
        ...

    def held(self, transcripts: Sequence[int] | None = None) -> Iterator[Held]:
        """What is held of these calls, or of all."""
        ...

    def nearest(self, dense: Sequence[float], wanted: Wanted, limit: int) -> list[Found]:
        """The passages nearest in meaning."""
        ...

    def worded(self, stems: Stems, wanted: Wanted, limit: int) -> list[Found]:
        """The passages that hold most of the words, the rarest counting most (BM25), with their stems."""
        ...

    def values(self, field: str, limit: int) -> list[str]:
        """The values of one of KEYWORDS that most passages have."""
        ...

    def count(self) -> int:
        """How many passages it holds."""
        ...


class Engine(Protocol):
    """Keeps collections by name, and knows which of them answers questions. May raise IndexUnavailable."""

    def names(self) -> list[str]:
        """The collections that are there."""
        ...

    def open(self, name: str, size: int | None) -> Collection:
        """A collection for vectors of so many numbers (None: words alone), made where there is none of that name."""
        ...

    def drop(self, name: str) -> None:
        """Takes a collection away, with all it holds."""
        ...

    def serving(self) -> str | None:
        """The collection that answers."""
        ...

    def serve(self, name: str) -> None:
        """Lets a collection answer from now on."""
        ...

    def close(self) -> None:
        """Lets go of everything. May be called twice."""
        ...


@runtime_checkable
class OwnFolder(Protocol):
    """What an engine can do beside that whose collections are files of ours alone."""

    def begin_anew(self, why: str) -> None:
        """Throws all collections away. Raises CopyUnavailable where no new ones could be made."""
        ...


def found_of(points: Iterable[Any]) -> list[Found]:
    """What was found, out of the points as either of Qdrant's libraries gives them; the stems where they were asked."""
    return [Found(str(each.id), each.score, each.payload or {}, _stems_of(each.vector)) for each in points]


def held_of(record: Any) -> Held:
    """What is held, out of a record as either of Qdrant's libraries gives it with the fields HELD."""
    payload = record.payload or {}
    return Held(str(record.id), *(payload[name] for name in HELD))


def _stems_of(vector: Any) -> frozenset[int]:
    return frozenset(vector[WORDS].indices) if isinstance(vector, dict) and WORDS in vector else frozenset()
