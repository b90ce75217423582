"""What a person does about runs on the Runs page: one of them, or all of a kind."""

from collections.abc import Callable

from pages.parts.live_route import LOOKOUT
from pages.parts.record import record
from services import runs
from services.errors import AftercallError

# By its name what to do, given the run that is meant ('' where it is for all of a kind) and who does it.
_ACTS: dict[str, Callable[[str, str], object]] = {
    "cancel": lambda which, actor: runs.cancel(record(), actor, [which]),
    "try_again": lambda which, actor: runs.retry(record(), which, actor),
    "hold_back": lambda _, actor: runs.pause(record(), actor),
    "go_on": lambda _, actor: runs.go_on(record(), actor),
    "try_failed_again": lambda _, actor: runs.retry_failed(record(), actor),
    "cancel_waiting": lambda _, actor: runs.cancel(record(), actor, only_waiting=True),
}


def carry_out(what: str, which: str, actor: str) -> str | None:
    """Does it, where there is such a thing to do; returns the sentence that says what went wrong, if anything did.

    Everybody's next look at the runs is a fresh one.
    """
    try:
        if what in _ACTS:
            _ACTS[what](which, actor)
    except AftercallError as error:
        return error.sentence
    finally:
        LOOKOUT.forget()
    return None
