"""One value out of one sentence, by the type of its field."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from services.analyst.contact import phone_numbers
from services.analyst.dialogue import Sentence, TalkTurn
from services.analyst.numbers import Spoken, numbers_in
from services.analyst.places import places_in
from services.analyst.words import data
from services.playbooks.cues import CueBook, Hit, fold
from services.playbooks.model import Field

MOST_ANSWER_WORDS = 6
NAME_WITHIN = 25  # characters between a cue and the name that it speaks of
_NO = re.compile(r"\W*(?:(?:oh|well|um|uh)\W+)*(?:no|nope|none|nah|never|zero|not (?:a|one|any))\b")
_NONE_BEFORE = re.compile(r"\b(?:no|zero|never (?:had|filed|made) (?:a|any)|(?:n't|not) (?:\w+ )?(?:a|any))(?: \w+)? $")
_NOT_BEFORE = re.compile(r"(?:\bnot|n't)(?: (?:a|an|the|really|exactly))? $")
_SPAN_BEFORE = re.compile(
    r"\b(?:in|for|over|than|last|past|least)(?: the)?(?: last| past)? $"
)  # "no, not in twenty years"
_ONE = re.compile(r"a ")
_YEAR_BEFORE = re.compile(r"\b(?:in|since|from|of|year|by|until)(?: about| around)? $")
_NAME = re.compile(r"[A-Z][\w'’&.\-]*(?: (?:(?:of|and|the|&) )?[A-Z0-9][\w'’&\-]*)*")
_LEAD = re.compile(
    r"(?:(?:oh|ha|haha|ah|gosh|god|man|let me see|let's see|well|um|uh|so|actually|honestly|yeah|yes|yep|right now"
    r"|currently|it's|it is|that's|that'd be|they're|he's|she's|we're|i'm|we are|i am|we have|i have|we've got|i've got"
    r"|with|called|just|like|a|an|the|some|mostly|probably|i think)\b[\s,]*)*"
)
_SENTENCE_WORDS = re.compile(
    r"\b(?:i|we|you|he|she|they|it|that|this|my|our|his|her|does|do|did|is|was|were|will|would|can|could|has|had)\b"
)
_CLAUSE_END = re.compile(r"\W*$|\s*[,.;!?]")
_CLAUSE = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|St)\.|[^,.;!?])+")
_UNKNOWN = re.compile(r"\b(?:don't know|not sure|no idea|couldn't tell|hard to say|no|nope|none|nothing|what)\b")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that may hold a field's value, and the field's cues in it (none where it answers a question)."""

    sentence: Sentence
    hits: Sequence[Hit[str]]
    taken: Sequence[Hit[str]]  # cues of other fields that hold a number


@lru_cache(maxsize=64)
def choice_book(field: Field) -> CueBook[str]:
    """The cues of a choice's wording, each under the name of its choice."""
    return CueBook((choice.name, cue) for choice in field.choices for cue in choice.cues)


def value_in(field: Field, said: Said) -> Any:
    """What a sentence says of a field: a number for counts and dollars, a list for texts and states; or None."""
    return _READERS[field.type](field, said)


def _count(field: Field, said: Said) -> int | None:
    refused = not said.hits and bool(_NO.match(said.sentence.folded))
    numbers = (number for number in _numbers(said) if _fits_count(field, said, number))
    number = _nearest(
        said, (n for n in numbers if not (refused and _SPAN_BEFORE.search(said.sentence.folded[: n.start])))
    )
    denied = any(_NONE_BEFORE.search(said.sentence.folded[: hit.start]) for hit in said.hits)
    if (denied or (refused and number is None)) and not field.least:
        return 0
    if number is None:
        return (
            1
            if any("{number}" in hit.cue and _ONE.match(said.sentence.folded, hit.start) for hit in said.hits)
            else None
        )
    return int(number.value)


def _fits_count(field: Field, said: Said, number: Spoken) -> bool:
    if number.shape in ("percent", "string", "point") or number.money or number.value != int(number.value):
        return False
    if field.least is None and field.most is None:
        year = 1900 <= number.value <= 2099 and _YEAR_BEFORE.search(said.sentence.folded[: number.start])
        return number.shape == "plain" and not year
    return _within(field, number.value)


def _money(field: Field, said: Said) -> float | None:
    meant = [(number, _dollars(field, said, number)) for number in _numbers(said)]
    amounts = {id(number): dollars for number, dollars in meant if dollars is not None}
    number = _nearest(said, (number for number, dollars in meant if dollars is not None))
    return None if number is None else amounts[id(number)]


