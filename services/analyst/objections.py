"""What the client said against buying. What an adviser expects to be said is no objection."""

from functools import lru_cache

from services.analyst.dialogue import Talk
from services.analyst.findings import Finding
from services.playbooks.cues import CueBook
from services.playbooks.loader import Playbook

ENOUGH = 3.0
EARLIEST = 0.3


@lru_cache(maxsize=8)
def _book(playbook: Playbook) -> CueBook[str]:
    return CueBook((objection.name, cue) for objection in playbook.objections for cue in objection.cues)


def find_objections(talk: Talk, playbook: Playbook) -> list[Finding]:
    """The categories of the playbook that the client raised, with the words that raise them."""
    first = int(EARLIEST * len(talk.turns))
    places: dict[str, list[tuple[float, int, int, int]]] = {}
    for turn in talk.turns:
        if turn.side != "client" or turn.index < first:
            continue
        for hit in _book(playbook).find(turn.line):
            places.setdefault(hit.key, []).append((hit.weight, turn.index, hit.start, hit.end))
    found = []
    for objection in playbook.objections:
        hits = sorted(places.get(objection.name, []), key=lambda hit: (-hit[0], hit[1]))
        if sum(weight for weight, *_ in hits) >= ENOUGH:
            found.append(Finding(objection.name, [talk.quote(turn, start, end) for _, turn, start, end in hits]))
    return found
