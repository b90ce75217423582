"""The places of a whole call, and the states in which they lie."""

import re
from collections import defaultdict

from services.analyst.contact import phone_numbers
from services.analyst.dialogue import Sentence, Talk
from services.analyst.places import Place, letters, places_in
from services.analyst.realty import named_in
from services.analyst.wordings import Wording
from services.analyst.words import data
from services.playbooks.cues import fold

_WHERE = Wording(
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
_NEARBY = re.compile(
    r"\W*(?:(?:well|yeah|yes|oh|no|close|not quite|almost|actually|right|just|near enough|thereabouts)\W+)*"
    r"(?:(?:just|right|a little|a bit|a ways|up|down|over|out) )*"
    r"(?:outside|near|nearby|close|next (?:door|to|town)|thereabouts|north|south|east|west|by there|around there)\b"
)
_TELLS_STATE = re.compile(r",? (?:in )?$|\W+(?:(?:that's|it's|in|up|down|over|on|the|old|out)\W+)*$")
FEW = 3  # words
DOUBTFUL, BY_TELEPHONE, LEAST_SUPPORT = 0.1, 0.6, 0.35


class Map:
    """Every place of a call, with the towns of doubtful state settled by the other places that are named."""

    def __init__(self, talk: Talk) -> None:
        names = _peoples_names(talk)
        asked = [asked_where(talk, one) or _after_a_house(talk, one) for one in talk.sentences]
        told = list(zip(talk.sentences, asked, strict=True))
        once = [place for sentence, where in told for place in places_in(sentence, names, where)]
        towns = frozenset(fold(place.name) for place in once if not place.is_state)
        self.places = _with_known(told, names, towns, once)
        self._in_turn: dict[int, list[Place]] = defaultdict(list)
        for place in self.places:
            if place.is_state:
                self._in_turn[place.sentence.turn].append(place)
        self._support = self._supported(talk)
        self._near = {place.name: near for place in self.places if (near := self._state_near(place))}
        self._told: dict[str, str] = {}
        for place in self.places:
            if state := self._state_told(place):
                self._told.setdefault(place.name, state)
        self._told |= self._beside_a_guess(talk)
        self._sure_in_turn = {
            place.sentence.turn: self._told.get(place.name, place.states[0])
            for place in self.places
            if not place.is_state and (place.sure or len(place.states) == 1)
        }
        for place in self.places:
            if not place.sure and (state := self._sure_in_turn.get(place.sentence.turn)) in place.states:
                self._near.setdefault(place.name, str(state))
        self._counties = {
            letters(place.name).removesuffix("parish").removesuffix("county"): place.states[0]
            for place in self.places
            if place.name.endswith((" parish", " county")) and place.sure
        }
        self._states = {id(place): self._settled(place) for place in self.places}

    def _supported(self, talk: Talk) -> dict[str, float]:
        """How much speaks for each state: its name, towns that are surely its own, and a little for doubtful ones."""
        support: dict[str, float] = defaultdict(float)
        for place in self.places:
            if place.is_state or place.sure:
                support[place.states[0]] += 1.0 if place.is_state else 0.4
        for states in {place.name: place.states for place in self.places if not place.sure}.values():
            for state in states:
                support[state] += DOUBTFUL
        for state in area_codes_said(talk):
            support[state] += BY_TELEPHONE
        return support

    def _state_near(self, place: Place) -> str | None:
        """A state that is named in a town's sentence or in the next one of its turn ("In Portland. Maine.")."""
        low, high = place.sentence.start, place.sentence.end + 30
        near = [one.states[0] for one in self._in_turn[place.sentence.turn] if low <= one.sentence.start <= high]
        return None if place.is_state else next((state for state in near if state in place.states), None)

    def _state_told(self, place: Place) -> str | None:
        """The state that is named right after a town: "Norwich, Vermont", "in Norwich. On the Vermont side." """
        if place.is_state or place.sentence.folded.endswith(" not ", 0, place.start):
            return None
        end = place.sentence.start + place.end
        after = [one for one in self._in_turn[place.sentence.turn] if 0 <= one.sentence.start + one.start - end <= 14]
        for one in after:
            if one.sentence is place.sentence:
                between = one.sentence.folded[place.end : one.start]
            else:
                between = place.sentence.folded[place.end :] + " " + one.sentence.folded[: one.start]
            own = one.states[0] in place.states or one.sentence.folded.startswith(" side", one.end)
            if own and _TELLS_STATE.fullmatch(between):
                return one.states[0]
        return None

    def _beside_a_guess(self, talk: Talk) -> dict[str, str]:
        """Towns that are told as near the one that was asked after, in its state: "In Keene?" "Just outside. Troy." """
        asked = {
            place.sentence.turn: place.states[0]
            for place in self.places
            if place.sentence.asks and not place.is_state and (place.sure or len(place.states) == 1)
        }
        return {
            place.name: asked[place.sentence.turn - 1]
            for place in self.places
            if not place.is_state
            and place.sentence.turn - 1 in asked
            and place.name not in self._told
            and says_near(talk.turns[place.sentence.turn].folded)
        }

    def state_of(self, place: Place) -> str | None:
        """The state a place lies in, or None where that can't be told."""
        return self._states[id(place)]

    def _settled(self, place: Place) -> str | None:
        if place.is_state:
            return place.states[0]
        near = self._told.get(place.name) or self._state_near(place) or self._counties.get(letters(place.name))
        near = near or (None if place.sure else self._near.get(place.name))
        if near is not None or len(place.states) == 1:
            return near or place.states[0]
        ranked = sorted(place.states, key=lambda state: -self._support[state])
        if place.sure:
            other = self._support[ranked[0]] >= 1 and self._support[place.states[0]] < 0.5
            return ranked[0] if other else place.states[0]
        first, second = self._support[ranked[0]], self._support[ranked[1]]
        return ranked[0] if first >= LEAST_SUPPORT and first > second + 0.05 else None


def says_near(folded: str) -> bool:
    """Whether an answer says that it is near the place that was asked after."""
    return bool(_NEARBY.match(folded))


def _with_known(
    told: list[tuple[Sentence, bool]], names: frozenset[str], towns: frozenset[str], once: list[Place]
) -> list[Place]:
    """The places again, now that the towns of the call are known, where a sentence has a word of theirs."""
    words = {re.split(r"\W", town, maxsplit=1)[0] for town in towns}
    found: dict[int, list[Place]] = defaultdict(list)
    for place in once:
        found[id(place.sentence)].append(place)
    for sentence, where in told:
        if words & sentence.words:
            found[id(sentence)] = list(places_in(sentence, names, where, towns))
    return [place for sentence, _ in told for place in found[id(sentence)]]


def _peoples_names(talk: Talk) -> frozenset[str]:
    """The names of the speakers, and names that somebody is called by ("Thanks, Jamie."), folded."""
    names = {fold(word) for turn in talk.turns for word in (turn.speaker or "").split()}
    return frozenset(names | {word.strip("()") for word in names})


def asked_where(talk: Talk, sentence: Sentence, at_home: bool = False) -> bool:
    """Whether a client's sentence answers a question after a place; ``at_home``: after the one where they live."""
    if sentence.side == "advisor" or sentence.start > 60:
        return False
    earlier = talk.before(sentence.turn)
    asked = [one.folded for one in earlier.sentences[-2:] if _WHERE.search(one)] if earlier else []
    if at_home:
        return any(_HOME.search(one) and not _ELSEWHERE.search(one) for one in asked)
    return bool(asked)


def _after_a_house(talk: Talk, sentence: Sentence) -> bool:
    """Whether a few words follow a client's sentence on a house, as its town may: "It's off Elm Street. Boise." """
    if sentence.side != "client" or sentence.length > FEW:
        return False
    own = talk.turns[sentence.turn].sentences
    place = own.index(sentence)
    return place > 0 and bool(named_in(own[place - 1]))


def area_codes_said(talk: Talk) -> set[str]:
    """The states of the telephone numbers that are said, and of those that stand for a speaker's name."""
    codes: dict[str, str] = {
        code: state for state, known in data("places")["area_codes"].items() for code in known.split()
    }
    said = [number for turn in talk.turns for number, _, _ in phone_numbers(turn)]
    said += [re.sub(r"\D", "", name)[-10:] for name in {turn.speaker or "" for turn in talk.of_side("client")}]
    return {codes[number[:3]] for number in said if len(number) == 10 and number[:3] in codes}
