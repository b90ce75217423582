"""What the files of a batch are, found out behind the pages before anything runs."""

import logging
import threading
import time
from dataclasses import asdict
from typing import Any
from weakref import WeakSet

from db import batches as stored
from db import runs, transcripts
from services import uploads
from services.database import Database, translated
from services.errors import DatabaseUnavailable
from services.faults import unforeseen

MOST_STARTS = 3  # of reading one file, before it is taken to stop the process that reads it
LOOK = 30.0  # seconds between two looks for files that another process took in
BREATH = 0.002  # seconds between two files, in which a page can have its own few read first
log = logging.getLogger("aftercall.preflight")


class Preflight:
    """Reads the files that wait, one after the other, in a thread of its own; goes on after a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts to read; first what was left when the last process ended."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._attend, name="preflight", daemon=True)
        self._thread.start()
        _started.add(self)

    def wake(self) -> None:
        """Says that a file waits."""
        self._bell.set()

    def stop(self, patience: float = 10.0) -> None:
        """Stops after the file that is being read, waiting ``patience`` seconds at most."""
        _started.discard(self)
        self._stopping.set()
        self.wake()
        if self._thread is not None:
            self._thread.join(patience)

    def _attend(self) -> None:
        told = None
        while not self._stopping.is_set():
            self._bell.clear()
            more = False
            try:
                more = read_next(self._database)
                told = None
            except DatabaseUnavailable as error:
                if told != error.sentence:
                    log.warning("The files of a list are not read on: %s", error.sentence)
                told = error.sentence
            except Exception as error:  # noqa: BLE001 (the thread must live on; the log has the rest)
                unforeseen("The reading of a list", error)
            if more:
                self._stopping.wait(BREATH)
            else:
                self._bell.wait(1.0 if told else LOOK)


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
    found = uploads.preview(database, file.name, content, file.options.get("format"))
    if found.status == "unreadable":
        return _unreadable(found.sentence)
    status, sentence = found.status, found.sentence
    replaces = file.options.get("external_id")
    if replaces:
        with translated(), database.session() as session:
            known = transcripts.known(session, [replaces]).get(replaces)
        status = "update" if known is None or known.content_hash != found.content_hash else "duplicate"
        sentence = uploads.SENTENCES[status]
    return {
        "status": status,
        "sentence": sentence,
        "format": found.format_name,
        "external_id": replaces or found.external_id,
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
