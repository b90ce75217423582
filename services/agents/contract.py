"""What agents hand to one another, and the one way to run them."""

from typing import Any, Literal, NotRequired, Protocol, TypedDict

from services.calls.model import Side
from services.errors import MissingInput

State = Literal["verified", "paraphrased", "unsupported", "not discussed"]
# What a finding's state may be: one of the four, or "human" where a person's value was laid over it to be used.
Stands = State | Literal["human"]
Source = Literal["builtin", "model", "human"]


class Quote(TypedDict):
    """Verbatim words of one turn. ``turn`` is the index in the dialogue, from 0."""

    turn: int
    quote: str


class Fact(TypedDict):
    """A value with its proof. ``value`` is None exactly where ``state`` is 'not discussed'."""

    value: Any
    state: Stands
    evidence: list[Quote]
    source: Source


class Objection(TypedDict):
    """A concern that the client raised about buying. ``category`` is one of the playbook's."""

    category: str
    state: Stands
    evidence: list[Quote]
    source: Source


class NextStep(TypedDict):
    """What somebody said they would do. ``due`` is as said; ``due_date`` is ISO, or None."""

    owner: Side
    action: str
    due: str | None
    due_date: str | None
    state: Stands
    evidence: list[Quote]
    source: Source


class DialogueTurn(TypedDict):
    """One turn with what Structuring found out about it."""

    speaker: str | None
    side: Side | None
    start: float | None
    end: float | None
    text: str
    phase: str | None


class Chunk(TypedDict):
    """Whole turns in a row, of one phase. ``turns`` are indexes in the dialogue."""

    text: str
    speakers: list[str]
    start: float | None
    end: float | None
    phase: str | None
    turns: list[int]


class Extraction(TypedDict):
    """What the Knowledge Analyst found. ``facts`` holds every fact field of the playbook.

    ``beside``: where two minds disagree, what the one said that does not stand, by field (facts and ``outcome``).
    """

    facts: dict[str, Fact]
    products_discussed: list[Fact]
    objections: list[Objection]
    outcome: Fact
    next_steps: list[NextStep]
    beside: NotRequired[dict[str, Fact]]


class Agent(Protocol):
    """One link of the chain. ``needs`` names the keys of the state without which it can't work."""

    name: str
    needs: frozenset[str]

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        """Takes the whole state so far and returns only what it adds."""
        ...


def require(agent: Agent, data: dict[str, Any]) -> None:
    """Raises MissingInput, naming agent and key, if the state lacks what the agent needs."""
    for key in sorted(agent.needs):
        if key not in data:
            raise MissingInput(f"The {agent.name} agent needs '{key}', and the agents before it gave none.")
