"""Copies of the record: the index and the graph, kept by one process, a moment behind what is committed.

Every write to a call puts it on a list in the record (db/copies.py). The keeper works that list off: it reads the call
as it stands and has the copy write it. No run waits for that. What a copy holds can be thrown away at any time: it is
made again from the record.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from db import copies as stored
from db.copies import COPIES, CopiedCall, CopyName, Due
from services.attending import Attendant
from services.database import Database, translated
from services.errors import AftercallError, DatabaseUnavailable
from services.faults import unforeseen
from services.memory.owner import NotOwner, Owner

__all__ = ["COPIES", "CopiedCall", "Copy", "CopyName", "CopyUnavailable", "Keeper"]

BATCH = 10  # calls that are taken over together
MOST_FAILED = 100  # calls that can't be copied, before it is taken for the engine's fault
LOOK = 1.0  # seconds between two looks at the list
BREATH = 0.02  # seconds between two batches, in which others get to work
FIRST_REST, LONGEST_REST = 2.0, 60.0  # seconds until an engine that could not be reached is asked again

log = logging.getLogger("aftercall.copies")


class CopyUnavailable(AftercallError):
    """The engine of a copy can't be reached or opened. The calls stay on its list."""

    passing = True


class Copy(Protocol):
    """What the keeper needs of a copy. Every method but ``close`` may raise CopyUnavailable.

    One thread at a time writes; others may read meanwhile. All calls are given by ``transcripts.id``.
    """

    name: CopyName

    def begin(self) -> bool:
        """Opens the copy. True where it holds nothing of use, so that every call has to be written (again)."""
        ...

    def write(self, calls: Sequence[CopiedCall]) -> None:
        """Puts the calls, as they stand, in place of what it holds of them. The same again changes nothing."""
        ...

    def forget(self, ids: Sequence[int]) -> None:
        """Takes calls out; those that it does not hold are no error."""
        ...

    def clear(self) -> None:
        """Takes everything out."""
        ...

    def caught_up(self) -> None:
        """Is told, when something was written, that nothing is left to write."""
        ...

    def holds(self) -> Collection[int]:
        """The calls that it holds, told quickly: it is asked at every start."""
        ...

    def known(self) -> Mapping[int, str]:
        """The stamp of every call that it holds."""
        ...

    def stamp(self, call: CopiedCall) -> str:
        """What tells whether it holds the call as it stands: the stamp that ``known`` gives once it was written."""
        ...

    def close(self) -> None:
        """Lets go of the engine. May be called twice."""
        ...


class Keeper:
    """Keeps the copies: a thread that works off what is due, in the one process that owns them.

    An engine that can't be reached is one warning an outage; it is asked again, later and later, and the others are
    not held up by it. Where another process owns the copies, this one waits until that is gone.
    """

    def __init__(self, database: Database, copies: Sequence[Copy], owner: Owner) -> None:
        self._database = database
        self._owner = owner
        self._hands = [_Hand(database, copy) for copy in copies]
        self._looked = False
        self._not_ours: str | None = None
        self._attendant = Attendant("copies", self._look)

    def start(self) -> None:
        """Starts to work; the engines are opened in the thread."""
        self._attendant.start()

    def wake(self) -> None:
        """Says that something is due."""
        self._attendant.ring()

    def stop(self, patience: float = 10.0) -> None:
        """Stops after the batch that is being written, and lets go of the engines."""
        self._attendant.stop(patience)
        for hand in self._hands:
            hand.copy.close()
        self._owner.leave()

    def trouble(self, name: CopyName) -> str | None:
        """Why a copy does not keep up, in a sentence; None while all is well."""
        away = next((hand.trouble for hand in self._hands if hand.copy.name == name), None)
        return self._not_ours or away

    def _look(self) -> float:
        if not self._looked:  # the first page and the first run come first
            self._looked = True
            return LOOK
        try:
            self._not_ours = None if self._owner.take() else NotOwner("Another process keeps the index.").sentence
        except NotOwner as error:
            if self._not_ours != error.sentence:
                log.error("The copies can't be kept: %s", error.sentence)
            self._not_ours = error.sentence
        if self._not_ours:
            return LOOK
        worked = [hand.work(lambda: self._attendant.stopping) for hand in self._hands]
        return BREATH if any(worked) else LOOK


