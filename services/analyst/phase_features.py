"""What a turn shows of the phase it belongs to: its words, its neighbours' words, its place, the playbook's cues.

The same features teach the weights (``bench/train_phases.py``) and are weighed by them (``phases.py``).
"""

import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

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


def features(turns: Sequence[Mapping[str, Any]], cues: Sequence[Mapping[str, float]]) -> list[Features]:
    """The features of every turn. ``cues`` holds, for each turn, how strongly its words are a phase's, by its name."""
    words = [words_of(turn["text"]) for turn in turns]
    return [_of_turn(index, turns, words, cues) for index in range(len(turns))]


def _of_turn(
    index: int, turns: Sequence[Mapping[str, Any]], words: Sequence[Sequence[str]], cues: Sequence[Mapping[str, float]]
) -> Features:
    side, last = turns[index].get("side"), len(turns) - 1
    found: Features = {}
    for gram in grams_of(words[index]):
        found[f"{side}:{gram}"] = found[f"word:{gram}"] = 1.0
    for away in range(-REACH, REACH + 1):
        if away and 0 <= index + away <= last:
            found |= {f"{away}:{word}": NEIGHBOUR for word in words[index + away]}
    for away, strength in CUE_REACH.items():
        if 0 <= index + away <= last:
            found |= {f"cue{away}:{phase}": weight * strength for phase, weight in cues[index + away].items()}
    place = (index + 0.5) / len(turns)
    for bump in range(PLACES):
        found[f"place:{bump}"] = 1.5 * math.exp(-(((place - (bump + 0.5) / PLACES) / 0.08) ** 2) / 2)
    length = len(words[index])
    shape = {f"side:{side}": True, "asks": "?" in words[index], "short": length < SHORT, "long": length > LONG,
             "first": index < 2, "last": index >= last - 2}  # fmt: skip
    return found | {name: 1.0 for name, holds in shape.items() if holds}
