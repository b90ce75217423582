"""Where the values of a call come from: every word that runs and people said of a field, and earlier ones put back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db import edits
from db import ledger as stored
from db.drafts import PARTS
from db.ledger import BESIDE, COACHING, CRM, EMAIL, SOCIAL, ValueRow
from services.agents.contract import State
from services.call_view import QuoteView, quotes_of, state_of
from services.database import Database, stored_call, translated
from services.deal_fields import NOT_DISCUSSED, described, label_of
from services.errors import ChangedElsewhere, NotFound
from services.json_words import is_missing, plain, step_line
from services.minds import named
from services.social import CHANNEL_LABELS
from services.wording import listed

__all__ = ["Event", "Moment", "events", "field_label", "moments", "put_back", "shown", "take_other", "who"]

_NOTHING_ELSE = "nothing else any more"
_PARTS = dict(zip(PARTS, ("E-mail subject", "E-mail text"), strict=True))
_DONE = {
    "run": "said by a run",
    "beside": "said by the other mind",
    "adopt": "taken over",
    "edit": "written",
    "confirm": "confirmed",
    "keep": "kept against a later run",
    "take": "taken from a later run",
    "revert": "put back",
    "restore": "given back to the runs",
    "approve": "approved",
    "publish": "published",
    "withdraw": "withdrawn",
    "sent": "sent",
}


@dataclass(frozen=True)
class Event:
    """One row of the ledger as a page tells it. ``before`` and ``after`` are what stood in the field, in words.

    Of the ``kind`` beside is what the mind says of a field whose value does not stand there, before and after too.
    ``can_return`` says that ``after`` may be put back: it is a person's to set, and does not stand now.
    """

    id: int
    field: str
    label: str
    before: str
    after: str
    said: str
    kind: str
    done: str
    who: str
    why: str | None
    at: datetime
    state: State | None
    quotes: tuple[QuoteView, ...]
    can_return: bool


@dataclass(frozen=True)
class Moment:
    """What was written of a call together: by one run, whose minds ``who`` names, or by one person with one click."""

    at: datetime
    who: str
    done: str
    why: str | None
    run_id: str | None
    events: tuple[Event, ...]


def field_label(field: str) -> str:
    """A path of the ledger as pages name it: ``Amount``, ``E-mail subject``, ``LinkedIn post``, ``Speaker Ann Lee``."""
    column, _, name = field.partition(".")
    match column:
        case "crm_data":
            return label_of(name)
        case "email_draft":
            return _PARTS.get(name, "E-mail")
        case "social_content":
            return f"{CHANNEL_LABELS.get(name, name.capitalize())} post"
        case "coaching":
            return f"Coaching: {name.replace('_', ' ')}"
        case "header":
            return f"File's {label_of(name).lower()}"
        case "speakers":
            return f"Side of {name}"
        case "beside":
            return f"{field_label(name)}, the other mind"
        case _:
            return field.replace("_", " ").capitalize()


def shown(field: str, value: Any) -> str:
    """A value of the ledger in words; ``not discussed`` where there is none."""
    if is_missing(value):
        return NOT_DISCUSSED
    column, _, name = field.partition(".")
    if column == "crm_data" and name == "next_steps" and isinstance(value, list):
        return "; ".join(map(step_line, value)) or NOT_DISCUSSED
    if column in ("crm_data", "header"):
        return described(name, value)
    if column == "email_draft":
        return str(value)
    if column == "social_content" and isinstance(value, dict):
        words = str(value.get("text") or "")
        return f"{words} ({value['state']})" if value.get("state") not in (None, "draft") else words
    if column == "email_sent" and isinstance(value, dict):
        return str(value.get("text") or "")
    return plain(value)


def events(database: Database, external_id: str, field: str | None = None) -> list[Event]:
    """All that was said of a call, or of one field of it, the newest first. Raises NotFound."""
    record = stored_call(database, external_id)
    with translated(), database.session() as session:
        rows = stored.story(session, record.id, field)
    return list(_events(rows))[::-1]


def moments(database: Database, external_id: str) -> list[Moment]:
    """A call's whole story, the newest first: its events, gathered by what was written together. Raises NotFound."""
    record = stored_call(database, external_id)
    with translated(), database.session() as session:
        rows = stored.story(session, record.id)
    told = {event.id: event for event in _events(rows)}
    gathered: dict[Any, list[ValueRow]] = {}
    for row in rows:
        gathered.setdefault(row.write_id, []).append(row)
    found = [
        Moment(
            at=each[0].at,
            who=listed(dict.fromkeys(map(who, each))),
            done=_done(each),
            why=each[0].reason,
            run_id=each[0].run_id,
            events=tuple(told[row.id] for row in each),
        )
        for each in gathered.values()
    ]
    return found[::-1]


