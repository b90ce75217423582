"""What was found, in its dialogue: the turns around a passage, as the record has them now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db import copies as stored
from services.calls.model import Side
from services.database import Database, translated
from services.json_words import finite, is_missing, plain
from services.memory.search import Hit


@dataclass(frozen=True)
class Line:
    """One turn. ``number`` is its index in the dialogue, ``found`` says that it belongs to the passage."""

    number: int
    speaker: str | None
    side: Side | None
    start: float | None
    text: str
    found: bool


@dataclass(frozen=True)
class Context:
    """A hit with the turns around it; no lines where it is no part of the dialogue, or not any more."""

    hit: Hit
    lines: tuple[Line, ...]


def in_context(database: Database, hits: Sequence[Hit], beside: int = 1) -> list[Context]:
    """The hits in their dialogues, with so many turns before and after. Those whose call is gone are left out."""
    with translated(), database.session() as session:
        dialogues = stored.dialogues(session, {hit.external_id for hit in hits})
    return [
        Context(hit, _lines(dialogues[hit.external_id], hit.turns, beside))
        for hit in hits
        if hit.external_id in dialogues
    ]


def _lines(dialogue: Any, turns: Sequence[int], beside: int) -> tuple[Line, ...]:
    told: list[Any] = dialogue if isinstance(dialogue, list) else []
    known = [turn for turn in turns if turn < len(told)]
    if not known:
        return ()
    shown = range(max(0, known[0] - beside), min(len(told), known[-1] + beside + 1))
    return tuple(_line(number, told[number], number in known) for number in shown)


def _line(number: int, turn: Any, found: bool) -> Line:
    known: Mapping[str, Any] = turn if isinstance(turn, dict) else {"text": turn}
    speaker, side = known.get("speaker"), known.get("side")
    return Line(
        number=number,
        speaker=None if is_missing(speaker) else plain(speaker),
        side=side if side in ("advisor", "client") else None,
        start=finite(known.get("start")),
        text="" if is_missing(known.get("text")) else plain(known.get("text")),
        found=found,
    )
