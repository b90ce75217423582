"""What people watch while calls are worked through: one look at the runs, shared by all who watch the same."""

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db import dispatch, presence
from services import runs
from services.database import Database, translated
from services.runs import Backlog, RunState, RunView
from services.settings import settings

PATIENCE = timedelta(seconds=15)
MOST_AT_WORK = 20
_KEPT = 32

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
    backlog = runs.backlog(database)
    counts = backlog.counts
    at_work = runs.recent(database, MOST_AT_WORK, 0, ("running",)) if counts.get("running") else []
    rows = runs.recent(database, limit, offset, states)
    waiting = [run.id for run in rows if run.state == "queued"]
    places: dict[str, int] = {}
    if waiting:
        with translated(), database.session() as session:
            places = dispatch.places(session, waiting)
    return Outlook(
        backlog=backlog,
        at_work=tuple(sorted(at_work, key=lambda run: run.seq)),
        rows=tuple(rows),
        total=sum(counts.get(state, 0) for state in states) if states else sum(counts.values()),
        places=places,
        problem=_problem(database) if counts.get("queued") or counts.get("running") else None,
    )


def _problem(database: Database) -> str | None:
    """What keeps the runs from being taken up, where workers are processes of their own."""
    if settings().workers != "external":
        return None
    with translated(), database.session() as session:
        since = dispatch.unended_since(session)
        if since is None or datetime.now(UTC) - since < PATIENCE:
            return None
        here = presence.any_is_here(session, dispatch.lately_at_work(session))
    return None if here else NO_WORKER


class Lookout:
    """Looks for many: who asks for the same within ``seconds`` gets what the first one saw."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[object, ...], tuple[float, Outlook]] = OrderedDict()

    def look(
        self,
        database: Database,
        states: Sequence[RunState] = (),
        limit: int = 20,
        offset: int = 0,
        *,
        afresh: bool = False,
    ) -> Outlook:
        """The runs as somebody saw them just now, or ``afresh``: as they stand at this moment."""
        asked = (id(database), tuple(states), limit, offset)
        with self._lock:  # held while one looks, so that the others who ask meanwhile need not
            at, seen = self._seen.get(asked, (0.0, None))
            if seen is None or afresh or time.monotonic() - at > self._seconds:
                seen = outlook(database, states, limit, offset)
            else:
                return seen
            self._seen[asked] = (time.monotonic(), seen)
            self._seen.move_to_end(asked)
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
            return seen


LOOKOUT = Lookout()
