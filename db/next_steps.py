"""Next steps of all calls: which are due, overdue or without a day, and which a person marked as done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    and_,
    any_,
    column,
    delete,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db import audit
from db.errors import NoSuchRow
from db.models import CallFacts, DoneStep, Transcript
from db.overview import FactFilter, wanted_calls

Due = Literal["overdue", "soon", "later", "no day", "done"]


@dataclass(frozen=True, slots=True)
class StepRow:
    """A next step of a call. ``step`` is its object in ``crm_data``; ``done_by`` and ``done_at`` where it is done."""

    transcript_id: int
    external_id: str
    key: str
    owner: str
    day: date | None
    step: Any
    client_name: str | None
    filename: str | None
    done_by: str | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Span:
    """The days that the lists are cut by: overdue is before ``today``, soon from then to ``until``, both included."""

    today: date
    until: date


def counts(session: Session, wanted: FactFilter, span: Span) -> dict[Due, int]:
    """How many steps stand in each list."""
    steps = _steps()
    is_done = _is_done(steps)
    listed: tuple[Due, ...] = ("overdue", "soon", "later", "no day")
    statement = (
        select(*(func.count().filter(_condition(steps, each, span)) for each in listed))
        .select_from(CallFacts)
        .join(steps, true())
    )
    row = session.execute(statement.where(*wanted_calls(wanted), ~is_done)).one()
    done = select(func.count()).select_from(CallFacts).join(steps, true()).where(*wanted_calls(wanted), is_done)
    return {**dict(zip(listed, row, strict=True)), "done": session.scalar(done) or 0}


def listing(session: Session, wanted: FactFilter, span: Span, due: Due, limit: int) -> list[StepRow]:
    """The steps of one list: the next due first, of the overdue and of the done ones the latest first."""
    steps = _steps()
    is_done = _is_done(steps)
    asked = [*wanted_calls(wanted), is_done if due == "done" else ~is_done]
    if due != "done":
        asked.append(_condition(steps, due, span))
    days = steps.c.day.desc() if due in ("overdue", "done") else steps.c.day.asc()
    order = ((CallFacts.met.desc() if due == "no day" else days).nulls_last(), CallFacts.transcript_id.desc())
    page = (
        select(
            func.row_number().over(order_by=(*order, steps.c.place)).label("row"),
            CallFacts.transcript_id,
            steps.c.key,
            steps.c.day,
            steps.c.owner,
            steps.c.number,
            CallFacts.met,
        )
        .join(steps, true())
        .where(*asked)
        .order_by(*order, steps.c.place)
        .limit(limit)
    ).subquery("page")
    rows = session.execute(
        select(
            Transcript.id,
            Transcript.external_id,
            page.c.key,
            page.c.owner,
            page.c.day,
            Transcript.crm_data["next_steps"][page.c.number],
            Transcript.client_name,
            Transcript.filename,
            DoneStep.actor,
            DoneStep.at,
        )
        .join(page, page.c.transcript_id == Transcript.id)
        .outerjoin(DoneStep, and_(DoneStep.transcript_id == page.c.transcript_id, DoneStep.step_key == page.c.key))
        .order_by(page.c.row)
    )
    return [StepRow(*row) for row in rows]


def mark(session: Session, external_id: str, key: str, done: bool, *, actor: str) -> bool:
    """Notes that a step is done, or is open again; whether that is news. Raises NoSuchRow where it is not there."""
    call = session.scalar(
        select(CallFacts.transcript_id)
        .join(Transcript, Transcript.id == CallFacts.transcript_id)
        .where(Transcript.external_id == external_id, literal(key) == any_(CallFacts.step_keys))
    )
    if call is None:
        raise NoSuchRow("This step is no longer in the record.")
    named = {"transcript_id": call, "step_key": key}
    if done:
        statement: Any = insert(DoneStep).values(**named, actor=actor).on_conflict_do_nothing()
    else:
        statement = delete(DoneStep).where(DoneStep.transcript_id == call, DoneStep.step_key == key)
    changed = bool(session.execute(statement.returning(DoneStep.step_key)).all())
    if changed:
        audit.note(session, actor, "step_done" if done else "step_reopened", external_id, step=key)
    return changed


def _steps() -> FromClause:
    """Every step of a call as a row of its own."""
    arrays = (CallFacts.step_keys, CallFacts.step_days, CallFacts.step_owners, CallFacts.step_places)
    columns = ("key", column("day", Date), "owner", column("number", Integer))
    spread = func.unnest(*arrays).table_valued(*columns, with_ordinality="place")
    return spread.render_derived().lateral("step")


def _is_done(steps: FromClause) -> ColumnElement[bool]:
    return exists().where(DoneStep.transcript_id == CallFacts.transcript_id, DoneStep.step_key == steps.c.key)


def _condition(steps: FromClause, due: Due, span: Span) -> ColumnElement[bool]:
    day: ColumnElement[date | None] = steps.c.day
    match due:
        case "overdue":
            return day < span.today
        case "soon":
            return day.between(span.today, span.until)
        case "later":
            return day > span.until
        case _:
            return day.is_(None)
