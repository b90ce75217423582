"""Coaching in a model's words. What is counted stays counted; a remark stands only with turns that show it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field

from services import sentence_claims, sentence_words
from services.agents import findings
from services.analyst.numbers import numbers_in
from services.coaching.figures import BY_NAME
from services.model_faults import ModelFault
from services.model_ledger import CHARACTERS_A_TOKEN
from services.model_mind.asking import Asking, MindNote
from services.model_mind.fence import fenced, turn_line
from services.model_mind.writing import Judge, Subject, builtin, by_model, speaks_to_a_program, task, tidy
from services.model_replies import Reply
from services.sentence_ground import Ground

MOST_STRENGTHS, MOST_TURNS, LONGEST = 3, 8, 400  # of remarks, of turns of one, characters of its text
_SPARE = 4_000  # characters of the task, the form and the frame
_NONE = "No remark of the model names turns of the call that show it, so the builtin coaching stands."


class RemarkWords(BaseModel):
    """One remark of the model's."""

    text: str = Field(description="One or two sentences to the adviser, as 'you'.")
    turns: list[int] = Field(description="The numbers of the turns that show it.")


class CoachingWords(BaseModel):
    """What the model writes."""

    strengths: list[RemarkWords] = Field(description="At most three things that went well.")
    opportunity: RemarkWords | None = Field(description="The one thing most worth changing.")
    suggestion: RemarkWords | None = Field(description="One concrete thing to do on the next call.")


@dataclass
class Remarks:
    """The remarks that may stand, each ``{text, turns}``."""

    strengths: list[dict[str, Any]] = field(default_factory=list)
    opportunity: dict[str, Any] | None = None
    suggestion: dict[str, Any] | None = None


def write(
    asking: Asking, subject: Subject, measures: Mapping[str, Any], room: tuple[int, int]
) -> tuple[Remarks | None, MindNote]:
    """The remarks with their note; None where the builtin ones have to stand, and the note says why.

    ``room``: how many tokens the model's context and its answer have.
    """
    characters = int((room[0] - room[1]) * CHARACTERS_A_TOKEN) - _SPARE
    shown = turns_that_fit(subject, measures, characters)
    system = task(_TASK.format(trade=subject.playbook.name))
    user = f"{_counted(measures)}\n\n{fenced(subject.dialogue, shown)}"
    try:
        reply = asking.structured("write", system, user, CoachingWords)
    except ModelFault as fault:
        return None, builtin(fault.sentence)
    remarks = _standing(reply, subject, measures, frozenset(shown))
    if not (remarks.strengths or remarks.opportunity or remarks.suggestion):
        return None, builtin(_NONE)
    return remarks, by_model(reply)


def turns_that_fit(subject: Subject, measures: Mapping[str, Any], characters: int) -> list[int]:
    """The turns that a question has room for: all, or the telling ones first and then the rest in their order."""
    found: list[int] = []
    for index in dict.fromkeys([*_telling(subject, measures), *range(len(subject.dialogue))]):
        length = len(turn_line(index, subject.dialogue[index])) + 1
        if length <= characters:
            found.append(index)
            characters -= length
    return sorted(found)


def _telling(subject: Subject, measures: Mapping[str, Any]) -> Iterator[int]:
    """Turns that coaching is about: worries and next steps, what came after them, questions, the longest monologue."""
    turns = len(subject.dialogue)
    items = [*subject.extraction["objections"], *subject.extraction["next_steps"]]
    for item in items:
        for quote in item["evidence"]:
            yield from (turn for turn in (quote["turn"], quote["turn"] + 1) if 0 <= turn < turns)
    yield from (measures["questions"] or {"open": []})["open"]
    if measures["longest_monologue"]:
        yield measures["longest_monologue"]["turn"]


