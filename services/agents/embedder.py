"""The Embedder: one vector a chunk, for search by meaning."""

import asyncio
from typing import Any, TypedDict

from services.agents.contract import Chunk, require
from services.memory import embedder


class EmbedderNeeds(TypedDict):
    chunks: list[Chunk]


class Embeddings(TypedDict):
    """``vectors`` stand in the order of the chunks; each has length 1 and as many numbers as the model gives."""

    model: str
    vectors: list[list[float]]


class EmbedderGives(TypedDict):
    embeddings: Embeddings


class EmbedderAgent:
    """Gives ``embeddings``; the model works beside the agents of its stage, in a thread of its own."""

    name = "Embedder"
    needs = frozenset({"chunks"})

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        texts = [chunk["text"] for chunk in data["chunks"]]
        vectors = await asyncio.to_thread(embedder.embed, texts)
        given: EmbedderGives = {"embeddings": {"model": embedder.MODEL, "vectors": vectors.tolist()}}
        return dict(given)
