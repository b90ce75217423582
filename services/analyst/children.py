"""How many living children the client has: stated, answered, summed up by the adviser, or told off one by one."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from services.analyst.beside import relatives, voice_of
from services.analyst.brood import CHILD, MOST, Passage, of_anybody, of_children, passages, skipped
from services.analyst.cast import Cast, cast_of
from services.analyst.children_said import Count, inside, stated, trust
from services.analyst.dialogue import Talk
from services.analyst.findings import Finding
from services.analyst.siblings import names_only, told_off
from services.analyst.wordings import Wording
from services.calls.model import Call
from services.playbooks.cues import fold

ENOUGH = 1.0
SURE = 2.5
_HAS = Wording(
    r"\b(?:my|our) (?:\w+ )?(kids|children|boys|girls|sons|daughters|twins|son|daughter|boy|girl|oldest"
    r"|youngest|eldest)\b(?!friend)"
)
_OF_US = Wording(r"\b(?:there's|there are|there were|we're|it's) (?:just |only |still )?(?P<number>\w+) of us\b")
_AND_THE = Wording(
    r"\b(?:and|plus) (?:the|his|her|my|our|your) (?:other )?(?P<number>two|three|four|five|six)"
    r"(?: (?:girls|boys|sisters|brothers|others|kids|little ones))?\W*$"
)
_SUMS = frozenset("so that's it's is just and then plus there's okay yeah right well with us".split())
_MANY = frozenset(("kids", "children", "boys", "girls", "sons", "daughters", "twins", "oldest", "youngest", "eldest"))


def find_children(talk: Talk, call: Call, partner: str | None = None) -> Finding | None:
    """The number that is best supported, later words before earlier ones. 0 only where somebody says so."""
    cast = cast_of(talk, call)
    never = frozenset(
        cast.own | cast.advisers | {fold(name) for name in cast.voices} | ({fold(partner)} if partner else set())
    )
    there = passages(talk, cast)
    counts = [count for sentence in talk.sentences for count in stated(talk, sentence, there)]
    counts += _of_us(talk, cast)
    counts += (one for passage in there for one in _and_the_rest(talk, cast, passage, never))
    sure = any(count.strength >= SURE for count in counts)
    for passage in there:
        counts += (one for one in _listed(talk, cast, passage, never) if not sure or one.strength < 1)
    if not counts:
        return None
    scores = _weighed(_last_word(counts, there), _at_least(talk))
    best = max(scores, key=lambda value: scores[value])
    if scores[best] < ENOUGH:
        return None
    own = sorted((count for count in counts if count.value == best), key=lambda count: -count.strength)
    return Finding(best, [talk.quote_of(count.sentence) for count in own])


def _weighed(counts: list[Count], least: int) -> dict[int, float]:
    """Each number's support: once a turn, the later the more, less where more children are spoken of."""
    turns = [count.sentence.turn for count in counts]
    first, last = min(turns), max(turns)
    strongest: dict[tuple[int, int], float] = defaultdict(float)
    for count in counts:
        key = (count.value, count.sentence.turn)
        strongest[key] = max(strongest[key], count.strength)
    scores: dict[int, float] = defaultdict(float)
    for (value, turn), strength in strongest.items():
        later = (turn - first) / max(6, last - first)
        scores[value] += strength * (1 + 0.5 * later) * (1.0 if value >= least else 0.35 if value else 0.15)
    return scores


def _last_word(counts: list[Count], there: list[Passage]) -> list[Count]:
    """The counts, with what is said last in a passage strengthened and what the same turn takes back left out."""
    kept = []
    by_turn: dict[int, list[Count]] = defaultdict(list)
    for count in counts:
        by_turn[count.sentence.turn].append(count)
    for count in counts:
        turn, start = count.sentence.turn, count.sentence.start
        later = [one for one in by_turn[turn] if one.sentence.start > start and one.strength >= SURE]
        if count.strength >= 1 and any(one.value > count.value for one in later):
            count = replace(count, strength=0.5 * count.strength)
        passage = inside(count.sentence, there)
        if passage and count.strength >= SURE:
            after = [one for late in range(turn + 1, passage.last + 1) for one in by_turn.get(late, ())]
            corrected = any(one.value != count.value and one.strength >= SURE for one in after)
            count = replace(count, strength=(0.6 if corrected else 1.6) * count.strength)
        kept.append(count)
    return kept


def _at_least(talk: Talk) -> int:
    """How many children the client must have, by the way they are spoken of: "our kids", "my son"."""
    said = [m.group(1) for s in talk.sentences if s.side == "client" and not s.story for m in _HAS.finditer(s)]
    if sum(word in _MANY for word in said) >= 2:
        return 2
    return 1 if said else 0


def _of_us(talk: Talk, cast: Cast) -> Iterator[Count]:
    """What a son or daughter on the call says of all of them: "there's four of us"."""
    children = {name: kin for name, kin in relatives(talk, cast).items() if kin == "child"}
    for sentence in talk.sentences if children else ():
        if (match := _OF_US.search(sentence)) and voice_of(talk, sentence, children):
            number = next((one for one in sentence.numbers if one.start == match.start("number")), None)
            if number is not None and 0 < number.value <= MOST and number.value == int(number.value):
                yield Count(int(number.value), 3.0, sentence)


def _and_the_rest(talk: Talk, cast: Cast, passage: Passage, never: frozenset[str]) -> Iterator[Count]:
    """A sum of names and a number: "So that's Lon and the three." """
    for turn in talk.turns[passage.first + 1 : passage.last + 1]:
        for sentence in turn.sentences:
            match = _AND_THE.search(sentence)
            if match is None or skipped(sentence):
                continue
            names = {fold(one.name) for one in cast.named_in(sentence) if one.start < match.start()} - never
            others = set(re.findall(r"[a-z']+", sentence.folded[: match.start()])) - _SUMS
            number = next(one for one in sentence.numbers if one.start == match.start("number"))
            if names and others <= names:
                yield Count(len(names) + int(number.value), 3.5, sentence)


def _listed(talk: Talk, cast: Cast, passage: Passage, never: frozenset[str]) -> Iterator[Count]:
    """Children that a passage tells off one by one, and lists of their names by which somebody sums up."""
    total, sentences = told_off(talk, cast, passage, never)
    alone = total == 1 and not of_children(passage.asked)
    anybody = passage.asked is not None and of_anybody(passage.asked)
    if 0 < total <= MOST and not (alone and (anybody or CHILD.isdisjoint(sentences[-1].words))):
        yield Count(total, 1.7 if not alone else 1.0, sentences[-1])
        for sentence in sentences[:3]:
            yield Count(total, 0.1, sentence)
    for turn in talk.turns[passage.first + 1 : passage.last + 1]:
        for sentence in turn.sentences:
            question = talk.question_before(sentence)
            if question is not None and turn.side == "client" and of_anybody(question):
                continue
            if any(skipped(one) for one in turn.sentences if one.end <= sentence.start <= one.end + 2):
                continue
            if not skipped(sentence) and (number := names_only(sentence.text, cast, sentence, never)):
                enough = number > 1 or "just" in sentence.words
                if enough:
                    yield Count(
                        number, (3.0 if turn.side == "advisor" else 2.0) * trust(talk, sentence, number), sentence
                    )
