"""A call's scorecard as it stands: what the rule scored, what a manager said of it, both kept.

There is no sign-in yet, so any named person may say; who and when is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db import coaching as stored
from services.coaching.figures import BY_NAME
from services.database import Database, translated
from services.errors import ChangedElsewhere, InvalidValue

SCORES = (1, 2, 3, 4, 5)
LONGEST_REASON = 500


@dataclass(frozen=True)
class Said:
    """One thing that a manager said of a criterion: a score, or None, which took it back."""

    score: int | None
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One criterion. ``ruled`` is the rule's score (None: not scored), ``said`` all that managers said, oldest first.

    ``seen`` is the row of the last of it; ``stands`` is the manager's score where one stands, else the rule's.
    """

    criterion: str
    label: str
    ruled: int | None
    why: str
    turns: tuple[int, ...]
    said: tuple[Said, ...]
    seen: int | None

    @property
    def override(self) -> Said | None:
        """What a manager says of it now."""
        return self.said[-1] if self.said and self.said[-1].score is not None else None

    @property
    def stands(self) -> int | None:
        """The score that counts."""
        return self.override.score if self.override else self.ruled


def lines(database: Database, external_id: str, measures: Mapping[str, Any]) -> list[Line]:
    """The scorecard of a call. A criterion that only a manager spoke of stands at the end: its rule is gone."""
    with translated(), database.session() as session:
        rows = stored.overrides(session, external_id)
    held = measures.get("scorecard")
    ruled = [one for one in held if isinstance(one, dict) and one.get("criterion")] if isinstance(held, list) else []
    names = [str(one["criterion"]) for one in ruled]
    gone = [name for name in dict.fromkeys(row.criterion for row in rows) if name not in names]
    found = [_line(name, one, rows) for name, one in zip(names, ruled, strict=True)]
    return found + [_line(name, {"why": "No rule of the playbook scores this any more."}, rows) for name in gone]


def _line(name: str, ruled: Mapping[str, Any], rows: Sequence[stored.OverrideRow]) -> Line:
    own = [row for row in rows if row.criterion == name]
    score, turns = ruled.get("score"), ruled.get("turns")
    figure = BY_NAME.get(str(ruled.get("measure")))
    return Line(
        criterion=name,
        label=figure.label if figure else "",
        ruled=score if score in SCORES else None,
        why=str(ruled.get("why") or ""),
        turns=tuple(turn for turn in turns if type(turn) is int) if isinstance(turns, list) else (),
        said=tuple(Said(row.score, row.reason, row.actor, row.at) for row in own),
        seen=own[-1].id if own else None,
    )


def mean(scorecard: Sequence[Line]) -> tuple[float | None, int]:
    """The mean of the scores that stand, and how many there are; criteria of which the rule is gone are left out."""
    scores = [line.stands for line in scorecard if line.stands is not None and line.label]
    return (sum(scores) / len(scores) if scores else None), len(scores)


def override(database: Database, external_id: str, line: Line, score: int | None, reason: str, actor: str) -> None:
    """Says another score of a criterion, with the reason; None takes back what was said.

    Raises InvalidValue for a score without a reason or beyond 1 to 5, ChangedElsewhere where somebody else was first.
    """
    why = " ".join(reason.split())[:LONGEST_REASON]
    if score is not None and score not in SCORES:
        raise InvalidValue("A score is 1 to 5.")
    if score is not None and not why:
        raise InvalidValue("Say why the score is another one.", remedy="Write a few words under 'Why'.")
    with translated(), database.session() as session:
        written = stored.override(
            session, external_id, line.criterion, score, why, ruled=line.ruled, seen=line.seen, actor=actor
        )
    if not written:
        raise ChangedElsewhere(
            "Somebody else scored this criterion meanwhile.", remedy="Look at it again; nothing was written."
        )
