"""What language models cost, as the pages show it: by agent and model, of this month or of one run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db.model_calls import Spent
from services.database import Database
from services.model_ledger import REMEMBERED, spent_by
from services.wording import counted, listed

ANSWERED = "answered"
_OUTCOMES = {
    "ModelAway": "server away or busy",
    "TooSlow": "too slow",
    "BrokenOff": "broken off",
    "ModelRefuses": "refused by the server",
    "BudgetSpent": "over the budget",
    "BadAnswer": "not in its form",
    "TooLong": "too long",
    "cancelled": "given up",
}


@dataclass(frozen=True)
class Cost:
    """What the questions of one agent to one model took together.

    ``questions`` are all that were asked, ``remembered`` those of them that had been answered before and cost nothing;
    ``failed`` counts the others that gave nothing, by what went wrong. ``money`` is in dollars, None where MODEL_PRICES
    has no price.
    """

    agent: str
    model: str
    questions: int
    remembered: int
    failed: Mapping[str, int]
    tokens_in: int
    tokens_out: int
    money: float | None
    seconds: float

    @property
    def outcome(self) -> str:
        """What came of the questions, in words: ``12 answered, 3 remembered, 1 too slow``."""
        answered = self.questions - self.remembered - sum(self.failed.values())
        counts = {ANSWERED: answered, REMEMBERED: self.remembered}
        counts |= {_OUTCOMES.get(name, name): number for name, number in sorted(self.failed.items())}
        return ", ".join(f"{number:,} {words}" for words, number in counts.items() if number)


def costs(database: Database, run_ids: Sequence[str] | None = None) -> list[Cost]:
    """The costs of some runs, else of this month, the dearest first; none where no model was asked. One query."""
    spent = spent_by(database, "agent", "model", "outcome", run_ids=run_ids)
    found: dict[tuple[str, str], dict[str, Spent]] = {}
    for (agent, model, outcome), each in spent.items():
        found.setdefault((agent, model), {})[outcome] = each
    made = [_cost(agent, model, outcomes) for (agent, model), outcomes in found.items()]
    return sorted(made, key=lambda one: (-(one.money or 0.0), -one.tokens_in - one.tokens_out, one.agent, one.model))


def _cost(agent: str, model: str, outcomes: Mapping[str, Spent]) -> Cost:
    failed = {name: each.questions for name, each in outcomes.items() if name not in (ANSWERED, REMEMBERED)}
    remembered = outcomes[REMEMBERED].questions if REMEMBERED in outcomes else 0
    questions, tokens_in, tokens_out, money, seconds = _together(outcomes.values())
    return Cost(agent, model, questions, remembered, failed, tokens_in, tokens_out, money, seconds)


def _together(spent: Iterable[Spent]) -> tuple[int, int, int, float | None, float]:
    each = list(spent)
    known = [one.money for one in each if one.money is not None]
    return (
        sum(one.questions for one in each),
        sum(one.tokens_in for one in each),
        sum(one.tokens_out for one in each),
        sum(known) if known else None,
        sum(one.seconds for one in each),
    )


def summed(lines: Sequence[Cost]) -> str:
    """All costs in one line: ``132 questions, 1,204,000 tokens, $3.41``."""
    tokens = sum(one.tokens_in + one.tokens_out for one in lines)
    known = [one.money for one in lines if one.money is not None]
    parts = [counted(sum(one.questions for one in lines), "question"), counted(tokens, "token")]
    return ", ".join([*parts, dollars(sum(known))] if known else parts)


def dollars(money: float | None) -> str:
    """Dollars to the cent, small ones as precisely as they are worth telling; '' where no price is known."""
    if money is None:
        return ""
    if 0 < money < 0.0001:
        return "under $0.0001"
    return f"${money:,.4f}" if 0 < money < 0.1 else f"${money:,.2f}"


def unpriced(lines: Sequence[Cost]) -> str | None:
    """A sentence on the models whose price nobody told; None where there is none."""
    names = sorted({one.model for one in lines if one.money is None and one.tokens_in + one.tokens_out})
    if not names:
        return None
    return f"MODEL_PRICES has no price of {listed(names)}, so that is not counted in dollars."
