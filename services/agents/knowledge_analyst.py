"""The Knowledge Analyst: what the call says about the client and the deal, each value with its proof."""

import asyncio
from typing import Any, TypedDict

from services.agents.contract import DialogueTurn, Extraction, require
from services.analyst.extract import extract
from services.calls.model import Call
from services.model_mind.asking import MindNote, ModelMind
from services.model_mind.merge import both_minds
from services.model_mind.reading import Reading, read_call
from services.playbooks.loader import Playbook


class KnowledgeAnalystNeeds(TypedDict):
    call: Call
    dialogue: list[DialogueTurn]


class KnowledgeAnalystGives(TypedDict):
    extracted_entities: Extraction
    extraction_mind: MindNote


class KnowledgeAnalystAgent:
    """Gives ``extracted_entities``, worked out by the builtin analyst with the firm's playbook, in a thread of its
    own: the Embedder works meanwhile.

    With a mind a language model reads the call at the same time; of each value the one that the call's words support
    better stands. A model that fails costs nothing but its part: ``extraction_mind`` says so.
    """

    name = "Knowledge Analyst"
    needs = frozenset({"call", "dialogue"})

    def __init__(self, playbook: Playbook, mind: ModelMind | None = None) -> None:
        self._playbook, self._mind = playbook, mind

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        analyst = asyncio.to_thread(extract, data["dialogue"], data["call"], self._playbook)
        if self._mind is None:
            extraction, note = await analyst, MindNote(source="builtin")
        else:
            found, reading = await asyncio.gather(analyst, self._read(self._mind, data))
            note = _note(reading)
            extraction = both_minds(found, reading.found, self._playbook) if reading.found else found
        given: KnowledgeAnalystGives = {"extracted_entities": extraction, "extraction_mind": note}
        return dict(given)

    async def _read(self, mind: ModelMind, data: dict[str, Any]) -> Reading:
        asking = await asyncio.to_thread(mind.about, data, self.name)
        return await read_call(asking, mind, data["dialogue"], data["call"], self._playbook)


def _note(reading: Reading) -> MindNote:
    note = MindNote(source="builtin")
    if reading.found is not None:
        note = MindNote(source="model", model=reading.model, prompt_hash=reading.prompt_hash)
    if reading.fault is not None:
        note["instead"] = reading.fault
    return note
