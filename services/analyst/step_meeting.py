"""The steps that a calendar makes: the next meeting, and the rest of the price on its day."""

import re
from collections.abc import Sequence

from services.analyst.dates import WEEKDAYS, when_in, when_said
from services.analyst.dialogue import Sentence, Talk, TalkTurn
from services.analyst.endings import FIXED, Appointment, find_appointment, last_part
from services.analyst.step_text import MOST_WORDS, Step, bare
from services.analyst.wordings import Wording
from services.analyst.words import book, hits, weight
from services.calls.model import Side
from services.playbooks.cues import Hit

LATE = 0.6
SHORT = 9
PROMISED = 2.5
LATELY = 8
AGAIN = 4
_COUNT = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_LATER = "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_HOUR = re.compile(
    rf"(?:, |at |around )(?:\d|noon|{_COUNT}|{_LATER})"
    rf"|[ -](?:thirty|fifteen|forty-five)\b|\bnoon\b|day (?:{_COUNT})\b"
)
_CALLING = Wording(r"\b(?:call|phone|ring)\b")
_A_CALL = Wording(r"\b(?:a|the|another|our|phone|video|conference|family) call\b")
_MINUTES = re.compile(rf"\b(?:\d{{1,2}}|{_COUNT}|{_LATER})[ -](?:thirty|fifteen|forty-five)\b|\b\d{{1,2}}:\d\d\b")
_MEETING = re.compile(r"\b(?:meet\w*|call|sign\w*|appointment|session|talk)\b", re.I)
_MEETS = Wording(
    r"\b(?:meet\w*|appointment|session|zoom|come (?:in|by|over|down|out)|see you|talk again|speak again|sit down"
    r"|get together|visit|the (?:next )?call|a call|video)\b"
)
_CLOCK = Wording(rf"\b(?:o'clock|noon|at (?:\d|{_COUNT}))\b|\d:\d\d")
_DAY = re.compile(
    r"\b(?:\w+day|week|month|\w+th|first|second|third|january|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b"
)
_NOW = re.compile(r"\b(?:today|tonight|now)\b")


def meeting_step(talk: Talk, found: Sequence[Step] = ()) -> Step | None:
    """The next meeting as a step: what it is for and the words that fix its day; None where none is fixed.

    ``found`` are the steps told so far: a yes to the day of one of them fixes no meeting.
    """
    appointment = find_appointment(talk)
    if appointment is None or appointment.strength < FIXED or _only_agrees(talk, appointment, found):
        return None
    sentence = appointment.sentence
    again = _said_again(talk, appointment)
    text = _when(appointment) if again is None else bare(again.text).rstrip("?. ")
    beside = [one for one in _around(talk, sentence) if one is not sentence]
    owner, other = _whose(sentence, beside)
    if other is not None:
        text = f"{bare(other.text).rstrip('?.! ')}: {text}" if other is not sentence else text
    elif not _MEETING.search(text):
        earlier = talk.turns[max(0, sentence.turn - LATELY) : sentence.turn]
        calling = any(_CALLING.search(one) for one in beside) or any(_A_CALL.search(one) for one in earlier)
        text = f"{'Call' if calling else 'Meeting'}: {text}"
    if other is not None and not _MEETING.search(text):
        text = f"Meeting: {text}"
    purpose = next((one for one in beside if _MEETING.search(one.text)), None)
    if other is None and purpose is not None and len(text.split()) <= SHORT:
        text = f"{text}, {bare(purpose.text).rstrip('?. ')}"
    quotes = [talk.quote_of(sentence), *([talk.quote_of(other)] if other is not None and other is not sentence else [])]
    due = appointment.due
    if again is not None and (span := _day_and_hour(again)):
        quotes.append(talk.quote_of(again))
        due = again.text[span[0] : span[1]].strip(" ,")
    return Step(owner, " ".join(text.split()[:MOST_WORDS]), due or None, 5.0, tuple(quotes), sentence.turn)


def _only_agrees(talk: Talk, appointment: Appointment, found: Sequence[Step]) -> bool:
    """Whether "Friday's good" takes up the day of a promise just made, and nobody speaks of meeting."""
    sentence, day = appointment.sentence, appointment.due.lower()
    beside = talk.turns[max(0, sentence.turn - 2) : sentence.turn + 2]
    if sentence.length > SHORT or not day or any(_MEETS.search(turn) or _CLOCK.search(turn) for turn in beside):
        return False
    return any(0 < sentence.turn - step.turn <= 2 and step.due and day in step.due.lower() for step in found)


