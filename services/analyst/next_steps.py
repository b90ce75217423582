"""Who said they would do what after the call, and by when."""

import re
from dataclasses import dataclass, replace

from services.agents.contract import Quote
from services.analyst.dates import when_said
from services.analyst.dialogue import Sentence, Talk, TalkTurn
from services.analyst.endings import FEW, FIXED, Appointment, find_appointment, last_part
from services.analyst.words import book, data, hits
from services.calls.model import Side
from services.playbooks.cues import Hit

MOST_STEPS = 6
MOST_WORDS = 25
MOST_TELLING = 29
SHORT = 9
LEAST_PART = 6
ENOUGH = 5.0
EARLIEST = 0.55
_LEADING = re.compile(
    r"^(?:(?:and|so|then|okay|ok|alright|all right|well|yeah|yes|no|oh|now|but|perfect|great|good"
    r"|sure|um|uh|also|plus|right|fair enough|terrific|wonderful|please do that)\b[\s,.!]*)+",
    re.I,
)
_PRONOUN = re.compile(r"\b(?:it|them|that|those|him|her|this|both|one)\b", re.I)
_SECOND = re.compile(
    r",? and (?=(?:I'll|I’ll|we'll|then I'll|I'm going to|order|get|have|send|take|bring|find|scan"
    r"|ask|call|pull|talk|set|text|email|draft|write)\b)",
    re.I,
)
_NOUN = re.compile(r"[a-z\-]+(?![a-z\-]| (?:it|them|that|those|you|me|him|her|us|over)\b)")
_CALLING = re.compile(r"\b(?:call|phone|ring)\b")
_MEETING = re.compile(r"\b(?:meet\w*|call|sign\w*|appointment|session|talk)\b", re.I)


@dataclass(frozen=True, slots=True)
class Step:
    """One next step as said: ``action`` in at most 25 words, ``due`` as said or None."""

    owner: Side
    action: str
    due: str | None
    strength: float
    quotes: tuple[Quote, ...]
    turn: int


def find_next_steps(talk: Talk) -> list[Step]:
    """The steps that were promised or asked for, in the order of the call; at most six, the surest."""
    first = last_part(talk, EARLIEST)
    found: list[Step] = []
    for turn in talk.turns[first:]:
        for sentence in turn.sentences:
            if sentence.side in ("advisor", "client"):
                for step in _steps(talk, sentence):
                    _add(found, step, talk)
    appointment = find_appointment(talk)
    if appointment is not None and appointment.strength >= FIXED:
        found.append(_meeting(talk, appointment))
    kept: list[Step] = []
    for step in sorted(found, key=lambda one: -one.strength):
        if not any(_same(step, other) for other in kept):
            kept.append(step)
    return [_fitted(step) for step in sorted(kept[:MOST_STEPS], key=lambda one: one.turn)]


def _add(found: list[Step], step: Step, talk: Talk) -> None:
    """Adds a step; one that only takes up the step before it ("I'll send it tonight") gives that its day and words."""
    if not _PRONOUN.search(step.action) or len(step.action.split()) > 14 or any(_things(step.action)):
        found.append(step)
        return
    last = found[-1] if found and step.turn - found[-1].turn <= 1 else None
    if last is not None:
        found[-1] = replace(
            last, due=last.due or step.due, quotes=(*last.quotes, *step.quotes), strength=last.strength + 1
        )
        return
    meant = _meant(talk, step)
    if meant is not None:
        action = f"{step.action.rstrip('.')}: {_bare(meant.text)}"
        step = replace(step, action=_action(action), quotes=(talk.quote_of(meant), *step.quotes))
    found.append(step)


def _meant(talk: Talk, step: Step) -> Sentence | None:
    """The sentence that says what "it" or "him" is: the one just before in the turn, else what was asked for."""
    own = [one for one in talk.turns[step.turn].sentences if talk.quote_of(one) in step.quotes]
    said = [one for one in talk.turns[step.turn].sentences if own and one.end <= own[0].start]
    if said and said[-1].length >= 4 and any(hit.key == "promises" for hit in hits("steps", said[-1])):
        return said[-1]
    earlier = talk.before(step.turn)
    asked = [one for one in earlier.sentences if any(_things(one.folded)) and one.length >= 4] if earlier else []
    return asked[-1] if asked else None


