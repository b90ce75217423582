"""Dry runs: calls worked through in the shadow, to see what a new model, playbook or version would change.

Nothing is written to a call before a person accepts it: by field, by call, or all of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db import audit
from db import dry_runs as stored
from db.dry_runs import ChangeRow, DryRunRow, State
from services import records, runs
from services.agents.contract import State as ProofState
from services.call_view import QuoteView, quotes_of, state_of
from services.database import Database, translated
from services.errors import NotFound
from services.ledger import field_label, shown
from services.minds import named
from services.records import CallFilter

PAGE_SIZE = 25


@dataclass(frozen=True)
class DryRun:
    """One dry run. ``running`` of its calls are under way, ``failed`` could not be compared."""

    id: str
    actor: str
    created_at: datetime
    asked: int
    left_out: int
    running: int
    compared: int
    failed: int
    changed_calls: int
    waiting: int
    accepted: int
    outdated: int


@dataclass(frozen=True)
class Side:
    """One of two values, in words, with what it rests on."""

    words: str
    state: ProofState | None
    quotes: tuple[QuoteView, ...]
    mind: str


@dataclass(frozen=True)
class Change:
    """A value that would change. ``locked``: a person's word stands there, and would go on standing."""

    external_id: str
    client: str
    field: str
    label: str
    old: Side
    new: Side
    locked: bool
    state: State


@dataclass(frozen=True)
class FieldChanges:
    """How many values of a field would change."""

    field: str
    label: str
    waiting: int
    accepted: int
    outdated: int
    locked: int


@dataclass(frozen=True)
class Accepted:
    """What came of a yes: ``values`` of ``calls`` are in the record; ``outdated`` ones were said anew meanwhile."""

    calls: int
    values: int
    outdated: int


def start(
    database: Database, wanted: CallFilter, actor: str, *, most: int | None = None, start_at: str | None = None
) -> str:
    """Works the calls that the filter leaves (the newest ``most`` of them) through in the shadow; returns the id.

    Raises NotFound where there is no such call, or none that came with a file.
    """
    if most is None:
        ids = [each for page in records.external_ids(database, wanted) for each in page]
    else:
        ids = [row.external_id for row in records.list_calls(database, wanted, size=most)[0]]
    if not ids:
        raise NotFound("There is no such call.", remedy="Choose other calls.")
    return runs.dry_run(database, ids, actor, start_at=start_at)


def recent(database: Database) -> list[DryRun]:
    """The last dry runs, the newest first."""
    with translated(), database.session() as session:
        return [_view(row) for row in stored.recent(session)]


def get(database: Database, dry_run_id: str) -> DryRun:
    """One dry run. Raises NotFound."""
    with translated(), database.session() as session:
        row = stored.get(session, dry_run_id)
    if row is None:
        raise NotFound("This dry run is not stored any more.")
    return _view(row)


def fields(database: Database, dry_run_id: str) -> list[FieldChanges]:
    """How many values would change, field by field, the most first."""
    with translated(), database.session() as session:
        found = stored.fields(session, dry_run_id)
    return [
        FieldChanges(each.field, field_label(each.field), each.waiting, each.accepted, each.outdated, each.locked)
        for each in found
    ]


def changes(
    database: Database,
    dry_run_id: str,
    *,
    field: str | None = None,
    state: State | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> tuple[list[Change], int]:
    """One page, counted from 1, of the values that would change, call by call, and how many there are in all."""
    with translated(), database.session() as session:
        rows, total = stored.changes(session, dry_run_id, field, state, size, (page - 1) * size)
    return [_change(row) for row in rows], total


def accept(
    database: Database,
    dry_run_id: str,
    actor: str,
    *,
    field: str | None = None,
    external_id: str | None = None,
    told: Callable[[int, int], object] = lambda _done, _of: None,
) -> Accepted:
    """Lets what waits into the record: of one field, of one call, of both, or all of it.

    ``told`` is given how many calls are done, and of how many. Where it is cut off, the rest waits still.
    """
    with translated(), database.session() as session:
        calls = stored.waiting_calls(session, dry_run_id, field, external_id)
    values = outdated = touched = 0
    for number, each in enumerate(calls, start=1):
        with translated(), database.session() as session:
            taken, old = stored.accept(session, dry_run_id, each, field, actor=actor)
        values, outdated, touched = values + taken, outdated + old, touched + bool(taken)
        told(number, len(calls))
    return Accepted(touched, values, outdated)


def discard(database: Database, dry_run_id: str, actor: str) -> None:
    """Takes a dry run away with all that it found; what was accepted stays in the record."""
    with translated(), database.session() as session:
        run_ids = stored.discard(session, dry_run_id)
        audit.note(session, actor, "dry_run_discarded", None, dry_run=dry_run_id)
    runs.cancel(database, actor, run_ids)


def _view(row: DryRunRow) -> DryRun:
    return DryRun(
        id=row.id,
        actor=row.actor,
        created_at=row.created_at,
        asked=row.asked,
        left_out=row.left_out,
        running=row.running,
        compared=row.compared,
        failed=row.failed,
        changed_calls=row.changed_calls,
        waiting=row.values.get("waiting", 0),
        accepted=row.values.get("accepted", 0),
        outdated=row.values.get("outdated", 0),
    )


def _change(row: ChangeRow) -> Change:
    return Change(
        external_id=row.external_id,
        client=row.client_name or row.filename or row.external_id,
        field=row.field,
        label=field_label(row.field),
        old=_side(row.field, row.old, row.old_proof or {}),
        new=_side(row.field, row.new, row.new_proof),
        locked=row.locked,
        state=row.state,
    )


def _side(field: str, value: Any, proof: Mapping[str, Any]) -> Side:
    mind = named(proof.get("source"), proof.get("mind"), proof.get("mind_version")) if proof else ""
    return Side(shown(field, value), state_of(proof.get("state")), quotes_of(proof.get("quotes")), mind)
