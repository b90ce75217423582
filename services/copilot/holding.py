"""Who has something already, by how people tell it: we did one when she was born; do you have one? Yes, an old one."""

import re

from services.copilot.proof import CallProof
from services.copilot.turns import Turn, turns_of
from services.playbooks.cues import fold

_HAS = re.compile(
    r"\b(?:has|have|had|having|got|own|owns|keep|keeps|with|is|are)\b(?: (?:already|still|got|now|currently|there))*"
    r" (?:an?|the|any|some|their|his|her|your)?\s?(?:own )?"
    r"(?:(?:old|existing|ancient|previous|prior|earlier|current|outdated|original|valid|written|signed|real|kind of)"
    r"[, ]*(?:or |and )?)*(?P<thing>[a-z ]+)$"
)
_BEFORE = re.compile(
    r"\b(?:already|existing|old|ancient|previous|prior|earlier|outdated|lying around|in place|on file|in a drawer"
    r"|before (?:us|they came|calling|the call)|from (?:years|before|another)|drawn up"
    r"|have (?:an?|any) \w+ (?:at all|yet))\b"
)
_OBJECTS = re.compile(
    r"\b(?:objection|object|concern|rais|pushback|because|complain|reason|excuse|said no|argu|declin)"
)
_ARTICLE = r"(?:an?|the|that|this|my|our|his|her|their|old|one|simple|own|last|separate|online|original|previous)"
_MINE = r"(?:i|we|and i)(?:'ve| have|'d| had| did| made| wrote| signed| got)(?: already| just| both| still| do)*"
_MADE = r"(?:have|had|got|did|made|wrote|signed|drew up|set up|done|drawn up|has|filled out|redid|updated)"
_NO = re.compile(r"\b(?:no|not|never|don't|didn't|haven't|hadn't|doesn't|without|nothing|neither|isn't|wasn't|if)\b")
_YES = re.compile(
    r"^(?:oh |well,? |um,? |uh,? |so,? |i mean,? )*(?:yes|yeah|yep|yup|sure|we do|i do|we did|i did|we have|i have"
    r"|we had|i had|there is|there's|from|an old|a real old|one from|old one|just the|only the|somewhere)\b"
    r"|\b(?:did|had|have|got|made|wrote|signed) (?:one|them|those|ours|mine)\b"
)
_NOPE = re.compile(r"^(?:oh |well,? |um,? |uh,? |so,? )*(?:no|nope|nah|never|not|neither|nothing)\b")
_NEAR = 3  # turns after a question in which it is answered


def held_already(folded: str, start: int, end: int) -> bool:
    """Whether a question asks who has the thing already that stands at this place, and not who objected so."""
    has = bool(_HAS.search(folded[:end])) and not folded[:start].rstrip().endswith(("talk of", "about"))
    return has and bool(_BEFORE.search(folded)) and not _OBJECTS.search(folded)


def bare_thing(words: str) -> str:
    """A thing without what stands before it: a will, of have a will."""
    return re.sub(r"^.*\b(?:an?|the|any|have|has|had|got|own|with|existing|old) ", "", words).removesuffix("s")


def having(call: CallProof, thing: str) -> list[Turn]:
    """The turns of a call that tell that the client has such a thing: told freely, or on our question."""
    head = rf"{re.escape(fold(thing))}s?\b(?! (?:be|have|you|they|he|she|it|i|get|go|need|do)\b)"
    many = rf"{re.escape(fold(thing))}s\b"
    own = re.compile(
        rf"\b{_MINE}(?: {_MADE})? (?:(?:\w+[, ]+){{0,4}}?{_ARTICLE} (?:\w+ )?{head}|{many})"
        rf"|\b(?:my|our) (?:\w+ )?(?:old |own ){head}"
    )
    yours = re.compile(
        rf"\byou(?:'ve| have|'ve got| have got| two have| both have) (?:got )?(?:{_ARTICLE} {head}|{many})"
    )
    asks = re.compile(
        rf"\b(?:(?:do|did|have|had) (?:you|y'all|either)|you got|is there|any|even)\b[^?.]*\b{head}[^?.]*\?"
    )
    turns = turns_of(call)
    found = [turn for turn in turns if turn.side != "advisor" and _tells(own, fold(turn.text))]
    found += [turn for turn in turns if turn.side == "advisor" and _tells(yours, fold(turn.text))]
    for turn in turns:
        if turn.side == "advisor" and asks.search(fold(turn.text)):
            after = [each for each in turns[turns.index(turn) + 1 :][:_NEAR] if each.side != "advisor"]
            told = next((each for each in after if _YES.search(fold(each.text)) or _NOPE.search(fold(each.text))), None)
            if told is not None and not _NOPE.search(fold(told.text)):
                found += [turn, told]
    return list(dict.fromkeys(found))[:2]


def _tells(own: re.Pattern[str], folded: str) -> bool:
    """Whether somebody tells it in a sentence that denies nothing."""
    parts = re.split(r"(?<=[.!?]) ", folded)
    return any(own.search(part) and not _NO.search(part) and not part.endswith("?") for part in parts)
