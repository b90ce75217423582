"""The Knowledge Analyst: what the call says about the client and the deal, each value with its proof."""

import asyncio
from typing import Any, TypedDict

from services.agents.contract import DialogueTurn, Extraction, require
from services.analyst.extract import extract
from services.calls.model import Call
from services.playbooks.loader import Playbook


class KnowledgeAnalystNeeds(TypedDict):
    call: Call
    dialogue: list[DialogueTurn]


class KnowledgeAnalystGives(TypedDict):
    extracted_entities: Extraction


class KnowledgeAnalystAgent:
    """Gives ``extracted_entities``, worked out by the builtin analyst with the firm's playbook,
    in a thread of its own: the Embedder works meanwhile."""

    name = "Knowledge Analyst"
    needs = frozenset({"call", "dialogue"})

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        extraction = await asyncio.to_thread(extract, data["dialogue"], data["call"], self._playbook)
        given: KnowledgeAnalystGives = {"extracted_entities": extraction}
        return dict(given)
