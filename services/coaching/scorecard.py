"""The scorecard of a call: each criterion of the playbook is a rule over one figure, and gives 1 to 5."""

from collections.abc import Mapping
from typing import Any, TypedDict

from services.coaching.figures import BY_NAME, MOST_TURNS
from services.playbooks.loader import Playbook
from services.playbooks.model import Criterion


class Scored(TypedDict):
    """One criterion as the rule scores it. ``score`` is None where the figure is not known: not scored, never 0."""

    criterion: str
    measure: str
    figure: float | None
    score: int | None
    why: str
    turns: list[int]


def scorecard(measures: Mapping[str, Any], playbook: Playbook) -> list[Scored]:
    """The criteria of the playbook in its order, scored; nothing where it has none."""
    return [_scored(criterion, measures) for criterion in playbook.scorecard]


def _scored(criterion: Criterion, measures: Mapping[str, Any]) -> Scored:
    figure = BY_NAME[criterion.measure]
    value = measures["figures"][criterion.measure]
    turns = list(dict.fromkeys(figure.turns(measures)))[:MOST_TURNS]
    scored: Scored = {
        "criterion": criterion.name,
        "measure": criterion.measure,
        "figure": value,
        "score": None if value is None else points(criterion, value),
        "why": figure.unknown if value is None else f"{figure.label}: {figure.words(value)}",
        "turns": [] if value is None else turns,
    }
    return scored


def points(criterion: Criterion, value: float) -> int:
    """5 to 2 by the first range that holds the value, else 1."""
    ranges = zip((5, 4, 3, 2), (criterion.five, criterion.four, criterion.three, criterion.two), strict=True)
    return next((score for score, held in ranges if held is not None and held[0] <= value <= held[1]), 1)
