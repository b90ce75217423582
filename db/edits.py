"""What people say of a call. Kept apart from what runs write, and laid over it for good, until it is taken back.

A field is a path: ``crm_data.deal_amount``, ``email_draft.subject``, ``email_draft.body``, ``social_content.linkedin``.
Every function checks the version that the person saw, writes one row of the ledger a field and one entry of the audit,
and returns the new version. All raise NoSuchRow where the call is not stored, and StaleVersion, having written nothing,
where somebody else wrote the call since; ``version`` None asks for no check.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session

from db import audit, ledger
from db.audit import Entry
from db.drafts import PARTS, laid_over, split_draft
from db.errors import NoSuchRow, StaleVersion
from db.ledger import CRM, EMAIL, RELEASED, SOCIAL
from db.models import FieldValue, JsonObject, Transcript
from db.stored import storable, storable_text, to_json

# confirm: the value that stands is right; keep, take: how a conflict was settled; revert: an earlier value again.
Kind = Literal["edit", "confirm", "keep", "take", "revert", "restore", "approve", "sent"]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One thing that a person did to a field: what stood there before and after."""

    field: str
    old: Any
    new: Any
    kind: str
    actor: str
    at: datetime
    reason: str | None = None


def say(
    session: Session,
    external_id: str,
    version: int | None,
    values: Mapping[str, Any],
    *,
    actor: str,
    kind: Kind = "edit",
    reason: str | None = None,
) -> int:
    """Sets fields. None is a value too: the person says that there is none.

    A value that the person set before and sets again is no change; one that only runs said becomes the person's. Where
    the field is in conflict, saying the same again settles it.
    """
    call = _Call(session, external_id, version, actor, reason)
    for field, value in storable(dict(values)).items():
        call.say(field, value, kind)
    return call.write()


def confirm(
    session: Session,
    external_id: str,
    version: int | None,
    fields: Iterable[str],
    *,
    actor: str,
    kind: Kind = "confirm",
) -> int:
    """Says of fields that what stands there is right; it stands from now on like a value that the person wrote."""
    call = _Call(session, external_id, version, actor)
    for field in fields:
        call.say(field, call.standing(field), kind)
    return call.write()


def restore(
    session: Session,
    external_id: str,
    version: int | None,
    fields: Iterable[str],
    *,
    actor: str,
    reason: str | None = None,
) -> int:
    """Takes the person's values away; what the last run said stands again (or nothing, where none spoke of it)."""
    call = _Call(session, external_id, version, actor, reason)
    for field in fields:
        call.release(field)
    return call.write()


def edit_crm(
    session: Session,
    external_id: str,
    version: int | None,
    values: Mapping[str, Any],
    *,
    actor: str,
    reason: str | None = None,
) -> int:
    """Sets fields of ``crm_data``, by their names."""
    said = {CRM + name: value for name, value in values.items()}
    return say(session, external_id, version, said, actor=actor, reason=reason)


def restore_crm(session: Session, external_id: str, version: int | None, fields: Iterable[str], *, actor: str) -> int:
    """Gives fields of ``crm_data`` back to what the last run said."""
    return restore(session, external_id, version, [CRM + name for name in fields], actor=actor)


def edit_email(session: Session, external_id: str, version: int | None, text: str, *, actor: str) -> int:
    """Sets of the e-mail (subject line, empty line, body) what differs from what stands."""
    call = _Call(session, external_id, version, actor)
    for part, words in zip(PARTS, split_draft(storable_text(text)), strict=True):
        if words != call.standing(EMAIL + part) or EMAIL + part in call.conflicts:
            call.say(EMAIL + part, words, "edit")
    return call.write()


def restore_email(session: Session, external_id: str, version: int | None, *, actor: str) -> int:
    """Takes the person's e-mail away; the last run's stands again."""
    return restore(session, external_id, version, [EMAIL + part for part in PARTS], actor=actor)


