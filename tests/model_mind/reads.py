"""The Knowledge Analyst at work with a model of the test's own, and what it asked."""

import asyncio
from typing import Any

from services.agents.contract import Extraction
from services.agents.knowledge_analyst import KnowledgeAnalystAgent
from services.model_mind.asking import ModelMind
from services.playbooks.loader import load
from services.settings import settings
from tests.asking import Asking


def reads(asking: Asking, state: dict[str, Any], **chosen: Any) -> dict[str, Any]:
    """What the agent gives, with a model under these settings."""
    mind = ModelMind(asking.model(**({"model_timeout": 60} | chosen)), settings())
    return asyncio.run(KnowledgeAnalystAgent(load(), mind).run(state))


def reads_alone(state: dict[str, Any]) -> Extraction:
    """What the analyst finds."""
    found: Extraction = asyncio.run(KnowledgeAnalystAgent(load()).run(state))["extracted_entities"]
    return found


def messages(asking: Asking) -> list[tuple[str, str]]:
    """The system's and the user's part of every question that reached the server."""
    return [tuple(each["content"] for each in asked.body["messages"][:2]) for asked in asking.server.asked]
