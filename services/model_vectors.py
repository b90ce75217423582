"""Texts on their way to an embeddings server, in batches, and the vectors that come back, checked."""

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from services.model_faults import BadAnswer, ModelAway, ModelFault, TooLong
from services.model_replies import fault_within

MOST_TEXTS = 64  # of one request; servers take more, and small ones take long for more
MOST_CHARACTERS = 60_000  # of one request's texts together
_LONGER = "Use an embeddings model that takes longer texts."
_BAD = "The embeddings model gave something else than a vector for each text."


def batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in their order, as many at once as a request may hold. An empty one is sent as a space."""
    batch: list[str] = []
    room = MOST_CHARACTERS
    for text in texts:
        if batch and (len(batch) == MOST_TEXTS or len(text) > room):
            yield batch
            batch, room = [], MOST_CHARACTERS
        batch.append(text or " ")  # OpenAI's server refuses an empty text
        room -= len(text)
    if batch:
        yield batch


def read(body: str, count: int, model: str) -> tuple[list[list[float]], int | None]:
    """The vectors of a server's answer with a status of 200, in the texts' order, and its tokens where it tells them.

    Raises ModelFault.
    """
    try:
        given = json.loads(body)
    except ValueError:
        raise ModelAway("The model's server answered with something that can't be read.") from None
    if not isinstance(given, dict) or not isinstance(given.get("data"), list):
        raise _fault_in(given, model)
    vectors: dict[int, list[float]] = {}
    for place, each in enumerate(given["data"]):
        if not isinstance(each, dict) or not _is_vector(each.get("embedding")):
            raise BadAnswer(_BAD)
        index = each.get("index")
        vectors[index if isinstance(index, int) else place] = [float(number) for number in each["embedding"]]
    if sorted(vectors) != list(range(count)):
        raise BadAnswer(_BAD)
    usage = given.get("usage")
    tokens = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return [vectors[index] for index in range(count)], tokens if isinstance(tokens, int) else None


def check_alike(vectors: Sequence[Sequence[float]]) -> None:
    """Raises BadAnswer unless all vectors are of one length."""
    if len({len(vector) for vector in vectors}) > 1:
        raise BadAnswer("The embeddings model gave vectors of different lengths.")


def _is_vector(value: Any) -> bool:
    numbers = isinstance(value, list) and bool(value) and all(type(each) in (int, float) for each in value)
    return numbers and all(math.isfinite(each) for each in value) and any(value)


def _fault_in(given: Any, model: str) -> ModelFault:
    error = given.get("error") if isinstance(given, dict) else None
    if isinstance(error, str | dict) and "too large" in str(error)[:400]:
        return TooLong(
            "A passage is longer than the embeddings model takes.", remedy="Use a model that takes longer texts."
        )
    return fault_within(error, model)
