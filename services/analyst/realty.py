"""Words for houses and land, where they mean some: not nursing homes, home loans, or the acres a house stands on."""

import re
from collections.abc import Iterator
from functools import lru_cache

from services.analyst.dialogue import Sentence, TalkTurn
from services.analyst.numbers import numbers_in
from services.analyst.wordings import Wording
from services.analyst.words import data

MOST = 30
_PROPERTY = Wording(
    r"\b(?:propert(?:y|ies)|real estate|deeds?|parcels?|houses|homes|own (?:any|the|your|a)|what do you own"
    r"|it's a lot)\b"
)
_NO_HOUSE = re.compile(
    r"\b(?:supply|clearing|publishing|auction"
    r"|nursing|chicken|hen|green|funeral|group|rest|care|opera|rooming|coffee|guest|dude|old folks'?"
    r"|white|retirement|mobile|assisted living|memory care)[ -]$"
)
_IN_A_NAME = re.compile(r"[A-Z][\w'’]* [A-Z]$")
_SECOND = re.compile(
    r"\b(?:other|second|former|previous|starter)(?: \w+)? $|\brent(?:s|ed|ing)? out (?:our|my|the) (?:\w+ ){0,2}$"
)
_WHOSE_HOME = re.compile(
    r"\b(?:the|my|our|your|a|this|that|own|one|first|second|family|primary|each|\w+'s|have|no"
    r"|house|home)(?:,? [\w-]+){0,2} $"
)
_GROUNDS = re.compile(
    r"\b(?:house|home|place|it|cabin|farmhouse|that|which|sits|adobe|ranch house)(?:'s| is"
    r"| are)?(?:,? \w+){0,3} on (?:about |like |almost |nearly |our |some )?(?:\w+[ -]){1,3}$"
)
_BESIDE_ACRES = re.compile(
    r"\b(?:house|home|cabin|cottage|barns?|farmhouse|shed|trailer)(?:,| and| with|, and) "
    r"(?:(?:a|the) (?:barn|shed|shop)s?,? (?:and )?)?(?:about |maybe |like |some )?(?:[\w-]+ ){1,4}$"
)
_ON_ACRES = re.compile(r"\bacres(?: of \w+)? (?:and|with) (?:a|the|our|that) (?:\w+ )?$")
_LIVES_ON = Wording(
    r"\b(?:live|lives|living|still|stay|staying|house|home|house is|home is|raised)(?: right| out| up| all)? on (?:the"
    r"|our|a|this|that|your)(?: \w+)? (?:farm|ranch|land|place)\b|\b(?:one farm|all one piece"
    r"|(?:house|home) and the (?:land|farm) together)\b"
)
_PEOPLE_FROM = re.compile(
    r"\b(?:everybody|everyone|somebody|people|folks|couple|guys?|fellas?|man|men|woman|women|lady|ladies|boy|girl"
    r"|family|families|outfit|company|buyers?|crowd|they|neighbors?|tourists|lawyer|doctor) (?:all )?(?:out of|from) $"
)
_PLACE_IN = Wording(
    r"\b(?:[Tt]he|[Oo]ur|[Mm]y) (?P<place>place) (?:(?:up|down|over|out|back) )?(?:in|near|outside) (?=[A-Z])"
)
_NO_FARM = re.compile(r"(?:farm|ranch)s? (?:bureau|plans?|famil|credit|equipment|hand|kid|boy|girl|country|show)")
_LOT = re.compile(r"s? (?:on|in|at|over|up|down|out|next|by)\b")
_ADJECTIVES = re.compile(
    r"(?: (?:other|more|rental|little|small|paid-off|nice|old|single-family|vacation|rent|separate"
    r"|different|of|the|those|our|my))* "
)
_PAIR = re.compile(r"\b(?:couple|pair)(?: of)?(?: (?:little|small|old|other|rental))? $")
_PLURAL = re.compile(
    r"(?:rentals|duplexes|triplexes|fourplexes|condos|cabins|rental (?:houses|homes|properties)"
    r"|rent houses|apartments|buildings|farms|townhouses|cottages|investment properties|houses|lots)\b"
)
_HERE_TOO = re.compile(r"houses (?:down|over|up|total|altogether|note|payment)")


@lru_cache(maxsize=1)
def _kinds() -> tuple[Wording, dict[str, str]]:
    """The pattern of every word for real estate, longest first, and the kind of each."""
    kinds = {word: kind for kind, words in data("property")["kinds"].items() for word in words}
    words = "|".join(re.escape(word) for word in sorted(kinds, key=len, reverse=True))
    return Wording(
        rf"(?<![\w-])(?<!parking )(?<!whole )(?<!open )({words})(?:'s|s)?\b(?!-)(?! (?:of (?:brands"
        rf"|representatives)|equity|notes?|payment|insurance|church|care|party|rules?|funds?|rep|permit|inspector"
        rf"|office\b(?! building)))"
    ), kinds


def named_in(sentence: Sentence) -> list[tuple[str, int]]:
    """The kinds of real estate that a sentence names, with their places; found once."""
    found = sentence.line.found.get("realty")
    if found is None:
        found = sentence.line.found["realty"] = list(_named_in(sentence))
    return found


def _named_in(sentence: Sentence) -> Iterator[tuple[str, int]]:
    pattern, kinds = _kinds()
    folded = sentence.folded
    for match in pattern.finditer(sentence):
        word, before = match.group(1), folded[: match.start()]
        if _NO_HOUSE.search(before) or _IN_A_NAME.search(sentence.text[: match.start() + 1]):
            continue
        if word == "lot" and not _LOT.match(folded[match.end(1) :]) and re.search(r"\ba (?:whole )?$", before):
            continue
        if word == "home" and not _WHOSE_HOME.search(before):
            continue
        if kinds[word] == "land" and (_GROUNDS.search(before) or _NO_FARM.match(folded, match.start())):
            continue
        if word in ("acres", "acreage") and _BESIDE_ACRES.search(before):
            continue
        if kinds[word] in ("home", "cabin") and _ON_ACRES.search(before):
            continue
        second = kinds[word] == "home" and _SECOND.search(before)
        yield "other home" if second else kinds[word], match.start()
    for match in _PLACE_IN.in_text(sentence):
        yield "home", match.start("place")


def about_property(turn: TalkTurn) -> bool:
    """Whether a turn speaks of houses or land, or asks after them."""
    return bool(_PROPERTY.search(turn)) or any(named_in(one) for one in turn.sentences)


def comes_from_there(sentence: Sentence, place: int) -> bool:
    """Whether a place is only where people come from: "before everybody from California showed up"."""
    return bool(_PEOPLE_FROM.search(sentence.folded[:place]))


def lives_on_the_land(sentence: Sentence) -> bool:
    """Whether a sentence says that home stands on the farm, so that both are one."""
    return bool(_LIVES_ON.search(sentence))


def pieces(sentence: Sentence, start: int) -> int:
    """How many of a thing are named: two in "two rentals", 1 where no number stands before it."""
    for number in numbers_in(sentence.folded[:start]):
        between = sentence.folded[number.end : start]
        plain = number.shape == "plain" and not number.scaled and 2 <= number.value <= MOST
        if plain and _ADJECTIVES.fullmatch(between):
            after = sentence.folded[start:]
            return int(number.value) if _PLURAL.match(after) and not _HERE_TOO.match(after) else 1
    return 2 if _PAIR.search(sentence.folded[:start]) and _PLURAL.match(sentence.folded[start:]) else 1
