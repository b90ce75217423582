"""Houses and land that are spoken of as the client's: what they are, where they stand, how surely they are owned."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from services.analyst.call_map import Map
from services.analyst.dialogue import Sentence, Talk
from services.analyst.places import Place
from services.analyst.realty import MOST, about_property, comes_from_there, lives_on_the_land, named_in, pieces
from services.analyst.tenure import GIVEN_UP, given_up, gone_since, ownership, says_own, shares
from services.analyst.wordings import Wording
from services.analyst.words import data

_NUMBERED = Wording(
    r"(?:\b(?:i|we|i've|we've|you've|also|then|and)(?: also| still| just)? (?:got|have|own|bought) )"
    r"(?=[\w]+(?: more| others?)? (?:in|over|down|up|out|across)\b|\w+[,.])"
)
_ADJOINS = re.compile(r",? (?:rental )?")
_PLACE_ASKED = Wording(r"\b(?:where|whereabouts|what (?:state|town|county|city|part)|which (?:state|county))\b")


@dataclass
class Holding:
    kind: str
    place: str | None
    state: str | None
    strength: float = 0.0
    pieces: int = 1
    proof: list[tuple[float, Sentence]] = field(default_factory=list)


def holdings_of(talk: Talk, places: Map) -> list[Holding]:
    """Everything that is spoken of as the client's, joined where it is the same thing in the same place."""
    near: _Near = defaultdict(list)
    for place in places.places:
        if not comes_from_there(place.sentence, place.start):
            near[place.sentence].append((place, places.state_of(place)))
    found: list[Holding] = []
    gone: list[tuple[str, tuple[str, str | None] | None]] = []
    last: tuple[int, str, tuple[str, str | None] | None] | None = None
    on_the_land = False
    for sentence in talk.sentences:
        if sentence.side is None or (sentence.story and not shares(sentence)):
            continue
        named = named_in(sentence)
        on_the_land = on_the_land or lives_on_the_land(sentence)
        if not any(kind == "home" for kind, _ in named) and says_own(talk, sentence):
            _add(found, "home", _place_of(near, sentence) or _asked_place(talk, near, sentence), (2.0, sentence), 1)
        if named:
            last = (sentence.turn, named[-1][0], _where(talk, sentence, named[-1][1], near))
        elif last is not None and gone_since(sentence, last[0]) and not _elsewhere(near, sentence, last[2]):
            gone.append(last[1:])
        for kind, start in named:
            strength = ownership(talk, sentence, start)
            if kind not in ("home", "land") and strength == 0 and given_up(sentence):
                gone.append((kind, _where(talk, sentence, start, near)))
            if strength > 0:
                where = _where(talk, sentence, start, near)
                _add(found, kind, where, (strength, sentence), pieces(sentence, start))
        if not named and (several := _numbered(talk, sentence)) and near.get(sentence):
            _add(found, "ones", _place_of(near, sentence), (2.0, sentence), several)
    for kind, where in gone:
        if kind == "home" and where is None:
            continue
        if one := next((one for one in found if one.kind == kind and one.place == (where[0] if where else None)), None):
            one.strength -= GIVEN_UP
    for one in found:
        one.proof.sort(key=lambda pair: -pair[0])
    return _joined(found, on_the_land)


def _elsewhere(near: "_Near", sentence: Sentence, where: tuple[str, str | None] | None) -> bool:
    """Whether a sentence speaks of a thing in another place: "And my ex kept the one in Reno." """
    named = [place.name for place, _ in near.get(sentence, ())]
    return bool(named and where) and where is not None and where[0] not in named


def _add(
    found: list[Holding], kind: str, where: tuple[str, str | None] | None, said: tuple[float, Sentence], several: int
) -> None:
    one = _same(found, kind, where)
    if one is None:
        found.append(one := Holding(kind, where[0] if where else None, where[1] if where else None))
    elif where and one.place is None:
        one.place, one.state = where
    one.strength += said[0]
    one.pieces = max(one.pieces, several)
    one.proof.append(said)


