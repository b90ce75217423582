"""What waits to go out of each call: its e-mail and its posts."""

from db.listings import OutgoingFilter
from db.outgoing import OutgoingRow, outgoing
from services.database import Database, translated

__all__ = ["PAGE_SIZE", "OutgoingFilter", "OutgoingRow", "list_outgoing"]

PAGE_SIZE = 10


def list_outgoing(database: Database, wanted: OutgoingFilter, *, page: int = 1) -> tuple[list[OutgoingRow], int]:
    """One page, counted from 1, of the calls that the filter leaves, newest meeting first; and how many it leaves."""
    with translated(), database.session() as session:
        return outgoing(session, wanted, PAGE_SIZE, (page - 1) * PAGE_SIZE)
