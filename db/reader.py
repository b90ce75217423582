"""The role that only reads: the copilot's questions to PostgreSQL are put under it, in transactions that can't write.

It is made at the start, by a server on which our user may make roles, as the embedded one. What it may read it has by
being a member of ``pg_read_all_data``: no table names it, so that a dump restores where there is no such role.
"""

import re
import weakref

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

ROLE = "aftercall_reader"
MOST_SECONDS = 5
_MAKE = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
    CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT pg_has_role('{ROLE}', 'pg_read_all_data', 'MEMBER') THEN GRANT pg_read_all_data TO {ROLE}; END IF;
  IF NOT pg_has_role(current_user, '{ROLE}', 'MEMBER') THEN EXECUTE 'GRANT {ROLE} TO ' || quote_ident(current_user);
  END IF;
END $$
"""
_roles: weakref.WeakKeyDictionary[Engine, str] = weakref.WeakKeyDictionary()


def prepare(engine: Engine, wanted: str | None = None) -> str | None:
    """The role that reads from here on: the one that is ``wanted``, which somebody made, else ours, made if need be.

    None where there is none that we may take on, or that can read the calls.
    """
    if wanted is None:
        _tried(engine, _MAKE)
    role = wanted or ROLE
    if _tried(engine, f"SET LOCAL ROLE {quoted(role)}; TABLE transcripts LIMIT 1"):
        _roles[engine] = role
        return role
    _roles.pop(engine, None)
    return None


def role_of(engine: Engine) -> str | None:
    """The role that reads on this engine, if there is one."""
    return _roles.get(engine)


def begin(session: Session) -> None:
    """Nothing can be written in this session's transaction from here on, and no statement takes longer than that."""
    role = role_of(session.get_bind().engine)
    words = f"SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '{MOST_SECONDS}s'"
    session.execute(text(words + (f"; SET LOCAL ROLE {quoted(role)}" if role else "")))


def quoted(role: str) -> str:
    """A role's name as SQL takes it, whatever stands in it."""
    return '"' + re.sub(r"[\0:]", "", role).replace('"', '""') + '"'


def _tried(engine: Engine, statement: str) -> bool:
    """Whether a statement could be carried out, in a transaction of its own."""
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    except DBAPIError:
        return False
    return True
