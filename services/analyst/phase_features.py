"""What a turn shows of the phase it belongs to: its words, its neighbours' words, its place, the playbook's cues.

The same features teach the weights (``bench/train_phases.py``) and are weighed by them (``phases.py``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from services.playbooks.cues import fold

REACH = 3  # neighbours on either side whose words count
PLACES = 10  # bumps over the length of a call
CUE_REACH = {0: 0.5, -1: 0.25, 1: 0.25, -2: 0.15, 2: 0.15}
NEIGHBOUR = 0.5
SHORT, LONG = 4, 40
SHAPES = ("asks", "short", "long", "first", "last")
_TOKEN = re.compile(r"[a-z']+|\d+|\$|\?")

Features = dict[str, float]


def words_of(text: str) -> list[str]:
    """Lower-case words of a text; every number is ``#``."""
    return ["#" if token[0].isdigit() else token for token in _TOKEN.findall(fold(text))]


def grams_of(words: Sequence[str]) -> set[str]:
    """The words, and every two that stand side by side."""
    return {*words, *map("_".join, pairwise(words))}


def features(turns: Sequence[Mapping[str, Any]], cues: Sequence[Mapping[str, float]]) -> Iterator[Features]:
    """The features of every turn; what a name says begins with its kind and a colon, where it has one.

    ``cues`` holds, for each turn, how strongly its words are a phase's, by its name.
    """
    words = [words_of(turn["text"]) for turn in turns]
    shapes, places = shapes_in_call(words), places_in_call(len(turns))
    for index, turn in enumerate(turns):
        side, grams = str(turn.get("side")), grams_of(words[index])
        found = {f"side:{side}": 1.0}
        found |= {f"{kind}:{gram}": 1.0 for gram in grams for kind in (side, "word")}
        for away in range(max(-REACH, -index), min(REACH + 1, len(turns) - index)):
            found |= {f"{away}:{word}": NEIGHBOUR for word in words[index + away] if away}
            reach = CUE_REACH.get(away, 0.0)
            found |= {f"cue{away}:{phase}": reach * met for phase, met in cues[index + away].items() if reach}
        found |= {name: 1.0 for name, holds in zip(SHAPES, shapes[index], strict=True) if holds}
        yield found | {f"place:{bump}": float(height) for bump, height in enumerate(places[index])}


def shapes_in_call(words: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
    """Which of ``SHAPES`` each turn has: a row a turn. ``words`` are every turn's."""
    last = len(words) - 1
    return np.array(
        [
            ("?" in said, len(said) < SHORT, len(said) > LONG, index < 2, index >= last - 2)
            for index, said in enumerate(words)
        ]
    )


def places_in_call(turns: int) -> npt.NDArray[np.float64]:
    """Where each turn stands in a call of so many: a row a turn, a column a bump that it is near to or far from."""
    places = (np.arange(turns)[:, None] + 0.5) / max(turns, 1)
    bumps = (np.arange(PLACES) + 0.5) / PLACES
    heights: npt.NDArray[np.float64] = 1.5 * np.exp(-(((places - bumps) / 0.08) ** 2) / 2)
    return heights
