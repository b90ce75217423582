"""The deals: every call's CRM fields, found, counted, corrected by people and given back to what the run said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db import deal_totals, edits, listings, transcripts
from db.deal_totals import Totals
from db.errors import StaleVersion
from db.listings import DealFilter, DealRow
from services.database import Database, translated
from services.deal_fields import DealFields, current, described, label_of
from services.errors import ChangedElsewhere, InvalidValue, NotFound
from services.json_words import is_missing, plain, step_line

__all__ = [
    "Change",
    "Conflict",
    "Deal",
    "DealFilter",
    "DealPage",
    "Saved",
    "Totals",
    "every",
    "restore",
    "save",
    "search",
]

PAGE_SIZE = 50
NEWEST = "-meeting_date"
_ATTEMPTS = 5


@dataclass(frozen=True)
class Deal:
    """One call's row in the grid.

    ``values`` holds every field of the firm's deals in the type of its column, None where it was not discussed.
    ``stored`` is ``crm_data`` as it stands. ``other`` says, one line each, what of it fits no column: an older
    system's fields, and values that are not of their field's kind. ``edited`` are the fields that a person wrote.
    """

    external_id: str
    version: int
    values: Mapping[str, Any]
    stored: Mapping[str, Any]
    next_steps: tuple[str, ...]
    other: tuple[str, ...]
    edited: tuple[str, ...]
    filename: str | None
    updated_at: datetime | None

    @property
    def edited_labels(self) -> tuple[str, ...]:
        """The labels of the edited fields, in the order of the grid."""
        return tuple(label_of(name) for name in self.edited)

    @property
    def client(self) -> str:
        """The client's name, or words that stand for it."""
        return self.values["client_name"] or self.filename or self.external_id


@dataclass(frozen=True)
class DealPage:
    """Some of the deals that a filter leaves, and how many it leaves in all."""

    deals: tuple[Deal, ...]
    total: int


@dataclass(frozen=True)
class Change:
    """What a person entered in one row: ``seen`` as it was on the screen, ``entered`` field to raw value."""

    seen: Deal
    entered: Mapping[str, Any]


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else wrote since it was on the screen. Nothing was written over it."""

    client: str
    field: str
    seen: Any
    theirs: Any
    yours: Any

    @property
    def sentence(self) -> str:
        """What happened, with the field and both values."""
        theirs, yours, seen = (described(self.field, value) for value in (self.theirs, self.yours, self.seen))
        return (
            f"{label_of(self.field)} of {self.client} was changed elsewhere: it is now {theirs}, it was {seen} here,"
            f" and you entered {yours}. Nothing was overwritten. {ChangedElsewhere.remedy}"
        )


@dataclass(frozen=True)
class Saved:
    """What became of a set of changes. ``deals`` are the touched rows as they stand now, by external id.

    ``count`` is the number of fields written; ``refused`` are sentences on values that don't fit their field.
    """

    count: int
    deals: Mapping[str, Deal]
    conflicts: tuple[Conflict, ...]
    refused: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every change stands now."""
        return not self.conflicts and not self.refused


def choices() -> Mapping[str, tuple[str, ...]]:
    """The words that may stand in each field that has a choice, after the firm's playbook."""
    return {field.name: field.choices for field in current() if field.choices}


def search(
    database: Database,
    wanted: DealFilter,
    *,
    sort: str = NEWEST,
    page: int = 1,
    size: int = PAGE_SIZE,
    counted: int | None = None,
) -> DealPage:
    """One page, counted from 1, of the deals that the filter leaves.

    ``counted`` is how many it leaves, where the caller has that from the totals; else they are counted.
    """
    with translated(), database.session() as session:
        rows, total = listings.deals(session, wanted, sort, size, (page - 1) * size, counted)
    known = current()
    return DealPage(tuple(_deal(row, known) for row in rows), total)


def every(database: Database, wanted: DealFilter, *, sort: str = NEWEST) -> list[Deal]:
    """All deals that the filter leaves, as they stand at one moment."""
    with translated(), database.session() as session:
        rows, _ = listings.deals(session, wanted, sort, None, 0)
    known = current()
    return [_deal(row, known) for row in rows]


def totals(database: Database, wanted: DealFilter) -> Totals:
    """The sums over what the filter leaves, a client's latest deal counted once."""
    with translated(), database.session() as session:
        return deal_totals.totals(session, wanted)


def get(database: Database, external_id: str) -> Deal:
    """One deal. Raises NotFound."""
    with translated(), database.session() as session:
        record = transcripts.find(session, external_id)
    if record is None:
        raise NotFound("This call is no longer in the record.")
    return _deal(
        DealRow(
            id=record.id,
            external_id=record.external_id,
            version=record.version,
            crm_data=record.crm_data or {},
            edits=sorted((record.edits or {}).get("crm_data") or {}),
            filename=record.filename,
            updated_at=record.updated_at,
        ),
        current(),
    )


