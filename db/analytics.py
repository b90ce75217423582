"""Figures over calls: counts, sums and middles of what was said, of any choice of calls, by any kind of group.

Only columns and fields that are named here or checked by the caller reach a statement; values are parameters. Every
question is asked in a transaction that can't write, with a limit of time.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Double,
    FromClause,
    Numeric,
    Select,
    SQLColumnExpression,
    Subquery,
    Text,
    and_,
    case,
    cast,
    false,
    func,
    not_,
    null,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from db import clients, reader
from db.listings import CallFilter, conditions
from db.models import Transcript
from db.stored import storable_text

Measure = Literal["count", "sum", "average", "median", "lowest", "highest"]
Group = Literal["outcome", "deal_stage", "product", "objection", "adviser", "state", "month", "client"]
Comparison = Literal[
    "said",
    "not said",
    "is",
    "is not",
    "contains",
    "holds",
    "lacks",
    "beyond",
    "above",
    "below",
    "at least",
    "at most",
    "one of",
]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a field of the record. ``value`` is a number or words, by the comparison.

    ``holds`` and ``lacks``: a list has the value as one of its items, or has none such; no list lacks every value.
    ``one of``: the value is one of several, which stand in one text with a bar between them.
    ``beyond``: a list has an item that does not stand in the field that the value names.
    """

    field: str
    comparison: Comparison
    value: str | float | None = None


@dataclass(frozen=True, slots=True)
class Selection(CallFilter):
    """Which calls, as CallFilter, and beyond: those of some ids, of advisers, of which any (or every one) of some
    products or objections was spoken, of which all conditions hold. ``latest``: each household's latest call alone."""

    external_ids: Sequence[str] | None = None
    advisers: Sequence[str] = ()
    products: Sequence[str] = ()
    objections: Sequence[str] = ()
    states: Sequence[str] = ()
    where: Sequence[Condition] = ()
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what it stands on: ``known`` calls said the field, ``missing`` did not, ``unread`` said it in words
    that are no number. For a count of calls ``value`` is ``calls``. None where no call says it."""

    value: float | None
    calls: int
    known: int
    missing: int
    unread: int


@dataclass(frozen=True, slots=True)
class Found:
    """A call of a choice, with the values of the fields that were asked for."""

    transcript_id: int
    external_id: str
    client_name: str | None
    meeting_date: str | None
    values: dict[str, Any]


@contextmanager
def reading(session: Session) -> Iterator[Session]:
    """Nothing can be written in this transaction from here on, and no statement takes longer than five seconds.

    Where there is a role that only reads, it asks (db/reader.py).
    """
    reader.begin(session)
    yield session


def figure(session: Session, wanted: Selection, measure: Measure, field: str | None = None) -> Figure:
    """One figure over the chosen calls; ``field`` is needed for every measure but ``count``."""
    rows = chosen(wanted, *_numbers(field)).subquery()
    return Figure(*session.execute(select(*_figures(rows, measure))).one())


def grouped(
    session: Session, wanted: Selection, by: Group, measure: Measure, field: str | None = None, limit: int = 50
) -> list[tuple[str | None, Figure]]:
    """The figure of every group, the largest first. A call of several products stands in the group of each."""
    key, table = _group(by)
    rows = chosen(wanted, key.label("key"), *_numbers(field), table=table).subquery()
    columns = _figures(rows, measure)
    order = (columns[0].desc().nulls_last(), columns[1].desc(), rows.c.key)
    found = session.execute(select(rows.c.key, *columns).group_by(rows.c.key).order_by(*order).limit(limit))
    return [(name, Figure(*numbers)) for name, *numbers in found]


def matching(
    session: Session, wanted: Selection, fields: Sequence[str] = (), limit: int = 50, sort: str = "-meeting_date"
) -> list[Found]:
    """The chosen calls with some of their fields.

    ``sort`` is ``meeting_date``, or a field that holds a number or a list; a minus before it turns it round.
    """
    name = sort.removeprefix("-")
    first: SQLColumnExpression[Any] = Transcript.meeting_date if name == "meeting_date" else _number_or_length(name)
    order = (first.desc() if sort.startswith("-") else first.asc()).nulls_last()
    columns = (Transcript.id, Transcript.external_id, Transcript.client_name, Transcript.meeting_date)
    values = [Transcript.crm_data[field] for field in fields]
    rows = session.execute(chosen(wanted, *columns, *values).order_by(order, Transcript.id.desc()).limit(limit))
    return [Found(row[0], row[1], row[2], row[3], dict(zip(fields, row[4:], strict=True))) for row in rows]


def advisers(session: Session) -> list[str]:
    """The names of all advisers of the record, sorted."""
    name, table = _group("adviser")
    return list(
        session.scalars(chosen(Selection(), name, table=table).where(name.is_not(None)).distinct().order_by(name))
    )


def chosen(wanted: Selection, *columns: Any, table: FromClause | None = None) -> Select[Any]:
    """A statement for columns over the chosen calls; with a table that calls spread into, a row for each of those."""
    statement = select(*columns).select_from(Transcript)
    if table is not None:
        statement = statement.join(table, true(), isouter=True)
    asked = [*conditions(wanted), *_beyond(wanted)]
    return statement.where(Transcript.id.in_(_latest(asked)) if wanted.latest else and_(true(), *asked))


def _latest(asked: Sequence[SQLColumnExpression[bool]]) -> Select[Any]:
    """Of each household the latest call that is asked for."""
    each = clients.placed()
    newest = (Transcript.meeting_date.desc().nulls_last(), Transcript.id.desc())
    calls = select(Transcript.id).select_from(each.tables).where(*asked).order_by(each.household, *newest)
    return calls.ext(distinct_on(each.household))


def _group(by: Group) -> tuple[SQLColumnExpression[Any], FromClause | None]:
    """What a call's group is; for what a call may have several of, the table of them."""
    crm = Transcript.crm_data
    match by:
        case "outcome":
            return Transcript.outcome, None
        case "deal_stage":
            return Transcript.deal_stage, None
        case "client":
            return Transcript.client_name, None
        case "state":
            return crm["client_state"].astext, None
        case "month":
            return func.left(Transcript.meeting_date, 7), None
        case "product" | "objection":
            listed = crm["products_discussed" if by == "product" else "objections"]
            whole = case((func.jsonb_typeof(listed) == "array", listed), else_=text("'[]'::jsonb"))
            table = func.jsonb_array_elements_text(whole).table_valued("value").render_derived().lateral(by)
            return table.c.value, table
        case "adviser":
            path = text("""'$.speakers[*] ? (@.side == "advisor").name'::jsonpath""")
            table = func.jsonb_path_query(Transcript.call, path).table_valued("value").render_derived().lateral(by)
            return table.c.value.op("#>>", return_type=Text())(text("'{}'")), table


