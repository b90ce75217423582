"""Places that are named in the call, the states they lie in, and the state in which the client lives."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.analyst.contact import phone_numbers
from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.words import DATA, data, hits
from services.playbooks.cues import fold

_NAME = re.compile(r"(?<![\w'’])(?:St\.|[A-Z][\w'’\-]*[a-z])(?: (?:of|the|St\.|[A-Z][\w'’\-]*[a-z])){0,3}")
_ABBREVIATION = re.compile(r"(?<=[a-z], )[A-Z]{2}(?![\w'’])")
_IN = re.compile(
    r"\b(?:in|near|outside|outside of|out of|from|around|past|up to|over to|(?:up|over|out|down|back|here"
    r"|moved|go|went|going|drove|drive|relocated|retired) to|home's"
    r"|by|home is),? (?:like |uh,? |um,? )*$"
)
_WHERE = re.compile(
    r"\b(?:where|what state|which state|live|living|home|located|in what|which county|out of|based|side|originally"
    r"|(?:you|y'all|you're|you guys|you two|you folks)(?: still| all| over| out| up| down| both)? in|is it|form says)\b"
)
_HOME = re.compile(r"\b(?:you|you're|your|y'all|home|live|form|located|based)\b")
_ELSEWHERE = re.compile(
    r"\b(?:cabin|condo|cottage|land|lot|acres|rentals?|property|properties|farm|duplex|other|second|he"
    r"|she|they|him|her|he's|she's|they're|his|their"
    r"|sons?|daughters?|kids|children|boys?|girls?|brothers?|sisters?|mother|father|mom|dad|parents|beach"
    r"|lake|vacation|business|office|shop|grew up|born|originally)\b"
)
_THIRD = re.compile(
    r"\b(?:he|she|they|he's|she's|they're|who|(?:my|our|his|her|their|the|a|one|other|oldest"
    r"|youngest) (?:\w+ )?(?:sons?|daughters?|kids?|boys?|girls?|brothers?|sisters?|mother|father|mom"
    r"|dad|mama|daddy|parents|folks|cousins?|uncle|aunt|friends?|nieces?|nephews?|ex|grandkids|grandson"
    r"|granddaughter))\b(?:(?!\b(?:i|we|i'm|we're|i've|we've)\b)[^.?!;])*$"
)
_YES = re.compile(
    r"(?:yes|yeah|yep|yup|right|correct|uh-huh|mm-hm|that's right|sure|we are|i am|i do|we do"
    r"|exactly|born and raised)\b"
)
_NO = re.compile(r"(?:no|nope|naw|nah|not)\b")
_ZIP = re.compile(r"\b([A-Z]{2}),? \d{5}\b")
_HERE = re.compile(
    r"\b(?:i'm|we're|i am|we are|i've been|we've been|been|home's|home is|out of|over|here|up|down|still|back)\b"
)
_FIRM = re.compile(r"\b(?:i'm|we're|we are|i am|our|office|offices|based|i work|we cover|licensed)\b")
_YOU = re.compile(r"\b(?:you|you're|your|y'all)\b")
_BUT = re.compile(r"[^.?!]{0,12}(?:\bwell\b|,? but\b|\bsort of\b|\bnot\b)")
ENOUGH = 0.5
CLEAR = 0.05
MOST_LAW = 4.0
AREA_CODE = 0.7
MENTION, MOST_MENTIONS = 0.1, 0.8


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


def is_town(folded: str) -> bool:
    """Whether a folded name is a town's or a county's."""
    return folded in _towns()


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
                elif name in _towns() and _is_place(sentence, start, end, answers_where and name not in _plain_words()):
                    located, sure = _towns()[name]
                    yield Place(name, sentence, start, end, located, sure, False)
                    found = True
                if found:
                    break
            if found:
                break
    known = set(states.values())
    for match in (*_ABBREVIATION.finditer(sentence.text), *_ZIP.finditer(sentence.text)):
        state = match.group()[:2]
        if state in known:
            yield Place(state, sentence, match.start(), match.start() + 2, (state,), True, True)


@lru_cache(maxsize=1)
def _plain_words() -> frozenset[str]:
    return frozenset(data("places")["plain_words"])


def _is_place(sentence: Sentence, start: int, end: int, answers_where: bool) -> bool:
    """Whether a town's name is used as one, by the words around it: many are names of people, or plain words."""
    if answers_where:
        return True
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

    def _states_near(self, place: Place) -> list[str]:
        """States that are named in a town's sentence or in the next one of its turn ("In Portland. Maine.")."""
        near = (place.sentence.start, place.sentence.end + 30)
        return [
            other.states[0]
            for other in self.places
            if other.is_state
            and other.sentence.turn == place.sentence.turn
            and near[0] <= other.sentence.start <= near[1]
        ]

    def state_of(self, place: Place) -> str | None:
        """The state a place lies in, or None where that can't be told."""
        if place.is_state:
            return place.states[0]
        for other in self._states_near(place):
            if other in place.states:
                return other
        candidates = [state for state in place.states if self.named[state] >= 1] or [
            state for state in place.states if state in self.named
        ]
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


def _asked_where(talk: Talk, sentence: Sentence, at_home: bool = False) -> bool:
    """Whether a client's sentence answers a question after a place; ``at_home``: after the one where they live."""
    if sentence.side == "advisor" or sentence.start > 60:
        return False
    earlier = talk.before(sentence.turn)
    asked = [one.folded for one in earlier.sentences[-2:] if _WHERE.search(one.folded)] if earlier else []
    if at_home:
        return any(_HOME.search(one) and not _ELSEWHERE.search(one) for one in asked)
    return bool(asked)


