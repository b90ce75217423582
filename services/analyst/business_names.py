"""Names that can be a business's: capitalised words of a sentence, with what around them speaks for one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from services.analyst.dialogue import Sentence
from services.analyst.numbers import numbers_in
from services.analyst.places import is_town
from services.analyst.words import data
from services.playbooks.cues import fold

_CAPITAL = r"(?:[A-Z0-9][\w’']*(?:[-&][\w’']+)*|[A-Z]\.(?:[A-Z]\.)*)"
_INSIDE = rf"(?:{_CAPITAL}|&|(?:and|of|the|on|by|in|for|at)(?= (?:(?:the|a) )?[A-Z]))"
_NAME = re.compile(
    rf"(?<![\w’'.-])[A-Z][\w’']*(?:[-&][\w’']+)*(?: {_INSIDE}){{0,6}}(?:,? (?:LLC|Inc|LLP|PLLC|PC|Corp)\b)?"
)
_COUNTS = frozenset("one two three four five six seven eight nine ten first second third".split())
_PERSON = re.compile(
    r"\b(?:me and|and i|my|our|his|her|partner|partner's|buddy|friend|wife|husband|son|daughter|brother"
    r"|sister|cousin|uncle|aunt|guy|named|with|ask|tell|mr|mrs|ms|dr)\.?,?\s+$"
)
_FILLERS = re.compile(r"(?:,? \b(?:eh|er|erm|uh|um|hm|hmm|ah|like|you know|let me think|let's see|what is it)\b,?)+ ")
_PARTNER = re.compile(r",? (?:and|&) (?:me|i|myself|my|him|her|us)\b")
_LETTERS = re.compile(r"^[A-Z](?:-[A-Z])+$")
_CALLED = re.compile(
    r"\b(?:called|call it|call 'em|named|name is|name's|named it|goes by|doing business as|dba|d\.b\.a\.?"
    r"|under the name(?: of)?|(?:is|are|'s|'re|all|everything|runs|run) under"
    r"|known as|operates? as|titled)(?: the| uh| um| just| now)?[\s,:]*$"
    r"|\b(?:an?|my|our|own) (?:\w+ ){0,3}(?:company|business|firm|practice|shop|llc|salon|studio|store"
    r"|restaurant|bakery|cafe|bar|gym|clinic|agency|farm|ranch|outfit"
    r"|partnership|corporation|s-corp|winery|brewery|nursery|dealership|garage"
    r"|daycare|label|brand|side hustle|franchise)(?: with (?:\w+ ){1,2}\w+)?, (?:uh, |um, )?$"
    r"|\b(?:my|our|his|her|their) own (?:\w+ )?(?:thing|gig|line|place|business|shop|company|firm)[,:]? (?:uh, |um, )?$"
)
_IS = re.compile(
    r"(?:^|[,.;:]\s|\b(?:so|and|well|yeah|yes|no|is) )(?:it's|that's|it is|that is|this is|i'm"
    r"|the (?:first|second|third|other)"
    r"(?: (?:one|business|company))?(?: is|'s)|(?:first|second|third|other) (?:one|business"
    r"|company)(?: is|'s)|one(?: is|'s)|we're)"
    r"(?: just| now| called| the| uh,?| um,?)*[\s,]*$"
)
_OWNS = re.compile(
    r"\b(?:i|we|he|she|they|you|you guys|y'all|both) (?:also |still |both |just |actually |each )*(?:own"
    r"|owns|run|runs|operate|operates|started|founded|opened"
    r"|have|has|'ve got|got|formed|set up|bought|co-own|co-founded)(?: and (?:run|operate)s?)?(?: half"
    r"| part| a (?:third|quarter|piece|share))?(?: of)?(?: a| the| my| our| this)?"
    r"(?: (?:business|company|shop|llc|little \w+))?[\s,]*$"
    r"|\b(?:i've|we've|you've) got(?: a| the)?[\s,]*$|\b(?:my|our|your) (?:own )?(?:\w+ )?(?:company"
    r"|business|firm|practice|shop|llc|salon|studio|store|outfit|side hustle|brand)"
    r"(?:,| is| was|'s)?(?: called| named)?(?: the)?[\s,]*$|\b(?:owner|founder|partner|president|ceo"
    r"|principal) (?:of|at|in)(?: the)?[\s,]*$"
)
_TOGETHER = re.compile(
    r"\b(?:me and (?:my )?\w+|(?:my \w+|\w+) and i|my (?:wife|husband|partner|spouse))"
    r" (?:both |also |still )?(?:owns?|runs?|started|have|has|opened)(?: a| the)?[\s,]*$"
)
_LISTED = re.compile(r"\b(?:llc|inc|corp|pllc|llp),? (?:and|plus|then)(?: then| also| there's)? $")
_HAS = re.compile(r"\b(?:have|has|had|got|bought)(?: a| the| my| our| this)?[\s,]*$")
_EMPLOYED = re.compile(
    r"\b(?:works?|worked|working|job|drives?|drove|teach(?:es)?|taught|nurse|employed|hired|retired"
    r"|driver|engineer|manager|i'm|he's|she's|was|been|account|accounts|money|shares"
    r"|stock|client|customer|gig|contract|position|years?|pension|policy|insurance|loan|mortgage|savings"
    r"|checking|rep|ira|401k)(?: \w+){0,2} (?:for|at|with|from|over at|through|by)(?: the)?[\s,]*$"
)
_NEAR = re.compile(r"\b(?:at|from|through|via|in|near|to|with|by)(?: the)?[\s,]*$")
_FORM_AFTER = re.compile(
    r"[,.]?\s*(?:it's |and it's |is |which is |that's )?(?:an? |my |our )?(llc|inc\b|incorporated|llp"
    r"|pllc|corp|s-corp|corporation|partnership)"
)


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it stands in a sentence. ``strength``: how much speaks for a business of the speakers' side."""

    name: str
    sentence: Sentence
    start: int
    end: int
    strength: float
    alone: bool