def _said_again(talk: Talk, appointment: Appointment) -> Sentence | None:
    """The last short sentence after the offer that says day and hour once more: that is what holds."""
    found = None
    for turn in talk.turns[appointment.sentence.turn + 1 : appointment.sentence.turn + 1 + AGAIN]:
        for one in turn.sentences:
            span = _day_and_hour(one) if one.length <= SHORT and not one.asks else None
            if span:
                found = one if _says_more(appointment.due.lower(), one.folded[span[0] : span[1]]) else None
    return found


def _day_and_hour(sentence: Sentence) -> tuple[int, int] | None:
    """Where a sentence says a day and an hour, whichever comes first; None where it lacks one of them."""
    span, folded = when_said(sentence), sentence.folded
    hour = _MINUTES.search(folded) or _HOUR.search(folded)
    if span is None or hour is None or not _DAY.search(folded[span[0] : span[1]]):
        return None
    return min(span[0], hour.start()), max(span[1], hour.end())


def _says_more(known: str, said: str) -> bool:
    """Whether a time said again has an hour or minutes where the first had none, or is of another day of the week."""
    days = [{day for day in WEEKDAYS if day in text} for text in (known, said)]
    minutes = bool(_MINUTES.search(said)) and not _MINUTES.search(known)
    return minutes or not _HOUR.search(known) or bool(days[0] and days[1] and days[0] != days[1])


def _when(appointment: Appointment) -> str:
    text = bare(appointment.sentence.text).rstrip("?. ")
    if appointment.day is not None and appointment.day is not appointment.sentence:
        return f"{bare(appointment.day.text).rstrip('?. ')}, {text}"
    return text


def _whose(sentence: Sentence, beside: list[Sentence]) -> tuple[Side, Sentence | None]:
    """Whose step the meeting is, and the sentence that says with whom: one with somebody else is the client's.

    Where somebody of the firm rings or comes, it is the adviser who sees to it.
    """
    near = [one for one in (sentence, *reversed(beside)) if one.side == "advisor" and one.turn <= sentence.turn + 1]
    scored = [(one, hits("steps", one)) for one in near]
    comes = any(hit.key == "comes_to_client" for _, found in scored[:2] for hit in found)
    other = next((one for one, found in scored if _with_others(found)), None)
    return ("client" if other is not None and not comes else "advisor"), other


def _with_others(found: list[Hit[str]]) -> bool:
    return weight(found, "with_others") > 0 and weight(found, "promises") < PROMISED


def _around(talk: Talk, sentence: Sentence) -> list[Sentence]:
    """The sentences of the turns around one, in their order."""
    turns: list[TalkTurn] = talk.turns[max(0, sentence.turn - 3) : sentence.turn + 3]
    return [one for turn in turns for one in turn.sentences if one.length <= 25]


def balance_step(talk: Talk) -> Step | None:
    """The rest of the price, to be paid on a day that was agreed; None where there is none."""
    found = None
    for turn in talk.turns[last_part(talk, LATE) :]:
        for sentence in turn.sentences if turn.side == "advisor" else ():
            rest = next((hit for hit in hits("steps", sentence) if hit.key == "balance"), None)
            if rest is None or sentence.asks or sentence.story:
                continue
            span = when_in(sentence.folded[rest.start :])
            due = sentence.text[rest.start + span[0] : rest.start + span[1]].strip(" ,.") if span else None
            if due and _DAY.search(due.lower()) and not _NOW.search(due.lower()) and _agreed(talk, turn.index):
                action = f"Pay {sentence.text[rest.start :].strip(' .,')}"
                quotes = (talk.quote_of(sentence),)
                found = Step("client", " ".join(action.split()[:MOST_WORDS]), due, 5.0, quotes, turn.index)
    return found


def _agreed(talk: Talk, index: int) -> bool:
    """Whether the client takes it: with a yes, or by paying the first part soon after."""
    following = talk.turns[index + 1 : index + 5]
    if any(turn.phase == "collecting money" for turn in following):
        return True
    answer = next((turn for turn in following if turn.side == "client"), None)
    opening = answer.sentences[:2] if answer else ()
    return any(hit.key == "agreed" and hit.weight > 0 for one in opening for hit in book("steps").find(one.line))
