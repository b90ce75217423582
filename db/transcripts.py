"""The calls: one atomic upsert, finding one, listing many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, case, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.listings import SORTS, CallFilter, CallRow, DealFilter, DealRow, deals, listing, total, values_of
from db.models import EMPTY, JsonObject, Transcript
from db.stored import JsonText, storable_text, to_json

__all__ = [
    "JSONS",
    "SORTS",
    "TEXTS",
    "CallFilter",
    "CallRow",
    "DealFilter",
    "DealRow",
    "KnownRow",
    "StoredRow",
    "TranscriptRecord",
    "count",
    "deals",
    "external_id_of",
    "find",
    "known",
    "listing",
    "total",
    "upsert",
    "upsert_many",
    "values_of",
]

TEXTS = ("filename", "full_text", "email_draft", "content_hash")
JSONS = ("extracted_data", "social_content", "crm_data", "dialogue", "call", "chunks", "coaching")
_PLAIN = ("run_seq", "said_hash", "minds")
_PROPOSED = ("crm_data", "email_draft", "social_content")


@dataclass(frozen=True, slots=True)
class StoredRow:
    """What an upsert left. ``created`` is False where the row was there, ``written`` where a later run's stands."""

    id: int
    external_id: str
    version: int
    created: bool
    written: bool = True


@dataclass(frozen=True, slots=True)
class KnownRow:
    """Enough of a row to say whether a file is new, an update or a duplicate."""

    id: int
    content_hash: str | None
    version: int


@dataclass(frozen=True, slots=True)
class TranscriptRecord:
    """A whole row of ``transcripts``; columns as in db/models."""

    id: int
    external_id: str
    filename: str | None
    full_text: str | None
    extracted_data: Any
    social_content: Any
    crm_data: Any
    email_draft: str | None
    created_at: datetime
    updated_at: datetime
    dialogue: Any
    call: Any
    chunks: Any
    coaching: Any
    content_hash: str | None
    proposed: dict[str, Any]
    edits: dict[str, Any]
    email_sent: dict[str, Any] | None
    conflicts: list[str]
    minds: dict[str, Any]
    disagreements: list[str]
    version: int


def upsert(session: Session, row: Mapping[str, Any]) -> StoredRow:
    """Writes one call: INSERT ... ON CONFLICT (external_id) DO UPDATE, one statement.

    ``row`` holds ``external_id`` and any of TEXTS and JSONS. A key that is absent, or None, leaves what is
    stored alone. ``crm_data`` and ``minds`` are laid over the stored ones key by key (a null inside is written); what
    people said stands over both. ``run_seq`` tells in which order runs were handed in: where a later one has
    written already, nothing is. ``said_hash`` is the ledger's. Raises ValueError on a key that is no column, or without
    an external id.
    """
    return upsert_many(session, [row])[0]


def upsert_many(session: Session, rows: Iterable[Mapping[str, Any]]) -> list[StoredRow]:
    """Writes many calls, sorted by external id, so that overlapping batches can't deadlock.

    Rows of one external id are laid over one another in their order before anything is written.
    Returns one StoredRow an external id, sorted.
    """
    prepared: dict[str, dict[str, Any]] = {}
    for row in rows:
        values = _prepare(row)
        before = prepared.get(values["external_id"])
        prepared[values["external_id"]] = values if before is None else _laid_over(before, values)
    if not prepared:
        return []
    session.flush()
    written = [_written(prepared[key]) for key in sorted(prepared)]
    # With nulls: else rows that bring other columns than those before them would be statements of their own.
    found = session.execute(_upsert_statement(), written, execution_options={"render_nulls": True})
    stored = {row.external_id: StoredRow(row.id, row.external_id, row.version, row.created) for row in found}
    others = known(session, prepared.keys() - stored.keys()) if len(stored) < len(prepared) else {}
    stored |= {key: StoredRow(row.id, key, row.version, created=False, written=False) for key, row in others.items()}
    return [stored[key] for key in sorted(stored)]


def find(session: Session, external_id: str) -> TranscriptRecord | None:
    """The whole row of one call, or None."""
    columns = [getattr(Transcript, name) for name in TranscriptRecord.__slots__]
    row = session.execute(select(*columns).where(Transcript.external_id == external_id)).one_or_none()
    return None if row is None else TranscriptRecord(*row)


def known(session: Session, external_ids: Iterable[str]) -> dict[str, KnownRow]:
    """Those of the external ids that are stored."""
    statement = select(Transcript.external_id, Transcript.id, Transcript.content_hash, Transcript.version)
    found = session.execute(statement.where(Transcript.external_id.in_(list(external_ids))))
    return {row.external_id: KnownRow(row.id, row.content_hash, row.version) for row in found}


