"""What would change if calls were worked through again."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, JsonObject


class DryRun(Base):
    """Calls worked through in the shadow: ``asked`` of them, ``left_out`` for want of a file."""

    __tablename__ = "dry_runs"
    __table_args__ = (Index("ix_dry_runs_created_at", text("created_at DESC")),)

    id: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    start_at: Mapped[str | None]
    asked: Mapped[int]
    left_out: Mapped[int]


class DryRunValue(Base):
    """A value that would change: ``old`` the last run's word, ``new`` the one of the run in the shadow.

    Proofs are ``{state, quotes, claim, source, mind, mind_version, prompt_hash}``; ``found`` is the new value's part of
    the extraction. ``against`` is the ledger's row of ``old``; ``locked`` says that a person's word stands over both.
    ``state`` is waiting, accepted or outdated.
    """

    __tablename__ = "dry_run_values"

    dry_run_id: Mapped[str] = mapped_column(ForeignKey("dry_runs.id", ondelete="CASCADE"), primary_key=True)
    transcript_id: Mapped[int] = mapped_column(
        ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    field: Mapped[str] = mapped_column(primary_key=True)
    old: Mapped[Any | None] = mapped_column(JsonObject)
    new: Mapped[Any | None] = mapped_column(JsonObject)
    old_proof: Mapped[Any | None] = mapped_column(JsonObject)
    new_proof: Mapped[Any] = mapped_column(JsonObject)
    found: Mapped[Any | None] = mapped_column(JsonObject)
    against: Mapped[int | None] = mapped_column(BigInteger)
    locked: Mapped[bool]
    run_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
