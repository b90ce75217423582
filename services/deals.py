"""The deals: every call's CRM fields, found, counted, corrected by people and given back to what the run said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db import deal_totals, edits, listings, marks, transcripts
from db.deal_totals import Totals
from db.errors import StaleVersion
from db.ledger import CRM
from db.listings import DealFilter, DealRow, Marked
from services import ledger
from services.database import Database, translated
from services.deal_fields import current, described, label_of
from services.deal_rows import Deal, Flagged, deals_of
from services.errors import ChangedElsewhere, InvalidValue, NotFound
from services.field_kinds import words_of
from services.json_words import is_missing

__all__ = [
    "Change",
    "Clash",
    "Deal",
    "DealFilter",
    "DealPage",
    "Marked",
    "Saved",
    "Totals",
    "every",
    "restore",
    "save",
    "search",
]

PAGE_SIZE = 50
NEWEST = "-meeting_date"
REASON_LENGTH = 200
_ATTEMPTS = 5


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
class Clash:
    """A field that somebody else wrote since it was on the screen. Nothing was written over it.

    ``now`` is the deal as it stands, ``seen`` the value as it was on the screen, ``yours`` what was to be saved.
    ``who`` wrote the value that stands, ``at`` that moment, where the ledger knows.
    """

    now: Deal
    field: str
    seen: Any
    yours: Any
    who: str
    at: datetime | None

    @property
    def key(self) -> tuple[str, str]:
        """The call and the field."""
        return self.now.external_id, self.field

    @property
    def label(self) -> str:
        """The field's label."""
        return label_of(self.field)

    @property
    def theirs(self) -> Any:
        """The value that stands."""
        return self.now.stored.get(self.field)

    def words(self, value: Any) -> str:
        """One of the values in words."""
        return described(self.field, value)

    @property
    def change(self) -> "Change":
        """What writes ``yours``, by somebody who has been shown the value that stands."""
        return Change(self.now, {self.field: self.yours})


@dataclass(frozen=True)
class Saved:
    """What became of a set of changes. ``deals`` are the touched rows as they stand now, by external id.

    ``count`` is the number of fields written; ``refused`` are sentences on values that don't fit their field, and
    ``unfit`` those changes.
    """

    count: int
    deals: Mapping[str, Deal]
    clashes: tuple[Clash, ...]
    refused: tuple[str, ...]
    unfit: tuple[Change, ...]

    @property
    def complete(self) -> bool:
        """Whether every change stands now."""
        return not self.clashes and not self.refused


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
    flagged: Flagged = frozenset(),
) -> DealPage:
    """One page, counted from 1, of the deals that the filter leaves.

    ``counted`` is how many it leaves, where the caller has that from the totals; else they are counted. ``flagged``
    are the fields and minds whose values need a look (services.trust).
    """
    with translated(), database.session() as session:
        rows, total = listings.deals(session, wanted, sort, size, (page - 1) * size, counted)
        told = marks.of(session, rows, {name for name, _ in flagged})
    return DealPage(deals_of(rows, told, flagged), total)


def every(database: Database, wanted: DealFilter, *, sort: str = NEWEST) -> list[Deal]:
    """All deals that the filter leaves, for an export."""
    with translated(), database.session() as session:
        rows, _ = listings.deals(session, wanted, sort, None, 0)
        told = marks.of(session, rows)
    return list(deals_of(rows, told))


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
        row = DealRow(
            id=record.id,
            external_id=record.external_id,
            version=record.version,
            crm_data=record.crm_data or {},
            edits=sorted((record.edits or {}).get("crm_data") or {}),
            filename=record.filename,
            updated_at=record.updated_at,
            conflicts=record.conflicts,
            disagreements=record.disagreements,
        )
        told = marks.of(session, [row])
    return deals_of([row], told)[0]