class _Hand:
    """Works off one copy's list, and remembers how its engine did."""

    def __init__(self, database: Database, copy: Copy, clock: Callable[[], float] = time.monotonic) -> None:
        self.copy = copy
        self.trouble: str | None = None
        self._database = database
        self._clock = clock
        self._begun = self._behind = False
        self._failed: set[Due] = set()  # calls that can't be copied, until they are written again or we start again
        self._rest, self._until = FIRST_REST, 0.0

    def work(self, stopping: Callable[[], bool]) -> bool:
        """Takes over one batch; whether there may be more. Raises DatabaseUnavailable."""
        if self._clock() < self._until or stopping():
            return False
        try:
            if not self._begun:
                begin(self._database, self.copy)
                self._begun = self._behind = True
            more = catch_up(self._database, self.copy, failed=self._failed) > 0
            if self._behind and not more:
                self.copy.caught_up()
            self._behind = more
        except DatabaseUnavailable:
            raise
        except AftercallError as error:  # the engine is away, or the model that embeds
            self._wait(error)
            return False
        if self.trouble:
            log.warning("The %s answers again.", self.copy.name)
        self.trouble, self._rest = None, FIRST_REST
        return more

    def _wait(self, error: AftercallError) -> None:
        if not self.trouble:
            log.warning("The %s waits: %s", self.copy.name, error.sentence)
        self.trouble, self._begun = error.sentence, False  # what comes back may be another one
        self._until = self._clock() + self._rest
        self._rest = min(2 * self._rest, LONGEST_REST)


def begin(database: Database, copy: Copy) -> None:
    """Opens a copy, and puts on its list what it has to take over: all calls, or those that it lost."""
    if copy.begin():
        want_all(database, copy.name)
        return
    held = copy.holds()
    with translated(), database.session() as session:
        lost = stored.want_differing(session, copy.name, held)
    if lost:
        log.info("The %s holds %d calls otherwise than the record; they are taken over again.", copy.name, lost)


def want_all(database: Database, name: CopyName) -> None:
    """Puts every call on a copy's list."""
    with translated(), database.session() as session:
        stored.want(session, [name])


def catch_up(database: Database, copy: Copy, most: int = BATCH, failed: set[Due] | None = None) -> int:
    """Takes over one batch of what is due; how many calls that were. Raises CopyUnavailable, DatabaseUnavailable.

    A call that can't be copied stays on the list; it is added to ``failed``, and what is in there is not tried.
    """
    left = set() if failed is None else failed
    with translated(), database.session() as session:
        due = stored.due(session, copy.name, most, besides=left)
        calls = stored.calls(session, [each.transcript_id for each in due]) if due else []
    if not due:
        return 0
    there = {call.id for call in calls}
    if gone := [each.transcript_id for each in due if each.transcript_id not in there]:
        copy.forget(gone)
    odd = _write(copy, calls)
    left |= {each for each in due if each.transcript_id in odd}
    if len(left) > MOST_FAILED:
        left.clear()
        raise CopyUnavailable(f"Calls can't be written to the {copy.name}.", remedy="The log says why.")
    _cross_off(database, copy.name, [each for each in due if each not in left])
    return len(due)


def _write(copy: Copy, calls: Sequence[CopiedCall]) -> set[int]:
    """Writes the calls; where one of them can't be, the others are. The ids of those that could not."""
    if not calls:
        return set()
    try:
        copy.write(calls)
    except AftercallError:
        raise
    except Exception as error:  # noqa: BLE001 (one odd call must not hold up all others)
        if len(calls) == 1:
            unforeseen(f"Copying row {calls[0].id} to the {copy.name}", error)
            return {calls[0].id}
        return {odd for call in calls for odd in _write(copy, [call])}
    return set()


def _cross_off(database: Database, name: CopyName, due: Sequence[Due]) -> None:
    with translated(), database.session() as session:
        stored.cross_off(session, name, due)


def settle(database: Database, copy: Copy, told: Callable[[int], None] = lambda _: None) -> int:
    """Takes over everything that is due, now; how many calls that were. ``told`` hears the number as it grows."""
    begin(database, copy)
    total, failed = 0, set[Due]()
    while number := catch_up(database, copy, failed=failed):
        total += number
        told(total - len(failed))
    copy.caught_up()
    return total - len(failed)


def forget_gone(database: Database, copy: Copy) -> None:
    """Takes out, now, what was taken out of the record; what else is due is left to the keeper."""
    if copy.begin():
        return
    while True:
        with translated(), database.session() as session:
            due = stored.due(session, copy.name, BATCH, gone_alone=True)
        if not due:
            break
        copy.forget([each.transcript_id for each in due])
        _cross_off(database, copy.name, due)
    if not waiting(database, copy.name):
        copy.caught_up()


def rebuild(database: Database, copy: Copy, told: Callable[[int], None] = lambda _: None) -> int:
    """Makes a copy anew from the record; how many calls it holds then."""
    copy.begin()
    copy.clear()
    want_all(database, copy.name)
    return settle(database, copy, told)


def waiting(database: Database, name: CopyName) -> int:
    """How many calls a copy has yet to take over."""
    with translated(), database.session() as session:
        return stored.waiting(session, name)


def is_waiting(database: Database, name: CopyName, external_id: str) -> bool:
    """Whether a copy has yet to take over one call as it stands: "not indexed yet"."""
    with translated(), database.session() as session:
        return stored.waits(session, name, external_id)
