"""What people watch while calls are worked through: one look at the runs, shared by all who watch the same."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from db import dispatch, presence
from db.engine import Session
from db.glance import glance
from services import runs
from services.database import Database, translated
from services.errors import AftercallError
from services.runs import Backlog, RunState, RunView
from services.settings import settings

PATIENCE = timedelta(seconds=15)
MOST_AT_WORK = 20
_KEPT = 32

Asked = TypeVar("Asked", bound=Hashable)
Seen = TypeVar("Seen")

NO_WORKER = (
    "No worker is there, so nothing goes on. Start one on a machine that reaches the same record: "
    "python -m services worker"
)


@dataclass(frozen=True)
class Outlook:
    """The runs at one moment.

    ``rows`` is one page of those of the wanted states, the newest first, ``total`` how many there are on all pages.
    ``at_work`` are the runs at work, the oldest first, ``places`` says how many are before each of the rows that wait.
    ``problem`` is a sentence where runs wait and nobody takes them up.
    """

    backlog: Backlog
    at_work: tuple[RunView, ...]
    rows: tuple[RunView, ...]
    total: int
    places: dict[str, int]
    problem: str | None

    @property
    def moving(self) -> bool:
        """Whether anything waits or is at work, so that the next look may be another."""
        return any(self.backlog.counts.get(state) for state in ("queued", "running"))


def outlook(database: Database, states: Sequence[RunState] = (), limit: int = 20, offset: int = 0) -> Outlook:
    """How the runs stand now."""
    with translated(), database.session() as session:
        seen = glance(session, states, limit, offset, MOST_AT_WORK)
        problem = _problem(session, seen.since)
    counts = seen.counts
    return Outlook(
        backlog=runs.estimate(counts, seen.usual_seconds),
        at_work=tuple(runs.view(row) for row in sorted(seen.at_work, key=lambda row: row.seq)),
        rows=tuple(runs.view(row) for row in seen.rows),
        total=sum(counts.get(state, 0) for state in states) if states else sum(counts.values()),
        places=seen.places,
        problem=problem,
    )


def _problem(session: Session, since: datetime | None) -> str | None:
    """What keeps the runs from being taken up, where workers are processes of their own."""
    if since is None or settings().workers != "external" or datetime.now(UTC) - since < PATIENCE:
        return None
    return None if presence.any_is_here(session, dispatch.lately_at_work(session)) else NO_WORKER


class Lookout(Generic[Asked, Seen]):
    """Looks for many: who asks for the same within ``seconds`` gets what the first one saw.

    Where there was nothing to see but an error, the others are told so as well, without each waiting for it.
    """

    def __init__(self, see: Callable[[Database, Asked], Seen], seconds: float = 1.0) -> None:
        self._see = see
        self._seconds = seconds
        self._lock = threading.Lock()
        self._kept: OrderedDict[Asked, tuple[float, Seen | AftercallError]] = OrderedDict()

    def lately(self, asked: Asked, within: float | None = None) -> Seen | None:
        """What was seen just now, without waiting for anybody; None where nobody looked. Raises as ``look``.

        ``within``: so many seconds ago at most, in place of the usual ones.
        """
        at, seen = self._kept.get(asked, (0.0, None))
        if seen is None or time.monotonic() - at > (self._seconds if within is None else within):
            return None
        if isinstance(seen, AftercallError):
            raise seen
        return seen

    def look(self, database: Database, asked: Asked, within: float | None = None) -> Seen:
        """What was seen just now, else what there is at this moment. Raises what ``see`` does."""
        with self._lock:  # held while one looks, so that the others who ask meanwhile need not
            seen = self.lately(asked, within)
            return self._again(database, asked) if seen is None else seen

    def forget(self) -> None:
        """Lets the next look be a fresh one, for all: something was just done here."""
        with self._lock:
            self._kept.clear()

    def _again(self, database: Database, asked: Asked) -> Seen:
        try:
            seen = self._see(database, asked)
        except AftercallError as error:
            self._keep(asked, error)
            raise
        self._keep(asked, seen)
        return seen

    def _keep(self, asked: Asked, seen: Seen | AftercallError) -> None:
        self._kept[asked] = (time.monotonic(), seen)
        self._kept.move_to_end(asked)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
