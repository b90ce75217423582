"""What the coach says of a call, by rules over the measures: strengths, one opportunity, one suggestion.

Every remark names the turns that show it; what no turn shows is not said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from services.coaching.figures import FIGURES, MOST_TURNS
from services.coaching.phases import went_on_at
from services.playbooks.loader import Playbook
from services.wording import counted, listed

MOST_STRENGTHS = 3
_ANSWERED = ("answered", "resolved")


class Remark(TypedDict):
    """One piece of feedback with the turns that show it (indexes in the dialogue)."""

    text: str
    turns: list[int]


@dataclass(frozen=True)
class Seen:
    """Something that the measures show: what to say of it, and what to do about it."""

    text: str
    turns: Sequence[int]
    advice: str = ""
    advice_turns: Sequence[int] = ()


Rule = Callable[[Mapping[str, Any], Playbook], Seen | None]


def strengths(measures: Mapping[str, Any], playbook: Playbook) -> list[Remark]:
    """What went well, the most telling first, at most three."""
    found = (rule(measures, playbook) for rule in _STRENGTHS)
    return [_remark(seen.text, seen.turns) for seen in found if seen and seen.turns][:MOST_STRENGTHS]


def opportunity(measures: Mapping[str, Any], playbook: Playbook) -> Remark | None:
    """The one thing most worth changing, or None where the turns show none."""
    seen = _weakest(measures, playbook)
    return None if seen is None else _remark(seen.text, seen.turns)


def suggestion(measures: Mapping[str, Any], playbook: Playbook) -> Remark | None:
    """One concrete thing to do on the next call: about the opportunity, else about a worry that was answered."""
    seen = _weakest(measures, playbook)
    if seen is not None:
        return _remark(seen.advice, seen.advice_turns or seen.turns)
    raised = [item for item in measures["objections"] if item["raised"]]
    if not raised:
        return None
    category = raised[0]["category"].lower()
    text = f"Bring up '{category}' yourself early in the next call with this client, before they have to."
    return _remark(text, raised[0]["raised"])


def _weakest(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    found = (rule(measures, playbook) for rule in _OPPORTUNITIES)
    return next((seen for seen in found if seen is not None and seen.turns), None)


def _remark(text: str, turns: Sequence[int]) -> Remark:
    return {"text": text, "turns": sorted(dict.fromkeys(turns))[:MOST_TURNS]}


_ADVICE = {
    "talk_share": "After each answer of theirs, ask one more question about it before you explain anything.",
    "longest_monologue": "Stop every two or three sentences and ask what it means for them.",
    "open_questions": "Open with 'What made you look into this now?' and then wait.",
    "open_share": "Begin your next question with 'what' or 'how', and then wait.",
    "interruptions": "When they stop, count to two before you begin: often the sentence that matters comes then.",
    "pace": "Say the price and the next step slowly, and pause after each.",
    "silence_seconds": "After a price or a hard question, leave the pause to them.",
    "fillers_per_100": "Where a filler wants to come, say nothing: a short pause sounds surer.",
    "objections_answered": "Say each worry back in a sentence, ask what is behind it, and only then answer.",
    "next_steps_fixed": (
        "Before you hang up, name one next step, who does it, and the day: 'I send it Tuesday, you sign by Friday.'"
    ),
}


# What went well, in the order in which it is told


def _answered_worries(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    items = [item for item in measures["objections"] if item["handling"] in _ANSWERED]
    if not items:
        return None
    resolved = [item for item in items if item["handling"] == "resolved"]
    names = listed(f"'{item['category'].lower()}'" for item in resolved or items)
    told = "and the client took your answer" if resolved else "with an answer, not with a push"
    return Seen(f"You met the client's worry about {names}, {told}.", _turns_of(resolved or items))


def _fixed_steps(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    steps = measures["next_steps"]
    if not steps["with_both"]:
        return None
    return Seen(f"You closed with {counted(steps['with_both'], 'next step')} on a day that was named.", steps["fixed"])


def _asked_openly(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    asked = (measures["questions"] or {"open": []})["open"]
    if len(asked) < max(1, playbook.coaching.open_questions):
        return None
    return Seen(f"You asked {counted(len(asked), 'open question')}, so the client told their own story.", asked)


def _left_room(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    share, (low, high) = measures["talk_share"], playbook.coaching.talk
    if share is None or not low <= share <= high:
        return None
    asked = (measures["questions"] or {"open": []})["open"]
    return Seen(f"You left room: {share:.0%} of the words were yours.", asked or _figure("talk_share", measures))


def _covered(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    if measures["phases_skipped"] or measures["phases_late"]:
        return None
    wanted = playbook.coaching.phases
    turns = [one["turn"] for one in measures["phases"] if one["phase"] in wanted]
    return Seen("You went through every part of the call, in its order.", turns)


_STRENGTHS: tuple[Rule, ...] = (_answered_worries, _fixed_steps, _asked_openly, _left_room, _covered)


# What is most worth changing, the weightiest first


def _passed_over(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    items = [item for item in measures["objections"] if item["handling"] in ("evaded", "acknowledged")]
    if not items:
        return None
    worst = next((item for item in items if item["handling"] == "evaded"), items[0])
    category = worst["category"].lower()
    evaded = worst["handling"] == "evaded"
    said = "was passed over" if evaded else "was heard, but got no answer"
    advice = f"When '{category}' comes up: say it back in a sentence, ask what is behind it, and only then answer."
    return Seen(f"The worry about '{category}' {said}.", _turns_of([worst]), advice, worst["raised"])


def _no_step(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    steps = measures["next_steps"]
    if steps["with_both"] or not steps["needed"]:
        return None
    turns = steps["open"] or [one["turn"] for one in measures["phases"]][-1:]
    advice = (
        "Before you hang up, name one next step, who does it, and the day: 'I send it Tuesday, you sign by Friday.'"
    )
    return Seen("The call ended without a next step that has an owner and a day.", turns, advice)


def _monologue(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    longest = measures["longest_monologue"]
    if not longest or longest["words"] <= playbook.coaching.monologue:
        return None
    text = f"One explanation ran to {longest['words']} words before the client said anything."
    return Seen(text, longest["turns"], _ADVICE["longest_monologue"])


def _talked_most(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    share = measures["talk_share"]
    if share is None or share <= playbook.coaching.talk[1]:
        return None
    return Seen(f"You spoke {share:.0%} of the words.", _figure("talk_share", measures), _ADVICE["talk_share"])


def _broke_in(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    turns = (measures["interruptions"] or {"by_adviser": []})["by_adviser"]
    if len(turns) < max(1, playbook.coaching.interruptions):
        return None
    return Seen(f"You broke in on the client {counted(len(turns), 'time')}.", turns, _ADVICE["interruptions"])


def _few_open(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    asked = measures["questions"]
    if asked is None or len(asked["open"]) >= playbook.coaching.open_questions:
        return None
    text = f"You asked {counted(len(asked['open']), 'open question')} and {len(asked['closed'])} closed ones."
    return Seen(text, asked["closed"] or asked["open"], _ADVICE["open_questions"], asked["closed"][:1])


def _skipped(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    skipped = measures["phases_skipped"][:3]
    turns = [turn for phase in skipped for turn in went_on_at(phase, playbook, measures["phases"])]
    if not turns:
        return None
    advice = f"Next time, before you go on here, take a minute for '{skipped[0]}'."
    return Seen(f"Not reached: {listed(skipped)}.", turns, advice, turns[:1])


def _late(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    late = measures["phases_late"][:1]
    if not late:
        return None
    one = late[0]
    advice = f"Keep '{one['after']}' back until you have been through '{one['phase']}'."
    return Seen(f"{one['phase'].capitalize()} came only after {one['after']}.", [one["turn"]], advice)


def _filled(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    found = measures["fillers"]
    if not found or found["per_100"] < playbook.coaching.fillers:
        return None
    first = next(iter(found["words"]))
    text = f"Of every 100 words of yours {found['per_100']:.0f} were fillers, '{first}' above all."
    return Seen(text, found["turns"], f"Where '{first}' wants to come, say nothing: a short pause sounds surer.")


def _hurried(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    fast = measures["pace"]
    if not fast or fast["words_a_minute"] <= playbook.coaching.pace:
        return None
    text = f"You spoke {fast['words_a_minute']:.0f} words a minute."
    return Seen(text, fast["turns"], _ADVICE["pace"])


def _least_scored(measures: Mapping[str, Any], playbook: Playbook) -> Seen | None:
    """The criterion with the most room, where nothing else is to be said."""
    known = [one for one in measures["scorecard"] if one["score"] is not None and one["measure"] in _ADVICE]
    least = min((one for one in known if one["score"] < 5 and one["turns"]), key=lambda one: one["score"], default=None)
    if least is None:
        return None
    text = f"Of the scorecard, '{least['criterion'].lower()}' has the most room: {least['score']} of 5."
    return Seen(text, least["turns"], _ADVICE[least["measure"]])


_OPPORTUNITIES: tuple[Rule, ...] = (
    _passed_over, _no_step, _monologue, _talked_most, _broke_in, _few_open, _skipped, _late, _filled, _hurried,
    _least_scored,
)  # fmt: skip


def _turns_of(items: Sequence[Mapping[str, Any]]) -> list[int]:
    return [turn for item in items for turn in [*item["raised"][:1], *item["turns"]]]


def _figure(name: str, measures: Mapping[str, Any]) -> Sequence[int]:
    return next(one for one in FIGURES if one.name == name).turns(measures)
