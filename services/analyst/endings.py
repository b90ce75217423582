"""The next meeting: a day or a time that one side puts forward near the end and nobody refuses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from services.analyst.dates import WEEKDAYS, when_said
from services.analyst.dialogue import Sentence, Talk
from services.analyst.wordings import Wording
from services.analyst.words import hits, weight

LATE = 0.6
FEW = 12
FIXED = 4.5
LATER = 1.0
AN_HOUR = 1.5
NEAR = 3
_DEADLINE = re.compile(r"^(?:by|before|until|till) ")
_NTH = r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w+teenth|\w+tieth)"
_DAY = re.compile(
    rf"\b(?:{'|'.join(WEEKDAYS)}|tomorrow|next week|in (?:a|two|three|\d+) weeks?|a week from|(?:\w+-)?{_NTH}"
    r"|\d{1,2}(?:st|nd|rd|th))\b"
)
_CLOCK = Wording(
    r"\b(?:at|around|say|about) (?:\d{1,2}|noon|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
    r"|\bo'clock\b|\b(?:am|a\.m|pm|p\.m)\b|\bnoon\b|\b\d{1,2}:\d\d\b|\b(?:\w+)[- ](?:thirty|fifteen|forty-five)\b"
    r"|\b(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r" in the (?:morning|afternoon|evening)\b"
)
_DAYS = "|".join(WEEKDAYS)
_FREE = "fine|good|great|okay|ok|perfect|better|best|free|open|ideal|clear|wide"
_TAKEN = Wording(
    rf"\b(?:{_DAYS})(?:'s (?!{_FREE})|s?,? (?:i|we|he|she)(?:'m|'re|'s)? (?!coming|calling)"
    r"(?:\w+ing\b|work|close|teach))"
    rf"|\b(?:{_DAYS})s?,? (?:i|we)(?:'ve)? (?:have|got) (?:an?|the|my|our|his|her) "
    r"|(?:'s got|'ve got|\bhas|\bhave) (?:(?:a|my|the|her|his|our) )?"
    rf"(?!{_DAYS}|time|nine|ten)[a-z]+ (?:at|till|until) "
)
"""A day or an hour on which somebody has something else."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A meeting that was put forward: how sure it is, the sentence that says when, and what was said of the time.

    ``day`` is the sentence that names the day where this one names the hour alone.
    """

    strength: float
    sentence: Sentence
    due: str
    day: Sentence | None = None


def last_part(talk: Talk, share: float) -> int:
    """The turn at which the last part of a call begins; an exchange of a few turns is all last part."""
    return int(share * len(talk.turns)) if len(talk.turns) > FEW else 0


def find_appointment(talk: Talk) -> Appointment | None:
    """The surest meeting that stands at the end of the call; None where nobody fixed one or the client refused."""
    refused = _refusal(talk)
    offers = [one for one in _offers(talk) if one.sentence.turn > refused]
    by_turn: dict[int, list[Appointment]] = {}
    for one in offers:
        by_turn.setdefault(one.sentence.turn, []).append(one)
    found = [replace(one, strength=one.strength + _beside(one, by_turn)) for one in offers]
    best = max((one.strength for one in found), default=0.0)
    last = [one for one in found if one.strength >= best - LATER]
    return _with_day(last[-1], offers) if last else None


def _with_day(one: Appointment, offers: list[Appointment]) -> Appointment:
    """An hour alone ("I can do seven-fifteen") belongs to the day named last before it."""
    if when_said(one.sentence):
        return replace(one, day=one.sentence)
    turn = one.sentence.turn
    days = [
        other
        for other in offers
        if other.due and turn - 3 <= other.sentence.turn <= turn and other.sentence is not one.sentence
    ]
    return replace(one, day=days[-1].sentence, due=days[-1].due) if days else one


def _beside(one: Appointment, by_turn: Mapping[int, list[Appointment]]) -> float:
    """What the days and hours named in the turns around one add to it."""
    turn = one.sentence.turn
    near = [other for index in range(turn - NEAR, turn + NEAR + 1) for other in by_turn.get(index, ())]
    return _talked_over(one, near) + _on_a_day(one, near)


def _on_a_day(one: Appointment, offers: list[Appointment]) -> float:
    """What an hour alone gains by a day that was put forward just before it."""
    turn = one.sentence.turn
    return (
        AN_HOUR if not one.due and any(other.due and 0 <= turn - other.sentence.turn <= 3 for other in offers) else 0.0
    )


def _talked_over(one: Appointment, offers: list[Appointment]) -> float:
    """A day is fixed by going to and fro: what the other turns beside it that name days add."""
    near = {
        other.sentence.turn
        for other in offers
        if other.strength >= 2 and 0 < abs(other.sentence.turn - one.sentence.turn) <= 3
    }
    return 0.75 * min(len(near), 3)


def _offers(talk: Talk) -> Iterator[Appointment]:
    for turn in talk.turns[last_part(talk, LATE) :]:
        for sentence in turn.sentences:
            if turn.side not in ("advisor", "client") or sentence.length > 40:
                continue
            span = when_said(sentence)
            said = sentence.folded[span[0] : span[1]] if span else ""
            day, clock = bool(span and _DAY.search(said)), bool(_CLOCK.search(sentence))
            if not (day or clock) or _DEADLINE.match(said):
                continue
            strength = _strength(talk, sentence, day, clock)
            if strength > 0:
                yield Appointment(strength, sentence, sentence.text[span[0] : span[1]].strip(" ,") if span else "")


def _strength(talk: Talk, sentence: Sentence, day: bool, clock: bool) -> float:
    """Words of meeting, day and hour, the other side's yes, against words of sending and of a deadline."""
    found = hits("endings", sentence)
    strength = 1.0 + (1.0 if day and clock else 0.0) + weight(found, "meets")
    strength -= 0.0 if "invit" in sentence.folded else 2.0 * weight(found, "sends")
    strength += 1.0 if talk.turns[sentence.turn].phase in ("scheduling client meeting", "ending meeting") else 0.0
    strength += max((_answer(talk, sentence.turn, ahead) for ahead in (1, 2)), default=0.0)
    if not day and weight(found, "meets") < 1.5:
        strength -= 1.5
    strength -= 3.0 if sentence.side == "client" and _TAKEN.search(sentence) else 0.0
    return strength


def _answer(talk: Talk, index: int, ahead: int) -> float:
    """How much the turn after an offer takes it up: a yes, or the day said back."""
    if index + ahead >= len(talk.turns):
        return 0.0
    turn = talk.turns[index + ahead]
    if turn.side == talk.turns[index].side:
        return 0.0
    strength = 0.0
    for sentence in turn.sentences[:3]:
        found = hits("endings", sentence)
        strength = max(strength, 0.75 * weight(found, "accepts") - weight(found, "refuses"))
        if _CLOCK.search(sentence) or (when_said(sentence) and _DAY.search(sentence.folded)):
            strength = max(strength, 1.5)
    return strength


def _refusal(talk: Talk) -> int:
    """The last turn in which the client refuses to fix a day; -1 where none does."""
    last = -1
    for turn in talk.turns[last_part(talk, LATE) :]:
        if turn.side == "client" and any(weight(hits("endings", one), "refuses") >= 2.5 for one in turn.sentences):
            last = turn.index
    return last
