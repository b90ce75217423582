"""Who said they would do what after the call, and by when."""

import re
from dataclasses import replace

from services.analyst.dates import WEEKDAYS, when_in, when_said
from services.analyst.dialogue import Sentence, Talk
from services.analyst.endings import FEW, last_part
from services.analyst.step_claims import claims, declined, is_step
from services.analyst.step_joins import add
from services.analyst.step_meant import explained
from services.analyst.step_meeting import balance_step, meeting_step
from services.analyst.step_text import (
    Step,
    about_one,
    action_of,
    fitted,
    is_order_and_promise,
    listed,
    names,
    parts,
    same,
    things,
    with_more,
)
from services.analyst.step_verbs import says_what, step_hits
from services.analyst.words import data, hits, weight
from services.calls.model import Side
from services.playbooks.cues import Hit

MOST_STEPS = 6
SHORT = 9
ENOUGH = 5.0
NEAR = 3  # turns
AGENDA = 4
ECHO = 5
_ASKS_WHEN = re.compile(r"\b(?:when|how soon|what day|which day)\b")
_DATED = re.compile(
    rf"\b(?:{'|'.join(WEEKDAYS)}|tomorrow|tonight|this (?:weekend|afternoon)|today|next week"
    r"|end of the (?:day|week|month)"
    r"|the (?:\w+th|first|second|third))\b"
)
_PRICED = re.compile(r"\b(?:hundred|thousand|dollars|half|rest|deposit|balance)\b|[$\d]")
EARLIEST = 0.55
LEAST_BESIDE = 3
DECLINED = 4.0
SUPPOSED = 2.0  # "if I want it done, I'll walk over"
_IF_I = re.compile(r"(?:^|.*\bno\. )\W*(?:(?:and|but|so|well|then|no)[.,]? )*if (?:i|we) ")


def find_next_steps(talk: Talk) -> list[Step]:
    """The steps that were promised or asked for, in the order of the call; at most six, the surest."""
    found: list[Step] = []
    for step in _said(talk):
        add(found, step, talk)
    found += [step for step in (meeting_step(talk, found), balance_step(talk)) if step is not None]
    kept: list[Step] = []
    for step in sorted(found, key=lambda one: -one.strength):
        if len(kept) < MOST_STEPS and not any(same(step, other) for other in kept):
            kept.append(step)
    return [fitted(explained(talk, step)) for step in sorted(kept, key=lambda one: one.turn)]


# The steps of one sentence


def _said(talk: Talk) -> list[Step]:
    """The steps of each sentence by itself. Where one is sure, or the talk comes to what is to be done, others are
    believed sooner."""
    first = last_part(talk, EARLIEST)
    late = [one for turn in talk.turns[first:] if turn.side in ("advisor", "client") for one in turn.sentences]
    alone = [_steps(talk, one) for one in late]
    near = {turn for steps in alone for step in steps for turn in range(step.turn - NEAR, step.turn + NEAR + 1)}
    for one in late:
        if one.side == "advisor" and weight(hits("steps", one), "agenda"):
            near |= set(range(one.turn, one.turn + AGENDA + 1))
    found: list[Step] = []
    for one, steps in zip(late, alone, strict=True):
        found += steps or (_steps(talk, one, 1.0) if one.turn in near else [])
    return found


