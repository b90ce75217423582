"""Conversations with the copilot."""

from datetime import datetime
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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Conversation(Base):
    """Questions that one person put to the copilot, one after the other. ``title`` is the first of them, cut."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    title: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AskedQuestion(Base):
    """A question of a conversation and its answer. ``state`` is working, answered, stopped or failed.

    ``calls`` are the external ids of the calls that the answer tells of.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_conversation_id", "conversation_id", "id"),
        Index("ix_questions_calls", "calls", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    words: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'working'"))
    answer: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    calls: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    answered_at: Mapped[datetime | None]
