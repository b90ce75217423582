"""The record's door: opens the database that the settings name, and says in our words what goes wrong there."""

from collections.abc import Iterator
from contextlib import contextmanager

from db.engine import Database, open_database
from db.errors import DatabaseError, NoSuchRow, StaleVersion
from db.transcripts import TranscriptRecord, find
from services.errors import ChangedElsewhere, DatabaseUnavailable, NotFound
from services.settings import Settings
from services.settings import settings as current

__all__ = ["Database", "open_record", "stored_call", "translated"]


def open_record(settings: Settings | None = None) -> Database:
    """Opens PostgreSQL by DATABASE_URL, else the embedded server, with its tables brought up to date.

    Raises DatabaseUnavailable with the reason. The caller closes what it opened.
    """
    chosen = settings or current()
    with translated():
        return open_database(chosen.database_url, chosen.data_dir)


@contextmanager
def translated() -> Iterator[None]:
    """Turns the database's errors into NotFound, ChangedElsewhere and DatabaseUnavailable, with their sentence."""
    try:
        yield
    except NoSuchRow as error:
        raise NotFound(str(error)) from error
    except StaleVersion as error:
        raise ChangedElsewhere(str(error)) from error
    except DatabaseError as error:
        raise DatabaseUnavailable(str(error)) from error


def stored_call(database: Database, external_id: str) -> TranscriptRecord:
    """The whole row of one call. Raises NotFound."""
    with translated(), database.session() as session:
        record = find(session, external_id)
    if record is None:
        raise NotFound("There is no such call in the record.", remedy="Choose one from the list.")
    return record
