"""Words as stems that both engines count alike: Qdrant's own tokens, stop words and stemmer, for English."""

import re
from functools import lru_cache

from qdrant_edge import Bm25, Bm25Config

from services.memory.engines import Stems

AVERAGE_WORDS = 60  # stems of a chunk that are no stop words: what BM25 takes for a passage of usual length
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@lru_cache(maxsize=1)
def _model() -> Bm25:
    return Bm25(Bm25Config(language="english", avg_len=AVERAGE_WORDS, ascii_folding=True))


def stems_of_passage(text: str) -> Stems:
    """The stems of a passage, each with its part of BM25 but for how rare it is, which the engine counts."""
    vector = _model().embed_document(text)
    return Stems(vector.indices, vector.values)


def stems_of_question(text: str) -> Stems:
    """The distinct stems of a question, stop words left out."""
    vector = _model().embed_query(text)
    return Stems(vector.indices, vector.values)


def places(text: str, stems: frozenset[int]) -> list[tuple[int, int]]:
    """Where the words of these stems stand in a text: begin and end of each."""
    return [(word.start(), word.end()) for word in _WORD.finditer(text) if stems.intersection(_stems_of_word(word[0]))]


@lru_cache(maxsize=10_000)
def _stems_of_word(word: str) -> frozenset[int]:
    return frozenset(_model().embed_query(word).indices)
