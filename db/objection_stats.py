"""The clients' objections, counted out of ``call_facts``, and the words of those that are looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    BigInteger,
    FromClause,
    Integer,
    SQLColumnExpression,
    Text,
    case,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from db.models import CallFacts, Transcript
from db.overview import FactFilter, latest_of, placed_calls, wanted_calls

Split = Literal["product", "adviser", "outcome"]
By = Literal["all", "phase", "product", "adviser", "outcome"]


@dataclass(frozen=True, slots=True)
class Raised:
    """An objection in one group (None: not known): in how many calls it was raised, or how often."""

    objection: str
    value: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """How an objection was answered, and what became of the clients' deals: one for each household, its last answer."""

    objection: str
    handling: str
    won: int
    lost: int
    others: int


@dataclass(frozen=True, slots=True)
class Place:
    """One time that an objection was raised. ``turn`` is None where only a person says that it was."""

    transcript_id: int
    external_id: str
    client_name: str | None
    filename: str | None
    met: date | None
    outcome: str | None
    objection: str
    turn: int | None
    phase: str | None
    handling: str | None
    quotes: Any
    handled: Any


def base(session: Session, wanted: FactFilter) -> tuple[int, int, int]:
    """Of the filter's calls: how many there are, in how many an objection was raised, in how many one is left out."""
    statement = select(
        func.count(),
        func.count().filter(func.cardinality(CallFacts.objections) > 0),
        func.count().filter(CallFacts.unsupported.bool_op("@>")(cast(["objections"], ARRAY(Text)))),
    ).where(*wanted_calls(wanted))
    row = session.execute(statement).one()
    return row[0], row[1], row[2]


def raised(session: Session, wanted: FactFilter, by: Split | None = None) -> list[Raised]:
    """In how many calls each objection was raised, in each group; a call of several products is in each of theirs."""
    columns: list[Any] = [func.unnest(CallFacts.worries).label("name")]
    if by is not None:
        columns.append(_value(by).label("several"))
    rows = select(*columns).where(*wanted_calls(wanted)).subquery("worries")
    value: Any = cast(None, Text)
    if by == "outcome":
        value = rows.c.several
    elif by is not None:
        # Of no product or adviser: a group of its own.
        known = case((func.cardinality(rows.c.several) == 0, cast([None], ARRAY(Text))), else_=rows.c.several)
        rows = select(rows.c.name, func.unnest(known).label("several")).subquery("spread")
        value = rows.c.several
    calls = func.count()
    statement = select(rows.c.name, value, calls).group_by(rows.c.name, value).order_by(calls.desc(), rows.c.name)
    return [Raised(*row) for row in session.execute(statement)]


def times(session: Session, wanted: FactFilter) -> list[Raised]:
    """How often each objection was raised in each phase; every time counts."""
    spread = [func.unnest(each) for each in (CallFacts.objections, CallFacts.objection_phases)]
    rows = select(spread[0].label("name"), spread[1].label("phase")).where(*wanted_calls(wanted)).subquery("times")
    number = func.count()
    statement = select(rows.c.name, rows.c.phase, number).group_by(rows.c.name, rows.c.phase)
    return [Raised(*row) for row in session.execute(statement.order_by(number.desc(), rows.c.name))]


