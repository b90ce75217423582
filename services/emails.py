"""The e-mail drafts: found, corrected by people, taken along, marked as sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import quote

from db import edits
from db.drafts import COPILOT, PARTS, join_draft, split_draft
from db.ledger import EMAIL
from db.transcripts import TranscriptRecord
from services import as_it_stands
from services.database import Database, stored_call, translated
from services.deal_fields import current, label_of
from services.errors import ChangedElsewhere, InvalidValue
from services.last_word import LastWord, last_words
from services.minds import noted, written_by
from services.playbooks.loader import load
from services.settings import settings

LONGEST_SUBJECT = 300
LONGEST_BODY = 100_000
_UNTOLD = frozenset(("client_email", "client_phone", "meeting_title", "meeting_url", "duration_minutes"))


@dataclass(frozen=True)
class Part:
    """The subject or the body as it stands. ``edited``: it is a person's; ``run`` is what the last run wrote.

    ``conflict`` says that the last run wrote something else than the one that the person corrected. ``by_copilot``: no
    person wrote it, the copilot did when a person asked for a draft; no run writes over it either.
    """

    text: str
    edited: bool
    run: str
    conflict: bool
    last: LastWord | None
    by_copilot: bool = False


@dataclass(frozen=True)
class EmailDraft:
    """One call's e-mail as it stands. ``sent`` is ``{text, actor, at}`` or None; ``written`` says which mind wrote the
    run's words, "" where that is not known.

    ``parts`` holds ``subject`` and ``body``, which are kept apart: a person may have written only one of them.
    ``corrected`` are the labels of what people corrected in the deal since a run wrote the text that stands.
    """

    external_id: str
    version: int
    client: str
    to: str | None
    parts: Mapping[str, Part]
    sent: dict[str, Any] | None
    written: str
    corrected: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The subject as it stands."""
        return self.parts["subject"].text

    @property
    def body(self) -> str:
        """The text under it as it stands."""
        return self.parts["body"].text

    @property
    def edited(self) -> bool:
        """Whether any part is a person's."""
        return any(part.edited and not part.by_copilot for part in self.parts.values())

    @property
    def by_copilot(self) -> bool:
        """Whether any part is as the copilot drafted it."""
        return any(part.by_copilot for part in self.parts.values())


def get_email(database: Database, external_id: str) -> EmailDraft:
    """The e-mail of one call. Raises NotFound."""
    record = stored_call(database, external_id)
    last = last_words(database, record.id, [EMAIL + name for name in PARTS])
    return _draft(record, last, _corrected_since(database, record))


def save(
    database: Database, seen: EmailDraft, subject: str, body: str, actor: str, *, by_copilot: bool = False
) -> EmailDraft:
    """Writes the parts that the person changed; they stand from now on, whatever runs say.

    A part that they left alone is left alone. ``by_copilot``: the words are the copilot's, nobody's own. Raises
    InvalidValue for words that fit no e-mail, and ChangedElsewhere if somebody else wrote a part since that the person
    changed.
    """
    words = dict(zip(PARTS, words_of(subject, body), strict=True))
    mine = [name for name in PARTS if words[name] != seen.parts[name].text]
    if mine:
        record = _unchanged(database, seen, mine)
        standing = {**_words(record.email_draft), **{name: words[name] for name in mine}}
        with translated(), database.session() as session:
            words_now, reason = join_draft(**standing), COPILOT if by_copilot else None
            edits.edit_email(session, seen.external_id, record.version, words_now, actor=actor, reason=reason)
    return get_email(database, seen.external_id)


def restore(database: Database, seen: EmailDraft, actor: str, parts: Iterable[str] = PARTS) -> EmailDraft:
    """Takes the person's words away, of the named parts alone; what the last run wrote stands again.

    Raises ChangedElsewhere.
    """
    names = list(parts)
    record = _unchanged(database, seen, names)
    with translated(), database.session() as session:
        edits.restore(session, seen.external_id, record.version, [EMAIL + name for name in names], actor=actor)
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


def words_of(subject: str, body: str) -> tuple[str, str]:
    """Subject and body as they are stored. Raises InvalidValue for an empty body or more words than fit."""
    if not body.strip():
        raise InvalidValue("The e-mail has no words.", remedy="Write some, or restore the draft.")
    if len(subject) > LONGEST_SUBJECT or len(body) > LONGEST_BODY:
        raise InvalidValue(
            f"The e-mail is too long: {LONGEST_SUBJECT} characters fit the subject, {LONGEST_BODY:,} the body."
        )
    return _one_line(subject), _plain_ends(body)


def _plain_ends(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _one_line(words: str) -> str:
    return " ".join(words.split())


def same_as_seen(database: Database, seen: EmailDraft) -> None:
    """Raises ChangedElsewhere where any part is not the one that was seen: an e-mail leaves as a whole."""
    _unchanged(database, seen, PARTS)


def _unchanged(database: Database, seen: EmailDraft, parts: Iterable[str]) -> TranscriptRecord:
    """The row, if these parts are still the ones that were seen; the rest of the call may have changed since."""
    record = stored_call(database, seen.external_id)
    now = _words(record.email_draft)
    if any(now[name] != seen.parts[name].text for name in parts):
        raise ChangedElsewhere(
            "This e-mail was changed meanwhile, by somebody else or by a run; nothing was saved.",
            remedy="See what stands now, then decide.",
        )
    return record


def _words(draft: str | None) -> dict[str, str]:
    return dict(zip(PARTS, split_draft(draft), strict=True))


def _corrected_since(database: Database, record: TranscriptRecord) -> tuple[str, ...]:
    """What people corrected since a run wrote the draft, or took back; the run's note says what it had before it."""
    had = noted(record.minds, "email").get("corrected") or {}
    if not had and not (record.edits or {}).get("crm_data"):
        return ()
    now = as_it_stands.of_record(database, record, load(settings().playbook)).corrections.marks()
    order = [*current().order, "next_steps"]
    return tuple(label_of(name) for name in order if had.get(name) != now.get(name) and name not in _UNTOLD)


def _draft(record: TranscriptRecord, last: Mapping[str, LastWord], corrected: tuple[str, ...]) -> EmailDraft:
    crm = record.crm_data if isinstance(record.crm_data, dict) else {}
    name = crm.get("client_name")
    edited = record.edits.get("email_draft") or {}
    run = _words(record.proposed.get("email_draft", record.email_draft))
    return EmailDraft(
        external_id=record.external_id,
        version=record.version,
        client=name if isinstance(name, str) and name else record.filename or record.external_id,
        to=_address(crm.get("client_email")),
        parts={
            name: Part(
                text,
                name in edited,
                run[name],
                EMAIL + name in record.conflicts,
                last.get(EMAIL + name),
                name in edited and _of_the_copilot(last.get(EMAIL + name)),
            )
            for name, text in _words(record.email_draft).items()
        },
        sent=record.email_sent,
        written=written_by(noted(record.minds, "email")),
        corrected=() if "body" in edited or record.email_sent else corrected,
    )


def _of_the_copilot(last: LastWord | None) -> bool:
    return last is not None and last.theirs and last.reason == COPILOT


def _address(stored: Any) -> str | None:
    """The client's e-mail address, or None where none is known that a mail program takes."""
    try:
        address: str | None = current().accept("client_email", stored)
    except InvalidValue:
        return None
    return address
