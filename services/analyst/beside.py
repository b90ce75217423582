"""Who speaks beside the client on the client's side: a partner, or somebody else of the family who only listens in."""

import re

from services.analyst.cast import Cast
from services.analyst.dialogue import Sentence, Talk, TalkTurn
from services.analyst.wordings import Wording
from services.analyst.words import data
from services.playbooks.cues import fold

_KIN: dict[str, list[str]] = data("people")["kin"]
_CHILD = "|".join(_KIN["child"])
_OTHER = "|".join(
    sorted(set(_KIN["others"] + _KIN["professions"]) - {"woman", "man", "guy", "lady", "fella", "gentleman", "family"})
)
_OPENING = r"^\W*(?:(?:no|hi|hello|hey|yes|yeah|oh|and|well),? )*"
_WHO = rf"(?:{_CHILD}|{_OTHER})"
_SAYS_WHO = (
    r"(?:i'm|i am|it's|this is) (?:[a-z'-]+, ?)?(?:just |only |also )?"
    r"(?:the (?!dad|mom|father|mother)|her |his |their |your )"
)
_IS_ONE = re.compile(rf"{_OPENING}(?:{_SAYS_WHO})?{_WHO}\b")
_NAMES_ONESELF = Wording(
    rf"\b(?:i'm|i am) (?:just |only )?(?:the (?!dad|mom|father|mother)|her |his |their )(?:\w+ )?{_WHO}\b(?!')"
)
_TO_A_PARENT = Wording(r"(?:^|[,.!?] )(?:mom|mama|momma|ma|mother|dad|daddy|pop|pops|papa)(?:[,.?!]|$)")
_OF_A_PARENT = Wording(r"\b(?:told|tell|asked|and|with|for|to|like) (?:mom|mama|momma|dad|daddy|pop|pops)\b")
_TO_KIN = Wording(r"(?:^|[,.!?] )(?:auntie|sis|grandma|grandpa|nana)(?:[,.?!]|$)")
_PRESENTED = Wording(
    r"\b(?:that's|this is|that is|it's|i've got|i have|i got|here's|brought) (?:just |only |also )?(?:my|our) "
    rf"(?:\w+ )?(?P<kin>{_WHO})\b(?!')"
)
_SAID_OF_ONE = Wording(rf"\b(?:he's|she's|he is|she is) (?:just |only )?(?:my|our) (?:\w+ )?(?P<kin>{_WHO})\b(?!')")
_ASKED_OF_TWO = Wording(r"\b(?:you two|both|who(?:'s| is)|is (?:that|this|he|she)|husband|wife|with you|married)\b")
_CALLED = (
    r"(?:\b(?:my|our|your|her|his) (?:\w+ )?(?P<kin>{kin}),? {name}\b"
    r"|\b{name},? (?:is |my |your |our |the |her |his ){{1,2}}(?P<kin2>{kin})\b)"
)
_PARENT_GONE = Wording(
    r"\b(?:(?:my|our) )?(?:mom|mother|mama|momma|dad|father|daddy|papa)(?:'s)?\b(?: has| had| just)? ?(?:\w+ )?"
    r"(?:passed|died|gone)\b"
)
_EARLY = 14


def relatives(talk: Talk, cast: Cast) -> dict[str, str]:
    """The folded names of second voices who are no partner, with ``child`` or ``other`` for what they are."""
    if any(len(re.split(r"&|\+|\band\b|/", one.name)) > 1 for one in cast.call.speakers if one.side == "client"):
        return {}
    second = [fold(name) for name in cast.voices if not cast.is_own(name) and fold(name) not in cast.advisers]
    found: dict[str, str] = {}
    for name in second:
        kin = _of_own_words(spoken_by(talk, name)) or _presented(talk, name, alone=len(second) == 1)
        if kin:
            found[name] = kin
    return found


def spoken_by(talk: Talk, name: str) -> list[TalkTurn]:
    """The turns of a voice on the client's side, by its folded first name."""
    return [turn for turn in talk.turns if turn.side == "client" and name in fold(turn.speaker or "").split()]


def voice_of(talk: Talk, sentence: Sentence, names: dict[str, str]) -> str | None:
    """Which of these second voices says a sentence, or None."""
    label = fold(talk.turns[sentence.turn].speaker or "").split()
    return next((name for name in names if name in label), None)


def a_parent_is_gone(sentence: Sentence) -> bool:
    """Whether a child says that a parent has died."""
    return bool(_PARENT_GONE.search(sentence))


def _of_own_words(turns: list[TalkTurn]) -> str | None:
    for turn in turns[:6]:
        for one in turn.sentences:
            if match := (_NAMES_ONESELF.search(one) or (_IS_ONE.match(one.folded) if turn in turns[:4] else None)):
                return "child" if re.search(rf"\b(?:{_CHILD})\b", match.group()) else "other"
    if any(_TO_A_PARENT.search(turn) or _OF_A_PARENT.search(turn) for turn in turns):
        return "child"
    return "other" if any(_TO_KIN.search(turn) for turn in turns) else None


def _presented(talk: Talk, name: str, *, alone: bool) -> str | None:
    """What others say that a voice is: "that's my daughter", "my brother Ray"."""
    called = re.compile(_CALLED.format(kin=_WHO, name=re.escape(name)))
    for turn in talk.turns:
        match = called.search(turn.folded) if name in turn.folded else None
        if match is None and alone and turn.index < _EARLY and turn.side == "client":
            earlier = talk.before(turn.index)
            asked = earlier is not None and _ASKED_OF_TWO.search(earlier)
            match = _PRESENTED.search(turn) or (_SAID_OF_ONE.search(turn) if asked else None)
        if match:
            kin = next(one for one in match.groupdict().values() if one)
            return "child" if re.fullmatch(_CHILD, kin) else "other"
    return None
