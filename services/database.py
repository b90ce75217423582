"""The record's door: opens the database that the settings name, and says in our words what goes wrong there."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from db.engine import Database, open_database
from db.errors import (
    CannotConnect,
    CannotStart,
    CannotWork,
    ConnectionLost,
    DatabaseError,
    NoSuchRow,
    OtherVersion,
    StaleVersion,
)
from db.reader import role_of
from db.said import Said
from db.transcripts import TranscriptRecord, find
from services.errors import ChangedElsewhere, DatabaseUnavailable, NotFound
from services.settings import Settings
from services.settings import settings as current

__all__ = ["Database", "RecordFails", "open_record", "reader_words", "stored_call", "translated"]


class RecordFails(DatabaseUnavailable):
    """PostgreSQL answers and can't do its work: asking again at once leads to the same."""

    passing = False
    remedy = "Mend that where the database runs, then try again."


def open_record(settings: Settings | None = None) -> Database:
    """Opens PostgreSQL by DATABASE_URL, else the embedded server, with its tables brought up to date.

    Raises DatabaseUnavailable with the reason. The caller closes what it opened.
    """
    chosen = settings or current()
    with translated():
        database = open_database(chosen.database_url, chosen.data_dir, chosen.reader_role)
    database.follows = _follows
    return database


def _follows(crm_data: Mapping[str, Any]) -> Sequence[Said]:
    """What follows from a record; the agents are loaded when a person corrects something, as they know this module."""
    from services.following import follows

    return follows(crm_data)


def reader_words(database: Database) -> str:
    """Who puts the copilot's questions to PostgreSQL, in a sentence for the doctor and the settings page."""
    role = role_of(database.engine)
    if role is not None:
        return f"The copilot reads as the role {role}, which can't write, with five seconds a question."
    return (
        "No role that only reads was found, so the copilot reads as everybody else, in transactions that can't write"
        " (READER_ROLE names such a role)."
    )


@contextmanager
def translated(stale: ChangedElsewhere | None = None) -> Iterator[None]:
    """Turns the database's errors into NotFound, ChangedElsewhere, RecordFails and DatabaseUnavailable.

    ``stale`` is raised where somebody else was first, for those who can say what was not done.
    """
    try:
        yield
    except NoSuchRow as error:
        raise NotFound(str(error)) from error
    except StaleVersion as error:
        raise (stale or ChangedElsewhere(str(error))) from error
    except ConnectionLost as error:
        raise DatabaseUnavailable(str(error), remedy="Try again in a moment.") from error
    except CannotWork as error:
        raise RecordFails(str(error)) from error
    except CannotConnect as error:
        raise DatabaseUnavailable(str(error)) from error
    except OtherVersion as error:
        raise DatabaseUnavailable(str(error), remedy="") from error
    except CannotStart as error:
        remedy = "Check DATA_DIR, or set DATABASE_URL to a PostgreSQL of your own."
        raise DatabaseUnavailable(str(error), remedy=remedy) from error
    except DatabaseError as error:  # the others say themselves what to do
        raise DatabaseUnavailable(str(error), remedy="") from error


def stored_call(database: Database, external_id: str) -> TranscriptRecord:
    """The whole row of one call. Raises NotFound."""
    with translated(), database.session() as session:
        record = find(session, external_id)
    if record is None:
        raise NotFound("There is no such call in the record.", remedy="Choose one from the list.")
    return record
