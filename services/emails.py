"""The e-mail drafts: found, corrected by people, taken along, marked as sent."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import quote

from db import edits
from db.drafts import join_draft, split_draft
from db.transcripts import TranscriptRecord
from services.database import Database, stored_call, translated
from services.deal_fields import current
from services.errors import ChangedElsewhere, InvalidValue

LONGEST_SUBJECT = 300
LONGEST_BODY = 100_000


@dataclass(frozen=True)
class EmailDraft:
    """One call's e-mail as it stands. ``edited``: a person wrote it; ``sent`` is ``{text, actor, at}`` or None."""

    external_id: str
    version: int
    client: str
    to: str | None
    subject: str
    body: str
    edited: bool
    sent: dict[str, Any] | None


def get_email(database: Database, external_id: str) -> EmailDraft:
    """The e-mail of one call. Raises NotFound."""
    return _draft(stored_call(database, external_id))


def save(database: Database, seen: EmailDraft, subject: str, body: str, actor: str) -> EmailDraft:
    """Writes the person's words, if they changed anything; they stand from now on, whatever runs say.

    Raises InvalidValue for words that fit no e-mail and ChangedElsewhere if somebody else wrote this e-mail since.
    """
    text = draft_of(subject, body)
    if text == join_draft(seen.subject, seen.body):
        return get_email(database, seen.external_id)
    version = _current_version(database, seen)
    with translated(), database.session() as session:
        edits.edit_email(session, seen.external_id, version, text, actor=actor)
    return get_email(database, seen.external_id)


def restore(database: Database, seen: EmailDraft, actor: str) -> EmailDraft:
    """Takes the person's words away, so that the last run's draft stands again. Raises ChangedElsewhere."""
    version = _current_version(database, seen)
    with translated(), database.session() as session:
        edits.restore_email(session, seen.external_id, version, actor=actor)
    return get_email(database, seen.external_id)


def mark_sent(database: Database, seen: EmailDraft, subject: str, body: str, actor: str) -> EmailDraft:
    """Saves what stands in the box and notes that these words went out. Raises what ``save`` raises."""
    text = draft_of(subject, body)
    version = _current_version(database, seen)
    with translated(), database.session() as session:
        if text != join_draft(seen.subject, seen.body):
            version = edits.edit_email(session, seen.external_id, version, text, actor=actor)
        edits.mark_sent(session, seen.external_id, version, text, actor=actor)
    return get_email(database, seen.external_id)


def mailto(to: str | None, subject: str, body: str) -> str:
    """A ``mailto:`` address that opens the mail program with this e-mail."""
    lines = "\r\n".join(body.splitlines())
    return f"mailto:{quote(to or '', safe='@')}?subject={quote(_one_line(subject))}&body={quote(lines)}"


def eml_file(to: str | None, subject: str, body: str) -> bytes:
    """The e-mail as an unsent message file that mail programs open for editing."""
    message = EmailMessage(policy=SMTP)
    if to:
        message["To"] = _one_line(to)
    message["Subject"] = _one_line(subject)
    message["X-Unsent"] = "1"
    message.set_content(body)
    return message.as_bytes()


def draft_of(subject: str, body: str) -> str:
    """A draft as it is stored. Raises InvalidValue for an empty body or more words than fit."""
    if not body.strip():
        raise InvalidValue("The e-mail has no words.", remedy="Write some, or restore the draft.")
    if len(subject) > LONGEST_SUBJECT or len(body) > LONGEST_BODY:
        raise InvalidValue(
            f"The e-mail is too long: {LONGEST_SUBJECT} characters fit the subject, {LONGEST_BODY:,} the body."
        )
    return join_draft(_one_line(subject), _plain_ends(body))


def _plain_ends(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _current_version(database: Database, seen: EmailDraft) -> int:
    """The row's version, if the e-mail is still the one that was seen; other fields may have changed since."""
    record = stored_call(database, seen.external_id)
    now = _draft(record)
    if (now.subject, now.body) != (seen.subject, seen.body):
        raise ChangedElsewhere(
            "This e-mail was changed meanwhile, by somebody else or by a run; nothing was saved.",
            remedy="Your words are still in the box. Copy them, open the e-mail again and save what should stand.",
        )
    return record.version


def _draft(record: TranscriptRecord) -> EmailDraft:
    crm = record.crm_data if isinstance(record.crm_data, dict) else {}
    subject, body = split_draft(record.email_draft)
    name = crm.get("client_name")
    return EmailDraft(
        external_id=record.external_id,
        version=record.version,
        client=name if isinstance(name, str) and name else record.filename or record.external_id,
        to=_address(crm.get("client_email")),
        subject=subject,
        body=body,
        edited="email_draft" in record.edits,
        sent=record.email_sent,
    )


def _address(stored: Any) -> str | None:
    """The client's e-mail address, or None where none is known that a mail program takes."""
    try:
        address: str | None = current().accept("client_email", stored)
    except InvalidValue:
        return None
    return address