def answered(session: Session, wanted: FactFilter, won: Sequence[str], lost: Sequence[str]) -> list[Answered]:
    """The answers to each objection with what became of the deals: the outcome of each household's latest call."""
    tables, household = placed_calls(session)
    ended = latest_of(session, FactFilter(), _outcome().label("ended"))
    spread = [func.unnest(each) for each in (CallFacts.worries, CallFacts.handlings)]
    rows = (
        select(
            household.label("household"),
            CallFacts.met,
            CallFacts.transcript_id,
            spread[0].label("name"),
            spread[1].label("handling"),
        )
        .select_from(tables)
        .where(*wanted_calls(wanted))
        .subquery("worries")
    )
    last = (
        select(rows.c.household, rows.c.name, rows.c.handling)
        .where(rows.c.handling.is_not(None))
        .order_by(rows.c.household, rows.c.name, rows.c.met.desc().nulls_last(), rows.c.transcript_id.desc())
        .ext(distinct_on(rows.c.household, rows.c.name))
        .subquery("last")
    )
    is_won, is_lost = (func.count().filter(ended.c.ended.in_(names)) for names in (won, lost))
    statement = (
        select(last.c.name, last.c.handling, is_won, is_lost, func.count() - is_won - is_lost)
        .join(ended, ended.c.household == last.c.household)
        .group_by(last.c.name, last.c.handling)
        .order_by(last.c.name, last.c.handling)
    )
    return [Answered(*row) for row in session.execute(statement)]


def places(
    session: Session, wanted: FactFilter, objection: str, by: By, value: str | None, limit: int, handling: str = ""
) -> list[Place]:
    """The times that an objection was raised in one group (``by`` "all": everywhere), those of won calls first, then
    the newest."""
    each = _each()
    asked: list[SQLColumnExpression[bool]] = [*wanted_calls(wanted), each.c.name == objection]
    if by in ("product", "adviser"):
        named: dict[str, Any] = {"product": CallFacts.products, "adviser": CallFacts.advisers}
        asked.append(
            named[by].bool_op("@>")(cast([value], ARRAY(Text)))
            if value is not None
            else func.cardinality(named[by]) == 0
        )
    elif by != "all":
        asked.append((each.c.phase if by == "phase" else _outcome()).is_not_distinct_from(value))
    answer = CallFacts.handlings[func.array_position(CallFacts.worries, each.c.name)]
    if handling:
        asked.append(answer == handling)
    statement = (
        select(
            Transcript.id,
            Transcript.external_id,
            Transcript.client_name,
            Transcript.filename,
            CallFacts.met,
            _outcome(),
            each.c.name,
            each.c.turn,
            each.c.phase,
            answer,
            Transcript.extracted_data["objections"],
            Transcript.coaching["measures"]["objections"],
        )
        .select_from(CallFacts.__table__.join(each, true()))
        .join(Transcript, Transcript.id == CallFacts.transcript_id)
        .where(*asked)
        .order_by(CallFacts.met.desc().nulls_last(), CallFacts.transcript_id.desc(), each.c.turn)
        .limit(limit)
    )
    return [Place(*row) for row in session.execute(statement)]


def words(session: Session, turns: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What was said in turns, by the row of the call and the turn's number."""
    wanted = sorted(set(turns))
    if not wanted:
        return {}
    calls = cast([call for call, _ in wanted], ARRAY(BigInteger))
    numbers = cast([turn for _, turn in wanted], ARRAY(Integer))
    pair = func.unnest(calls, numbers).table_valued(column("call", BigInteger), column("turn", Integer))
    named = pair.render_derived("pair")
    said = Transcript.dialogue[named.c.turn]["text"].astext
    rows = session.execute(
        select(named.c.call, named.c.turn, said).select_from(named).join(Transcript, Transcript.id == named.c.call)
    )
    return {(call, turn): text for call, turn, text in rows if text}


def _each() -> FromClause:
    """Every time that an objection was raised, as a row of its own."""
    arrays = (CallFacts.objections, CallFacts.objection_turns, CallFacts.objection_phases)
    spread = func.unnest(*arrays).table_valued("name", column("turn", Integer), "phase")
    return spread.render_derived().lateral("each")


def _outcome() -> SQLColumnExpression[Any]:
    return case((CallFacts.outcome_counts, CallFacts.outcome))


def _value(by: Split) -> SQLColumnExpression[Any]:
    """What a call's group is; for products and advisers the list of them."""
    if by == "outcome":
        return _outcome()
    return CallFacts.products if by == "product" else CallFacts.advisers
