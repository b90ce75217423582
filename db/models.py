"""The tables, as SQLAlchemy sees them. The migrations make them; a test holds the two against each other."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    UUID,
    BigInteger,
    Computed,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# None is SQL's NULL in every JSON column; JSON's own null stands only inside objects.
JsonObject = JSONB(none_as_null=True)
Moment = DateTime(timezone=True)

EMPTY = text("'{}'::jsonb")
UNFINISHED = "state IN ('queued', 'paused', 'running')"


class Base(DeclarativeBase):
    """The base of every table; says how Python types are stored."""

    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own form)
        dict[str, Any]: JsonObject,
        list[Any]: JsonObject,
        datetime: Moment,
        str: Text(),
        bytes: LargeBinary(),
        Decimal: Numeric(),
    }


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


class ModelAnswer(Base):
    """An answer of a language model, by a hash over all that was asked; ``external_id`` is the call it is about."""

    __tablename__ = "model_answers"

    key: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str]
    answer: Mapped[str]
    external_id: Mapped[str | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class ModelCall(Base):
    """What one question to a language model took: tokens, dollars (null where no price is known) and seconds."""

    __tablename__ = "model_calls"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    run_id: Mapped[str | None] = mapped_column(index=True)
    external_id: Mapped[str | None]
    agent: Mapped[str]
    task: Mapped[str]
    model: Mapped[str]
    tokens_in: Mapped[int] = mapped_column(BigInteger)
    tokens_out: Mapped[int] = mapped_column(BigInteger)
    money: Mapped[float | None] = mapped_column(Double)
    seconds: Mapped[float] = mapped_column(Double)
    outcome: Mapped[str]


class TrustThreshold(Base):
    """From which rate of confirmed values on a field is trusted, 0 to 1. ``field`` is a path as in the ledger."""

    __tablename__ = "trust_thresholds"

    field: Mapped[str] = mapped_column(primary_key=True)
    least: Mapped[float] = mapped_column(Double)
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


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


class CallFacts(Base):
    """What the overview and the objections are counted from. Written by a trigger on ``transcripts``, gone with a call.

    ``amount`` is summed where ``amount_state`` is verified, paraphrased or person (who wrote or confirmed it), never
    where it is unsupported; stage and outcome count where ``*_counts``. Products, objections and steps are those that
    count; ``unsupported`` names the fields of which something does not. The arrays of the objections have one entry a
    time that one was raised, ``worries`` one for each of them and ``handlings`` how it was answered (see
    services/coaching).
    """

    __tablename__ = "call_facts"
    __table_args__ = (
        Index(
            "ix_call_facts_latest",
            "client_key",
            text("met DESC NULLS LAST"),
            text("transcript_id DESC"),
            postgresql_include=["stage", "stage_counts", "outcome", "outcome_counts", "amount", "amount_state"],
        ),
        Index("ix_call_facts_unsupported", "transcript_id", postgresql_where=text("unsupported <> '{}'")),
    )

    transcript_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    client_key: Mapped[str]
    met: Mapped[date | None]
    stage: Mapped[str | None]
    stage_counts: Mapped[bool]
    outcome: Mapped[str | None]
    outcome_counts: Mapped[bool]
    amount: Mapped[Decimal | None]
    amount_state: Mapped[str | None]
    products: Mapped[list[str]] = mapped_column(ARRAY(Text))
    advisers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    unsupported: Mapped[list[str]] = mapped_column(ARRAY(Text))
    objections: Mapped[list[str]] = mapped_column(ARRAY(Text))
    objection_turns: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    objection_phases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    worries: Mapped[list[str]] = mapped_column(ARRAY(Text))
    handlings: Mapped[list[str | None]] = mapped_column(ARRAY(Text))


class CallStep(Base):
    """A next step that counts. Written by the trigger that writes CallFacts, gone with its call.

    ``place`` is that in ``crm_data.next_steps``, from 0; ``step_key`` is from owner and folded action; ``day`` is when
    it is due, ``met`` when the call was.
    """

    __tablename__ = "call_steps"
    __table_args__ = (
        Index("ix_call_steps_day", text("day DESC"), text("transcript_id DESC"), "place"),
        Index(
            "ix_call_steps_met",
            text("met DESC NULLS LAST"),
            text("transcript_id DESC"),
            "place",
            postgresql_where=text("day IS NULL"),
        ),
    )

    transcript_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step_key: Mapped[str]
    owner: Mapped[str]
    day: Mapped[date | None]
    met: Mapped[date | None]


class DoneStep(Base):
    """That a person said of a call's next step that it is done; ``step_key`` as in CallStep."""

    __tablename__ = "done_steps"

    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True)
    step_key: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class ScorecardOverride(Base):
    """What a manager said of one criterion of a call's scorecard; the latest stands, none of score takes it back.

    ``ruled`` is what the rule had scored then. Rows are added, never altered, and go with an erased call.
    """

    __tablename__ = "scorecard_overrides"
    __table_args__ = (Index("ix_scorecard_overrides_transcript_id", "transcript_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"))
    criterion: Mapped[str]
    score: Mapped[int | None]
    ruled: Mapped[int | None]
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class CallCoaching(Base):
    """A call's figures for coaching over time, written by a trigger on ``transcripts``.

    ``adviser`` is whose call it is, null where several (``advisers``) share it; ``met`` is the meeting's day,
    ``outcome`` the one that counts, ``score`` the mean of the scorecard as it stands. ``measured``: not by an older
    version, of which the talk ratio alone is known.
    """

    __tablename__ = "call_coaching"
    __table_args__ = (Index("ix_call_coaching_adviser", "adviser", "met"),)

    transcript_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    advisers: Mapped[int]
    adviser: Mapped[str | None]
    met: Mapped[str | None]
    outcome: Mapped[str | None]
    measured: Mapped[bool]
    talk_share: Mapped[float | None] = mapped_column(Double)
    longest_monologue: Mapped[float | None] = mapped_column(Double)
    open_questions: Mapped[float | None] = mapped_column(Double)
    open_share: Mapped[float | None] = mapped_column(Double)
    interruptions: Mapped[float | None] = mapped_column(Double)
    pace: Mapped[float | None] = mapped_column(Double)
    silence_seconds: Mapped[float | None] = mapped_column(Double)
    fillers_per_100: Mapped[float | None] = mapped_column(Double)
    phases_reached: Mapped[float | None] = mapped_column(Double)
    objections_answered: Mapped[float | None] = mapped_column(Double)
    next_steps_fixed: Mapped[float | None] = mapped_column(Double)
    score: Mapped[float | None] = mapped_column(Double)


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


