"""Files on their way in: their bytes, and the runs that wait to work them through. Part of db/runs.py."""

import uuid
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from db.errors import NoSuchRow
from db.models import UNFINISHED, Run, Source
from db.stored import storable, storable_text, to_json

_AT_ONCE = 500  # rows of one statement


def add_source(session: Session, content: bytes, *, actor: str) -> str:
    """Stores the bytes of a file, once however often it comes; returns their digest (sha256 in hex)."""
    digest = sha256(content).hexdigest()
    row = {"digest": digest, "content": content, "size": len(content), "actor": actor}
    fresh = insert(Source).values(row)
    # The update changes nothing: it keeps others from taking the bytes away before they are referred to.
    session.execute(fresh.on_conflict_do_update(index_elements=["digest"], set_={"size": fresh.excluded.size}))
    return digest


def get_source(session: Session, digest: str) -> bytes:
    """The bytes of a file. Raises NoSuchRow."""
    content = session.scalar(select(Source.content).where(Source.digest == digest))
    if content is None:
        raise NoSuchRow("The uploaded file is not stored any more.")
    return content


def queue(
    session: Session,
    source_digest: str,
    filename: str,
    options: dict[str, Any],
    *,
    actor: str,
    start_at: str | None = None,
    external_id: str | None = None,
    dry_run_id: str | None = None,
) -> str:
    """A run that waits for its turn; returns its id.

    Where a run of the same file, name, options and start is not at its end yet, it is that one's id. A re-run brings
    the ``external_id`` of the call whose stored state it goes on from, and the agent that it starts at; it is no run
    of the file by itself, nor of another call that has its words. One of a dry run stands by itself.
    """
    values = _waiting(source_digest, filename, options, actor, start_at) | {"external_id": external_id}
    if external_id is not None:
        values |= {"fingerprint": f"{external_id} {values['fingerprint']}"}
    if dry_run_id is not None:
        values |= {"dry_run_id": dry_run_id, "fingerprint": f"{dry_run_id} {values['fingerprint']}"}
    return session.execute(_unless_unfinished([values]).returning(Run.id)).scalar_one()


def queue_many(session: Session, files: Sequence[tuple[str, str, dict[str, Any]]], *, actor: str) -> list[str]:
    """Like ``queue`` for many files (digest, name and options of each): their runs' ids, in the same order."""
    rows = [_waiting(*file, actor, None) for file in files]
    alike: dict[str, dict[str, Any]] = {}
    for row in rows:
        alike.setdefault(row["fingerprint"], row)
    fresh = list(alike.values())
    ids: dict[str, str] = {}
    for start in range(0, len(fresh), _AT_ONCE):
        part = _unless_unfinished(fresh[start : start + _AT_ONCE]).returning(Run.fingerprint, Run.id)
        ids |= {str(row.fingerprint): row.id for row in session.execute(part)}
    return [ids[row["fingerprint"]] for row in rows]


def _waiting(digest: str, filename: str, options: dict[str, Any], actor: str, start_at: str | None) -> dict[str, Any]:
    name = storable_text(filename)
    return {
        "id": str(uuid.uuid4()),
        "source_digest": digest,
        "filename": name,
        "options": storable(options),
        "state": "queued",
        "actor": actor,
        "created_at": func.clock_timestamp(),
        "start_at": start_at,
        "fingerprint": _fingerprint(digest, name, options, start_at),
    }


def _unless_unfinished(rows: Sequence[dict[str, Any]]) -> Insert:
    fresh = insert(Run).values(list(rows))
    # The update changes nothing: it locks the other's row, so that its id can be told.
    return fresh.on_conflict_do_update(
        index_elements=[Run.fingerprint], index_where=text(UNFINISHED), set_={"fingerprint": fresh.excluded.fingerprint}
    )


def _fingerprint(digest: str, filename: str, options: dict[str, Any], start_at: str | None) -> str:
    told = to_json([digest, filename, dict(sorted(options.items())), start_at])
    return sha256(told.encode()).hexdigest()
