"""Files that were handed over together: what each is, what the person decided, which run it became."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from db import audit
from db.batch_files import FileRow, Standing, Status, counts, files, run_ids, wanted
from db.errors import NoSuchRow
from db.models import Batch, BatchFile, Run, Source, Transcript
from db.runs import add_source, queue_many
from db.stored import storable, storable_text

__all__ = ["FileRow", "Standing", "Status", "counts", "files", "run_ids", "wanted"]

BatchState = Literal["open", "started", "discarded"]
_CLOSING = 0x0AF7E5CA12  # one batch at a time is started or discarded: two of the same files could lock each other out


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch."""

    id: str
    actor: str
    created_at: datetime
    state: BatchState


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
    audit.note(session, actor, "submit", files=len(chosen))
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


def discard_open(session: Session, before: datetime) -> int:
    """Takes away the open batches that were begun before that moment; how many."""
    forgotten = select(Batch.id).where(Batch.state == "open", Batch.created_at < before)
    found = list(session.scalars(forgotten.with_for_update(skip_locked=True)))
    for batch_id in found:
        discard(session, batch_id)
    return len(found)


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
