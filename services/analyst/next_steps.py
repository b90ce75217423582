"""Who said they would do what after the call, and by when."""

import re
from dataclasses import dataclass, replace

from services.agents.contract import Quote
from services.analyst.dates import WEEKDAYS, when_said
from services.analyst.dialogue import Sentence, Talk
from services.analyst.words import data, hits, weight
from services.calls.model import Side

MOST_STEPS = 6
MOST_WORDS = 25
ENOUGH = 4.5
EARLIEST = 0.55
_LEADING = re.compile(
    r"^(?:(?:and|so|then|okay|ok|alright|all right|well|yeah|yes|no|oh|now|but|perfect|great|good"
    r"|sure|um|uh|also|plus|right|fair enough|terrific|wonderful|please do that)\b[\s,.!]*)+",
    re.I,
)
_PRONOUN = re.compile(r"\b(?:it|them|that|those|him|her|this|both)\b", re.I)
_SECOND = re.compile(
    r",? and (?=(?:I'll|I’ll|we'll|then I'll|I'm going to|order|get|have|send|take|bring|find|scan"
    r"|ask|call|pull|talk|set|text|email|draft|write)\b)",
    re.I,
)
_MEETING_TIME = re.compile(
    rf"\b(?:{'|'.join(WEEKDAYS)}|tomorrow|the (?:\w+-)?\w+(?:th|st|nd|rd|fifth|first|second|third|ninth))\b"
)


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
    first = int(EARLIEST * len(talk.turns))
    found: list[Step] = []
    for turn in talk.turns[first:]:
        for sentence in turn.sentences:
            if sentence.side not in ("advisor", "client"):
                continue
            for step in _steps(talk, sentence):
                _add(found, step, talk)
    if (meeting := _meeting(talk)) is not None:
        found.append(meeting)
    kept: list[Step] = []
    for step in sorted(found, key=lambda one: -one.strength):
        if not any(_same(step, other) for other in kept):
            kept.append(step)
    return sorted(kept[:MOST_STEPS], key=lambda one: one.turn)


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
    earlier = talk.before(step.turn)
    asked = [one for one in earlier.sentences if any(_things(one.folded)) and one.length >= 4] if earlier else []
    if asked and step.owner == "client":
        quotes = (talk.quote_of(asked[-1]), *step.quotes)
        found.append(replace(step, action=_action(asked[-1].text), quotes=quotes))
    else:
        found.append(step)


def _things(text: str) -> list[str]:
    """The things to send, sign or fill in that a text names."""
    things = data("steps")["things"]
    return [word for word in re.findall(r"[a-z\-]+", text.lower()) if word in things]


def _steps(talk: Talk, sentence: Sentence) -> list[Step]:
    """The steps of one sentence: none, one, or one for each part of "I'll send this, and order that"."""
    found = hits("steps", sentence)
    promised, asked = weight(found, "promises"), weight(found, "asks")
    if sentence.side == "client":
        asked = 0.0
        if sentence.asks:
            return []
    owner: Side = "client" if sentence.side == "client" or asked > promised else "advisor"
    strength = max(promised, asked)
    if strength < 1.5:
        return []
    due = _due(talk, sentence)
    strength += _weight(talk, sentence, due is not None) - weight(found, "not_steps")
    if strength < ENOUGH:
        return []
    text = _with_list(talk, sentence)
    quote = talk.quote_of(sentence)
    return [Step(owner, _action(part), due, strength, (quote,), sentence.turn) for part in _parts(text)]


def _with_list(talk: Talk, sentence: Sentence) -> str:
    """The sentence; where it only says that there is something ("I need two things"), the next one with it."""
    turn = talk.turns[sentence.turn]
    at = turn.sentences.index(sentence)
    if not any(_things(sentence.folded)) and sentence.length <= 12 and at + 1 < len(turn.sentences):
        following = turn.sentences[at + 1]
        if any(_things(following.folded)):
            return f"{sentence.text} {following.text}"
    return sentence.text


def _parts(text: str) -> list[str]:
    """A sentence cut where a second action begins that names a thing of its own."""
    cuts = [match.start() for match in _SECOND.finditer(text)]
    for cut in cuts:
        first, second = text[:cut].rstrip(" ,"), text[cut:].lstrip(" ,")
        if any(_things(second)) and (any(_things(first)) or len(first.split()) >= 5):
            return [first, second]
    return [text]


def _weight(talk: Talk, sentence: Sentence, has_due: bool) -> float:
    """What speaks for a step beside its verb: a thing to send, a day, its place in the call."""
    words = sentence.words
    strength = 1.0 if any(verb in words for verb in data("steps")["strong"]) else 0.0
    strength += 1.0 if any(thing in words for thing in data("steps")["things"]) else 0.0
    strength += 1.0 if has_due else 0.0
    phase = talk.turns[sentence.turn].phase or ""
    place = (sentence.turn + 0.5) / len(talk.turns)
    strength += 1.0 if phase in ("scheduling client meeting", "ending meeting") or place > 0.9 else 0.0
    strength -= 1.0 if place < 0.7 else 0.0
    strength -= 1.0 if phase == "collecting money" and not has_due else 0.0
    return strength - (1.0 if sentence.length > 40 or sentence.length < 4 else 0.0)


def _action(sentence: str) -> str:
    """The sentence without its opening words, at most 25 words of it, around the promise."""
    text = _LEADING.sub("", sentence) or sentence
    words = text.split()
    if len(words) <= MOST_WORDS:
        return text.strip(" ,")
    clauses = re.split(r"(?<=[,;]) ", text)
    best = max(
        range(len(clauses)),
        key=lambda n: (len(re.findall(r"\b(?:I'll|I’ll|we'll|you|need|send|could)\b", clauses[n])), -n),
    )
    return " ".join(" ".join(clauses[best:]).split()[:MOST_WORDS]).strip(" ,")


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


def _meeting(talk: Talk) -> Step | None:
    """The next meeting, where a day or a time stands for it at the end of the call and nobody refuses it."""
    last: Step | None = None
    for turn in talk.turns[int(0.7 * len(talk.turns)) :]:
        for sentence in turn.sentences:
            found = hits("steps", sentence)
            if weight(found, "refused") >= 3 and turn.side == "client":
                last = None
            span = when_said(sentence.folded)
            if span is None or not _MEETING_TIME.search(sentence.folded[span[0] : span[1]]) or turn.side is None:
                continue
            if weight(found, "promises") >= 3 or weight(found, "asks") >= 3 or sentence.length > 30:
                continue
            due = sentence.text[span[0] : span[1]].strip(" ,")
            if turn.side == "client" and (last is None or len(due) < len(last.due or "")):
                continue
            text = (_LEADING.sub("", sentence.text) or sentence.text).rstrip("?. ")
            action = text if re.search(r"\b(?:meet\w*|call|sign\w*)\b", text, re.I) else f"Meeting: {text}"
            last = Step(
                "advisor", " ".join(action.split()[:MOST_WORDS]), due, 4.5, (talk.quote_of(sentence),), turn.index
            )
    return last


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
