"""The engines that the index can be in, for tests: the embedded one, Qdrant's local mode, and a server if one is named.

``QDRANT_TEST_URL`` names a server for tests. Its collections of ours are emptied.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from services.memory.engines import Engine
from services.memory.index import Embeddings
from services.memory.qdrant_embedded import EmbeddedEngine
from services.memory.qdrant_server import ServerEngine

ENGINES = ["edge", "memory", "server"]
SIZE = 16


def engine_of(kind: str, folder: Path) -> Engine:
    """A new, empty engine; the test is skipped where there is none of the kind."""
    if kind == "edge":
        return EmbeddedEngine(folder)
    url = os.environ.get("QDRANT_TEST_URL") if kind == "server" else ":memory:"
    if url is None:
        pytest.skip("QDRANT_TEST_URL names no server")
    engine = ServerEngine(url)
    empty(engine)
    return engine


def empty(engine: Engine) -> None:
    """Drops every collection of ours."""
    for name in engine.names():
        engine.drop(name)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Each engine in turn."""
    made = engine_of(request.param, tmp_path / "index")
    yield made
    if request.param != "edge":
        empty(made)
    made.close()


def embedded(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Made-up embeddings: texts that share letters lie near one another."""
    vectors = np.zeros((len(texts), SIZE), dtype=np.float32)
    for row, text in enumerate(texts):
        for letter in text.lower():
            vectors[row, ord(letter) % SIZE] += 1
    unit: npt.NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


LETTERS = Embeddings("letters", SIZE, embedded)
