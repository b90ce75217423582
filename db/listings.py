"""Lists of calls and of deals: filtered, sorted and cut into pages by PostgreSQL. Quick at 100,000 rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Double, SQLColumnExpression, case, cast, func, or_, select, text
from sqlalchemy.orm import Session

from db.models import EMPTY, CallFacts, JsonObject, Transcript
from db.stored import storable_text

# Which deals by what people made of them: a person wrote or confirmed something, a later run contradicts that, two
# minds disagree and no person decided, nobody spoke of any field of the record, or nothing supports a value.
Marked = Literal["", "people", "conflict", "minds", "nobody", "unsupported"]


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls. Empty fields ask for nothing.

    ``search``: every word of it stands somewhere in the id, the file's name, the client's or spouse's name,
    e-mail, phone, state, the title, outcome, stage, products or objections; case does not matter and % and _
    are themselves. ``stages`` and ``outcomes``: one of them. Dates bound the meeting's, both ends included.
    """

    search: str = ""
    stages: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True, slots=True)
class DealFilter(CallFilter):
    """Which deals: as CallFilter, and the deal's amount between two values, both included.

    A deal of which no amount was said is in no range. ``marked``: what people made of it, see Marked.
    """

    value_min: float | Decimal | None = None
    value_max: float | Decimal | None = None
    marked: Marked = ""


@dataclass(frozen=True, slots=True)
class OutgoingFilter(CallFilter):
    """Which calls, as CallFilter, by the state of their e-mail (waiting, sent) or of any of their posts."""

    email: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in the list of calls. ``turn_count`` is 0 where no dialogue is stored."""

    id: int
    external_id: str
    version: int
    filename: str | None
    client_name: str | None
    meeting_title: str | None
    meeting_date: str | None
    outcome: str | None
    deal_stage: str | None
    deal_amount: float | None
    source_format: str | None
    turn_count: int
    has_email: bool
    email_sent: bool
    created_at: datetime
    updated_at: datetime
    summary: str | None
    duration_minutes: float | None


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal in the grid. ``edits`` names the fields of ``crm_data`` that are a person's, ``conflicts`` the ledger's
    paths of those, of any output, that a later run contradicts, ``disagreements`` the fields of which two minds say
    different things and no person anything."""

    id: int
    external_id: str
    version: int
    crm_data: dict[str, Any]
    edits: list[str]
    filename: str | None
    updated_at: datetime
    conflicts: Sequence[str] = ()
    disagreements: Sequence[str] = ()


_SORTS: dict[str, SQLColumnExpression[Any]] = {
    "client_name": func.lower(Transcript.client_name),
    "deal_amount": Transcript.deal_amount,
    "deal_stage": Transcript.deal_stage,
    "outcome": Transcript.outcome,
    "meeting_date": Transcript.meeting_date,
    "updated_at": Transcript.updated_at,
    "created_at": Transcript.created_at,
    "external_id": Transcript.external_id,
    "filename": Transcript.filename,
}
SORTS = tuple(_SORTS)


def listing(
    session: Session, wanted: CallFilter, limit: int | None = 50, offset: int = 0, sort: str = "-meeting_date"
) -> tuple[list[CallRow], int]:
    """One page of calls, and how many there are on all pages. ``limit`` and ``sort`` as in ``deals``."""
    dialogue, header = Transcript.dialogue, Transcript.call["header"]
    title = func.coalesce(Transcript.crm_data["meeting_title"].astext, header["meeting_title"].astext)
    turns = case((func.jsonb_typeof(dialogue) == "array", func.jsonb_array_length(dialogue)), else_=0)
    rows = page_of(
        session,
        wanted,
        (sort, limit, offset),
        Transcript.id,
        Transcript.external_id,
        Transcript.version,
        Transcript.filename,
        Transcript.client_name,
        title,
        Transcript.meeting_date,
        Transcript.outcome,
        Transcript.deal_stage,
        cast(Transcript.deal_amount, Double),
        Transcript.call["source_format"].astext,
        turns,
        func.coalesce(Transcript.email_draft, "") != "",
        Transcript.email_sent.is_not(None),
        Transcript.created_at,
        Transcript.updated_at,
        Transcript.crm_data["summary"].astext,
        cast(func.aftercall_number(Transcript.crm_data["duration_minutes"]), Double),
    )
    return [CallRow(*row) for row in rows], total(session, wanted)


