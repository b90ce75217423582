"""Structuring: the dialogue turn by turn, each with its speaker's side and its phase of the call."""

from typing import Any, TypedDict

from services.agents.contract import DialogueTurn, require
from services.analyst.phases import label_phases
from services.calls.model import Call
from services.playbooks.loader import Playbook


class StructuringNeeds(TypedDict):
    call: Call


class StructuringGives(TypedDict):
    dialogue: list[DialogueTurn]


class StructuringAgent:
    """Gives ``dialogue``: one entry a turn of the call, in order, phases by the playbook."""

    name = "Structuring"
    needs = frozenset({"call"})

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        call: Call = data["call"]
        dialogue = dialogue_of(call)
        for turn, phase in zip(dialogue, label_phases(dialogue, self._playbook), strict=True):
            turn["phase"] = phase
        given: StructuringGives = {"dialogue": dialogue}
        return dict(given)


def dialogue_of(call: Call) -> list[DialogueTurn]:
    """The call's turns with their speakers' sides, and no phase yet."""
    sides = {speaker.name: speaker.side for speaker in call.speakers}
    return [
        {
            "speaker": turn.speaker,
            "side": sides.get(turn.speaker) if turn.speaker is not None else None,
            "start": turn.start,
            "end": turn.end,
            "text": turn.text,
            "phase": None,
        }
        for turn in call.turns
    ]
