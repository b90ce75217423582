"""The ledger: every value of every output, who said it, when and on what evidence; and what that makes of a call.

A field's value follows the last run until a person speaks; then it is the person's, until they give it back. Where a
later run says something else than the one that the person spoke to, the field is in conflict.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select, true, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from db import audit, transcripts
from db.audit import Entry
from db.models import FieldValue, Transcript
from db.said import BESIDE, COACHING, CRM, EMAIL, RELEASED, SOCIAL, Heads, Said, ValueRow, canonical, essence
from db.stored import storable_text, to_json
from db.transcripts import StoredRow

__all__ = [
    "BESIDE",
    "COACHING",
    "CRM",
    "EMAIL",
    "RELEASED",
    "SOCIAL",
    "Heads",
    "Said",
    "ValueRow",
    "canonical",
    "essence",
    "get",
    "heads",
    "settle",
    "story",
    "told",
    "write",
    "write_many",
]

# Columns that a run writes as a whole: what it does not say of them any more is gone.
_WHOLE = {
    "social_content": (SOCIAL,),
    "coaching": (COACHING,),
    "call": ("header.", "speakers."),
    "extracted_data": (BESIDE,),
}


def write(
    session: Session, row: Mapping[str, Any], said: Sequence[Said], *, run_id: str | None, actor: str
) -> StoredRow:
    """Stores one call with what a run said of it: the row, the ledger and the audit. See ``write_many``."""
    return write_many(session, [(row, said)], run_id=run_id, actor=actor)[0]


def write_many(
    session: Session,
    calls: Iterable[tuple[Mapping[str, Any], Sequence[Said]]],
    *,
    run_id: str | None,
    actor: str,
    action: str = "run",
) -> list[StoredRow]:
    """Stores calls with what a run said of them. Only what differs from the last run goes into the ledger.

    The rows are those of ``transcripts.upsert``, ``said`` speaks of the same values. Opens and closes conflicts, and
    adds one entry a call to the audit. Returns one StoredRow a call, sorted by external id.
    """
    listed = [(transcripts.external_id_of(row), row, said) for row, said in calls]
    told: dict[str, _Told] = {}
    for key, row, said in listed:
        told.setdefault(key, _Told()).add(row, said)
    hashes = {key: each.hash() for key, each in told.items()}
    before = _locked(session, told)
    stored = transcripts.upsert_many(session, [{**row, "said_hash": hashes[key]} for key, row, _ in listed])
    written = [each for each in stored if each.written]
    doubtful = [
        each.id for each in written if not each.created and before.get(each.external_id) != hashes[each.external_id]
    ]
    known = heads(session, doubtful)
    rows: list[dict[str, Any]] = []
    entries: list[Entry] = []
    for each in written:
        news = told[each.external_id].news(known.get(each.id, {})) if each.created or each.id in known else []
        write_id = uuid.uuid4()
        rows += [_row(each, write_id, value, run_id, actor) for value in news]
        details = {"run": run_id, "new": each.created, "fields": [value.field for value in news]}
        entries.append(Entry(actor, action, each.external_id, details, write_id if news else None, each.id))
    if rows:
        # Past the ORM, to which every value without quotes or a state would be a statement of its own.
        session.connection().execute(insert(FieldValue), rows)
    settle(session, [call for call, fields in known.items() if any(one.locked for one in fields.values())])
    audit.add(session, entries)
    return stored


def settle(session: Session, calls: Sequence[int]) -> None:
    """Brings ``conflicts`` of calls to what their ledger says now."""
    for call, fields in heads(session, calls).items():
        open_ones = sorted(field for field, each in fields.items() if each.conflict)
        statement = update(Transcript).where(Transcript.id == call, Transcript.conflicts != open_ones)
        session.execute(statement.values(conflicts=open_ones), execution_options={"synchronize_session": False})


def heads(session: Session, calls: Sequence[int], fields: Sequence[str] | None = None) -> dict[int, dict[str, Heads]]:
    """What was said last of each field of the calls, by their ids; only of the given fields where some are given."""
    if not calls:
        return {}
    human = FieldValue.source == "human"
    newest = (
        select(FieldValue.id)
        .where(FieldValue.transcript_id.in_(calls), FieldValue.kind != "sent")
        .where(true() if fields is None else FieldValue.field.in_(fields))
        .ext(distinct_on(FieldValue.transcript_id, FieldValue.field, human))
        .order_by(FieldValue.transcript_id, FieldValue.field, human, FieldValue.id.desc())
    )
    latest = _rows(session, FieldValue.id.in_(newest))
    spoken_to = [row.against for row in latest if row.human and row.against is not None]
    bases = {row.id: row for row in _rows(session, FieldValue.id.in_(spoken_to))} if spoken_to else {}
    found: dict[int, dict[str, Heads]] = {call: {} for call in calls}
    for row in latest:
        of_call = found[row.transcript_id]
        one = of_call.get(row.field, Heads())
        if row.human:
            of_call[row.field] = replace(one, person=row, base=bases.get(row.against or 0))
        else:
            of_call[row.field] = replace(one, run=row)
    return found


def story(session: Session, call: int, field: str | None = None, limit: int | None = None) -> list[ValueRow]:
    """Every row of a call, or of one field of it, the oldest first; at most so many of the newest."""
    one = true() if field is None else FieldValue.field == field
    columns = [getattr(FieldValue, name) for name in ValueRow.__slots__]
    statement = select(*columns).where(FieldValue.transcript_id == call, one).order_by(FieldValue.id.desc())
    return [ValueRow(*row) for row in session.execute(statement.limit(limit))][::-1]


def get(session: Session, row_id: int) -> ValueRow | None:
    """One row of the ledger, or None."""
    found = _rows(session, FieldValue.id == row_id)
    return found[0] if found else None


class _Told:
    """All that a run says of one call, and which parts of it the run wrote as a whole."""

    def __init__(self) -> None:
        self._said: dict[str, Said] = {}
        self._whole: set[str] = set()

    def add(self, row: Mapping[str, Any], said: Iterable[Said]) -> None:
        """Lays what a row brings over what rows before it brought."""
        whole = {prefix for column, parts in _WHOLE.items() if row.get(column) is not None for prefix in parts}
        self._whole |= whole
        self._said = {field: each for field, each in self._said.items() if not field.startswith(tuple(whole))}
        self._said |= {each.field: each for each in map(_named, said)}

    def hash(self) -> str:
        """Over all that is said, as it was said: where it is the same again, nothing needs to be compared."""
        said = [
            [each.field, each.value, each.state, each.quotes, each.claim, each.source, each.mind]
            for each in self._said.values()
        ]
        return hashlib.sha256(to_json([sorted(self._whole), said]).encode()).hexdigest()

    def news(self, known: Mapping[str, Heads]) -> list[Said]:
        """What differs from what runs said last; None for what is gone with the part that it stood in."""
        news = [each for field, each in self._said.items() if _differs(known.get(field), each)]
        return news + [
            self._gone(field)
            for field, each in known.items()
            if field.startswith(tuple(self._whole)) and field not in self._said
            if each.run is not None and not each.run.silent
        ]

    def _gone(self, field: str) -> Said:
        """That nothing is said of a field any more, by the mind that the rest of its part is of."""
        part = next(each for each in self._whole if field.startswith(each))
        beside = (each for name, each in self._said.items() if name.startswith(part))
        mind = next(beside, next(iter(self._said.values()), Said("")))
        return replace(mind, field=field, value=None, state=None, quotes=(), claim=None)


def _named(said: Said) -> Said:
    """With a field's name that PostgreSQL takes: a speaker's may hold anything."""
    field = storable_text(said.field)
    return said if field == said.field else replace(said, field=field)


def _locked(session: Session, external_ids: Iterable[str]) -> dict[str, str | None]:
    """Takes hold of those of the calls that are stored, in one order; gives the hash of what was said of each last."""
    statement = select(Transcript.external_id, Transcript.said_hash).order_by(Transcript.external_id).with_for_update()
    found = session.execute(statement.where(Transcript.external_id.in_(list(external_ids))))
    return {row.external_id: row.said_hash for row in found}


def _differs(known: Heads | None, said: Said) -> bool:
    if known is None or known.run is None:
        return True
    last = known.run
    return (last.state, last.source, last.mind) != (said.state, said.source, said.mind) or any(
        canonical(one) != canonical(other)
        for one, other in (
            (last.value, said.value),
            (last.claim, said.claim),
            (last.quotes or [], list(said.quotes)),
        )
    )


def _row(call: StoredRow, write_id: uuid.UUID, said: Said, run_id: str | None, actor: str) -> dict[str, Any]:
    return {
        "transcript_id": call.id,
        "write_id": write_id,
        "external_id": call.external_id,
        "field": said.field,
        "value": said.value,
        "claim": said.claim,
        "source": said.source,
        "kind": "run",
        "state": said.state,
        "quotes": list(said.quotes) or None,
        "run_id": run_id,
        "mind": said.mind,
        "mind_version": said.mind_version,
        "prompt_hash": said.prompt_hash,
        "actor": actor,
    }


def _rows(session: Session, condition: Any) -> list[ValueRow]:
    columns = [getattr(FieldValue, name) for name in ValueRow.__slots__]
    return [ValueRow(*row) for row in session.execute(select(*columns).where(condition).order_by(FieldValue.id))]


def told(rows: Iterable[ValueRow]) -> Iterator[tuple[ValueRow, Any, Any]]:
    """Each row of a call's story, the oldest first, with what stood in its field before and after it."""
    runs: dict[str, Any] = {}
    people: dict[str, Any] = {}
    for row in rows:
        before = people.get(row.field, runs.get(row.field))
        if not row.human:
            runs[row.field] = row.claimed if row.field.startswith(BESIDE) else row.value
        elif row.kind == RELEASED:
            people.pop(row.field, None)
        else:
            people[row.field] = row.value
        yield row, before, people.get(row.field, runs.get(row.field))