def _dollars(field: Field, said: Said, number: Spoken) -> float | None:
    """The first reading of a number that is an amount for this field."""
    text = said.sentence.folded
    bare = number.shape == "plain" and number.value < 100 and not (number.money or number.scaled)
    if _counted_after().match(text, number.end) or (bare and not _CLAUSE_END.match(text, number.end)):
        return None
    if field.least is None and field.most is None:
        sure = number.money or number.scaled or number.value >= 100
        return number.prices()[0] if sure and number.prices() else None
    readings = (number.value, *number.prices(), *number.worths()) if number.shape != "percent" else ()
    return next((dollars for dollars in readings if dollars and _within(field, dollars)), None)


@lru_cache(maxsize=1)
def _counted_after() -> re.Pattern[str]:
    """Words after a number that is no amount of money: days, percent, children."""
    words = sorted(data("price")["after"]["count"], key=len, reverse=True)
    return re.compile(rf"[\s,-]*(?:{'|'.join(map(re.escape, words))})(?![\w'])")


def _within(field: Field, value: float) -> bool:
    return (field.least or 0.0) <= value <= (field.most if field.most is not None else float("inf"))


def _numbers(said: Said) -> list[Spoken]:
    """The numbers of a sentence that no other field's cue takes and that are not denied."""
    text = said.sentence.folded
    return [
        number
        for number in numbers_in(text)
        if not _NOT_BEFORE.search(text[: number.start])
        and not any(hit.start <= number.start and number.end <= hit.end for hit in said.taken)
    ]


def _nearest(said: Said, numbers: Iterable[Spoken]) -> Spoken | None:
    """The number inside a cue, else the one nearest to a cue; the first of an answer."""
    found = list(numbers)
    if not found or not said.hits:
        return found[0] if found else None
    return min(found, key=lambda number: min(_apart(number, hit) for hit in said.hits))


def _apart(number: Spoken, hit: Hit[str]) -> int:
    if hit.start <= number.start and number.end <= hit.end:
        return -1 if "{number}" in hit.cue else 0
    return max(number.start - hit.end, hit.start - number.end)


def _choice(field: Field, said: Said) -> str | None:
    """The one choice that is said and not denied; None where two are."""
    text = said.sentence.folded
    hits = [hit for hit in choice_book(field).find(said.sentence.line) if hit.weight > 0]
    named = {hit.key for hit in hits if not _NOT_BEFORE.search(text[: hit.start])}
    return named.pop() if len(named) == 1 else None


def _text(field: Field, said: Said) -> str | None:
    return next(iter(_texts(field, said) or ()), None)


def _texts(field: Field, said: Said) -> list[str] | None:
    """Names after a cue, or the words of a short answer."""
    if said.hits:
        return [name for hit in said.hits if (name := _name_after(said.sentence, hit.end))] or None
    folded = said.sentence.folded
    if _UNKNOWN.search(folded):
        return None
    text = said.sentence.text
    parts = re.split(r",? and |, ", text) if field.type == "texts" else [text]
    return [words for part in parts if (words := _words_of_answer(part))] or None


def _name_after(sentence: Sentence, place: int) -> str | None:
    """A name in capitals that stands soon after a place of the sentence."""
    match = _NAME.search(sentence.text, place)
    return match.group().rstrip(".'") if match and match.start() - place <= NAME_WITHIN else None


def _words_of_answer(text: str) -> str | None:
    """The words of an answer without what leads up to them, to the end of their clause."""
    start = lead.end() if (lead := _LEAD.match(fold(text))) else 0
    clause = _CLAUSE.match(text, start)
    if not clause:
        return None
    words = clause.group().strip()
    name = _NAME.match(words)
    if name and not _SENTENCE_WORDS.match(fold(name.group())):
        words = name.group()
    elif _SENTENCE_WORDS.search(fold(words)):
        return None
    return words if 0 < len(words.split()) <= MOST_ANSWER_WORDS else None


def _phone(field: Field, said: Said) -> str | None:
    one = said.sentence
    found = phone_numbers(TalkTurn(one.turn, None, one.side, one.text, one.folded, None, (one,)))
    digits = found[-1][0] if found else ""
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else None


def _states(field: Field, said: Said) -> list[str] | None:
    places = places_in(said.sentence, frozenset(), where=True)
    return list(dict.fromkeys(place.states[0] for place in places if len(place.states) == 1)) or None


def _state(field: Field, said: Said) -> str | None:
    states = _states(field, said) or []
    return states[0] if len(states) == 1 else None


_READERS: dict[str, Callable[[Field, Said], Any]] = {
    "text": _text,
    "texts": _texts,
    "phone": _phone,
    "state": _state,
    "states": _states,
    "choice": _choice,
    "count": _count,
    "money": _money,
}
