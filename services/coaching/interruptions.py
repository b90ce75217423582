"""Who broke in on whom: by the times of the turns, else by the marks that a transcript puts where a turn breaks off."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Literal, TypedDict

from services.agents.contract import DialogueTurn
from services.coaching.turns import backchannel

LEAST_OVERLAP = 0.2  # seconds
_BREAKS_OFF = re.compile(r"(?:--+|[—–…]|\.\.\.)[\s\"'”’)]*\Z")


class Interruptions(TypedDict):
    """The turns that break in, by who does. ``told_by`` is what tells: times, or marks such as a dash at the end."""

    by_adviser: list[int]
    by_client: list[int]
    told_by: Literal["times", "marks"]


def interruptions(dialogue: Sequence[DialogueTurn]) -> Interruptions | None:
    """The interruptions of a call; None where a side is not known or there is but one turn."""
    if not {"advisor", "client"} <= {turn["side"] for turn in dialogue}:
        return None
    timed = sum(turn["start"] is not None and turn["end"] is not None for turn in dialogue) > len(dialogue) / 2
    found: Interruptions = {"by_adviser": [], "by_client": [], "told_by": "times" if timed else "marks"}
    breaking = _by_times(dialogue) if timed else _by_marks(dialogue)
    for number in breaking:
        if not backchannel(dialogue[number]["text"]):
            found["by_adviser" if dialogue[number]["side"] == "advisor" else "by_client"].append(number)
    return found


def _by_times(dialogue: Sequence[DialogueTurn]) -> Iterator[int]:
    """The turns that begin while a turn of the other side still goes on."""
    last: dict[str, float] = {}  # when the turns of each side so far are over
    for number, turn in enumerate(dialogue):
        side, start, end = turn["side"], turn["start"], turn["end"]
        if side is None:
            continue
        over = last.get("client" if side == "advisor" else "advisor")
        if over is not None and start is not None and round(over - start, 3) >= LEAST_OVERLAP:
            yield number
        if end is not None:
            last[side] = max(end, last.get(side, end))


def _by_marks(dialogue: Sequence[DialogueTurn]) -> Iterator[int]:
    """The turns before which a turn of the other side breaks off."""
    for number, (before, turn) in enumerate(itertools.pairwise(dialogue), 1):
        if {before["side"], turn["side"]} == {"advisor", "client"} and _BREAKS_OFF.search(before["text"]):
            yield number
