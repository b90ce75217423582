"""Learns what objections are told by: ``python -m bench.train_objections``.

Prints how well it does on calls that it did not learn from, one at a time, then fits all opened calls together with
the invented sentences of bench/objections.toml and writes services/analyst/data/objections.npz. Needs
bench/requirements.txt. Of the calls' words only those count that occur in at least three calls or were invented.
"""

import json
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bench.accuracy import CALLS, FRESH, LABELS, halves
from services.analyst.dialogue import Sentence, Talk
from services.analyst.objection_signals import Signals
from services.analyst.objection_weights import Weights, grams
from services.analyst.objections import TURNS, Raised, speaks, together
from services.analyst.phases import label_phases
from services.analyst.words import DATA
from services.calls import reader
from services.playbooks.loader import load
from tests.data.score import fold

NONE, PRICE = "none", "Price"
LEAST_CALLS, REGULARITY, SIGNAL_REGULARITY, FOLDS = 3, 1.0, 0.2, 9
INVENTED, LABELLED, READ_FIRST = 2.0, 3.0, 0.5  # weights: an invented sentence, a labelled one, a call the cues know
SMALLEST = 0.01
OWN = 1.0  # how freely a category may be likelier than the others: few calls hold the rare ones
OF_PRICE = {"priced", "reacts", "lowered", "parted", "measures", "bids", "praises", "denies"}
ENOUGH = 0.35  # how likely is likely enough to be claimed; two calls in three hold Price
ENOUGH_OF = {PRICE: 0.25, "Timing": 0.5}


class Labelled:
    """A call with its labelled objections, by the turn that holds their quotes."""

    def __init__(self, path: Path, fresh: bool) -> None:
        call = reader.read(path.name, path.read_bytes())
        gold = json.loads(path.with_name(f"{path.stem}{LABELS}").read_text(encoding="utf-8"))
        turns: list[dict[str, Any]] = [
            {"speaker": turn.speaker, "side": call.side_of(turn.speaker), "text": turn.text} for turn in call.turns
        ]
        for turn, phase in zip(turns, label_phases(turns, load()), strict=True):
            turn["phase"] = phase
        self.fresh = fresh
        self.talk = Talk(turns)
        self.raised = Raised(self.talk, load())
        self.categories = {one["category"] for one in gold["objections"]}
        self.quotes: dict[int, list[tuple[str, str]]] = {}
        for one in gold["objections"]:
            for quote in map(fold, one["quotes"]):
                turn_of = next((t.index for t in self.talk.turns if quote in fold(t.text)), None)
                if turn_of is not None:
                    self.quotes.setdefault(turn_of, []).append((one["category"], quote))

    def sentences(self) -> Iterator[tuple[Sentence, str]]:
        """The client's sentences with their category; those beside a quote in its turn are left out."""
        for turn in self.raised.turns:
            for one in turn.sentences:
                said = fold(one.text)
                found = [name for name, quote in self.quotes.get(turn.index, ()) if said in quote or quote in said]
                if found or turn.index not in self.quotes:
                    yield one, found[-1] if found else NONE


def fit_words(calls: Sequence[Labelled], invented: dict[str, list[str]]) -> dict[str, Any]:
    """The weights of the words for each category against none."""
    rows, labels, weights = [], [], []
    for call in calls:
        for sentence, name in call.sentences():
            rows.append(grams(sentence.text))
            labels.append(name)
            weights.append(1.0 if name == NONE else LABELLED)
    spread = Counter(gram for call in calls for gram in {g for turn in call.raised.turns for g in grams(turn.text)})
    ours = {gram for sentences in invented.values() for one in sentences for gram in grams(one)}
    rows += [grams(one) for sentences in invented.values() for one in sentences]
    labels += [name for name, sentences in invented.items() for _ in sentences]
    weights += [INVENTED] * (len(rows) - len(weights))
    vectors = DictVectorizer()
    table = vectors.fit_transform(
        {gram: 1.0 for gram in row if gram in ours or spread[gram] >= LEAST_CALLS} for row in rows
    )
    model = LogisticRegression(C=REGULARITY, max_iter=400).fit(table, labels, sample_weight=weights)
    none = list(model.classes_).index(NONE)
    categories = [name for name in model.classes_ if name != NONE]
    at = [list(model.classes_).index(name) for name in categories]
    words = (model.coef_[at] - model.coef_[none]).T
    kept = np.abs(words).max(axis=1) > SMALLEST
    names = [name for name, keep in zip(vectors.feature_names_, kept, strict=True) if keep]
    return {
        "categories": np.array(categories),
        "grams": np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        "words": words[kept].astype(np.float16),
        "bias": (model.intercept_[at] - model.intercept_[none]).astype(np.float32),
    }


