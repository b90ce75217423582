"""The houses and the land that the client owns today: how many, and in which states."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.numbers import numbers_in
from services.analyst.people import _STORY
from services.analyst.places import Map
from services.analyst.words import data, hits, weight

OWNED = 2.0
MOST = 30
_OTHER = re.compile(
    r"\b(?:any|anything) (?:other|else|more)\b.*\b(?:property|properties|real estate|land|place"
    r"|houses?|homes?)\b|\bother (?:property|properties|real estate)\b|\banything (?:else"
    r"|out of state)\b|\ball (?:in|here in)\b|\bany land\b|\bjust the (?:one|house)\b"
)
_NO = re.compile(r"\W*(?:no|nope|naw|nah|not|nothing|none|just|that's it|that's all)\b")
_YES = re.compile(r"\W*(?:yes|yeah|yep|right|correct|both|that's right|two|three|just)\b")
_OTHERS = re.compile(
    r"\b(?:his|her|their|she's|he's|they've|sister|brother|mother|mom|mama|dad|father|parents|folks"
    r"|cousin|uncle|aunt|friend|neighbor|neighbors|son|daughter|ex|client|family|lady|couple)(?:'s"
    r"|')? (?:\w+ ){0,3}$"
)
_COUNT_NOUN = re.compile(
    r"\W*(?:(?:separate|different|whole|other|paid-off|rental|total|little|small|nice"
    r"|new) )*(?:houses?|homes?|propert(?:y|ies)|places|parcels|condos|pieces? of (?:property|land"
    r"|real estate)|real estate|deeds|lots|rentals)\b"
)


@dataclass
class _Holding:
    kind: str
    place: str | None
    state: str | None
    strength: float = 0.0
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


def find_real_estate(talk: Talk, places: Map, client_state: str | None) -> tuple[Finding | None, Finding | None]:
    """How many properties the client owns, and the states they are in."""
    holdings = _holdings(talk, places)
    owned = [one for one in holdings if one.strength >= OWNED]
    votes: dict[int, float] = defaultdict(float)
    proof: dict[int, list[tuple[float, Sentence]]] = defaultdict(list)
    for count, strength, sentence in _counted(talk, len(owned)):
        votes[count] += strength * (1 + 0.3 * sentence.turn / max(1, len(talk.turns)))
        proof[count].append((strength, sentence))
    if owned:
        votes[len(owned)] += 1.8
        proof[len(owned)] += [(0.5, one.proof[0][1]) for one in owned]
    if not votes:
        return None, None
    best = max(votes, key=lambda count: votes[count])
    if votes[best] < 1.8 or not proof[best]:
        return None, None
    ranked = sorted(proof[best], key=lambda one: -one[0])
    found = Finding(best, [talk.quote_of(sentence) for _, sentence in ranked])
    return found, _locations(talk, places, owned, best, client_state)


def _locations(talk: Talk, places: Map, owned: list[_Holding], count: int, client_state: str | None) -> Finding | None:
    """The states of the owned properties; a home without a place stands in the client's own state."""
    if not count:
        return None
    scores: dict[str, float] = defaultdict(float)
    proof: dict[str, list[Sentence]] = defaultdict(list)
    for place in places.places:
        state = places.state_of(place)
        strength = _stands_there(talk, place.sentence, place.start) if state else 0.0
        if state and strength > 0:
            scores[state] += strength
            proof[state].append(place.sentence)
    homes = [one for one in owned if one.kind in ("home", "building") or one.state in (None, client_state)]
    if client_state and (homes or not scores):
        scores[client_state] += 3.0 + sum(one.strength for one in homes)
        proof[client_state] += [sentence for one in homes for _, sentence in one.proof[:2]]
    chosen = sorted((state for state in scores if scores[state] >= 1.5), key=lambda state: -scores[state])[:count]
    quotes = [talk.quote_of(s) for state in chosen for s in proof[state][:2]]
    return Finding(chosen, quotes) if quotes else None


def _stands_there(talk: Talk, sentence: Sentence, place: int) -> float:
    """How strongly a mention of a place says that something of the client's stands there."""
    if sentence.side is None or _STORY.search(sentence.folded) or _OTHERS.search(sentence.folded[:place]):
        return 0.0
    found = hits("property", sentence)
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    before = turn.sentences[at - 1] if at else None
    near = [sentence, *([before] if before is not None and sentence.length <= 5 else [])]
    named = any(True for one in near for _ in _named(one)) or bool(
        re.search(r"\b(?:deeds?|court|the one in|property)\b", sentence.folded)
    )
    if not named or any(weight(hits("property", one), "not_theirs") >= 2 for one in near):
        return 0.0
    question = talk.turns[sentence.turn + 1] if sentence.asks and sentence.turn + 1 < len(talk.turns) else None
    if sentence.side == "advisor":
        return 0.0 if question is not None and _NO.match(question.folded) else 1.0
    return 1.2 + 0.3 * weight(found, "owns")


