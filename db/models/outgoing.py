"""What goes out of the house: e-mails, posts, and what is on file for them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class SentEmail(Base):
    """An e-mail in the words in which it went out; rows are added, never altered, and go with an erased call.

    ``way`` is copied, mailto, eml or marked. ``checked`` holds what the sentence check found: for each sentence its
    ``text`` and ``mark``, and ``stood_by`` where a person stood by one that is not in the call. ``adviser`` signed it,
    ``role`` is how the call ended (won, lost, ...), ``rewritten`` says that a person wrote more of it than a word.
    """

    __tablename__ = "sent_emails"
    __table_args__ = (Index("ix_sent_emails_transcript_id", "transcript_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"))
    subject: Mapped[str]
    body: Mapped[str]
    way: Mapped[str]
    adviser: Mapped[str | None]
    role: Mapped[str | None]
    rewritten: Mapped[bool] = mapped_column(server_default=text("false"))
    checked: Mapped[list[Any]] = mapped_column(server_default=text("'[]'::jsonb"))
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class UnlearnedManner(Base):
    """A greeting, closing or signature of an adviser's e-mails, by its hash, that next drafts are not to take over."""

    __tablename__ = "unlearned_manners"

    adviser: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    words_hash: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Consent(Base):
    """That a client agreed to a post: ``words`` are the post's as the client was shown it, ``disclosure`` what the
    client was told. ``how`` is written, e-mail or recorded. Revoked, it covers nothing any more, and stays."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    words: Mapped[str]
    given_by: Mapped[str]
    given_on: Mapped[date]
    how: Mapped[str]
    disclosure: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None]


class PublishedPost(Base):
    """A post that a person published, in the words that went out. ``place`` says where; ``consents`` are those that
    covered it. Withdrawn, its words stay."""

    __tablename__ = "published_posts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    words: Mapped[str]
    place: Mapped[str]
    link: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    consents: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'::bigint[]"))
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str | None]


class CallDetails(Base):
    """What of a call's supported values, and of the words that prove them, could tell who the client is.

    Written by a trigger on ``transcripts``. ``details`` holds ``field=value``, ``field#number of items``,
    ``field~value to two digits`` and ``~stem of a word``; ``left_out`` names the facts that no words support.
    """

    __tablename__ = "call_details"
    __table_args__ = (Index("ix_call_details_details", "details", postgresql_using="gin"),)

    transcript_id: Mapped[int] = mapped_column(
        ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    client_key: Mapped[str | None]
    details: Mapped[list[str]] = mapped_column(ARRAY(Text))
    left_out: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))
