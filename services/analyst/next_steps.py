"""Who said they would do what after the call, and by when."""

import re
from dataclasses import replace

from services.analyst.dates import when_in, when_said
from services.analyst.dialogue import Sentence, Talk
from services.analyst.endings import FEW, last_part
from services.analyst.step_claims import claims, declined, is_step
from services.analyst.step_meeting import balance_step, meeting_step
from services.analyst.step_text import (
    Step,
    about_one,
    action_of,
    bare,
    fitted,
    listed,
    names,
    names_one,
    own_things,
    parts,
    same,
    same_person,
    things,
    with_more,
)
from services.analyst.words import data, hits, weight
from services.calls.model import Side

MOST_STEPS = 6
SHORT = 9
ENOUGH = 5.0
EARLIEST = 0.55
LEAST_BESIDE = 3
DECLINED = 4.0
SUPPOSED = 2.0  # "if I want it done, I'll walk over"
RECENT = 8
_PRONOUN = re.compile(r"\b(?:it|them|that|those|him|her|this|both|one|'em)\b", re.I)
_WILL = re.compile(r"(?:'|’)ll\b|\b(?:will|gonna|going to|let me|better|have to|need to)\b", re.I)
_OF_IT = re.compile(r"\bof (?:it|that|them|those|'em)\b", re.I)
_IF_I = re.compile(r"\W*(?:(?:and|but|so|well|then|no) )*if (?:i|we) ")
_BOTH = re.compile(r"\b(?:both|all (?:of )?(?:that|them|those))\b", re.I)


def find_next_steps(talk: Talk) -> list[Step]:
    """The steps that were promised or asked for, in the order of the call; at most six, the surest."""
    first = last_part(talk, EARLIEST)
    found: list[Step] = []
    for turn in talk.turns[first:]:
        for sentence in turn.sentences:
            if sentence.side in ("advisor", "client"):
                for step in _steps(talk, sentence):
                    _add(found, step, talk)
    found += [step for step in (meeting_step(talk), balance_step(talk)) if step is not None]
    kept: list[Step] = []
    for step in sorted(found, key=lambda one: -one.strength):
        if len(kept) < MOST_STEPS and not any(same(step, other) for other in kept):
            kept.append(step)
    return [fitted(step) for step in sorted(kept, key=lambda one: one.turn)]


# One step after the other


def _add(found: list[Step], step: Step, talk: Talk) -> None:
    """Adds a step, unless it only answers or takes up one before it: then that one gets its day and its words."""
    if any(quote in one.quotes for one in found[-RECENT:] for quote in step.quotes if step.turn > one.turn):
        return
    recent = range(max(0, len(found) - RECENT), len(found))
    near = [number for number in recent if 0 <= step.turn - found[number].turn <= 2]
    for number in reversed(near):
        if _takes_up(found[number], step, talk):
            found[number] = _united(found[number], _said_before(talk, step) if _only_points(step) else step)
            return
    if not (_only_points(step) or (found and _answers(found[-1], step))):
        found.append(step)
        return
    last = found[-1] if found and step.turn - found[-1].turn <= (2 if found[-1].asked else 1) else None
    if last is not None:
        step = _said_before(talk, step)
        taken = range(len(found) - (2 if _BOTH.search(step.action) else 1), len(found))
        for number in taken:
            if number >= 0 and found[number].owner == step.owner:
                found[number] = _united(found[number], step)
        return
    meant = _meant(talk, step)
    if meant is not None:
        action = f"{step.action.rstrip('.')}: {bare(meant.text)}"
        found.append(replace(step, action=action_of(action), quotes=(talk.quote_of(meant), *step.quotes)))
    elif step.strength > ENOUGH and not step.asked:
        found.append(step)


def _only_points(step: Step) -> bool:
    """ "I'll send it tonight": what is meant was said before. What is said beside the promise does not count."""
    clauses = step.action.split(", ")
    said = next((one for one in clauses if _WILL.search(one)), clauses[0])
    return (
        bool(_PRONOUN.search(said))
        and len(step.action.split()) <= 14
        and not own_things(said)
        and (not names(said) or bool(_OF_IT.search(said)))
    )


def _answers(step: Step, later: Step) -> bool:
    """Whether a promise that names nothing is the answer to what was just asked ("I'm calling them tomorrow")."""
    if not step.asked or later.asked or step.owner != later.owner or not 0 < later.turn - step.turn <= 2:
        return False
    people = [name for name in names(later.action) if not name.isupper()]
    return not own_things(later.action) and not people and len(later.action.split()) <= SHORT


