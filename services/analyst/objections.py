"""What the client said against buying. What an adviser expects to be said is no objection.

A concern is told by its words, and by where they stand: an answer to "what do you think?", a lead-in ("my only
thing is"), an adviser who answers a worry, a price just named, a yes already given. How much each of these says was
learned; a category of a playbook that is none of the learned ones is told by its cues alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import prod

from services.agents.contract import Quote
from services.analyst.dialogue import Talk
from services.analyst.findings import Finding
from services.analyst.objection_signals import EARLIEST, Cued, Scene, Signals, by_turn, concerns, strength
from services.analyst.objection_weights import Table, learned, seen
from services.analyst.outcome import accepting, settled
from services.playbooks.cues import CueBook
from services.playbooks.loader import Playbook

ENOUGH = 4.0
LEAST = 1.5
SHOWN = 0.2
TURNS = 4
Rows = Sequence[Sequence[float]]  # what the words of a turn's sentences say: a row a sentence, a column a category
SILENT = -3.0  # a turn whose words say less than this, and without a cue, raises nothing


@lru_cache(maxsize=8)
def _book(playbook: Playbook) -> CueBook[str]:
    return CueBook((objection.name, cue) for objection in playbook.objections for cue in objection.cues)


class Raised:
    """The concerns of a call, turn by turn: words, cues, surroundings."""

    def __init__(self, talk: Talk, playbook: Playbook) -> None:
        self.talk = talk
        self.scene = Scene(talk, accepting(talk, playbook))
        found = list(concerns(talk, _book(playbook)))
        price = next((one.name for one in playbook.objections if one.name.lower() == "price"), None)
        found += self.scene.echoes(price) if price else ()
        self._cued = {one.name: by_turn(c for c in found if c.category == one.name) for one in playbook.objections}
        first, last = int(EARLIEST * len(talk.turns)), settled(talk, playbook)
        self.turns = [turn for turn in talk.of_side("client") if first <= turn.index <= last and turn.sentences]

    def of(self, category: str) -> Cued:
        """The cues of one category, by turn."""
        return self._cued.get(category, {})

    def seen(self, category: str, column: int, said: Mapping[int, Table]) -> dict[int, Signals]:
        """What is to be weighed for a learned category, by turn.

        ``said``: for each turn what its sentences' words say, a row a sentence and a column a category.
        """
        own = self.of(category)
        return {
            turn.index: seen(
                said[turn.index][:, column].tolist(),
                float(said[turn.index].max()),
                strength(own, turn.index) if turn.index in own else 0.0,
                self.scene.signals(turn.index),
            )
            for turn in self.turns
        }

    def spoken(self, category: str, column: int, said: Mapping[int, Rows]) -> dict[int, Signals]:
        """The same, of those turns alone whose words themselves say something for the category."""
        own, found = self.of(category), {}
        for index, rows in said.items():
            wordings = [row[column] for row in rows]
            cues = strength(own, index) if index in own else 0.0
            if max(wordings) > SILENT or cues > 0:
                found[index] = seen(wordings, max(map(max, rows)), cues, self.scene.signals(index))
        return found


def find_objections(talk: Talk, playbook: Playbook) -> list[Finding]:
    """The categories of the playbook that the client raised, with the words that raise them."""
    raised = Raised(talk, playbook)
    quotes: dict[str, list[Quote]] = {}
    known = set(learned().categories)
    for name, turns in _by_what_was_learned(raised).items():
        quotes[name] = [quote for turn in turns for quote in _quotes(raised, name, turn)]
    for objection in playbook.objections:
        if objection.name not in known:
            quotes[objection.name] = _by_cues(raised, objection.name)
    return [Finding(one.name, quotes[one.name]) for one in playbook.objections if quotes.get(one.name)]


def _by_what_was_learned(raised: Raised) -> dict[str, list[int]]:
    """The learned categories that are likely enough, each with the turns that say so, the likeliest first."""
    weights = learned()
    said: dict[int, Rows] = {turn.index: weights.wordings(turn).tolist() for turn in raised.turns}
    found = {}
    for column, category in enumerate(weights.categories):
        spoken = raised.spoken(category, column, said)
        chances = {turn: weights.chance(category, one) for turn, one in spoken.items()}
        best = sorted(chances, key=lambda index: -chances[index])[:TURNS]
        if together(chances[index] for index in best) >= weights.enough[category]:
            found[category] = [index for index in best if chances[index] >= SHOWN] or best[:1]
    return found


def speaks(signals: Signals) -> bool:
    """Whether the words of a turn themselves say something for a category."""
    return signals["wording"] > SILENT or signals["cues"] > 0


def together(chances: Iterable[float]) -> float:
    """How likely at least one of several turns raises a category."""
    return 1 - prod(1 - chance for chance in chances)


def _quotes(raised: Raised, category: str, index: int) -> list[Quote]:
    """The words of a turn that raise a category: its cues, the sentence that says most for it."""
    weights, turn = learned(), raised.talk.turns[index]
    cued = sorted((one for one in raised.of(category).get(index, ()) if one.weight > 0), key=lambda one: -one.weight)
    column = weights.categories.index(category)
    best = turn.sentences[int(weights.wordings(turn)[:, column].argmax())]
    return [*(raised.talk.quote(index, one.start, one.end) for one in cued[:1]), raised.talk.quote_of(best)]


def _by_cues(raised: Raised, category: str) -> list[Quote]:
    """The words of a category that was not learned: its cues, where the strongest turn has enough of them."""
    cued = raised.of(category)
    sums = {turn: strength(cued, turn) for turn, own in cued.items() if any(one.weight > 0 for one in own)}
    sums = {turn: sum_ + _around(raised.scene.signals(turn)) for turn, sum_ in sums.items() if sum_ >= LEAST}
    places = [one for turn, sum_ in sums.items() if sum_ >= ENOUGH for one in cued[turn] if one.weight > 0]
    places.sort(key=lambda one: (-sums[one.turn], one.turn, -one.weight))
    return [raised.talk.quote(one.turn, one.start, one.end) for one in places]


def _around(signals: Signals) -> float:
    """What the surroundings of a client turn add to its cues: between -2 and 2.5."""
    sum_ = 0.5 if signals["offered"] else -0.5
    sum_ += signals["probes"] + 0.7 * signals["answers"] + 0.7 * signals["leads"] - signals["past"]
    sum_ += 0.5 * signals["argued"] - signals["early"]
    return max(-2.0, min(2.5, sum_))