def _numbers(field: str | None) -> tuple[SQLColumnExpression[Any], SQLColumnExpression[Any]]:
    """A field as a number (of a list, how long it is), and whether it was said; nothing where no field is asked for."""
    number = cast(null(), Numeric) if field is None else _number_or_length(field)
    said = false() if field is None else _says(field)
    return number.label("number"), said.label("said")


def _number(field: str) -> SQLColumnExpression[Any]:
    found: SQLColumnExpression[Any] = func.aftercall_number(Transcript.crm_data[field])
    return found


def _number_or_length(field: str) -> SQLColumnExpression[Any]:
    """A field as a number; of a list, how many items it has."""
    value = Transcript.crm_data[field]
    return case((func.jsonb_typeof(value) == "array", func.jsonb_array_length(value)), else_=_number(field))


def _says(field: str) -> SQLColumnExpression[bool]:
    return func.aftercall_says(Transcript.crm_data[field], type_=Boolean)


def _figures(rows: Subquery, measure: Measure) -> tuple[SQLColumnExpression[Any], ...]:
    """The columns of a Figure over some rows."""
    number, said = rows.c.number, rows.c.said
    values: dict[Measure, SQLColumnExpression[Any]] = {
        "count": func.count(),
        "sum": func.sum(number),
        "average": func.avg(number),
        "median": func.percentile_cont(0.5).within_group(number),
        "lowest": func.min(number),
        "highest": func.max(number),
    }
    return (
        cast(values[measure], Double),
        func.count(),
        func.count(number),
        func.count().filter(~said),
        func.count().filter(said, number.is_(None)),
    )


def _beyond(wanted: Selection) -> Iterator[SQLColumnExpression[bool]]:
    crm = Transcript.crm_data
    if wanted.external_ids is not None:
        yield Transcript.external_id.in_([storable_text(each) for each in wanted.external_ids])
    if wanted.advisers:
        leads = [{"speakers": [{"name": name, "side": "advisor"}]} for name in wanted.advisers]
        yield or_(*(Transcript.call.contains(each) for each in leads))
    if wanted.products:
        yield or_(*(crm["products_discussed"].contains([name]) for name in wanted.products))
    if wanted.objections:
        yield or_(*(crm["objections"].contains([name]) for name in wanted.objections))
    if wanted.states:
        yield crm["client_state"].astext.in_(wanted.states)
    yield from map(_holds, wanted.where)


def _holds(condition: Condition) -> SQLColumnExpression[bool]:
    value, number = Transcript.crm_data[condition.field], _number_or_length(condition.field)
    match condition.comparison:
        case "said":
            return _says(condition.field)
        case "not said":
            return not_(_says(condition.field))
        case "above":
            return number > condition.value
        case "below":
            return number < condition.value
        case "at least":
            return number >= condition.value
        case "at most":
            return number <= condition.value
        case "contains":
            return cast(value, Text).icontains(storable_text(str(condition.value)), autoescape=True)
        case "holds":
            return value.contains([storable_text(str(condition.value))])
        case "lacks":
            return func.coalesce(not_(value.contains([storable_text(str(condition.value))])), true())
        case "beyond":
            known = Transcript.crm_data[str(condition.value)].astext
            rest = case((func.jsonb_typeof(value) == "array", value), else_=text("'[]'::jsonb")).op("-")(known)
            return and_(known.is_not(None), func.jsonb_array_length(rest) > 0)
        case "one of":
            told = storable_text(str(condition.value)).lower().split("|")
            return func.lower(value.astext).in_(told)
        case "is not":
            return func.coalesce(not_(_holds(replace(condition, comparison="is"))), true())
        case "is":
            if isinstance(condition.value, int | float):
                return number == condition.value
            return func.lower(value.astext) == storable_text(str(condition.value)).lower()
