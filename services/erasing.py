"""Erasing: a call leaves the record for good, with its file, its runs and all that was said of it."""

import logging

from db import erasing as stored
from services.database import Database, translated

log = logging.getLogger("aftercall.erasing")


def erase(database: Database, external_id: str, actor: str) -> None:
    """Erases one call. That somebody did, and when, stays in the audit. Raises NotFound.

    Backups and exports that were made before are out of its reach.
    """
    with translated(), database.session() as session:
        stored.erase(session, external_id, actor=actor)
    log.info("A call was erased by %s", actor)