Seen = dict[str, dict[int, Signals]]  # by category and turn


def seen_in(call: Labelled, words: Weights) -> Seen:
    """What is weighed in a call, its words by weights that were not learned from it."""
    said = {turn.index: words.wordings(turn) for turn in call.raised.turns}
    return {name: call.raised.seen(name, column, said) for column, name in enumerate(words.categories)}


def fit_signals(calls: Sequence[tuple[Labelled, Seen]]) -> dict[str, Any]:
    """The weights of words, cues and surroundings; the price's of their own, the other categories' in common."""
    every = sorted({name for _, seen in calls for turns in seen.values() for s in turns.values() for name in s})
    categories = sorted(calls[0][1])
    fitted: dict[str, Any] = {"signals": np.array(every), "price_category": np.array(PRICE)}
    usual = dict.fromkeys(categories, 0.0)
    for kind, own in (("price", [PRICE]), ("other", [name for name in categories if name != PRICE])):
        rows, labels, weights = [], [], []
        names = [name for name in every if kind == "price" or name not in OF_PRICE]
        for call, seen in calls:
            for name in own:
                for turn, signals in seen[name].items():
                    rows.append([*(signals.get(one, 0.0) for one in names), *(OWN * (name == one) for one in own)])
                    labels.append(any(name == raised for raised, _ in call.quotes.get(turn, ())))
                    weights.append(1.0 if call.fresh else READ_FIRST)
        table = np.array(rows)
        middle, width = table.mean(axis=0), table.std(axis=0) + 1e-6
        width[len(names) :] = 1.0
        model = LogisticRegression(C=SIGNAL_REGULARITY, max_iter=500)
        model.fit((table - middle) / width, labels, sample_weight=weights)
        scaled = model.coef_[0] / width
        by_name = dict(zip(names, scaled, strict=False))
        fitted[kind] = np.array([by_name.get(name, 0.0) for name in every], dtype=np.float32)
        start = float(model.intercept_[0] - scaled @ middle)
        usual |= {name: start + OWN * float(scaled[len(names) + n]) for n, name in enumerate(own)}
    return fitted | {"usual": np.array([usual[name] for name in categories], dtype=np.float32)}


def chances(weights: Weights, seen: Seen) -> dict[str, float]:
    """How likely each category was raised in a call."""
    return {
        name: together(
            sorted((weights.chance(name, one) for one in turns.values() if speaks(one)), reverse=True)[:TURNS]
        )
        for name, turns in seen.items()
    }


def f1(found: set[str], labelled: set[str]) -> float:
    return 2 * len(found & labelled) / (len(found) + len(labelled)) if found or labelled else 1.0


def claimed(likely: dict[str, float]) -> set[str]:
    return {name for name, chance in likely.items() if chance >= enough(name)}


def enough(name: str) -> float:
    return ENOUGH_OF.get(name, ENOUGH)


def stored(words: dict[str, Any], signals: dict[str, Any]) -> dict[str, Any]:
    """The arrays of the data file."""
    return {**words, **signals, "enough": np.array([enough(name) for name in words["categories"]], dtype=np.float32)}


def main() -> None:
    """Says how well it carries over, and writes the weights."""
    warnings.simplefilter("ignore")
    invented = tomllib.loads(Path(__file__).with_name("objections.toml").read_text(encoding="utf-8"))
    calls = [Labelled(path, folder is FRESH) for folder in (CALLS, FRESH) for path in halves(folder)["opened"]]
    none = np.zeros(1, dtype=np.float32)
    blank = {"signals": np.array(["wording"]), "price": none, "other": none, "usual": np.zeros(9),
             "price_category": np.array(PRICE)}  # fmt: skip
    seen: list[tuple[Labelled, Seen]] = []
    for number in range(FOLDS):
        words = fit_words([call for n, call in enumerate(calls) if n % FOLDS != number], invented)
        seen += [(call, seen_in(call, Weights(stored(words, blank)))) for call in calls[number::FOLDS]]
    words = fit_words(calls, invented)
    likely = []
    for place, (_, own) in enumerate(seen):
        fitted = fit_signals([*seen[:place], *seen[place + 1 :]])
        likely.append(chances(Weights(stored(words, fitted)), own))
    pairs = [(found, call) for found, (call, _) in zip(likely, seen, strict=True)]
    for name, fresh in (("first opened", False), ("fresh", True)):
        scores = [f1(claimed(found), call.categories) for found, call in pairs if call.fresh == fresh]
        print(f"F1 on held-out calls, {name}: {np.mean(scores):.3f}")
    fitted = fit_signals(seen)
    np.savez_compressed(DATA / "objections.npz", **stored(words, fitted))
    print(f"words: {len(words['words']):,}; {(DATA / 'objections.npz').stat().st_size / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
