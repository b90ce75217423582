"""What a figure is split by, or what is asked to be the most, by the words of a question."""

import re

from db.analytics import Group
from services.copilot import vocabulary
from services.playbooks.cues import Line

_SPLIT_NEAR = 6  # between by and what a figure is split by
_WHICH_OF_THEM = re.compile(  # own land in two different states
    r"^(?:so |and )?(?:which|what|who)\b[^,;?.]*\b(?:an?|two|three|four|five|several|more than one|multiple|many)"
    r" different\b"
)
_ASKED_MOST = (  # before what is asked to be the most
    "which", "what", "common", "most", "top", "frequent", "often", "raised", "popular", "main", "biggest", "discussed",
    "whose", "best", "number one", "busiest", "quietest", "slowest",
)  # fmt: skip


def group_of(line: Line, measures: frozenset[str]) -> tuple[Group | None, bool]:
    """What a figure is split by: a word for it after by, per, each; or the thing that is asked to be the most."""
    hits = vocabulary.book("groups").find(line)
    if _WHICH_OF_THEM.search(line.folded):
        hits = [hit for hit in hits if line.folded[hit.start : hit.end] != "different"]
    nouns = sorted((hit for hit in hits if hit.key != "split"), key=lambda hit: hit.start)
    splits = [hit.end for hit in hits if hit.key == "split"]
    for hit in nouns:
        if any(0 <= hit.start - end <= _SPLIT_NEAR and " all" not in line.folded[end : hit.start] for end in splits):
            return _as_group(hit.key), True
    summed = bool({"sum", "average", "median"} & measures)
    top = bool({"most", "fewest"} & measures) or "how often" in line.folded
    told = [hit for hit in nouns if hit.key not in ("client", "state")] or list(nouns)
    for hit in told:
        head = line.folded[: hit.start].rstrip()
        if summed and hit.key in ("product", "objection") and head.endswith(("how many", "number of")):
            return None, False
        if hit.key in ("adviser", "product", "objection", "state") and head.endswith(("which", "what", "how many")):
            return _as_group(hit.key), False
        ranked = measures & {"highest", "lowest", "average", "share", "most", "fewest"}
        if ranked and hit.key in ("outcome", "deal_stage", "month") and head.endswith(("which", "what")):
            return _as_group(hit.key), False
        if top and head.endswith(_ASKED_MOST):
            return _as_group(hit.key), False
    return None, False


def _as_group(key: str) -> Group | None:
    known: dict[str, Group] = {
        "outcome": "outcome", "deal_stage": "deal_stage", "product": "product", "objection": "objection",
        "adviser": "adviser", "state": "state", "month": "month", "client": "client",
    }  # fmt: skip
    return known.get(key)
