"""A thread that looks after something again and again: at once when its bell is rung, else after a while."""

import logging
import threading
from collections.abc import Callable

from services.errors import DatabaseUnavailable
from services.faults import unforeseen

OUTAGE = 1.0  # seconds between two looks while the record is away
log = logging.getLogger("aftercall.attending")


class Attendant:
    """Calls ``looks`` until it is stopped; that gives the seconds until the next look, if nobody rings before.

    Whatever a look raises, the thread lives on: the record's absence is one warning an outage, anything else is logged
    as a fault. ``first`` is done once, in the thread, before the first look.
    """

    def __init__(self, name: str, looks: Callable[[], float], first: Callable[[], None] | None = None) -> None:
        self._name = name
        self._looks = looks
        self._first = first
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts to look."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._attend, name=self._name, daemon=True)
        self._thread.start()

    def ring(self) -> None:
        """Has it look at once."""
        self._bell.set()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    def stop(self, patience: float) -> None:
        """Stops after the look that it is at, waiting ``patience`` seconds at most."""
        self._stopping.set()
        self.ring()
        if self._thread is not None:
            self._thread.join(patience)

    def _attend(self) -> None:
        if self._first is not None:
            self._first()
        told = None
        while not self._stopping.is_set():
            self._bell.clear()
            wait = OUTAGE
            try:
                wait = self._looks()
                told = None
            except DatabaseUnavailable as error:
                if told != error.sentence:
                    log.warning("The %s waits: %s", self._name, error.sentence)
                told = error.sentence
            except Exception as error:  # noqa: BLE001 (the thread must live on; the log has the rest)
                unforeseen(f"The {self._name}", error)
            self._bell.wait(wait)