def _deal(row: DealRow, known: DealFields) -> Deal:
    stored = row.crm_data if isinstance(row.crm_data, dict) else {}
    values = {field.name: known.shown(field.name, stored.get(field.name)) for field in known}
    steps = stored.get("next_steps")
    steps = steps if isinstance(steps, list) else [] if is_missing(steps) else [steps]
    return Deal(
        external_id=row.external_id,
        version=row.version,
        values=values,
        stored=stored,
        next_steps=tuple(step_line(step) for step in steps),
        other=tuple(_unfit(stored, values, known)),
        edited=tuple(sorted(row.edits, key=lambda name: (known.order.get(name, len(known.order)), name))),
        filename=row.filename,
        updated_at=row.updated_at,
    )


def _unfit(stored: Mapping[str, Any], values: Mapping[str, Any], known: DealFields) -> Iterator[str]:
    for name, value in stored.items():
        if name not in ("next_steps", "transcript_id") and not is_missing(value) and values.get(name) is None:
            yield f"{known.label_of(name)}: {plain(value)}"


def save(database: Database, changes: Sequence[Change], actor: str) -> Saved:
    """Writes what people entered, field by field, and only what differs from what they saw.

    A field that somebody else changed meanwhile is left alone and reported; the other fields of its row are written.
    A value that does not fit its field is reported and not written.
    """
    count, deals, conflicts, refused = 0, {}, [], []
    for change in changes:
        wanted, sentences = _accepted(change)
        refused += sentences
        if not wanted:
            continue
        try:
            written, clashes = _write(database, change.seen, wanted, actor)
            deals[change.seen.external_id] = get(database, change.seen.external_id)
        except NotFound as error:
            refused.append(f"{change.seen.client}: {error.sentence}")
            continue
        count += written
        conflicts += clashes
    return Saved(count, deals, tuple(conflicts), tuple(refused))


def _accepted(change: Change) -> tuple[dict[str, Any], list[str]]:
    """The fitting values that differ from those on the screen, and a sentence on each that does not fit."""
    wanted: dict[str, Any] = {}
    refused: list[str] = []
    for name, raw in change.entered.items():
        if _same(raw, change.seen.values.get(name)):
            continue
        try:
            value = current().accept(name, raw)
        except InvalidValue as error:
            refused.append(f"{change.seen.client}, {error.sentence} It was not saved.")
            continue
        if not _same(value, change.seen.values.get(name)):
            wanted[name] = value
    return wanted, refused


def _same(one: Any, other: Any) -> bool:
    return (is_missing(one) and is_missing(other)) or bool(type(one) is not bool and one == other)


def _write(database: Database, seen: Deal, wanted: dict[str, Any], actor: str) -> tuple[int, list[Conflict]]:
    """Writes under the version that was seen; where the row is newer, only the fields that are as they were seen."""
    version, standing = seen.version, dict(wanted)
    conflicts: list[Conflict] = []
    for _ in range(_ATTEMPTS):
        if not standing:
            return 0, conflicts
        stale = _edit(database, seen.external_id, version, standing, actor)
        if stale is None:
            return len(standing), conflicts
        version, current = stale.current_version, stale.crm_data
        for name in list(standing):
            theirs = current.get(name)
            if _same(theirs, seen.stored.get(name)):
                continue
            yours = standing.pop(name)
            if not _same(theirs, yours):
                conflicts.append(Conflict(seen.client, name, seen.stored.get(name), theirs, yours))
    raise ChangedElsewhere(f"The deal of {seen.client} is being written by others again and again; nothing was saved.")


def _edit(
    database: Database, external_id: str, version: int, values: Mapping[str, Any], actor: str
) -> StaleVersion | None:
    """Writes the values, or says what stands where somebody else was first."""
    with translated():
        try:
            with database.session() as session:
                edits.edit_crm(session, external_id, version, values, actor=actor)
        except StaleVersion as stale:
            return stale
    return None


def restore(database: Database, external_id: str, version: int, fields: Sequence[str], actor: str) -> Deal:
    """Takes people's values of the fields away, so that the run's stand again. Raises ChangedElsewhere, NotFound."""
    with translated():
        try:
            with database.session() as session:
                edits.restore_crm(session, external_id, version, fields, actor=actor)
        except StaleVersion as stale:
            raise ChangedElsewhere(
                "This deal was changed elsewhere since you opened it; nothing was restored.",
                remedy="Look at it again before you restore.",
            ) from stale
    return get(database, external_id)
