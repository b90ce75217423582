"""The record itself: the calls, the ledger of their values, the audit, and the thresholds of trust."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    UUID,
    BigInteger,
    Computed,
    Double,
    Identity,
    Index,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import EMPTY, Base, JsonObject


class Transcript(Base):
    """One call: the seed's columns, and what the product adds.

    ``edits`` holds what people said, ``proposed`` what the last runs said; ``crm_data``, ``email_draft`` and
    ``social_content`` are the two laid over one another. ``said_hash`` is over all that the last run said,
    ``conflicts`` names the fields of which a later run says something else than the one that a person corrected.
    ``minds`` says which mind gave what: an agent's part (extraction, email, ...) and its note. The last columns are
    computed: ``disagreements`` names the fields of which the mind that does not stand says something supported, and
    no person anything; the others come from ``crm_data``.
    """

    __tablename__ = "transcripts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    filename: Mapped[str | None]
    full_text: Mapped[str | None]
    extracted_data: Mapped[Any | None] = mapped_column(JsonObject)
    social_content: Mapped[Any | None] = mapped_column(JsonObject)
    crm_data: Mapped[Any | None] = mapped_column(JsonObject)
    email_draft: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    dialogue: Mapped[Any | None] = mapped_column(JsonObject)
    call: Mapped[Any | None] = mapped_column(JsonObject)
    chunks: Mapped[Any | None] = mapped_column(JsonObject)
    coaching: Mapped[Any | None] = mapped_column(JsonObject)
    content_hash: Mapped[str | None]
    proposed: Mapped[dict[str, Any]] = mapped_column(server_default=EMPTY)
    edits: Mapped[dict[str, Any]] = mapped_column(server_default=EMPTY)
    run_seq: Mapped[int | None] = mapped_column(BigInteger)
    email_sent: Mapped[Any | None] = mapped_column(JsonObject)
    minds: Mapped[dict[str, Any]] = mapped_column(server_default=EMPTY)
    said_hash: Mapped[str | None]
    conflicts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))
    version: Mapped[int] = mapped_column(server_default=text("1"))

    disagreements: Mapped[list[str]] = mapped_column(
        ARRAY(Text),
        Computed(
            "CASE WHEN extracted_data ? 'beside' THEN aftercall_disagreements(extracted_data -> 'beside', edits)"
            " ELSE '{}'::text[] END",
            persisted=True,
        ),
    )
    client_name: Mapped[str | None] = mapped_column(Computed("left(crm_data ->> 'client_name', 200)", persisted=True))
    outcome: Mapped[str | None] = mapped_column(Computed("left(crm_data ->> 'outcome', 200)", persisted=True))
    deal_stage: Mapped[str | None] = mapped_column(Computed("left(crm_data ->> 'deal_stage', 200)", persisted=True))
    deal_amount: Mapped[Decimal | None] = mapped_column(
        Computed("aftercall_number(crm_data -> 'deal_amount')", persisted=True)
    )
    meeting_date: Mapped[str | None] = mapped_column(
        Computed("aftercall_day(crm_data ->> 'meeting_date')", persisted=True)
    )
    search_text: Mapped[str | None] = mapped_column(
        Computed("aftercall_search_text(external_id, filename, crm_data)", persisted=True)
    )
    client_key: Mapped[str | None] = mapped_column(Computed("aftercall_client_key(id, crm_data)", persisted=True))
    deposit_amount: Mapped[Decimal | None] = mapped_column(
        Computed("aftercall_number(crm_data -> 'deposit_amount')", persisted=True)
    )
    amount_said: Mapped[bool | None] = mapped_column(
        Computed("aftercall_says(crm_data -> 'deal_amount')", persisted=True)
    )
    deposit_said: Mapped[bool | None] = mapped_column(
        Computed("aftercall_says(crm_data -> 'deposit_amount')", persisted=True)
    )


class FieldValue(Base):
    """One value of one field as a run or a person said it: the ledger. Rows are added, never altered.

    ``field`` is a path as ``crm_data.deal_amount``, ``email_draft.body`` or ``social_content.linkedin``; with
    ``beside.`` before it the row is of the mind whose value does not stand there, and value and state null say that it
    says nothing else any more. ``source`` is builtin, model or human; ``kind`` is run or adopt, of a person edit,
    confirm, keep, take, revert, restore, approve, publish, withdraw or sent. ``claim`` is what no words of the call
    support, ``against`` the run's row that a person spoke to, ``write_id`` what was written together. Of an erased call
    only the bare rows are left.
    """

    __tablename__ = "field_values"
    __table_args__ = (
        Index("ix_field_values_call", "transcript_id", "field", "id"),
        Index("ix_field_values_people", "field", "id", postgresql_where=text("source = 'human'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    transcript_id: Mapped[int] = mapped_column(BigInteger)
    write_id: Mapped[uuid.UUID] = mapped_column(UUID())
    external_id: Mapped[str | None]
    field: Mapped[str]
    value: Mapped[Any | None] = mapped_column(JsonObject)
    claim: Mapped[Any | None] = mapped_column(JsonObject)
    source: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str | None]
    quotes: Mapped[Any | None] = mapped_column(JsonObject)
    against: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    run_id: Mapped[str | None]
    mind: Mapped[str | None]
    mind_version: Mapped[str | None]
    prompt_hash: Mapped[str | None]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditEntry(Base):
    """One write by a person or a run, linked by its hash to the one before. Rows are added, never altered.

    ``content_hash`` is over the call's id and the details, ``values_hash`` over the ledger's rows of the write, both
    with ``salt``: erasing a call takes salt and contents away and leaves the chain whole.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    write_id: Mapped[uuid.UUID | None] = mapped_column(UUID(), unique=True)
    external_id: Mapped[str | None]
    details: Mapped[Any | None] = mapped_column(JsonObject)
    salt: Mapped[bytes | None]
    content_hash: Mapped[bytes]
    values_hash: Mapped[bytes | None]
    hash: Mapped[bytes]


class TrustThreshold(Base):
    """From which rate of confirmed values on a field is trusted, 0 to 1. ``field`` is a path as in the ledger."""

    __tablename__ = "trust_thresholds"

    field: Mapped[str] = mapped_column(primary_key=True)
    least: Mapped[float] = mapped_column(Double)
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
