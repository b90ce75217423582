"""Whom a question may mean: calls by words of a client's or spouse's name, exact or nearly so, and their neighbours."""

from collections.abc import Collection

from sqlalchemy import Text, cast, func, literal, or_, select, text
from sqlalchemy.orm import Session

from db import clients
from db.clients import Member
from db.models import Transcript
from db.stored import storable_text

MOST = 200
_NEAR_ENOUGH = 0.4  # of pg_trgm's likeness of a word; who asks compares letter by letter


def called(session: Session, words: Collection[str]) -> list[Member]:
    """Calls of which the client's or spouse's name holds one of the words, the newest first."""
    asked = [storable_text(word).lower() for word in words]
    if not asked:
        return []
    spouse = Transcript.crm_data["spouse_name"].astext
    holds = [
        Transcript.search_text.contains(word, autoescape=True)
        & or_(Transcript.client_name.icontains(word, autoescape=True), spouse.icontains(word, autoescape=True))
        for word in asked
    ]
    return clients.like(session, or_(*holds), MOST)


def nearly_called(session: Session, word: str) -> list[Member]:
    """Calls of which something that is searched by is like the word."""
    session.execute(text(f"SET LOCAL pg_trgm.word_similarity_threshold = {_NEAR_ENOUGH}"))
    like = literal(storable_text(word).lower()).op("<%", is_comparison=True)(Transcript.search_text)
    return clients.like(session, like, MOST)


def of_calls(session: Session, external_ids: Collection[str]) -> list[Member]:
    """The calls of these external ids."""
    return clients.like(session, Transcript.external_id.in_(list(external_ids)), MOST)


def speaking(session: Session, word: str) -> list[Member]:
    """Calls in which somebody speaks whose name holds the word. Reads every call's speakers."""
    speakers = cast(Transcript.call["speakers"], Text)
    return clients.like(session, speakers.icontains(storable_text(word), autoescape=True), 20)


def latest_in_month(session: Session, month: int) -> int | None:
    """The latest year in whose month of that number (1 to 12) there was a call."""
    day = Transcript.meeting_date
    newest = session.scalar(select(func.max(day)).where(func.substr(day, 6, 2) == f"{month:02d}"))
    return int(newest[:4]) if newest and newest[:4].isdigit() else None


def stamp(session: Session) -> str:
    """Tells whether the record was written since somebody last asked."""
    return str(session.scalar(select(func.max(Transcript.updated_at))))
