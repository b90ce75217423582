"""The chain: one durable workflow a run, its agents as steps of the record. The only place that knows the engine.

A run is a row of the record. Whoever wants a call worked through writes one and wakes the chain; a worker that has room
takes it and starts its workflow, and the engine sees that it comes to its end: a process that dies in the middle is
gone on from, by itself when it starts again, or by another worker. The record knows which agents are done and what they
gave, so that the work goes on at the agent it died in; the engine is given ids alone.
"""

import asyncio
import gc
import logging
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any
from weakref import WeakSet

from dbos import DBOS, DBOSPortableJSONSerializer, SetWorkflowID, StepOptions, WorkflowStatus
from dbos import error as engine_errors

from db import batches, dispatch, presence, runs
from services import stages, steps
from services.attending import Attendant
from services.database import Database, translated
from services.errors import AftercallError, DatabaseUnavailable
from services.loops import Loop
from services.settings import settings

LOOK = 0.25  # seconds between two looks for runs that another process handed in
REST = 1.0  # the same, where for RESTS seconds there was none
RESTS = 30.0
INSPECT = 5.0  # seconds between two looks after the others' runs
SELDOM = (20_000, 20, 50)  # new objects, and rounds, between two looks for garbage: a call makes little of it
SLOTS = 64  # workers of one name
RETRY = StepOptions(retries_allowed=True, interval_seconds=0.5, backoff_rate=2.0, max_attempts=11)  # 8.5 minutes
VERSION = "2"  # of the workflow; not the source's hash: work that waits must outlive an upgrade
_OLD_QUEUE = "calls"  # in which earlier versions kept runs that wait

log = logging.getLogger("aftercall.chain")


@DBOS.workflow(name="call")
async def work_through(run_id: str, tries: int) -> None:
    """One try of one run."""
    chain = _working
    if chain is None:
        raise RuntimeError("No chain is started in this process.")
    with chain.at_work(run_id):
        problem = await chain.step("Agents", chain.carry_out, run_id, tries)
        if problem is not None:
            await chain.step("Fail", chain.in_thread, steps.fail, run_id, tries, problem)