def _things(text: str) -> list[str]:
    """The things to send, sign or fill in that a text names."""
    things = data("steps")["things"]
    return [match.group() for match in _NOUN.finditer(text.lower()) if match.group() in things]


def _steps(talk: Talk, sentence: Sentence) -> list[Step]:
    """The steps of one sentence: none, one, or one for each part of "I'll send this, and order that"."""
    found = hits("steps", sentence)
    kinds = ("promises",) if sentence.side == "client" else ("promises", "asks")
    if sentence.side == "client" and sentence.asks and not _offers_to(sentence):
        return []
    best = max(
        (one for one in found if one.key in kinds), key=lambda one: (_sure(one, found), -one.start), default=None
    )
    if best is None or _sure(best, found) < 1.5:
        return []
    owner: Side = "client" if sentence.side == "client" or best.key == "asks" else "advisor"
    due = _due(talk, sentence)
    strength = _sure(best, found) + _weight(talk, sentence, due is not None)
    strength -= max((one.weight for one in found if one.key == "in_general"), default=0.0)
    strength += _answered(talk, sentence) if best.key == "asks" else 0.0
    if strength < ENOUGH:
        return []
    text = _with_list(talk, sentence)
    quote = talk.quote_of(sentence)
    return [Step(owner, _action(part), due, strength, (quote,), sentence.turn) for part in _parts(text)]


def _offers_to(sentence: Sentence) -> bool:
    """ "I'll bring it Monday, okay?" promises for all its question mark."""
    return bool(re.match(r"(?:\w+[, ]+)?(?:i'll|we'll|i'm going to|let me)\b", sentence.folded))


def _sure(one: Hit[str], found: list[Hit[str]]) -> float:
    """The weight of a cue less that of a manner of speech that holds the same words ("I'll tell you")."""
    manners = [
        other.weight for other in found if other.key == "not_steps" and other.start < one.end and one.start < other.end
    ]
    return one.weight - max(manners, default=0.0)


def _answered(talk: Talk, sentence: Sentence) -> float:
    """What the client's answer adds to a request: a yes makes it a step, a plain no takes it away."""
    if sentence.turn + 1 >= len(talk.turns):
        return 0.0
    answer = talk.turns[sentence.turn + 1]
    if answer.side != "client" or not answer.sentences:
        return 0.0
    if re.match(r"(?:no|nope|nah|i can't|i don't|we don't|never)\b", answer.folded):
        return -1.0
    yes = any(one.key in ("agreed", "promises") for one in book("steps").find(answer.sentences[0].line))
    return 0.5 if yes else 0.0


def _with_list(talk: Talk, sentence: Sentence) -> str:
    """The sentence; where it only says that there is something ("I need two things"), the next one with it."""
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    if sentence.length <= SHORT and at + 1 < len(turn.sentences) and not any(_things(sentence.folded)):
        following = turn.sentences[at + 1]
        if not following.asks and (any(_things(following.folded)) or not _is_step(following)):
            return f"{sentence.text} {following.text}"
    return sentence.text


def _is_step(sentence: Sentence) -> bool:
    found = hits("steps", sentence)
    return any(one.key in ("promises", "asks") and _sure(one, found) >= 2.5 for one in found)


def _parts(text: str) -> list[str]:
    """A sentence cut where a second action begins that names a thing of its own."""
    cuts = [match.start() for match in _SECOND.finditer(text)]
    for cut in cuts:
        first, second = text[:cut].rstrip(" ,"), text[cut:].lstrip(" ,")
        if any(_things(second)) and any(_things(first)) and len(first.split()) >= LEAST_PART:
            return [first, second]
    return [text]


def _weight(talk: Talk, sentence: Sentence, has_due: bool) -> float:
    """What speaks for a step beside its verb: a thing to send, a day, its place in the call."""
    words = sentence.words
    strength = 1.0 if any(verb in words for verb in data("steps")["strong"]) else 0.0
    strength += 1.0 if any(thing in words for thing in data("steps")["things"]) else 0.0
    strength += 1.0 if has_due else 0.0
    phase = talk.turns[sentence.turn].phase or ""
    place = (sentence.turn + 0.5) / len(talk.turns) if len(talk.turns) > FEW else 1.0
    strength += 1.0 if phase in ("scheduling client meeting", "ending meeting") or place > 0.85 else 0.0
    strength -= 1.0 if place < 0.7 else 0.0
    strength -= 1.0 if phase == "collecting money" and not has_due else 0.0
    return strength - (1.0 if sentence.length > 40 or sentence.length < 4 else 0.0)