def _standing(
    reply: Reply[CoachingWords], subject: Subject, measures: Mapping[str, Any], shown: frozenset[int]
) -> Remarks:
    told = (subject.dialogue, subject.extraction, subject.header, subject.playbook)
    ground = Ground(*told, corrections=subject.corrections)
    counted, judge = _numbers(measures), Judge(subject)

    def taken(remark: RemarkWords | None) -> dict[str, Any] | None:
        if remark is None:
            return None
        turns = [turn for turn in dict.fromkeys(remark.turns) if turn in shown][:MOST_TURNS]
        text = tidy(remark.text)
        stands = turns and not judge.strangers_in(text) and _may_stand(text, turns, counted, ground)
        return {"text": text, "turns": turns} if stands else None

    words = reply.value
    strengths = [found for remark in words.strengths if (found := taken(remark)) is not None]
    return Remarks(strengths[:MOST_STRENGTHS], taken(words.opportunity), taken(words.suggestion))


def _may_stand(text: str, turns: Sequence[int], counted: frozenset[float], ground: Ground) -> bool:
    """Whether a remark holds nothing but words: no link, no name from elsewhere, no figure that nobody counted."""
    folded = sentence_words.plain(text)
    if not text or len(text) > LONGEST or any(sentence_claims.links(text, ground)):
        return False
    if any(sentence_claims.names(text, ground)) or sentence_words.cues("legal", folded) or speaks_to_a_program(text):
        return False
    said = sentence_words.plain(" ".join(str(ground.dialogue[turn].get("text") or "") for turn in turns))
    known = counted | {number.value for number in numbers_in(said)}
    figures = [number for number in numbers_in(folded) if number.money or not _small(folded[number.start : number.end])]
    return all(figure.value in (_values(ground) if figure.money else known) for figure in figures)


def _values(ground: Ground) -> set[float]:
    """The amounts that the record holds."""
    facts = (findings.fact_value(ground.extraction, one.name) for one in ground.playbook.fields if one.type == "money")
    return {float(value) for value in facts if value is not None}


def _small(words: str) -> bool:
    """Whether a number is one of those that a remark needs no count for: "one thing", "two or three"."""
    return bool(re.fullmatch(r"(?:one|two|three|first|second|third|[123])", words))


def _numbers(measures: Mapping[str, Any]) -> frozenset[float]:
    """The figures that were counted, and the shares in percent."""
    asked, longest, steps = measures["questions"], measures["longest_monologue"], measures["next_steps"]
    found = [*measures["words"].values(), *([longest["words"]] if longest else []), steps["number"]]
    found += [len(asked["open"]), len(asked["closed"]), len(asked["open"]) + len(asked["closed"])] if asked else []
    found += [len(turns) for side, turns in (measures["interruptions"] or {}).items() if side != "told_by"]
    found += [measures["fillers"]["total"]] if measures["fillers"] else []
    figures = [value for value in measures["figures"].values() if value is not None]
    share = measures["talk_share"]
    shares = [value for value in figures if 0 <= value <= 1] + ([1 - share] if share is not None else [])
    return frozenset(map(float, [*found, *figures, *map(round, figures), *(round(100 * one) for one in shares)]))


def _counted(measures: Mapping[str, Any]) -> str:
    """The counts in words, as the model is told them."""
    lines = [f"{BY_NAME[name].label}: {BY_NAME[name].words(value)}." for name, value in measures["figures"].items()
             if value is not None]  # fmt: skip
    if longest := measures["longest_monologue"]:
        lines.append(f"The longest monologue begins with turn {longest['turn']}.")
    for item in measures["objections"]:
        turns = ", ".join(map(str, item["raised"]))
        lines.append(
            f"The client's worry '{item['category']}' (turn {turns}) was {item['handling'] or 'not answered'}."
        )
    if measures["phases_skipped"]:
        lines.append(f"Parts of a call that were not reached: {', '.join(measures['phases_skipped'])}.")
    return "Coach the adviser on this call.\n\n" + "\n".join(lines)


_TASK = """\
You coach an adviser of a firm for {trade} on one of their sales calls: up to three strengths, the one opportunity \
most worth taking, one concrete suggestion for the next call.

How to do it:
- Each remark names the numbers of the turns that show it (the number in brackets before the speaker). A remark \
without turns is worth nothing.
- Speak to the adviser as "you", kindly and concretely. Repeat no figure but those that are counted below.
- No link, no address, no legal advice, nobody's name but those of the people who were on the call.
"""