# What the pages filter and sort by.
Index("ix_transcripts_deal_stage", Transcript.deal_stage)
Index("ix_transcripts_outcome", Transcript.outcome)
Index("ix_transcripts_client_name", func.lower(Transcript.client_name), Transcript.id)
Index("ix_transcripts_meeting_date", Transcript.meeting_date.desc().nulls_last(), Transcript.id.desc())
Index("ix_transcripts_deal_amount", Transcript.deal_amount.desc().nulls_last(), Transcript.id.desc())
Index("ix_transcripts_updated_at", Transcript.updated_at.desc().nulls_last(), Transcript.id.desc())
Index(
    "ix_transcripts_totals",
    Transcript.client_key,
    Transcript.meeting_date.desc().nulls_last(),
    Transcript.id.desc(),
    postgresql_include=["outcome", "deal_amount", "amount_said", "deposit_amount", "deposit_said"],
)
Index("ix_sent_emails_adviser", SentEmail.adviser, SentEmail.id.desc())
Index("ix_conversations_actor", Conversation.actor, Conversation.updated_at.desc())
Index("ix_batches_actor", Batch.actor, Batch.created_at.desc())
Index("ix_audit_external_id", AuditEntry.external_id, AuditEntry.id)
Index("ix_audit_actor", AuditEntry.actor, AuditEntry.id)
Index("ix_transcripts_conflicts", Transcript.id, postgresql_where=text("conflicts <> '{}'"))
Index("ix_transcripts_disagreements", Transcript.id, postgresql_where=text("disagreements <> '{}'"))
Index(
    "ix_transcripts_search_text",
    Transcript.search_text,
    postgresql_using="gin",
    postgresql_ops={"search_text": "gin_trgm_ops"},
)
