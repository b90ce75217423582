"""Clients, and what people decided about them."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Client(Base):
    """A client: everybody whose calls have one key, or those calls that a person set apart.

    ``key`` is a ``transcripts.client_key``, ``apart|...`` for calls set apart, ``gone|...`` once its calls are erased.
    ``household_id`` is the client that people merged it into; null: it stands for itself. A row is made when somebody
    first asks for it.
    """

    __tablename__ = "clients"
    __table_args__ = (
        Index("ix_clients_household_id", "household_id", postgresql_where=text("household_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    household_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ClientDecision(Base):
    """What a person said about two clients. ``kind``: merge, they are one; split, the second was set apart from the
    first; apart, they are two and it need not be asked again. It stands until it is undone."""

    __tablename__ = "client_decisions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    first_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    reason: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]


class ClientPlacing(Base):
    """A call as a decision placed it: a split with the client that it made, a merge with the one that it was of then.

    It stays there, whatever later runs read in it; of several decisions the latest that stands counts.
    """

    __tablename__ = "client_placings"

    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("client_decisions.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)


class SettledFact(Base):
    """What a person said where two calls of a household say different things of a field. Rows are added, never altered.

    ``older_row`` and ``newer_row`` are the ledger's rows of the two values. ``answer``: changed, the newer is true
    from then on; corrected, the older was wrong; older_misheard or newer_misheard; undone takes back the row
    ``undoes``. ``written`` is the ledger's row of the value that the answer wrote into the call that was misheard.
    """

    __tablename__ = "settled_facts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    field: Mapped[str]
    older_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), index=True)
    newer_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), index=True)
    older_row: Mapped[int] = mapped_column(BigInteger)
    newer_row: Mapped[int] = mapped_column(BigInteger)
    answer: Mapped[str]
    undoes: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    written: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuestionSetAside(Base):
    """That a person set a question to a household aside, or asks it again. The last row of a field counts.

    ``transcript_id`` is the household's newest call then: the answer goes where that call goes.
    """

    __tablename__ = "questions_set_aside"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), index=True)
    field: Mapped[str]
    aside: Mapped[bool]
    note: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
