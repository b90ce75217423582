"""What a client's turn shows of an objection, beside its words: what it answers, what answers it, the price, a yes.

The same signals teach the weights (``bench/train_objections.py``) and are weighed by them (``objections.py``).
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from services.analyst.amounts import Amount, amounts
from services.analyst.dialogue import Talk, TalkTurn
from services.analyst.words import hits, weight
from services.playbooks.cues import CueBook, Hit

ECHO = 2.5
EARLIEST = 0.25
NEAR = 2
DECIDED = 0.45
FEW = 12  # turns; the phases of so short an exchange say little
REACTION = 3
MOST = 12  # cues of one turn that are weighed
CLAUSE = 200  # letters before a cue that can belong to its clause
_PRICES = ("price", "former", "other option")
_PARTS = ("monthly", "deposit", "rest", "part", "discount")
_ARGUES = ("objection/rebuttal", "price negotiation", "closing")
_DENIED = re.compile(r"\b(?:not|never|isn't|ain't|wasn't|aren't|don't think|doesn't|didn't|no)(?: \w+){0,2} $")
_OWN_DENIAL = re.compile(r"^(?:not|never|no|nothing|nobody|none|isn't|ain't|can't|don't|\w+n't)\b")

Signals = dict[str, float]


@dataclass(frozen=True, slots=True)
class Concern:
    """Words of one category in one client turn; ``weight`` is that of the cue."""

    category: str
    weight: float
    turn: int
    start: int
    end: int


def concerns(talk: Talk, cues: CueBook[str]) -> Iterator[Concern]:
    """Every cue of an objection in a client's turn, from where the family has been talked over."""
    first = int(EARLIEST * len(talk.turns))
    for turn in talk.of_side("client"):
        if turn.index < first:
            continue
        for hit in cues.find(turn.line):
            if hit.weight > 0 and _denied(turn, hit):
                continue
            yield Concern(hit.key, hit.weight, turn.index, hit.start, hit.end)


Cued = Mapping[int, Sequence[Concern]]  # the concerns of one category, by turn


def by_turn(own: Iterable[Concern]) -> Cued:
    """Concerns of one category, gathered by their turns."""
    gathered: dict[int, list[Concern]] = {}
    for one in own:
        gathered.setdefault(one.turn, []).append(one)
    return gathered


def strength(own: Cued, turn: int) -> float:
    """The cues of one turn, the two best of those that don't overlap, and half the best one of the turns near it."""
    here = sorted(own.get(turn, ()), key=lambda one: -one.weight)[:MOST]
    against = sum(one.weight for one in here if one.weight < 0)
    kept: list[Concern] = []
    for one in here:
        if one.weight > 0 and all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    around = [*range(turn - NEAR, turn), *range(turn + 1, turn + NEAR + 1)]
    near = [one.weight for other in around for one in own.get(other, ())]
    return sum(one.weight for one in kept[:2]) + against + 0.5 * max(near, default=0.0)


def _denied(turn: TalkTurn, hit: Hit[str]) -> bool:
    """Whether a "not" just before the cue, in its own clause, turns it round ("that's not a lot")."""
    if _OWN_DENIAL.match(turn.folded[hit.start : hit.end]):
        return False
    clause = re.split(r"[.,;:?!]", turn.folded[max(0, hit.start - CLAUSE) : hit.start])[-1]
    return bool(_DENIED.search(clause))


