"""Erasing a call: its row, its files, its runs, and the contents of all that the ledger and the audit say of it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from db import audit, conversations
from db.errors import NoSuchRow


def erase(session: Session, external_id: str, *, actor: str) -> None:
    """Takes a call out of the record, with everything that names it or was made of it. Raises NoSuchRow.

    Of the ledger and the audit the bare rows are left, so that the chain stays whole: who wrote and when, not what.
    Bytes of a file that another call needs too are kept.
    """
    call = session.scalar(text("SELECT id FROM transcripts WHERE external_id = :id FOR UPDATE"), {"id": external_id})
    if call is None:
        raise NoSuchRow("There is no such call in the record.")
    named = {"id": external_id, "call": call}
    session.execute(text("SELECT set_config('aftercall.erasing', 'on', true)"))
    digests = list(session.scalars(_SOURCES, named))
    for statement in (_AUDIT, _LEDGER, _LISTS, _ANSWERS, _COSTS, _RUNS, _CALL):
        session.execute(statement, named)
    conversations.forget_call(session, external_id)
    session.execute(_UNNEEDED, {"digests": digests})
    session.execute(text("SELECT set_config('aftercall.erasing', 'off', true)"))
    audit.note(session, actor, "erase")


_OF_CALL = "(external_id = :id OR transcript_id = :call)"
_SOURCES = text(f"SELECT DISTINCT source_digest FROM runs WHERE {_OF_CALL}")  # noqa: S608 (our own words alone)
# Without the salt a contents' hash tells nothing; that of a whole upgrade goes too, for it holds this call's values.
_AUDIT = text(
    "UPDATE audit SET external_id = NULL, details = NULL, salt = NULL WHERE external_id = :id"
    " OR write_id IN (SELECT write_id FROM field_values WHERE transcript_id = :call)"
)
_LEDGER = text(
    "UPDATE field_values SET external_id = NULL, value = NULL, claim = NULL, quotes = NULL, reason = NULL,"
    " field = CASE WHEN field LIKE 'speakers.%' THEN 'speakers' ELSE field END WHERE transcript_id = :call"
)
_LISTS = text(
    f"DELETE FROM batch_files WHERE external_id = :id OR run_id IN (SELECT id FROM runs WHERE {_OF_CALL})"  # noqa: S608
)
_ANSWERS = text("DELETE FROM model_answers WHERE external_id = :id")
_COSTS = text("UPDATE model_calls SET external_id = NULL WHERE external_id = :id")
_RUNS = text(f"DELETE FROM runs WHERE {_OF_CALL}")  # noqa: S608
_CALL = text("DELETE FROM transcripts WHERE id = :call")
_UNNEEDED = text(
    "DELETE FROM sources WHERE digest = ANY (:digests)"
    " AND NOT EXISTS (SELECT FROM runs WHERE source_digest = digest)"
    " AND NOT EXISTS (SELECT FROM batch_files WHERE batch_files.digest = sources.digest)"
)
