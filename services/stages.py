"""The agents in their order, and a file worked through all of them in one go, with nothing stored."""

import asyncio
from collections.abc import Sequence
from typing import Any

from services.agents.chunker import ChunkerAgent
from services.agents.contract import Agent, require
from services.agents.crm import CrmAgent
from services.agents.email import EmailAgent
from services.agents.embedder import EmbedderAgent
from services.agents.knowledge_analyst import KnowledgeAnalystAgent
from services.agents.parser import ParserAgent
from services.agents.persistence import PersistenceAgent
from services.agents.sales_coach import SalesCoachAgent
from services.agents.social import SocialAgent
from services.agents.structuring import StructuringAgent
from services.errors import AftercallError
from services.faults import unforeseen
from services.model_mind.asking import ModelMind
from services.playbooks.loader import load
from services.settings import settings

Stage = tuple[Agent, ...]


def stages(*, embeddings: bool, mind: ModelMind | None = None) -> list[Stage]:
    """The agents in their order, all but Persistence; those of one stage work beside one another.

    With ``mind`` they think with a language model as well.
    """
    playbook = load(settings().playbook)
    analyst = KnowledgeAnalystAgent(playbook, mind)
    return [
        (ParserAgent(),),
        (StructuringAgent(playbook),),
        (ChunkerAgent(),),
        (analyst, EmbedderAgent()) if embeddings else (analyst,),
        (EmailAgent(playbook, mind), SocialAgent(playbook, mind), SalesCoachAgent(playbook, mind)),
        (CrmAgent(playbook, mind),),
    ]


def stage_names() -> list[list[str]]:
    """The names of all agents of a run, stage by stage, in their order."""
    analysts = [KnowledgeAnalystAgent.name, *([EmbedderAgent.name] if settings().embeddings else [])]
    writers = [EmailAgent.name, SocialAgent.name, SalesCoachAgent.name]
    return [
        [ParserAgent.name],
        [StructuringAgent.name],
        [ChunkerAgent.name],
        analysts,
        writers,
        [CrmAgent.name],
        [PersistenceAgent.name],
    ]


def agent_names() -> tuple[str, ...]:
    """The names of all agents of a run, in their order."""
    return tuple(name for stage in stage_names() for name in stage)


def analyze(
    name: str, content: bytes, options: dict[str, Any] | None = None, *, embeddings: bool = False
) -> dict[str, Any]:
    """Works one file through every agent but Persistence and returns the whole state. Writes nothing anywhere.

    Raises UnreadableTranscript and its kin, or Fault.
    """
    state = {"file_path": name, "content": content, "options": options or {}}
    return asyncio.run(work(state, stages(embeddings=embeddings)))


def warm_up() -> None:
    """Loads the playbook, the analyst's data and the embedding model, by working through a call of two sentences."""
    call = b"Ann Lee: Good morning, how are you today?\nBo Ray: We live in Ohio and we have two kids.\n"
    analyze("warm-up.txt", call, embeddings=settings().embeddings)


async def work(state: dict[str, Any], order: Sequence[Stage]) -> dict[str, Any]:
    """Runs the stages on the state and returns it with all that the agents added.

    Agents of one stage all come to their end before the first failure among them is raised.
    """
    state = dict(state)
    for stage in order:
        results = await asyncio.gather(*(carry_out(agent, state) for agent in stage), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
            state |= result
    return state


async def carry_out(agent: Agent, state: dict[str, Any]) -> dict[str, Any]:
    """What one agent adds to the state. Raises AftercallError; what nobody foresaw becomes a Fault."""
    try:
        require(agent, state)
        return await agent.run(state)
    except AftercallError:
        raise
    except Exception as error:
        raise unforeseen(f"The {agent.name} agent", error) from error