def save(database: Database, changes: Sequence[Change], actor: str, reason: str | None = None) -> Saved:
    """Writes what people entered, field by field, and only what differs from what they saw; ``reason`` says why.

    A field that somebody else changed meanwhile is left alone and reported; the other fields of its row are written.
    A value that does not fit its field is reported and not written.
    """
    why = words_of((reason or "")[:REASON_LENGTH], REASON_LENGTH) or None
    count, deals = 0, {}
    clashes: list[Clash] = []
    refused: list[str] = []
    unfit: list[Change] = []
    for change in changes:
        wanted, misfits = _accepted(change)
        if misfits:
            refused += misfits.values()
            unfit.append(Change(change.seen, {name: change.entered[name] for name in misfits}))
        if not wanted:
            continue
        try:
            written, left = _write(database, change.seen, wanted, actor, why)
            now = deals[change.seen.external_id] = get(database, change.seen.external_id)
            clashes += [_clash(database, change.seen, now, name, yours) for name, yours in left.items()]
        except NotFound as error:
            refused.append(f"{change.seen.client}: {error.sentence}")
            unfit.append(change)
            continue
        count += written
    return Saved(count, deals, tuple(clashes), tuple(refused), tuple(unfit))


def _accepted(change: Change) -> tuple[dict[str, Any], dict[str, str]]:
    """The fitting values that differ from those on the screen, and a sentence on each that does not fit."""
    wanted: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for name, raw in change.entered.items():
        if _same(raw, change.seen.values.get(name)):
            continue
        try:
            value = current().accept(name, raw)
        except InvalidValue as error:
            refused[name] = f"{change.seen.client}, {error.sentence} It was not saved."
            continue
        if not _same(value, change.seen.values.get(name)):
            wanted[name] = value
    return wanted, refused


def _same(one: Any, other: Any) -> bool:
    return (is_missing(one) and is_missing(other)) or bool(type(one) is not bool and one == other)


def _clash(database: Database, seen: Deal, now: Deal, name: str, yours: Any) -> Clash:
    told = ledger.events(database, now.external_id, CRM + name)
    last = next((event for event in told if event.said == event.after), None)
    who, at = (last.who, last.at) if last else ("somebody", None)
    return Clash(now, name, seen.stored.get(name), yours, who, at)


def _write(
    database: Database, seen: Deal, wanted: Mapping[str, Any], actor: str, reason: str | None
) -> tuple[int, dict[str, Any]]:
    """Writes under the version that was seen; where the row is newer, only the fields that are as they were seen.

    Returns how many were written, and those that were left to somebody else's word.
    """
    version, standing = seen.version, dict(wanted)
    left: dict[str, Any] = {}
    for _ in range(_ATTEMPTS):
        if not standing:
            return 0, left
        stale = _edit(database, seen.external_id, version, standing, actor, reason)
        if stale is None:
            return len(standing), left
        version, current = stale.current_version, stale.crm_data
        for name in list(standing):
            theirs = current.get(name)
            if _same(theirs, seen.stored.get(name)):
                continue
            yours = standing.pop(name)
            if not _same(theirs, yours):
                left[name] = yours
    raise ChangedElsewhere(f"The deal of {seen.client} is being written by others again and again; nothing was saved.")


def _edit(
    database: Database, external_id: str, version: int, values: Mapping[str, Any], actor: str, reason: str | None
) -> StaleVersion | None:
    """Writes the values, or says what stands where somebody else was first."""
    with translated():
        try:
            with database.session() as session:
                edits.edit_crm(session, external_id, version, values, actor=actor, reason=reason)
        except StaleVersion as stale:
            return stale
    return None


def restore(database: Database, external_id: str, version: int, fields: Sequence[str], actor: str) -> Deal:
    """Takes people's values of the fields away, so that the run's stand again. Raises ChangedElsewhere, NotFound."""
    stale = ChangedElsewhere(
        "This deal was changed elsewhere since you opened it; nothing was restored.",
        remedy="Look at it again before you restore.",
    )
    with translated(stale), database.session() as session:
        edits.restore_crm(session, external_id, version, fields, actor=actor)
    return get(database, external_id)
