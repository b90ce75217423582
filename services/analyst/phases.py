"""Which part of the call each turn belongs to: the likeliest sequence over the playbook's phases (Viterbi).

How well a turn fits a phase is weighed by what was learned from labelled calls (``data/phases.npz``, made by
``bench/train_phases.py``). A playbook with phases of its own is read by its cues and by where they usually stand.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from services.analyst.phase_features import (
    CUE_REACH,
    NEIGHBOUR,
    PLACES,
    REACH,
    SHAPES,
    grams_of,
    places_in_call,
    shapes_in_call,
    words_of,
)
from services.analyst.words import DATA
from services.playbooks.cues import CueBook, Line, fold
from services.playbooks.loader import Playbook

MOST_EVIDENCE = 6.0
CUE_STRENGTH = 0.55
PLACE_STRENGTH = 0.8
AROUND = [away for away in range(-REACH, REACH + 1) if away]
FORWARD, BACKWARD, FAR = 2.2, 5.0, 0.12

Table = npt.NDArray[np.float64]


def label_phases(turns: Sequence[Mapping[str, Any]], playbook: Playbook) -> list[str]:
    """The phase of every turn, by name. ``turns`` need ``side`` and ``text``; linear in their number."""
    if not turns:
        return []
    names = [phase.name for phase in playbook.phases]
    cues = cues_of(turns, playbook)
    learned = _learned()
    if learned.phases == tuple(names):
        path = likeliest(learned.scores(turns, cues), learned.moves, learned.start)
    else:
        path = likeliest(_scores_by_cues(cues, playbook), *_usual_moves(playbook))
    return [names[state] for state in path]


def cues_of(turns: Sequence[Mapping[str, Any]], playbook: Playbook) -> list[dict[str, float]]:
    """How strongly each turn's words are those of a phase, by its name: the weights of the cues met, with a ceiling."""
    books = _books(playbook)
    return [_met(books[turn.get("side")], turn["text"]) for turn in turns]


def _met(book: CueBook[str], text: str) -> dict[str, float]:
    met: dict[str, dict[str, float]] = {}
    for phase, cue in book.standing(Line(fold(text))):
        met.setdefault(phase, {})[cue.text] = cue.weight
    return {name: min(MOST_EVIDENCE, sum(weights.values())) for name, weights in met.items()}


@lru_cache(maxsize=8)
def _books(playbook: Playbook) -> dict[str | None, CueBook[str]]:
    """The cues that each side may say; whoever is on neither side may say all of them."""
    sides: tuple[str | None, ...] = ("advisor", "client", None)
    return {
        side: CueBook(
            (phase.name, cue)
            for phase in playbook.phases
            for cue in (
                *phase.either,
                *(phase.client if side != "advisor" else ()),
                *(phase.advisor if side != "client" else ()),
            )
        )
        for side in sides
    }


# What was learned from labelled calls


class Learned:
    """Weights of the features, and how likely one phase follows another; arrays as ``bench/train_phases.py`` makes."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self.phases = tuple(str(name) for name in stored["phases"])
        self._rows: dict[str, dict[str, int]] = {}  # by kind, and by name
        for row, feature in enumerate(bytes(stored["features"]).decode().split("\n")):
            kind, colon, name = feature.partition(":")
            self._rows.setdefault(kind if colon else "", {})[name if colon else kind] = row
        self._weights: Table = stored["weights"].astype(np.float64)
        self.bias: Table = stored["bias"].astype(np.float64)
        self._strength = float(stored["strength"])
        self._usual: Table = stored["usual"].astype(np.float64)
        self._by_place = self._table("place", map(str, range(PLACES)))
        self._by_shape = self._table("", SHAPES)
        self._by_cue = {away: strength * self._table(f"cue{away}", self.phases) for away, strength in CUE_REACH.items()}
        self._near = self._neighbours()
        self._by_side: dict[str, tuple[dict[str, int], Table]] = {}
        self.moves: Table = stored["moves"].astype(np.float64)
        self.start: Table = stored["start"].astype(np.float64)

    def scores(self, turns: Sequence[Mapping[str, Any]], cues: Sequence[Mapping[str, float]]) -> Table:
        """How well every turn fits every phase: log probabilities, freed in part of how common a phase is."""
        raw = self.weigh(turns, cues)
        raw -= raw.max(axis=1, keepdims=True)
        likely = raw - np.log(np.exp(raw).sum(axis=1, keepdims=True))
        scores: Table = self._strength * (likely - self._usual)
        return scores

    def weight(self, feature: str) -> Table:
        """A feature's weights, by phase, under the name that ``phase_features.features`` gives it."""
        kind, colon, name = feature.partition(":")
        row = self._rows.get(kind if colon else "", {}).get(name if colon else kind)
        return self.bias * 0 if row is None else self._weights[row]

    def weigh(self, turns: Sequence[Mapping[str, Any]], cues: Sequence[Mapping[str, float]]) -> Table:
        """The weights of every turn's features, summed, by turn and phase."""
        words = [words_of(turn["text"]) for turn in turns]
        raw = self.bias + self._own_words(turns, words)
        raw += shapes_in_call(words) @ self._by_shape
        raw += places_in_call(len(turns)) @ self._by_place
        met = np.array([[found.get(phase, 0.0) for phase in self.phases] for found in cues])
        for away, weights in self._by_cue.items():
            _add_from(raw, met @ weights, away)
        numbers, near = self._near
        heard = _sums(near, [map(numbers.__getitem__, numbers.keys() & set(said)) for said in words])
        for way, away in enumerate(AROUND):
            _add_from(raw, heard[:, way], away)
        return raw

    def _table(self, kind: str, names: Iterable[str]) -> Table:
        """The weights of features of a kind, by name and phase; 0 for one that weighs nothing."""
        return np.array([self.weight(f"{kind}:{name}" if kind else name) for name in names])

    def _neighbours(self) -> tuple[dict[str, int], Table]:
        """The words that count in a neighbour, numbered; and their weights, by number, way to the neighbour, phase."""
        kinds = [self._rows.get(str(away), {}) for away in AROUND]
        numbers = {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(kinds)))}
        weights = np.zeros((len(numbers), len(kinds), self._weights.shape[1]))
        for way, rows in enumerate(kinds):
            for word, row in rows.items():
                weights[numbers[word], way] = NEIGHBOUR * self._weights[row]
        return numbers, weights

    def _own_words(self, turns: Sequence[Mapping[str, Any]], words: Sequence[Sequence[str]]) -> Table:
        """What the words and pairs of every turn weigh, and the side that says them."""
        raw = np.zeros((len(turns), len(self.phases)))
        sides = [str(turn.get("side")) for turn in turns]
        for side in set(sides):
            numbers, weights = self._spoken(side)
            mine = [index for index, whose in enumerate(sides) if whose == side]
            said = [map(numbers.__getitem__, numbers.keys() & grams_of(words[index])) for index in mine]
            raw[mine] = self.weight(f"side:{side}") + _sums(weights, said)
        return raw

    def _spoken(self, side: str) -> tuple[dict[str, int], Table]:
        """The words and pairs that count in a turn of a side, numbered; and their weights, by number and phase.

        A word counts for itself and as said by the side: both weights are summed here, once.
        """
        known = self._by_side.get(side)
        if known is None:
            kinds = [self._rows.get("word", {}), self._rows.get(side, {})]
            numbers = {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(kinds)))}
            weights = np.zeros((len(numbers), self._weights.shape[1]))
            for rows in kinds:
                weights[[numbers[word] for word in rows]] += self._weights[list(rows.values())]
            known = self._by_side[side] = (numbers, weights)
        return known


