"""A question taken apart: what it is after, whom and what it names, and which words are left."""

from dataclasses import dataclass, field

from db.analytics import Group, Measure
from services.copilot.contract import Held, Owner, Where
from services.copilot.names import ClientNamed, People
from services.copilot.periods import Period
from services.copilot.vocabulary import Spot, groups_in
from services.playbooks.cues import Line


@dataclass
class Understood:
    """A question taken apart. ``said`` are the groups of cues that stand in it, by the tables of words.toml.

    ``number_places``: where each of ``numbers`` begins; ``unplaced``: one more is of no field. ``rank``: of the top
    three, three. ``but``: clients who are left out: who besides Ann.
    ``held``: a product of which it is asked who has one already.
    """

    question: str
    line: Line
    intents: frozenset[str]
    measures: frozenset[str]
    others: frozenset[str]
    products: list[Spot] = field(default_factory=list)
    objections: list[Spot] = field(default_factory=list)
    outcomes: list[Spot] = field(default_factory=list)
    stages: list[Spot] = field(default_factory=list)
    states: list[Spot] = field(default_factory=list)
    fields: list[Spot] = field(default_factory=list)
    choices: list[tuple[str, Spot]] = field(default_factory=list)
    people: People = field(default_factory=People)
    period: Period | None = None
    numbers: list[Held] = field(default_factory=list)
    number_places: list[int] = field(default_factory=list)
    unplaced: bool = False
    rank: int | None = None
    but: list[ClientNamed] = field(default_factory=list)
    group: Group | None = None
    split: bool = False
    clients: list[ClientNamed] = field(default_factory=list)
    carried: bool = False
    content: list[str] = field(default_factory=list)
    quoted: str = ""
    held: str = ""
    of: Where | None = None

    def has(self, *intents: str) -> bool:
        """Whether it is after any of these."""
        return not self.intents.isdisjoint(intents)

    @property
    def field_names(self) -> list[str]:
        """The fields that it names, in their order, each once."""
        return list(dict.fromkeys(spot.value for spot in self.fields))

    @property
    def measure(self) -> Measure | None:
        """The figure that it asks for."""
        order: tuple[Measure, ...] = ("sum", "average", "median", "lowest", "highest")
        return next((each for each in order if each in self.measures), None)

    @property
    def pronoun(self) -> bool:
        """Whether it speaks of somebody without a name."""
        return "pronoun" in self.others

    @property
    def owner(self) -> Owner | None:
        """Whose next steps are asked for, by the words of the question alone; the planner knows more."""
        found = groups_in("owners", self.line)
        return None if len(found) != 1 else ("advisor" if "advisor" in found else "client")
