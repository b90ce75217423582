"""What the copilot remembers with: the index and the graph of this process, as far as they can be reached.

Where the index is away, the words of the newest calls are looked through themselves, and the answer says so.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from services.database import Database
from services.errors import AftercallError
from services.memory import embedder
from services.memory.graph import Graph
from services.memory.index import Index
from services.memory.opening import Memory
from services.memory.search import Filters, Hit, search

T = TypeVar("T")
_MOST_EMBEDDED = 32  # texts of many calls that are compared by meaning for one question
_MOST_KEPT = 4_000  # texts whose meaning is kept: a conversation comes back to the same calls
_kept: OrderedDict[str, Sequence[float]] = OrderedDict()
_lock = threading.Lock()


def _embedded(texts: Sequence[str]) -> list[Sequence[float]]:
    """The meaning of each text; those that were looked at lately are not worked out again."""
    with _lock:
        known = {text: _kept[text] for text in texts if text in _kept}
    left = [text for text in dict.fromkeys(texts) if text not in known]
    known |= dict(zip(left, embedder.embed_builtin(left), strict=True)) if left else {}
    with _lock:
        for text in texts:
            _kept[text] = known[text]
            _kept.move_to_end(text)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return [known[text] for text in texts]


@dataclass(frozen=True)
class Recollection:
    """The index, None where this process has none, and a way to the graph, which gives None where there is none."""

    index: Index | None = None
    graph: Callable[[], Graph | None] = lambda: None

    @classmethod
    def of(cls, memory: Memory) -> "Recollection":
        """What this process keeps open."""
        return cls(memory.index, lambda: memory.graph.graph)

    def find(self, database: Database, question: str, filters: Filters, limit: int) -> tuple[list[Hit], str]:
        """The passages that answer best; and a sentence where the index could not be asked."""
        if self.index is None:
            return [], "The index is kept by another process, so only words were compared."
        try:
            return search(database, self.index, question, filters, limit), ""
        except AftercallError as error:
            return [], f"The index could not be asked, so only words were compared: {error.sentence}"

    def likeness(self, question: str, texts: Sequence[str], most: int = _MOST_EMBEDDED) -> list[float] | None:
        """How near each text is to the question in meaning, from 0 to 1; None where that can't be told at no cost.

        The first ``most`` texts alone are looked at, the others count as far.
        """
        try:
            embeddings = self.index.by_meaning if self.index is not None and texts else None
        except AftercallError:
            return None
        if embeddings is None or embeddings.model != embedder.MODEL:
            return None
        looked_at = texts[:most]
        vectors = _embedded([question, *looked_at])
        near = np.asarray(vectors[1:]) @ np.asarray(vectors[0])
        return [float(each) for each in near] + [0.0] * (len(texts) - len(looked_at))

    def ask_graph(self, question: Callable[[Graph], T]) -> tuple[T | None, str]:
        """What the graph answers; None, and a sentence where it could not be asked."""
        try:
            graph = self.graph()
            return (None, "") if graph is None else (question(graph), "")
        except AftercallError as error:
            return None, f"The graph could not be asked: {error.sentence}"