def _steps(talk: Talk, sentence: Sentence, beside: float = 0.0) -> list[Step]:
    """The steps of one sentence: none, one, or one for each part of "I'll send this, and order that"."""
    found = step_hits(sentence)
    best = max(claims(talk, sentence, found), key=lambda one: (one[0], one[1] == "promises"), default=None)
    if best is None or best[0] < 1.5:
        return []
    sure, key = best
    asked = key != "promises"
    owner: Side = "client" if (sentence.side == "client") != asked else "advisor"
    due = _due(talk, sentence)
    if due and len(re.findall(r"\w[\w'’]*", sentence.text.replace(due, ""))) < LEAST_BESIDE:
        due = None
    if due and due in sentence.text and _DATED.search(sentence.folded) and not _on_a_day(sentence, found, key):
        due = None
    strength = sure + _weight(talk, sentence, due is not None, beside)
    strength += 0.5 if due and sure >= 2.5 and _on_a_day(sentence, found, key) else 0.0
    strength -= weight(found, "in_general") + (2.0 if sentence.story and sentence.side == "advisor" else 0.0)
    strength += _answered(talk, sentence) if asked and owner == "client" else 0.0
    strength -= SUPPOSED if sentence.side == "client" and _IF_I.match(sentence.folded) else 0.0
    strength -= DECLINED if sentence.side == "advisor" and declined(talk, sentence) else 0.0
    if strength < ENOUGH:
        return []
    text = _with_list(talk, sentence)
    if asked and owner == "client" and (apart := _answered_apart(talk, sentence, text, strength)):
        return apart
    opens = sentence is talk.turns[sentence.turn].sentences[0]
    step = Step(owner, action_of(text), due, strength, (talk.quote_of(sentence),), sentence.turn, asked, opens)
    cut = parts(text, asked)
    if is_order_and_promise(cut):
        other: Side = "advisor" if sentence.side == "client" else "client"
        ordered = replace(_part_of(step, cut[0]), owner=other, asked=True)
        return [ordered, replace(_part_of(step, cut[1]), owner=sentence.side or "advisor", asked=False)]
    if len(cut) > 1 and sentence.side == "advisor":
        return [_part_of(step, part) for part in cut]
    return [replace(step, action=action_of(part)) for part in cut]


def _on_a_day(sentence: Sentence, found: list[Hit[str]], key: str) -> bool:
    """Whether a sentence names a day, and not beside a price before its promise."""
    day = _DATED.search(sentence.folded)
    first = min((one.start for one in found if one.key == key), default=0)
    if day is None or day.start() > first or "," not in sentence.folded[day.end() : first]:
        return day is not None
    return not _PRICED.search(sentence.folded, 0, first)


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


def _weight(talk: Talk, sentence: Sentence, has_due: bool, beside: float = 0.0) -> float:
    """What speaks for a step beside its verb: a thing to send, a person, a day, its place in the call."""
    words = sentence.words
    strength = 1.0 if any(verb in words for verb in data("steps")["strong"]) else 0.0
    tells = bool(things(sentence.text) or names(sentence.text) or says_what(sentence))
    strength += float(tells)
    strength += 1.0 if has_due else 0.0
    phase = talk.turns[sentence.turn].phase or ""
    place = (sentence.turn + 0.5) / len(talk.turns) if len(talk.turns) > FEW else 1.0
    strength += 1.0 if phase in ("scheduling client meeting", "ending meeting") or place > 0.85 else beside * tells
    strength -= 1.0 if place < 0.7 else 0.0
    strength -= 1.5 if phase == "collecting money" and not has_due else 0.0
    brief = sentence.length < 4 and not any(verb in words for verb in data("steps")["strong"])
    return strength - (1.0 if sentence.length > 40 or brief else 0.0)


def _due(talk: Talk, sentence: Sentence) -> str | None:
    """When it is due, as said in the sentence, or alone in the next one of the turn, or in the answer."""
    if span := when_said(sentence):
        return sentence.text[span[0] : span[1]].strip(" ,")
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    asked = at == 1 and sentence.turn > 0 and _ASKS_WHEN.search(talk.turns[sentence.turn - 1].folded)
    for one in (*turn.sentences[at + 1 : at + 2], *(turn.sentences[:1] if asked else ())):
        if one.length < SHORT and (span := when_said(one)):
            return one.text[span[0] : span[1]].strip(" ,")
    answer = talk.turns[sentence.turn + 1].sentences[:2] if sentence.turn + 1 < len(talk.turns) else ()
    for one in answer:
        says = one.length < SHORT and not (sentence.side == "client" and (is_step(one) or one.length > ECHO))
        if says and (span := when_said(one)):
            return one.text[span[0] : span[1]].strip(" ,")
    return None
