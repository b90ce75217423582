"""What overview, objections and coaching are counted from."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


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
    """That a person said of a call's next step that it is done; ``step_key``, ``owner`` and ``day`` as in CallStep.

    Where the step is told in other words, a trigger takes the mark over to it. ``action`` is what is done, folded.
    """

    __tablename__ = "done_steps"

    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True)
    step_key: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    owner: Mapped[str] = mapped_column(server_default=text("''"))
    day: Mapped[date | None]
    action: Mapped[str] = mapped_column(server_default=text("''"))


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
