"""The Embedder: one vector a chunk, for search by meaning."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

from services.agents.contract import Chunk, DialogueTurn, require
from services.memory import embedder


class EmbedderNeeds(TypedDict):
    """``known_vectors``: those that the record holds of this call already, by the hash of the text they are of."""

    chunks: list[Chunk]
    dialogue: list[DialogueTurn]
    known_vectors: NotRequired[dict[str, list[float]]]


class Embeddings(TypedDict):
    """``vectors`` stand in the order of the chunks; each has length 1 and as many numbers as the model gives.

    ``hashes`` are the sha256, in hex, of the texts they were made from.
    """

    model: str
    hashes: list[str]
    vectors: list[list[float]]


class EmbedderGives(TypedDict):
    embeddings: Embeddings


class EmbedderAgent:
    """Gives ``embeddings``; the model works beside the agents of its stage, in a thread of its own.

    A text whose vector is known is not worked out again.
    """

    name = "Embedder"
    needs = frozenset({"chunks", "dialogue"})

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        texts = [spoken(data["dialogue"], chunk) for chunk in data["chunks"]]
        hashes = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
        known: dict[str, list[float]] = dict(data.get("known_vectors", {}))
        new = {digest: text for digest, text in zip(hashes, texts, strict=True) if digest not in known}
        if new:
            vectors = await asyncio.to_thread(embedder.embed, list(new.values()))
            known |= dict(zip(new, vectors.tolist(), strict=True))
        embeddings: Embeddings = {
            "model": embedder.MODEL,
            "hashes": hashes,
            "vectors": [known[digest] for digest in hashes],
        }
        given: EmbedderGives = {"embeddings": embeddings}
        return dict(given)


def spoken(dialogue: Sequence[DialogueTurn], chunk: Chunk) -> str:
    """What a chunk's turns say. The names before them are left out: a fifth of the word pieces, and no meaning."""
    return "\n".join(dialogue[turn]["text"] for turn in chunk["turns"])
