"""Runs one of PostgreSQL's own programs on the embedded server: ``python -m deploy.postgres pg_dump --file=a.sql``.

The server of DATA_DIR is joined, or started for as long as the program runs. The program finds it by libpq's
environment variables (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE); its exit status is ours.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from db.cluster import program
from db.embedded import attach
from db.errors import DatabaseError
from services.errors import AftercallError
from services.settings import settings


def main(command: Sequence[str]) -> int:
    """Runs the command, the name of a program and its arguments."""
    if not command:
        print("Name a program of PostgreSQL: python -m deploy.postgres psql", file=sys.stderr)
        return 2
    try:
        name = program(command[0])
        if not name.is_file():
            print(f"The embedded PostgreSQL has no program {command[0]}.", file=sys.stderr)
            return 2
        server = attach(settings().data_dir)
    except (DatabaseError, AftercallError) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        told = server.address()
        address = {"PGHOST": told["host"], "PGPORT": str(told["port"]), "PGDATABASE": told["dbname"]}
        address |= {"PGUSER": told["user"], "PGPASSWORD": told["password"], "PGSSLMODE": "disable"}
        return subprocess.run([name, *command[1:]], env={**os.environ, **address}, check=False).returncode  # noqa: S603
    finally:
        server.release()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