def deals(
    session: Session,
    wanted: DealFilter,
    sort: str = "-updated_at",
    limit: int | None = 50,
    offset: int = 0,
    counted: int | None = None,
) -> tuple[list[DealRow], int]:
    """One page of deals, and how many there are on all pages: ``counted``, where the caller knows that already.

    ``limit`` None: all of them, for an export.

    ``sort`` is one of SORTS, with a minus before it for descending; rows without the value come last either
    way, and equal ones stand in the order of their ids. Raises ValueError on any other sort.
    """
    rows = page_of(
        session,
        wanted,
        (sort, limit, offset),
        Transcript.id,
        Transcript.external_id,
        Transcript.version,
        func.aftercall_object(Transcript.crm_data, type_=JsonObject),
        func.aftercall_object(Transcript.edits["crm_data"], type_=JsonObject),
        Transcript.filename,
        Transcript.updated_at,
        Transcript.conflicts,
        Transcript.disagreements,
    )
    found = [
        DealRow(row_id, external_id, version, crm_data, sorted(edits), *rest)
        for row_id, external_id, version, crm_data, edits, *rest in rows
    ]
    return found, total(session, wanted) if counted is None else counted


def total(session: Session, wanted: CallFilter) -> int:
    """How many rows a filter admits."""
    return session.scalar(select(func.count()).select_from(Transcript).where(*conditions(wanted))) or 0


def ids_after(session: Session, wanted: CallFilter, after: int, limit: int) -> list[tuple[int, str]]:
    """The next rows of a filter by their ids: id and external id of at most so many whose id is above ``after``."""
    next_ones = select(Transcript.id, Transcript.external_id).where(*conditions(wanted), Transcript.id > after)
    return [(row.id, row.external_id) for row in session.execute(next_ones.order_by(Transcript.id).limit(limit))]


def values_of(session: Session, column: Literal["deal_stage", "outcome"]) -> list[str]:
    """The values that occur in a column, sorted: the choices of a filter."""
    attribute: ColumnElement[str] = getattr(Transcript, column)
    return list(session.scalars(select(attribute).where(attribute.is_not(None)).distinct().order_by(attribute)))


def page_of(session: Session, wanted: CallFilter, cut: tuple[str, int | None, int], *columns: Any) -> Sequence[Any]:
    """The columns of one page's rows. The page is found first, so that only its rows are read in full."""
    sort, limit, offset = cut
    order = _order(sort)
    page = select(Transcript.id).where(*conditions(wanted)).order_by(*order).limit(limit).offset(offset).subquery()
    return session.execute(select(*columns).join(page, page.c.id == Transcript.id).order_by(*order)).all()


def _order(sort: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    name = sort.removeprefix("-")
    if name not in _SORTS:
        raise ValueError(f"Deals can't be sorted by '{name}', only by {', '.join(SORTS)}.")
    if sort.startswith("-"):
        return _SORTS[name].desc().nulls_last(), Transcript.id.desc()
    return _SORTS[name].asc().nulls_last(), Transcript.id.asc()


def conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    """What a filter asks of ``transcripts``, to be put into a WHERE."""
    words = storable_text(wanted.search).lower().split()
    asked: list[ColumnElement[bool]] = [Transcript.search_text.contains(word, autoescape=True) for word in words]
    if wanted.stages:
        asked.append(Transcript.deal_stage.in_(wanted.stages))
    if wanted.outcomes:
        asked.append(Transcript.outcome.in_(wanted.outcomes))
    if wanted.date_from is not None:
        asked.append(Transcript.meeting_date >= wanted.date_from.isoformat())
    if wanted.date_to is not None:
        asked.append(Transcript.meeting_date <= wanted.date_to.isoformat())
    if isinstance(wanted, OutgoingFilter):
        asked.extend(_outgoing_conditions(wanted))
    if isinstance(wanted, DealFilter):
        if wanted.value_min is not None:
            asked.append(Transcript.deal_amount >= wanted.value_min)
        if wanted.value_max is not None:
            asked.append(Transcript.deal_amount <= wanted.value_max)
        asked.extend(_marked_conditions(wanted.marked))
    return asked


def _marked_conditions(marked: Marked) -> list[ColumnElement[bool]]:
    if marked == "conflict":
        return [text("conflicts <> '{}'")]  # type: ignore[list-item]  # as the index has it
    if marked == "minds":
        return [text("disagreements <> '{}'")]  # type: ignore[list-item]  # the same
    if marked == "unsupported":
        doubtful = select(CallFacts.transcript_id).where(text("unsupported <> '{}'"))
        return [Transcript.id.in_(doubtful)]
    if not marked:
        return []
    said = Transcript.edits["crm_data"]
    return [said != EMPTY] if marked == "people" else [or_(said.is_(None), said == EMPTY)]


def _outgoing_conditions(wanted: OutgoingFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.email:
        sent = Transcript.email_sent
        asked.append(func.coalesce(Transcript.email_draft, "") != "")
        asked.append(sent.is_not(None) if wanted.email == "sent" else sent.is_(None))
    if wanted.post:
        asked.append(Transcript.social_content.contains({"posts": [{"state": wanted.post}]}))
    return asked
