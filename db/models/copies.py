"""What the index and the graph are made from."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class ChunkVector(Base):
    """The embedding of one chunk: float32 numbers, little-endian, one after the other."""

    __tablename__ = "chunk_vectors"

    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str]
    vector: Mapped[bytes]


class CopyDue(Base):
    """A call that a copy of the record, the index or the graph, has yet to take over as it stands.

    Written by a trigger on ``transcripts``. ``mark`` is the transaction that wrote the call last, ``gone`` says that
    the call was taken out of the record.
    """

    __tablename__ = "copies_due"
    __table_args__ = (Index("ix_copies_due_gone", "copy", postgresql_where=text("gone")),)

    copy: Mapped[str] = mapped_column(primary_key=True)
    transcript_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    mark: Mapped[int] = mapped_column(BigInteger)
    gone: Mapped[bool]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
