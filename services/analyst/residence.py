"""The state in which the client lives, by what either side says of living there and of the law that holds."""

import re
from collections import defaultdict

from services.agents.contract import Quote
from services.analyst.call_map import Map, area_codes_said, asked_where, says_near
from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.places import Place
from services.analyst.wordings import Wording
from services.analyst.words import hits
from services.playbooks.cues import fold

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
_I = re.compile(r"\b(?:i'm|i am|i live|i've|i work|me)\b")
_GROUND = Wording(
    r"\b(?:my|our|i own|we own|i've got|i got|we've got|we have|i have|it's a)\b.*"
    r"\b(?:house|home|place|acres|land|duplex|condo|townhouse)\b"
)
_WITH_KIN = re.compile(r"\b(?:i|we) (?:live|moved in|stay|am staying) (?:in|with|at) (?:my|our) ")
_HERE_AFTER = re.compile(r",? (?:right |over |up |down |out )?here\b(?! in\b)|,? now\b")
_HOME_AFTER = re.compile(
    r"(?:(?<='s)| is) (?:your |my |our |the )?(?:home base|(?:legal |primary )?residence|legal home|domicile)\b"
)
_WAS_HOME = re.compile(r"\bit (?:was|used to be) (?:always )?$")
_HERE = re.compile(
    r"\b(?:i'm|we're|i am|we are|i've been|we've been|been|home's|home is|out of|over|here|up|down|still|back)\b"
)
_FIRM = Wording(r"\b(?:i'm|we're|we are|i am|our|office|offices|based|i work|we cover|licensed)\b")
_SEAT = Wording(
    r"\b(?:we're|we are|i'm|our|us|the firm|company)\b.*\b(?:headquartered|based|offices?|located|out of)\b"
)
_WITH_US = re.compile(r",? (?:right |over |up |down |out |back )?(?:here )?(?:with|by|near|close to|around) us\b")
_NOT_HOME = re.compile(r"\b(?:you|we|i) (?:don't|do not|ain't|aren't|no longer|didn't ever) (?:even )?live\b")
_YOU = Wording(r"\b(?:you|you're|your|y'all)\b")
_BUT = re.compile(r"[^.?!]{0,12}(?:\bwell\b|,? but\b|\bsort of\b|\bnot\b)")
ENOUGH = 0.5
CLEAR = 0.05
SIDE_BY_SIDE = 0.5  # of the law of several states that one sentence names: it is that of what stands there
ALL_AROUND = 2  # places
BARE_STATE = 0.4
AGAINST_A_TOWN = -1.0
MOST_LAW = 4.0
AREA_CODE = 0.7
MENTION, MOST_MENTIONS = 0.1, 0.8


def find_client_state(talk: Talk, places: Map, client: str | None = None) -> Finding | None:
    """The state where the client lives, by what either side says of living there and of the law that holds.

    ``client``: the client's name, if known. Who else speaks on the client's side may live elsewhere.
    """
    guests = _guests(talk, client)
    beside, firms = (
        _states_by_sentence(places),
        {place.sentence.turn for place in places.places if _ours(talk, place.sentence)},
    )
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
        if place.sentence.turn in guests and _I.search(place.sentence.folded[: place.start]):
            strength = min(0.0, strength)
        by_law *= SIDE_BY_SIDE if len(beside[place.sentence]) > 1 else 1.0
        if place.sentence.turn - 1 in firms and place.sentence.side == "client" and strength < 2:
            strength, by_law = 0.0, 0.0
        votes[state] += max(0.0, strength)
        against[state] = min(against[state], strength if place.is_state else max(AGAINST_A_TOWN, strength))
        mentions[state] = min(MOST_MENTIONS, mentions[state] + MENTION * (2 if place.is_state else 1))
        law[state] = min(MOST_LAW, law[state] + by_law)
        proof[state].append((strength + by_law, place.sentence, place.start, place.end))
    for state in list(votes):
        votes[state] += law[state] + against[state] + mentions[state]
    for state in area_codes_said(talk):
        if state in votes:
            votes[state] += AREA_CODE
    ranked = sorted(votes, key=lambda state: -votes[state])
    if not ranked or votes[ranked[0]] < ENOUGH:
        return _all_around(talk, places)
    if len(ranked) > 1 and votes[ranked[0]] - votes[ranked[1]] < CLEAR:
        return None
    return Finding(ranked[0], _quotes(talk, proof[ranked[0]]))


