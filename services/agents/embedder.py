"""The Embedder: one vector a chunk, for search by meaning."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypedDict

from services.agents.contract import Chunk, DialogueTurn, require
from services.memory import embedder


class EmbedderNeeds(TypedDict):
    chunks: list[Chunk]
    dialogue: list[DialogueTurn]


class Embeddings(TypedDict):
    """``vectors`` stand in the order of the chunks; each has length 1 and as many numbers as the model gives."""

    model: str
    vectors: list[list[float]]


class EmbedderGives(TypedDict):
    embeddings: Embeddings


class EmbedderAgent:
    """Gives ``embeddings``; the model works beside the agents of its stage, in a thread of its own."""

    name = "Embedder"
    needs = frozenset({"chunks", "dialogue"})

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        texts = [spoken(data["dialogue"], chunk) for chunk in data["chunks"]]
        vectors = await asyncio.to_thread(embedder.embed, texts)
        given: EmbedderGives = {"embeddings": {"model": embedder.MODEL, "vectors": vectors.tolist()}}
        return dict(given)


def spoken(dialogue: Sequence[DialogueTurn], chunk: Chunk) -> str:
    """What a chunk's turns say, without the names before them: a fifth fewer word pieces, and the meaning is in these."""
    return "\n".join(dialogue[turn]["text"] for turn in chunk["turns"])
