"""Dry runs: what calls would say if they were worked through again, kept apart until a person accepts it."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db import ledger
from db.accepting import row_with
from db.ledger import BESIDE, COACHING, CRM, EMAIL, SOCIAL, Said, ValueRow
from db.models import DryRun, DryRunValue, Run, Transcript

State = Literal["waiting", "accepted", "outdated"]
_PROOF = ("state", "quotes", "claim", "source", "mind", "mind_version", "prompt_hash")
# What is written as a whole where it is written at all: the rest of it is said again.
_WHOLE = {"social_content": SOCIAL, "coaching": COACHING, "extracted_data": BESIDE}


@dataclass(frozen=True, slots=True)
class DryRunRow:
    """One dry run: how many calls were asked for, came without a file, are compared, failed, and would change."""

    id: str
    actor: str
    created_at: datetime
    start_at: str | None
    asked: int
    left_out: int
    compared: int
    failed: int
    changed_calls: int
    values: Mapping[str, int]

    @property
    def running(self) -> int:
        """How many of its calls wait or are at work."""
        return self.asked - self.left_out - self.compared - self.failed


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A value that would change, with its call; as db/models describes it."""

    transcript_id: int
    external_id: str
    client_name: str | None
    filename: str | None
    field: str
    old: Any
    new: Any
    old_proof: dict[str, Any] | None
    new_proof: dict[str, Any]
    locked: bool
    state: State


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How many values of a field would change, by what became of them."""

    field: str
    waiting: int
    accepted: int
    outdated: int
    locked: int


def create(session: Session, *, actor: str, start_at: str | None, asked: int, left_out: int) -> str:
    """Notes a new dry run; returns its id."""
    row = DryRun(id=str(uuid.uuid4()), actor=actor, start_at=start_at, asked=asked, left_out=left_out)
    session.add(row)
    session.flush()
    return row.id


def compare(
    session: Session,
    dry_run_id: str,
    external_id: str,
    said: Sequence[Said],
    found: Mapping[str, Any],
    *,
    run_id: str,
) -> int | None:
    """Keeps of what a run in the shadow says what differs from the last run, and returns the call's row id.

    A value differs by itself or by its state; other words for the same value do not count. What another mind says goes
    with the value that it is said beside. ``found`` are the parts of the extraction by field. None where the call or
    the dry run is not stored any more.
    """
    call = session.scalar(select(Transcript.id).where(Transcript.external_id == external_id))
    known = session.scalar(select(DryRun.id).where(DryRun.id == dry_run_id).with_for_update(key_share=True))
    if call is None or known is None:
        return None
    heads = ledger.heads(session, [call])[call]
    others = {each.field.removeprefix(BESIDE): each for each in said if each.field.startswith(BESIDE)}
    rows = []
    for each in said:
        last = heads.get(each.field, ledger.Heads())
        if each.field.startswith((CRM, EMAIL, SOCIAL, COACHING)) and _differs(last.run, each):
            rows.append(
                {
                    "dry_run_id": dry_run_id,
                    "transcript_id": call,
                    "field": each.field,
                    "old": None if last.run is None else last.run.value,
                    "new": each.value,
                    "old_proof": None if last.run is None else _proof(last.run),
                    "new_proof": _new_proof(each, others.get(each.field)),
                    "found": found.get(each.field),
                    "against": None if last.run is None else last.run.id,
                    "locked": last.locked,
                    "run_id": run_id,
                }
            )
    session.execute(delete(DryRunValue).where(DryRunValue.dry_run_id == dry_run_id, DryRunValue.transcript_id == call))
    if rows:
        session.execute(insert(DryRunValue), rows)
    return call


def recent(session: Session, limit: int = 20) -> list[DryRunRow]:
    """The last dry runs, the newest first."""
    ids = select(DryRun.id).order_by(DryRun.created_at.desc()).limit(limit)
    return _dry_runs(session, list(session.scalars(ids)))


def get(session: Session, dry_run_id: str) -> DryRunRow | None:
    """One dry run, or None."""
    return next(iter(_dry_runs(session, [dry_run_id])), None)


def fields(session: Session, dry_run_id: str) -> list[FieldCount]:
    """How many values would change, field by field, the most first."""
    state = DryRunValue.state
    counts = (
        func.count().filter(state == "waiting").label("waiting"),
        func.count().filter(state == "accepted").label("accepted"),
        func.count().filter(state == "outdated").label("outdated"),
        func.count().filter(DryRunValue.locked).label("locked"),
    )
    statement = select(DryRunValue.field, *counts).where(DryRunValue.dry_run_id == dry_run_id)
    ordered = statement.group_by(DryRunValue.field).order_by(func.count().desc(), DryRunValue.field)
    return [FieldCount(**row._mapping) for row in session.execute(ordered)]


def changes(
    session: Session,
    dry_run_id: str,
    field: str | None = None,
    state: State | None = None,
    limit: int | None = 50,
    offset: int = 0,
) -> tuple[list[ChangeRow], int]:
    """One page of the values that would change, call by call, and how many there are on all pages."""
    asked = _chosen(dry_run_id, field=field, state=state)
    columns = (
        Transcript.external_id,
        Transcript.client_name,
        Transcript.filename,
        *(getattr(DryRunValue, name) for name in ChangeRow.__slots__ if hasattr(DryRunValue, name)),
    )
    statement = select(*columns).join(Transcript, Transcript.id == DryRunValue.transcript_id).where(*asked)
    page = statement.order_by(Transcript.external_id, DryRunValue.field).limit(limit).offset(offset)
    total = session.scalar(select(func.count()).select_from(DryRunValue).where(*asked)) or 0
    return [ChangeRow(**row._mapping) for row in session.execute(page)], total


def waiting_calls(session: Session, dry_run_id: str, field: str | None, external_id: str | None) -> list[str]:
    """The calls with values that wait for a yes: of the field, of the call, or all; by their external ids."""
    asked = _chosen(dry_run_id, field=field, state="waiting", external_id=external_id)
    statement = select(Transcript.external_id).join(DryRunValue, DryRunValue.transcript_id == Transcript.id)
    return list(session.scalars(statement.where(*asked).distinct().order_by(Transcript.external_id)))


def accept(
    session: Session, dry_run_id: str, external_id: str, field: str | None = None, *, actor: str
) -> tuple[int, int]:
    """Lets the values of one call that wait (or only the field's) into the record, as the run's word.

    A person's word stands over them all the same. Values of which a later run has spoken since are outdated and left
    out. Returns how many were accepted, and how many are outdated.
    """
    call = session.execute(
        select(Transcript).where(Transcript.external_id == external_id).with_for_update()
    ).scalar_one_or_none()
    if call is None:
        return 0, 0
    asked = _chosen(dry_run_id, field=field, state="waiting", external_id=external_id)
    joined = select(DryRunValue).join(Transcript, Transcript.id == DryRunValue.transcript_id).where(*asked)
    waiting = list(session.scalars(joined.order_by(DryRunValue.field)))
    heads = ledger.heads(session, [call.id])[call.id]
    fresh = [each for each in waiting if _run_id(heads.get(each.field)) == each.against]
    old = [each for each in waiting if each not in fresh]
    for chosen, state in ((fresh, "accepted"), (old, "outdated")):
        marked = update(DryRunValue).where(
            DryRunValue.dry_run_id == dry_run_id,
            DryRunValue.transcript_id == call.id,
            DryRunValue.field.in_([each.field for each in chosen]),
        )
        session.execute(marked.values(state=state), execution_options={"synchronize_session": False})
    if fresh:
        row, run_id = row_with(call, fresh), fresh[0].run_id
        again = _said_before(heads, [part for column, part in _WHOLE.items() if column in row])
        for each in fresh:
            again.pop(BESIDE + each.field, None)
            again |= {one.field: one for one in _accepted(each)}
        ledger.write_many(session, [(row, list(again.values()))], run_id=run_id, actor=actor, action="accept")
    return len(fresh), len(old)


def discard(session: Session, dry_run_id: str) -> list[str]:
    """Takes a dry run away with all that it found; returns its runs, which need not go on."""
    runs = list(session.scalars(select(Run.id).where(Run.dry_run_id == dry_run_id)))
    session.execute(delete(DryRun).where(DryRun.id == dry_run_id))
    return runs


def _dry_runs(session: Session, ids: Sequence[str]) -> list[DryRunRow]:
    rows = session.scalars(select(DryRun).where(DryRun.id.in_(ids)).order_by(DryRun.created_at.desc())).all()
    states: dict[tuple[str | None, str], int] = {}
    counted = select(Run.dry_run_id, Run.state, func.count()).where(Run.dry_run_id.in_(ids))
    for dry_run_id, state, number in session.execute(counted.group_by(Run.dry_run_id, Run.state)):
        states[dry_run_id, state] = number
    values: dict[str, dict[str, int]] = {each: {} for each in ids}
    listed = select(DryRunValue.dry_run_id, DryRunValue.state, func.count()).where(DryRunValue.dry_run_id.in_(ids))
    for dry_run_id, state, number in session.execute(listed.group_by(DryRunValue.dry_run_id, DryRunValue.state)):
        values[dry_run_id][state] = number
    calls = select(DryRunValue.dry_run_id, func.count(DryRunValue.transcript_id.distinct()).label("calls"))
    grouped = calls.where(DryRunValue.dry_run_id.in_(ids)).group_by(DryRunValue.dry_run_id)
    changed = {row.dry_run_id: row.calls for row in session.execute(grouped)}
    return [
        DryRunRow(
            id=row.id,
            actor=row.actor,
            created_at=row.created_at,
            start_at=row.start_at,
            asked=row.asked,
            left_out=row.left_out,
            compared=states.get((row.id, "done"), 0),
            failed=states.get((row.id, "failed"), 0) + states.get((row.id, "cancelled"), 0),
            changed_calls=changed.get(row.id, 0),
            values=values[row.id],
        )
        for row in rows
    ]


def _chosen(
    dry_run_id: str, *, field: str | None = None, state: State | None = None, external_id: str | None = None
) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [DryRunValue.dry_run_id == dry_run_id]
    if field is not None:
        asked.append(DryRunValue.field == field)
    if state is not None:
        asked.append(DryRunValue.state == state)
    if external_id is not None:
        asked.append(Transcript.external_id == external_id)
    return asked


def _differs(last: ValueRow | None, said: Said) -> bool:
    if last is None:
        return said.value is not None
    return ledger.essence(said.field, last.value) != ledger.essence(said.field, said.value) or last.state != said.state


def _proof(said: Said | ValueRow) -> dict[str, Any]:
    proof = {name: getattr(said, name) for name in _PROOF}
    return {**proof, "quotes": list(said.quotes or ())}


def _new_proof(said: Said, other: Said | None) -> dict[str, Any]:
    """What a value rests on; under ``beside`` what another mind says of its field, with what that rests on."""
    return _proof(said) if other is None else {**_proof(said), "beside": {"value": other.value, **_proof(other)}}


def _accepted(each: DryRunValue) -> Iterator[Said]:
    """The value, and what another mind says beside it."""
    yield Said(each.field, each.new, **{name: each.new_proof[name] for name in _PROOF})
    if other := each.new_proof.get("beside"):
        yield Said(BESIDE + each.field, **other)


def _run_id(heads: ledger.Heads | None) -> int | None:
    return heads.run.id if heads is not None and heads.run is not None else None


def _said_before(heads: Mapping[str, ledger.Heads], parts: Sequence[str]) -> dict[str, Said]:
    """What runs said last of all fields of the parts that are written as a whole: it is said again."""
    runs = {field: one.run for field, one in heads.items() if one.run is not None and field.startswith(tuple(parts))}
    return {field: Said(field, run.value, **_proof(run)) for field, run in runs.items() if not run.silent}
