"""Whether two clients may be one household: what speaks for it, in words a person can judge by."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from db.clients import Member

ENOUGH = 2.0  # what has to speak for a pair, less what speaks against it
_ALIKE = 0.85
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Likeness:
    """What two clients have in common, each reason in words; ``weight`` grows with what speaks for one household."""

    reasons: tuple[str, ...]
    weight: float

    @property
    def enough(self) -> bool:
        """Whether it is worth a person's look."""
        return bool(self.reasons) and self.weight >= ENOUGH


def likeness(one: Sequence[Member], other: Sequence[Member]) -> Likeness:
    """What the calls of two clients have in common, and what keeps them apart (that has no words, only weight)."""
    found = [*_phone(one, other), *_email(one, other), *_spouse(one, other), *_name(one, other), *_couple(one, other)]
    weight = sum(points for _, points in found)
    return Likeness(tuple(words for words, _ in found if words), weight)


Reason = tuple[str, float]


def _values(calls: Iterable[Member], name: str) -> dict[str, str]:
    """The values of a field, folded, each with its words as they stand."""
    told = (" ".join(str(getattr(call, name) or "").split()) for call in calls)
    return {words.casefold(): words for words in told if words}


def _phone(one: Sequence[Member], other: Sequence[Member]) -> Iterable[Reason]:
    mine, theirs = ({_digits(words) for words in _values(calls, "client_phone")} for calls in (one, other))
    for digits in sorted((mine & theirs) - {""}):
        yield f"the same phone number, ending in {digits[-4:]}", 3.0


def _digits(words: str) -> str:
    digits = re.sub(r"\D", "", words)[-10:]
    return digits if len(digits) >= 7 else ""


def _email(one: Sequence[Member], other: Sequence[Member]) -> Iterable[Reason]:
    mine, theirs = (
        {re.sub(r"\+[^@]*@", "@", key): words for key, words in _values(calls, "client_email").items()}
        for calls in (one, other)
    )
    for address in sorted(mine.keys() & theirs.keys()):
        yield f"the same e-mail address, {mine[address]}", 3.0


def _spouse(one: Sequence[Member], other: Sequence[Member]) -> Iterable[Reason]:
    mine, theirs = _values(one, "spouse_name"), _values(other, "spouse_name")
    states, others = _values(one, "client_state"), _values(other, "client_state")
    if mine and theirs:
        same = next((mine[a] for a in mine for b in theirs if _one_name(a, b)), None)
        state = next((states[each] for each in states if each in others), None)
        if same and state:
            yield f"the same spouse and state, {same} in {state}", 2.0
        elif same:
            yield f"the same spouse, {same}", 0.5
        else:
            yield "", -2.0
    if states and others and not states.keys() & others.keys():
        yield "", -1.0


def _name(one: Sequence[Member], other: Sequence[Member]) -> Iterable[Reason]:
    mine, theirs = _values(one, "client_name"), _values(other, "client_name")
    if not mine or not theirs:
        return
    if same := sorted(mine.keys() & theirs.keys()):
        yield f"the same name, {mine[same[0]]}", 2.0
        return
    alike = [(mine[a], theirs[b]) for a in mine for b in theirs if names_alike(a, b)]
    if alike:
        yield f"names spelled alike, {alike[0][0]} and {alike[0][1]}", 1.5
    elif not any(set(_WORDS.findall(a)) & set(_WORDS.findall(b)) for a in mine for b in theirs):
        yield "", -1.0


def _couple(one: Sequence[Member], other: Sequence[Member]) -> Iterable[Reason]:
    """Where each is the other's spouse: once she called, once he did."""
    for mine, theirs in ((one, other), (other, one)):
        spouses, names = _values(mine, "spouse_name"), _values(theirs, "client_name")
        pair = next(((spouses[a], names[b]) for a in spouses for b in names if _one_name(a, b)), None)
        back = any(_one_name(a, b) for a in _values(theirs, "spouse_name") for b in _values(mine, "client_name"))
        if pair and (back or " " in pair[0]):
            yield (
                f"the spouse of one bears the name of the other, {pair[1]}",
                5.0,
            )  # and names and spouses differ, of course
            return


def _one_name(a: str, b: str) -> bool:
    """Whether two folded names can be one: equal, or one is the other's given name alone."""
    first, second = _WORDS.findall(a), _WORDS.findall(b)
    if not first or not second:
        return False
    return first == second or (min(len(first), len(second)) == 1 and first[0] == second[0])


def names_alike(a: str, b: str) -> bool:
    """Whether two folded names are spelled alike: other order, an initial, a middle name, a letter or two."""
    first, second = _WORDS.findall(a), _WORDS.findall(b)
    if len(first) < 2 or len(second) < 2:
        return False
    if sorted(first) == sorted(second):
        return True
    if first[-1] == second[-1] and (first[0].startswith(second[0]) or second[0].startswith(first[0])):
        return True
    ends = (first[0] + " " + first[-1], second[0] + " " + second[-1])
    return first[0][0] == second[0][0] and SequenceMatcher(None, *ends).ratio() >= _ALIKE
