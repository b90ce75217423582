"""Who runs the embedded server. PostgreSQL refuses to run as root, and initdb wants a user with a name.

Three ways, chosen by who we are and who owns the folder:

- an ordinary user runs the programs as they are;
- root with a folder that belongs to somebody else runs them as that user;
- root with a folder of its own (and a user without a name) runs them in a user namespace, in which it is
  the unprivileged user 'nobody': the files stay root's, the programs have no privilege left, and a folder
  below a closed one such as /root works. Where namespaces are forbidden, the folder is given to 'nobody'.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from db.errors import CannotStart

# Becomes `uid` in a user namespace of its own, then runs the command. In a process of its own, because
# Python code between fork and exec can hang in a process with threads.
_IN_A_NAMESPACE = """
import ctypes, os, sys
inside, outside, outside_group, command = int(sys.argv[1]), os.geteuid(), os.getegid(), sys.argv[2:]
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000) != 0:
    sys.exit(os.strerror(ctypes.get_errno()))
maps = {"setgroups": "deny", "uid_map": f"{inside} {outside} 1", "gid_map": f"{inside} {outside_group} 1"}
for name, line in maps.items():
    with open(f"/proc/self/{name}", "w") as file:
        file.write(line)
os.execv(command[0], command)
"""


@dataclass(frozen=True)
class ServerUser:
    """How to run PostgreSQL's programs. ``uid`` is None where they run as we do."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str | Path], folder: Path, output: Path | None = None) -> int:
        """Runs one program in a folder, to its end; returns its exit status.

        Its output goes to a file: a server would keep a pipe open for ever.
        """
        options: dict[str, Any] = {}
        if self.uid is not None:
            options = {"user": self.uid, "group": self.gid, "extra_groups": []}
        if sys.platform == "win32":
            options["creationflags"] = subprocess.CREATE_NO_WINDOW
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        with open(output or os.devnull, "ab") as sink:
            return subprocess.run(  # noqa: S603 (our own programs, no shell)
                [*self.prefix, *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                cwd=folder,
                env=environment | {"LC_ALL": "C"},
                check=False,
                **options,
            ).returncode

    def own(self, path: Path) -> None:
        """Gives a file that we wrote to the user who runs the server."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid if self.gid is not None else -1)

    def works(self, program: Path) -> bool:
        """Whether a program of PostgreSQL can be run in this way."""
        try:
            return self.run([program, "--version"], Path("/")) == 0
        except OSError:
            return False


def server_user(folder: Path, program: Path) -> ServerUser:
    """How to run the server whose files are in ``folder``; raises CannotStart where there is no way."""
    if sys.platform == "win32":
        return ServerUser()
    return _server_user(folder.stat().st_uid, folder, program)


@lru_cache(maxsize=16)
def _server_user(owner: int, folder: Path, program: Path) -> ServerUser:
    if os.geteuid() != 0 and _name(os.geteuid()):
        return ServerUser()
    if os.geteuid() == 0 and owner != 0:
        return _ordinary_user(owner, folder, program)
    nobody = _nobody()
    if sys.platform.startswith("linux"):
        inside = ServerUser(prefix=(sys.executable, "-I", "-S", "-c", _IN_A_NAMESPACE, str(nobody[0])))
        if inside.works(program):
            return inside
    if os.geteuid() != 0:
        raise CannotStart(
            f"The user with the number {os.geteuid()} has no name on this system, and PostgreSQL does not start "
            "without one. Run Aftercall as a user with a name, or set DATABASE_URL to a PostgreSQL of your own."
        )
    user = _ordinary_user(nobody[0], folder.parent, program)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, *nobody, follow_symlinks=False)
    return user


def _ordinary_user(uid: int, folder: Path, program: Path) -> ServerUser:
    """An ordinary user who can reach the folder and the program; raises CannotStart if they can't."""
    import pwd

    try:
        gid = pwd.getpwuid(uid).pw_gid
    except KeyError:
        gid = folder.stat().st_gid
    user = ServerUser(uid=uid, gid=gid)
    if user.works(program) and user.run(["/bin/sh", "-c", 'cd "$0"', folder], Path("/")) == 0:
        return user
    raise CannotStart(
        f"PostgreSQL does not run as root, so it is started as the user {_name(uid) or uid}, who can't reach "
        f"{folder} or {program.parent}. Set DATA_DIR to a folder below one that everybody may enter (as "
        "/var/lib/aftercall), run Aftercall as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
    )


def _name(uid: int) -> str | None:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _nobody() -> tuple[int, int]:
    import pwd

    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        entry = next((each for each in pwd.getpwall() if each.pw_uid > 0), pwd.getpwuid(0))
    return entry.pw_uid, entry.pw_gid
