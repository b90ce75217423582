"""The chain: one durable workflow a run, its agents as steps. The only place that knows the workflow engine.

A run is a row of the record. Whoever wants a call worked through writes one and wakes the chain; a worker hands it to
the engine's queue, and the engine sees that every agent is done once: a process that dies in the middle is gone on
from at the agent it died in, by itself when it starts again, or by another worker. Steps take and give ids; what the
agents give lies in the record until the run is done.
"""

import asyncio
import gc
import logging
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any
from weakref import WeakSet

from dbos import DBOS, DBOSPortableJSONSerializer, SetWorkflowID, StepOptions, WorkflowStatus
from dbos import error as engine_errors

from db import dispatch, presence, runs
from services import stages, steps
from services.database import Database, translated
from services.errors import AftercallError, DatabaseUnavailable
from services.faults import unforeseen
from services.settings import settings

QUEUE = "calls"
AHEAD = 8  # runs in the queue for each that a worker carries out at once: enough to be never idle, few to overtake
POLL = 0.2  # seconds between two looks into the engine's queue
LOOK = 0.25  # seconds between two looks for runs that another process handed in
INSPECT = 5.0  # seconds between two looks after the others' runs
SLOTS = 64  # workers of one name
RETRY = StepOptions(retries_allowed=True, interval_seconds=0.5, backoff_rate=2.0, max_attempts=11)  # 8.5 minutes

log = logging.getLogger("aftercall.chain")


@DBOS.workflow(name="call")
async def work_through(run_id: str, tries: int) -> None:
    """One try of one run, stage by stage; the agents of a stage at the same time."""
    chain = _working
    if chain is None:
        raise RuntimeError("No chain is started in this process.")
    order, problem = await chain.step("Begin", steps.begin, run_id, tries, chain.name)
    for stage in order or []:
        ends = await asyncio.gather(*(chain.step(name, steps.carry_out, run_id, tries, name) for name in stage))
        problem = next((sentence for told in ends for sentence in told if sentence is not None), None)
        if problem is not None:
            break
    if problem is not None:
        await chain.step("Fail", steps.fail, run_id, tries, problem)


