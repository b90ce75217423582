"""Files handed in and waited for: what ``python -m services ingest`` does."""

import time
from collections.abc import Iterator, Sequence

from services import choices, runs, uploads
from services.archives import Member
from services.database import Database
from services.errors import UnreadableTranscript
from services.runs import RunView

PACE = 0.1  # seconds between two looks at the runs that are waited for
AT_ONCE = 200  # runs that are looked at together


def hand_in(database: Database, file: Member, actor: str, *, again: bool = False) -> str | None:
    """Hands a file in and returns its run's id; None where its call is there already, word for word.

    ``again`` works it through nonetheless. Raises UnreadableTranscript before anything is stored, and
    DatabaseUnavailable.
    """
    if file.content is None:
        raise file.problem or UnreadableTranscript("The file can't be read.")
    call = choices.read_for(database, file.name, file.content, {})
    if not again and uploads.status_of(database, call) == "duplicate":
        return None
    return uploads.submit(database, file.name, file.content, None, actor)


def ended(database: Database, run_ids: Sequence[str]) -> Iterator[RunView]:
    """The runs, each as soon as it has ended. Somebody must work them through meanwhile."""
    waiting = list(run_ids)
    while waiting:
        looked_at = waiting[:AT_ONCE]
        over = {run.id: run for run in runs.ended(database, looked_at)}
        yield from (over[run_id] for run_id in looked_at if run_id in over)
        waiting = [run_id for run_id in waiting if run_id not in over]
        if not over:
            time.sleep(PACE)
