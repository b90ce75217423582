"""The files of a batch as people see them: how each stands, by the others and by its run. Part of db/batches.py."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select
from sqlalchemy.orm import Session, aliased

from db.models import BatchFile, Run
from db.runs import RunState

Status = Literal["waiting", "new", "update", "duplicate", "unreadable"]
Standing = Status | Literal["twin"] | RunState


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a batch. ``twin`` is the name of an earlier file that holds the same call, ``twin_differs``
    whether in other words.

    ``wanted`` is whether it is to be processed: what the person said, else that it is new or an update and no twin.
    ``run_state``, ``run_error``, ``run_note`` and ``run_external_id`` are those of its run.
    """

    position: int
    name: str
    digest: str | None
    status: Status
    sentence: str | None
    format: str | None
    options: dict[str, Any]
    external_id: str | None
    client_name: str | None
    meeting_date: str | None
    turn_count: int
    speakers: list[Any] | None
    warnings: list[Any] | None
    run_id: str | None
    twin: str | None
    twin_differs: bool
    wanted: bool
    run_state: RunState | None
    run_error: str | None
    run_note: str | None
    run_external_id: str | None


def files(
    session: Session,
    batch_id: str,
    shown: Collection[str] = (),
    limit: int | None = None,
    offset: int = 0,
    position: int | None = None,
) -> list[FileRow]:
    """Files of a batch in their order: all, or those that stand as one of ``shown`` says (see ``counts``)."""
    statement, standing = _standing(batch_id)
    if shown:
        statement = statement.where(standing.in_(list(shown)))
    if position is not None:
        statement = statement.where(BatchFile.position == position)
    rows = session.execute(statement.order_by(BatchFile.position).limit(limit).offset(offset)).all()
    return [FileRow(*row) for row in rows]


def counts(session: Session, batch_id: str) -> dict[Standing, int]:
    """How many files stand how: by their run's state where they have one, else 'twin' or by their status."""
    statement, standing = _standing(batch_id)
    counted = statement.with_only_columns(standing, func.count(), maintain_column_froms=True).group_by(standing)
    found: dict[Any, int] = {}
    for stands, number in session.execute(counted):
        found[stands] = number
    return found


def wanted(session: Session, batch_id: str) -> int:
    """How many files of a batch are to be processed."""
    statement, _ = _standing(batch_id)
    inner = statement.subquery()
    return session.scalar(select(func.count()).select_from(inner).where(inner.c.wanted)) or 0


def run_ids(session: Session, batch_id: str) -> list[str]:
    """The runs of a batch, in the order of its files."""
    mine = select(BatchFile.run_id).where(BatchFile.batch_id == batch_id, BatchFile.run_id.is_not(None))
    return [run_id for run_id in session.scalars(mine.order_by(BatchFile.position)) if run_id]


def _standing(batch_id: str) -> tuple[Select[Any], ColumnElement[str]]:
    """The files of a batch with what follows from the others and from their runs; and how each stands."""
    goes = BatchFile.status.in_(("new", "update"))
    first = (
        select(BatchFile.external_id, func.min(BatchFile.position).label("position"))
        .where(BatchFile.batch_id == batch_id, goes)
        .group_by(BatchFile.external_id)
        .subquery()
    )
    earlier = aliased(BatchFile)
    twin = and_(goes, first.c.position < BatchFile.position)
    meant = func.coalesce(BatchFile.wanted, and_(goes, ~twin))
    standing = func.coalesce(Run.state, case((twin, "twin"), else_=BatchFile.status))
    computed = {
        "twin": case((twin, earlier.name)).label("twin"),
        "twin_differs": func.coalesce(and_(twin, earlier.content_hash != BatchFile.content_hash), false()).label(
            "twin_differs"
        ),
        "wanted": and_(BatchFile.status.in_(("new", "update", "duplicate")), meant).label("wanted"),
        "run_state": Run.state,
        "run_error": Run.error,
        "run_note": Run.note,
        "run_external_id": Run.external_id,
    }
    columns = [computed[name] if name in computed else getattr(BatchFile, name) for name in FileRow.__slots__]
    statement = (
        select(*columns)
        .outerjoin(first, first.c.external_id == BatchFile.external_id)
        .outerjoin(earlier, and_(earlier.batch_id == batch_id, earlier.position == first.c.position))
        .outerjoin(Run, Run.id == BatchFile.run_id)
        .where(BatchFile.batch_id == batch_id)
    )
    return statement, standing
