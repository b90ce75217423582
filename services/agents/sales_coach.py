"""The Sales Coach agent: what the turns show about how the adviser led the call."""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, TypedDict

from services.agents import findings
from services.agents.contract import DialogueTurn, Extraction, require
from services.model_mind.asking import MindNote, ModelMind
from services.model_mind.coaching import Remarks, write
from services.model_mind.writing import Subject, builtin
from services.playbooks.loader import Playbook
from services.wording import counted, listed

OPEN_QUESTION = re.compile(
    r"\b(?:what|how|why|tell me|walk me|describe|talk to me|help me understand|who|where|which)\b", re.IGNORECASE
)
LONG_MONOLOGUE_WORDS = 180
BALANCED_TALK = (0.35, 0.60)


class Remark(TypedDict):
    """One piece of feedback with the turns that show it (indexes in the dialogue)."""

    text: str
    turns: list[int]


class SalesCoachAgent:
    """Gives ``coaching``: measures counted from the turns, and feedback that names its turns; and ``coaching_mind``.

    With a mind a model words the feedback, never the measures; it needs ``call`` then.
    """

    name = "Sales Coach"
    needs = frozenset({"dialogue", "extracted_entities"})

    def __init__(self, playbook: Playbook, mind: ModelMind | None = None) -> None:
        self._playbook, self._mind = playbook, mind
        if mind is not None:
            self.needs = SalesCoachAgent.needs | {"call"}

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        extraction: Extraction = data["extracted_entities"]
        measures = measure(data["dialogue"], [phase.name for phase in self._playbook.phases])
        coaching = {
            "measures": measures,
            "strengths": strengths(measures, extraction),
            "opportunity": opportunity(measures, extraction, self._playbook),
            "suggestion": suggestion(measures, extraction),
            "source": "builtin",
        }
        note = builtin()
        if self._mind is not None:
            remarks, note = await asyncio.to_thread(self._by_model, self._mind, data, measures)
            if remarks is not None:
                coaching |= {name: said for name, said in vars(remarks).items() if said} | {"source": "model"}
        return {"coaching": coaching, "coaching_mind": note}

    def _by_model(
        self, mind: ModelMind, data: dict[str, Any], measures: dict[str, Any]
    ) -> tuple[Remarks | None, MindNote]:
        room = (mind.context, mind.most_tokens)
        return write(mind.about(data, self.name), Subject.of(data, self._playbook), measures, room)


def word_count(text: str) -> int:
    """Words of a text, as white space divides them."""
    return len(text.split())


def measure(dialogue: Sequence[DialogueTurn], phases: Sequence[str]) -> dict[str, Any]:
    """Counts over one dialogue. A share is None where nobody of that side is known.

    ``talk_share`` is the adviser's part of all words of both sides; ``longest_monologue`` is the adviser's.
    """
    words = Counter[str]()
    for turn in dialogue:
        words[turn["side"] or "unknown"] += word_count(turn["text"])
    both = words["advisor"] + words["client"]
    ours = [index for index, turn in enumerate(dialogue) if turn["side"] == "advisor"]
    asked = [index for index in ours if "?" in dialogue[index]["text"]]
    longest = max(ours, key=lambda index: word_count(dialogue[index]["text"]), default=None)
    seen = {turn["phase"] for turn in dialogue}
    return {
        "talk_share": round(words["advisor"] / both, 3) if words["advisor"] and words["client"] else None,
        "words": {side: words[side] for side in ("advisor", "client", "unknown") if words[side]},
        "longest_monologue": None
        if longest is None
        else {"turn": longest, "words": word_count(dialogue[longest]["text"])},
        "questions": {
            "open": [index for index in asked if _asks_openly(dialogue[index]["text"])],
            "closed": [index for index in asked if not _asks_openly(dialogue[index]["text"])],
        },
        "phases_seen": [phase for phase in phases if phase in seen],
        "phases_missing": [phase for phase in phases if phase not in seen],
    }


def _asks_openly(text: str) -> bool:
    """Whether any question of a turn begins the way open questions do."""
    questions = re.findall(r"[^.!?]*\?", text)
    return any(OPEN_QUESTION.search(question[:60]) for question in questions)


def strengths(measures: dict[str, Any], extraction: Extraction) -> list[Remark]:
    """What went well, at most three remarks."""
    remarks: list[Remark] = []
    asked_openly = measures["questions"]["open"]
    if len(asked_openly) >= 3:
        questions = counted(len(asked_openly), "open question")
        remarks.append({"text": f"You asked {questions}, so the client told their own story.", "turns": asked_openly})
    share = measures["talk_share"]
    if share is not None and BALANCED_TALK[0] <= share <= BALANCED_TALK[1]:
        remarks.append({"text": f"You left room: {share:.0%} of the words were yours.", "turns": []})
    fixed = [step for step in findings.next_steps(extraction) if step["due"]]
    if fixed:
        turns = sorted({quote["turn"] for step in fixed for quote in step["evidence"]})
        told = f"You closed with {counted(len(fixed), 'next step')} on a day that was named."
        remarks.append({"text": told, "turns": turns})
    return remarks[:3]


def opportunity(measures: dict[str, Any], extraction: Extraction, playbook: Playbook) -> Remark | None:
    """The one thing most worth changing, or None where the turns show none."""
    longest = measures["longest_monologue"]
    share = measures["talk_share"]
    steps = findings.next_steps(extraction)
    if longest and longest["words"] > LONG_MONOLOGUE_WORDS:
        return {
            "text": f"One explanation ran to {longest['words']} words without a question in between.",
            "turns": [longest["turn"]],
        }
    if share is not None and share > BALANCED_TALK[1]:
        return {"text": f"You spoke {share:.0%} of the words.", "turns": []}
    lost = findings.outcome_role(findings.outcome(extraction), playbook) == "lost"
    if not lost and not any(step["due"] for step in steps):
        turns = sorted({quote["turn"] for step in steps for quote in step["evidence"]})
        return {"text": "The call ended without a next step that has a day.", "turns": turns}
    if measures["phases_missing"]:
        return {"text": f"Not reached: {listed(measures['phases_missing'][:3])}.", "turns": []}
    return None


def suggestion(measures: dict[str, Any], extraction: Extraction) -> Remark | None:
    """One concrete thing to do on the next call, or None where the turns suggest none."""
    raised = [item for item in extraction["objections"] if item["state"] in findings.SUPPORTED]
    if raised:
        first = raised[0]
        turns = [quote["turn"] for quote in first["evidence"]]
        return {
            "text": f"Prepare an answer to '{first['category'].lower()}' before the next call with this client.",
            "turns": turns,
        }
    if len(measures["questions"]["open"]) < 3:
        return {"text": "Open with 'What made you look into this now?' and then wait.", "turns": []}
    longest = measures["longest_monologue"]
    if longest and longest["words"] > LONG_MONOLOGUE_WORDS:
        return {"text": "Stop every two or three sentences and ask what it means for them.", "turns": [longest["turn"]]}
    return None
