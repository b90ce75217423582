"""The calls of the record: the list, and one call with everything that came of it."""

from collections.abc import Iterator

from db import listings
from db.listings import CallFilter, CallRow
from services.call_view import CallView, view
from services.database import Database, stored_call, translated

__all__ = ["CallFilter", "CallRow", "CallView", "external_ids", "get_call", "list_calls"]

PAGE_SIZE = 20


def list_calls(
    database: Database, wanted: CallFilter, *, page: int = 1, size: int = PAGE_SIZE
) -> tuple[list[CallRow], int]:
    """One page, counted from 1, of the calls that the filter leaves, and how many it leaves in all."""
    with translated(), database.session() as session:
        return listings.listing(session, wanted, size, (page - 1) * size)


def get_call(database: Database, external_id: str) -> CallView:
    """One call with everything that came of it. Raises NotFound."""
    return view(stored_call(database, external_id))


def external_ids(database: Database, wanted: CallFilter, *, size: int = 500) -> Iterator[list[str]]:
    """The ids of all calls that the filter leaves, some at a time, the oldest record first."""
    after = 0
    while True:
        with translated(), database.session() as session:
            found = listings.ids_after(session, wanted, after, size)
        if not found:
            return
        yield [external_id for _, external_id in found]
        after = found[-1][0]
