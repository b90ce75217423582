"""A call in as many parts as the model's context needs: one where it fits, else by its phases.

Every part begins with a few turns of the one before it, so that an answer is read with its question.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from services.model_ledger import CHARACTERS_A_TOKEN
from services.model_mind.fence import turn_line

OVERLAP = 2  # turns
LEAST_ROOM = 400  # characters of a call without which there is no use in asking
_FRAME = 300  # characters around the words: marks, the sentence that asks, a spare
_HEAD = 90  # characters before a turn's words, at most


@dataclass(frozen=True)
class Window:
    """One part of a call: turns with their indexes in the dialogue. A turn that is too long comes in pieces."""

    number: int
    turns: tuple[tuple[int, Mapping[str, Any]], ...]


@dataclass(frozen=True)
class _Piece:
    """A turn, or a piece of one; ``length`` in characters as it stands in a question."""

    index: int
    turn: Mapping[str, Any]
    length: int


def room_for(context: int, most_tokens: int, asked: int) -> int:
    """How many characters of a call fit a context of so many tokens, beside an answer and what is ``asked`` with it.

    Less than ``LEAST_ROOM`` where that is too few to ask at all.
    """
    return int((context - most_tokens) * CHARACTERS_A_TOKEN) - asked - _FRAME


def windows(dialogue: Sequence[Mapping[str, Any]], room: int) -> list[Window]:
    """The call in parts of at most ``room`` characters as they stand in a question. Every word is in one of them."""
    room = max(room, LEAST_ROOM)
    pieces = [piece for index, turn in enumerate(dialogue) for piece in _pieces(index, turn, room)]
    parts = [pieces] if _length(pieces) <= room else list(_packed(pieces, room))
    return [Window(number, tuple((each.index, each.turn) for each in part)) for number, part in enumerate(parts)]


def _packed(pieces: Sequence[_Piece], room: int) -> Iterator[list[_Piece]]:
    """Phases in a row as long as they fit together; a phase that fits nowhere is split where it has to be."""
    now: list[_Piece] = []
    used = 0
    for _, phase in groupby(pieces, key=lambda piece: piece.turn.get("phase")):
        turns = list(phase)
        if now and used + _length(turns) > room and _length(_end_of(now, room, turns[0])) + _length(turns) <= room:
            yield now
            now = _end_of(now, room, turns[0])
            used = _length(now)
        for turn in turns:
            if now and used + turn.length > room:
                yield now
                now = _end_of(now, room, turn)
                used = _length(now)
            now.append(turn)
            used += turn.length
    if now:
        yield now


def _end_of(part: Sequence[_Piece], room: int, after: _Piece) -> list[_Piece]:
    """The last turns of a part, as far as they leave most of the room to what comes after."""
    kept: list[_Piece] = []
    for turn in reversed(part[-OVERLAP:]):
        if _length([turn, *kept]) > min(room // 4, room - after.length):
            break
        kept.insert(0, turn)
    return kept


def _pieces(index: int, turn: Mapping[str, Any], room: int) -> Iterator[_Piece]:
    """A turn, or the pieces of one that is too long, cut between words where there are any."""
    whole = _piece(index, turn)
    if whole.length <= room:
        yield whole
        return
    text, most, start = str(turn.get("text") or ""), room - _HEAD, 0
    while start < len(text):
        end = min(len(text), start + most)
        space = text.rfind(" ", start + most // 2, end)
        end = space if end < len(text) and space > start else end
        yield _piece(index, {**turn, "text": text[start:end]})
        start = end


def _piece(index: int, turn: Mapping[str, Any]) -> _Piece:
    return _Piece(index, turn, len(turn_line(index, turn)) + 1)


def _length(pieces: Sequence[_Piece]) -> int:
    return sum(piece.length for piece in pieces)
