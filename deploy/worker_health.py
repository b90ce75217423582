"""Whether the worker of this container is at work: exit status 0 while a process holds the name WORKER_NAME.

A worker holds its name by a connection to PostgreSQL (db/presence.py), so this asks PostgreSQL and not the process.
Run it with the worker's own settings: ``python -m deploy.worker_health``.
"""

import os
import sys

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from db.engine import Session, parse_url
from db.errors import DatabaseError
from db.presence import any_is_here


def problem() -> str | None:
    """None while the worker is there, else a sentence."""
    address, name = os.environ.get("DATABASE_URL"), os.environ.get("WORKER_NAME")
    if not address or not name:
        return "DATABASE_URL and WORKER_NAME are not set."
    try:
        engine = create_engine(parse_url(address), connect_args={"connect_timeout": 5}, hide_parameters=True)
        with Session(engine) as session:
            return None if any_is_here(session, [name]) else f"No process holds the name {name}."
    except DatabaseError as error:
        return str(error)
    except SQLAlchemyError:
        return "PostgreSQL can't be reached."


if __name__ == "__main__":
    sys.exit(problem())
