"""E-mails as they went out: kept in their words, with what was found out about them before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, false, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from db.errors import NoSuchRow
from db.models import SentEmail, Transcript, UnlearnedManner
from db.stored import storable, storable_text

Way = Literal["copied", "mailto", "eml", "marked"]
MOST = 50


@dataclass(frozen=True, slots=True)
class SentRow:
    """One e-mail as it went out. ``checked``: ``{"text", "mark"}`` of each sentence, ``stood_by`` who stood by it."""

    id: int
    subject: str
    body: str
    way: str
    adviser: str | None
    role: str | None
    rewritten: bool
    checked: Sequence[Mapping[str, Any]]
    actor: str
    at: datetime


def add(
    session: Session,
    external_id: str,
    words: tuple[str, str],
    *,
    way: Way,
    actor: str,
    checked: Sequence[Mapping[str, Any]],
    adviser: str | None = None,
    role: str | None = None,
    rewritten: bool = False,
) -> bool:
    """Keeps an e-mail, subject and body, as it goes out. Raises NoSuchRow where the call is not stored.

    The same words, by the same person in the same way right after one another, are one: False, and nothing is added.
    """
    call = session.scalar(select(Transcript.id).where(Transcript.external_id == external_id))
    if call is None:
        raise NoSuchRow("This call is not stored any more.")
    subject, body = map(storable_text, words)
    newest = next(iter(of_call(session, external_id, 1)), None)
    if newest and (newest.subject, newest.body, newest.way, newest.actor) == (subject, body, way, actor):
        return False
    row = {
        "transcript_id": call,
        "subject": subject,
        "body": body,
        "way": way,
        "adviser": adviser and storable_text(adviser),
        "role": role,
        "rewritten": rewritten,
        "checked": storable(list(checked)),
        "actor": actor,
    }
    session.execute(insert(SentEmail), [row])
    return True


def of_call(session: Session, external_id: str, limit: int = MOST) -> list[SentRow]:
    """The e-mails of a call as they went out, the newest first."""
    statement = _rows().join(Transcript, Transcript.id == SentEmail.transcript_id)
    found = session.execute(statement.where(Transcript.external_id == external_id).limit(limit))
    return [SentRow(*row) for row in found]


def of_adviser(session: Session, adviser: str, leaving_out: str, limit: int) -> list[SentRow]:
    """The newest e-mail to each of the adviser's clients but of the call ``leaving_out``, the newest first."""
    newest = _newest_to_each(leaving_out).where(SentEmail.adviser == adviser)
    found = session.execute(_rows().where(SentEmail.id.in_(newest)).limit(limit))
    return [SentRow(*row) for row in found]


def examples(session: Session, role: str, adviser: str | None, leaving_out: str, limit: int) -> list[SentRow]:
    """E-mails that people rewrote, of calls that ended so: this adviser's first, then the newest; one a client."""
    newest = _newest_to_each(leaving_out).where(SentEmail.rewritten, SentEmail.role == role)
    own = func.coalesce(SentEmail.adviser == adviser, false()).desc()
    found = session.execute(_rows(own).where(SentEmail.id.in_(newest)).limit(limit))
    return [SentRow(*row) for row in found]


def unlearn(session: Session, adviser: str, part: str, words_hash: str, *, actor: str) -> None:
    """Notes that drafts are not to take over words of an adviser's e-mails; kept as their hash alone."""
    row = {"adviser": storable_text(adviser), "part": part, "words_hash": words_hash, "actor": actor}
    session.execute(upsert(UnlearnedManner).values(row).on_conflict_do_nothing())


def unlearned(session: Session, adviser: str) -> set[tuple[str, str]]:
    """Part and hash of the words that are not to be taken over of an adviser's e-mails."""
    found = select(UnlearnedManner.part, UnlearnedManner.words_hash).where(UnlearnedManner.adviser == adviser)
    return {(part, words) for part, words in session.execute(found)}


def _newest_to_each(leaving_out: str) -> Select[Any]:
    """The newest e-mail to each client, none of one call."""
    joined = select(func.max(SentEmail.id)).join(Transcript, Transcript.id == SentEmail.transcript_id)
    return joined.where(Transcript.external_id != leaving_out).group_by(Transcript.client_key)


def _rows(*first: Any) -> Select[Any]:
    """The columns of a row, the newest first; ``first`` is what they are sorted by before that."""
    columns = [getattr(SentEmail, name) for name in SentRow.__slots__]
    return select(*columns).order_by(*first, SentEmail.id.desc())