@lru_cache(maxsize=1)
def _lists() -> dict[str, Any]:
    business: dict[str, Any] = data("property")["business"]
    return {
        "forms": frozenset(business["forms"]),
        "parts": frozenset(business["names"]),
        "never": frozenset(business["never"]),
        "opening": frozenset(business["opening"]),
    }


def names_in(sentence: Sentence, people: frozenset[str], firm: frozenset[str]) -> Iterator[Named]:
    """Every capitalised name of a sentence that is nobody's, no bank's, no place's and not the firm's own."""
    for match in _NAME.finditer(sentence.text):
        words = match.group().rstrip(",.'’").split()
        start = match.start()
        while words and _opens(words, sentence, start):
            start += len(words[0]) + 1
            words = words[1:]
        if not words or not sentence.text[start].isupper() or _LETTERS.match(words[0]) or len("".join(words)) == 1:
            continue
        name = " ".join(words)
        end = start + len(name)
        if _is_other(sentence, name, start, people, firm):
            continue
        strength, alone = _strength(sentence, words, start, end)
        yield Named(name, sentence, start, end, strength, alone)


def _opens(words: list[str], sentence: Sentence, start: int) -> bool:
    """Whether the first word is only capital because a sentence begins there."""
    first = fold(words[0]).strip(",.'")
    if first in ("i", "i'm", "i've", "i'd", "i'll", "ok", "okay"):
        return True
    if first in _COUNTS:
        return len(words) == 1
    return first in _lists()["opening"] and (start == 0 or len(words) == 1 or first not in ("the", "a"))


def _is_other(sentence: Sentence, name: str, start: int, people: frozenset[str], firm: frozenset[str]) -> bool:
    folded = fold(name).rstrip(".")
    words = [word.strip(",.") for word in folded.split()]
    telling = [word for word in words if word not in _lists()["forms"] and word not in ("and", "of", "the", "&")]
    if telling == words and _is_number(folded) and not _CALLED.search(sentence.folded[:start]):
        return True
    if not telling or all(word in people or word.removesuffix("'s") in people for word in telling):
        return True
    ends = () if len(telling) > 1 and len(telling) < len(words) else (telling[0], telling[-1])
    if not _lists()["never"].isdisjoint((folded, " ".join(telling), *ends)):
        return True
    if firm and set(telling) & firm and len(set(telling) & firm) * 2 >= len(telling):
        return True
    if len(words) == 1 and sentence.folded[:start].endswith(", ") and sentence.folded[start + len(name) :] == "?":
        return True  # "what is it, Hal?"
    states = data("places")["states"]
    return folded in states or (
        is_town(folded) and bool(re.search(r"\b(?:in|near|from|outside|to|of)\s+$", sentence.folded[:start]))
    )


def _is_number(folded: str) -> bool:
    """Whether a name is nothing but a number: "Ninety-four."."""
    return any(number.start == 0 and number.end == len(folded) for number in numbers_in(folded))


def _strength(sentence: Sentence, words: list[str], start: int, end: int) -> tuple[float, bool]:
    before, after = sentence.folded[:start], sentence.folded[end:]
    lists = _lists()
    tail = fold(words[-1]).strip(".,'")
    form = tail in lists["forms"] and len(words) > 1
    parts = any(fold(word).strip(".,'") in lists["parts"] for word in words[1:]) or (
        len(words) > 1 and tail in lists["parts"]
    )
    before = _FILLERS.sub(" ", before)
    alone = not re.search(
        r"\w", re.sub(r"^(?:so|and|well|yeah|yes|it's|that's|it is|just|um|uh|the|a|,|\s)+", "", before)
    ) and not re.search(r"\w", after)
    strength = 2.5 if form else 2.0 if _FORM_AFTER.match(after) else 0.0
    strength += 1.5 if parts else 0.0
    strength += 0.5 if _LISTED.search(before) else 0.0
    called, owned = bool(_CALLED.search(before)), bool(_OWNS.search(before) or _TOGETHER.search(before))
    strength += 2.5 if called else 0.75 if owned and _HAS.search(before) else 1.5 if owned else 0.0
    if not called and not owned:
        strength += 1.0 if alone or _IS.search(before) else 0.0
        strength -= 4.0 if _EMPLOYED.search(before) else 2.0 if _NEAR.search(before) else 0.0
    person = bool(_PERSON.search(before) or _PARTNER.match(after))
    if len(words) == 1 and not form:
        strength -= 0.0 if called and not person else 3.0 if person else 1.5
    return strength, alone
