"""States and towns by their capitalised names, told apart from streets, rivers, firms, months and people."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from services.analyst.dialogue import Sentence
from services.analyst.words import DATA, data
from services.playbooks.cues import fold

_NAME = re.compile(
    r"(?<![\w'’])(?:St\.|[A-Z][\w'’\-]*[a-z])(?:(?: (?:of|the))? (?:St\.|[A-Z][\w'’\-]*[a-z])(?![\w'’])){0,4}"
)
_ABBREVIATION = re.compile(r"(?<=[a-z], )[A-Z]{2}(?![\w'’])")
_ZIP = re.compile(r"\b([A-Z]{2}),? \d{5}\b")
_IN = re.compile(
    r"\b(?:in|into|near|outside|outside of|out of|from|around|past|up to|over to|(?:up|over|out|down|back|here"
    r"|moved|go|went|going|drove|drive|relocated|retired) to|home's"
    r"|(?:condo|house|place|home|lot|land|cabin|cottage) at"
    r"|by|home is),? (?:like |uh,? |um,? )*$"
)
_OPENS_ANSWER = re.compile(
    r"\W*(?:(?:oh|well|um|uh|yeah|yes|yep|sure|no|it's|it is|we're|i'm|in|just|over|out|up|down|here|right|so|actually"
    r"|currently|now|outside|near|of|the|both|all|that's|mine's|still|town|city)\b\W*)*"
)
_NEXT_CAPITAL = re.compile(r"(?:'s|’s)? ([A-Z][\w'’]*)")
SHORT_ANSWER = 2  # words


@dataclass(frozen=True, slots=True)
class Place:
    """A named place. ``states`` are those it can lie in, likeliest first; ``sure`` if the first is meant by itself."""

    name: str
    sentence: Sentence
    start: int
    end: int
    states: tuple[str, ...]
    sure: bool
    is_state: bool


@lru_cache(maxsize=1)
def _towns() -> dict[str, tuple[tuple[str, ...], bool]]:
    towns = {}
    for line in (DATA / "towns.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, states, *sure = line.split("\t")
            towns[name] = (tuple(states.split()), bool(sure))
    nicknames: dict[str, str] = data("places")["nicknames"]
    return {**towns, **{name: ((state,), True) for name, state in nicknames.items()}}


@lru_cache(maxsize=1)
def _joined() -> dict[str, str]:
    """Towns and counties of several words by their letters: "desotoparish", "saintlouis"."""
    joined: dict[str, str] = {}
    for name in _towns():
        if " " in name:
            joined.setdefault(letters(name), name)
    return joined


def letters(name: str) -> str:
    """A name by its letters alone, "St." spelled out."""
    return re.sub(r"[^a-z]", "", re.sub(r"^(.*\b)?st\. ", r"\1saint ", name))


def _town(name: str) -> str | None:
    """The name under which a town is listed, however it is written."""
    if name in _towns():
        return name
    return _joined().get(letters(name)) if " " in name else None


def is_town(folded: str) -> bool:
    """Whether a folded name is a town's or a county's."""
    return folded in _towns()


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    lines = (DATA / "first_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=8)
def _word_list(name: str) -> frozenset[str]:
    return frozenset(data("places")[name])


@lru_cache(maxsize=1)
def _state_follows() -> re.Pattern[str]:
    return re.compile(r",? (?:[a-z]{2}\b[,.]|" + "|".join(data("places")["states"]) + ")")


@lru_cache(maxsize=1)
def _property_follows() -> re.Pattern[str]:
    """Words for real estate right after a town's name: "the Astoria house"."""
    kinds = [word for words in data("property")["kinds"].values() for word in words]
    words = "|".join(re.escape(word) for word in sorted([*kinds, "property", "place", "one"], key=len, reverse=True))
    return re.compile(rf",? (?:rental |vacation )?(?:{words})s?\b")


def places_in(
    sentence: Sentence, names: frozenset[str], where: bool = False, known: frozenset[str] = frozenset()
) -> Iterator[Place]:
    """States and towns of one sentence, by their capitalised names.

    ``names`` are people's, never towns'. ``where``: the sentence answers a question after a place, so that a town may
    stand in it without a word that says so. ``known``: towns that are named as such elsewhere in the call.
    """
    found: list[Place] = []
    for match in _NAME.finditer(sentence.text):
        found += _in_run(sentence, match.group(), match.start(), names, (where, known))
    yield from found
    for match in (*_ABBREVIATION.finditer(sentence.text), *_ZIP.finditer(sentence.text)):
        state = match.group()[:2]
        if state in data("places")["states"].values():
            yield Place(state, sentence, match.start(), match.start() + 2, (state,), True, True)


def _in_run(
    sentence: Sentence, run: str, begin: int, names: frozenset[str], told: tuple[bool, frozenset[str]]
) -> Iterator[Place]:
    """The places of one run of capitalised words, the longest names first."""
    words, free = run.split(), 0
    for first in range(len(words)):
        if first < free:
            continue
        for last in range(len(words), first, -1):
            name = fold(" ".join(words[first:last])).removesuffix("'s")
            start = begin + len(" ".join(words[:first])) + bool(first)
            end = start + len(" ".join(words[first:last]))
            if name in names:
                break
            place = _place(sentence, name, start, end, told)
            if place is not None:
                free = last
                yield place
                break


def _place(sentence: Sentence, name: str, start: int, end: int, told: tuple[bool, frozenset[str]]) -> Place | None:
    states: dict[str, str] = data("places")["states"]
    if name in states:
        return None if _goes_on(sentence, end, True) else Place(name, sentence, start, end, (states[name],), True, True)
    town = _town(name)
    if town is None or _goes_on(sentence, end, False) or not _is_place(sentence, name, start, end, told):
        return None
    located, sure = _towns()[town]
    return Place(town, sentence, start, end, located, sure, False)


def _goes_on(sentence: Sentence, end: int, is_state: bool) -> bool:
    """Whether a name is only the beginning of a longer one: a county, a street, a river, a firm."""
    match = _NEXT_CAPITAL.match(sentence.text, end)
    if match is None:
        return False
    following = fold(match.group(1)).removesuffix("'s")
    if following in _word_list("suffixes"):
        return True
    states: dict[str, str] = data("places")["states"]
    starts_state = any(state.startswith(following) for state in states)
    return not (is_state or starts_state or following in _word_list("never") or len(following) < 2 or "'" in following)


def _is_place(sentence: Sentence, name: str, start: int, end: int, told: tuple[bool, frozenset[str]]) -> bool:
    """Whether a town's name is used as one, by the words around it: many are names of people, or plain words."""
    where, known = told
    before, after = sentence.folded[:start], sentence.folded[end:]
    if _state_follows().match(after):
        return True
    if name in _word_list("never"):
        return False
    if _IN.search(before) or name.endswith((" county", " parish")):
        return True
    if name in _word_list("plain_words"):
        return False
    a_name = name in _first_names()
    if where and start <= 20 and _OPENS_ANSWER.fullmatch(before) and (not a_name or sentence.length <= SHORT_ANSWER):
        return True
    if a_name:
        return False
    return name in known or bool(_property_follows().match(after))
