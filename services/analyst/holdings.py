"""The houses and the land that the client owns today: how many, and in which states."""

import re
from collections import defaultdict
from collections.abc import Iterator

from services.analyst.call_map import Map
from services.analyst.counted import concludes, listed, stated_counts
from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.owned import Holding, holdings_of
from services.analyst.realty import comes_from_there, named_in
from services.analyst.tenure import KEPT, NO, OTHERS, YES, advisers_own
from services.analyst.wordings import Wording
from services.analyst.words import hits, weight

_HERE = Wording(r"\b(?:one|house|home|this) here\b")
_STANDS = Wording(
    r"\b(?:deeds?|courts?|(?:the|a|another|old|other) (?:one|place) (?:in|up|down|over|out)|property|probates?"
    r"|ancillary|out-of-state|(?:it's|that's|is|sits)(?: \w+)? on the (?:\w+ ){1,2}side)\b"
)
_ANOTHERS = re.compile(r"\W*(?:and |but |so |no,? )*(?:he|she|they)\b")
OWNED = 1.7
STANDS, STANDS_BY_TOWN = 1.0, 2.0
SUMMED_UP = 3.0
LEAST_VOTES = 0.9
MOST_STATED = 2
RENTS = 3.0
UNANSWERED = 0.5  # what an adviser's guess counts that is neither taken up nor denied


def find_real_estate(talk: Talk, places: Map, client_state: str | None) -> tuple[Finding | None, Finding | None]:
    """How many properties the client owns, and the states they are in."""
    holdings = holdings_of(talk, places)
    owned = [one for one in holdings if one.strength >= OWNED]
    votes: dict[int, float] = defaultdict(float)
    proof: dict[int, list[tuple[float, Sentence]]] = defaultdict(list)
    for count, strength, sentence in stated_counts(talk, places, sum(one.pieces for one in owned)):
        votes[count] += strength * (1 + 0.3 * sentence.turn / max(1, len(talk.turns)))
        proof[count].append((strength, sentence))
    pieces = sum(one.pieces for one in owned)
    if owned:
        votes[pieces] += 1.8
        proof[pieces] += [(0.5, one.proof[0][1]) for one in owned]
    elif not votes and (only := _only_home(holdings)):
        owned = [only]
        votes[1] += 1.8
        proof[1] += only.proof[:2]
    if not votes:
        return None, None
    best = max(votes, key=lambda count: votes[count])
    if votes[best] < LEAST_VOTES or not proof[best]:
        return None, None
    ranked = sorted(proof[best], key=lambda one: -one[0])
    stated = [sentence for _, sentence in ranked]
    told = [*stated[:MOST_STATED], *_told(owned), *stated[MOST_STATED:]]
    found = Finding(best, [talk.quote_of(sentence) for sentence in told])
    here = any(_HERE.search(sentence) for _, sentence in proof[best])
    return found, _locations(talk, places, owned, best, (client_state, here))


def _told(owned: list[Holding]) -> Iterator[Sentence]:
    """Where the properties were told of: the surest sentence of each, then the next of each."""
    for rank in range(MOST_STATED):
        yield from (one.proof[rank][1] for one in owned if rank < len(one.proof))


def _only_home(holdings: list[Holding]) -> Holding | None:
    """The home, where nothing else is spoken of as owned and it is spoken of at all."""
    homes = [one for one in holdings if one.kind in ("home", "condo") and one.strength >= 1]
    return max(homes, key=lambda one: one.strength, default=None)


