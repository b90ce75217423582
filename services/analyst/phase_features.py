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
_TOKEN = re.compile(r"[a-z']+|\d+|\$|\?")

Features = dict[str, float]


def words_of(text: str) -> list[str]:
    """Lower-case words of a text; every number is ``#``."""
    return ["#" if token[0].isdigit() else token for token in _TOKEN.findall(fold(text))]


def grams_of(words: Sequence[str]) -> set[str]:
    """The words, and every two that stand side by side."""
    return {*words, *(f"{one}_{two}" for one, two in pairwise(words))}


def features(turns: Sequence[Mapping[str, Any]], cues: Sequence[Mapping[str, float]]) -> Iterator[Features]:
    """The features of every turn. ``cues`` holds, for each turn, how strongly its words are a phase's, by its name."""
    for kinds in features_by_kind(turns, cues):
        yield {f"{kind}:{name}" if kind else name: value for kind, found in kinds for name, value in found.items()}


def features_by_kind(
    turns: Sequence[Mapping[str, Any]], cues: Sequence[Mapping[str, float]]
) -> Iterator[list[tuple[str, Features]]]:
    """The same, apart: what a name says begins with its kind and a colon; without a kind it is the name alone."""
    words = [words_of(turn["text"]) for turn in turns]
    near = [dict.fromkeys(said, NEIGHBOUR) for said in words]
    places = places_in_call(len(turns)).tolist()
    for index, own in enumerate(own_features(turns, words, cues)):
        around = range(max(-REACH, -index), min(REACH + 1, len(turns) - index))
        place = ("place", {str(bump): height for bump, height in enumerate(places[index])})
        yield [*own[:2], *((str(away), near[index + away]) for away in around if away), *own[2:], place]


def own_features(
    turns: Sequence[Mapping[str, Any]], words: Sequence[Sequence[str]], cues: Sequence[Mapping[str, float]]
) -> Iterator[list[tuple[str, Features]]]:
    """The same without the neighbours' words and the place; ``words`` are every turn's."""
    last = len(turns) - 1
    for index, turn in enumerate(turns):
        side, grams = str(turn.get("side")), dict.fromkeys(grams_of(words[index]), 1.0)
        found = [(side, grams), ("word", grams)]
        for away, strength in CUE_REACH.items():
            if 0 <= index + away <= last and (met := cues[index + away]):
                found.append((f"cue{away}", {phase: weight * strength for phase, weight in met.items()}))
        found.append(("side", {side: 1.0}))
        length = len(words[index])
        shape = {"asks": "?" in words[index], "short": length < SHORT, "long": length > LONG,
                 "first": index < 2, "last": index >= last - 2}  # fmt: skip
        found.append(("", {name: 1.0 for name, holds in shape.items() if holds}))
        yield found


def places_in_call(turns: int) -> npt.NDArray[np.float64]:
    """Where each turn stands in a call of so many: a row a turn, a column a bump that it is near to or far from."""
    places = (np.arange(turns)[:, None] + 0.5) / max(turns, 1)
    bumps = (np.arange(PLACES) + 0.5) / PLACES
    heights: npt.NDArray[np.float64] = 1.5 * np.exp(-(((places - bumps) / 0.08) ** 2) / 2)
    return heights
