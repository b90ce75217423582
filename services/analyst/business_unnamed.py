"""Businesses that nobody names: "my dental practice", "the rentals are in an LLC", one LLC a state."""

import re
from collections.abc import Iterator, Mapping, Set
from functools import lru_cache

from services.agents.contract import Quote
from services.analyst.dialogue import Sentence, Talk
from services.analyst.wordings import Wording
from services.analyst.words import data, hits, weight

AROUND = 4
NAMED_SOON, NAMED_LATER = 3, 10
MOST = 20  # sentences of a turn that are looked at
_ANOTHER = Wording(r"\b(?:an?|one|another|two) (?:\w+ ){0,2}llcs?\b")
_HOLDING = re.compile(r"\b(?:LLC|Properties|Property|Holdings|Homes|Rentals|Realty|Investments|Estates?|Residential)\b")
_NO = re.compile(r"\W*(?:no|nope|naw|nah|not|nothing|none|neither|never)\b")
_OWN = (
    r"(?:(?:i|we|she|he) (?:also |still |both )?(?:own|owns|run|runs|operate|operates|started|have"
    r"|has)|i've got|we've got|i got|my own|our own)"
)
_ARTICLES = r"(?: (?:a|an|the|my|our|my own|our own|own|little|small|family|successful|one-man|one-woman)){0,3}"


def unnamed(
    talk: Talk, told_of_others: Set[tuple[int, int]], named: Mapping[str, int]
) -> Iterator[tuple[str, list[Quote]]]:
    """What a business without a name is, with its quotes.

    ``told_of_others``: places of sentences that are about somebody else. ``named``: the businesses that are named, and
    in which turn first; one that is named soon after the words for it is known by that name.
    """
    spoken: set[str] = set()
    for turn in talk.of_side("client"):
        if any(turn.index <= first <= turn.index + _soon(name) for name, first in named.items()):
            continue
        known = any(first < turn.index for first in named.values())
        for sentence in turn.sentences:
            theirs = (sentence.turn, sentence.start) in told_of_others
            if sentence.asks or theirs or weight(hits("ventures", sentence), "future"):
                continue
            for name, proof in (*_trade(sentence, bool(named)), *_companies(talk, sentence, known)):
                if name.rpartition(" ")[0] not in spoken:
                    spoken.add(name.rpartition(" ")[0])
                    yield name, [talk.quote_of(one) for one in proof]


def _soon(name: str) -> int:
    """Within how many turns a name tells what a company is called: one that sounds like a holding is waited for."""
    return NAMED_LATER if _HOLDING.search(name) else NAMED_SOON


def _trade(sentence: Sentence, known: bool) -> Iterator[tuple[str, list[Sentence]]]:
    """ "I own my own dental practice"; what has a name already is not named again by its trade."""
    known = known or sentence.story
    match = None if known else _trades().search(sentence.folded)
    if match:
        yield match.group("what"), [sentence]
        return
    own = None if known else _own_trades().search(sentence.folded)
    if own and own.group("trade") not in data("ventures")["spoken"]["no_trade"]:
        yield own.group("what"), [sentence]


def _companies(talk: Talk, sentence: Sentence, known: bool) -> Iterator[tuple[str, list[Sentence]]]:
    """An LLC that is there: one for each state that is named with it, else by whether it holds what is let."""
    found = hits("ventures", sentence)
    if weight(found, "held") < 3 or weight(found, "unreal") >= 2 or _NO.match(sentence.folded):
        return
    if known and not _ANOTHER.search(sentence):
        return  # "the LLC" that was named before
    held = min(hit.start for hit in found if hit.key == "held")
    if sentence.story and any(hit.start < held for hit in hits("stories", sentence)):
        return
    places = [
        sentence.text[match.start("state") : match.end("state")] for match in _for_state().finditer(sentence.folded)
    ]
    if len(places) > 1:
        yield from ((f"{place} rental LLC" if _let(sentence) else f"{place} LLC", [sentence]) for place in places)
        return
    near = [sentence]
    for turn in talk.turns[max(0, sentence.turn - AROUND) : sentence.turn + 2]:
        near += turn.sentences[-MOST:]
    near.sort(key=lambda one: abs(one.turn - sentence.turn))
    let = next((one for one in near if _let(one) and (one is sentence or not one.story)), None)
    yield ("rental LLC", list(dict.fromkeys((sentence, let)))) if let else ("LLC", [sentence])


def _let(sentence: Sentence) -> bool:
    return _rental().search(sentence.folded) is not None


@lru_cache(maxsize=1)
def _rental() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{data('ventures')['spoken']['rental']})\b")


@lru_cache(maxsize=1)
def _for_state() -> re.Pattern[str]:
    states = "|".join(sorted(map(re.escape, data("places")["states"]), key=len, reverse=True))
    return re.compile(rf"\bfor (?:the |my |our |what's in )?(?P<state>{states})\b")


@lru_cache(maxsize=1)
def _trades() -> re.Pattern[str]:
    business = data("property")["business"]
    kinds = "|".join(map(re.escape, sorted(business["kinds"], key=len, reverse=True)))
    trades = "|".join(map(re.escape, sorted(business["trades"], key=len, reverse=True)))
    return re.compile(
        rf"\b(?:{_OWN}(?: and (?:run|operate))?{_ARTICLES}"
        rf"|(?:my|our)(?: (?:own|little|small|family))*) (?P<what>(?:{trades}) (?:{kinds})"
        rf"|(?:{business['whole']}))\b"
    )


@lru_cache(maxsize=1)
def _own_trades() -> re.Pattern[str]:
    """A business of any trade, where the words before it say that the speaker runs it."""
    return re.compile(
        rf"\b{_OWN}(?: and (?:run|operate))?{_ARTICLES}(?: [a-z]+)?"
        r" (?P<what>(?P<trade>[a-z]+(?:-[a-z]+)?) (?:business|company|shop|firm|studio))\b"
    )
