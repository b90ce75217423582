"""Files that were handed over together: what each is, what the person decided, which run it became."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, delete, false, func, insert, select, text, update
from sqlalchemy.orm import Session, aliased

from db.errors import NoSuchRow
from db.models import Batch, BatchFile, Run, Source, Transcript
from db.runs import RunState, add_source, queue_many
from db.stored import storable, storable_text

BatchState = Literal["open", "started", "discarded"]
Status = Literal["waiting", "new", "update", "duplicate", "unreadable"]
Standing = Status | Literal["twin"] | RunState
_CLOSING = 0x0AF7E5CA12  # one batch at a time is started or discarded: two of the same files could lock each other out


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch."""

    id: str
    actor: str
    created_at: datetime
    state: BatchState


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a batch. ``twin`` is the name of an earlier file that holds the same call, ``twin_differs``
    whether in other words.

    ``wanted`` is whether it is to be processed: what the person said, else that it is new or an update and no twin.
    ``run_state``, ``run_error`` and ``run_external_id`` are those of its run.
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
    run_external_id: str | None


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be put into a batch: its bytes, or a sentence that says why there are none."""

    name: str
    content: bytes | None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class ToRead:
    """A file that nobody has read yet. ``attempts`` is how often it was begun before."""

    batch_id: str
    position: int
    name: str
    digest: str
    options: dict[str, Any]
    attempts: int


def open_batch(session: Session, actor: str) -> str:
    """A new batch without files; returns its id."""
    batch_id = str(uuid.uuid4())
    session.execute(insert(Batch).values(id=batch_id, actor=actor))
    return batch_id


def get(session: Session, batch_id: str) -> BatchRow | None:
    """One batch, or None."""
    row = session.execute(select(*_BATCH).where(Batch.id == batch_id)).one_or_none()
    return None if row is None else _batch(row)


def newest(session: Session, actor: str, state: Literal["open", "started"]) -> BatchRow | None:
    """The actor's newest open batch that has files, or the newest started one that is still at work."""
    files = select(BatchFile.position).where(BatchFile.batch_id == Batch.id)
    at_work = files.join(Run, Run.id == BatchFile.run_id).where(Run.state.in_(("queued", "paused", "running")))
    mine = (Batch.actor == actor, Batch.state == state, (files if state == "open" else at_work).exists())
    row = session.execute(select(*_BATCH).where(*mine).order_by(Batch.created_at.desc()).limit(1)).one_or_none()
    return None if row is None else _batch(row)


def add(session: Session, batch_id: str, files: Sequence[NewFile], most: int) -> tuple[int, int]:
    """Puts files at the end of an open batch, and stores their bytes; how many were added, how many there already.

    A file is there already where one of the same name holds the same bytes. Those beyond ``most`` are not added.
    Raises NoSuchRow where the batch is not open.
    """
    batch = _lock(session, batch_id)
    mine = BatchFile.batch_id == batch_id
    count, last = session.execute(
        select(func.count(), func.coalesce(func.max(BatchFile.position), -1)).where(mine)
    ).one()
    named = [(storable_text(file.name), _digest(file.content), file) for file in files]
    digests = [digest for _, digest, _ in named if digest]
    known_ones = select(BatchFile.name, BatchFile.digest).where(mine, BatchFile.digest.in_(digests))
    there = {(name, digest) for name, digest in session.execute(known_ones)}
    new: list[tuple[str, str | None, NewFile]] = []
    for name, digest, file in named:
        if digest is None or (name, digest) not in there:
            new.append((name, digest, file))
            there.add((name, digest))
    known = len(named) - len(new)
    new = new[: max(0, most - count)]
    for _, file in sorted(((digest, file) for _, digest, file in new if digest), key=lambda each: each[0]):
        add_source(session, file.content or b"", actor=batch.actor)
    rows = [
        {"batch_id": batch_id, "position": position, "name": name, "digest": digest, "sentence": file.sentence}
        | {"status": "waiting" if digest else "unreadable"}
        for position, (name, digest, file) in enumerate(new, last + 1)
    ]
    if rows:
        session.execute(insert(BatchFile), rows)
    return len(rows), known


def next_to_read(session: Session, batch_id: str | None = None) -> ToRead | None:
    """The first file that waits to be read, of one batch or of the oldest open one; counts that it is begun.

    That it was begun may be lost with the server: nothing hangs on it.
    """
    session.execute(text("SET LOCAL synchronous_commit = off"))
    columns = (BatchFile.batch_id, BatchFile.position, BatchFile.name, BatchFile.digest, BatchFile.options)
    waiting = select(*columns, BatchFile.attempts).join(Batch).where(*_WAITING, Batch.state == "open")
    if batch_id is not None:
        waiting = waiting.where(BatchFile.batch_id == batch_id)
    order = Batch.created_at, BatchFile.batch_id, BatchFile.position
    row = session.execute(waiting.order_by(*order).limit(1)).one_or_none()
    if row is None:
        return None
    session.execute(update(BatchFile).where(*_this(row.batch_id, row.position)).values(attempts=BatchFile.attempts + 1))
    return ToRead(*row)


