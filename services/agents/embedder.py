"""The Embedder: one vector a chunk, for search by meaning."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NotRequired, TypedDict

from services.agents.contract import Chunk, DialogueTurn, require
from services.memory import embedder
from services.model_faults import ModelFault
from services.model_mind.asking import MindNote


class EmbedderNeeds(TypedDict):
    """``known_vectors``: those that the record holds of this call already, by the hash of the text they are of.

    ``known_vectors_model`` is the model that gave them; unset: the builtin one.
    """

    chunks: list[Chunk]
    dialogue: list[DialogueTurn]
    known_vectors: NotRequired[dict[str, list[float]]]
    known_vectors_model: NotRequired[str]


class Embeddings(TypedDict):
    """``vectors`` stand in the order of the chunks; each has length 1 and as many numbers as the model gives.

    ``hashes`` are the sha256, in hex, of the texts they were made from.
    """

    model: str
    hashes: list[str]
    vectors: list[list[float]]


class EmbedderGives(TypedDict):
    embeddings: Embeddings
    embedder_mind: MindNote


class EmbedderAgent:
    """Gives ``embeddings``; the model works beside the agents of its stage, in a thread of its own.

    A text whose vector is known is not worked out again. Where MODEL_EMBED's server gives none, the builtin model
    gives them all, under its own name, and ``embedder_mind`` says why.
    """

    name = "Embedder"
    needs = frozenset({"chunks", "dialogue"})

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        texts = [spoken(data["dialogue"], chunk) for chunk in data["chunks"]]
        given = await asyncio.to_thread(_embedded, texts, data)
        return dict(given)


def _embedded(texts: list[str], data: Mapping[str, Any]) -> EmbedderGives:
    """By the server of MODEL_EMBED where it can be asked, else by the builtin model."""
    if not embedder.is_served():
        return {"embeddings": _of_builtin(texts, data), "embedder_mind": {"source": "builtin"}}
    try:
        model = embedder.model_name()
        embeddings = _by(model, texts, data, partial(_served, data))
    except ModelFault as fault:
        instead = f"{fault} The builtin embedding model did this call's passages."
        return {"embeddings": _of_builtin(texts, data), "embedder_mind": {"source": "builtin", "instead": instead}}
    return {"embeddings": embeddings, "embedder_mind": {"source": "model", "model": model}}


def _of_builtin(texts: list[str], data: Mapping[str, Any]) -> Embeddings:
    return _by(embedder.MODEL, texts, data, embedder.embed_builtin)


def _served(data: Mapping[str, Any], texts: list[str]) -> embedder.Vectors:
    call = data.get("call")
    external_id = call.external_id if call is not None else data.get("transcript_id")
    return embedder.embed(texts, data.get("run_id"), external_id)


def _by(
    model: str, texts: list[str], data: Mapping[str, Any], embed: Callable[[list[str]], embedder.Vectors]
) -> Embeddings:
    """The texts' vectors by a model; those that it gave of the same texts before are not asked for again."""
    hashes = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
    same = data.get("known_vectors_model", embedder.MODEL) == model
    known: dict[str, list[float]] = dict(data.get("known_vectors", {})) if same else {}
    new = {digest: text for digest, text in zip(hashes, texts, strict=True) if digest not in known}
    if new:
        known |= dict(zip(new, embed(list(new.values())).tolist(), strict=True))
    return {"model": model, "hashes": hashes, "vectors": [known[digest] for digest in hashes]}


def spoken(dialogue: Sequence[DialogueTurn], chunk: Chunk) -> str:
    """What a chunk's turns say. The names before them are left out: a fifth of the word pieces, and no meaning."""
    return "\n".join(dialogue[turn]["text"] for turn in chunk["turns"])
