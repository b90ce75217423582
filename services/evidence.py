"""Checks a claimed value against the words of the call, whoever claims it: the analyst, a model, a person's import.

The checker finds every quote in the turn that it names, and then derives the value again from the quoted words alone,
by what kind of value the field holds. It knows nothing of how the claimant came to the value.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from services.agents.contract import Quote, State
from services.analyst.contact import phone_numbers
from services.analyst.dialogue import Sentence, Talk
from services.analyst.field_values import choice_book
from services.analyst.numbers import Spoken
from services.analyst.people import STATUSES
from services.analyst.places import places_in
from services.analyst.words import hits, weight
from services.playbooks.cues import Cue, CueBook
from services.playbooks.loader import Playbook, load

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[a-z0-9]+")
_DENIAL = re.compile(r"\b(?:no|none|not|never|neither|nope|zero|without|n't|don't|didn't|doesn't|haven't|ain't)\b")
_EMPTY_WORDS = frozenset(("a", "an", "and", "co", "corp", "inc", "llc", "lp", "of", "our", "my", "the"))
_COUNTS = ("plain", "joined", "ordinal")
_SAME = 0.005
_STEP_SHARE = 0.8
_MOST_QUOTES, _MOST_WORDS = 5, 40


def check(
    dialogue: Sequence[Mapping[str, Any]],
    field: str,
    value: Any,
    quotes: Sequence[Quote],
    playbook: Playbook | None = None,
) -> State:
    """The state of a claim.

    *not discussed* for no value; *unsupported* where there is no quote, where there are more than five, or where one
    does not stand in its turn; *verified* where the value follows from the quoted words; else *paraphrased*. Raises
    nothing, whatever is claimed.
    """
    if value is None or value in ("", []):
        return "not discussed"
    if not 0 < len(quotes) <= _MOST_QUOTES or not all(stands(dialogue, quote) for quote in quotes):
        return "unsupported"
    said = Talk([{"text": quote["quote"], "side": dialogue[quote["turn"]].get("side")} for quote in quotes])
    derives = _derivation(field, playbook or load())
    return "verified" if derives(said, value) else "paraphrased"


def stands(dialogue: Sequence[Mapping[str, Any]], quote: Quote) -> bool:
    """Whether the quoted words stand in the turn that the quote names: white space and case folded, nothing else.

    More than forty words are no quote; a hyphen or a stop parts words, an apostrophe does not.
    """
    turn, words = quote.get("turn"), _folded(str(quote.get("quote") or ""))
    if not isinstance(turn, int) or isinstance(turn, bool) or not 0 <= turn < len(dialogue) or not words:
        return False
    if len(_WORD.findall(words.replace("'", "").replace("’", ""))) > _MOST_WORDS:
        return False
    return words in _folded(str(dialogue[turn].get("text") or ""))


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()


# How a value follows from words, by the kind of the field

Derivation = Callable[[Talk, Any], bool]


def _derivation(field: str, playbook: Playbook) -> Derivation:
    if field == "products_discussed":
        return lambda said, value: _by_cues(said, value, _product_cues(playbook))
    if field == "objections":
        return lambda said, value: _by_cues(said, value, _objection_cues(playbook))
    if field == "outcome":
        return lambda said, value: _by_cues(said, value, _outcome_cues(playbook))
    if field == "next_steps":
        return _step
    known = playbook.field(field)
    if known is not None and known.type == "choice":
        return lambda said, value: _choice(said, value) or _by_cues(said, value, choice_book(known))
    return _BY_KIND[known.type if known else "text"]


def _by_cues(said: Talk, value: Any, cues: CueBook[str]) -> bool:
    return any(hit.key == value for turn in said.turns for hit in cues.find(turn.line))


@lru_cache(maxsize=8)
def _product_cues(playbook: Playbook) -> CueBook[str]:
    return _book((product.name, cue) for product in playbook.products for cue in product.cues)


@lru_cache(maxsize=8)
def _objection_cues(playbook: Playbook) -> CueBook[str]:
    return _book((objection.name, cue) for objection in playbook.objections for cue in objection.cues)


@lru_cache(maxsize=8)
def _outcome_cues(playbook: Playbook) -> CueBook[str]:
    return _book((known.name, cue) for known in playbook.outcomes for cue in (*known.advisor, *known.client))


def _book(entries: Iterable[tuple[str, Cue]]) -> CueBook[str]:
    return CueBook(entries)


def _step(said: Talk, value: Any) -> bool:
    """Most words of the action are words of the quotes."""
    action = _WORD.findall(str(value).lower())
    heard = _words(said)
    return bool(action) and sum(word in heard for word in action) >= _STEP_SHARE * len(action)


def _text(said: Talk, value: Any) -> bool:
    """Every telling word of the value is a word of the quotes."""
    telling = set(_WORD.findall(str(value).lower())) - _EMPTY_WORDS
    return bool(telling) and telling <= _words(said)


def _texts(said: Talk, value: Any) -> bool:
    return isinstance(value, list) and all(_text(said, item) for item in value)


def _phone(said: Talk, value: Any) -> bool:
    digits = re.sub(r"\D", "", str(value))[-10:]
    return any(number == digits for turn in said.turns for number, _, _ in phone_numbers(turn))


def _state(said: Talk, value: Any) -> bool:
    """A state's name, its letters, or a town that lies in that state only."""
    return any(place.states == (value,) for sentence in said.sentences for place in _places(sentence))


