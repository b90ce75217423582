"""What was learned of objections from labelled calls and invented sentences (``data/objections.npz``).

``bench/train_objections.py`` makes the file. The wording of a sentence is weighed for every category at once; then the
wording, the playbook's cues and the signals around the turn are weighed together, the price by weights of its own.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from services.analyst.dialogue import TalkTurn
from services.analyst.objection_signals import Signals
from services.analyst.phase_features import words_of
from services.analyst.words import DATA

LEAST = -5.0
MOST_CUES = 8.0
_ENDINGS = ("ing", "ed", "es", "'s", "s")

Table = npt.NDArray[np.float64]


def grams(text: str) -> set[str]:
    """The words of a sentence without their endings, and every two that stand side by side."""
    words = [_stem(word) for word in words_of(text)]
    return {*words, *(f"{one}_{two}" for one, two in pairwise(words))}


def _stem(word: str) -> str:
    if word.endswith(_ENDINGS):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                return word[: len(word) - len(ending)]
    return word


def seen(wordings: Sequence[float], most: float, cues: float, signals: Signals) -> Signals:
    """All that is weighed for one category in one turn.

    ``wordings``: what each sentence's words say for it; ``most``: what they say for the category they say most for.
    """
    best = sorted((max(LEAST, one) for one in wordings), reverse=True)[:2]
    best += [LEAST] * (2 - len(best))
    return {
        "wording": best[0],
        "second": best[1],
        "outdone": min(-LEAST, max(0.0, most - best[0])),
        "cues": max(-2.0, min(MOST_CUES, cues)),
        **signals,
    }


class Weights:
    """The weights as the trainer stored them."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self.categories = tuple(str(name) for name in stored["categories"])
        self._row = {name: row for row, name in enumerate(bytes(stored["grams"]).decode().split("\n"))}
        self._words: Table = stored["words"].astype(np.float64)
        self._bias: Table = stored["bias"].astype(np.float64)
        names = [str(name) for name in stored["signals"]]
        self._price = dict(zip(names, map(float, stored["price"]), strict=True))
        self._other = dict(zip(names, map(float, stored["other"]), strict=True))
        self._usual = dict(zip(self.categories, map(float, stored["usual"]), strict=True))
        self.price = str(stored["price_category"])
        self.enough = dict(zip(self.categories, map(float, stored["enough"]), strict=True))

    def wordings(self, turn: TalkTurn) -> Table:
        """What the words of a turn say for each category: log odds against none, a row a sentence."""
        rows = [[self._row[gram] for gram in grams(one.text) if gram in self._row] for one in turn.sentences]
        said: Table = self._bias + np.array([self._words[own].sum(axis=0) for own in rows])
        return said

    def chance(self, category: str, found: Signals) -> float:
        """How likely a turn raises a category, from 0 to 1."""
        weights = self._price if category == self.price else self._other
        sum_ = self._usual[category] + sum(weights.get(name, 0.0) * value for name, value in found.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, sum_))))


@lru_cache(maxsize=1)
def learned() -> Weights:
    """The weights that are shipped."""
    with np.load(DATA / "objections.npz", allow_pickle=False) as stored:
        return Weights(stored)
