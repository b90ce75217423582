"""How the call ended: who agreed to what, read from its last part."""

from functools import lru_cache

from services.analyst.dialogue import Talk
from services.analyst.findings import Finding
from services.playbooks.cues import CueBook
from services.playbooks.loader import Playbook

LAST_PART = 0.55


@lru_cache(maxsize=8)
def _books(playbook: Playbook) -> dict[str, CueBook[str]]:
    return {
        "advisor": CueBook((outcome.role, cue) for outcome in playbook.outcomes for cue in outcome.advisor),
        "client": CueBook((outcome.role, cue) for outcome in playbook.outcomes for cue in outcome.client),
    }


def find_outcome(talk: Talk, playbook: Playbook) -> Finding | None:
    """The outcome, by the playbook's name for it; None only for a call without a word."""
    if not talk.turns:
        return None
    scores = {outcome.role: 0.0 for outcome in playbook.outcomes}
    places: dict[str, list[tuple[float, int, int, int]]] = {}
    first = int(LAST_PART * len(talk.turns))
    for turn in talk.turns[first:]:
        if turn.side not in ("advisor", "client"):
            continue
        for hit in _books(playbook)[turn.side].find(turn.line):
            scores[hit.key] += hit.weight
            places.setdefault(hit.key, []).append((hit.weight, turn.index, hit.start, hit.end))
    role = _decided(scores)
    name = playbook.outcome_of(role)
    if name is None:
        return None
    hits = sorted(places.get(role, []), key=lambda hit: (-hit[0], -hit[1]))
    quotes = [talk.quote(turn, start, end) for _, turn, start, end in hits]
    return Finding(
        name, quotes or [talk.quote_of(talk.turns[-1].sentences[-1])] if talk.turns[-1].sentences else quotes
    )


def _decided(scores: dict[str, float]) -> str:
    won, lost = scores.get("won", 0.0), scores.get("lost", 0.0)
    if max(won, lost) >= 4:
        return "won" if won >= lost else "lost"
    if scores.get("meeting", 0.0) >= 2:
        return "meeting"
    if scores.get("waiting", 0.0) >= 2:
        return "waiting"
    return "open"
