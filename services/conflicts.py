"""The conflicts: a person corrected what a run said, and a later run says something else. The person decides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from db import conflicts as stored
from db import edits
from db.conflicts import ConflictRow
from db.edits import Kind
from db.ledger import CRM, SOCIAL, ValueRow
from services.agents.contract import State
from services.call_view import QuoteView, quotes_of, state_of
from services.database import Database, translated
from services.deal_fields import current
from services.errors import ChangedElsewhere, InvalidValue
from services.ledger import field_label, shown, who

PAGE_SIZE = 20
Way = Literal["keep", "take"]


@dataclass(frozen=True)
class Side:
    """One of the values that stand against one another, in words, with who said it and what it rests on."""

    value: Any
    words: str
    who: str
    at: datetime
    state: State | None
    quotes: tuple[QuoteView, ...]


@dataclass(frozen=True)
class OpenConflict:
    """A field in conflict: ``old`` is what the run said that the person corrected, ``new`` what the last run says.

    ``theirs`` is the person's word, which stands until somebody decides. ``old`` is None where no run had spoken.
    ``text`` is the text to begin a third answer with.
    """

    external_id: str
    version: int
    client: str
    field: str
    label: str
    old: Side | None
    new: Side
    theirs: Side
    text: str
    long: bool


def total(database: Database) -> int:
    """How many fields are in conflict."""
    with translated(), database.session() as session:
        return stored.count(session)


def listing(database: Database, *, page: int = 1, size: int = PAGE_SIZE, search: str = "") -> list[OpenConflict]:
    """One page, counted from 1, of the calls with conflicts, the newest first; every conflict of each."""
    with translated(), database.session() as session:
        rows = stored.listing(session, size, (page - 1) * size, search)
    return [conflict for row in rows for conflict in _conflicts(row)]


def calls(database: Database, search: str = "") -> int:
    """How many calls have conflicts."""
    with translated(), database.session() as session:
        return stored.calls(session, search)


def of_call(database: Database, external_id: str) -> list[OpenConflict]:
    """The conflicts of one call; none where it is not stored."""
    with translated(), database.session() as session:
        rows = stored.listing(session, 1, 0, external_id=external_id)
    return [conflict for row in rows for conflict in _conflicts(row)]


def settle(database: Database, conflict: OpenConflict, way: Way, actor: str) -> None:
    """Keeps the person's word, or takes the last run's; either stands from now on. Raises ChangedElsewhere."""
    side = conflict.theirs if way == "keep" else conflict.new
    _say(database, conflict, side.value, way, actor)


def write_other(database: Database, conflict: OpenConflict, words: str, actor: str) -> None:
    """Writes a third value. Raises InvalidValue where the words don't fit the field, and ChangedElsewhere."""
    _say(database, conflict, accept(conflict.field, words), "edit", actor)


def accept(field: str, words: str) -> Any:
    """The value to store for words that a person wrote into a field of the ledger. Raises InvalidValue."""
    column, _, name = field.partition(".")
    if column == "crm_data":
        listed = current().by_name.get(name)
        many = listed is not None and listed.kind in ("list", "choices")
        return current().accept(name, [item.strip() for item in words.split(",")] if many and words.strip() else words)
    if not words.strip():
        raise InvalidValue("There are no words in it.", remedy="Write some, or keep one of the two.")
    text = words.replace("\r\n", "\n").strip()
    return {"text": text, "state": "draft"} if field.startswith(SOCIAL) else text


def _say(database: Database, conflict: OpenConflict, value: Any, kind: Kind, actor: str) -> None:
    stale = ChangedElsewhere(
        f"{conflict.label} of {conflict.client} was changed elsewhere since this page was drawn; nothing was decided.",
        remedy="Look at it again, then decide.",
    )
    with translated(stale), database.session() as session:
        values = {conflict.field: value}
        edits.say(session, conflict.external_id, conflict.version, values, actor=actor, kind=kind)


def _conflicts(row: ConflictRow) -> Iterator[OpenConflict]:
    client = row.client_name or row.filename or row.external_id
    for field, heads in row.fields.items():
        if heads.run is None or heads.person is None:
            continue
        yield OpenConflict(
            external_id=row.external_id,
            version=row.version,
            client=client,
            field=field,
            label=field_label(field),
            old=None if heads.base is None else _side(heads.base),
            new=_side(heads.run),
            theirs=_side(heads.person),
            text=_text(field, heads.person.value),
            long=not field.startswith(CRM) or field == f"{CRM}summary",
        )


def _side(row: ValueRow) -> Side:
    return Side(row.value, shown(row.field, row.value), who(row), row.at, state_of(row.state), quotes_of(row.quotes))


def _text(field: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("text") or "")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return "" if value is None else shown(field, value) if field.startswith(CRM) else str(value)
