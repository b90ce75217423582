"""Learns the weights of the phases from the opened labelled calls: ``python -m bench.train_phases``.

Prints how well it does on calls held out (five folds by call), then fits all opened calls and writes
services/analyst/data/phases.npz. Needs bench/requirements.txt. Only words that occur in at least three calls count,
so that nothing particular to one call is learned.
"""

import json
import warnings
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bench.accuracy import CALLS, FRESH, LABELS, halves
from services.analyst.phase_features import features, grams_of, words_of
from services.analyst.phases import Learned, cues_of, likeliest
from services.analyst.words import DATA
from services.calls import reader
from services.playbooks.loader import load
from tests.data.score import fold

LEAST_CALLS, REGULARITY, STRENGTH, USUAL, FOLDS = 3, 1.0, 1.8, 0.5, 5
SMALLEST = 0.02  # weights below this are left out


class Labelled:
    """A call with the phase of each turn, as the scorer lays the labels over the turns."""

    def __init__(self, path: Path) -> None:
        call = reader.read(path.name, path.read_bytes())
        gold = json.loads(path.with_name(f"{path.stem}{LABELS}").read_text(encoding="utf-8"))
        self.turns: list[dict[str, Any]] = [
            {"side": call.side_of(turn.speaker), "text": turn.text} for turn in call.turns
        ]
        self.cues = cues_of(self.turns, load())
        texts, starts, at = [fold(turn.text) for turn in call.turns], [], 0
        for phase in gold["phases"]:
            opening = fold(phase["first_words"])
            hit = next((i for i in range(at, len(texts)) if opening in texts[i]), None)
            if hit is not None:
                starts.append((hit, phase["phase"]))
                at = hit
        self.phases = [next((p for start, p in reversed(starts) if start <= i), None) for i in range(len(texts))]

    def grams(self) -> set[str]:
        return {gram for turn in self.turns for gram in grams_of(words_of(turn["text"]))}


def fit(calls: Sequence[Labelled]) -> dict[str, Any]:
    """The arrays that services/analyst/phases.py reads."""
    phases = [phase.name for phase in load().phases]
    common = Counter(gram for call in calls for gram in call.grams())
    rows, labels = [], []
    for call in calls:
        for found, phase in zip(features(call.turns, call.cues), call.phases, strict=True):
            if phase:
                rows.append({name: value for name, value in found.items() if _counts(name, common)})
                labels.append(phases.index(phase))
    vectors = DictVectorizer()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=REGULARITY, max_iter=500).fit(vectors.fit_transform(rows), labels)
    weights = np.zeros((len(vectors.feature_names_), len(phases)))
    weights[:, model.classes_] = model.coef_.T
    weights[np.abs(weights) < SMALLEST] = 0
    kept = np.abs(weights).max(axis=1) > 0
    bias = np.full(len(phases), -9.0)
    bias[model.classes_] = model.intercept_
    names = [name for name, keep in zip(vectors.feature_names_, kept, strict=True) if keep]
    usual = np.log((np.bincount(labels, minlength=len(phases)) + 1) / (len(labels) + len(phases)))
    return {
        "phases": np.array(phases),
        "features": np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        "weights": weights[kept].astype(np.float16),
        "bias": bias.astype(np.float32),
        "strength": np.float32(STRENGTH),
        "usual": (USUAL * usual).astype(np.float32),
        **_sequence(calls, phases),
    }


def _counts(name: str, common: Counter[str]) -> bool:
    """Whether a feature is of a word common enough, or of no word at all."""
    kind, _, word = name.partition(":")
    if kind in ("place", "side") or kind.startswith("cue") or not word:
        return True
    return common[word] >= LEAST_CALLS


def _sequence(calls: Sequence[Labelled], phases: Sequence[str]) -> dict[str, Any]:
    moves, start = np.full((len(phases), len(phases)), 0.15), np.full(len(phases), 0.1)
    for call in calls:
        states = [phases.index(phase) for phase in call.phases if phase]
        start[states[0]] += 1
        for here, there in pairwise(states):
            moves[here, there] += 1
    moves /= moves.sum(axis=1, keepdims=True)
    return {"moves": np.log(moves).astype(np.float32), "start": np.log(start / start.sum()).astype(np.float32)}


def right(fitted: dict[str, Any], calls: Sequence[Labelled]) -> float:
    """The share of turns that get their label."""
    learned = Learned(fitted)
    hits = total = 0
    for call in calls:
        path = likeliest(learned.scores(call.turns, call.cues), learned.moves, learned.start)
        for state, phase in zip(path, call.phases, strict=True):
            total += phase is not None
            hits += learned.phases[state] == phase
    return hits / total


def main() -> None:
    """Says how well it carries over, and writes the weights."""
    calls = [Labelled(path) for folder in (CALLS, FRESH) for path in halves(folder)["opened"]]
    folds = [calls[number::FOLDS] for number in range(FOLDS)]
    held_out = [right(fit([call for other in folds if other is not fold_ for call in other]), fold_) for fold_ in folds]
    print(f"right on held-out calls: {np.mean(held_out):.3f}")
    fitted = fit(calls)
    np.savez_compressed(DATA / "phases.npz", **fitted)
    print(f"features: {len(fitted['weights']):,}; {(DATA / 'phases.npz').stat().st_size / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