class Chain:
    """The worker of this process: takes up queued runs, and those that a dead process left behind.

    One a process at a time, as the engine has it.
    """

    def __init__(self, database: Database, threads: int | None = None) -> None:
        self.name = ""
        self._database = database
        self._threads = threads or settings().calls_at_once
        self._presence: presence.Presence | None = None
        self._attendant = Attendant("chain", self._look, _keep_at_hand)
        self._mine: set[str] = set()
        self._busy = 0
        self._suspects: set[str] = set()
        self._seen = self._inspected = self._cleaned = 0.0

    def start(self) -> None:
        """Starts to work: goes on with what this worker left unfinished, then takes the queue's runs in their order.

        Raises DatabaseUnavailable.
        """
        global _working
        if _working is self:
            return
        if _working is not None:
            raise RuntimeError("Another chain is at work in this process.")
        with translated():
            self._presence = _take_a_name(self._database)
        self.name = self._presence.name
        steps.open_up(self._database)
        self._engine = self._database.workflow_engine()
        self._loop = Loop("workflows")
        self._attendant = Attendant("chain", self._look, _keep_at_hand)
        _working = self
        try:
            _launch(self._engine, self.name)
        except BaseException:
            self._leave()
            raise
        self._attendant.start()
        _started.add(self)

    def wake(self) -> None:
        """Says that a run waits."""
        self._attendant.ring()

    def stop(self, patience: float = 10.0) -> None:
        """Stops after the agents that are at work, waiting ``patience`` seconds at most.

        A run that was not at its end is gone on with at the next start.
        """
        if _working is not self:
            return
        _started.discard(self)
        self._attendant.stop(patience)
        steps.close()  # what is asked of a model may take minutes; it is asked again at the next start
        until = time.monotonic() + patience
        while self._busy and time.monotonic() < until:
            time.sleep(0.01)
        self._leave()

    def _leave(self) -> None:
        global _working
        logging.getLogger("dbos").setLevel(logging.ERROR)  # that it drops what is taken up again is no news
        self._loop.stop()
        DBOS.destroy()
        self._engine.dispose()
        if self._presence is not None:
            self._presence.leave()
        _working = None

    @contextmanager
    def at_work(self, run_id: str) -> Iterator[None]:
        """Counts a run among those at work here, until the block ends; then there is room for another."""
        self._mine.add(run_id)
        try:
            yield
        finally:
            self._mine.discard(run_id)
            self.wake()

    async def step(
        self, name: str, does: Callable[..., Coroutine[Any, Any, str | None]], *arguments: Any
    ) -> str | None:
        """Does something once: where the engine knows that it was done before, what it gave then is given again.

        A fault that can pass is tried again, later and later. Gives the sentence that says what went wrong, or None.
        """
        options = StepOptions(**RETRY, name=name, should_retry=_can_pass)
        try:
            return await DBOS.run_step_async(options, partial(does, *arguments))
        except engine_errors.DBOSMaxStepRetriesExceeded as error:
            last = error.errors[-1]
            return last.sentence if isinstance(last, AftercallError) else str(last)

    async def carry_out(self, run_id: str, tries: int) -> str | None:
        """Lets the agents that are not done yet do their parts, those of a stage at the same time.

        Gives the sentence that says why one could not, or None. Raises AftercallError where the fault can pass, after
        all agents of the stage came to their end: then it may be begun again.
        """
        for stage in await self.in_thread(steps.begin, run_id, tries, self.name):
            agents = (self.in_thread(steps.carry_out, run_id, tries, name) for name in stage)
            ends = await asyncio.gather(*agents, return_exceptions=True)
            for end in ends:
                if isinstance(end, BaseException):
                    raise end
            problem = next((str(sentence) for sentence in ends if sentence is not None), None)
            if problem is not None:
                return problem
        return None

    async def in_thread(self, does: Callable[..., Any], *arguments: Any) -> Any:
        """Lets a thread do something, counted as work that a stop waits for."""
        if self._attendant.stopping:
            await asyncio.Event().wait()  # the engine is about to go; the run is taken up at the next start
        self._busy += 1
        try:
            return await asyncio.to_thread(does, *arguments)
        finally:
            self._busy -= 1

    def _look(self) -> float:
        """Takes up runs that wait, and looks after what other workers left; seconds until the next look."""
        now = time.monotonic()
        with translated():
            if self._feed():
                self._seen = now
            if now - self._inspected > INSPECT:
                self._inspected = now
                self._inspect()
            if now - self._cleaned > 3600:
                self._cleaned = now
                self._clean(datetime.now(UTC) - timedelta(days=settings().keep_workflow_days))
        return LOOK if now - self._seen < RESTS else REST

    def _feed(self) -> bool:
        """Starts the oldest runs that wait, as many as there is room for; whether there was one, or no room."""
        room = self._threads - len(self._mine)
        if room <= 0:
            return True
        with self._database.session() as session:
            taken = dispatch.take(session, room)
        for each in taken:
            self._mine.add(each.run_id)
            try:
                self._loop.run(_begin(each))
            except BaseException:
                self._mine.discard(each.run_id)
                raise
        return bool(taken)

    def _inspect(self) -> None:
        """Takes over from workers that are gone, and ends or lets go again the runs that no workflow works on."""
        if self._presence is not None and not self._presence.renew():
            log.warning("Another worker has taken the name %s; set WORKER_NAME to tell them apart.", self.name)
        with self._database.session() as session:
            queued = dispatch.in_queue(session)
        known = {status.workflow_id: status for status in _statuses([_workflow_id(each) for each in queued])}
        left = {_workflow_id(each) for each in queued if self._is_left(known.get(_workflow_id(each)))}
        for each in queued:
            status = known.get(_workflow_id(each))
            # What is so for a moment is no matter: a run that was just taken, a name that is about to be taken again.
            if _workflow_id(each) in left & self._suspects:
                self._let_go(each, status)
            elif status is not None and status.status not in ("PENDING", "ENQUEUED", "DELAYED"):
                self._close(each.run_id, status)
        self._suspects = left - self._suspects

    def _is_left(self, status: WorkflowStatus | None) -> bool:
        """Whether a run has no workflow, or one that is at work nowhere, or waits where nobody looks."""
        if status is None or status.status != "PENDING":
            return status is None or (status.status, status.queue_name) == ("ENQUEUED", _OLD_QUEUE)
        if status.executor_id == self.name and status.app_version != VERSION:
            return True  # begun by this worker before an upgrade; the engine does not go on with it
        return not self._is_here(str(status.executor_id))

    def _let_go(self, each: dispatch.Dispatch, status: WorkflowStatus | None) -> None:
        """Has a run taken anew, as another try: whoever had it, and is not dead after all, stops."""
        with self._database.session() as session:
            dispatch.unmark(session, [each.run_id])
        if status is not None:
            DBOS.cancel_workflow(status.workflow_id)

    def _is_here(self, name: str) -> bool:
        with self._database.session() as session:
            return name == self.name or presence.is_here(session, name)

    def _close(self, run_id: str, status: WorkflowStatus) -> None:
        """Ends a run whose workflow ended without saying how."""
        with self._database.session() as session:
            if runs.state_of(session, run_id) in ("queued", "running"):
                log.error("The workflow of run %s ended as %s", run_id, status.status)
                runs.fail(session, run_id, "The chain stopped working on this call; try it again.")

    def _clean(self, before: datetime) -> None:
        """Takes away what is kept for a while: ended workflows, failed runs' workings, lists nobody decided about."""
        with self._database.session() as session:
            runs.forget_workings(session, before)
            batches.discard_open(session, before)
        ended = partial(DBOS.list_workflows, load_input=False, load_output=False, limit=500)
        while old := ended(completed_before=before.isoformat()):
            DBOS.delete_workflows([status.workflow_id for status in old])


