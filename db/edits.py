"""What people say of a call. Kept apart from what runs write, and laid over it for good, until it is taken back.

A field is a path: ``crm_data.deal_amount``, ``email_draft.subject``, ``email_draft.body``, ``social_content.linkedin``.
Every function checks the version that the person saw, writes one row of the ledger a field and one entry of the audit,
and returns the new version. All raise NoSuchRow where the call is not stored, and StaleVersion, having written nothing,
where somebody else wrote the call since; ``version`` None asks for no check.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import ledger
from db.drafts import PARTS, split_draft
from db.edited_call import EditedCall, Kind
from db.ledger import CRM, EMAIL, SOCIAL
from db.models import Transcript
from db.stored import storable, storable_text

__all__ = [
    "ChangeRow",
    "Kind",
    "confirm",
    "edit_crm",
    "edit_email",
    "edit_post",
    "history",
    "mark_sent",
    "restore",
    "restore_crm",
    "restore_email",
    "restore_post",
    "say",
]

_POST_KINDS: Mapping[str, Kind] = {"approved": "approve", "published": "publish", "withdrawn": "withdraw"}


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
    the field is in conflict, saying the same again settles it. There is no post without words: None gives it back.
    """
    call = EditedCall(session, external_id, version, actor, reason)
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
    """Says of fields that what stands there is right; it stands from now on like a value that the person wrote.

    That a field of ``crm_data`` has no value may be right too; where no e-mail or post stands, nothing is confirmed.
    """
    call = EditedCall(session, external_id, version, actor)
    for field in fields:
        if field.startswith(CRM) or call.stands(field):
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
    call = EditedCall(session, external_id, version, actor, reason)
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


def edit_email(
    session: Session, external_id: str, version: int | None, text: str, *, actor: str, reason: str | None = None
) -> int:
    """Sets of the e-mail (subject line, empty line, body) what differs from what stands."""
    call = EditedCall(session, external_id, version, actor, reason)
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
    reason: str | None = None,
) -> int:
    """Sets a post's text, its state (draft, approved, published, withdrawn), or both; None leaves one as it is.

    A yes is for the words that were read: the text is kept with the state, so that a later run puts no other
    words under it, and a new text without a state is a draft again.
    """
    call = EditedCall(session, external_id, version, actor, reason)
    old = call.standing(SOCIAL + channel) or {}
    words = storable_text(text) if text is not None else str(old.get("text") or "")
    if state is None:
        state = str(old.get("state") or "draft") if words == old.get("text") else "draft"
    kind: Kind = _POST_KINDS.get(state, "edit") if state != old.get("state") else "edit"
    call.say(SOCIAL + channel, {"text": words, "state": storable_text(state)}, kind)
    return call.write()


def restore_post(session: Session, external_id: str, version: int | None, channel: str, *, actor: str) -> int:
    """Takes the person's post of a channel away; the last run's stands again."""
    return restore(session, external_id, version, [SOCIAL + channel], actor=actor)


def mark_sent(session: Session, external_id: str, version: int | None, text: str | None = None, *, actor: str) -> int:
    """Notes that the e-mail went out, with the words that went: ``text``, or the stored e-mail."""
    call = EditedCall(session, external_id, version, actor)
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
