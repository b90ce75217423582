"""Which of the people named is the partner, by how strongly they are spoken of as one, or that nobody is."""

import re

from services.agents.contract import Quote
from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.wordings import Wording
from services.analyst.words import hits, weight
from services.playbooks.cues import fold

AT_WORK = Wording(
    r"\b(?:business|law|managing|senior|junior|golf|training|silent) partner\b|\bma[dk]e partner\b|\bpartnership\b"
    r"|\b(?:partners? (?:there|at|in the|in a|in our)|ex[- ]partner)\b"
)
_ANEW = re.compile(r"partner|engaged|fianc|girlfriend|boyfriend|lucky|married|live|living")
SOME = 1.5
SURE = 2.0
"""Of one place: nobody is the partner of the bereft by many weak hints."""


def chosen(
    talk: Talk,
    scores: dict[str, float],
    proof: dict[str, list[tuple[float, Quote]]],
    status: Finding | None,
    second: set[str],
) -> Finding | None:
    best = max(scores, key=lambda name: scores[name], default=None)
    if best is None or not proof[best]:
        return None
    beside = fold(best) in second
    alone = status is not None and status.value in ("Single", "Divorced", "Widowed")
    living = sum(_living(one, status) for one in talk.sentences if not one.story)
    if alone:
        sure = max(strength for strength, _ in proof[best]) >= SURE
        pointed, other = living >= 2.0 and sure, 3.5 if sure and _bereft(status) else 5.0
        plain = 2.0 if _bereft(status) else 5.0
        enough = 0.8 if living >= plain else 2.0 if pointed else 2.5 if living >= 3.0 else other
    else:
        enough = 0.6 if status is not None or living >= 2.0 else 2.0
    if not beside and _bereft(status) and living < SOME and max(strength for strength, _ in proof[best]) < SURE:
        return None
    if scores[best] < (min(enough, 4.5 if alone and living < 3.0 else 2.5) if beside else enough):
        return None
    ranked = sorted(proof[best], key=lambda one: -one[0])
    return Finding(best, [quote for _, quote in ranked])


def _bereft(status: Finding | None) -> bool:
    return status is not None and status.value in ("Widowed", "Divorced")


def _living(sentence: Sentence, status: Finding | None) -> float:
    """How far a sentence speaks of a living partner; of the bereft only what says that there is a new one."""
    if AT_WORK.search(sentence):
        return 0.0
    found = hits("people", sentence)
    if _bereft(status):
        found = [one for one in found if _ANEW.search(sentence.folded[one.start : one.end])]
    return weight(found, "partner")
