"""Which of the playbook's products were talked about as something for this client."""

import re
from collections.abc import Iterator
from functools import lru_cache

from services.analyst.dialogue import Talk, TalkTurn
from services.analyst.findings import Finding
from services.analyst.wordings import Wording
from services.playbooks.cues import CueBook, Hit
from services.playbooks.loader import Playbook

ENOUGH = 1.0
ASKED = 0.25
REACH = 200  # letters after a product in which it can be turned down
_INVENTORY = Wording(
    r"\b(?:do you (?:\w+ ){0,3}have|have you (?:got|done|ever)|did you|is (?:it|that) (?:set up|in))\b"
)
_REJECTED = re.compile(
    r"\b(?:wouldn't (?:put|do|recommend|use|sell|suggest)|not recommending|don't recommend|you don't need"
    r"|leave (?:that|it) out)\b"
)


@lru_cache(maxsize=8)
def _book(playbook: Playbook) -> CueBook[str]:
    return CueBook((product.name, cue) for product in playbook.products for cue in product.cues)


def find_products(talk: Talk, playbook: Playbook) -> list[Finding]:
    """The products, in the playbook's order, each with the sentences that name it."""
    places: dict[str, list[tuple[float, int, int, int]]] = {}
    for turn in talk.turns:
        for hit in _named(list(_book(playbook).find(turn.line))):
            places.setdefault(hit.key, []).append((_weight(turn, hit), turn.index, hit.start, hit.end))
    found = []
    for product in playbook.products:
        hits = places.get(product.name, [])
        if sum(weight for weight, *_ in hits) >= ENOUGH:
            hits.sort(key=lambda hit: (-hit[0], hit[1]))
            quotes = [talk.quote(turn, start, end) for _, turn, start, end in hits]
            found.append(Finding(product.name, quotes))
    return found


def _named(hits: list[Hit[str]]) -> Iterator[Hit[str]]:
    """The hits without those that are part of a longer name of another product ("wills" in "pour-over wills")."""
    widest: dict[str, tuple[int, int]] = {}
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        length = hit.end - hit.start
        covered = [
            1 for key, (start, end) in widest.items() if key != hit.key and end >= hit.end and end - start > length
        ]
        if not covered:
            yield hit
        if hit.end > widest.get(hit.key, (0, -1))[1]:
            widest[hit.key] = (hit.start, hit.end)


def _weight(turn: TalkTurn, hit: Hit[str]) -> float:
    """How much a hit says that the product is meant for the client: little where the adviser asks what there is."""
    if turn.side != "advisor" or not turn.sentences:
        return hit.weight
    sentence = turn.sentence_at(hit.start)
    if _REJECTED.search(turn.folded, hit.end, hit.end + REACH):
        return 0.0
    return ASKED * hit.weight if sentence.asks and _INVENTORY.search(sentence) else hit.weight
