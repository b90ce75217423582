"""What people say of a call. Kept apart from what runs write, and laid over it for good, until it is taken back.

Every function checks the version that the person saw, writes one row of ``changes`` a field, and returns the
new version. All raise NoSuchRow where the call is not stored, and StaleVersion, having written nothing,
where somebody else wrote the call since; ``version`` None asks for no check.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from db.errors import NoSuchRow, StaleVersion
from db.models import Change, JsonObject, Transcript
from db.stored import storable, storable_text, to_json

Kind = Literal["edit", "restore", "approve", "sent"]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One row of ``changes``. ``kind`` is edit, restore, approve, sent, or adopt (by the first migration)."""

    field: str
    old: Any
    new: Any
    kind: str
    actor: str
    at: datetime


def edit_crm(session: Session, external_id: str, version: int | None, values: Mapping[str, Any], *, actor: str) -> int:
    """Sets fields of ``crm_data``. None is a value too: the person says that there is none.

    A value that the person set before and sets again is no change; one that only runs said becomes the person's.
    """
    call = _Call(session, external_id, version, actor)
    said = dict(call.edits.get("crm_data") or {})
    for field, value in storable(dict(values)).items():
        if field in said and to_json(said[field]) == to_json(value):
            continue
        call.note(f"crm_data.{field}", call.crm_data.get(field), value, "edit")
        said[field] = call.crm_data[field] = value
    return call.write(crm_data=call.crm_data, edits={**call.edits, "crm_data": said})


def restore_crm(session: Session, external_id: str, version: int | None, fields: Iterable[str], *, actor: str) -> int:
    """Takes the person's values away; what the last run said stands again (or nothing, where none spoke of it)."""
    call = _Call(session, external_id, version, actor)
    said = dict(call.edits.get("crm_data") or {})
    proposed = call.proposed.get("crm_data") or {}
    for field in fields:
        if field not in said:
            continue
        call.note(f"crm_data.{field}", said.pop(field), proposed.get(field), "restore")
        call.crm_data.pop(field, None)
        if field in proposed:
            call.crm_data[field] = proposed[field]
    return call.write(crm_data=call.crm_data, edits=_with(call.edits, "crm_data", said))


def edit_email(session: Session, external_id: str, version: int | None, text: str, *, actor: str) -> int:
    """Sets the e-mail's text (subject line, empty line, body)."""
    call = _Call(session, external_id, version, actor)
    text = storable_text(text)
    if call.edits.get("email_draft") != text:
        call.note("email_draft", call.row.email_draft, text, "edit")
    return call.write(email_draft=text, edits={**call.edits, "email_draft": text})


def restore_email(session: Session, external_id: str, version: int | None, *, actor: str) -> int:
    """Takes the person's e-mail away; the last run's stands again."""
    call = _Call(session, external_id, version, actor)
    if "email_draft" not in call.edits:
        return call.version
    proposed = call.proposed.get("email_draft")
    call.note("email_draft", call.edits["email_draft"], proposed, "restore")
    return call.write(email_draft=proposed, edits=_with(call.edits, "email_draft", None))


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
    old = call.post(channel)
    words = storable_text(text) if text is not None else str(old.get("text") or "")
    if state is None:
        state = str(old.get("state") or "draft") if words == old.get("text") else "draft"
    new = {"text": words, "state": storable_text(state)}
    kind: Kind = "approve" if state == "approved" and old.get("state") != "approved" else "edit"
    posts = dict(call.edits.get("social_content") or {})
    if posts.get(channel) != new:
        call.note(f"social_content.{channel}", {key: old.get(key) for key in new}, new, kind)
    return call.write_posts({**posts, channel: new})


def restore_post(session: Session, external_id: str, version: int | None, channel: str, *, actor: str) -> int:
    """Takes the person's post of a channel away; the last run's stands again."""
    call = _Call(session, external_id, version, actor)
    posts = dict(call.edits.get("social_content") or {})
    if channel not in posts:
        return call.version
    old = posts.pop(channel)
    proposed = _post(call.proposed.get("social_content"), channel)
    call.note(f"social_content.{channel}", old, {key: proposed.get(key) for key in ("text", "state")}, "restore")
    return call.write_posts(posts)


