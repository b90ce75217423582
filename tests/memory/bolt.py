"""A Bolt server for the contract tests: ArcadeDB with its own Java, on a free port of the loopback address.

Run as a program: ``python -m tests.memory.bolt FOLDER PORT PASSWORD``; it serves until its standard input is closed.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "calls"
PASSWORD = "only-for-tests-1"
_STARTED = "Serving."
_PATIENCE = 90.0


class CannotServe(Exception):
    """The server did not start; the text says why."""


@contextmanager
def bolt_server(folder: Path) -> Iterator[str]:
    """The address of a server that ends with the block. Raises CannotServe."""
    port = _free_port()
    command = [sys.executable, "-m", "tests.memory.bolt", str(folder), str(port), PASSWORD]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ARCADEDB_JVM_ERROR_FILE": str(folder / "jvm.log")}
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _await(process, port, folder / "server.log")
        yield f"bolt://127.0.0.1:{port}"
    finally:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _STARTED in log.read_text(errors="replace"):
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                return
        time.sleep(0.1)
    lines = log.read_text(errors="replace").strip().splitlines()
    raise CannotServe(lines[-1] if lines else "it said nothing")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(folder: str, port: int, password: str) -> None:
    import arcadedb_embedded

    config = {
        "host": "127.0.0.1",
        "http_port": _free_port(),
        "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "bolt_port": port,
    }
    server = arcadedb_embedded.create_server(folder, password, config)
    server.start()
    try:
        server.create_database(DATABASE)
        print(_STARTED, flush=True)
        sys.stdin.read()
    finally:
        server.stop()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])
