"""Coaching over time: figures of many calls, and what managers said of single scores.

The figures stand in ``call_coaching``, one narrow row a call, which a trigger keeps. A middle is the median of those
calls that say the figure, with their number.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, insert, select, true
from sqlalchemy.orm import Session

from db import audit
from db.errors import NoSuchRow
from db.models import CallCoaching, ScorecardOverride, Transcript
from db.stored import storable_text

ACTION = "score_override"
FIGURES = (
    "talk_share", "longest_monologue", "open_questions", "open_share", "interruptions", "pace", "silence_seconds",
    "fillers_per_100", "phases_reached", "objections_answered", "next_steps_fixed", "score",
)  # fmt: skip
NEWEST = (CallCoaching.met.desc().nulls_last(), CallCoaching.transcript_id.desc())


@dataclass(frozen=True, slots=True)
class CoachingFilter:
    """Which calls. Empty fields ask for nothing; the days bound the meeting's, both ends included."""

    adviser: str = ""
    date_from: date | None = None
    date_to: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Middle:
    """A median and the number of calls that it is of; None of none."""

    value: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many calls there are: ``shared`` by several advisers, of ``nobody`` known, ``older`` (not measured as calls
    are now), ``undated`` (without a meeting's day)."""

    calls: int
    shared: int
    nobody: int
    older: int
    undated: int


@dataclass(frozen=True, slots=True)
class CoachedCall:
    """A call in the list of an adviser's."""

    external_id: str
    client_name: str | None
    filename: str | None
    met: str | None
    outcome: str | None
    score: float | None
    value: float | None


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """What a manager said of a criterion; a score of None took it back. ``ruled`` is what the rule had said then."""

    id: int
    criterion: str
    score: int | None
    ruled: int | None
    reason: str
    actor: str
    at: datetime


# Figures over many calls


def advisers(session: Session) -> list[tuple[str, int]]:
    """Everybody whose calls there are, by name, with the number of them."""
    name = CallCoaching.adviser
    found = session.execute(select(name, func.count()).where(name.is_not(None)).group_by(name).order_by(name))
    return [(str(adviser), number) for adviser, number in found]


def numbers(session: Session, wanted: CoachingFilter) -> Numbers:
    """How many calls the filter leaves, and how many of them say less than the others."""
    no_one = CallCoaching.adviser.is_(None)
    counts = (
        func.count(),
        func.count().filter(no_one, CallCoaching.advisers > 1),
        func.count().filter(no_one, CallCoaching.advisers <= 1),
        func.count().filter(~CallCoaching.measured),
        func.count().filter(CallCoaching.met.is_(None)),
    )
    return Numbers(*session.execute(select(*counts).where(_chosen(wanted))).one())


def medians(session: Session, wanted: CoachingFilter) -> dict[str, Middle]:
    """The median of every figure."""
    columns = [column for name in FIGURES for column in _middle(name)]
    row = session.execute(select(*columns).where(_chosen(wanted))).one()
    values = iter(tuple(row))
    return {name: Middle(next(values), int(next(values) or 0)) for name in FIGURES}


def by_month(session: Session, wanted: CoachingFilter, figure: str) -> list[tuple[str, Middle]]:
    """The median of one figure in each month (YYYY-MM) that has a call, the oldest first."""
    month = func.left(CallCoaching.met, 7)
    asked = (_chosen(wanted), CallCoaching.met.is_not(None))
    found = session.execute(select(month, *_middle(figure)).where(*asked).group_by(month).order_by(month))
    return [(name, Middle(value, n)) for name, value, n in found]


def by_adviser(session: Session, wanted: CoachingFilter, figure: str) -> list[tuple[str, Middle]]:
    """The median of one figure of each adviser, by name."""
    name = CallCoaching.adviser
    asked = (_chosen(wanted), name.is_not(None))
    found = session.execute(select(name, *_middle(figure)).where(*asked).group_by(name).order_by(name))
    return [(str(adviser), Middle(value, n)) for adviser, value, n in found]


def latest(session: Session, wanted: CoachingFilter, figure: str, limit: int) -> list[CoachedCall]:
    """The newest calls that the filter leaves, each with one figure."""
    columns = (Transcript.external_id, Transcript.client_name, Transcript.filename, CallCoaching.met)
    shown = (CallCoaching.outcome, CallCoaching.score, _column(figure))
    newest = select(CallCoaching.transcript_id).where(_chosen(wanted)).order_by(*NEWEST).limit(limit)
    statement = (
        select(*columns, *shown)
        .join(Transcript, Transcript.id == CallCoaching.transcript_id)
        .where(CallCoaching.transcript_id.in_(newest.scalar_subquery()))
        .order_by(*NEWEST)
    )
    return [CoachedCall(*row) for row in session.execute(statement)]


def _middle(figure: str) -> tuple[SQLColumnExpression[float | None], SQLColumnExpression[int]]:
    column = _column(figure)
    return func.percentile_cont(0.5).within_group(column), func.count(column)


def _column(figure: str) -> SQLColumnExpression[float | None]:
    if figure not in FIGURES:
        raise KeyError(figure)
    column: SQLColumnExpression[float | None] = getattr(CallCoaching, figure)
    return column


def _chosen(wanted: CoachingFilter) -> ColumnElement[bool]:
    asked: list[ColumnElement[bool]] = []
    if wanted.adviser:
        asked.append(CallCoaching.adviser == storable_text(wanted.adviser))
    if wanted.outcome:
        asked.append(CallCoaching.outcome == storable_text(wanted.outcome))
    if wanted.date_from is not None:
        asked.append(CallCoaching.met >= wanted.date_from.isoformat())
    if wanted.date_to is not None:
        asked.append(CallCoaching.met <= wanted.date_to.isoformat())
    return and_(true(), *asked)


# What managers said of scores


def overrides(session: Session, external_id: str) -> list[OverrideRow]:
    """All that managers said of a call's scores, the oldest first."""
    columns = [getattr(ScorecardOverride, name) for name in OverrideRow.__slots__]
    call = select(Transcript.id).where(Transcript.external_id == storable_text(external_id)).scalar_subquery()
    rows = session.execute(
        select(*columns).where(ScorecardOverride.transcript_id == call).order_by(ScorecardOverride.id)
    )
    return [OverrideRow(*row) for row in rows]


def override(
    session: Session,
    external_id: str,
    criterion: str,
    score: int | None,
    reason: str,
    *,
    ruled: int | None,
    seen: int | None,
    actor: str,
) -> bool:
    """Keeps what a manager says of one criterion, beside the rule's score; None takes it back.

    ``seen`` is the row of it that the manager saw last: where somebody else spoke of the criterion since, nothing is
    written, and the answer is False. Raises NoSuchRow where the call is not stored.
    """
    known = select(Transcript.id).where(Transcript.external_id == storable_text(external_id)).with_for_update()
    call = session.scalar(known)
    if call is None:
        raise NoSuchRow("There is no such call in the record.")
    of_it = (ScorecardOverride.transcript_id == call, ScorecardOverride.criterion == criterion)
    last = session.scalar(select(func.max(ScorecardOverride.id)).where(*of_it))
    if last != seen:
        return False
    values = {"criterion": storable_text(criterion), "score": score, "ruled": ruled, "reason": storable_text(reason)}
    session.execute(insert(ScorecardOverride).values(transcript_id=call, actor=actor, **values))
    audit.note(session, actor, ACTION, external_id, criterion=criterion, score=score, ruled=ruled)
    return True
