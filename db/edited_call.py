"""One call with the changes that a person makes to it, to be written together."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session

from db import audit, ledger
from db.audit import Entry
from db.drafts import PARTS, fitting, laid_over, split_draft
from db.errors import NoSuchRow, StaleVersion
from db.ledger import CRM, EMAIL, RELEASED, Said, canonical
from db.models import FieldValue, JsonObject, Transcript
from db.stored import storable_text

# confirm: the value that stands is right; keep, take: how a conflict was settled; revert: an earlier value again.
Kind = Literal["edit", "confirm", "keep", "take", "revert", "restore", "approve", "publish", "withdraw", "sent"]

# What follows by rule from ``crm_data``: each field with its value, as a run would say it. It stands in the session's
# ``info`` under FOLLOWS, as this room knows no firm's rules.
Follows = Callable[[Mapping[str, Any]], Sequence[Said]]
FOLLOWS = "follows"
_FOLLOWED = "Follows from a value that a person set."


class EditedCall:
    """One row, locked for this transaction, with the changes that are being made to it.

    What follows from a corrected value (the stage from the outcome) is written with it as a run's word, unless a person
    set that too.
    """

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
            Transcript.minds,
        )
        statement = select(*columns).where(Transcript.external_id == external_id).with_for_update()
        row = session.execute(statement).one_or_none()
        if row is None:
            raise NoSuchRow("This call is not stored any more.")
        if version is not None and row.version != version:
            raise StaleVersion(row.version, row.crm_data)
        self.session, self.external_id, self.actor, self.row = session, external_id, actor, row
        self.reason = None if reason is None else storable_text(reason)
        self.conflicts: set[str] = set(row.conflicts)
        self._edits: dict[str, dict[str, Any]] = {
            column: dict(row.edits.get(column) or {}) for column in ("crm_data", "email_draft", "social_content")
        }
        self._notes: dict[str, tuple[Kind, Any]] = {}
        self._followed: dict[str, Said] = {}

    def standing(self, field: str) -> Any:
        """What stands in a field as the transaction found it; of a post its words and its state."""
        column, name = _parts(field)
        if column == "crm_data":
            return self.row.crm_data.get(name)
        if column == "email_draft":
            return dict(zip(PARTS, split_draft(self.row.email_draft), strict=True))[name]
        return _words_and_state(_post(self.row.social_content, name))

    def stands(self, field: str) -> bool:
        """Whether there is an e-mail, or a post of that channel."""
        return self.row.email_draft is not None if field.startswith(EMAIL) else self.standing(field) is not None

    def say(self, field: str, value: Any, kind: Kind) -> None:
        """Makes a value the person's; nothing where it is already, and not in doubt."""
        column, name = _parts(field)
        said = self._edits[column]
        words = fitting(name, value) if column == "email_draft" else value
        if column == "social_content" and words is None:
            self.release(field)
        elif field in self.conflicts or name not in said or canonical(said[name]) != canonical(words):
            said[name] = words
            self.note(field, words, kind)

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
        self._followed = self._following()
        self.session.execute(insert(FieldValue), self._ledger_rows(write_id))
        if self._followed:
            self.session.execute(insert(FieldValue), self._followed_rows(write_id))
        statement = (
            update(Transcript)
            .where(Transcript.id == self.row.id)
            .values(version=Transcript.version + 1, updated_at=func.now(), **self._columns(), **values)
            .returning(Transcript.version)
        )
        version = self.session.execute(statement, execution_options={"synchronize_session": False}).scalar_one()
        kinds = {kind for kind, _ in self._notes.values()}
        fields = sorted([*self._notes, *(CRM + name for name in self._followed)])
        details = {"fields": fields, **({"reason": self.reason} if self.reason else {})}
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

    def _following(self) -> dict[str, Said]:
        """What follows otherwise from the record now than before, or of what a person gave back, by field."""
        follows: Follows | None = self.session.info.get(FOLLOWS)
        if follows is None or not any(field.startswith(CRM) for field in self._notes):
            return {}
        proposed, said = self.row.proposed.get("crm_data") or {}, self._edits["crm_data"]
        before = {each.field: each.value for each in follows(self.row.crm_data)}
        return {
            name: each
            for each in follows(self._crm_data())
            if (name := each.field.removeprefix(CRM)) in proposed and name not in said
            if each.field in self._notes or canonical(each.value) != canonical(before[each.field])
            if canonical(each.value) != canonical(proposed[name])
        }

    def _followed_rows(self, write_id: uuid.UUID) -> list[dict[str, Any]]:
        return [
            {
                "transcript_id": self.row.id,
                "write_id": write_id,
                "external_id": self.external_id,
                "field": each.field,
                "value": each.value,
                "source": each.source,
                "kind": "run",
                "mind": each.mind,
                "mind_version": each.mind_version,
                "prompt_hash": each.prompt_hash,
                "reason": _FOLLOWED,
                "actor": self.actor,
            }
            for each in self._followed.values()
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
            followed = {name: each.value for name, each in self._followed.items()}
            columns["crm_data"] = {**self._crm_data(), **followed}
        if self._followed:
            proposed = {**(self.row.proposed.get("crm_data") or {}), **followed}
            columns["proposed"] = {**self.row.proposed, "crm_data": proposed}
            columns["said_hash"] = None  # the next run is held against the ledger, value by value
        if "summary" in self._followed:
            columns["minds"] = {**self.row.minds, "summary": {"source": self._followed["summary"].source}}
        if "email_draft" in touched:
            columns["email_draft"] = laid_over(self.row.proposed.get("email_draft"), self._edits["email_draft"])
        if "social_content" in touched:
            base = self.row.proposed.get("social_content")
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
