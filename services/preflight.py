"""What the files of a batch are, found out behind the pages before anything runs."""

import threading
import time
from dataclasses import asdict
from typing import Any
from weakref import WeakSet

from db import batches as stored
from db import runs
from services import uploads
from services.attending import Attendant
from services.database import Database, translated

MOST_STARTS = 3  # of reading one file, before it is taken to stop the process that reads it
LOOK = 30.0  # seconds between two looks for files that another process took in
BREATH = 0.002  # seconds between two files, in which a page can have its own few read first


class Preflight:
    """Reads the files that wait, one after the other, in a thread of its own; goes on after a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._attendant = Attendant("preflight", self._look)

    def start(self) -> None:
        """Starts to read; first what was left when the last process ended."""
        self._attendant.start()
        _started.add(self)

    def wake(self) -> None:
        """Says that a file waits."""
        self._attendant.ring()

    def stop(self, patience: float = 10.0) -> None:
        """Stops after the file that is being read, waiting ``patience`` seconds at most."""
        _started.discard(self)
        self._attendant.stop(patience)

    def _look(self) -> float:
        return BREATH if read_next(self._database) else LOOK


def wake() -> None:
    """Tells the thread of this process, if there is one, that files wait."""
    for each in list(_started):
        each.wake()


def read_next(database: Database, batch_id: str | None = None) -> bool:
    """Reads one file that waits, of the batch or of any; False where none does. Raises DatabaseUnavailable."""
    with _one_at_a_time:
        with translated(), database.session() as session:
            file = stored.next_to_read(session, batch_id)
        if file is None:
            return False
        found = _look_at(database, file)
        with translated(), database.session() as session:
            stored.read(session, file, found)
        return True


def read_all(database: Database, batch_id: str, patience: float) -> None:
    """Reads what waits of one batch at once, so much as can be read in ``patience`` seconds."""
    until = time.monotonic() + patience
    while time.monotonic() < until and read_next(database, batch_id):
        pass


def _look_at(database: Database, file: stored.ToRead) -> dict[str, Any]:
    """What a file is, as values for its row."""
    if file.attempts >= MOST_STARTS:
        return _unreadable(f"Reading this file was cut off {MOST_STARTS} times.")
    with translated(), database.session() as session:
        content = runs.get_source(session, file.digest)
    chosen = file.options
    found = uploads.preview(database, file.name, content, chosen.get("format"), chosen.get("external_id"))
    if found.status == "unreadable":
        return _unreadable(found.sentence)
    return {
        "status": found.status,
        "sentence": found.sentence,
        "format": found.format_name,
        "external_id": found.external_id,
        "content_hash": found.content_hash,
        "client_name": found.client_name,
        "meeting_date": found.meeting_date,
        "turn_count": found.turn_count,
        "speakers": [asdict(speaker) for speaker in found.speakers],
        "warnings": list(found.warnings),
    }


def _unreadable(sentence: str) -> dict[str, Any]:
    nothing = ("format", "external_id", "content_hash", "client_name", "meeting_date", "speakers", "warnings")
    return {"status": "unreadable", "sentence": sentence, "turn_count": 0} | dict.fromkeys(nothing)


_started: WeakSet[Preflight] = WeakSet()
_one_at_a_time = threading.Lock()
