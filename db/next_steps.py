"""Next steps of all calls: which are due, overdue or without a day, and which a person marked as done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db import audit
from db.errors import NoSuchRow
from db.models import CallFacts, CallStep, DoneStep, Transcript
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
    asked = _asked(wanted)
    listed: tuple[Due, ...] = ("overdue", "soon", "later", "no day")
    open_ones = select(*(func.count().filter(_condition(each, span)) for each in listed)).where(*asked, ~_is_done())
    row = session.execute(open_ones).one()
    done = select(func.count()).select_from(CallStep).where(*asked, _is_done())
    return {**dict(zip(listed, row, strict=True)), "done": session.scalar(done) or 0}


def listing(session: Session, wanted: FactFilter, span: Span, due: Due, limit: int) -> list[StepRow]:
    """The steps of one list: the next due first, of the overdue and of the done ones the latest first."""
    asked = [*_asked(wanted), _is_done()] if due == "done" else [*_asked(wanted), ~_is_done(), _condition(due, span)]
    columns = (CallStep.transcript_id, CallStep.place, CallStep.step_key, CallStep.owner, CallStep.day, CallStep.met)
    page = select(*columns).where(*asked).order_by(*_order(due, CallStep)).limit(limit).subquery("page")
    rows = session.execute(
        select(
            Transcript.id,
            Transcript.external_id,
            page.c.step_key,
            page.c.owner,
            page.c.day,
            Transcript.crm_data["next_steps"][page.c.place],
            Transcript.client_name,
            Transcript.filename,
            DoneStep.actor,
            DoneStep.at,
        )
        .join(page, page.c.transcript_id == Transcript.id)
        .outerjoin(DoneStep, and_(DoneStep.transcript_id == page.c.transcript_id, DoneStep.step_key == page.c.step_key))
        .order_by(*_order(due, page.c))
    )
    return [StepRow(*row) for row in rows]


def mark(session: Session, external_id: str, key: str, done: bool, *, actor: str) -> bool:
    """Notes that a step is done, or is open again; whether that is news. Raises NoSuchRow where it is not there."""
    action = Transcript.crm_data["next_steps"][CallStep.place]["action"].astext
    step = session.execute(
        select(CallStep.transcript_id, CallStep.owner, CallStep.day, _folded(action).label("action"))
        .join(Transcript, Transcript.id == CallStep.transcript_id)
        .where(Transcript.external_id == external_id, CallStep.step_key == key)
        .limit(1)
    ).one_or_none()
    if step is None:
        raise NoSuchRow("This step is no longer in the record.")
    if done:
        values = {**step._mapping, "step_key": key, "actor": actor}
        statement: Any = insert(DoneStep).values(values).on_conflict_do_nothing()
    else:
        statement = delete(DoneStep).where(DoneStep.transcript_id == step.transcript_id, DoneStep.step_key == key)
    changed = bool(session.execute(statement.returning(DoneStep.step_key)).all())
    if changed:
        audit.note(session, actor, "step_done" if done else "step_reopened", external_id, step=key)
    return changed


def _folded(action: ColumnElement[str]) -> ColumnElement[str]:
    """The words of an action, as the trigger of the marks compares them."""
    return func.trim(func.regexp_replace(func.lower(action), "[^[:alnum:]]+", " ", "g"))


def _asked(wanted: FactFilter) -> list[ColumnElement[bool]]:
    """What a filter asks of ``call_steps``, to be put into a WHERE."""
    asked = wanted_calls(wanted)
    return [CallStep.transcript_id.in_(select(CallFacts.transcript_id).where(*asked))] if asked else []


def _is_done() -> ColumnElement[bool]:
    return exists().where(DoneStep.transcript_id == CallStep.transcript_id, DoneStep.step_key == CallStep.step_key)


def _order(due: Due, steps: Any) -> tuple[Any, ...]:
    """The order of a list, by the columns of ``call_steps`` or of a part of it."""
    days = steps.day.desc() if due == "overdue" else steps.day.desc().nulls_last() if due == "done" else steps.day
    return (steps.met.desc().nulls_last() if due == "no day" else days, steps.transcript_id.desc(), steps.place)


def _condition(due: Due, span: Span) -> ColumnElement[bool]:
    day = CallStep.day
    match due:
        case "overdue":
            return day < span.today
        case "soon":
            return day.between(span.today, span.until)
        case "later":
            return day > span.until
        case _:
            return day.is_(None)
