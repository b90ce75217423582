"""Whom a description means that no field holds: the captain, the couple with the salons."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from db import analytics, named
from db.analytics import Selection
from services.copilot.names import clients_of
from services.copilot.proof import CallProof, proofs_of
from services.copilot.recollection import Recollection
from services.copilot.turns import Turn, turns_of
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Spot, words
from services.database import Database, translated
from services.memory.search import Filters
from services.playbooks.cues import fold
from services.sentence_words import stems

_MOST_OFFERED = 4  # clients whom a description may mean, that are asked back about
_SCANNED = 200  # calls whose businesses are looked at
_LOOKED_AT = 30  # passages in which the words of a description are looked for
_OF_ONE = re.compile(r"\b(?:the|our|that) (?:(?!who\b|with\b|of\b)\w+ )??(?P<told>[a-z]+)\b")
_ANY = (
    "guy|man|woman|lady|gentleman|fellow|client|couple|family|widow|widower|one|people|household|folks|dude|chap|mother"
    "|father|mom|dad|parents|owner|prospect|customer|caller|siblings|brothers|sisters"
)
_WITH = re.compile(rf"\b(?:the|that|our) (?:\w+ )?(?:{_ANY}) (?:with|who|that|whose|who's) (?P<told>[^,;?:.]+)")
_SEVERAL = re.compile(
    r"\b(?:clients|calls|deals|families|households|couples|customers|prospects|how many|list"
    r"|(?:which|what) (?:of|client))\b"
)
_OF_HIM = re.compile(  # how many dogs does the captain have
    r"^how many\b[^,;?]*\b(?:does|did|has|is|was) (?:the|our|that) \w+"
)
_UNTIL = re.compile(
    r"\b(?:say|said|says|want|wants|object\w*|ask\w*|have to|has to|owe\w*|going to|send|sends|agree\w*|decide\w*"
    r"|mention\w*|promise\w*|worr\w*|hesitat\w*|about|and|on|before|after|when|what|how|why|did|does|do|is|are|was|were)\b"
)


def by_description(database: Database, memory: Recollection, it: Understood) -> Understood:
    """The question of the one client whom a description in it means; the question itself where none fits.

    Where several do, it is for who asks to say which.
    """
    many = bool(_SEVERAL.search(it.line.folded)) and not _OF_HIM.search(it.line.folded)
    if it.clients or it.people.unsure or it.people.unknown or it.carried or it.measures or it.group or many:
        return it
    for start, end, told in _descriptions(it):
        known = _fitting(database, memory, told)
        if not known:
            continue
        with translated(), database.session() as session, analytics.reading(session):
            clients = clients_of(named.of_calls(session, [call.id for call in known]))
        if 1 < len(clients) <= _MOST_OFFERED:
            it.people.unsure.append(tuple(clients))
        if len(clients) == 1:
            it.people.spans.append((start, end))
            left = [word for word in it.content if word not in told]
            return replace(it, clients=clients, content=left, objections=_outside(it, start, end))
    return it


def _outside(it: Understood, start: int, end: int) -> list[Spot]:
    return [spot for spot in it.objections if not start <= spot.start < end]


def _descriptions(it: Understood) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The descriptions of a question: where each stands, and the words that tell whom it means."""
    for match in _OF_ONE.finditer(it.line.folded):
        if match["told"] in _callings():
            yield match.start(), match.end(), (match["told"],)
    for match in _WITH.finditer(it.line.folded):
        told = _UNTIL.split(match["told"])[0]
        wanted = tuple(word for word in it.content if word in told.split())
        if wanted:
            yield match.start(), match.start("told") + len(told.rstrip()), wanted


@lru_cache(maxsize=1)
def _callings() -> frozenset[str]:
    return frozenset(words()["callings"]["words"].split())


def _fitting(database: Database, memory: Recollection, told: Sequence[str]) -> list[CallProof]:
    """The calls in which somebody says it of themselves or is called so, else the one in which it is said at all."""
    wanted = frozenset(stem for word in told for stem in stems(word))
    hits, _ = memory.find(database, " ".join(told), Filters(), _LOOKED_AT)
    calls = list(proofs_of(database, dict.fromkeys(hit.external_id for hit in hits)).values())
    held = {call.id: [turn for turn in turns_of(call) if wanted & set(stems(turn.text))] for call in calls}
    holding = [call for call in calls if wanted <= {stem for turn in held[call.id] for stem in stems(turn.text)}]
    own = [call for call in holding if any(said_of_themselves(turn, told) for turn in held[call.id])]
    return own or _of_trade(database, told) or (holding if len(holding) == 1 else [])


_MAKER = re.compile(r"(?:ists?|ers?|ors?|ess|man|woman)$")
_SHORTEST_ROOT = 3
_BUSINESS = "business_interests"


def _of_trade(database: Database, told: Sequence[str]) -> list[CallProof]:
    """The calls of those whose business is called by the trade that a calling names: the dentist, of Dental Arts."""
    root = _MAKER.sub("", told[0]) if len(told) == 1 and told[0] in _callings() else ""
    if len(root) < _SHORTEST_ROOT or root == told[0]:
        return []
    with translated(), database.session() as session, analytics.reading(session):
        rows = analytics.matching(session, Selection(), limit=_SCANNED)
    calls = proofs_of(database, [row.external_id for row in rows]).values()
    of_trade = re.compile(rf"\b{re.escape(root)}")
    return [call for call in calls if of_trade.search(fold(str(call.value(_BUSINESS) or "")))]


def said_of_themselves(turn: Turn, told: Sequence[str]) -> bool:
    """Whether a turn tells it of the client: I'm a captain; or, said by us, you are one, or "Captain, hello"."""
    folded = fold(turn.text)
    named = "|".join(map(re.escape, told))
    if turn.side != "advisor":
        return bool(re.search(rf"\b(?:i'm|i am|i've been|i was|we're|as|work as) (?:\w+ ){{0,4}}(?:{named})", folded))
    return bool(re.search(rf"\byou(?:'re| are) (?:\w+ ){{0,3}}(?:{named})|(?:^|, )(?:{named})[,.!?]", folded))
