"""The clients' consent to posts, and the posts that were published, each row kept as it was written.

Every function that writes raises NoSuchRow where the call, the consent or the post is not stored, and adds one entry to
the audit. A consent is never altered but for being revoked once; neither is a published post but for being withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from db import audit
from db.errors import NoSuchRow
from db.models import Consent, PublishedPost, Transcript
from db.stored import storable_text

How = Literal["written", "e-mail", "recorded"]


@dataclass(frozen=True, slots=True)
class NewConsent:
    """What is put on file: to which words of which channel somebody agreed, when, how, and what they were told."""

    channel: str
    words: str
    given_by: str
    given_on: date
    how: How
    disclosure: str


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One consent as it is stored; see db/models."""

    id: int
    channel: str
    words: str
    given_by: str
    given_on: date
    how: str
    disclosure: str
    actor: str
    at: datetime
    revoked_by: str | None
    revoked_at: datetime | None
    revoked_why: str | None

    @property
    def stands(self) -> bool:
        """Whether it was not revoked."""
        return self.revoked_at is None


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One post that went out, in its words then. ``uncovered``: a consent that it leaned on was revoked since."""

    id: int
    channel: str
    words: str
    place: str
    link: str | None
    actor: str
    at: datetime
    consents: Sequence[int]
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    uncovered: bool

    @property
    def out(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_at is None


_REVOKED = select(func.array_agg(Consent.id)).where(Consent.revoked_at.is_not(None))


def add(session: Session, external_id: str, consent: NewConsent, *, actor: str) -> int:
    """Puts a consent on file; returns its id."""
    call = _locked(session, external_id)
    values = {
        "transcript_id": call,
        "channel": storable_text(consent.channel),
        "words": storable_text(consent.words),
        "given_by": storable_text(consent.given_by),
        "given_on": consent.given_on,
        "how": consent.how,
        "disclosure": storable_text(consent.disclosure),
        "actor": actor,
    }
    made = session.execute(insert(Consent).values(values).returning(Consent.id)).scalar_one()
    audit.note(session, actor, "consent", external_id, channel=consent.channel, consent=made)
    return made


def revoke(session: Session, external_id: str, consent_id: int, why: str, *, actor: str) -> None:
    """Notes that a consent holds no longer; nothing where it was revoked already.

    The call counts as changed, so that nobody approves or publishes on the consent that they saw before.
    """
    call = _locked(session, external_id)
    statement = (
        update(Consent)
        .where(Consent.id == consent_id, Consent.transcript_id == call, Consent.revoked_at.is_(None))
        .values(revoked_by=actor, revoked_at=func.now(), revoked_why=storable_text(why))
    )
    if not _done(session, statement):
        if session.scalar(select(Consent.id).where(Consent.id == consent_id, Consent.transcript_id == call)):
            return
        raise NoSuchRow("There is no such consent on file.")
    changed = update(Transcript).where(Transcript.id == call).values(version=Transcript.version + 1)
    session.execute(changed, execution_options={"synchronize_session": False})
    audit.note(session, actor, "revoke", external_id, consent=consent_id)


def of_call(session: Session, call: int) -> list[ConsentRow]:
    """All consents of a call, by its row's id, the newest first."""
    columns = [getattr(Consent, name) for name in ConsentRow.__slots__]
    rows = session.execute(select(*columns).where(Consent.transcript_id == call).order_by(Consent.id.desc()))
    return [ConsentRow(*row) for row in rows]


def publish(
    session: Session,
    external_id: str,
    channel: str,
    words: str,
    place: str,
    link: str | None,
    consents: Sequence[int],
    *,
    actor: str,
) -> None:
    """Keeps the words that went out, with the consents that cover them. The post's state is ``edits.edit_post``'s."""
    call = _locked(session, external_id)
    values = {
        "transcript_id": call,
        "channel": storable_text(channel),
        "words": storable_text(words),
        "place": storable_text(place),
        "link": None if link is None else storable_text(link),
        "consents": list(consents),
        "actor": actor,
    }
    session.execute(insert(PublishedPost).values(values))


def withdraw(session: Session, external_id: str, post_id: int, why: str, *, actor: str, told: bool) -> None:
    """Notes that a published post was taken down; its words stay. Nothing where that is noted already.

    ``told``: the audit is told of it with the post's state.
    """
    call = _locked(session, external_id)
    statement = (
        update(PublishedPost)
        .where(PublishedPost.id == post_id, PublishedPost.transcript_id == call, PublishedPost.withdrawn_at.is_(None))
        .values(withdrawn_by=actor, withdrawn_at=func.now(), withdrawn_why=storable_text(why))
    )
    if _done(session, statement) and not told:
        audit.note(session, actor, "withdraw", external_id, published=post_id)


def published(session: Session, call: int) -> list[PublishedRow]:
    """All that was published of a call, by its row's id, the newest first."""
    columns: list[Any] = [getattr(PublishedPost, name) for name in PublishedRow.__slots__ if name != "uncovered"]
    revoked = _REVOKED.where(Consent.transcript_id == call).scalar_subquery()
    uncovered = func.coalesce(PublishedPost.consents.bool_op("&&")(revoked), False)
    statement = select(*columns, uncovered)
    rows: Any = session.execute(statement.where(PublishedPost.transcript_id == call).order_by(PublishedPost.id.desc()))
    return [PublishedRow(*row) for row in rows]


def to_take_down(session: Session, limit: int = 20) -> list[tuple[str, str | None]]:
    """The calls, by external id and client, of which a published post leans on a revoked consent; the oldest first."""
    leans = Consent.id == func.any(PublishedPost.consents)
    statement = (
        select(Transcript.external_id, Transcript.client_name)
        .join(PublishedPost, PublishedPost.transcript_id == Transcript.id)
        .join(Consent, (Consent.transcript_id == Transcript.id) & leans)
        .where(PublishedPost.withdrawn_at.is_(None), Consent.revoked_at.is_not(None))
        .group_by(Transcript.external_id, Transcript.client_name)
        .order_by(func.min(Consent.revoked_at))
    )
    return [(row[0], row[1]) for row in session.execute(statement.limit(limit))]


def _locked(session: Session, external_id: str) -> int:
    """The call's row, held until the transaction ends: two who write of one call do so one after the other."""
    statement = select(Transcript.id).where(Transcript.external_id == external_id).with_for_update()
    call = session.scalar(statement)
    if call is None:
        raise NoSuchRow("This call is not stored any more.")
    return call


def _done(session: Session, statement: object) -> bool:
    """Whether an update met a row."""
    result = session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload]
    return bool(result.rowcount)
