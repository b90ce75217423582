"""Search: the passages that answer a question, by meaning and by words together.

By meaning: the nearest vectors. By words: BM25, where a passage counts only if it holds at least half of the question's
stems; stray matches of one word would push the right passage down. The two lists are joined by reciprocal rank; a
passage that holds all of the question's words outweighs what is only near in meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from db import copies as stored
from services.calls.model import Side
from services.database import Database, translated
from services.memory.engines import Found, Wanted
from services.memory.index import Embeddings, Index
from services.memory.passages import Document, day_number, folded
from services.memory.qdrant_words import places, stems_of_question

DEPTH = 60  # passages of each list that are looked at
RANK = 60  # of reciprocal rank: how little the first places stand out
LEAST = 0.5  # of the question's stems, for a passage to count by its words
ALL_WORDS = 3.0  # what a passage with all of the question's stems counts by its words, against one by its meaning
SAID: tuple[Document, ...] = ("call", "objection")  # what was said, in whole turns or as the client's concern
_MOST_NAMES = 200


@dataclass(frozen=True)
class Filters:
    """What a search is limited to. ``client`` is a part of the name; of several choices, any will do."""

    client: str = ""
    calls: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    phases: tuple[str, ...] = ()
    side: Side | None = None
    outcomes: tuple[str, ...] = ()
    advisers: tuple[str, ...] = ()
    documents: tuple[Document, ...] = SAID


@dataclass(frozen=True)
class Hit:
    """A passage that was found. ``turns`` are indexes in the call's dialogue; ``stems`` those of the question in it.

    ``also`` names what else stands at the same turns.
    """

    id: str
    external_id: str
    document: Document
    text: str
    turns: tuple[int, ...]
    speakers: tuple[str, ...]
    phase: str | None
    start: float | None
    client: str | None
    date: str | None
    outcome: str | None
    score: float
    stems: frozenset[int]
    also: tuple[Document, ...] = ()

    def marks(self, text: str) -> list[tuple[int, int]]:
        """Where words of the question stand in a text: begin and end of each."""
        return places(text, self.stems)


def search(
    database: Database, index: Index, question: str, filters: Filters | None = None, limit: int = 10
) -> list[Hit]:
    """The passages that answer best, the best first. Raises IndexUnavailable, DatabaseUnavailable.

    Where the index is being made anew for another model, and where embeddings are switched off, words alone count.
    """
    wanted = wanted_of(database, filters or Filters())
    return [] if wanted is None else answers(index, question, wanted, limit)


def answers(index: Index, question: str, wanted: Wanted, limit: int = 10) -> list[Hit]:
    """The same, among passages that are wanted."""
    if not question.strip():
        return []
    depth = max(DEPTH, 2 * limit)
    return ranked(question, by_meaning(index, question, wanted, depth), by_words(index, question, wanted, depth))[
        :limit
    ]


def ranked(question: str, meant: Sequence[Found], worded: Sequence[Found]) -> list[Hit]:
    """The two lists of passages as one, the best first."""
    stems = frozenset(stems_of_question(question).numbers)
    return _joined([_hit(found, score, stems) for found, score in _fused(stems, meant, worded)])


def by_meaning(index: Index, question: str, wanted: Wanted, depth: int = DEPTH) -> list[Found]:
    """The passages nearest in meaning; none where there are no vectors to compare with."""
    embeddings = index.by_meaning
    return [] if embeddings is None else index.nearest(_embedded(embeddings, question), wanted, depth)


def by_words(index: Index, question: str, wanted: Wanted, depth: int = DEPTH, least: float = LEAST) -> list[Found]:
    """The passages that hold at least ``least`` of the question's stems, the rarest counting most."""
    stems = stems_of_question(question)
    if not stems.numbers:
        return []
    asked = frozenset(stems.numbers)
    return [each for each in index.worded(stems, wanted, depth) if _share(each, asked) >= least]


def _fused(stems: frozenset[int], meant: Sequence[Found], worded: Sequence[Found]) -> list[tuple[Found, float]]:
    """Both lists by reciprocal rank; by its words a passage counts the more, the more of the stems it holds."""
    known = {each.id: each for each in (*meant, *worded)}
    scores = dict.fromkeys(known, 0.0)
    for place, each in enumerate(meant, start=1):
        scores[each.id] += 1 / (RANK + place)
    for place, each in enumerate(worded, start=1):
        scores[each.id] += ALL_WORDS * _share(each, stems) ** 2 / (RANK + place)
    return [(known[key], scores[key]) for key in sorted(scores, key=lambda key: -scores[key])]


def _share(found: Found, stems: frozenset[int]) -> float:
    """How much of the question's stems a passage holds, 0 to 1."""
    return len(found.stems & stems) / len(stems) if stems else 0.0


def wanted_of(database: Database, filters: Filters) -> Wanted | None:
    """The filters as engines take them; None where nothing can fit."""
    any_of: dict[str, Sequence[str] | Sequence[int]] = {
        field: choices
        for field, choices in (
            ("call", filters.calls),
            ("phase", filters.phases),
            ("sides", (filters.side,) if filters.side else ()),
            ("outcome", filters.outcomes),
            ("advisers", filters.advisers),
            ("document", filters.documents),
        )
        if choices
    }
    if filters.client.strip():
        with translated(), database.session() as session:
            names = stored.client_names(session, filters.client.strip(), _MOST_NAMES)
        if not names:
            return None
        any_of["client_key"] = sorted({folded(name) for name in names})
    return Wanted(any_of, day_number(filters.since), day_number(filters.until))


def _hit(found: Found, score: float, stems: frozenset[int]) -> Hit:
    told: dict[str, Any] = found.payload
    return Hit(
        id=found.id,
        external_id=told["call"],
        document=told["document"],
        text=told["text"],
        turns=tuple(told["turns"]),
        speakers=tuple(told["speakers"]),
        phase=told["phase"],
        start=told["start"],
        client=told["client"],
        date=told["date"],
        outcome=told["outcome"],
        score=score,
        stems=stems,
    )


def _joined(hits: Sequence[Hit]) -> list[Hit]:
    """The hits with objections put to the turns that they were raised in, where those were found too.

    The turns take the better of the two places.
    """
    chunk_at = {
        (hit.external_id, turn): place for place, hit in enumerate(hits) if hit.document == "call" for turn in hit.turns
    }
    joined: dict[int, Hit] = dict(enumerate(hits))
    for place, hit in enumerate(hits):
        if hit.document != "objection":
            continue
        at = next((chunk_at[hit.external_id, turn] for turn in hit.turns if (hit.external_id, turn) in chunk_at), None)
        if at is not None:
            chunk = joined[at]
            also = chunk.also if "objection" in chunk.also else (*chunk.also, hit.document)
            joined[at] = replace(chunk, also=also, score=max(chunk.score, hit.score))
            del joined[place]
    return sorted(joined.values(), key=lambda hit: -hit.score)


@lru_cache(maxsize=256)
def _embedded(embeddings: Embeddings, question: str) -> tuple[float, ...]:
    (vector,) = embeddings.embed([question])
    return tuple(float(number) for number in vector)
