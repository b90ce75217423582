"""What people said of how a call is read: whose side a speaker is on, and which form its file has.

It is a person's word like any other: kept with the call's ``edits``, and taken by every later run of the call.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db import audit
from db.audit import Entry
from db.models import JsonObject, Run, Transcript
from db.stored import storable

PART = "call"  # of ``edits``


def of_call(session: Session, external_id: str, digest: str | None = None) -> dict[str, Any]:
    """What people said of how a call is read: ``sides`` ({speaker: side or None}) and ``format``; only what was said.

    ``looks_like`` is the form that the file seemed to have for which ``format`` was chosen. Of a call that an earlier
    version stored, what was chosen with its file is said; the form, where that is the file of this digest.
    """
    kept = func.aftercall_object(Transcript.edits[PART], type_=JsonObject).label("kept")
    statement = (
        select(kept, Run.options, Run.source_digest)
        .outerjoin(Run, (Run.transcript_id == Transcript.id) & (Run.seq == Transcript.run_seq))
        .where(Transcript.external_id == external_id)
    )
    row = session.execute(statement.limit(1)).one_or_none()
    if row is None:
        return {}
    chosen = dict(row.options or {})
    older = {"sides": chosen["sides"]} if chosen.get("sides") else {}
    if chosen.get("format") and digest == row.source_digest and "format" not in row.kept:
        older["format"] = chosen["format"]
    return laid_over(older, row.kept)


def laid_over(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """Both, speaker by speaker; where both say something, the newer holds."""
    both = {**older, **newer}
    if older.get("format") and newer.get("format") and "looks_like" not in newer:
        both.pop("looks_like", None)
    if older.get("sides") and newer.get("sides"):
        both["sides"] = {**older["sides"], **newer["sides"]}
    return both


def call_of(session: Session, digest: str) -> str | None:
    """The stored call that this very file (the sha256 of its bytes) became by itself; None where it became none.

    A file that was handed in as another call's words alone is not meant.
    """
    named = func.coalesce(Run.seq == Transcript.run_seq, False)
    became = (
        select(Transcript.external_id)
        .join(Run, Run.transcript_id == Transcript.id)
        .where(Run.source_digest == digest, Run.state == "done", ~Run.options.has_key("external_id"))
        .order_by(named.desc(), Run.seq.desc())
    )
    found: str | None = session.scalar(became.limit(1))
    return found


def keep(session: Session, call: int, before: Mapping[str, Any], said: Mapping[str, Any], *, actor: str) -> None:
    """Keeps what a person said with a call: ``said`` over all that was said of it, that over ``before``.

    Writes nothing where that is kept already.
    """
    columns = select(Transcript.external_id, Transcript.edits).where(Transcript.id == call)
    row = session.execute(columns.with_for_update()).one()
    kept = row.edits.get(PART) or {}
    new = storable(laid_over(laid_over(before, kept), said))
    if new == kept:
        return
    values = {"edits": {**row.edits, PART: new}}
    statement = update(Transcript).where(Transcript.id == call).values(**values)
    session.execute(statement, execution_options={"synchronize_session": False})
    details = {"form": new["format"]} if new.get("format") != kept.get("format") else {}
    if new.get("sides") != kept.get("sides"):
        details["sides"] = ", ".join(f"{name}: {side or 'not known'}" for name, side in new["sides"].items())
    audit.add(session, [Entry(actor, "reading", row.external_id, details)])
