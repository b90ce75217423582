"""Turns as they are looked for and quoted: with what was said around them, cut to what was asked."""

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass

from services.copilot.proof import CallProof
from services.json_words import plain
from services.sentence_words import stems

_QUESTION = 25  # words of a turn before another that are looked at with it
_ENDING, _LEAST_ENDING = 6, 8  # the part of a call that is near its end: a sixth, and how many turns at least
_LAST = 60  # characters of a turn in which a question is still open
_SHORT = 7  # words of a turn that says little without the one before it
_NEXT = 3  # turns within which the other side replies
_BRIEF = 45  # words of a turn that is shown before the best one
_LONGEST = 70  # words that are quoted of a turn


@dataclass(frozen=True)
class Turn:
    call: CallProof
    number: int
    speaker: str
    side: str
    text: str


def turns_of(call: CallProof) -> list[Turn]:
    return [
        Turn(call, number, plain(turn.get("speaker")), plain(turn.get("side")), plain(turn.get("text")))
        for number, turn in enumerate(call.turns)
        if turn.get("text")
    ]


def ending(call: CallProof) -> list[Turn]:
    """The turns near the end of a call that say more than goodbye."""
    turns = turns_of(call)
    late = turns[-max(_LEAST_ENDING, len(turns) // _ENDING) :]
    return [turn for turn in late if len(turn.text.split()) >= _SHORT]


def with_before(turn: Turn) -> str:
    """A turn after the end of the one before it, which it may answer."""
    before = plain(turn.call.turns[turn.number - 1].get("text")) if turn.number else ""
    return f"{' '.join(before.split()[-_QUESTION:])} {turn.text}"


def around(turn: Turn) -> str:
    """A turn with its neighbours."""
    near = turn.call.turns[max(0, turn.number - 1) : turn.number + 2]
    return " ".join(plain(each.get("text")) for each in near)


def shown(turn: Turn, *, whole: bool = False) -> list[Turn]:
    """A turn as it can be understood: a question with its answer, a short answer with its question.

    ``whole``: the short turn before it too.
    """
    turns = {each.number: each for each in turns_of(turn.call)}
    following, before = turns.get(turn.number + 1), turns.get(turn.number - 1)
    if whole:
        lead = before is not None and _SHORT <= len(before.text.split()) <= _BRIEF
        own = shown(turn)
        last = turns.get(own[-1].number + 1)
        answered = last is not None and "?" in own[-1].text[-_LAST:]
        asked = [following, *([turns[turn.number + 2]] if turn.number + 2 in turns else [])] if _asks(following) else []
        after = [last] if answered and last is not None else asked if own[-1] is turn else []
        return [*([before] if lead and before is not None else []), *own, *(each for each in after if each is not None)]
    if following is not None and ("?" in turn.text[-_LAST:] or (turn.side == "advisor" != following.side)):
        return [turn, following]
    if len(turn.text.split()) < _SHORT and turn.number - 1 in turns:
        return [turns[turn.number - 1], turn]
    return [turn]


def with_reply(turn: Turn) -> list[Turn]:
    """A turn with what the other side says next."""
    after = [each for each in turns_of(turn.call) if turn.number < each.number <= turn.number + _NEXT]
    reply = next((each for each in after if each.side != turn.side), None)
    return [turn, *(each for each in after if reply is not None and each.number <= reply.number)]


def _asks(turn: Turn | None) -> bool:
    return turn is not None and "?" in turn.text[-_LAST:]


_NAMELESS = re.compile(
    r"\d|^(?:speaker|client|caller|guest|unknown|customer|prospect|me|you|host|advis[eo]r|agent|rep|attorney|participant)\b",
    re.I,
)


def speaks(name: str, calls: Iterable[CallProof]) -> bool:
    """Whether somebody speaks on any of the calls, or may: where a voice of the client's side has no name."""
    if not name:
        return True
    voices = {turn.speaker.lower() for call in calls for turn in turns_of(call)}
    return any(
        name.lower() in voice or voice.split()[:1] == [name.lower().split()[0]] or _nameless(voice) for voice in voices
    )


def _nameless(voice: str) -> bool:
    return not voice or bool(_NAMELESS.search(voice))


def cut(text: str, wanted: Set[str]) -> str:
    """A long turn around the words that were asked for."""
    words = text.split()
    if len(words) <= _LONGEST:
        return text
    best = max(
        range(0, len(words) - _LONGEST + 1, 10),
        key=lambda start: len(wanted & set(stems(" ".join(words[start : start + _LONGEST])))),
    )
    return " ".join(words[best : best + _LONGEST])
