"""What a step speaks of that names it no more: "it", "him", "a copy", found in what was said before."""

import re
from dataclasses import replace

from services.analyst.cast import first_names
from services.analyst.dates import when_said
from services.analyst.dialogue import Sentence, Talk, TalkTurn
from services.analyst.step_claims import is_step
from services.analyst.step_text import Step, action_of, bare, names, names_one, own_things, with_more
from services.analyst.words import data, hits, weight

SHORT = 9
FAR = 4  # turns
PRONOUN = re.compile(r"\b(?:it|them|that|those|him|her|this|both|one|'em)\b", re.I)
WILL = re.compile(r"(?:'|’)ll\b|\b(?:will|shall|gonna|going to|let me|better|have to|need to)\b", re.I)
_IT = re.compile(r"\b(?:it|them|that|those|him|her|this|'em)\b", re.I)
OF_NOTHING = re.compile(r"\b(?:copy|copies|pictures?|photos?|look)\b(?! of)", re.I)
_SAYS_NOTHING = (
    r"bit|little|minute|second|lot|way|of|whole|one\b|thing|rest|same|other|only|time|day|week|number\b|that\b|with\b"
    r"|for\b|who\b|which\b"
)
_NAMED = re.compile(
    r"\b(?:the|your|my|our|his|her|their|an?|both|two|three) (?:(?:one|two|three|four) )?"
    rf"(?!{_SAYS_NOTHING})([a-z-]{{3,}})"
    r"|\b[a-z]+ ([a-z]{4,}s) and\b|\bwhat (?:we|i|you)\b",
    re.I,
)
_PERSON = re.compile(r"\b(?:him|her|he'll|she'll)\b", re.I)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr)\.? [A-Z]")
_POINTS = re.compile(r"\W*(?:(?:oh|well|yeah|yes|no|and|so)\W+)*(?:it|that|they|this|those)(?:'s|'re| is| are)? ")


def promised(action: str) -> str:
    """The part of an action that holds the promise: what is said beside it does not count."""
    clauses = action.split(", ")
    return next((one for one in clauses if WILL.search(one)), clauses[0])


def names_a_thing(said: str) -> bool:
    """Whether words themselves say what "it" is ("write up what we said and email it"); a person does not."""
    known = data("steps")
    for noun in _NAMED.finditer(said):
        word = (noun.group(1) or noun.group(2) or "").lower()
        if word not in known["containers"] and word not in known["roles"]:
            return True
    return False


def explained(talk: Talk, step: Step) -> Step:
    """The step with the words that say what its "it" or who its "him" is, where it names none itself."""
    said = promised(step.action)
    if ": " in step.action or names(step.action) or _TITLED.search(step.action):
        return step
    points = _IT.search(said) or OF_NOTHING.search(said)
    if points and not own_things(step.action) and not names_a_thing(said):
        known = meant(talk, step) or named(talk, step)
        return _with(talk, step, known) if known is not None else step
    if _PERSON.search(step.action) and (who := _who(talk, step)):
        return _with(talk, step, *who)
    return step


def _with(talk: Talk, step: Step, sentence: Sentence, words: str = "") -> Step:
    """A step with a sentence, or where that is too long with the part of it that names a thing, and its quote."""
    told = words or _without_day(sentence)
    action = with_more(step.action, told)
    if action == step.action and not words:
        clauses = re.split(r"[,;] | and | but ", told)
        part = next((one for one in clauses if own_things(one)), "") or next(filter(names_a_thing, clauses), "")
        action = with_more(action, part) if part else action
    if action == step.action:
        return step
    quote = talk.quote_of(sentence)
    return replace(step, action=action, quotes=step.quotes if quote in step.quotes else (*step.quotes, quote))


def _without_day(sentence: Sentence) -> str:
    """What a sentence says but for its day, which is not the day of a step that it explains."""
    span = when_said(sentence)
    return f"{sentence.text[: span[0]].rstrip(' ,')}{sentence.text[span[1] :]}".strip() if span else sentence.text


def _who(talk: Talk, step: Step) -> tuple[Sentence, str] | None:
    """Who "him" or "her" is: the sentence that names a person last before the step, and the name."""
    for turn in reversed(talk.turns[max(0, step.turn - FAR + 1) : step.turn + 1]):
        for one in reversed(turn.sentences):
            known = [name for name in names(one.text) if name.lower() in first_names()]
            if known and not (one.turn == step.turn and talk.quote_of(one) in step.quotes):
                return one, known[-1]
    return None


