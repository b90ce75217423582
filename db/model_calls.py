"""What was asked of language models: answers that are not paid for twice, and what each question took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import ModelAnswer, ModelCall
from db.stored import storable_text


@dataclass(frozen=True, slots=True)
class Usage:
    """What one question took. ``outcome`` is answered, remembered, cancelled, or the class of what went wrong."""

    run_id: str | None
    external_id: str | None
    agent: str
    task: str
    model: str
    tokens_in: int
    tokens_out: int
    money: float | None
    seconds: float
    outcome: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What some questions took together; ``money`` is None where of none the price is known."""

    questions: int
    tokens_in: int
    tokens_out: int
    money: float | None
    seconds: float


def recall(session: Session, key: str) -> str | None:
    """The answer that was given to a question before, by its key."""
    answer: str | None = session.scalar(select(ModelAnswer.answer).where(ModelAnswer.key == key))
    return answer


def keep(session: Session, key: str, model: str, answer: str, external_id: str | None) -> None:
    """Remembers an answer; the first one given stays."""
    row = {"key": key, "model": model, "answer": storable_text(answer), "external_id": external_id}
    session.execute(insert(ModelAnswer).values(row).on_conflict_do_nothing())


def forget(session: Session, key: str) -> None:
    """Takes a remembered answer away."""
    session.execute(delete(ModelAnswer).where(ModelAnswer.key == key))


def note(session: Session, usage: Usage) -> None:
    """Adds a question to the ledger of costs."""
    session.execute(insert(ModelCall).values({name: getattr(usage, name) for name in Usage.__slots__}))


def spent(session: Session, *, run_ids: Sequence[str] | None = None, since: datetime | None = None) -> Spent:
    """What the questions of runs took, or all since a moment."""
    return _spent(session.execute(_sums().where(*_chosen(run_ids, since))).one())


def spent_by(
    session: Session, *parts: str, run_ids: Sequence[str] | None = None, since: datetime | None = None
) -> dict[tuple[str, ...], Spent]:
    """The same by ``agent``, ``model``, ``task`` or ``run_id``: of each that occurs, in their order."""
    columns = [getattr(ModelCall, part) for part in parts]
    rows = session.execute(_sums().add_columns(*columns).where(*_chosen(run_ids, since)).group_by(*columns))
    return {tuple(str(getattr(row, part)) for part in parts): _spent(row) for row in rows}


def _sums() -> Any:
    return select(
        func.count().label("questions"),
        func.coalesce(func.sum(ModelCall.tokens_in), 0).label("tokens_in"),
        func.coalesce(func.sum(ModelCall.tokens_out), 0).label("tokens_out"),
        func.sum(ModelCall.money).label("money"),
        func.coalesce(func.sum(ModelCall.seconds), 0.0).label("seconds"),
    )


def _chosen(run_ids: Sequence[str] | None, since: datetime | None) -> list[Any]:
    chosen: list[Any] = [] if run_ids is None else [ModelCall.run_id.in_(list(run_ids))]
    return chosen if since is None else [*chosen, ModelCall.at >= since]


def _spent(row: Any) -> Spent:
    money = None if row.money is None else float(row.money)
    return Spent(row.questions, int(row.tokens_in), int(row.tokens_out), money, float(row.seconds))