def mark_sent(session: Session, external_id: str, version: int | None, text: str | None = None, *, actor: str) -> int:
    """Notes that the e-mail went out, with the words that went: ``text``, or the stored e-mail."""
    call = _Call(session, external_id, version, actor)
    words = storable_text(text) if text is not None else call.row.email_draft
    sent = {"text": words, "actor": actor, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    call.note("email_sent", call.row.email_sent, sent, "sent")
    return call.write(email_sent=sent)


def history(session: Session, external_id: str, limit: int = 200) -> list[ChangeRow]:
    """What people did to a call, the newest first."""
    columns = (Change.field, Change.old, Change.new, Change.kind, Change.actor, Change.at)
    statement = select(*columns).where(Change.external_id == external_id).order_by(Change.id.desc()).limit(limit)
    return [ChangeRow(*row) for row in session.execute(statement)]


class _Call:
    """One row, locked for this transaction, with the changes that are being made to it."""

    def __init__(self, session: Session, external_id: str, version: int | None, actor: str) -> None:
        columns = (
            Transcript.id,
            Transcript.version,
            func.aftercall_object(Transcript.crm_data, type_=JsonObject).label("crm_data"),
            Transcript.email_draft,
            Transcript.email_sent,
            Transcript.social_content,
            Transcript.edits,
            Transcript.proposed,
        )
        statement = select(*columns).where(Transcript.external_id == external_id).with_for_update()
        row = session.execute(statement).one_or_none()
        if row is None:
            raise NoSuchRow("This call is not stored any more.")
        if version is not None and row.version != version:
            raise StaleVersion(row.version, row.crm_data)
        self.session, self.external_id, self.actor, self.row = session, external_id, actor, row
        self.version: int = row.version
        self.crm_data: dict[str, Any] = dict(row.crm_data)
        self.edits: dict[str, Any] = row.edits
        self.proposed: dict[str, Any] = row.proposed
        self._notes: list[Change] = []

    def post(self, channel: str) -> dict[str, Any]:
        """The post of a channel as it stands; an empty one where there is none."""
        return _post(self.row.social_content, channel)

    def note(self, field: str, old: Any, new: Any, kind: Kind) -> None:
        """Keeps one change, to be written with the row."""
        self._notes.append(
            Change(
                transcript_id=self.row.id,
                external_id=self.external_id,
                field=field,
                old=old,
                new=new,
                kind=kind,
                actor=self.actor,
            )
        )

    def write(self, **values: Any) -> int:
        """Writes the row and its changes; writes nothing where nothing was changed."""
        if not self._notes:
            return self.version
        self.session.add_all(self._notes)
        self.session.flush()
        statement = (
            update(Transcript)
            .where(Transcript.id == self.row.id)
            .values(version=Transcript.version + 1, updated_at=func.now(), **values)
            .returning(Transcript.version)
        )
        return self.session.execute(statement, execution_options={"synchronize_session": False}).scalar_one()

    def write_posts(self, posts: dict[str, Any]) -> int:
        """Writes the person's posts, laid over the last run's."""
        edits = _with(self.edits, "social_content", posts)
        base = self.proposed.get("social_content", self.row.social_content)
        merged = func.aftercall_posts(literal(base, JsonObject), literal(posts, JsonObject))
        return self.write(social_content=merged, edits=edits)


def _post(content: Any, channel: str) -> dict[str, Any]:
    posts = content.get("posts") if isinstance(content, dict) else None
    found = (post for post in posts or () if isinstance(post, dict) and post.get("channel") == channel)
    return next(found, {})


def _with(edits: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    """The edits with one part set, or without it where nothing is left of it."""
    rest = {name: each for name, each in edits.items() if name != key}
    return {**rest, key: value} if value else rest