def _said_before(talk: Talk, step: Step) -> Step:
    """The step with what the speaker said just before it ("There's a lease. I'll take a picture of it")."""
    turn = talk.turns[step.turn]
    before = [one for one in turn.sentences if names_one(one) and talk.quote_of(one) not in step.quotes][:1]
    if before and before[0].text in turn.text.split(step.quotes[0]["quote"])[0]:
        return replace(step, action=with_more(step.action, before[0].text))
    return step


def _takes_up(step: Step, later: Step, talk: Talk) -> bool:
    """Whether a step says over again what was just asked for or promised: the same thing, the same doer."""
    if step.owner != later.owner or step.asked == later.asked or step.turn == later.turn:
        return False
    if later.asked and len(later.action.split()) <= SHORT and not own_things(later.action) and not names(later.action):
        return True
    if step.asked and later.turn - step.turn == 1 and same_person(step.action, later.action):
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


def _meant(talk: Talk, step: Step) -> Sentence | None:
    """The sentence that says what "it" or "him" is: said just before, else the last that names a thing."""
    own = [one for one in talk.turns[step.turn].sentences if talk.quote_of(one) in step.quotes]
    said = [one for one in talk.turns[step.turn].sentences if own and one.end <= own[0].start]
    if said and said[-1].length >= 4 and (_promises_more(said[-1]) or names_one(said[-1])):
        return said[-1]
    for earlier in reversed(talk.turns[max(0, step.turn - 4) : step.turn]):
        asked = [
            one
            for one in earlier.sentences
            if one.length >= 4 and (own_things(one.text) or _of_another(talk, one, step))
        ]
        if asked:
            return asked[-1]
    return None


def _of_another(talk: Talk, sentence: Sentence, step: Step) -> bool:
    """Whether a sentence of the other side asks for something that has a name: "log in there and take Al off it"."""
    return sentence.side != talk.turns[step.turn].side and bool(names(sentence.text)) and is_step(sentence)


def _promises_more(sentence: Sentence) -> bool:
    """Whether a sentence promises something that it names itself, and not only "that"."""
    return weight(hits("steps", sentence), "promises") > 0 and not _PRONOUN.search(sentence.text)


# The steps of one sentence


def _steps(talk: Talk, sentence: Sentence) -> list[Step]:
    """The steps of one sentence: none, one, or one for each part of "I'll send this, and order that"."""
    found = hits("steps", sentence)
    best = max(claims(talk, sentence, found), key=lambda one: (one[0], one[1] == "promises"), default=None)
    if best is None or best[0] < 1.5:
        return []
    sure, key = best
    asked = key != "promises"
    owner: Side = "client" if (sentence.side == "client") != asked else "advisor"
    due = _due(talk, sentence)
    if due and len(re.findall(r"\w[\w'’]*", sentence.text.replace(due, ""))) < LEAST_BESIDE:
        due = None
    strength = sure + _weight(talk, sentence, due is not None)
    strength -= weight(found, "in_general") + (2.0 if sentence.story and sentence.side == "advisor" else 0.0)
    strength += _answered(talk, sentence) if asked and owner == "client" else 0.0
    strength -= SUPPOSED if sentence.side == "client" and _IF_I.match(sentence.folded) else 0.0
    strength -= DECLINED if sentence.side == "advisor" and declined(talk, sentence) else 0.0
    if strength < ENOUGH:
        return []
    text = _with_list(talk, sentence)
    if asked and owner == "client" and (apart := _answered_apart(talk, sentence, text, strength)):
        return apart
    step = Step(owner, action_of(text), due, strength, (talk.quote_of(sentence),), sentence.turn, asked)
    cut = parts(text, asked)
    return (
        [_part_of(step, part) for part in cut]
        if len(cut) > 1 and sentence.side == "advisor"
        else ([replace(step, action=action_of(part)) for part in cut])
    )


def _part_of(step: Step, part: str) -> Step:
    """A step of the adviser's out of a part of a sentence: "I'll ..." is the adviser's, "you ..." the client's."""
    ordered, own = re.match(r"(?:you |fill |sign )", part, re.I), re.match(r"(?:I|we)(?:'|’)?(?:ll|m| )", part, re.I)
    asked = bool(ordered) or (step.asked and not own)
    said = when_in(part.split(": ")[0].lower())
    of_all = None if step.due and step.due in step.action else step.due
    due = part[said[0] : said[1]].strip(" ,") if said else of_all
    owner: Side = "client" if asked else "advisor"
    return replace(step, owner=owner, action=action_of(part), due=due, asked=asked)