async def _begin(each: dispatch.Dispatch) -> None:
    """Starts a run's workflow, as a task of the loop; one that is cut off by its end has no outcome."""
    with SetWorkflowID(_workflow_id(each)):
        await DBOS.start_workflow_async(work_through, each.run_id, each.tries)


def wake() -> None:
    """Tells the chain of this process, if there is one, that a run waits."""
    for chain in list(_started):
        chain.wake()


def _launch(engine: Any, name: str) -> None:
    engine_log = logging.getLogger("dbos")
    if not engine_log.handlers:  # else it would write to a handler of its own
        engine_log.addHandler(logging.NullHandler())
    DBOS(
        config={
            "name": "aftercall",
            "system_database_engine": engine,
            "executor_id": name,
            "application_version": VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "use_listen_notify": False,
            "log_level": "WARNING",
            "enable_otlp": False,
        }
    )
    DBOS.listen_queues([])  # runs wait in our own table
    DBOS.launch()


@cache
def _keep_at_hand() -> None:
    """Loads what every call needs, so that the first one need not wait, and no garbage is looked for in it again."""
    try:
        stages.warm_up()
    except AftercallError as error:  # the runs will say so one by one
        log.warning("The agents are not ready: %s", error.sentence)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def _take_a_name(database: Database) -> presence.Presence:
    """The first free name of this machine: stable, so that a worker that starts again goes on with its own work."""
    base = settings().worker_name or socket.gethostname() or "worker"
    mine = presence.first_free(database, [base, *(f"{base}-{number}" for number in range(2, SLOTS + 1))])
    if mine is None:
        raise DatabaseUnavailable(f"There are {SLOTS} workers named {base} already.", remedy="Set WORKER_NAME.")
    return mine


def _workflow_id(each: dispatch.Dispatch) -> str:
    return f"{each.run_id}:{each.tries}"


def _statuses(ids: list[str]) -> list[WorkflowStatus]:
    return DBOS.list_workflows(workflow_ids=ids, load_input=False, load_output=False) if ids else []


def _can_pass(error: BaseException) -> bool:
    return isinstance(error, AftercallError) and error.passing


_working: Chain | None = None
_started: WeakSet[Chain] = WeakSet()
