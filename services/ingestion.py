"""One file worked through and stored while the caller waits: what ``python -m services ingest`` does."""

import time

from services import chain, runs, uploads
from services.calls import reader
from services.database import Database
from services.errors import AftercallError

PACE = 0.2  # seconds between two looks at a run that another process has taken


def ingest(database: Database, name: str, content: bytes, actor: str, *, again: bool = False) -> bool:
    """Stores one file's call. True where it was there already, word for word, and was left as it is.

    ``again`` works it through nonetheless. Raises UnreadableTranscript before anything is stored, AftercallError with
    the run's sentence where an agent failed, and DatabaseUnavailable.
    """
    call = reader.read(name, content)
    if not again and uploads.status_of(database, call) == "duplicate":
        return True
    run_id = uploads.submit(database, name, content, None, actor)
    see_through(database, run_id)
    ended = runs.get(database, run_id)
    if ended.state == "failed":
        raise AftercallError(ended.error or "The run failed, and nobody said why.")
    return False


def see_through(database: Database, run_id: str) -> None:
    """Carries a run out here, or waits for whoever has taken it; takes it over if that process dies."""
    while not chain.run(database, run_id):
        if runs.get(database, run_id).state in ("done", "failed"):
            return
        time.sleep(PACE)
        chain.recover(database)