def edit_post(
    session: Session,
    external_id: str,
    version: int | None,
    channel: str,
    text: str | None = None,
    state: str | None = None,
    *,
    actor: str,
) -> int:
    """Sets a post's text, its state (draft, approved), or both; None leaves one as it is.

    A yes is for the words that were read: the text is kept with the state, so that a later run puts no other
    words under it, and a new text without a state is a draft again.
    """
    call = _Call(session, external_id, version, actor)
    old = call.standing(SOCIAL + channel) or {}
    words = storable_text(text) if text is not None else str(old.get("text") or "")
    if state is None:
        state = str(old.get("state") or "draft") if words == old.get("text") else "draft"
    kind: Kind = "approve" if state == "approved" and old.get("state") != "approved" else "edit"
    call.say(SOCIAL + channel, {"text": words, "state": storable_text(state)}, kind)
    return call.write()


def restore_post(session: Session, external_id: str, version: int | None, channel: str, *, actor: str) -> int:
    """Takes the person's post of a channel away; the last run's stands again."""
    return restore(session, external_id, version, [SOCIAL + channel], actor=actor)


def mark_sent(session: Session, external_id: str, version: int | None, text: str | None = None, *, actor: str) -> int:
    """Notes that the e-mail went out, with the words that went: ``text``, or the stored e-mail."""
    call = _Call(session, external_id, version, actor)
    words = storable_text(text) if text is not None else call.row.email_draft
    sent = {"text": words, "actor": actor, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    call.note("email_sent", sent, "sent")
    return call.write(email_sent=sent)


def history(session: Session, external_id: str, limit: int = 200) -> list[ChangeRow]:
    """What people did to a call, the newest first."""
    call = session.scalar(select(Transcript.id).where(Transcript.external_id == external_id))
    if call is None:
        return []
    changes = [
        ChangeRow(row.field, before, after, row.kind, row.actor, row.at, row.reason)
        for row, before, after in ledger.told(ledger.story(session, call))
        if row.human
    ]
    return changes[::-1][:limit]


class _Call:
    """One row, locked for this transaction, with the changes that are being made to it."""

    def __init__(
        self, session: Session, external_id: str, version: int | None, actor: str, reason: str | None = None
    ) -> None:
        columns = (
            Transcript.id,
            Transcript.version,
            func.aftercall_object(Transcript.crm_data, type_=JsonObject).label("crm_data"),
            Transcript.email_draft,
            Transcript.email_sent,
            Transcript.social_content,
            Transcript.edits,
            Transcript.proposed,
            Transcript.conflicts,
        )
        statement = select(*columns).where(Transcript.external_id == external_id).with_for_update()
        row = session.execute(statement).one_or_none()
        if row is None:
            raise NoSuchRow("This call is not stored any more.")
        if version is not None and row.version != version:
            raise StaleVersion(row.version, row.crm_data)
        self.session, self.external_id, self.actor, self.reason, self.row = session, external_id, actor, reason, row
        self.conflicts: set[str] = set(row.conflicts)
        self._edits: dict[str, dict[str, Any]] = {
            column: dict(row.edits.get(column) or {}) for column in ("crm_data", "email_draft", "social_content")
        }
        self._notes: dict[str, tuple[Kind, Any]] = {}

    def standing(self, field: str) -> Any:
        """What stands in a field as the transaction found it; of a post its words and its state."""
        column, name = _parts(field)
        if column == "crm_data":
            return self.row.crm_data.get(name)
        if column == "email_draft":
            return dict(zip(PARTS, split_draft(self.row.email_draft), strict=True))[name]
        return _words_and_state(_post(self.row.social_content, name))

    def say(self, field: str, value: Any, kind: Kind) -> None:
        """Makes a value the person's; nothing where it is already, and not in doubt."""
        column, name = _parts(field)
        said = self._edits[column]
        if field not in self.conflicts and name in said and to_json(said[name]) == to_json(value):
            return
        said[name] = value
        self.note(field, value, kind)

    def release(self, field: str) -> None:
        """Gives a field back to the runs; nothing where no person spoke of it."""
        column, name = _parts(field)
        if name in self._edits[column]:
            del self._edits[column][name]
            self.note(field, None, RELEASED)

    def note(self, field: str, value: Any, kind: Kind) -> None:
        """Keeps one change, to be written with the row."""
        self._notes[field] = (kind, value)

    def write(self, **values: Any) -> int:
        """Writes the row, the ledger and the audit; writes nothing where nothing was changed."""
        version: int = self.row.version
        if not self._notes:
            return version
        write_id = uuid.uuid4()
        self.session.execute(insert(FieldValue), self._ledger_rows(write_id))
        statement = (
            update(Transcript)
            .where(Transcript.id == self.row.id)
            .values(version=Transcript.version + 1, updated_at=func.now(), **self._columns(), **values)
            .returning(Transcript.version)
        )
        version = self.session.execute(statement, execution_options={"synchronize_session": False}).scalar_one()
        kinds = {kind for kind, _ in self._notes.values()}
        details = {"fields": sorted(self._notes), **({"reason": self.reason} if self.reason else {})}
        action = kinds.pop() if len(kinds) == 1 else "edit"
        audit.add(self.session, [Entry(self.actor, action, self.external_id, details, write_id, self.row.id)])
        return version

    def _ledger_rows(self, write_id: uuid.UUID) -> list[dict[str, Any]]:
        heads = ledger.heads(self.session, [self.row.id], list(self._notes))[self.row.id]
        return [
            {
                "transcript_id": self.row.id,
                "write_id": write_id,
                "external_id": self.external_id,
                "field": field,
                "value": value,
                "source": "human",
                "kind": kind,
                "against": run.id if (run := heads[field].run if field in heads else None) else None,
                "reason": self.reason,
                "actor": self.actor,
            }
            for field, (kind, value) in self._notes.items()
        ]

    def _columns(self) -> dict[str, Any]:
        """The columns that the changes alter, laid over what the last run said anew."""
        touched = {_parts(field)[0] for field in self._notes if field != "email_sent"}
        edits = {**self.row.edits, **self._edits}
        columns: dict[str, Any] = {
            "edits": {name: said for name, said in edits.items() if said},
            "conflicts": sorted(self.conflicts - set(self._notes)),
        }
        if "crm_data" in touched:
            columns["crm_data"] = self._crm_data()
        if "email_draft" in touched:
            base = self.row.proposed.get("email_draft", self.row.email_draft)
            columns["email_draft"] = laid_over(base, self._edits["email_draft"])
        if "social_content" in touched:
            base = self.row.proposed.get("social_content", self.row.social_content)
            posts = literal(self._edits["social_content"], JsonObject)
            columns["social_content"] = func.aftercall_posts(literal(base, JsonObject), posts)
        return columns

    def _crm_data(self) -> dict[str, Any]:
        crm_data: dict[str, Any] = dict(self.row.crm_data)
        proposed = self.row.proposed.get("crm_data") or {}
        said = self._edits["crm_data"]
        for field in self._notes:
            column, name = _parts(field)
            if column == "crm_data" and (name in said or name in proposed):
                crm_data[name] = said[name] if name in said else proposed[name]
            elif column == "crm_data":
                crm_data.pop(name, None)
        return crm_data


def _parts(field: str) -> tuple[str, str]:
    """The column of a path, and the name within it. Raises ValueError on a field that nobody can speak of."""
    column, _, name = field.partition(".")
    if (column == "email_draft" and name in PARTS) or (column in ("crm_data", "social_content") and name):
        return column, name
    raise ValueError(f"Nobody can set {field}.")


def _post(content: Any, channel: str) -> dict[str, Any]:
    posts = content.get("posts") if isinstance(content, dict) else None
    found = (post for post in posts or () if isinstance(post, dict) and post.get("channel") == channel)
    return next(found, {})


def _words_and_state(post: Mapping[str, Any]) -> dict[str, Any] | None:
    return {key: post.get(key) for key in ("text", "state")} if post else None