def _states(said: Talk, value: Any) -> bool:
    return isinstance(value, list) and all(_state(said, item) for item in value)


def _places(sentence: Sentence) -> Iterable[Any]:
    return places_in(sentence, frozenset(), where=True)


def _choice(said: Talk, value: Any) -> bool:
    """The choice's own words, or what the analyst's word lists know to mean it."""
    group = next((name for name, choice in STATUSES.items() if choice == value), None)
    known = group is not None and any(weight(hits("people", sentence), group) > 0 for sentence in said.sentences)
    return known or _text(said, value)


def _count(said: Talk, value: Any) -> bool:
    """A number of the quotes, a sum of neighbouring ones, or for none a denial."""
    if not isinstance(value, int | float):
        return False
    counts = [spoken.value for spoken in _numbers(said) if spoken.shape in _COUNTS and not spoken.money]
    if value == 0 and any(_DENIAL.search(turn.folded) for turn in said.turns):
        return True
    return float(value) in _runs(counts)


def _money(said: Talk, value: Any) -> bool:
    """An amount of the quotes, half of one where half was said, or a sum of neighbouring ones."""
    if not isinstance(value, int | float):
        return False
    spoken = _numbers(said)
    meant = {amount for number in spoken for amount in (*number.worths(), *number.prices())}
    meant |= _runs([number.worths()[0] for number in spoken if number.worths()])
    if any("half" in turn.words for turn in said.turns):
        meant |= {amount / 2 for amount in meant}
    return any(abs(amount - value) <= _SAME * max(1.0, abs(value)) for amount in meant)


def _numbers(said: Talk) -> list[Spoken]:
    return [number for turn in said.turns for number in turn.numbers]


def _runs(values: Sequence[float]) -> set[float]:
    """The values, and the sums of neighbouring ones."""
    totals = [0.0]
    for value in values:
        totals.append(totals[-1] + value)
    return {late - early for place, early in enumerate(totals) for late in totals[place + 1 :]}


def _words(said: Talk) -> set[str]:
    return {word for turn in said.turns for word in _WORD.findall(turn.text.lower())}


_BY_KIND: dict[str, Derivation] = {
    "text": _text,
    "texts": _texts,
    "phone": _phone,
    "state": _state,
    "states": _states,
    "choice": _choice,
    "count": _count,
    "money": _money,
}
