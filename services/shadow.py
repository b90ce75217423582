"""A run in the shadow: in place of being stored, what it says is held against what stands."""

from collections.abc import Mapping
from typing import Any

from db import dry_runs
from db.engine import Session
from db.ledger import CRM
from db.runs import RunRow
from services.agents.persistence import row_of
from services.minds import builtin
from services.sayings import said_in
from services.settings import settings

NOTE = "A dry run: what would change is kept apart, and nothing was written to the call."
GONE = "A dry run of a call, or a whole dry run, that is not stored any more."


def compare(session: Session, row: RunRow, state: Mapping[str, Any]) -> int | None:
    """Keeps what the state of a run in the shadow would change. Returns the call's row id, None where it is gone."""
    columns = row_of(state)
    mind = builtin(settings().playbook)
    return dry_runs.compare(
        session,
        row.dry_run_id or "",
        row.external_id or "",
        said_in(columns, mind),
        found_by_field(columns),
        run_id=row.id,
    )


def found_by_field(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the extraction that each field of the record rests on, in the form of the whole."""
    extraction = columns.get("extracted_data") or {}
    beside = extraction.get("beside") or {}
    facts = {
        f"{CRM}{name}": {"facts": {name: fact}, "beside": {name: beside.get(name)}}
        for name, fact in (extraction.get("facts") or {}).items()
    }
    others = {f"{CRM}{name}": {name: part} for name, part in extraction.items() if name not in ("facts", "beside")}
    if outcome := others.get(f"{CRM}outcome"):
        outcome["beside"] = {"outcome": beside.get("outcome")}
    return facts | others
