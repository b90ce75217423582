"""Houses and land that are spoken of as the client's: what they are, where they stand, how surely they are owned."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from services.analyst.dialogue import Sentence, Talk
from services.analyst.numbers import numbers_in
from services.analyst.places import Map
from services.analyst.words import data, hits, weight

NO = re.compile(r"\W*(?:no|nope|naw|nah|not|nothing|none|just|that's it|that's all)\b")
_YES = re.compile(r"\W*(?:yes|yeah|yep|right|correct|both|that's right|two|three|just)\b")
OTHERS = re.compile(
    r"\b(?:his|her|their|she's|he's|they've|sister|brother|mother|mom|mama|dad|father|parents|folks"
    r"|cousin|uncle|aunt|friend|neighbor|neighbors|son|daughter|ex|client|family|lady|couple)(?:'s"
    r"|')? (?:\w+ ){0,3}$"
)
_ADJECTIVES = re.compile(
    r"(?: (?:other|more|rental|little|small|paid-off|nice|old|single-family|vacation|rent|separate"
    r"|different|of|the|those|our|my))* "
)
_PLURAL = re.compile(
    r"(?:rentals|duplexes|triplexes|fourplexes|condos|cabins|rental (?:houses|homes|properties)"
    r"|rent houses|apartments|buildings|farms|townhouses|cottages|investment properties)\b"
)
_OWN_ASKED = re.compile(
    r"\b(?:own or rent|rent or own|renting or|own (?:your|the|that|a) (?:own )?(?:home|house|place)"
    r"|own it|you a homeowner|or are you renting|or renting|or do you rent)\b"
)
_OWN_SAID = re.compile(
    r"\W*(?:(?:oh|yeah|yes|yep|well|um|uh),? )*(?:(?:i|we) (?:own|bought|do)|own(?:ed)?\b|it's (?:ours"
    r"|mine|paid)|ours\b|mine\b|yes\b(?! and no)|yeah\b|homeowners?)"
)
_IMAGINED = re.compile(
    r"\b(?:if (?:i|we|you)(?:'d)?(?: ever| were to| could)? (?:buy|bought|get|got|find|found|move|had)"
    r"|when (?:i|we) (?:buy|get|retire)|someday|one day|want to buy|hope to buy|looking to buy"
    r"|saving (?:up )?for)\b"
)
_GROUNDS = re.compile(
    r"\b(?:house|home|place|it|cabin|farmhouse|that|which|sits|adobe|ranch house)(?:'s| is"
    r"| are)?(?:,? \w+){0,3} on (?:about |like |almost |nearly |our |some )?(?:\w+[ -]){1,3}$"
)
_PLACE_ASKED = re.compile(r"\b(?:where|whereabouts|what (?:state|town|county|city|part)|which (?:state|county))\b")
MOST = 30


@dataclass
class Holding:
    kind: str
    place: str | None
    state: str | None
    strength: float = 0.0
    pieces: int = 1
    proof: list[tuple[float, Sentence]] = field(default_factory=list)


@lru_cache(maxsize=1)
def _kinds() -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of every word for real estate, longest first, and the kind of each."""
    kinds = {word: kind for kind, words in data("property")["kinds"].items() for word in words}
    words = "|".join(re.escape(word) for word in sorted(kinds, key=len, reverse=True))
    return re.compile(
        rf"(?<![\w-])(?<!parking )(?<!whole )(?<!open )({words})(?:'s|s)?\b(?!-)(?! (?:of (?:brands"
        rf"|representatives)|equity|notes?|payment|insurance|church|care|party|rules?"
        rf"|office\b(?! building)))"
    ), kinds


def holdings_of(talk: Talk, places: Map) -> list[Holding]:
    """Everything that is spoken of as the client's, joined where it is the same thing in the same place."""
    near: _Near = defaultdict(list)
    for place in places.places:
        near[place.sentence].append((place.start, place.name, places.state_of(place)))
    found: list[Holding] = []
    for sentence in talk.sentences:
        if sentence.side is None or sentence.story:
            continue
        if _says_own(talk, sentence) and not any(kind == "home" for kind, _ in named_in(sentence)):
            home = _same(found, "home", None)
            if home is None:
                found.append(home := Holding("home", None, None))
            home.strength += 2.0
            home.proof.append((2.0, sentence))
        for kind, start in named_in(sentence):
            strength = _ownership(talk, sentence, start)
            if strength <= 0:
                continue
            where = _where(talk, sentence, start, near)
            one = _same(found, kind, where)
            if one is None:
                found.append(one := Holding(kind, where[0] if where else None, where[1] if where else None))
            elif where and one.place is None:
                one.place, one.state = where
            one.strength += strength
            one.pieces = max(one.pieces, _pieces(sentence, start))
            one.proof.append((strength, sentence))
    for one in found:
        one.proof.sort(key=lambda pair: -pair[0])
    return found


