"""Errors that nobody foresaw: a sentence with a reference for the person, the rest for the log."""

import logging
import traceback
from uuid import uuid4

from services.errors import AftercallError

log = logging.getLogger("aftercall.faults")


class Fault(AftercallError):
    """Something met an error that nobody foresaw. The log holds the rest under the reference."""

    remedy = "Try again; if it fails again, report the reference."


def unforeseen(who: str, error: Exception) -> Fault:
    """Writes an unexpected error to the log under a reference and returns the sentence that names it.

    The log gets the places in the code and the error's class; its message may hold words of a call, so that goes to
    DEBUG only.
    """
    reference = uuid4().hex[:8]
    places = "".join(f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in _frames(error))
    log.error("%s failed, reference %s: %s\n%s", who, reference, type(error).__name__, places)
    log.debug("Reference %s: %s", reference, error)
    return Fault(f"{who} stopped on a fault of its own (reference {reference} in the log).")


def _frames(error: Exception) -> traceback.StackSummary:
    return traceback.extract_tb(error.__traceback__)
