"""The towns that a call names. States stay: the record needs them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from services.analyst.dialogue import Talk
from services.analyst.places import is_town, places_in
from services.analyst.words import data
from services.model_mind.redaction_people import ordinary_words
from services.playbooks.cues import fold

_NAME = r"(?<![\w'’-])(?:(?:St|Ft|Mt)\. )?[A-Z][\w'’-]{0,30}[a-z](?: (?:of |the )?[A-Z][\w'’-]{0,30}[a-z]){0,2}"
_AFTER_WORD = re.compile(
    r"\b(?:in|near|from|outside|of|around|past|to|at|through|downtown|over in|live in|moved to|town of|city of) "
    rf"({_NAME})"
)
_BEFORE_STATE = re.compile(rf"({_NAME}),? ([A-Z][a-z]+(?: [A-Z][a-z]+)?|[A-Z]{{2}})\b")


def states_in(text: str) -> Iterator[tuple[int, int]]:
    """Where names of states stand that have more than one word."""
    return (match.span() for match in _long_states().finditer(text))


@lru_cache(maxsize=1)
def _long_states() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(state for state in _states() if ' ' in state)})\b", re.IGNORECASE)


def towns_of(talk: Talk, people: set[str]) -> set[str]:
    """The names of towns and counties in a dialogue, as they are written. ``people``: words of names, folded."""
    found: set[str] = set()
    for turn in talk.turns:
        for sentence in turn.sentences:
            for place in places_in(sentence, frozenset(people), where=True):
                if not place.is_state:
                    found.add(sentence.text[place.start : place.end])
        found |= set(_written(turn.text))
    return {town for town in found if fold(town) not in _states() and fold(town) not in people and len(town) > 2}


def _written(text: str) -> Iterator[str]:
    """Names after words of place that are towns', and all that stand before a state's name."""
    for match in _AFTER_WORD.finditer(text):
        words = match[1].split()
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count])
            if is_town(fold(name)) and fold(name) not in data("places")["never"]:
                yield name
                break
    for match in _BEFORE_STATE.finditer(text):
        state = match[2].casefold()
        known = state in _states() or state.split()[0] in _states() or match[2] in data("places")["states"].values()
        if known and match[2] not in ("OK", "ME", "OR", "IN", "HI") and _may_be_a_town(match[1]):
            yield match[1]


def _may_be_a_town(name: str) -> bool:
    """Whether a name that stands before a state's is a town's, and no word that only opens the sentence."""
    words = fold(name).split()
    return is_town(fold(name)) or not any(word in ordinary_words() or word in data("places")["never"] for word in words)


def _states() -> dict[str, str]:
    states: dict[str, str] = data("places")["states"]
    return states