def _bare(text: str) -> str:
    return _LEADING.sub("", text) or text


def _action(sentence: str) -> str:
    """The sentence without its opening words, at most 25 words of it, around the promise."""
    text = _bare(sentence)
    words = text.split()
    if len(words) <= MOST_WORDS:
        return text.strip(" ,")
    clauses = re.split(r"(?<=[,;]) ", text)
    best = max(
        range(len(clauses)),
        key=lambda n: (len(re.findall(r"\b(?:I'll|I’ll|we'll|you|need|send|could)\b", clauses[n])), -n),
    )
    return " ".join(" ".join(clauses[best:]).split()[:MOST_WORDS]).strip(" ,")


def _fitted(step: Step) -> Step:
    """The step with so much of its action that action and due together stay short."""
    words, left = step.action.split(), MOST_TELLING - _telling(step.due or "")
    while words and _telling(" ".join(words)) > left:
        words.pop()
    return replace(step, action=" ".join(words).rstrip(" ,:"))


def _telling(text: str) -> int:
    """Words of a text; a hyphen or a stop parts them."""
    return len(re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", text.lower())))


def _due(talk: Talk, sentence: Sentence) -> str | None:
    """When it is due, as said in the sentence, or alone in the next one of the turn, or in the answer."""
    if span := when_said(sentence.folded):
        return sentence.text[span[0] : span[1]].strip(" ,")
    turn = talk.turns[sentence.turn]
    later = [one for one in turn.sentences if one.start > sentence.start][:1]
    answer = talk.turns[sentence.turn + 1].sentences[:2] if sentence.turn + 1 < len(talk.turns) else ()
    for one in (*later, *answer):
        if one.length <= 8 and (span := when_said(one.folded)):
            return one.text[span[0] : span[1]].strip(" ,")
    return None


def _meeting(talk: Talk, appointment: Appointment) -> Step:
    """The next meeting as a step: the sentence that fixes it, with the words around it that say what it is for."""
    sentence = appointment.sentence
    text = _bare(sentence.text).rstrip("?. ")
    if appointment.day is not None and appointment.day is not sentence:
        text = f"{_bare(appointment.day.text).rstrip('?. ')}, {text}"
    beside = [one for one in _around(talk, sentence) if one is not sentence]
    if not _MEETING.search(text):
        calling = any(_CALLING.search(one.folded) for one in beside)
        text = f"{'Call' if calling else 'Meeting'}: {text}"
    if len(text.split()) <= SHORT and (purpose := next((one for one in beside if _MEETING.search(one.text)), None)):
        text = f"{text}, {_bare(purpose.text).rstrip('?. ')}"
    quotes = (talk.quote_of(sentence),)
    return Step("advisor", " ".join(text.split()[:MOST_WORDS]), appointment.due or None, 5.0, quotes, sentence.turn)


def _around(talk: Talk, sentence: Sentence) -> list[Sentence]:
    """The sentences of the turns around one, those before it first."""
    turns: list[TalkTurn] = talk.turns[max(0, sentence.turn - 3) : sentence.turn + 3]
    return [one for turn in turns for one in turn.sentences if one.length <= 25]


def _same(step: Step, other: Step) -> bool:
    """Whether two steps are one: most of the shorter one's words of content stand in the other."""
    a, b = _content(step.action), _content(other.action)
    return bool(a and b) and len(a & b) >= 0.6 * min(len(a), len(b))


def _content(action: str) -> set[str]:
    return {word for word in re.findall(r"[a-z']{4,}", action.lower()) if word not in _EMPTY}


_EMPTY = frozenset(
    "i'll we'll that this them then with your have you'll from over going also gonna those these what when they"
    " could would send get some just about well meet".split()
)
"""Words that say nothing of what a step is about."""
