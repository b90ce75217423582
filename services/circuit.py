"""A circuit breaker: after repeated failures nobody is asked for a while; then one is, to see whether it is well."""

import threading
import time
from collections.abc import Callable

THRESHOLD = 5  # failures in a row
REST = 30.0  # seconds until one may try again
LONGEST = 300.0  # the same, after it failed again and again
LONGEST_ASKED_FOR = 3_600.0  # the most seconds that it is left alone because it asked for that


class Circuit:
    """Says whether to ask. Threads share one; ``clock`` gives seconds."""

    def __init__(
        self, threshold: int = THRESHOLD, rest: float = REST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self._threshold, self._first_rest = threshold, rest
        self._failures, self._rest = 0, rest
        self._open_until: float | None = None
        self._on_trial = False

    @property
    def is_open(self) -> bool:
        """Whether nobody should ask (again) for now."""
        with self._lock:
            return self._open_until is not None

    def may_ask(self) -> bool:
        """True while it is closed; while it is open, True once its rest is over, for one who tries."""
        with self._lock:
            if self._open_until is None:
                return True
            now = self._clock()
            if now < self._open_until:
                return False
            self._open_until, self._on_trial = now + self._rest, True  # the others wait for what this one finds
            return True

    def went_well(self) -> None:
        """Closes it."""
        with self._lock:
            self._failures, self._rest = 0, self._first_rest
            self._open_until, self._on_trial = None, False

    def failed(self, leave_for: float = 0.0) -> None:
        """Counts a failure; opens it where there were too many, or where it asked to be left alone for so many seconds.

        What fails late, of those who asked before it opened, makes no rest longer; a trial that fails does.
        """
        with self._lock:
            now = self._clock()
            self._failures += 1
            if self._on_trial:
                self._rest, self._on_trial = min(LONGEST, 2 * self._rest), False
                self._open_until = now + self._rest
            elif self._open_until is None and self._failures >= self._threshold:
                self._open_until = now + self._rest
            if leave_for > 0:
                self._open_until = max(self._open_until or 0.0, now + min(leave_for, LONGEST_ASKED_FOR))
