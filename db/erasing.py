"""Erasing a call: its row, its files, its runs, and the contents of all that the ledger and the audit say of it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from db import audit, conversations
from db.errors import NoSuchRow


def erase(session: Session, external_id: str, *, actor: str) -> None:
    """Takes a call out of the record, with everything that names it or was made of it. Raises NoSuchRow.

    Of the ledger and the audit the bare rows are left, so that the chain stays whole: who wrote and when, not what.
    Bytes of a file that another call needs too are kept. Runs of the same bytes that never came to be a call go too:
    another try would bring this one back.
    """
    call = session.scalar(text("SELECT id FROM transcripts WHERE external_id = :id FOR UPDATE"), {"id": external_id})
    if call is None:
        raise NoSuchRow("There is no such call in the record.")
    named = {"id": external_id, "call": call}
    session.execute(text("SELECT set_config('aftercall.erasing', 'on', true)"))
    names = list(session.scalars(_NAMES, named))
    digests = list(session.scalars(_SOURCES, named))
    runs = {"runs": list(session.scalars(_RUNS, {**named, "digests": digests}))}
    for statement in (_AUDIT, _LEDGER, _LISTS, _ANSWERS, _COSTS, _GO, _CALL):
        session.execute(statement, named | runs)
    conversations.forget_call(session, external_id, names)
    session.execute(_UNNEEDED, {"digests": digests})
    session.execute(text("SELECT set_config('aftercall.erasing', 'off', true)"))
    audit.note(session, actor, "erase")


# What the client and those beside them are called, and how they are reached; a name that another call's people bear
# stays on record anyway.
_NAMES = text(
    "SELECT DISTINCT name FROM transcripts AS t, unnest(ARRAY[t.client_name, t.crm_data ->> 'client_name',"
    " t.crm_data ->> 'spouse_name', t.crm_data ->> 'client_email', t.extracted_data #>> '{header,client_name}'])"
    " AS each (name) WHERE t.id = :call AND name <> '' AND NOT EXISTS (SELECT FROM transcripts AS other"
    "  WHERE other.id <> :call AND lower(name) IN (lower(other.client_name), lower(other.crm_data ->> 'spouse_name'),"
    "   lower(other.crm_data ->> 'client_email')))"
)
_OF_CALL = "(external_id = :id OR transcript_id = :call)"
_SOURCES = text(
    f"SELECT source_digest FROM runs WHERE {_OF_CALL}"  # noqa: S608 (our own words alone)
    " UNION SELECT digest FROM batch_files WHERE external_id = :id AND digest IS NOT NULL"
)
_RUNS = text(
    f"SELECT id FROM runs WHERE {_OF_CALL} OR external_id IS NULL AND transcript_id IS NULL"  # noqa: S608
    " AND (source_digest = ANY (:digests) AND coalesce(options ->> 'external_id', :id) = :id"
    "  OR EXISTS (SELECT FROM run_outputs WHERE run_id = runs.id AND output ->> 'transcript_id' = :id))"
)
# Without the salt a contents' hash tells nothing; that of a whole upgrade goes too, for it holds this call's values.
_AUDIT = text(
    "UPDATE audit SET external_id = NULL, details = NULL, salt = NULL WHERE external_id = :id"
    " OR write_id IN (SELECT write_id FROM field_values WHERE transcript_id = :call)"
)
_LEDGER = text(
    "UPDATE field_values SET external_id = NULL, value = NULL, claim = NULL, quotes = NULL, reason = NULL,"
    " field = CASE WHEN field LIKE 'speakers.%' THEN 'speakers' ELSE field END WHERE transcript_id = :call"
)
_LISTS = text("DELETE FROM batch_files WHERE external_id = :id OR run_id = ANY (:runs)")
# What the copilot asked of a model may tell of any call. It is remembered to save its price, so all of it may go.
_ANSWERS = text("DELETE FROM model_answers WHERE external_id = :id OR external_id IS NULL")
_COSTS = text("UPDATE model_calls SET external_id = NULL WHERE external_id = :id")
_GO = text("DELETE FROM runs WHERE id = ANY (:runs)")
_CALL = text("DELETE FROM transcripts WHERE id = :call")
_UNNEEDED = text(
    "DELETE FROM sources WHERE digest = ANY (:digests)"
    " AND NOT EXISTS (SELECT FROM runs WHERE source_digest = digest)"
    " AND NOT EXISTS (SELECT FROM batch_files WHERE batch_files.digest = sources.digest)"
)
