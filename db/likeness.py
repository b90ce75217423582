"""How many households of the record some details fit: over the supported values of their calls, in PostgreSQL.

A detail is given as the ways in which the record may hold it; each way is a set of marks that must all be among a
call's ``call_details.details``. A household fits where for every detail one of its calls holds one of the ways.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    Text,
    bindparam,
    false,
    func,
    intersect,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from db import clients
from db.models import CallDetails, Transcript

Way = Collection[str]


@dataclass(frozen=True, slots=True)
class Fit:
    """``others`` households fit beside the call's own one, of ``book`` in all; ``own`` says whether that fits too.

    ``left_out`` calls have a value of one of the fields that no words of the call support: it was not counted.
    """

    others: int
    own: bool
    book: int
    left_out: int


def stems(session: Session, words: Sequence[str]) -> list[frozenset[str]]:
    """The marks of the words of each text, as ``call_details`` holds them; of a text of common words none."""
    if not words:
        return []
    rows = session.execute(_STEMS.bindparams(bindparam("words", list(words), ARRAY(Text))))
    return [frozenset(f"~{word}" for word in row[0]) for row in rows]


_STEMS = text(
    "SELECT tsvector_to_array(to_tsvector('pg_catalog.english', words))"
    " FROM unnest(:words) WITH ORDINALITY AS given (words, place) ORDER BY place"
)


def fit(session: Session, call: int, details: Sequence[Sequence[Way]], fields: Sequence[str] = ()) -> Fit:
    """Counts the households that all the details fit. ``call`` is the row's id of the call that they came from."""
    key, tables = _households(session)
    of_calls: Select[Any] = select(key.label("household")).select_from(tables)
    own = session.scalar(of_calls.where(CallDetails.transcript_id == call))
    book = session.scalar(select(func.count(key.distinct())).select_from(tables)) or 0
    fitting = intersect(*(of_calls.where(_holds(ways)) for ways in details)).subquery()
    found = fitting.c.household
    counted = select(func.count().filter(found.is_distinct_from(own)), func.count().filter(found == own))
    others, mine = session.execute(counted.select_from(fitting)).one()
    unsupported = CallDetails.left_out.bool_op("&&")(literal(list(fields), ARRAY(Text)))
    left_out = session.scalar(select(func.count()).select_from(CallDetails).where(unsupported)) if fields else 0
    return Fit(others, bool(mine), book, left_out or 0)


def of_call(session: Session, call: int) -> frozenset[str]:
    """All marks of one call, by its row's id."""
    statement = select(CallDetails.details).where(CallDetails.transcript_id == call)
    return frozenset(session.scalar(statement) or ())


def _households(session: Session) -> tuple[SQLColumnExpression[Any], FromClause]:
    """The household's key of each call's details; by the calls' own keys alone where nobody merged or split any."""
    table = CallDetails.__table__
    if not clients.decided(session):
        return CallDetails.client_key, table
    each = clients.placed()
    return each.household, each.tables.join(table, CallDetails.transcript_id == Transcript.id)


def _holds(ways: Sequence[Way]) -> ColumnElement[bool]:
    """One of the ways; a way without a mark fits nobody."""
    return or_(false(), *(CallDetails.details.bool_op("@>")(literal(sorted(way), ARRAY(Text))) for way in ways if way))
