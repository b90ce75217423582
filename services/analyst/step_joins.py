"""One step after the other: what only answers a step, takes it up or says it again belongs to it."""

import re
from dataclasses import replace

from services.analyst.dialogue import Talk
from services.analyst.step_claims import is_step
from services.analyst.step_meant import (
    OF_NOTHING,
    PRONOUN,
    asked_of,
    meant,
    named,
    names_a_thing,
    promised,
    said_before,
    said_of,
    with_meaning,
)
from services.analyst.step_text import Step, names, own_things, same, same_person, with_more

SHORT = 9
ENOUGH = 5.0
RECENT = 8
LONGEST = 14  # words of a promise that only points
_OF_IT = re.compile(r"\bof (?:it|that|them|those|'em)\b", re.I)
_ABOUT = re.compile(r"\b(?:him|her|them) (?:for|about|whether) (?!it|that|them|this)\w", re.I)
_BOTH = re.compile(r"\b(?:both|all (?:of )?(?:that|them|those))\b", re.I)


def add(found: list[Step], step: Step, talk: Talk) -> None:
    """Adds a step, unless it only answers or takes up one before it: then that one gets its day and its words."""
    recent = range(max(0, len(found) - RECENT), len(found))
    if any(quote in found[n].quotes for n in recent for quote in step.quotes if step.turn > found[n].turn):
        return
    points = _only_points(step)
    for number in reversed([n for n in recent if 0 <= step.turn - found[n].turn <= 4]):
        if _takes_up(found[number], step):
            found[number] = _united(found[number], said_before(talk, step) if points else step)
            return
    if not (points or (found and _answers(found[-1], step))):
        found.append(said_of(talk, step))
        return
    partner = _partner(found, step)
    if partner is None:
        _add_by_meaning(found, step, talk)
        return
    asked = asked_of(talk, step)
    if asked is not None and not own_things(asked.text) & own_things(found[partner].action):
        found.append(with_meaning(talk, step, asked))
        return
    step = said_before(talk, step)
    for number in range(partner, -1, -1) if _BOTH.search(step.action) else [partner]:
        if number >= partner - 1 and found[number].owner == step.owner:
            found[number] = _united(found[number], step)


def _add_by_meaning(found: list[Step], step: Step, talk: Talk) -> None:
    """Adds a step that points at something no step was made of, with the sentence that says what it is."""
    known = meant(talk, step) or (None if step.asked else named(talk, step, 1))
    answers = known is not None and known.side != talk.turns[step.turn].side and is_step(known)
    told = step.due or step.asked or answers or len(step.action.split()) > SHORT
    if not told and found and step.turn - found[-1].turn <= (2 if found[-1].asked else 1):
        return
    if known is None:
        if step.strength + 0.5 * bool(step.due) > ENOUGH and not step.asked:
            found.append(step)
        return
    quote = talk.quote_of(known)
    for number in range(len(found) - 1, max(-1, len(found) - 1 - RECENT), -1):
        if quote in found[number].quotes and found[number].owner == step.owner:
            found[number] = _united(found[number], step)
            return
    found.append(with_meaning(talk, step, known))


def _partner(found: list[Step], step: Step) -> int | None:
    """The step just before that a promise by pronoun, or an answer, belongs to: the nearest of the same doer."""
    for number in range(len(found) - 1, max(-1, len(found) - 4), -1):
        last = number == len(found) - 1
        if step.turn - found[number].turn > (1 if not found[number].asked else 4 if last else 2):
            return None
        if found[number].owner == step.owner and (last or (found[number].asked and not step.asked)):
            return number
    return None


def _only_points(step: Step) -> bool:
    """ "I'll send it tonight": what is meant was said before. What is said beside the promise does not count."""
    said = promised(step.action)
    pronoun = PRONOUN.search(said) or OF_NOTHING.search(said)
    return (
        pronoun is not None
        and not names_a_thing(said[: pronoun.start()])
        and not _ABOUT.search(said, pronoun.start())
        and len(step.action.split()) <= LONGEST
        and not own_things(said)
        and (not names(said) or bool(_OF_IT.search(said)))
    )


def _answers(step: Step, later: Step) -> bool:
    """Whether a promise that names nothing is the answer to what was just asked ("I'm calling them tomorrow")."""
    if not step.asked or later.asked or step.owner != later.owner or not 0 < later.turn - step.turn <= 2:
        return False
    people = [name for name in names(later.action) if not name.isupper()]
    if names_a_thing(later.action.split(", ")[0]) and not later.opens:
        return False
    return not own_things(later.action) and not people and len(later.action.split()) <= SHORT


def _takes_up(step: Step, later: Step) -> bool:
    """Whether a step says over again what was just asked for or promised: the same thing, the same doer."""
    if step.owner != later.owner or step.asked == later.asked or step.turn == later.turn:
        return False
    if step.asked and same_person(step.action, later.action):
        return True
    if later.turn - step.turn > 2:
        return False
    brief = len(later.action.split()) <= SHORT and not own_things(later.action) and not names(later.action)
    if later.asked and brief and not names_a_thing(later.action):
        return True
    return bool(own_things(step.action) & own_things(later.action)) or same(step, later)


def _united(step: Step, later: Step) -> Step:
    """One step of two: the first one's words, with the second one's where they say more and there is room."""
    action = step.action
    if own_things(later.action) - own_things(action) or names(later.action):
        action = with_more(action, later.action)
        if action == step.action and own_things(later.action) - own_things(action):
            action = later.action
    quotes = (*step.quotes, *(quote for quote in later.quotes if quote not in step.quotes))
    return replace(step, action=action, due=step.due or later.due, quotes=quotes, strength=step.strength + 1)
