"""The gate before an e-mail leaves: it is saved, checked sentence by sentence, and kept as it went out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from db import edits, sent_emails
from db.drafts import PARTS, join_draft, split_draft
from db.sent_emails import SentRow, Way
from db.transcripts import TranscriptRecord
from services import as_it_stands, emails
from services.agents import findings
from services.agents.email import adviser_of, firms_of
from services.as_it_stands import AsItStands
from services.database import Database, stored_call, translated
from services.emails import EmailDraft
from services.errors import ChangedElsewhere, InvalidValue
from services.playbooks.loader import Playbook, load
from services.sentence_check import CheckedSentence, Claim, ClaimKind, check
from services.settings import settings
from services.workings import stored_state

__all__ = ["CheckedEmail", "Departure", "Sent", "Way", "check_email", "fingerprint", "send_off", "sent_so_far"]


@dataclass(frozen=True)
class CheckedEmail:
    """Every sentence of an e-mail, in order, with what the call says to it."""

    sentences: tuple[CheckedSentence, ...]

    @property
    def unsupported(self) -> list[CheckedSentence]:
        """The sentences that somebody has to stand by before the e-mail leaves."""
        return [one for one in self.sentences if not one.supported]

    def claims(self, *kinds: ClaimKind) -> list[tuple[CheckedSentence, Claim]]:
        """What the e-mail binds somebody to, of some kinds, each with its sentence."""
        return [(one, claim) for one in self.sentences for claim in one.claims if claim.kind in kinds]

    def open(self, stood_by: Collection[str]) -> list[CheckedSentence]:
        """The unsupported sentences whose fingerprints are not among those that were stood by."""
        return [one for one in self.unsupported if fingerprint(one) not in stood_by]


@dataclass(frozen=True)
class Departure:
    """What came of sending an e-mail off: the draft as saved, its check, and whether it may leave."""

    draft: EmailDraft
    checked: CheckedEmail
    left: bool


@dataclass(frozen=True)
class Sent:
    """An e-mail as it went out. ``stood_by`` are the sentences that ``actor`` stood by; ``stands`` says that the same
    words stand in the record now."""

    subject: str
    body: str
    way: str
    actor: str
    at: datetime
    stood_by: tuple[str, ...]
    stands: bool


def fingerprint(sentence: CheckedSentence) -> str:
    """What a tick holds on to: the exact sentence, and where it stands (a point, a line of the text)."""
    told = f"{sentence.role}\0{' '.join(sentence.text.split())}"
    return sha256(told.encode(errors="replace")).hexdigest()[:16]


def check_email(database: Database, external_id: str, subject: str, body: str) -> CheckedEmail:
    """Holds an e-mail's words against its call. Raises NotFound.

    Of a call that an older system brought without its turns nothing is known: all that claims something is unsupported.
    """
    record = stored_call(database, external_id)
    return _check(record, as_it_stands.of_record(database, record, _playbook()), subject, body)


def send_off(
    database: Database,
    seen: EmailDraft,
    words: tuple[str, str],
    *,
    way: Way | None,
    stood_by: Collection[str],
    actor: str,
) -> Departure:
    """Saves subject and body, checks them, and keeps them as sent, unless a sentence is unsupported and nobody's.

    ``stood_by`` are fingerprints; with no ``way`` the subject alone is taken along, and nothing is kept as sent. What
    does not leave is saved all the same. Raises InvalidValue for words that fit no
    e-mail, and ChangedElsewhere where what would leave is not what the person saw: a part that they left alone was
    changed by somebody else, or anything was between saving and leaving.
    """
    subject, body = emails.words_of(*words)
    emails.same_as_seen(database, seen)
    draft = emails.save(database, seen, subject, body, actor)
    if (draft.subject, draft.body) != (subject, body):
        raise ChangedElsewhere(
            "This e-mail was changed meanwhile; it did not leave.", remedy="Look at what stands now."
        )
    record = stored_call(database, seen.external_id)
    now = as_it_stands.of_record(database, record, _playbook())
    checked = _check(record, now, draft.subject, draft.body)
    if checked.open(stood_by):
        return Departure(draft, checked, left=False)
    if way is None:
        return Departure(draft, checked, left=True)
    state = _state(record)
    role = findings.outcome_role(findings.outcome(now.extraction), _playbook())
    with translated(), database.session() as session:
        added = sent_emails.add(
            session,
            seen.external_id,
            (draft.subject, draft.body),
            way=way,
            actor=actor,
            checked=_kept(checked, actor),
            adviser=adviser_of(state["call"]) if state else None,
            role=role,
            rewritten=_rewritten(draft),
        )
        if added:
            edits.mark_sent(session, seen.external_id, draft.version, join_draft(subject, body), actor=actor)
    return Departure(emails.get_email(database, seen.external_id), checked, left=True)


def _rewritten(draft: EmailDraft) -> bool:
    """Whether a person put words of their own in place of the run's; the copilot's draft as it was made is nobody's."""
    body = draft.parts["body"]
    return body.edited and not body.by_copilot and body.text != body.run


def sent_so_far(database: Database, draft: EmailDraft) -> list[Sent]:
    """An e-mail's revisions as they went out, the newest first; what an older version marked as sent last."""
    with translated(), database.session() as session:
        rows = sent_emails.of_call(session, draft.external_id)
    if not rows and draft.sent:
        return _marked_before(draft)
    return [_sent(row, draft) for row in rows]


def _sent(row: SentRow, draft: EmailDraft) -> Sent:
    stood_by = tuple(str(one["text"]) for one in row.checked if one.get("stood_by"))
    stands = (row.subject, row.body) == (draft.subject, draft.body)
    return Sent(row.subject, row.body, row.way, row.actor, row.at, stood_by, stands)


def _marked_before(draft: EmailDraft) -> list[Sent]:
    """What was marked as sent before revisions were kept."""
    told = draft.sent or {}
    try:
        at = datetime.fromisoformat(str(told.get("at")))
    except ValueError:
        return []
    words = dict(zip(PARTS, split_draft(str(told.get("text") or "")), strict=True))
    stands = (words["subject"], words["body"]) == (draft.subject, draft.body)
    return [Sent(words["subject"], words["body"], "marked", str(told.get("actor") or ""), at, (), stands)]


def _kept(checked: CheckedEmail, actor: str) -> list[dict[str, Any]]:
    """The check's result as it is stored with the words."""
    return [
        {"text": one.text, "mark": one.mark} | ({} if one.supported else {"stood_by": actor})
        for one in checked.sentences
    ]


def _check(record: TranscriptRecord, now: AsItStands, subject: str, body: str) -> CheckedEmail:
    state = _state(record)
    dialogue: Sequence[Mapping[str, Any]] = state["dialogue"] or () if state else ()
    found = check(
        join_draft(subject, body),
        dialogue,
        now.extraction,
        now.header,
        _playbook(),
        firms_of(state["call"]) if state else (),
        now.corrections,
    )
    return CheckedEmail(tuple(one for one in found if one.text))


def _state(record: TranscriptRecord) -> dict[str, Any] | None:
    try:
        return stored_state(record)
    except InvalidValue:
        return None


def _playbook() -> Playbook:
    return load(settings().playbook)