def _joined(found: list[Holding], on_the_land: bool) -> list[Holding]:
    """The holdings without those that are another one under a second name: what was only numbered, the home farm."""
    kept = []
    for one in found:
        twin = next((other for other in found if other.kind not in ("ones", "home") and other.place == one.place), None)
        if one.kind == "ones" and twin is not None:
            twin.pieces = max(twin.pieces, one.pieces)
            continue
        if (
            on_the_land
            and one.kind in ("land", "building")
            and any(other.kind == "home" and (one.place is None or one.state == other.state) for other in found)
        ):
            continue
        kept.append(one)
    return kept


def _place_of(near: "_Near", sentence: Sentence) -> tuple[str, str | None] | None:
    return next(((place.name, state) for place, state in near.get(sentence, ()) if state), None)


def _asked_place(talk: Talk, near: "_Near", sentence: Sentence) -> tuple[str, str | None] | None:
    """The place in the question before: "And in Tampa you bought?" """
    question = talk.question_before(sentence)
    return _place_of(near, question) if question is not None else None


def _numbered(talk: Talk, sentence: Sentence) -> int:
    """How many are named by number alone, where houses are spoken of: "And I got two in Ohio." """
    match = _NUMBERED.search(sentence)
    if match is None or sentence.side != "client":
        return 0
    if not any(about_property(turn) for turn in talk.turns[max(0, sentence.turn - 3) : sentence.turn + 1]):
        return 0
    number = next((one for one in sentence.numbers if one.start == match.end()), None)
    plain = number is not None and number.shape == "plain" and not (number.scaled or number.money)
    return int(number.value) if number and plain and 1 <= number.value <= MOST else 0


def _same(found: list[Holding], kind: str, where: tuple[str, str | None] | None) -> Holding | None:
    alike = [one for one in found if one.kind == kind]
    if where is None:
        return alike[-1] if alike else None
    states = data("places")["states"]
    for one in alike:
        by_state = one.state == where[1] and (kind != "home" or where[0] in states or one.place in states)
        if one.place in (None, where[0]) or by_state:
            return one
    return None


_Near = dict[Sentence, list[tuple[Place, str | None]]]


def _where(talk: Talk, sentence: Sentence, start: int, near: _Near) -> tuple[str, str | None] | None:
    """The place that goes with a thing: named in its sentence, in the next ones, or in answer to "where is that?"."""
    here = [(place, state) for place, state in near.get(sentence, ()) if state]
    if here:
        before = next(
            (
                one
                for one in here
                if 0 < start - one[0].end <= 10 and _ADJOINS.fullmatch(sentence.folded[one[0].end : start])
            ),
            None,
        )
        place, state = before or next((one for one in here if one[0].start >= start), here[-1])
        return place.name, state
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    following = list(turn.sentences[at + 1 : at + 3])
    if sentence.asks or at + 2 >= len(turn.sentences):
        following += _reply(talk, sentence, near)
    for other in following:
        if other.story or any(True for _ in named_in(other)):
            break
        if places := [one for one in near.get(other, ()) if one[1] and (other.length <= 12 or one[0].start < 40)]:
            return places[0][0].name, places[0][1]
    return None


def _reply(talk: Talk, sentence: Sentence, near: _Near) -> list[Sentence]:
    """The sentences that tell where a thing is, when the other side asks or is asked."""
    after = talk.turns[sentence.turn + 1 : sentence.turn + 3]
    if not after:
        return []
    if sentence.side == "advisor":
        return list(after[0].sentences[:2]) if _PLACE_ASKED.search(sentence) else []
    asked = [one for one in after[0].sentences if one.asks and after[0].side == "advisor"]
    if any(_PLACE_ASKED.search(one) for one in asked) and len(after) > 1:
        return [*asked, *after[1].sentences[:2]]
    return [one for one in asked if one.length <= 6]
