"""Which of the playbook's products were talked about as something for this client."""

from functools import lru_cache

from services.analyst.dialogue import Talk
from services.analyst.findings import Finding
from services.playbooks.cues import CueBook
from services.playbooks.loader import Playbook

ENOUGH = 1.0


@lru_cache(maxsize=8)
def _book(playbook: Playbook) -> CueBook[str]:
    return CueBook((product.name, cue) for product in playbook.products for cue in product.cues)


def find_products(talk: Talk, playbook: Playbook) -> list[Finding]:
    """The products, in the playbook's order, each with the sentences that name it."""
    places: dict[str, list[tuple[float, int, int, int]]] = {}
    for turn in talk.turns:
        for hit in _book(playbook).find(turn.line):
            places.setdefault(hit.key, []).append((hit.weight, turn.index, hit.start, hit.end))
    found = []
    for product in playbook.products:
        hits = places.get(product.name, [])
        if sum(weight for weight, *_ in hits) >= ENOUGH:
            hits.sort(key=lambda hit: (-hit[0], hit[1]))
            quotes = [talk.quote(turn, start, end) for _, turn, start, end in hits]
            found.append(Finding(product.name, quotes))
    return found