class Scene:
    """What surrounds each turn of a call, as far as it makes an objection likely."""

    def __init__(self, talk: Talk, decisions: Sequence[int]) -> None:
        """``decisions``: the client's turns that say yes to buying."""
        self.talk = talk
        self._known: dict[int, Signals] = {}
        late = [turn for turn in decisions if turn >= int(DECIDED * len(talk.turns))]
        self.accepted = min(late, default=len(talk.turns))

    @cached_property
    def _amounts(self) -> list[Amount]:
        return amounts(self.talk)

    @cached_property
    def _prices(self) -> list[Amount]:
        return [one for one in self._amounts if one.role in _PRICES and one.sentence.side == "advisor"]

    @cached_property
    def _price_turns(self) -> list[int]:
        return [one.sentence.turn for one in self._prices]

    @cached_property
    def _amount_turns(self) -> list[int]:
        return [one.sentence.turn for one in self._amounts]

    @cached_property
    def priced(self) -> set[int]:
        """The adviser's turns that name the price of the service."""
        return {one.sentence.turn for one in self._prices if one.role == "price"}

    @cached_property
    def offered(self) -> int:
        """The turn from which on there is something to object to: the first price, else the middle of the call."""
        return min([*self.priced, int(0.55 * len(self.talk.turns))])

    def echoes(self, category: str) -> Iterator[Concern]:
        """A price said back in wonder ("Four thousand?"), as a concern of the category of prices."""
        for index in sorted(self.priced):
            for turn in self.talk.turns[index + 1 : index + 3]:
                for one in turn.sentences[:2]:
                    wonders = one.folded.endswith(("?", "!")) and one.length <= 6 and one.numbers
                    if turn.side == "client" and wonders:
                        yield Concern(category, ECHO, turn.index, one.start, one.end)

    def signals(self, index: int) -> Signals:
        """What surrounds a client turn, by name."""
        if index not in self._known:
            self._known[index] = {**self._talk_around(index), **self._price_around(index)}
        return self._known[index]

    def _talk_around(self, index: int) -> Signals:
        turns = self.talk.turns
        turn, place = turns[index], (index + 0.5) / len(turns)
        before = [one for one in turns[max(0, index - 2) : index] if one.side == "advisor"][-1:]
        after = [one for one in turns[index + 1 : index + 3] if one.side == "advisor"][:1]
        return {
            "probes": max((_best(one, "probes") for one in before), default=0.0),
            "answers": max((_best(one, "answers") for one in after), default=0.0),
            "leads": _best(turn, "leads"),
            "past": _best(turn, "past"),
            "offered": float(index >= self.offered),
            "early": float(place < DECIDED and index < self.offered),
            "argued": float(index >= self.offered if len(turns) <= FEW else turn.phase in _ARGUES),
            "decided": float(index > self.accepted),
            "decides": float(index == self.accepted),
            "late": float(index > 0.9 * len(turns)),
        }

    def _price_around(self, index: int) -> Signals:
        earlier = bisect_left(self._price_turns, index)
        if not earlier:
            return {"denies": 0.0}
        last = self._prices[earlier - 1]
        after = self._amounts[bisect_left(self._amount_turns, index + 1) : bisect_left(self._amount_turns, index + 3)]
        ours = self._prices[bisect_left(self._price_turns, index + 1) : bisect_left(self._price_turns, index + 3)]
        lower = [one for one in ours if one.dollars < 0.99 * last.dollars]
        parts = [one for one in after if one.sentence.side == "advisor" and one.role in _PARTS]
        turn = self.talk.turns[index]
        return {
            "priced": 1.0,
            "reacts": float(index - last.sentence.turn <= REACTION),
            "lowered": float(bool(lower)),
            "parted": float(bool(parts)),
            "measures": weight(hits("concerns", turn), "measures"),
            "bids": weight(hits("concerns", turn), "bids"),
            "praises": weight(hits("concerns", turn), "praises"),
            "denies": float(self._denies_price),
        }

    @cached_property
    def _denies_price(self) -> bool:
        """Whether the client says outright that the price is not what stands in the way."""
        return any(weight(hits("concerns", turn), "denies") > 0 for turn in self.talk.of_side("client"))


def _best(turn: TalkTurn, group: str) -> float:
    """The strongest cue of a group in a turn; 0.0 where there is none."""
    return weight(hits("concerns", turn), group)
