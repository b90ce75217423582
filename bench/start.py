"""How long it takes to start: the embedded PostgreSQL, and the dashboard until its page is usable.

Run ``python -m bench.start``; ``--json`` prints the rows as JSON instead. The page is usable when Chromium has drawn
it and nothing is left to run. Everything happens in a temporary folder.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from db import embedded

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
IDLE = "[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]"


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def database_rows(folder: Path) -> dict[str, float]:
    """The embedded server: made and started, attached to while it is up, started again."""
    servers: list[embedded.EmbeddedServer] = []

    def attach() -> None:
        servers.append(embedded.attach(folder))

    rows = {"PostgreSQL, first start": timed(attach), "PostgreSQL, attach": timed(attach)}
    for server in servers:
        server.release()
    rows["PostgreSQL, start again"] = timed(attach)
    servers[-1].release()
    return rows


def dashboard_row(folder: Path, page: Page) -> float:
    """From the command to a page that can be used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(port):
            time.sleep(0.05)
        page.goto(f"http://127.0.0.1:{port}")
        page.wait_for_selector(IDLE)
        page.get_by_role("heading", name="Upload calls").wait_for()
        return time.perf_counter() - began
    finally:
        server.terminate()
        server.wait(timeout=60)


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def main() -> None:
    """Prints the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="aftercall-bench-"))
    folder.chmod(0o711)
    try:
        rows = database_rows(folder / "server")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            rows["dashboard, first start to a usable page"] = dashboard_row(folder / "dashboard", page)
            rows["dashboard, second start to a usable page"] = dashboard_row(folder / "dashboard", page)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if chosen.json:
        print(json.dumps(rows))
        return
    for name, seconds in rows.items():
        print(f"{name:45} {seconds:6.2f} s")


if __name__ == "__main__":
    main()
