"""How long each part of the call took, which parts are missing, which came out of order."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from services.agents.contract import DialogueTurn
from services.playbooks.loader import Playbook


class PhaseTime(TypedDict):
    """One phase: where it is first, its turns, words, share of all words; seconds where turns have times."""

    phase: str
    turn: int
    turns: int
    words: int
    share: float
    seconds: float | None


class LatePhase(TypedDict):
    """A phase that began (``turn``) only after one that usually follows it (``after``) was over."""

    phase: str
    after: str
    turn: int


def phase_times(dialogue: Sequence[DialogueTurn], words: Sequence[int]) -> list[PhaseTime]:
    """The phases that were reached, in the order in which they first were."""
    lengths = _lengths(dialogue)
    all_words = sum(words) or 1
    found: dict[str, list[int]] = {}
    for number, turn in enumerate(dialogue):
        if turn["phase"]:
            found.setdefault(turn["phase"], []).append(number)
    return [
        {
            "phase": phase,
            "turn": numbers[0],
            "turns": len(numbers),
            "words": (said := sum(words[number] for number in numbers)),
            "share": round(said / all_words, 3),
            "seconds": None if lengths is None else round(sum(lengths[number] for number in numbers), 1),
        }
        for phase, numbers in found.items()
    ]


def _lengths(dialogue: Sequence[DialogueTurn]) -> list[float] | None:
    """The seconds from each turn's beginning to the next one's; None where the turns have no times."""
    starts = [turn["start"] for turn in dialogue]
    if not starts or any(start is None for start in starts):
        return None
    known = [float(start) for start in starts if start is not None]
    end = dialogue[-1]["end"]
    ends = [*known[1:], known[-1] if end is None else end]
    return [max(0.0, end - start) for start, end in zip(known, ends, strict=True)]


def out_of_order(dialogue: Sequence[DialogueTurn], playbook: Playbook) -> list[LatePhase]:
    """The phases that came late: their main part began after that of a phase which usually stands well behind.

    "Well behind" is further than both phases wander by the playbook (``spread``).
    """
    blocks = _main_parts(dialogue)
    usual = sorted((phase for phase in playbook.phases if phase.name in blocks), key=lambda phase: phase.at)
    found: list[LatePhase] = []
    for place, early in enumerate(usual):
        late = [
            later
            for later in usual[place + 1 :]
            if later.at - early.at > later.spread + early.spread and blocks[later.name][1] < blocks[early.name][0]
        ]
        if late:
            first = min(late, key=lambda one: blocks[one.name][0])
            found.append({"phase": early.name, "after": first.name, "turn": blocks[early.name][0]})
    return sorted(found, key=lambda one: one["turn"])


def _main_parts(dialogue: Sequence[DialogueTurn]) -> dict[str, tuple[int, int]]:
    """The longest run of turns of each phase: its first turn and its last."""
    best: dict[str, tuple[int, int]] = {}
    start = 0
    for number, turn in enumerate(dialogue):
        phase = turn["phase"]
        if number + 1 < len(dialogue) and dialogue[number + 1]["phase"] == phase:
            continue
        if phase and (phase not in best or number - start > best[phase][1] - best[phase][0]):
            best[phase] = (start, number)
        start = number + 1
    return best


def wanted_phases(playbook: Playbook) -> list[str]:
    """The phases that a whole call has: those that the playbook's ``[coaching]`` names, else all of them."""
    return list(playbook.coaching.phases) or [phase.name for phase in playbook.phases]


def went_on_at(phase: str, playbook: Playbook, times: Sequence[Mapping[str, Any]]) -> list[int]:
    """Where a skipped phase would have stood: the first turn of the next one, by the playbook's order."""
    order = {known.name: place for place, known in enumerate(playbook.phases)}
    later = [one for one in times if order.get(one["phase"], -1) > order.get(phase, len(order))]
    return [min(later, key=lambda one: order[one["phase"]])["turn"]] if later else []