def _pieces(sentence: Sentence, start: int) -> int:
    """How many of a thing are named: two in "two rentals", 1 where no number stands before it."""
    for number in numbers_in(sentence.folded[:start]):
        between = sentence.folded[number.end : start]
        if (
            number.shape == "plain"
            and not number.scaled
            and 2 <= number.value <= MOST
            and _ADJECTIVES.fullmatch(between)
        ):
            after = sentence.folded[start:]
            return int(number.value) if _PLURAL.match(after) else 1
    return 1


def _says_own(talk: Talk, sentence: Sentence) -> bool:
    """Whether the client answers that the home is theirs, as in "We own" after "own or rent?"."""
    question = talk.question_before(sentence) if sentence.side == "client" else None
    return bool(question and _OWN_ASKED.search(question.folded) and _OWN_SAID.match(sentence.folded))


def named_in(sentence: Sentence) -> Iterator[tuple[str, int]]:
    pattern, kinds = _kinds()
    for match in pattern.finditer(sentence.folded):
        if (
            match.group(1) == "lot"
            and not re.match(r"s? (?:on|in|at|over|up|down|out|next|by)\b", sentence.folded[match.end(1) :])
            and re.search(r"\ba (?:whole )?$", sentence.folded[: match.start()])
        ):
            continue
        if kinds[match.group(1)] == "land" and _GROUNDS.search(sentence.folded[: match.start()]):
            continue
        yield kinds[match.group(1)], match.start()


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


_Near = dict[Sentence, list[tuple[int, str, str | None]]]


def _where(talk: Talk, sentence: Sentence, start: int, near: _Near) -> tuple[str, str | None] | None:
    """The place that goes with a thing: named in its sentence, in the next ones, or in answer to "where is that?"."""
    here = [place for place in near.get(sentence, ()) if place[2]]
    if here:
        place = next((one for one in here if one[0] >= start), here[-1])
        return place[1], place[2]
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    following = list(turn.sentences[at + 1 : at + 3])
    if sentence.asks or at + 2 >= len(turn.sentences):
        following += _reply(talk, sentence, near)
    for other in following:
        if other.story or any(True for _ in named_in(other)):
            break
        if places := [place for place in near.get(other, ()) if place[2] and (other.length <= 12 or place[0] < 40)]:
            return places[0][1], places[0][2]
    return None


def _reply(talk: Talk, sentence: Sentence, near: _Near) -> list[Sentence]:
    """The sentences that tell where a thing is, when the other side asks or is asked."""
    after = talk.turns[sentence.turn + 1 : sentence.turn + 3]
    if not after:
        return []
    if sentence.side == "advisor":
        return list(after[0].sentences[:2]) if _PLACE_ASKED.search(sentence.folded) else []
    asked = [one for one in after[0].sentences if one.asks and after[0].side == "advisor"]
    if any(_PLACE_ASKED.search(one.folded) for one in asked) and len(after) > 1:
        return [*asked, *after[1].sentences[:2]]
    return [one for one in asked if one.length <= 6]


def _ownership(talk: Talk, sentence: Sentence, start: int) -> float:
    """How strongly a sentence says that the thing named in it is the client's today; 0 where it is not."""
    found = hits("property", sentence)
    gone = weight(found, "not_theirs")
    before = sentence.folded[:start]
    if _IMAGINED.search(before):
        return 0.0
    if gone >= 2 or OTHERS.search(before) or weight(found, "other") >= 3:
        return 0.0
    owns = weight(found, "owns")
    worth = any(number.worths() and number.worths()[0] >= 20_000 for number in numbers_in(sentence.folded))
    if sentence.side == "advisor":
        if sentence.asks:
            answer = talk.turns[sentence.turn + 1] if sentence.turn + 1 < len(talk.turns) else None
            said = answer is not None and answer.side == "client"
            if not said or answer is None or NO.match(answer.folded):
                return 0.0
            later = any(n.worths() and n.worths()[0] >= 20_000 for n in numbers_in(answer.folded[:120]))
            return 2.0 if later or _YES.match(answer.folded) else 0.6
        return 0.7 + (0.6 if worth else 0.0) + (0.7 if "your" in sentence.words else 0.0)
    return max(0.0, 0.4 + owns + (1.0 if worth else 0.0) - gone)
