"""The Chunker: pieces of the dialogue that can be found, quoted and embedded by themselves."""

from collections.abc import Sequence
from typing import Any, TypedDict

from services.agents.contract import Chunk, DialogueTurn, require

MOST_WORDS = 160  # with speakers' names about 256 word pieces: what the embedding model reads at once


class ChunkerNeeds(TypedDict):
    dialogue: list[DialogueTurn]


class ChunkerGives(TypedDict):
    chunks: list[Chunk]


class ChunkerAgent:
    """Gives ``chunks``: whole turns in a row, of one phase, up to 160 words (a longer turn is a chunk of its own)."""

    name = "Chunker"
    needs = frozenset({"dialogue"})

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        given: ChunkerGives = {"chunks": chunks_of(data["dialogue"])}
        return dict(given)


def chunks_of(dialogue: Sequence[DialogueTurn], most_words: int = MOST_WORDS) -> list[Chunk]:
    """The dialogue in chunks; every turn stands in exactly one of them."""
    groups: list[list[int]] = []
    words = 0
    for index, turn in enumerate(dialogue):
        length = len(turn["text"].split())
        same_phase = bool(groups) and dialogue[groups[-1][-1]]["phase"] == turn["phase"]
        if same_phase and words + length <= most_words:
            groups[-1].append(index)
            words += length
        else:
            groups.append([index])
            words = length
    return [_chunk(dialogue, indexes) for indexes in groups]


def _chunk(dialogue: Sequence[DialogueTurn], indexes: list[int]) -> Chunk:
    turns = [dialogue[index] for index in indexes]
    starts = [turn["start"] for turn in turns if turn["start"] is not None]
    ends = [turn["end"] for turn in turns if turn["end"] is not None]
    return {
        "text": "\n".join(f"{turn['speaker'] or 'Unknown'}: {turn['text']}" for turn in turns),
        "speakers": list(dict.fromkeys(turn["speaker"] or "Unknown" for turn in turns)),
        "start": starts[0] if starts else None,
        "end": ends[-1] if ends else None,
        "phase": turns[0]["phase"],
        "turns": indexes,
    }