def _holdings(talk: Talk, places: Map) -> list[_Holding]:
    """Everything that is spoken of as the client's, joined where it is the same thing in the same place."""
    by_sentence: dict[Sentence, list[tuple[str, str | None]]] = defaultdict(list)
    for place in places.places:
        by_sentence[place.sentence].append((place.name, places.state_of(place)))
    found: list[_Holding] = []
    for sentence in talk.sentences:
        if sentence.side is None or _STORY.search(sentence.folded):
            continue
        for kind, start in _named(sentence):
            strength = _ownership(talk, sentence, start)
            if strength <= 0:
                continue
            where = _where(talk, sentence, by_sentence)
            one = _same(found, kind, where)
            if one is None:
                found.append(one := _Holding(kind, where[0] if where else None, where[1] if where else None))
            elif where and one.place is None:
                one.place, one.state = where
            one.strength += strength
            one.proof.append((strength, sentence))
    for one in found:
        one.proof.sort(key=lambda pair: -pair[0])
    return found


def _named(sentence: Sentence) -> Iterator[tuple[str, int]]:
    pattern, kinds = _kinds()
    for match in pattern.finditer(sentence.folded):
        if (
            match.group(1) == "lot"
            and not re.match(r"s? (?:on|in|at|over|up|down|out|next|by)\b", sentence.folded[match.end(1) :])
            and re.search(r"\ba (?:whole )?$", sentence.folded[: match.start()])
        ):
            continue
        yield kinds[match.group(1)], match.start()


def _same(found: list[_Holding], kind: str, where: tuple[str, str | None] | None) -> _Holding | None:
    alike = [one for one in found if one.kind == kind]
    if where is None:
        return alike[-1] if alike else None
    return next(
        (one for one in alike if one.place in (None, where[0]) or (one.state == where[1] and kind != "home")), None
    )


def _where(
    talk: Talk, sentence: Sentence, by_sentence: dict[Sentence, list[tuple[str, str | None]]]
) -> tuple[str, str | None] | None:
    """The place that goes with a thing: named in its sentence, else in the next one of the turn."""
    if near := by_sentence.get(sentence):
        return next((place for place in near if place[1]), None)
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    for other in turn.sentences[at + 1 : at + 2]:
        if (near := by_sentence.get(other)) and other.length <= 8:
            return next((place for place in near if place[1]), None)
    return None


def _ownership(talk: Talk, sentence: Sentence, start: int) -> float:
    """How strongly a sentence says that the thing named in it is the client's today; 0 where it is not."""
    found = hits("property", sentence)
    gone = weight(found, "not_theirs")
    before = sentence.folded[:start]
    if gone >= 2 or _OTHERS.search(before) or weight(found, "other") >= 3:
        return 0.0
    owns = weight(found, "owns")
    worth = any(number.worths() and number.worths()[0] >= 20_000 for number in numbers_in(sentence.folded))
    if sentence.side == "advisor":
        if sentence.asks:
            answer = talk.turns[sentence.turn + 1] if sentence.turn + 1 < len(talk.turns) else None
            said = answer is not None and answer.side == "client"
            if not said or answer is None or _NO.match(answer.folded):
                return 0.0
            later = any(n.worths() and n.worths()[0] >= 20_000 for n in numbers_in(answer.folded[:120]))
            return 2.0 if later or _YES.match(answer.folded) else 0.6
        return 0.7 + (0.6 if worth else 0.0) + (0.7 if "your" in sentence.words else 0.0)
    return max(0.0, 0.4 + owns + (1.0 if worth else 0.0) - gone)


def _counted(talk: Talk, owned: int) -> Iterator[tuple[int, float, Sentence]]:
    """What is said about the number itself."""
    for sentence in talk.sentences:
        if sentence.side is None or _STORY.search(sentence.folded):
            continue
        found = hits("property", sentence)
        if weight(found, "not_theirs") >= 3:
            continue
        for number in numbers_in(sentence.folded):
            if number.shape == "plain" and 1 <= number.value <= MOST and _COUNT_NOUN.match(sentence.folded, number.end):
                before = sentence.folded[: number.start]
                if not _OTHERS.search(before):
                    yield int(number.value), 3.0 if sentence.side == "advisor" else 2.5, sentence
        if re.search(r"\bboth (?:houses|homes|places|properties|deeds|of the houses)\b", sentence.folded):
            yield 2, 2.5, sentence
        if (
            re.search(r"\bjust the (?:one (?:house|home|property|place)|house)\b", sentence.folded)
            and "and" not in sentence.folded.split("just the", 1)[1][:14]
        ):
            yield 1, 2.5, sentence
        question = talk.question_before(sentence)
        if question is not None and sentence.side == "client":
            if _OTHER.search(question.folded) and _NO.match(sentence.folded) and owned <= 1:
                yield max(1, owned), 1.0, sentence
            if re.search(r"\bown\b", question.folded) and _NO.match(sentence.folded) and owned == 0:
                yield 0, 2.0, sentence
        if sentence.side == "client" and weight(found, "renting") >= 3 and owned == 0:
            yield 0, weight(found, "renting"), sentence
