"""Files handed in, their runs through the chain, and lists of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import EMPTY, UNFINISHED, Base


class Source(Base):
    """The bytes of one uploaded file, once however often it is uploaded. ``digest`` is their sha256 in hex."""

    __tablename__ = "sources"

    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    size: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Run(Base):
    """One file on its way through the chain. ``state`` is queued, paused, running, done, failed or cancelled.

    ``seq`` is the order of submission. ``start_at`` names the agent that a re-run begins with, ``tries`` counts how
    often the run was let go again after its first, ``dispatched_at`` says that it lies in the workers' queue,
    ``dry_run_id`` names the dry run that it belongs to (it writes nothing), ``note`` is a sentence about a run that is
    done.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_recent", text("created_at DESC"), text("id DESC")),
        Index("ix_runs_unfinished", "created_at", postgresql_where=text("state IN ('queued', 'running')")),
        Index("ix_runs_unfinished_once", "fingerprint", unique=True, postgresql_where=text(UNFINISHED)),
        Index("ix_runs_to_dispatch", "seq", postgresql_where=text("state = 'queued' AND dispatched_at IS NULL")),
        Index(
            "ix_runs_dispatched",
            "seq",
            postgresql_where=text("state IN ('queued', 'running') AND dispatched_at IS NOT NULL"),
        ),
        Index("ix_runs_failed", text("created_at DESC"), postgresql_where=text("state = 'failed'")),
        Index("ix_runs_dry_run_id", "dry_run_id", postgresql_where=text("dry_run_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    source_digest: Mapped[str] = mapped_column(ForeignKey("sources.digest"), index=True)
    filename: Mapped[str]
    options: Mapped[dict[str, Any]] = mapped_column(server_default=EMPTY)
    external_id: Mapped[str | None]
    transcript_id: Mapped[int | None] = mapped_column(ForeignKey("transcripts.id", ondelete="SET NULL"), index=True)
    state: Mapped[str]
    actor: Mapped[str]
    error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    seq: Mapped[int] = mapped_column(BigInteger, Identity())
    fingerprint: Mapped[str | None]
    start_at: Mapped[str | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    dispatched_at: Mapped[datetime | None]
    worker: Mapped[str | None]
    note: Mapped[str | None]
    dry_run_id: Mapped[str | None] = mapped_column(ForeignKey("dry_runs.id", ondelete="SET NULL"))


class RunStep(Base):
    """One agent's part of a run. ``state`` is pending, running, done, failed, or kept from an earlier run.

    ``attempts`` counts how often the agent was begun, ``note`` says why the builtin analyst gave what a model should.
    """

    __tablename__ = "run_steps"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    state: Mapped[str]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    note: Mapped[str | None]


class RunOutput(Base):
    """What one agent added to the state of a run that is not at its end yet; gone once the run is done."""

    __tablename__ = "run_outputs"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    output: Mapped[Any] = mapped_column(JSON(none_as_null=True))


class Batch(Base):
    """Files that one person handed over together. ``state`` is open, started or discarded."""

    __tablename__ = "batches"

    id: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    state: Mapped[str] = mapped_column(server_default=text("'open'"))


class BatchFile(Base):
    """One file of a batch: what it is, what the person decided about it, and in the end its run.

    ``status`` is waiting (nobody has read it yet), new, update, duplicate or unreadable. ``wanted`` is what the person
    said about processing it, ``attempts`` how often it was begun to be read. ``digest`` is null where there is nothing
    (more) to read.
    """

    __tablename__ = "batch_files"
    __table_args__ = (
        Index("ix_batch_files_waiting", "batch_id", "position", postgresql_where=text("status = 'waiting'")),
    )

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    digest: Mapped[str | None] = mapped_column(ForeignKey("sources.digest"), index=True)
    status: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    sentence: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    format: Mapped[str | None]
    options: Mapped[dict[str, Any]] = mapped_column(server_default=EMPTY)
    wanted: Mapped[bool | None]
    external_id: Mapped[str | None]
    content_hash: Mapped[str | None]
    client_name: Mapped[str | None]
    meeting_date: Mapped[str | None]
    turn_count: Mapped[int] = mapped_column(server_default=text("0"))
    speakers: Mapped[list[Any] | None]
    warnings: Mapped[list[Any] | None]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"), index=True)
