"""The order of the agents, and the one place that knows how a run is carried out.

A run is a row of the record: which file, what a person chose, which agent is at work, how it ended. Whoever wants a
call worked through writes such a row and wakes the chain; nobody else sees threads. Every step may be done again: a
run that was cut off in the middle starts over and writes the same row.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from weakref import WeakSet

from db import claims, runs
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
from services.database import Database, RecordFails, translated
from services.errors import AftercallError, DatabaseUnavailable, NotFound
from services.faults import unforeseen
from services.playbooks.loader import load
from services.settings import settings

POLL = 5.0  # seconds between two looks for runs that another process queued or left behind
AT_ONCE = 100  # ids of waiting runs that are fetched at once

Stage = tuple[Agent, ...]

log = logging.getLogger("aftercall.chain")


class Observer(Protocol):
    """Who wants to know how the agents get on. Called in the order of events, by the thread that runs them."""

    def began(self, agent: str) -> None: ...

    def ended(self, agent: str) -> None: ...

    def failed(self, agent: str, error: AftercallError) -> None: ...


class _Nobody:
    def began(self, agent: str) -> None:
        pass

    def ended(self, agent: str) -> None:
        pass

    def failed(self, agent: str, error: AftercallError) -> None:
        pass


def stages(*, embeddings: bool) -> list[Stage]:
    """The agents in their order, all but Persistence; those of one stage work beside one another."""
    playbook = load(settings().playbook)
    analyst = KnowledgeAnalystAgent(playbook)
    return [
        (ParserAgent(),),
        (StructuringAgent(playbook),),
        (ChunkerAgent(),),
        (analyst, EmbedderAgent()) if embeddings else (analyst,),
        (EmailAgent(playbook), SocialAgent(playbook), SalesCoachAgent(playbook)),
        (CrmAgent(playbook),),
    ]


def agent_names() -> tuple[str, ...]:
    """The names of all agents of a run, in their order."""
    embedder = (EmbedderAgent.name,) if settings().embeddings else ()
    reading = (ParserAgent.name, StructuringAgent.name, ChunkerAgent.name, KnowledgeAnalystAgent.name, *embedder)
    writing = (EmailAgent.name, SocialAgent.name, SalesCoachAgent.name, CrmAgent.name, PersistenceAgent.name)
    return (*reading, *writing)


def analyze(
    name: str, content: bytes, options: dict[str, Any] | None = None, *, embeddings: bool = False
) -> dict[str, Any]:
    """Works one file through every agent but Persistence and returns the whole state. Writes nothing anywhere.

    Raises UnreadableTranscript and its kin, or Fault.
    """
    state = {"file_path": name, "content": content, "options": options or {}}
    return asyncio.run(work(state, stages(embeddings=embeddings), _Nobody()))


async def work(state: dict[str, Any], order: Sequence[Stage], observer: Observer) -> dict[str, Any]:
    """Runs the stages on the state and returns it with all that the agents added.

    Agents of one stage all come to their end before the first failure among them is raised.
    """
    state = dict(state)
    for stage in order:
        results = await asyncio.gather(*(_one(agent, state, observer) for agent in stage), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
            state |= result
    return state


async def _one(agent: Agent, state: dict[str, Any], observer: Observer) -> dict[str, Any]:
    observer.began(agent.name)
    try:
        require(agent, state)
        given = await agent.run(state)
    except AftercallError as error:
        observer.failed(agent.name, error)
        raise
    except Exception as error:
        failure = unforeseen(f"The {agent.name} agent", error)
        observer.failed(agent.name, failure)
        raise failure from error
    observer.ended(agent.name)
    return given


class _Interrupted(Exception):
    """The chain is being stopped: the run goes back to those that wait."""


class _Recorder:
    """Writes every agent's begin and end to the run's steps; stops before the next agent where it is told to."""

    def __init__(self, database: Database, run_id: str, stopping: Callable[[], bool]) -> None:
        self._database = database
        self._run_id = run_id
        self._stopping = stopping

    def began(self, agent: str) -> None:
        if self._stopping():
            raise _Interrupted
        with translated(), self._database.session() as session:
            runs.step_began(session, self._run_id, agent)

    def ended(self, agent: str) -> None:
        self._end(agent, None)

    def failed(self, agent: str, error: AftercallError) -> None:
        self._end(agent, error.sentence)

    def _end(self, agent: str, error: str | None) -> None:
        with translated(), self._database.session() as session:
            runs.step_ended(session, self._run_id, agent, error)


def run(database: Database, run_id: str, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Carries a queued run out, to its end. False where it does not wait (any more), or somebody else has it.

    What goes wrong with the call is stored with the run, as a sentence, and not raised. Between two agents
    ``stopping`` is asked; where it says yes, the run is left to wait again. Raises DatabaseUnavailable: the run then
    counts as abandoned, and starts over once the record answers (see ``recover``).
    """
    with translated(), claims.claim(database, run_id) as mine:
        if not mine:
            return False
        with database.session() as session:
            if not runs.begin(session, run_id, agent_names()):
                return False
        try:
            state = _through_all_agents(database, run_id, stopping)
        except _Interrupted:
            with database.session() as session:
                runs.requeue(session, run_id, states=("running",))
        except AftercallError as error:
            if isinstance(error, DatabaseUnavailable) and not isinstance(error, RecordFails):
                raise
            _fail(database, run_id, error)
        except Exception as error:  # noqa: BLE001 (told in words and by a reference; no run may stop the others)
            _fail(database, run_id, unforeseen("The chain", error))
        else:
            with database.session() as session:
                runs.finish(session, run_id, external_id=state["transcript_id"], transcript_id=state["record_id"])
    return True