def put_back(database: Database, external_id: str, version: int, event_id: int, actor: str) -> None:
    """Sets a field to what an earlier row of the ledger says; it stands as the person's from now on.

    Raises NotFound and ChangedElsewhere.
    """
    record = stored_call(database, external_id)
    stale = ChangedElsewhere(
        "This call was changed elsewhere since you opened it; nothing was put back.",
        remedy="Look at it again, then put the value back.",
    )
    with translated(stale), database.session() as session:
        row = stored.get(session, event_id)
        if row is None or row.transcript_id != record.id or not _returnable(row):
            raise NotFound("There is no such earlier value of this call.")
        values = {row.field: _as_draft(row)}
        edits.say(session, external_id, version, values, actor=actor, kind="revert", reason=_since(row))


def take_other(database: Database, external_id: str, version: int, row_id: int, actor: str) -> None:
    """Sets a field to what the mind says whose value does not stand there; it stands as the person's from now on.

    ``row_id`` is that of the other mind's row. Raises NotFound and ChangedElsewhere.
    """
    record = stored_call(database, external_id)
    stale = ChangedElsewhere(
        "This call was changed elsewhere since you opened it; nothing was taken over.",
        remedy="Look at it again, then take the value.",
    )
    with translated(stale), database.session() as session:
        row = stored.get(session, row_id)
        if row is None or row.transcript_id != record.id or not row.field.startswith(BESIDE) or row.silent:
            raise NotFound("There is no such value of this call.")
        values = {row.field.removeprefix(BESIDE): row.claimed}
        edits.say(session, external_id, version, values, actor=actor, reason=f"{who(row)} said so.")


def _since(row: ValueRow) -> str:
    return f"As of {row.at:%Y-%m-%d %H:%M} UTC"


def _as_draft(row: ValueRow) -> Any:
    """A row's value; a post comes back as a draft, for a yes was for the words of then."""
    if row.field.startswith(SOCIAL) and isinstance(row.value, dict):
        return {**row.value, "state": "draft"}
    return row.value


def _returnable(row: ValueRow) -> bool:
    """Whether its value can be set again: of posts and e-mails only words, not that there were none."""
    settable = row.field.startswith(CRM) or (row.field.startswith((EMAIL, SOCIAL)) and row.value is not None)
    return settable and row.kind != stored.RELEASED


def _events(rows: Sequence[ValueRow]) -> Iterator[Event]:
    """The rows, the oldest first, in words."""
    standing = {row.field: after for row, _, after in stored.told(rows)}
    for row, before, after in stored.told(rows):
        now = stored.canonical(standing[row.field])
        beside = row.field.startswith(BESIDE)
        field, kind = row.field.removeprefix(BESIDE), "beside" if beside else row.kind
        ended = beside and row.silent
        yield Event(
            id=row.id,
            field=field,
            label=field_label(field),
            before=shown(field, before),
            after=_NOTHING_ELSE if ended else shown(field, after),
            said=_NOTHING_ELSE if ended else shown(field, row.claimed if beside else row.value),
            kind=kind,
            done=_DONE.get(kind, kind),
            who=who(row),
            why=row.reason,
            at=row.at,
            state=state_of(row.state),
            quotes=quotes_of(row.quotes),
            can_return=_returnable(row) and stored.canonical(row.value) != now,
        )


def who(row: ValueRow) -> str:
    """The person; of a run the mind with its version."""
    if row.human:
        return row.actor
    return named(row.source, row.mind, row.mind_version)


def _done(rows: Sequence[ValueRow]) -> str:
    kinds = {row.kind for row in rows}
    return _DONE.get(rows[0].kind, rows[0].kind) if len(kinds) == 1 else "changed"


def is_output(field: str) -> bool:
    """Whether a path is one of the outputs that people read: not what was read off the file."""
    return field.startswith((CRM, EMAIL, SOCIAL, COACHING))
