"""The figures of the overview, out of ``call_facts``: no JSON is opened, so that 100,000 calls are counted at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Double,
    FromClause,
    SQLColumnExpression,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import Session

from db import clients
from db.models import CallFacts, FieldValue, Run, Transcript


@dataclass(frozen=True, slots=True)
class FactFilter:
    """Which calls. Empty fields ask for nothing; the days bound the meeting's, both ends included.

    ``advisers`` and ``products``: one of them at least.
    """

    date_from: date | None = None
    date_to: date | None = None
    advisers: Sequence[str] = ()
    products: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class DealGroup:
    """Latest deals of households that stand alike: how many, and what their amounts come to, in dollars.

    ``stage`` and ``outcome`` are None where nothing was said or where it does not count; then ``*_counts`` is False.
    ``amount_state`` as in CallFacts; ``unread`` said an amount that is no number.
    """

    stage: str | None
    stage_counts: bool
    outcome: str | None
    outcome_counts: bool
    amount_state: str | None
    households: int
    amount: float
    unread: int


@dataclass(frozen=True, slots=True)
class Cycle:
    """Days from a household's first meeting to the first that was won: ``n`` households, quartiles; ``undated`` won
    ones of which a day is not known."""

    n: int
    low: float | None
    middle: float | None
    high: float | None
    undated: int


@dataclass(frozen=True, slots=True)
class Ways:
    """All calls of a filter, of them ``undated`` without a day; of how many households a deal came to each rung of the
    ladder at least."""

    calls: int
    undated: int
    reached: tuple[int, ...]
    cycle: Cycle


@dataclass(frozen=True, slots=True)
class Weeks:
    """Per week, by its Monday: calls held, e-mails reworded by people, e-mails sent."""

    calls: dict[date, int]
    edited: dict[date, int]
    sent: dict[date, int]


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """What waits for a person: fields in conflict, calls with a value that nothing supports, failed runs."""

    conflicts: int
    conflict_calls: int
    unsupported_calls: int
    failed_runs: int


def wanted_calls(wanted: FactFilter) -> list[SQLColumnExpression[bool]]:
    """What a filter asks of ``call_facts``, to be put into a WHERE."""
    asked: list[SQLColumnExpression[bool]] = []
    if wanted.date_from is not None:
        asked.append(CallFacts.met >= wanted.date_from)
    if wanted.date_to is not None:
        asked.append(CallFacts.met <= wanted.date_to)
    if wanted.advisers:
        asked.append(CallFacts.advisers.bool_op("&&")(cast(list(wanted.advisers), ARRAY(Text))))
    if wanted.products:
        asked.append(CallFacts.products.bool_op("&&")(cast(list(wanted.products), ARRAY(Text))))
    return asked


def placed_calls(session: Session) -> tuple[FromClause, SQLColumnExpression[str]]:
    """``call_facts`` with what people decided about clients, and the household of each call."""
    if not clients.decided(session):
        return CallFacts.__table__, CallFacts.client_key
    each = clients.placed(CallFacts)
    return each.tables, each.household


def roomy(session: Session) -> None:
    """Lets this transaction sort 100,000 narrow rows in memory rather than on disk."""
    session.execute(text("SET LOCAL work_mem = '64MB'"))


def latest_of(session: Session, wanted: FactFilter, *columns: Any) -> Subquery:
    """Columns of the latest call of each household, of those that the filter leaves."""
    tables, household = placed_calls(session)
    order = (CallFacts.met.desc().nulls_last(), CallFacts.transcript_id.desc())
    rows = select(household.label("household"), *columns).select_from(tables).where(*wanted_calls(wanted))
    return rows.order_by(household, *order).ext(distinct_on(household)).subquery("latest")


def deals(session: Session, wanted: FactFilter) -> list[DealGroup]:
    """How the latest deals of all households stand."""
    latest = latest_of(
        session,
        wanted,
        case((CallFacts.stage_counts, CallFacts.stage)).label("stage"),
        or_(CallFacts.stage_counts, CallFacts.stage.is_(None)).label("stage_counts"),
        case((CallFacts.outcome_counts, CallFacts.outcome)).label("outcome"),
        or_(CallFacts.outcome_counts, CallFacts.outcome.is_(None)).label("outcome_counts"),
        CallFacts.amount,
        CallFacts.amount_state,
    )
    names = ("stage", "stage_counts", "outcome", "outcome_counts", "amount_state")
    alike = [latest.c[name] for name in names]
    groups = select(
        *alike,
        func.count(),
        cast(func.coalesce(func.sum(latest.c.amount), 0), Double),
        func.count().filter(latest.c.amount.is_(None), latest.c.amount_state.is_not(None)),
    ).group_by(*alike)
    rows: Sequence[Any] = session.execute(groups).all()
    return [DealGroup(*row) for row in rows]


def ways(session: Session, wanted: FactFilter, ladder: Sequence[str], won: Sequence[str]) -> Ways:
    """How far the deals of all households came, and how long the won ones took.

    ``ladder`` are the stages on the way to won, the first first; ``won`` are the outcomes that count as won. A deal off
    the ladder, or on a stage that does not count, stands on the first rung.
    """
    tables, household = placed_calls(session)
    rung = func.coalesce(func.array_position(cast(list(ladder), ARRAY(Text)), CallFacts.stage), 1)
    is_won = and_(CallFacts.outcome_counts, CallFacts.outcome.in_(won))
    each = (
        select(
            func.max(case((CallFacts.stage_counts, rung), else_=1)).label("reached"),
            func.min(CallFacts.met).label("begun_on"),
            func.min(CallFacts.met).filter(is_won).label("won_on"),
            func.bool_or(is_won).label("won"),
            func.count().label("calls"),
            func.count(CallFacts.met).label("dated"),
        )
        .select_from(tables)
        .where(*wanted_calls(wanted))
        .group_by(household)
        .subquery("households")
    )
    days = each.c.won_on - each.c.begun_on
    row = session.execute(
        select(
            *(func.count().filter(each.c.reached >= place) for place in range(1, len(ladder) + 1)),
            func.count(days),
            *(cast(func.percentile_cont(part).within_group(days), Double) for part in (0.25, 0.5, 0.75)),
            func.count().filter(each.c.won, days.is_(None)),
            cast(func.coalesce(func.sum(each.c.calls), 0), BigInteger),
            cast(func.coalesce(func.sum(each.c.calls - each.c.dated), 0), BigInteger),
        )
    ).one()
    *cycle, calls, undated = row[len(ladder) :]
    return Ways(calls, undated, tuple(row[: len(ladder)]), Cycle(*cycle))


def weeks(session: Session, wanted: FactFilter, since: date, zone: str) -> Weeks:
    """What was done in each week since a Monday; a moment's day is that of the time zone."""
    asked = wanted_calls(wanted)
    monday = cast(func.date_trunc("week", CallFacts.met), Date)
    calls = select(monday, func.count()).where(*asked, CallFacts.met >= since).group_by(monday)
    return Weeks(
        calls=dict(session.execute(calls).all()),
        edited=_done(session, ("email_draft.subject", "email_draft.body"), ("edit",), asked, since, zone),
        sent=_done(session, ("email_sent",), ("sent",), asked, since, zone),
    )


