"""Places that are named in the call, the states they lie in, and the state in which the client lives."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.words import DATA, data, hits
from services.playbooks.cues import fold

_NAME = re.compile(r"(?<![\w'’])(?:St\.|[A-Z][\w'’\-]*[a-z])(?: (?:of|the|St\.|[A-Z][\w'’\-]*[a-z])){0,3}")
_ABBREVIATION = re.compile(r"(?<=[a-z], )[A-Z]{2}(?![\w'’])")
_IN = re.compile(
    r"\b(?:in|near|outside|outside of|out of|from|around|past|up to|over to|moved to|home's"
    r"|home is),? (?:like |uh,? |um,? )*$"
)
_WHERE = re.compile(
    r"\b(?:where|what state|which state|live|living|home|located|in what|which county|out of|based|side|originally"
    r"|(?:you|y'all|you're|you guys|you two|you folks)(?: still| all| over| out| up| down| both)? in|is it|form says)\b"
)
_YES = re.compile(
    r"(?:yes|yeah|yep|yup|right|correct|uh-huh|mm-hm|that's right|sure|we are|i am|i do|we do"
    r"|exactly|born and raised)\b"
)
_NO = re.compile(r"(?:no|nope|naw|nah|not)\b")
ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class Place:
    """A named place. ``states`` are those it can lie in, likeliest first; ``sure`` if the first is meant by itself."""

    name: str
    sentence: Sentence
    start: int
    end: int
    states: tuple[str, ...]
    sure: bool
    is_state: bool


@lru_cache(maxsize=1)
def _towns() -> dict[str, tuple[tuple[str, ...], bool]]:
    towns = {}
    for line in (DATA / "towns.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, states, *sure = line.split("\t")
            towns[name] = (tuple(states.split()), bool(sure))
    return towns


def places_in(sentence: Sentence, names: frozenset[str], where: bool = False) -> Iterator[Place]:
    """States and towns of one sentence, by their capitalised names.

    ``names`` are people's, never towns'. ``where``: the sentence answers a question after a place, so that a town may
    stand in it without a word that says so.
    """
    states: dict[str, str] = data("places")["states"]
    for match in _NAME.finditer(sentence.text):
        words = match.group().split()
        for first in range(len(words)):
            found = False
            answers_where = where and match.start() <= 12 and first == 0
            for last in range(len(words), first, -1):
                name = fold(" ".join(words[first:last])).removesuffix("'s")
                start = match.start() + len(" ".join(words[:first])) + bool(first)
                end = start + len(" ".join(words[first:last]))
                if name in names:
                    break
                if name in states:
                    yield Place(name, sentence, start, end, (states[name],), True, True)
                    found = True
                elif name in _towns() and (answers_where or _is_place(sentence, start, end)):
                    located, sure = _towns()[name]
                    yield Place(name, sentence, start, end, located, sure, False)
                    found = True
                if found:
                    break
            if found:
                break
    known = set(states.values())
    for match in _ABBREVIATION.finditer(sentence.text):
        if match.group() in known:
            yield Place(match.group(), sentence, match.start(), match.end(), (match.group(),), True, True)


def _is_place(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a town's name is used as one, by the words around it: many are names of people, or plain words."""
    if re.match(r",? (?:[a-z]{2}\b[,.]|" + "|".join(data("places")["states"]) + ")", sentence.folded[end:]):
        return True
    return bool(_IN.search(sentence.folded[:start]))


