"""What language models were asked, and what it cost."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Double,
    Identity,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


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
