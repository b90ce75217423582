"""What the models cost, what may still be spent, and what they answered before."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from db import model_calls as stored
from db.model_calls import Spent, Usage
from services.database import Database, translated
from services.model_faults import BudgetSpent
from services.settings import Settings

__all__ = [
    "Question",
    "Spent",
    "Taken",
    "check_budget",
    "estimated",
    "forget",
    "keep",
    "note",
    "recall",
    "spent_by",
    "this_month",
]

Task = Literal["extract", "write", "plan", "embed", "test"]
REMEMBERED = "remembered"
CHARACTERS_A_TOKEN = 3.2  # on the safe side, for English


@dataclass(frozen=True)
class Question:
    """What is asked of a model, by which agent and of which run and call."""

    task: Task
    agent: str
    system: str
    user: str
    run_id: str | None = None
    external_id: str | None = None


@dataclass
class Taken:
    """What a question takes while it is asked; ``began`` in seconds of the process's clock."""

    tokens_in: int = 0
    tokens_out: int = 0
    began: float = field(default_factory=time.monotonic)

    def add(self, tokens_in: int | None, tokens_out: int | None, asked: int, said: int) -> None:
        """Adds an answer's tokens; where the server does not tell them, by the characters that were asked and said."""
        self.tokens_in += estimated(asked) if tokens_in is None else tokens_in
        self.tokens_out += estimated(said) if tokens_out is None else tokens_out


def estimated(characters: int) -> int:
    """About how many tokens a text of so many characters has."""
    return round(characters / CHARACTERS_A_TOKEN)


def recall(database: Database, key: str) -> str | None:
    """The answer that the same question got before."""
    with translated(), database.session() as session:
        return stored.recall(session, key)


def forget(database: Database, key: str) -> None:
    """Takes a remembered answer away that fits its form no more."""
    with translated(), database.session() as session:
        stored.forget(session, key)


def keep(database: Database, question: Question, key: str, model: str, answer: str) -> None:
    """Remembers an answer for the same question."""
    with translated(), database.session() as session:
        stored.keep(session, key, model, answer, question.external_id)


def note(database: Database, chosen: Settings, question: Question, model: str, taken: Taken, outcome: str) -> None:
    """Notes what a question took, whatever came of it."""
    money = price(chosen, model, taken.tokens_in, taken.tokens_out)
    seconds = time.monotonic() - taken.began
    usage = _usage(question, model, taken.tokens_in, taken.tokens_out, money, seconds, outcome)
    with translated(), database.session() as session:
        stored.note(session, usage)


def price(chosen: Settings, model: str, tokens_in: int, tokens_out: int) -> float | None:
    """Dollars by the settings' price table; None for a model that is not in it."""
    if model not in chosen.model_prices:
        return None
    per_million_in, per_million_out = chosen.model_prices[model]
    return (tokens_in * per_million_in + tokens_out * per_million_out) / 1e6


def check_budget(database: Database, chosen: Settings, question: Question, model: str) -> None:
    """Raises BudgetSpent where the run has used its tokens, or the month its money, or nobody could say so."""
    if chosen.model_money_per_month is not None and model not in chosen.model_prices:
        raise BudgetSpent(
            f"MODEL_MONEY_PER_MONTH can't be kept: MODEL_PRICES has no price of '{model}'.",
            remedy="Add it ([0, 0] where it costs nothing); until then the builtin analyst does the work.",
        )
    with translated(), database.session() as session:
        if question.run_id is not None:
            run = stored.spent(session, run_ids=[question.run_id])
            if run.tokens_in + run.tokens_out >= chosen.model_tokens_per_call:
                raise BudgetSpent(
                    f"This run has used its {chosen.model_tokens_per_call:,} tokens (MODEL_TOKENS_PER_CALL).",
                    remedy="Raise the limit in the settings; until then the builtin analyst does the rest.",
                )
        if chosen.model_money_per_month is not None:
            month = stored.spent(session, since=_month())
            if (month.money or 0.0) >= chosen.model_money_per_month:
                limit = chosen.model_money_per_month
                raise BudgetSpent(f"The models have cost ${limit:,.2f} this month (MODEL_MONEY_PER_MONTH).")


def this_month(database: Database) -> Spent:
    """What the models took since the month began."""
    with translated(), database.session() as session:
        return stored.spent(session, since=_month())


def spent_by(database: Database, *parts: str, run_ids: Sequence[str] | None = None) -> dict[tuple[str, ...], Spent]:
    """What questions took by ``agent``, ``model``, ``task`` or ``run_id``: of some runs, or this month."""
    with translated(), database.session() as session:
        return stored.spent_by(session, *parts, run_ids=run_ids, since=_month() if run_ids is None else None)


def _month() -> datetime:
    return datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _usage(
    question: Question, model: str, tokens_in: int, tokens_out: int, money: float | None, seconds: float, outcome: str
) -> Usage:
    return Usage(
        run_id=question.run_id,
        external_id=question.external_id,
        agent=question.agent,
        task=question.task,
        model=model,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        money=money,
        seconds=seconds,
        outcome=outcome,
    )