def find_client_state(talk: Talk, places: Map) -> Finding | None:
    """The state where the client lives, by what either side says of living there and of the law that holds."""
    votes: dict[str, float] = defaultdict(float)
    law: dict[str, float] = defaultdict(float)
    against: dict[str, float] = defaultdict(float)
    mentions: dict[str, float] = defaultdict(float)
    proof: dict[str, list[tuple[float, Sentence, int, int]]] = defaultdict(list)
    for place in places.places:
        state = places.state_of(place)
        if state is None:
            continue
        strength, by_law = _residence(talk, place)
        votes[state] += max(0.0, strength)
        against[state] = min(against[state], strength)
        mentions[state] = min(MOST_MENTIONS, mentions[state] + MENTION * (2 if place.is_state else 1))
        law[state] = min(MOST_LAW, law[state] + by_law)
        proof[state].append((strength + by_law, place.sentence, place.start, place.end))
    for state in list(votes):
        votes[state] += law[state] + against[state] + mentions[state]
    for state in _by_area_code(talk):
        if state in votes:
            votes[state] += AREA_CODE
    ranked = sorted(votes, key=lambda state: -votes[state])
    if not ranked or votes[ranked[0]] < ENOUGH:
        return None
    if len(ranked) > 1 and votes[ranked[0]] - votes[ranked[1]] < CLEAR:
        return None
    chosen = sorted(proof[ranked[0]], key=lambda one: -one[0])
    quotes = [talk.quote(s.turn, s.start + start, s.start + end) for _, s, start, end in chosen]
    return Finding(ranked[0], quotes)


def _by_area_code(talk: Talk) -> set[str]:
    """The states of the telephone numbers that are said, and of those that stand for a speaker's name."""
    codes: dict[str, str] = {
        code: state for state, known in data("places")["area_codes"].items() for code in known.split()
    }
    said = [number for turn in talk.turns for number, _, _ in phone_numbers(turn)]
    said += [re.sub(r"\D", "", turn.speaker or "")[-10:] for turn in talk.of_side("client")]
    return {codes[number[:3]] for number in said if len(number) == 10 and number[:3] in codes}


def _residence(talk: Talk, place: Place) -> tuple[float, float]:
    """How strongly a mention says that the client lives there (below zero: that it does not), and by its law."""
    sentence = place.sentence
    found = hits("places", sentence)
    gaps = [(hit.weight, place.start - hit.end) for hit in found if hit.key == "lives"]
    lives = max((w if gap <= 14 else 0.6 * w for w, gap in gaps if -3 <= gap <= 45), default=0.0)
    if _THIRD.search(sentence.folded[: place.start]) and lives < 4:
        lives = 0.0
    left = max((hit.weight for hit in found if hit.key == "left" and -3 <= place.start - hit.end <= 30), default=0.0)
    away = max((hit.weight for hit in found if hit.key == "away"), default=0.0)
    strength = 0.6 if place.is_state else 0.3 if place.sure else 0.15
    if sentence.side == "advisor":
        return _residence_by_adviser(talk, place, strength, lives, away)
    if sentence.story:
        return (strength + lives if lives >= 3 and not left else 0.0), 0.0
    if left and left >= lives:
        return -left, 0.0
    law = _law(sentence) * 0.7
    answers = place.start <= 45 and _asked_where(talk, sentence, at_home=True)
    if answers and lives < 2.5:
        lives = 2.5 if place.start <= 12 or _HERE.search(sentence.folded[: place.start]) else 1.5
    if lives >= 3:
        return strength + lives, 0.0
    return max(-1.0, strength + lives - away), law


def _residence_by_adviser(talk: Talk, place: Place, strength: float, lives: float, away: float) -> tuple[float, float]:
    sentence = place.sentence
    if sentence.story or _ours(talk, sentence):
        return 0.0, 0.0
    asks = sentence.asks or (lives >= 2 and sentence is talk.turns[sentence.turn].sentences[-1])
    if asks:
        stands = _confirmed(talk, sentence)
        return strength * max(0.0, stands) + (lives or 0.5) * stands, 0.0
    law = _law(sentence)
    if law:
        return 0.0, strength + law
    return strength + lives - 0.5 * away, 0.0


def _ours(talk: Talk, sentence: Sentence) -> bool:
    """Whether the adviser speaks of the firm's own place."""
    early = sentence.turn <= 0.2 * len(talk.turns) + 2
    return early and not sentence.asks and bool(_FIRM.search(sentence.folded)) and not _YOU.search(sentence.folded)


def _law(sentence: Sentence) -> float:
    """How strongly a sentence speaks of the law that holds for the client, and not of a second court elsewhere."""
    found = hits("places", sentence)
    law = max((hit.weight for hit in found if hit.key == "law"), default=0.0)
    elsewhere = max((hit.weight for hit in found if hit.key == "elsewhere"), default=0.0)
    return max(0.0, law - elsewhere)


def _confirmed(talk: Talk, question: Sentence) -> float:
    """How much of a guess stands after the answer: all of it after a yes, nothing after a no."""
    answer = talk.turns[question.turn + 1] if question.turn + 1 < len(talk.turns) else None
    if answer is None or answer.side == question.side:
        return 0.4
    if _YES.match(answer.folded) and not _BUT.match(answer.folded):
        return 1.0
    return -0.5 if _NO.match(answer.folded) else 0.3