class Map:
    """Every place of a call, with the towns of doubtful state settled by the states that are named."""

    def __init__(self, talk: Talk) -> None:
        names = _peoples_names(talk)
        self.places = [
            place for sentence in talk.sentences for place in places_in(sentence, names, _asked_where(talk, sentence))
        ]
        self.named: dict[str, float] = defaultdict(float)
        for place in self.places:
            if place.is_state or place.sure:
                self.named[place.states[0]] += 1.0 if place.is_state else 0.4

    def state_of(self, place: Place) -> str | None:
        """The state a place lies in, or None where that can't be told."""
        if place.is_state:
            return place.states[0]
        beside = [other for other in self.places if other.is_state and other.sentence == place.sentence]
        for other in beside:
            if other.states[0] in place.states:
                return other.states[0]
        candidates = [state for state in place.states if state in self.named]
        if place.sure and (not candidates or place.states[0] in candidates):
            return place.states[0]
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            return max(candidates, key=lambda state: self.named[state])
        return place.states[0] if place.sure or len(place.states) == 1 else None


def _peoples_names(talk: Talk) -> frozenset[str]:
    """The names of the speakers, and names that somebody is called by ("Thanks, Cody."), folded."""
    names = {fold(word) for turn in talk.turns for word in (turn.speaker or "").split()}
    return frozenset(names | {word.strip("()") for word in names})


def _asked_where(talk: Talk, sentence: Sentence) -> bool:
    if sentence.side == "advisor" or sentence.start > 60:
        return False
    earlier = talk.before(sentence.turn)
    return bool(earlier and earlier.sentences and any(_WHERE.search(one.folded) for one in earlier.sentences[-2:]))


def find_client_state(talk: Talk, places: Map) -> Finding | None:
    """The state where the client lives, by what either side says of living there and of the law that holds."""
    votes: dict[str, float] = defaultdict(float)
    proof: dict[str, list[tuple[float, Sentence, int, int]]] = defaultdict(list)
    for place in places.places:
        state = places.state_of(place)
        if state is not None:
            strength = max(0.0, _residence(talk, place))
            votes[state] += strength
            proof[state].append((strength, place.sentence, place.start, place.end))
    ranked = sorted(votes, key=lambda state: -votes[state])
    if not ranked or votes[ranked[0]] < ENOUGH:
        return None
    best, second = votes[ranked[0]], votes[ranked[1]] if len(ranked) > 1 else 0.0
    if best - second < 0.5 and best < 1.25 * second:
        return None
    chosen = sorted(proof[ranked[0]], key=lambda one: -one[0])
    quotes = [talk.quote(s.turn, s.start + start, s.start + end) for strength, s, start, end in chosen if strength > 0]
    return Finding(ranked[0], quotes)


def _residence(talk: Talk, place: Place) -> float:
    """How strongly a mention says that the client lives there; below zero where it speaks against it."""
    sentence = place.sentence
    found = hits("places", sentence)
    gaps = [(hit.weight, place.start - hit.end) for hit in found if hit.key == "lives"]
    lives = max((w if gap <= 14 else 0.6 * w for w, gap in gaps if -3 <= gap <= 45), default=0.0)
    law = max((hit.weight for hit in found if hit.key == "law"), default=0.0)
    away = max((hit.weight for hit in found if hit.key == "away"), default=0.0)
    strength = 0.6 if place.is_state else 0.3 if place.sure else 0.15
    if sentence.side == "advisor":
        if sentence.turn <= 8 and not sentence.asks and re.search(r"\b(?:i'm|we're|office|based)\b", sentence.folded):
            return 0.0
        lives = lives if lives >= 2 else 0.0
        return strength + (lives * _confirmed(talk, sentence) if sentence.asks else lives) + law - away
    if lives < 2.5 and place.start <= 45 and _asked_where(talk, sentence):
        lives = 2.0
    return strength + lives - (away if lives < 3 else 0.3 * away)


def _confirmed(talk: Talk, question: Sentence) -> float:
    """How much of a guess stands after the answer: all of it after a yes, nothing after a no."""
    answer = talk.turns[question.turn + 1] if question.turn + 1 < len(talk.turns) else None
    if answer is None or answer.side == question.side:
        return 0.4
    return 1.0 if _YES.match(answer.folded) else -0.5 if _NO.match(answer.folded) else 0.4