def count(session: Session) -> int:
    """How many calls are stored."""
    return session.scalar(select(func.count()).select_from(Transcript)) or 0


def external_id_of(row: Mapping[str, Any]) -> str:
    """The external id as it is stored. Raises ValueError where there is none."""
    external_id = storable_text(str(row.get("external_id") or "")).strip()
    if not external_id:
        raise ValueError("A call can't be stored without an external id.")
    return external_id


def _prepare(row: Mapping[str, Any]) -> dict[str, Any]:
    """Every column that data can bring, None where it brings nothing."""
    unknown = sorted(set(row) - {"external_id", *_PLAIN, *TEXTS, *JSONS})
    if unknown:
        raise ValueError(f"The table of calls has no column named {', '.join(unknown)}.")
    values: dict[str, Any] = {"external_id": external_id_of(row)} | {name: row.get(name) for name in _PLAIN}
    for name in TEXTS:
        value = row.get(name)
        values[name] = None if value is None else storable_text(str(value))
    for name in JSONS:
        values[name] = row.get(name)
    if values["crm_data"] is not None and not isinstance(values["crm_data"], dict):
        raise ValueError("crm_data is one flat object, field name to value.")
    return values


def _laid_over(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    both = {name: old[name] if new[name] is None else new[name] for name in old}
    if old["crm_data"] is not None and new["crm_data"] is not None:
        both["crm_data"] = {**old["crm_data"], **new["crm_data"]}
    both["minds"] = {**(old["minds"] or {}), **(new["minds"] or {})}
    return both


def _written(values: dict[str, Any]) -> dict[str, Any]:
    """Every column of the statement. JSON is written once, though what runs proposed stands in two columns."""
    written = dict(values)
    for name in JSONS:
        text = None if values[name] is None else to_json(values[name])
        written[name] = None if text == "null" else text
    proposed = ((name, written[name]) for name in _PROPOSED if written[name] is not None)
    pieces = ",".join(f'"{name}":{to_json(value)}' for name, value in proposed)
    written["proposed"] = JsonText(f"{{{pieces}}}")
    written["minds"] = values["minds"] or {}
    return written


@cache
def _upsert_statement() -> Executable:
    """One statement for every row: a column that is NULL in the new row keeps the stored value.

    So rows that bring different columns fit one batch, and one batch is sorted as a whole.
    """
    statement = insert(Transcript)
    new, old = statement.excluded, Transcript
    objects = func.aftercall_object
    changes: dict[str, Any] = {name: func.coalesce(new[name], getattr(old, name)) for name in (*TEXTS, *JSONS)}
    changes["crm_data"] = case(
        (new.crm_data.is_(None), old.crm_data),
        else_=_merged(objects(old.crm_data), new.crm_data, objects(old.edits["crm_data"])),
    )
    changes["email_draft"] = case(
        (new.email_draft.is_(None), old.email_draft),
        else_=func.aftercall_email(new.email_draft, old.edits["email_draft"]),
    )
    changes["social_content"] = case(
        (new.social_content.is_(None), old.social_content),
        else_=func.aftercall_posts(new.social_content, old.edits["social_content"]),
    )
    changes["proposed"] = _merged(
        old.proposed,
        new.proposed,
        case(
            (
                new.proposed.has_key("crm_data"),
                func.jsonb_build_object(
                    "crm_data", _merged(objects(old.proposed["crm_data"]), new.proposed["crm_data"])
                ),
            ),
            else_=EMPTY,
        ),
    )
    changes["minds"] = _merged(old.minds, new.minds)
    changes["version"] = old.version + 1
    changes["updated_at"] = func.now()
    changes["said_hash"] = new.said_hash
    changes["run_seq"] = func.coalesce(new.run_seq, old.run_seq)
    in_order = func.coalesce(new.run_seq >= old.run_seq, true())
    return statement.on_conflict_do_update(
        index_elements=[Transcript.external_id], set_=changes, where=in_order
    ).returning(
        Transcript.id,
        Transcript.external_id,
        Transcript.version,
        literal_column("xmax = 0").label("created"),
    )


def _merged(first: Any, *others: Any) -> ColumnElement[Any]:
    """Objects laid over one another by PostgreSQL: ``first || second || ...``."""
    merged: ColumnElement[Any] = func.coalesce(first, EMPTY, type_=JsonObject)
    for other in others:
        merged = merged.op("||", return_type=JsonObject)(other)
    return merged
