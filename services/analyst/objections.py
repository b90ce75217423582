"""What the client said against buying. What an adviser expects to be said is no objection.

A concern is told by its words, and by where they stand: an answer to "what do you think?", a lead-in ("my only
thing is"), an adviser who answers a worry, a price just named. The same words over the family's story say less.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from services.analyst.amounts import amounts
from services.analyst.dialogue import Talk, TalkTurn
from services.analyst.findings import Finding
from services.analyst.numbers import numbers_in
from services.analyst.words import book
from services.playbooks.cues import CueBook, Hit
from services.playbooks.loader import Playbook

ENOUGH = 4.0
SURE = 5.0
LEAST = 1.5
ECHO = 2.5
EARLIEST = 0.25
NEAR = 2
_DENIED = re.compile(r"\b(?:not|never|isn't|ain't|wasn't|aren't|don't think|doesn't|didn't|no)(?: \w+){0,2} $")
_OWN_DENIAL = re.compile(r"^(?:not|never|no|nothing|nobody|none|isn't|ain't|can't|don't|\w+n't)\b")


@dataclass(frozen=True, slots=True)
class Concern:
    """Words of one category in one client turn; ``weight`` is that of the cue."""

    category: str
    weight: float
    turn: int
    start: int
    end: int


@lru_cache(maxsize=8)
def _book(playbook: Playbook) -> CueBook[str]:
    return CueBook((objection.name, cue) for objection in playbook.objections for cue in objection.cues)


def find_objections(talk: Talk, playbook: Playbook) -> list[Finding]:
    """The categories of the playbook that the client raised, with the words that raise them."""
    scene = _Scene(talk)
    concerns = [*_concerns(talk, playbook), *_echoes(talk, playbook, scene)]
    raised: list[tuple[float, str, list[Concern]]] = []
    for category in {concern.category for concern in concerns}:
        own = [concern for concern in concerns if concern.category == category]
        sums = {turn: _strength(own, turn) for turn in {one.turn for one in own if one.weight > 0}}
        sums = {turn: sum_ + scene.around(turn) for turn, sum_ in sums.items() if sum_ >= LEAST}
        best = max(sums, key=lambda turn: (sums[turn], turn), default=-1)
        if best >= 0 and sums[best] >= ENOUGH:
            places = [one for one in own if one.weight > 0 and sums.get(one.turn, 0) >= ENOUGH]
            places.sort(key=lambda one: (one.turn != best, -one.weight))
            raised.append((sums[best], category, places))
    raised.sort(key=lambda one: (-one[0], one[1]))
    kept = {category: places for n, (sum_, category, places) in enumerate(raised) if n < 2 or sum_ >= SURE}
    return [
        Finding(one.name, [talk.quote(place.turn, place.start, place.end) for place in kept[one.name]])
        for one in playbook.objections
        if one.name in kept
    ]


def _strength(own: Sequence[Concern], turn: int) -> float:
    """The cues of one turn, the two best of those that don't overlap, and half the best one of the turns near it."""
    here = sorted((one for one in own if one.turn == turn), key=lambda one: -one.weight)
    against = sum(one.weight for one in here if one.weight < 0)
    kept: list[Concern] = []
    for one in here:
        if one.weight > 0 and all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    near = [one.weight for one in own if one.turn != turn and abs(one.turn - turn) <= NEAR]
    return sum(one.weight for one in kept[:2]) + against + 0.5 * max(near, default=0.0)


def _concerns(talk: Talk, playbook: Playbook) -> Iterator[Concern]:
    """Every cue of an objection in a client's turn, from where the family has been talked over."""
    first = int(EARLIEST * len(talk.turns))
    for turn in talk.of_side("client"):
        if turn.index < first:
            continue
        for hit in _book(playbook).find(turn.line):
            if hit.weight > 0 and _denied(turn, hit):
                continue
            yield Concern(hit.key, hit.weight, turn.index, hit.start, hit.end)


def _echoes(talk: Talk, playbook: Playbook, scene: "_Scene") -> Iterator[Concern]:
    """A price said back in wonder ("Four thousand?"), counted for the playbook's objection to the price."""
    name = next((one.name for one in playbook.objections if one.name.lower() == "price"), None)
    for index in sorted(scene.priced):
        for turn in talk.turns[index + 1 : index + 3]:
            for one in turn.sentences[:2]:
                wonders = one.folded.endswith(("?", "!")) and one.length <= 6 and numbers_in(one.folded)
                if name and turn.side == "client" and wonders:
                    yield Concern(name, ECHO, turn.index, one.start, one.end)


def _denied(turn: TalkTurn, hit: Hit[str]) -> bool:
    """Whether a "not" just before the cue, in its own clause, turns it round ("that's not a lot")."""
    if _OWN_DENIAL.match(turn.folded[hit.start : hit.end]):
        return False
    clause = re.split(r"[.,;:?!]", turn.folded[: hit.start])[-1]
    return bool(_DENIED.search(clause))


class _Scene:
    """What surrounds each turn of a call, as far as it makes an objection likely."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self._known: dict[int, float] = {}

    @cached_property
    def priced(self) -> set[int]:
        """The adviser's turns that name the price of the service."""
        return {
            one.sentence.turn for one in amounts(self.talk) if one.role == "price" and one.sentence.side == "advisor"
        }

    @cached_property
    def offered(self) -> int:
        """The turn from which on there is something to object to: the first price, else the middle of the call."""
        return min([*self.priced, int(0.55 * len(self.talk.turns))])

    def around(self, index: int) -> float:
        """What the surroundings of a client turn add to its cues: between -2 and 2.5."""
        if index not in self._known:
            self._known[index] = self._around(index)
        return self._known[index]

    def _around(self, index: int) -> float:
        turns = self.talk.turns
        turn, place = turns[index], (index + 0.5) / len(turns)
        before = [one for one in turns[max(0, index - 2) : index] if one.side == "advisor"]
        after = [one for one in turns[index + 1 : index + 3] if one.side == "advisor"][:1]
        sum_ = 0.5 if index >= self.offered else -0.5
        sum_ += max((_best(one, "probes") for one in before[-1:]), default=0.0)
        sum_ += 0.7 * max((_best(one, "answers") for one in after), default=0.0)
        sum_ += _best(turn, "leads") * 0.7 - _best(turn, "past")
        sum_ += 0.5 if any(one.index in self.priced for one in before) else 0.0
        sum_ += 0.5 if turn.phase in ("objection/rebuttal", "price negotiation", "closing") else 0.0
        sum_ -= 1.0 if place < 0.45 and index < self.offered else 0.0
        return max(-2.0, min(2.5, sum_))


def _best(turn: TalkTurn, group: str) -> float:
    """The strongest cue of a group in a turn; 0.0 where there is none."""
    return max((hit.weight for hit in book("concerns").find(turn.line) if hit.key == group), default=0.0)