def _locations(
    talk: Talk, places: Map, owned: list[Holding], count: int, home: tuple[str | None, bool]
) -> Finding | None:
    """The states of the owned properties; what is named without a place stands in the client's own state."""
    if not count:
        return None
    client_state, here = home
    scores: dict[str, float] = defaultdict(float)
    proof: dict[str, list[Sentence]] = defaultdict(list)
    items = listed(talk, places)
    for place in places.places:
        state = places.state_of(place)
        strength = _stands_there(talk, place.sentence, place.start, items) if state else 0.0
        if state and strength > 0:
            scores[state] += strength
            proof[state].append(place.sentence)
    if count > 1:
        for state, sentence in _beside_others(talk, places):
            scores[state] += 0.6
            proof[state].append(sentence)
    rents = _rents(talk)
    for one in owned:
        state = one.state or (None if rents else client_state)
        if state:
            scores[state] += 1.5 if one.state else 0.5
            proof[state] += [sentence for _, sentence in one.proof[:2]]
    homes = [one for one in owned if _at_home(one, client_state, rents)]
    if client_state and (homes or here or not scores):
        scores[client_state] += 3.0 + sum(one.strength for one in homes)
    if client_state and client_state in scores and not proof[client_state]:
        proof[client_state] += [place.sentence for place in places.places if places.state_of(place) == client_state][:2]
    sure = {client_state, *(one.state for one in owned), *(one.states[0] for one in places.places if one.is_state)}
    least = {state: STANDS if state in sure else STANDS_BY_TOWN for state in scores}
    chosen = sorted((state for state in scores if scores[state] >= least[state]), key=lambda state: -scores[state])[
        :count
    ]
    said = [s for rank in range(MOST_STATED) for state in chosen for s in proof[state][rank : rank + 1]]
    quotes = [talk.quote_of(sentence) for sentence in (*said, *_told(owned))]
    return Finding(chosen, quotes) if quotes else None


def _at_home(one: Holding, client_state: str | None, rents: bool) -> bool:
    """Whether a thing stands where the client lives, as a rule: the home, unless that is rented."""
    if rents:
        return one.state == client_state or (one.kind == "home" and one.state is None)
    return one.kind in ("home", "building") or one.state in (None, client_state)


def _rents(talk: Talk) -> bool:
    """Whether the client says that the home is rented."""
    return any(
        weight(hits("property", one), "renting") >= RENTS and not KEPT.search(one)
        for one in talk.sentences
        if one.side == "client" and not one.story and not _ANOTHERS.match(one.folded)
    )


def _beside_others(talk: Talk, places: Map) -> Iterator[tuple[str, Sentence]]:
    """States named in a turn that speaks of a second property, or in the answer to it."""
    kinds = {
        turn.index
        for turn in talk.turns
        for sentence in turn.sentences
        if not sentence.story and any(kind not in ("home", "building") for kind, _ in named_in(sentence))
    }
    for place in places.places:
        sentence, state = place.sentence, places.state_of(place)
        near = sentence.turn in kinds or (sentence.turn - 1 in kinds and sentence.start < 40)
        guessed = sentence.asks and sentence.side == "advisor"
        if (
            state
            and near
            and not guessed
            and not sentence.story
            and weight(hits("property", sentence), "not_theirs") < 2
        ):
            yield state, sentence


def _stands_there(talk: Talk, sentence: Sentence, place: int, items: dict[int, int]) -> float:
    """How strongly a mention of a place says that something of the client's stands there."""
    if sentence.side is None or sentence.story or OTHERS.search(sentence.folded[:place]):
        return 0.0
    if comes_from_there(sentence, place):
        return 0.0
    if advisers_own(sentence, sentence.folded[:place]):
        return 0.0
    if concludes(talk, sentence, items):
        return SUMMED_UP
    found = hits("property", sentence)
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    before = turn.sentences[at - 1] if at else None
    near = [sentence, *([before] if before is not None and sentence.length <= 5 else [])]
    named = any(True for one in near for _ in named_in(one)) or bool(_STANDS.search(sentence))
    if not named or any(weight(hits("property", one), "not_theirs") >= 2 for one in near):
        return 0.0
    question = talk.turns[sentence.turn + 1] if sentence.asks and sentence.turn + 1 < len(talk.turns) else None
    if sentence.side == "advisor":
        if question is not None:
            return 0.0 if NO.match(question.folded) else 1.0 if YES.match(question.folded) else UNANSWERED
        return 1.0
    return 1.2 + 0.3 * weight(found, "owns")