def said_before(talk: Talk, step: Step) -> Step:
    """The step with what the speaker said just before it ("There's a lease. I'll take a picture of it")."""
    turn = talk.turns[step.turn]
    before = [one for one in turn.sentences if names_one(one) and talk.quote_of(one) not in step.quotes][:1]
    if before and before[0].text in turn.text.split(step.quotes[0]["quote"])[0]:
        return replace(step, action=with_more(step.action, before[0].text))
    return step


def said_of(talk: Talk, step: Step) -> Step:
    """The step with the question that it answers, where it names nothing itself ("I'll look in the attic")."""
    earlier = _turn_before(talk, step)
    asked = earlier.last_question if earlier is not None else None
    if asked is None or step.asked or not own_things(asked.text):
        return step
    names_nothing = not own_things(step.action) and not names(step.action) and len(step.action.split()) <= SHORT
    return _with(talk, step, asked) if names_nothing else step


def asked_of(talk: Talk, step: Step) -> Sentence | None:
    """The question about a thing that a promise answers at once ("And the title?" "She can fax it Monday")."""
    earlier = _turn_before(talk, step)
    if earlier is None or step.asked or not earlier.sentences:
        return None
    last = earlier.sentences[-1]
    return last if last.asks and own_things(last.text) and not is_step(last) else None


def _turn_before(talk: Talk, step: Step) -> TalkTurn | None:
    """The turn before a step's, where it is the other side's."""
    earlier = talk.turns[step.turn - 1] if step.turn else None
    return earlier if earlier is not None and earlier.side != talk.turns[step.turn].side else None


def meant(talk: Talk, step: Step) -> Sentence | None:
    """The sentence that says what "it" or "him" is: said just before, else the last that names a thing."""
    for one in reversed(_said(talk, step)):
        more = one.length >= 4 and (_promises_more(one) or names_one(one))
        if (more or (one.asks and own_things(one.text))) and not _others_task(one, step):
            return one
    side = talk.turns[step.turn].side
    for earlier in reversed(talk.turns[max(0, step.turn - FAR) : step.turn]):
        told = [one for one in earlier.sentences if (one.length >= 4 or one.asks) and not _POINTS.match(one.folded)]
        told = [one for one in told if own_things(one.text) or _of_another(talk, one, step)]
        told = [one for one in told if earlier.side != side or not _others_task(one, step)]
        if told:
            return told[-1]
    return None


def named(talk: Talk, step: Step, turns: int = 3) -> Sentence | None:
    """The last sentence before a step that names something, though none of the things that are known."""
    before = [one for turn in talk.turns[max(0, step.turn - turns) : step.turn] for one in turn.sentences]
    for one in reversed([*before, *_said(talk, step)]):
        if one.length >= 4 and names_a_thing(one.text) and not _POINTS.match(one.folded):
            return one
    return None


def _said(talk: Talk, step: Step) -> list[Sentence]:
    """What its speaker said before a step in the same turn."""
    turn = talk.turns[step.turn].sentences
    own = [one for one in turn if talk.quote_of(one) in step.quotes]
    return [one for one in turn if own and one.end <= own[0].start]


def with_meaning(talk: Talk, step: Step, meant: Sentence) -> Step:
    """The step with a sentence that says what it points at."""
    action = f"{step.action.rstrip('.')}: {bare(_without_day(meant) if step.due else meant.text)}"
    return replace(step, action=action_of(action), quotes=(talk.quote_of(meant), *step.quotes))


def _others_task(sentence: Sentence, step: Step) -> bool:
    """Whether the speaker of a promise asks the other side for what a sentence names."""
    return not step.asked and weight(hits("steps", sentence), "asks") >= 2.5 and not _promises_more(sentence)


def _of_another(talk: Talk, sentence: Sentence, step: Step) -> bool:
    """Whether a sentence of the other side asks for something that has a name: "log in there and take Al off it"."""
    return sentence.side != talk.turns[step.turn].side and bool(names(sentence.text)) and is_step(sentence)


def _promises_more(sentence: Sentence) -> bool:
    """Whether a sentence promises something that it names itself, and not only "that"."""
    return weight(hits("steps", sentence), "promises") > 0 and not PRONOUN.search(sentence.text)