def _sums(table: Table, picked: Iterable[Iterable[int]]) -> Table:
    """The rows of a table that are picked for each turn, summed: one sum a turn."""
    rows = [list(numbers) for numbers in picked]
    counts = np.array(list(map(len, rows)))
    sums = np.zeros((len(rows), *table.shape[1:]))
    some = counts > 0
    if some.any():
        begins = (counts.cumsum() - counts)[some]
        sums[some] = np.add.reduceat(table.take(list(chain.from_iterable(rows)), axis=0), begins, axis=0)
    return sums


def _add_from(raw: Table, heard: Table, away: int) -> None:
    """Adds to every turn what is heard so many turns away from it."""
    first, end = max(0, -away), min(len(raw), len(raw) - away)
    if first < end:
        raw[first:end] += heard[first + away : end + away]


@lru_cache(maxsize=1)
def _learned() -> Learned:
    with np.load(DATA / "phases.npz", allow_pickle=False) as stored:
        return Learned(stored)


# What a playbook says by itself


def _scores_by_cues(cues: Sequence[Mapping[str, float]], playbook: Playbook) -> Table:
    """How well every turn fits every phase: its cues, and where in the call it stands."""
    return np.array(
        [
            [
                CUE_STRENGTH * said.get(phase.name, 0.0)
                - PLACE_STRENGTH * min(0.5 * (((index + 0.5) / len(cues) - phase.at) / phase.spread) ** 2, 8.0)
                for phase in playbook.phases
            ]
            for index, said in enumerate(cues)
        ]
    )


@lru_cache(maxsize=8)
def _usual_moves(playbook: Playbook) -> tuple[Table, Table]:
    """Log weights of going from one phase to another, and of beginning with one, by their usual order and length."""
    phases = playbook.phases
    order = sorted(range(len(phases)), key=lambda number: phases[number].at)
    rank = {number: place for place, number in enumerate(order)}
    moves = [[_move(phases[a].length, rank[b] - rank[a]) for b in range(len(phases))] for a in range(len(phases))]
    return np.array(moves), np.array([-FAR * 8 * rank[number] for number in range(len(phases))])


def _move(length: float, steps: int) -> float:
    """Little is lost by staying as long as phases last, more by going on, most by turning back."""
    stay = 1 - 1 / max(length, 1.5)
    if not steps:
        return math.log(stay)
    return math.log(1 - stay) - (FORWARD + FAR * (steps - 1) if steps > 0 else BACKWARD - FAR * steps)


def likeliest(scores: Table, moves: Table, start: Table) -> list[int]:
    """The best path through the states (Viterbi). ``scores`` has a row a turn and a column a state."""
    best = scores[0] + start
    back = []
    for row in scores[1:]:
        reached = best[:, None] + moves
        back.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + row
    path = [int(best.argmax())]
    for came in reversed(back):
        path.append(int(came[path[-1]]))
    return path[::-1]