def _through_all_agents(database: Database, run_id: str, stopping: Callable[[], bool]) -> dict[str, Any]:
    with translated(), database.session() as session:
        row = runs.get(session, run_id)
        if row is None:
            raise NotFound("This run is not stored any more.")
        content = runs.get_source(session, row.source_digest)
    order = [*stages(embeddings=settings().embeddings), (PersistenceAgent(database),)]
    state = {"file_path": row.filename, "content": content, "options": row.options}
    return asyncio.run(work(state, order, _Recorder(database, run_id, stopping)))


def _fail(database: Database, run_id: str, error: AftercallError) -> None:
    with database.session() as session:
        runs.fail(session, run_id, error.sentence)


def recover(database: Database) -> list[str]:
    """Lets the runs wait again that were at work in a process that is gone, and returns their ids."""
    found = []
    with translated():
        with database.session() as session:
            suspects = claims.at_work(session, AT_ONCE)
        for run_id in suspects:
            with claims.claim(database, run_id) as nobodys:
                if not nobodys:
                    continue
                with database.session() as session:
                    if runs.requeue(session, run_id, states=("running",)):
                        found.append(run_id)
    return found


class Chain:
    """The worker threads of this process. They take up queued runs, and those that a dead process left behind."""

    def __init__(self, database: Database, threads: int | None = None) -> None:
        self._database = database
        self._number = threads or settings().run_threads
        self._threads: list[threading.Thread] = []
        self._waiting: deque[str] = deque()
        self._taking = threading.Lock()
        self._bell = threading.Condition()
        self._rung = 0
        self._stopping = threading.Event()

    def start(self) -> None:
        """Starts the threads; the first thing they do is to look for queued and interrupted runs."""
        if self._threads:
            return
        self._stopping.clear()
        self._threads = [
            threading.Thread(target=self._work, name=f"chain-{number}", daemon=True) for number in range(self._number)
        ]
        _started.add(self)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Says that a run waits."""
        with self._bell:
            self._rung += 1
            self._bell.notify_all()

    def stop(self, patience: float = 10.0) -> None:
        """Stops the threads after the agents that are at work, waiting ``patience`` seconds at most.

        A run that was not at its end waits for the next start.
        """
        _started.discard(self)
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            thread.join(patience)
        self._threads = []

    def _work(self) -> None:
        told = None
        while not self._stopping.is_set():
            seen = self._rung
            try:
                run_id = self._next()
                if run_id is not None and run(self._database, run_id, self._stopping.is_set):
                    continue
                told = None
            except DatabaseUnavailable as error:
                if told != error.sentence:
                    log.warning("The chain waits: %s", error.sentence)
                told = error.sentence
            except Exception as error:  # noqa: BLE001 (the thread must live on; the log has the rest)
                unforeseen("The chain", error)
            with self._bell:
                if self._rung == seen and not self._stopping.is_set():
                    self._bell.wait(POLL)

    def _next(self) -> str | None:
        """The id of a run that waits, the oldest first; looks for abandoned ones where none waits."""
        with self._taking:
            if not self._waiting:
                with translated(), self._database.session() as session:
                    self._waiting.extend(claims.waiting(session, AT_ONCE))
            if not self._waiting:
                self._waiting.extend(recover(self._database))
            return self._waiting.popleft() if self._waiting else None


_started: WeakSet[Chain] = WeakSet()


def wake() -> None:
    """Tells the chains of this process, if there are any, that a run waits."""
    for chain in list(_started):
        chain.wake()