class Chain:
    """The worker of this process: takes up queued runs, and those that a dead process left behind.

    One a process at a time, as the engine has it.
    """

    def __init__(self, database: Database, threads: int | None = None) -> None:
        self.name = ""
        self._database = database
        self._threads = threads or settings().run_threads
        self._presence: presence.Presence | None = None
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._at_work: Counter[str] = Counter()
        self._thread: threading.Thread | None = None
        self._suspects: set[str] = set()

    def start(self) -> None:
        """Starts to work: goes on with what this worker left unfinished, then takes the queue's runs in their order.

        Raises DatabaseUnavailable.
        """
        global _working
        if _working is self:
            return
        if _working is not None:
            raise RuntimeError("Another chain is at work in this process.")
        self._stopping.clear()
        with translated():
            self._presence = _take_a_name(self._database)
        self.name = self._presence.name
        steps.open_up(self._database)
        self._engine = self._database.workflow_engine()
        _working = self
        try:
            _launch(self._engine, self.name, self._threads)
        except BaseException:
            self._leave()
            raise
        self._thread = threading.Thread(target=self._attend, name="chain", daemon=True)
        self._thread.start()
        _started.add(self)

    def wake(self) -> None:
        """Says that a run waits."""
        self._bell.set()

    def stop(self, patience: float = 10.0) -> None:
        """Stops after the agents that are at work, waiting ``patience`` seconds at most.

        A run that was not at its end is gone on with at the next start.
        """
        if _working is not self:
            return
        _started.discard(self)
        self._stopping.set()
        self.wake()
        if self._thread is not None:
            self._thread.join(patience)
        until = time.monotonic() + patience
        while self._at_work.total() and time.monotonic() < until:
            time.sleep(0.01)
        self._leave()

    def _leave(self) -> None:
        global _working
        logging.getLogger("dbos").setLevel(logging.ERROR)  # that it drops what is taken up again is no news
        DBOS.destroy()
        self._engine.dispose()
        if self._presence is not None:
            self._presence.leave()
        _working = None

    async def step(self, name: str, does: Callable[..., Any], *arguments: Any) -> tuple[Any, str | None]:
        """Does something once: where the engine knows that it was done before, what it gave then is given again.

        A fault that can pass is tried again, later and later. Gives what was done gives, and None; where the fault
        did not pass, None and its sentence.
        """

        async def attempt() -> Any:
            if self._stopping.is_set():
                await asyncio.Event().wait()  # the engine is about to go; the step is taken up at the next start
            self._at_work[name] += 1
            try:
                return await asyncio.to_thread(does, *arguments)
            finally:
                self._at_work[name] -= 1

        options = StepOptions(**RETRY, name=name, should_retry=_can_pass)
        try:
            return await DBOS.run_step_async(options, attempt), None
        except engine_errors.DBOSMaxStepRetriesExceeded as error:
            last = error.errors[-1]
            return None, last.sentence if isinstance(last, AftercallError) else str(last)

    def _attend(self) -> None:
        """Feeds the queue while runs wait, and looks after what other workers left."""
        _keep_at_hand()
        told = None
        inspected = cleaned = 0.0
        while not self._stopping.is_set():
            self._bell.clear()
            now = time.monotonic()
            try:
                with translated():
                    self._feed()
                    if now - inspected > INSPECT:
                        inspected = now
                        self._inspect()
                    if now - cleaned > 3600:
                        cleaned = now
                        self._clean(datetime.now(UTC) - timedelta(days=settings().keep_workflow_days))
                told = None
            except DatabaseUnavailable as error:
                if told != error.sentence:
                    log.warning("The chain waits: %s", error.sentence)
                told = error.sentence
            except Exception as error:  # noqa: BLE001 (the thread must live on; the log has the rest)
                unforeseen("The chain", error)
            self._bell.wait(LOOK)

    def _feed(self) -> None:
        with self._database.session() as session:
            next_ones = dispatch.next_to_dispatch(session, AHEAD * self._threads)
            for each in next_ones:
                with SetWorkflowID(_workflow_id(each)):
                    DBOS.enqueue_workflow(QUEUE, work_through, each.run_id, each.tries)
            if next_ones:
                dispatch.mark(session, [each.run_id for each in next_ones])

    def _inspect(self) -> None:
        """Takes over from workers that are gone, and ends or lets go again the runs that no workflow works on."""
        if self._presence is not None and not self._presence.renew():
            log.warning("Another worker has taken the name %s; set WORKER_NAME to tell them apart.", self.name)
        with self._database.session() as session:
            queued = dispatch.in_queue(session)
        known = {status.workflow_id: status for status in _statuses([_workflow_id(each) for each in queued])}
        abandoned = set()
        for each in queued:
            status = known.get(_workflow_id(each))
            if status is None:
                with self._database.session() as session:
                    dispatch.unmark(session, [each.run_id])
            elif status.status == "PENDING":
                if not self._is_here(str(status.executor_id)):
                    abandoned.add(status.workflow_id)
            elif status.status not in ("ENQUEUED", "DELAYED"):
                self._close(each.run_id, status)
        # A name that is free for a moment is not a dead worker: it may be about to take it again.
        for workflow_id in abandoned & self._suspects:
            DBOS.resume_workflow(workflow_id, queue_name=QUEUE)
        self._suspects = abandoned - self._suspects

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
        """Takes away the engine's rows of workflows that ended before, and what agents of failed runs gave."""
        with self._database.session() as session:
            runs.forget_workings(session, before)
        ended = partial(DBOS.list_workflows, load_input=False, load_output=False, limit=500)
        while old := ended(completed_before=before.isoformat()):
            DBOS.delete_workflows([status.workflow_id for status in old])


def wake() -> None:
    """Tells the chain of this process, if there is one, that a run waits."""
    for chain in list(_started):
        chain.wake()


def _launch(engine: Any, name: str, threads: int) -> None:
    engine_log = logging.getLogger("dbos")
    if not engine_log.handlers:  # else it would write to a handler of its own
        engine_log.addHandler(logging.NullHandler())
    DBOS(
        config={
            "name": "aftercall",
            "system_database_engine": engine,
            "executor_id": name,
            "application_version": "1",  # not the source's hash: work that waits must outlive an upgrade
            "serializer": DBOSPortableJSONSerializer(),
            "use_listen_notify": False,
            "log_level": "WARNING",
            "enable_otlp": False,
        }
    )
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=threads, polling_interval_sec=POLL, on_conflict="always_update")


@cache
def _keep_at_hand() -> None:
    """Loads what every call needs, so that the first one need not wait, and no garbage is looked for in it again."""
    try:
        stages.warm_up()
    except AftercallError as error:  # the runs will say so one by one
        log.warning("The agents are not ready: %s", error.sentence)
    gc.collect()
    gc.freeze()


def _take_a_name(database: Database) -> presence.Presence:
    """The first free name of this machine: stable, so that a worker that starts again goes on with its own work."""
    base = settings().worker_name or socket.gethostname() or "worker"
    for number in range(1, SLOTS + 1):
        mine = presence.Presence(database, base if number == 1 else f"{base}-{number}")
        if mine.take():
            return mine
    raise DatabaseUnavailable(f"There are {SLOTS} workers named {base} already.", remedy="Set WORKER_NAME.")


def _workflow_id(each: dispatch.Dispatch) -> str:
    return f"{each.run_id}:{each.tries}"


def _statuses(ids: list[str]) -> list[WorkflowStatus]:
    return DBOS.list_workflows(workflow_ids=ids, load_input=False, load_output=False) if ids else []


def _can_pass(error: BaseException) -> bool:
    return isinstance(error, AftercallError) and error.passing


_working: Chain | None = None
_started: WeakSet[Chain] = WeakSet()
