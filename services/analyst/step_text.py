"""A next step and its words: what it names, how it is cut to length, when two are one."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from services.agents.contract import Quote
from services.analyst.dialogue import Sentence
from services.analyst.words import data
from services.calls.model import Side

MOST_WORDS = 25
MOST_TELLING = 29
LEAST_PART = 6
BRIEF = 9
_LEADING = re.compile(
    r"^(?:(?:and|so|then|okay|ok|alright|all right|well|yeah|yes|no|oh|now|but|perfect|great|good"
    r"|sure|um|uh|also|plus|right|fair enough|terrific|wonderful|please do that)\b[\s,.!]*)+",
    re.I,
)
_SECOND = re.compile(
    r",? and (?=(?:then I'll|I'm going to|order|get|have|send|take|bring|find|scan"
    r"|ask|call|pull|talk|set|text|email|draft|write)\b)",
    re.I,
)
_OTHERS = re.compile(
    r"[,;]? (?:and )?(?=(?:I'll|I’ll|we'll)\b)|[,;] (?:and )?(?=(?:fill|sign|you \w+ (?:the|your))\b)", re.I
)
_AND_I = re.compile(r",? and (?=(?:I|we)(?:'|’)ll\b(?! (?:be|see|know|understand|tell|show|explain)\b))")
_ORDER = re.compile(
    r"(?:(?:just|please|then|go ahead and|you) )*(?:send|mail|email|text|shoot|forward|bring|get|give|fax|drop|scan"
    r"|sign|fill|call|ask|find|put|write|draw)\b",
    re.I,
)
_LIST = re.compile(r",? and (?=(?:the|your|a|an|any|his|her|their|that|those)\b)", re.I)
_RUN = re.compile(r"[a-z\-]+")
_NOUN = re.compile(r"[a-z\-]+(?![a-z\-]| (?:it|them|that|those|you|me|him|her|us|over)\b)")
_VERB_WILL = re.compile(
    r"(?<!\ba)(?<!\bthe)(?<!your)(?<!\bmy)(?<!\bold)(?<!\bnew)(?<!\bher)(?<!\bhis)(?<!\bour) will\b"
)
_NAME = re.compile(r"(?<=[a-z] )(?:[A-Z][a-z]{2,}|[A-Z]{2,}\b)")
_PERSON = re.compile(r"\b(?:her|him|them)\b")
_NEEDED = re.compile(r"^(?:do|would|will|should|shall) (?:you|i|we) (?:also |still )?(?:need|want|bring) (?=\w)", re.I)
_SET_BEFORE = re.compile(r"(?:when|once|after|as soon as|if) ", re.I)
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december".split()
)


@dataclass(frozen=True, slots=True)
class Step:
    """One next step as said: ``action`` in at most 25 words, ``due`` as said or None; ``asked``: by the other side;
    ``opens``: its turn opens with it."""

    owner: Side
    action: str
    due: str | None
    strength: float
    quotes: tuple[Quote, ...]
    turn: int
    asked: bool = False
    opens: bool = False


def things(text: str) -> list[str]:
    """The things to send, sign or fill in that a text names."""
    lower = text.lower()
    if _things().isdisjoint(_RUN.findall(lower)):
        return []
    return [one for one in _NOUN.findall(_VERB_WILL.sub(" ", lower)) if one in _things()]


@lru_cache(maxsize=1)
def _things() -> frozenset[str]:
    """The things to send, sign or fill in, in the plural and in the singular."""
    known: list[str] = data("steps")["things"]
    return frozenset([*known, *(one[:-1] for one in known if one.endswith("s"))])


def same_person(one: str, other: str) -> bool:
    """Whether two actions are about the same "her", or "him"."""
    return bool(set(_PERSON.findall(one.lower())) & set(_PERSON.findall(other.lower())))


def names_one(sentence: Sentence) -> bool:
    """Whether a sentence says what is meant after it: a thing, or a full name ("Rita Dolan, on Front Street")."""
    return bool(own_things(sentence.text)) or _introduces(sentence)


def _introduces(sentence: Sentence) -> bool:
    return sentence.length <= BRIEF and bool(re.match(r"[A-Z]\w+ [A-Z]\w+(?:,|\.|$)", sentence.text))


def own_things(text: str) -> set[str]:
    """The things by which a step is known, in the singular: a picture or a copy is always of something."""
    of_something = data("steps")["containers"]
    return {one.rstrip("s") for one in things(text) if one not in of_something}


def names(text: str) -> list[str]:
    """Names of people and firms inside a text, days and months left out."""
    return [name for name in _NAME.findall(text) if name.lower().rstrip("s") not in _CALENDAR]


def parts(text: str, asked: bool) -> list[str]:
    """A sentence cut where a second action begins that names a thing of its own, or takes up the first one's.

    What is asked for in one breath stays one ("find it and get me a copy"); what somebody else does is cut off.
    """
    both = _AND_I.search(text)
    if both and _ORDER.match(bare(text)) and "," not in bare(text)[: both.start()]:
        return [text[: both.start()].rstrip(" ,"), text[both.end() :]]
    for match in (*_OTHERS.finditer(text), *(() if asked else _SECOND.finditer(text))):
        first, second = text[: match.start()].rstrip(" ,"), text[match.end() :].lstrip(" ,")
        if _SET_BEFORE.match(bare(first)) and "," not in bare(first):
            continue
        if re.match(r"(?:fill|sign) (?:it|that|this|those|them)\b", second, re.I) and things(first):
            return [first, f"{second.rstrip('.')}: {bare(first)}"]
        if own_things(second) and things(first) and len(first.split()) >= LEAST_PART and len(second.split()) > 2:
            return [first, second]
    return [text]


def is_order_and_promise(cut: list[str]) -> bool:
    """Whether a sentence was cut into what is asked and what is promised for it ("send it and I'll sign")."""
    return len(cut) == 2 and bool(_ORDER.match(bare(cut[0])) and _AND_I.match(f" and {cut[1]}"))


def listed(text: str) -> list[str]:
    """The two things of "the deed, and the lease", each with the words after it; else nothing."""
    for match in _LIST.finditer(text):
        first, second = text[: match.start()].rstrip(" ,"), text[match.end() :].lstrip(" ,")
        if things(first) and things(second):
            return [first, second]
    return []


def bare(text: str) -> str:
    """A text without its opening words."""
    return _LEADING.sub("", text) or text


def action_of(sentence: str) -> str:
    """The sentence without its opening words, at most 25 words of it, around the promise."""
    text = _NEEDED.sub("Bring ", bare(sentence))
    words = text.split()
    if len(words) <= MOST_WORDS:
        return text.strip(" ,")
    clauses = re.split(r"(?<=[,;]) ", text)
    best = max(
        range(len(clauses)),
        key=lambda n: (len(re.findall(r"\b(?:I'll|I’ll|we'll|you|need|send|could)\b", clauses[n])), -n),
    )
    return " ".join(" ".join(clauses[best:]).split()[:MOST_WORDS]).strip(" ,")


def with_more(action: str, more: str) -> str:
    """An action with the words that say more of it, where both together stay short."""
    both = f"{action.rstrip(' .?!,')}: {bare(more)}"
    return both if len(both.split()) <= MOST_WORDS else action


def fitted(step: Step) -> Step:
    """The step with so much of its action that action and due together stay short."""
    words, left = step.action.split(), MOST_TELLING - _telling(step.due or "")
    while words and _telling(" ".join(words)) > left:
        words.pop()
    return replace(step, action=" ".join(words).rstrip(" ,:"))


def _telling(text: str) -> int:
    """Words of a text; a hyphen or a stop parts them."""
    return len(re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", text.lower())))


def same(step: Step, other: Step) -> bool:
    """Whether two steps are one: most of the shorter one's words of content stand in the other."""
    a, b = content(step.action), content(other.action)
    return step.owner == other.owner and bool(a and b) and len(a & b) >= 0.6 * min(len(a), len(b))


def content(action: str) -> set[str]:
    """The words of an action that say what it is about."""
    return {word for word in re.findall(r"[a-z']{4,}", action.lower()) if word not in _EMPTY}


def about_one(step: Step, sentence: Sentence) -> bool:
    """Whether a sentence is about the thing or the person of a step."""
    if own_things(step.action) & own_things(sentence.text):
        return True
    return bool({name.lower() for name in names(step.action)} & set(sentence.words))


_EMPTY = frozenset(
    "i'll we'll that this them then with your have you'll from over going also gonna those these what when they"
    " could would send get some just about well meet".split()
)
"""Words that say nothing of what a step is about."""
