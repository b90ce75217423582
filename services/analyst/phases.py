"""Which part of the call each turn belongs to: the likeliest sequence over the playbook's phases (Viterbi)."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from services.playbooks.cues import CueBook, Line, fold
from services.playbooks.loader import Playbook

MOST_EVIDENCE = 6.0
CUE_STRENGTH = 0.55
PLACE_STRENGTH = 0.8
FORWARD, BACKWARD, FAR = 2.2, 5.0, 0.12


def label_phases(turns: Sequence[Mapping[str, Any]], playbook: Playbook) -> list[str]:
    """The phase of every turn, by name. ``turns`` need ``side`` and ``text``; linear in their number."""
    if not turns:
        return []
    model = _model(playbook)
    scores = [_score(model, turn, (index + 0.5) / len(turns)) for index, turn in enumerate(turns)]
    return [playbook.phases[state].name for state in _likeliest(scores, model.moves, model.start)]


class _Model:
    """What the playbook says, ready to be counted: the cues of both sides and the cost of every move."""

    def __init__(self, playbook: Playbook) -> None:
        phases = playbook.phases
        self.phases = phases
        self.books = {
            side: CueBook(
                (number, cue)
                for number, phase in enumerate(phases)
                for cue in (*phase.either, *(phase.client if side != "advisor" else ()),
                            *(phase.advisor if side != "client" else ()))
            )
            for side in ("advisor", "client", None)
        }  # fmt: skip
        order = sorted(range(len(phases)), key=lambda number: phases[number].at)
        rank = {number: place for place, number in enumerate(order)}
        self.moves = [
            [self._cost(phases[a].length, rank[a], rank[b]) for b in range(len(phases))] for a in range(len(phases))
        ]
        self.start = [FAR * 8 * rank[number] for number in range(len(phases))]

    @staticmethod
    def _cost(length: float, here: int, there: int) -> float:
        """What it costs to go from one phase to another: little to stay as long as phases last, more to turn back."""
        stay = 1 - 1 / max(length, 1.5)
        if here == there:
            return -math.log(stay)
        steps = there - here
        return -math.log(1 - stay) + (FORWARD + FAR * (steps - 1) if steps > 0 else BACKWARD - FAR * steps)


@lru_cache(maxsize=8)
def _model(playbook: Playbook) -> _Model:
    return _Model(playbook)


def _score(model: _Model, turn: Mapping[str, Any], place: float) -> list[float]:
    """How well a turn fits each phase: its cues, with a ceiling, and where in the call it stands."""
    evidence: dict[int, dict[str, float]] = {}
    for hit in model.books[turn.get("side")].find(Line(fold(turn["text"]))):
        evidence.setdefault(hit.key, {})[hit.cue] = hit.weight
    scores = []
    for number, phase in enumerate(model.phases):
        said = min(MOST_EVIDENCE, sum(evidence[number].values())) if number in evidence else 0.0
        away = (place - phase.at) / phase.spread
        scores.append(CUE_STRENGTH * said - PLACE_STRENGTH * min(0.5 * away * away, 8.0))
    return scores


def _likeliest(scores: list[list[float]], moves: list[list[float]], start: list[float]) -> list[int]:
    """The best path through the states (Viterbi)."""
    states = range(len(start))
    best = [scores[0][state] - start[state] for state in states]
    back: list[list[int]] = []
    for row in scores[1:]:
        came, reached = [], []
        for state in states:
            source = max(states, key=lambda other: best[other] - moves[other][state])
            came.append(source)
            reached.append(best[source] - moves[source][state] + row[state])
        back.append(came)
        best = reached
    path = [max(states, key=lambda state: best[state])]
    for came in reversed(back):
        path.append(came[path[-1]])
    return path[::-1]
