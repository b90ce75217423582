import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPResponse

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.mishaps import WithoutWords, reference_of
from services.settings import settings
from tests.conftest import Outage
from tests.pages.conftest import ROOT, SHELL

Visit = Callable[[], AppTest]


def test_the_frame_names_who_is_acting(dashboard: Visit) -> None:
    page = dashboard()
    assert not page.exception
    assert "Acting as tester" in [text.value for text in page.caption]


def test_every_page_asks_the_guard_in_its_first_statement() -> None:
    for path in sorted((ROOT / "pages").glob("*.py")):
        if path.name in ("__init__.py", "shell.py"):
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        code = [line for line in lines if line and not line.startswith((" ", "import", "from", '"""', "#", ")"))]
        assert "guard()" in code[0], path.name


@pytest.mark.parametrize("name", ["upload.py", "runs.py"])
def test_a_page_reached_without_the_shell_shows_nothing(name: str) -> None:
    page = AppTest.from_file(str(ROOT / "pages" / name), default_timeout=30).run()
    assert page.error[0].value == "This page opens from inside Aftercall only."
    assert not page.title
    assert not page.button


def test_a_database_that_cannot_be_opened_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret-word@127.0.0.1:1/none")
    settings.cache_clear()
    page = AppTest.from_file(str(SHELL), default_timeout=30).run()
    assert not page.exception
    assert page.title[0].value == "The record can't be opened"
    assert "DATABASE_URL" in page.error[0].value.replace("\\", "")
    assert "secret-word" not in page.error[0].value
    assert page.button[0].label == "Try again"


def test_the_record_is_opened_as_soon_as_the_database_is_there(
    monkeypatch: pytest.MonkeyPatch, empty_database_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    settings.cache_clear()
    page = AppTest.from_file(str(SHELL), default_timeout=30).run()
    monkeypatch.setenv("DATABASE_URL", empty_database_url)
    settings.cache_clear()
    page.button[0].click().run()
    assert page.title[0].value == "Upload calls"


def test_words_of_an_error_stay_out_of_the_log() -> None:
    words = "Pat said the house is worth two million"
    with pytest.raises(ValueError, match=words) as caught:
        int(words)
    error = caught.value
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "Uncaught", (), (ValueError, error, error.__traceback__))
    assert WithoutWords().filter(record)
    told = logging.Formatter().format(record)
    assert "two million" not in told
    assert "ValueError" in told
    assert reference_of(error) in told


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answer(address: str, server: subprocess.Popen[bytes]) -> HTTPResponse:
    deadline = time.monotonic() + 60
    while True:
        try:
            answer: HTTPResponse = urllib.request.urlopen(address, timeout=10)
            return answer
        except (urllib.error.URLError, TimeoutError):
            assert server.poll() is None, "the server stopped"
            assert time.monotonic() < deadline, "the server did not answer"
            time.sleep(0.1)


def test_the_launcher_serves_the_dashboard_with_its_headers(database: object, empty_database_url: str) -> None:
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": empty_database_url},
    )
    try:
        health = _answer(f"http://127.0.0.1:{port}/healthz", server)
        assert health.read() == b'{"status":"ok"}'
        page = _answer(f"http://127.0.0.1:{port}/deals", server)
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "same-origin"
        policy = page.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def test_a_record_that_goes_away_is_told_on_every_page_which_work_again_by_themselves(
    dashboard: Callable[[], AppTest], outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    page = dashboard()
    files = ["upload.py", "calls.py", "search.py", "deals.py", "emails.py", "social.py", "runs.py"]
    outage.begin()
    for file in files:
        page.switch_page(str(ROOT / "pages" / file)).run()
        assert not page.exception
        assert "PostgreSQL" in page.error[0].value, file
    outage.end()
    for file in files:
        page.switch_page(str(ROOT / "pages" / file)).run()
        assert not page.exception
        assert not page.error, file
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("name", "value"), [("MAX_FILE_MB", "abc"), ("TIME_ZONE", "Mars/Base"), ("PLAYBOOK", "missing.toml")]
)
def test_a_setting_that_can_t_be_used_is_a_sentence_in_place_of_every_page(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    page = AppTest.from_file(str(SHELL), default_timeout=30).run()
    assert not page.exception
    assert page.title[0].value == "Aftercall is not set up right"
    assert name in page.error[0].value.replace("\\", "")