def _done(
    session: Session,
    fields: Sequence[str],
    kinds: Sequence[str],
    asked: Sequence[SQLColumnExpression[bool]],
    since: date,
    zone: str,
) -> dict[date, int]:
    """Of how many calls people did so much to a field, in each week."""
    day = func.timezone(zone, FieldValue.at)
    monday = cast(func.date_trunc("week", day), Date)
    statement = (
        select(monday, func.count(FieldValue.transcript_id.distinct()))
        .where(FieldValue.source == "human", FieldValue.field.in_(fields), FieldValue.kind.in_(kinds), day >= since)
        .group_by(monday)
    )
    if asked:
        statement = statement.where(FieldValue.transcript_id.in_(select(CallFacts.transcript_id).where(*asked)))
    return dict(session.execute(statement).all())


def to_look_at(session: Session) -> ToLookAt:
    """What waits for a person, of all calls."""
    conflicts = select(func.coalesce(func.sum(func.cardinality(Transcript.conflicts)), 0), func.count()).where(
        text("conflicts <> '{}'")
    )
    unsupported = select(func.count()).select_from(CallFacts).where(text("unsupported <> '{}'"))
    failed = select(func.count()).select_from(Run).where(Run.state == "failed", Run.dry_run_id.is_(None))
    fields, calls = session.execute(conflicts).one()
    return ToLookAt(int(fields), calls, session.scalar(unsupported) or 0, session.scalar(failed) or 0)


def advisers(session: Session) -> list[str]:
    """Everybody who led a call, sorted: the choices of a filter."""
    teams = session.scalars(select(CallFacts.advisers).distinct())
    return sorted({name for team in teams for name in team})


def any_call(session: Session) -> bool:
    """Whether there is a call at all."""
    return bool(session.scalar(select(exists(select(CallFacts.transcript_id)))))
