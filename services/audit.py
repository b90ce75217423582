"""The audit: every write by a person or a run, to be read and taken along. Nothing here alters it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db import audit as stored
from db.audit import AuditFilter, AuditRow
from services.database import Database, translated
from services.exports import defused
from services.ledger import field_label
from services.wording import counted, listed

__all__ = ["AuditFilter", "Line", "actions", "actors", "csv_file", "listing", "total"]

PAGE_SIZE = 50
_WORDS = {
    "run": "Run stored",
    "accept": "Dry run accepted",
    "edit": "Edited",
    "confirm": "Confirmed",
    "keep": "Conflict settled: kept",
    "take": "Conflict settled: new value taken",
    "revert": "Earlier value put back",
    "restore": "Given back to the runs",
    "approve": "Post approved",
    "publish": "Post published",
    "withdraw": "Post withdrawn",
    "consent": "Consent put on file",
    "revoke": "Consent revoked",
    "sent": "E-mail sent",
    "adopt": "Older record taken over",
    "threshold": "Trust threshold set",
    "submit": "Files handed in",
    "rerun": "Worked through again",
    "retry": "Tried again",
    "pause": "Runs held back",
    "go_on": "Runs let go",
    "cancel": "Runs cancelled",
    "dry_run": "Dry run started",
    "reading": "Sides or form chosen",
    "erase": "Call erased",
    "score_override": "Score given by a person",
    "fact_settled": "Calls that disagree: answered",
    "settled_fact_undone": "Answer about two calls undone",
    "question_set_aside": "Question set aside",
    "question_asked_again": "Question to be asked again",
}


@dataclass(frozen=True)
class Line:
    """One entry as a page tells it. ``what`` names the fields, not their values; ``hash`` is in hex."""

    number: int
    at: datetime
    actor: str
    action: str
    external_id: str | None
    what: str
    hash: str


def action_label(action: str) -> str:
    """An action in words."""
    return _WORDS.get(action, action.replace("_", " ").capitalize())


def listing(database: Database, wanted: AuditFilter, *, page: int = 1, size: int = PAGE_SIZE) -> list[Line]:
    """One page, counted from 1, of the entries that the filter leaves, the newest first."""
    with translated(), database.session() as session:
        rows = stored.listing(session, wanted, size, (page - 1) * size)
    return [_line(row) for row in rows]


def total(database: Database, wanted: AuditFilter) -> int:
    """How many entries the filter leaves."""
    with translated(), database.session() as session:
        return stored.total(session, wanted)


def actors(database: Database) -> list[str]:
    """Everybody who wrote anything."""
    with translated(), database.session() as session:
        return stored.actors(session)


def actions(database: Database) -> list[str]:
    """Every kind of write that there was."""
    with translated(), database.session() as session:
        return stored.actions(session)


def csv_file(database: Database, wanted: AuditFilter) -> bytes:
    """All entries that the filter leaves, as UTF-8 CSV; no formula lives in a cell."""
    with translated(), database.session() as session:
        rows = stored.listing(session, wanted, None)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Number", "When (UTC)", "Who", "What", "Call", "Details", "Hash"])
    for line in map(_line, rows):
        told = (line.actor, action_label(line.action), line.external_id or "", line.what)
        moment = line.at.isoformat(timespec="seconds")
        writer.writerow([line.number, moment, *map(defused, told), line.hash])
    return out.getvalue().encode("utf-8-sig")


def _line(row: AuditRow) -> Line:
    what = "; ".join(_told(row.details or {}))
    return Line(row.id, row.at, row.actor, row.action, row.external_id, what, row.hash.hex())


def _told(details: dict[str, Any]) -> Iterator[str]:
    fields, field, least = details.get("fields"), details.get("field"), details.get("least")
    if isinstance(fields, list):
        yield listed(field_label(str(each)) for each in fields) if fields else "nothing new"
    if isinstance(field, str):
        threshold = f"trusted from {least:.0%}" if isinstance(least, int | float) else "no threshold any more"
        yield f"{field_label(field)}, {threshold}"
    for key, value in details.items():
        if key not in ("fields", "field", "least") and value not in (None, False):
            yield _detail(key, key.replace("_", " "), value)


def _detail(key: str, words: str, value: Any) -> str:
    """One detail in words: ``3 files``, ``LinkedIn post``, ``reason: ...``."""
    if value is True:
        return words
    if type(value) is int and key.endswith("s"):
        return counted(value, words.removesuffix("s"))
    return field_label(f"social_content.{value}") if key == "channel" else f"{words}: {value}"