def _quotes(talk: Talk, proof: list[tuple[float, Sentence, int, int]]) -> list[Quote]:
    """Where a state is named, the surest words first."""
    ordered = sorted(proof, key=lambda one: -one[0])
    return [talk.quote(s.turn, s.start + start, s.start + end) for _, s, start, end in ordered]


def _states_by_sentence(places: Map) -> dict[Sentence, set[str | None]]:
    named: dict[Sentence, set[str | None]] = defaultdict(set)
    for place in places.places:
        named[place.sentence].add(places.state_of(place))
    return named


def _guests(talk: Talk, client: str | None) -> set[int]:
    """The turns of people on the client's side who are not the client by name: a daughter who listens in."""
    own = set(re.findall(r"[a-z]{2,}", fold(client or "")))
    turns = list(talk.of_side("client"))
    theirs = {turn.index for turn in turns if not own & set(re.findall(r"[a-z]{2,}", fold(turn.speaker or "")))}
    return theirs if own and len(theirs) < len(turns) else set()


def _own_ground(place: Place) -> bool:
    """Whether a client names a place as that of a house or land of theirs."""
    sentence = place.sentence
    theirs = sentence.side == "client" and not sentence.story and not _THIRD.search(sentence.folded[: place.start])
    return theirs and bool(_GROUND.search(sentence))


def _all_around(talk: Talk, places: Map) -> Finding | None:
    """The one state in which everything lies that is named, where nobody says outright where the client lives."""
    named: dict[str, dict[str, Place]] = defaultdict(dict)
    for place in places.places:
        if (state := places.state_of(place)) is not None:
            named[state].setdefault(place.name, place)
    if len(named) != 1:
        return None
    state, found = next(iter(named.items()))
    own = any(_own_ground(place) for place in found.values())
    if not own and len({place.sentence for place in found.values()}) < ALL_AROUND:
        return None
    return Finding(state, [talk.quote_of(place.sentence) for place in found.values()])


def _residence(talk: Talk, place: Place) -> tuple[float, float]:
    """How strongly a mention says that the client lives there (below zero: that it does not), and by its law."""
    sentence = place.sentence
    found = hits("places", sentence)
    gaps = [(hit.weight, place.start - hit.end) for hit in found if hit.key == "lives"]
    lives = max((w if gap <= 14 else 0.6 * w for w, gap in gaps if -3 <= gap <= 45), default=0.0)
    before = sentence.folded[: place.start]
    if sentence.side == "client" and _WITH_KIN.search(before):
        lives = max(lives, 4.0)
    elif _THIRD.search(before) and lives < 4:
        lives = 0.0
    elif _HOME_AFTER.match(sentence.folded, place.end):
        lives = max(lives, 4.0)
    elif _here(sentence, place.end):
        lives = max(lives, 3.0)
    left = max((hit.weight for hit in found if hit.key == "left" and -3 <= place.start - hit.end <= 30), default=0.0)
    if _WAS_HOME.search(before):
        left = max(left, 2.0)
    away = max((hit.weight for hit in found if hit.key == "away"), default=0.0)
    strength = BARE_STATE if place.is_state else 0.3 if place.sure else 0.15
    if _NOT_HOME.search(before):
        return -3.0, 0.0
    if sentence.side == "advisor":
        return _residence_by_adviser(talk, place, strength, lives, away)
    if sentence.story:
        return (strength + lives if lives >= 3 and not left else 0.0), 0.0
    if left and left >= lives:
        return -left, 0.0
    law = _law(sentence) * 0.7
    answers = place.start <= 45 and asked_where(talk, sentence, at_home=True)
    if answers and lives < 2.5:
        lives = 2.5 if place.start <= 12 or _HERE.search(sentence.folded[: place.start]) else 1.5
    if lives >= 3:
        return strength + lives, 0.0
    return max(-1.0, strength + lives - away), law


def _here(sentence: Sentence, end: int) -> bool:
    """Whether a place is said to be where one is: "in Houma with us", "in Houma here?"."""
    ours = sentence.side == "client"
    by_us = ours and _WITH_US.match(sentence.folded, end)
    return bool(by_us or (_HERE_AFTER.match(sentence.folded, end) and (ours or sentence.asks)))


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
    if sentence.side != "advisor" or sentence.asks or _YOU.search(sentence):
        return False
    early = sentence.turn <= 0.2 * len(talk.turns) + 2
    return bool((early and _FIRM.search(sentence)) or _SEAT.search(sentence))


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
    if says_near(answer.folded):
        return 1.0
    if _YES.match(answer.folded) and not _BUT.match(answer.folded):
        return 1.0
    return -0.5 if _NO.match(answer.folded) else 0.3
