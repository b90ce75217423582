"""How many living children the client has: stated, answered, summed up by the adviser, or told off one by one."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from services.analyst.brood import MOST, Passage, passages, skipped
from services.analyst.cast import Cast, cast_of
from services.analyst.children_said import Count, inside, stated, trust
from services.analyst.dialogue import Talk
from services.analyst.findings import Finding
from services.analyst.siblings import names_only, told_off
from services.calls.model import Call
from services.playbooks.cues import fold

ENOUGH = 1.0
SURE = 2.5
_HAS = re.compile(
    r"\b(?:my|our) (?:\w+ )?(kids|children|boys|girls|sons|daughters|twins|son|daughter|boy|girl|oldest"
    r"|youngest|eldest)\b(?!friend)"
)
_MANY = frozenset(("kids", "children", "boys", "girls", "sons", "daughters", "twins", "oldest", "youngest", "eldest"))


def find_children(talk: Talk, call: Call, partner: str | None = None) -> Finding | None:
    """The number that is best supported, later words before earlier ones. 0 only where somebody says so."""
    cast = cast_of(talk, call)
    never = frozenset(
        cast.own | cast.advisers | {fold(name) for name in cast.voices} | ({fold(partner)} if partner else set())
    )
    there = passages(talk, cast)
    counts = [count for sentence in talk.sentences for count in stated(talk, sentence, there)]
    for passage in there:
        counts += _listed(talk, cast, passage, never)
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
            if not any(one.value != count.value and one.strength >= SURE for one in after):
                count = replace(count, strength=1.6 * count.strength)
        kept.append(count)
    return kept


def _at_least(talk: Talk) -> int:
    """How many children the client must have, by the way they are spoken of: "our kids", "my son"."""
    said = [m.group(1) for s in talk.sentences if s.side == "client" and not s.story for m in _HAS.finditer(s.folded)]
    if sum(word in _MANY for word in said) >= 2:
        return 2
    return 1 if said else 0


def _listed(talk: Talk, cast: Cast, passage: Passage, never: frozenset[str]) -> Iterator[Count]:
    """Children that a passage tells off one by one, and lists of their names by which somebody sums up."""
    total, sentences = told_off(talk, cast, passage, never)
    if 0 < total <= MOST:
        yield Count(total, 1.7, sentences[-1])
        for sentence in sentences[:3]:
            yield Count(total, 0.1, sentence)
    for turn in talk.turns[passage.first + 1 : passage.last + 1]:
        for sentence in turn.sentences:
            if not skipped(sentence) and (number := names_only(sentence.text, cast, sentence, never)):
                enough = number > 1 or "just" in sentence.words
                if enough:
                    yield Count(
                        number, (3.0 if turn.side == "advisor" else 2.0) * trust(talk, sentence, number), sentence
                    )
