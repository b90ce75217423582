"""All that the coach counts in one call. What can't be known is None, and never 0."""

from collections.abc import Sequence
from typing import Any, TypedDict

from services.agents import findings
from services.agents.contract import DialogueTurn, Extraction
from services.coaching import talk
from services.coaching.figures import figures_of
from services.coaching.fillers import Fillers, fillers
from services.coaching.interruptions import Interruptions, interruptions
from services.coaching.objections_handled import Handled, handled, left_out
from services.coaching.phases import LatePhase, PhaseTime, out_of_order, phase_times, wanted_phases
from services.coaching.questions import Questions, questions
from services.coaching.scorecard import Scored, scorecard
from services.coaching.turns import word_count
from services.playbooks.loader import Playbook


class StepsFixed(TypedDict):
    """What was agreed for after the call: ``fixed`` are turns of steps with an owner and a day, ``open`` of the others.

    ``needed`` is False where the deal is lost; ``left_out`` counts claims that no words of the call support.
    """

    number: int
    with_both: int
    fixed: list[int]
    open: list[int]
    needed: bool
    left_out: int


class Measures(TypedDict):
    """The counts of one call, each with the turns that it is from; ``figures`` are their numbers by name, scored after.

    ``talk_share``: the adviser's part of both sides' words. ``adviser``: whose call it is, None where several share it.
    """

    adviser: str | None
    talk_share: float | None
    words: dict[str, int]
    longest_monologue: talk.Monologue | None
    pace: talk.Pace | None
    silences: talk.Silences | None
    questions: Questions | None
    interruptions: Interruptions | None
    fillers: Fillers | None
    phases: list[PhaseTime]
    phases_seen: list[str]
    phases_missing: list[str]
    phases_skipped: list[str]
    phases_late: list[LatePhase]
    objections: list[Handled]
    objections_left_out: int
    next_steps: StepsFixed
    figures: dict[str, float | None]
    scorecard: list[Scored]


def measure(dialogue: Sequence[DialogueTurn], extraction: Extraction, playbook: Playbook) -> Measures:
    """Counts over one dialogue and what was found in it."""
    words = [word_count(turn["text"]) for turn in dialogue]
    by_side = talk.words_by_side(dialogue, words)
    times = phase_times(dialogue, words)
    seen = {one["phase"] for one in times}
    found: dict[str, Any] = {
        "adviser": talk.lead(dialogue, words),
        "talk_share": talk.talk_share(by_side),
        "words": by_side,
        "longest_monologue": talk.longest_monologue(dialogue, words),
        "pace": talk.pace(dialogue, words),
        "silences": talk.silences(dialogue),
        "questions": questions(dialogue),
        "interruptions": interruptions(dialogue),
        "fillers": fillers(dialogue, words),
        "phases": times,
        "phases_seen": [phase.name for phase in playbook.phases if phase.name in seen],
        "phases_missing": [phase.name for phase in playbook.phases if phase.name not in seen],
        "phases_skipped": [phase for phase in wanted_phases(playbook) if phase not in seen],
        "phases_late": out_of_order(dialogue, playbook),
        "objections": handled(dialogue, extraction),
        "objections_left_out": left_out(extraction),
        "next_steps": steps_fixed(extraction, playbook),
    }
    found["figures"] = figures_of(found, len(wanted_phases(playbook)))
    measures: Measures = {**found, "scorecard": scorecard(found, playbook)}  # type: ignore[typeddict-item]
    return measures


def steps_fixed(extraction: Extraction, playbook: Playbook) -> StepsFixed:
    """Which next steps have somebody who does them and a day."""
    steps = findings.next_steps(extraction)
    both = [step for step in steps if step["owner"] and step["due"]]
    lost = findings.outcome_role(findings.outcome(extraction), playbook) == "lost"
    return {
        "number": len(steps),
        "with_both": len(both),
        "fixed": _turns(both),
        "open": _turns([step for step in steps if step not in both]),
        "needed": not lost,
        "left_out": len(extraction["next_steps"]) - len(steps),
    }


def _turns(steps: Sequence[Any]) -> list[int]:
    return sorted({quote["turn"] for step in steps for quote in step["evidence"]})