# What the answer adds


def _answered(talk: Talk, sentence: Sentence) -> float:
    """What the client's answer adds to a request: a yes makes it a step, a plain no takes it away."""
    if sentence.turn + 1 >= len(talk.turns):
        return 0.0
    answer = talk.turns[sentence.turn + 1]
    if answer.side != "client" or not answer.sentences:
        return 0.0
    yes = any(one.key in ("agreed", "promises") for said in answer.sentences[:2] for one in hits("steps", said))
    if re.match(r"(?:no|nope|nah)\b", answer.folded) and not yes:
        return -4.0
    if re.match(r"(?:no|nope|nah|i can't|i don't|we don't|never)\b", answer.folded):
        return -1.0
    return 0.5 if yes else 0.0


def _answered_apart(talk: Talk, sentence: Sentence, text: str, strength: float) -> list[Step]:
    """Two steps, where two things were asked for in one breath and the client answers for each by itself."""
    wanted = [Step("client", action_of(part), None, strength, (talk.quote_of(sentence),), sentence.turn, True)
              for part in listed(text)]  # fmt: skip
    answers = [
        one
        for turn in talk.turns[sentence.turn + 1 : sentence.turn + 3]
        for one in turn.sentences
        if turn.side == "client"
    ]
    promised = [one for one in answers if weight(hits("steps", one), "promises") >= 2]
    if len(wanted) < 2 or len(promised) < 2:
        return []
    second = next((one for one in answers if about_one(wanted[1], one) or "other" in one.words), None)
    if second is None or about_one(wanted[0], second):
        return []
    first = next((one for one in promised if one.turn <= second.turn and one.end <= second.start), promised[0])
    told = (first, second if second in promised else promised[-1])
    return [
        replace(
            step,
            action=with_more(step.action, one.text),
            due=_due(talk, one),
            quotes=(*step.quotes, talk.quote_of(one)),
        )
        for step, one in zip(wanted, told, strict=True)
    ]


def _with_list(talk: Talk, sentence: Sentence) -> str:
    """The sentence; where it only says that there is something ("I need two things"), the next one with it."""
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    if sentence.length <= SHORT and at + 1 < len(turn.sentences) and not things(sentence.folded):
        following = turn.sentences[at + 1]
        if not following.asks and (things(following.folded) or not is_step(following)):
            return f"{sentence.text} {following.text}"
    return sentence.text


def _weight(talk: Talk, sentence: Sentence, has_due: bool) -> float:
    """What speaks for a step beside its verb: a thing to send, a person, a day, its place in the call."""
    words = sentence.words
    strength = 1.0 if any(verb in words for verb in data("steps")["strong"]) else 0.0
    strength += 1.0 if things(sentence.text) or names(sentence.text) else 0.0
    strength += 1.0 if has_due else 0.0
    phase = talk.turns[sentence.turn].phase or ""
    place = (sentence.turn + 0.5) / len(talk.turns) if len(talk.turns) > FEW else 1.0
    strength += 1.0 if phase in ("scheduling client meeting", "ending meeting") or place > 0.85 else 0.0
    strength -= 1.0 if place < 0.7 else 0.0
    strength -= 1.5 if phase == "collecting money" and not has_due else 0.0
    return strength - (1.0 if sentence.length > 40 or sentence.length < 4 else 0.0)


def _due(talk: Talk, sentence: Sentence) -> str | None:
    """When it is due, as said in the sentence, or alone in the next one of the turn, or in the answer."""
    if span := when_said(sentence):
        return sentence.text[span[0] : span[1]].strip(" ,")
    turn = talk.turns[sentence.turn]
    later = [one for one in turn.sentences if one.start > sentence.start][:1]
    answer = talk.turns[sentence.turn + 1].sentences[:2] if sentence.turn + 1 < len(talk.turns) else ()
    for one in (*later, *answer):
        of_another = one.turn != sentence.turn and sentence.side == "client" and is_step(one)
        if one.length < SHORT and not of_another and (span := when_said(one)):
            return one.text[span[0] : span[1]].strip(" ,")
    return None
