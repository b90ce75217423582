"""What it costs the server when many browsers watch the Runs page while calls wait and are at work.

Run ``python -m bench.watching``; ``--browsers`` and ``--seconds`` say how many and how long, ``--moving`` lets the
made-up runs go on step by step meanwhile (PostgreSQL's time has that in it), ``--json`` prints one JSON object. The
runs are rows that no worker touches (WORKERS is external), so whatever the server spends is spent on watching. Chromium
is real; each tab is a session.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, Request, WebSocket, sync_playwright
from sqlalchemy.orm import Session

from bench.processes import cpu_seconds, database_cpu
from bench.start import CHROMIUM, IDLE, ROOT
from db import runs, steps
from db.engine import Database, open_database
from services.stages import agent_names

WAITING = 100
AT_WORK = 4


def made_up(database: Database, number: int) -> list[str]:
    """Runs that wait, the first four of them at work, the last ten done; returns the ids."""
    with database.session() as session:
        digest = runs.add_source(session, b"Ann: a made-up call.\nBen: nobody works on it.", actor="bench")
        ids = [runs.queue(session, digest, f"call {each:04}.txt", {}, actor="bench") for each in range(number)]
        for run_id in ids[:AT_WORK]:
            begin(session, run_id)
    return ids


def begin(session: Session, run_id: str) -> None:
    """Puts a run to work, its first agent done."""
    names = agent_names()
    runs.begin(session, run_id, 0, "bench")
    steps.lay_out(session, run_id, names)
    steps.began(session, run_id, names[0])


def move(database: Database, ids: list[str], stop: threading.Event, pace: float) -> None:
    """Lets the runs go on: every so many seconds an agent of each run at work is done, and a done run makes room."""
    names = agent_names()
    at_work: list[list[Any]] = [[each, 0] for each in ids[:AT_WORK]]
    waiting = list(ids[AT_WORK:])
    while not stop.wait(pace):
        with database.session() as session:
            for entry in at_work:
                run_id, position = str(entry[0]), int(entry[1])
                steps.ended(session, run_id, names[position])
                if position + 1 < len(names):
                    steps.began(session, run_id, names[position + 1])
                    entry[1] = position + 1
                    continue
                runs.finish(session, run_id, external_id=None, transcript_id=None)
                if waiting:
                    entry[:] = [waiting.pop(0), 0]
                    begin(session, str(entry[0]))


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    """Whether the dashboard answers there, with its record open."""
    try:
        with urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, str]]:
    """The dashboard without a worker: its process and its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {"DATA_DIR": str(folder), "WORKERS": "external", "ACTOR": "bench"}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder.parent / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            until = time.monotonic() + 60
            while not answers(address):
                if time.monotonic() > until or server.poll() is not None:
                    raise RuntimeError((folder.parent / "log").read_text())
                time.sleep(0.1)
            yield server.pid, address
        finally:
            server.terminate()
            server.wait(timeout=60)


class Questions:
    """Counts how often the tabs asked the server: by fetching the runs, or by having their page run again."""

    def __init__(self) -> None:
        self.number = 0

    def listen(self, tab: Page) -> None:
        tab.on("request", self._fetched)
        tab.on("websocket", lambda socket: self._connected(socket))

    def _fetched(self, request: Request) -> None:
        self.number += "/live/" in request.url

    def _connected(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)

    def _sent(self, _: object) -> None:
        self.number += 1


def watch(
    address: str, pid: int, folder: Path, browsers: int, seconds: float, page: str, start: Callable[[], None]
) -> dict[str, float]:
    """Opens the tabs one after the other, lets them watch, and tells what the server spent meanwhile.

    ``start`` is called when all are open.
    """
    asked = Questions()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        visitor = browser.new_context(reduced_motion="reduce")
        for _ in range(browsers):
            tab = visitor.new_page()
            asked.listen(tab)
            tab.goto(f"{address}/{page}")
            tab.wait_for_selector(IDLE)
        start()
        tab.wait_for_timeout(3000)
        server, database, questions = cpu_seconds(pid), database_cpu(folder), asked.number
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            tab.wait_for_timeout(1000 * min(left, 1))
        spent = {"server": cpu_seconds(pid) - server, "postgres": database_cpu(folder) - database}
        spent["questions"] = asked.number - questions
        browser.close()
    return spent


def main() -> None:
    """Prints the processor time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browsers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--waiting", type=int, default=WAITING, help="how many made-up runs")
    parser.add_argument("--page", default="runs", choices=["runs", ""], help="the page to watch ('': Upload)")
    parser.add_argument("--moving", type=float, metavar="SECONDS", help="an agent of each run ends every so often")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="aftercall-bench-"))
    folder.chmod(0o711)
    stop = threading.Event()
    database = open_database(None, folder / "data")
    try:
        ids = made_up(database, chosen.waiting)
        with served(folder / "data") as (pid, address):
            mover = threading.Thread(target=move, args=(database, ids, stop, chosen.moving))
            start = mover.start if chosen.moving else lambda: None
            spent = watch(address, pid, folder, chosen.browsers, chosen.seconds, chosen.page, start)
            stop.set()
            if chosen.moving:
                mover.join()
    finally:
        stop.set()
        database.close()
        shutil.rmtree(folder, ignore_errors=True)
    row = {"browsers": chosen.browsers, "seconds": chosen.seconds, "moving": chosen.moving, **spent}
    if chosen.json:
        print(json.dumps(row))
        return
    print(
        f"{chosen.browsers} browsers, {chosen.seconds:g} s: {spent['questions']:.0f} questions; processor time of the "
        f"server {spent['server']:.2f} s, of PostgreSQL {spent['postgres']:.2f} s"
    )


if __name__ == "__main__":
    main()