def read(session: Session, file: ToRead, found: dict[str, Any]) -> None:
    """Notes what a file is, unless somebody has decided to read it in another way meanwhile."""
    session.execute(text("SET LOCAL synchronous_commit = off"))
    mine = (*_this(file.batch_id, file.position), *_WAITING, BatchFile.options == storable(file.options))
    session.execute(update(BatchFile).where(*mine).values(storable(found)))


def decide(session: Session, batch_id: str, position: int, **values: Any) -> None:
    """Writes what a person decided about a file of an open batch. Raises NoSuchRow."""
    _lock(session, batch_id)
    changed = update(BatchFile).where(*_this(batch_id, position)).values(storable(values))
    if session.scalar(changed.returning(BatchFile.position)) is None:
        raise NoSuchRow("This file is not in the list any more.")


def options_of(session: Session, batch_id: str, position: int) -> dict[str, Any]:
    """The options of one file. Raises NoSuchRow."""
    found: dict[str, Any] | None = session.scalar(select(BatchFile.options).where(*_this(batch_id, position)))
    if found is None:
        raise NoSuchRow("This file is not in the list any more.")
    return found


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


def start(session: Session, batch_id: str, actor: str, stale: dict[str, Any]) -> list[str]:
    """Queues a run for every file that is wanted and takes the bytes of the others away; the runs' ids, in order.

    A file whose call came into the record word for word since it was read counts as a duplicate: it gets the values
    ``stale``. A batch that was started before gives the same runs again. Raises NoSuchRow where it was discarded.
    """
    session.execute(select(func.pg_advisory_xact_lock(_CLOSING)))
    if _lock(session, batch_id, ("open", "started")).state == "started":
        return run_ids(session, batch_id)
    same = (Transcript.external_id == BatchFile.external_id, Transcript.content_hash == BatchFile.content_hash)
    session.execute(
        update(BatchFile)
        .where(BatchFile.batch_id == batch_id, BatchFile.status.in_(("new", "update")), BatchFile.wanted.is_(None))
        .where(select(Transcript.id).where(*same).exists())
        .values(storable(stale))
        .execution_options(synchronize_session=False)
    )
    chosen = [file for file in files(session, batch_id) if file.wanted and file.digest]
    queued = queue_many(session, [(str(file.digest), file.name, file.options) for file in chosen], actor=actor)
    became = [
        {"batch_id": batch_id, "position": file.position, "run_id": run_id}
        for file, run_id in zip(chosen, queued, strict=True)
    ]
    if became:
        session.execute(update(BatchFile), became)
    session.execute(update(Batch).where(Batch.id == batch_id).values(state="started"))
    _forget_bytes(session, batch_id)
    return list(dict.fromkeys(queued))


def discard(session: Session, batch_id: str) -> None:
    """Takes an open batch away, and the bytes that nothing else needs. A second time does nothing.

    Raises NoSuchRow where it was started.
    """
    session.execute(select(func.pg_advisory_xact_lock(_CLOSING)))
    if _lock(session, batch_id, ("open", "discarded")).state == "open":
        session.execute(update(Batch).where(Batch.id == batch_id).values(state="discarded"))
        _forget_bytes(session, batch_id)
        session.execute(delete(BatchFile).where(BatchFile.batch_id == batch_id))


_BATCH = (Batch.id, Batch.actor, Batch.created_at, Batch.state)
_ENDS = {"started": "was started already", "discarded": "was taken away"}
_WAITING = (BatchFile.status == "waiting", BatchFile.digest.is_not(None))


def _batch(row: Any) -> BatchRow:
    return BatchRow(*row)


def _this(batch_id: str, position: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return BatchFile.batch_id == batch_id, BatchFile.position == position


def _digest(content: bytes | None) -> str | None:
    return None if content is None else sha256(content).hexdigest()


def _lock(session: Session, batch_id: str, states: Collection[str] = ("open",)) -> BatchRow:
    row = session.execute(select(*_BATCH).where(Batch.id == batch_id).with_for_update()).one_or_none()
    if row is None or row.state not in states:
        told = "is not there" if row is None else _ENDS.get(row.state, "was not started yet")
        raise NoSuchRow(f"This list of files {told}.")
    return _batch(row)


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


def _forget_bytes(session: Session, batch_id: str) -> None:
    """Lets go of the bytes of files without a run, and deletes those that nothing else refers to."""
    idle = (BatchFile.batch_id == batch_id, BatchFile.run_id.is_(None), BatchFile.digest.is_not(None))
    held = select(BatchFile.digest).where(*idle)
    # Locked first, looked at then: whoever referred to them before that is seen, whoever comes later stores them anew.
    digests = session.scalars(
        select(Source.digest).where(Source.digest.in_(held)).order_by(Source.digest).with_for_update()
    ).all()
    session.execute(update(BatchFile).where(*idle).values(digest=None))
    used = [select(Run.id).where(Run.source_digest == Source.digest), _referring()]
    unused = and_(*(~each.exists() for each in used))
    session.execute(
        delete(Source).where(Source.digest.in_(digests), unused).execution_options(synchronize_session=False)
    )


def _referring() -> Select[Any]:
    return select(BatchFile.position).where(BatchFile.digest == Source.digest)
