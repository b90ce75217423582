"""The copilot in a browser: an answer and the words it is from, a stop, what is still there later, an export, axe.

The model beside it is the tests' own server, which words the first sentence that was found, at once or slowly.
"""

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services import samples, stages
from services.agents.persistence import PersistenceAgent
from services.database import open_record
from services.settings import Settings
from tests.browser.conftest import ROOT, _wait_until_healthy, free_port, settle, visit
from tests.browser.test_accessibility import assert_accessible
from tests.fake_model import Exchange, running, says, streams, streams_then

QUESTION = "What is the estate value of Ardith?"
TOLD = "Ardith Quenneville's estate value is $345,000."
slow, go_on = threading.Event(), threading.Event()


def words_the_first(exchange: Exchange) -> None:
    """Words the first sentence as it stands; slowly: its first words, and the others once they may come."""
    system, user = (message["content"] for message in exchange.body["messages"][:2])
    if "numbered sentences" not in system:
        says("{}")(exchange)
        return
    first = re.search(r"1\. (.+?\.)(?: In the call.*)?$", user, re.M)
    told = f"{first[1] if first else TOLD} [1]"
    if not slow.is_set():
        streams(told)(exchange)
        return

    def rest(waiting: Exchange) -> None:
        go_on.wait(60)
        waiting.events({"id": "1", "choices": [{"index": 0, "delta": {"content": told[20:]}}]})
        waiting.events({"id": "1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}, "[DONE]")

    streams_then(rest, told[:20])(exchange)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard on a record of two sample calls, with a model beside it."""
    folder = tmp_path_factory.mktemp("copilot")
    folder.chmod(0o711)
    with ThreadPoolExecutor(1) as beside:  # the browser's driver holds this thread's event loop
        beside.submit(_store, folder / "data").result()
    port = free_port()
    with running(words_the_first) as model, (folder / "log").open("wb") as log:
        environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PLAYBOOK")}
        environment |= {"DATA_DIR": str(folder / "data"), "ACTOR": "tester", "OPENAI_BASE_URL": model.url}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}", server, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            go_on.set()
            server.terminate()
            server.wait(timeout=60)


def _store(data_dir: Path) -> None:
    """Two sample calls, worked through."""
    database = open_record(Settings(data_dir=data_dir))
    try:
        for sample in samples.samples():
            if sample.name in ("Trust Discovery.txt", "Newlywed plan.txt"):
                state = stages.analyze(sample.name, sample.content)
                state["transcript_id"] = state["call"].external_id
                asyncio.run(PersistenceAgent(database).run(state))
    finally:
        database.close()


@pytest.fixture
def slowly() -> Iterator[None]:
    """The model stops after its first words until it may go on."""
    go_on.clear()
    slow.set()
    yield
    slow.clear()
    go_on.set()


def put(page: Page, address: str, question: str = QUESTION) -> None:
    """Asks in a new conversation."""
    visit(page, f"{address}/copilot")
    box = page.get_by_role("textbox", name="Ask about your calls")
    box.fill(question)
    box.press("Enter")


def test_an_answer_leads_to_the_words_it_is_from_with_one_click(page: Page, address: str) -> None:
    put(page, address)
    expect(page.get_by_text(TOLD)).to_be_visible()
    settle(page)
    page.get_by_role("link", name=re.compile("Ardith Quenneville · turn")).first.click()
    page.wait_for_url(re.compile(r"/calls\?.*turn="))
    settle(page)
    expect(page.get_by_role("heading", name="Ardith Quenneville")).to_be_visible()


def test_a_conversation_is_there_after_a_reload_and_goes_on(page: Page, address: str) -> None:
    put(page, address)
    expect(page.get_by_text(TOLD)).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_text(TOLD)).to_be_visible()
    box = page.get_by_role("textbox", name="Ask about your calls")
    box.fill("And how many children?")
    box.press("Enter")
    expect(page.get_by_text(re.compile("number of children is 0"))).to_be_visible()
    expect(page.get_by_text(TOLD)).to_be_visible()


def test_a_conversation_is_taken_along_as_markdown(page: Page, address: str) -> None:
    put(page, address)
    expect(page.get_by_text(TOLD)).to_be_visible()
    settle(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export").click()
    words = Path(taken.value.path()).read_text(encoding="utf-8")
    assert words.startswith("# What is the estate value of Ardith?")
    assert "345,000" in words.replace("\\", "")
    assert "call 55120937, turn" in words


@pytest.mark.usefixtures("slowly")
def test_an_answer_that_is_written_can_be_stopped(page: Page, address: str) -> None:
    put(page, address, "What is the deal amount of Ardith?")  # of which the model's words are not remembered yet
    expect(page.get_by_text("Ardith Quenneville's")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopping")).to_be_visible()
    go_on.set()
    expect(page.get_by_text("This question was stopped.")).to_be_visible()
    expect(page.get_by_text("$2,500")).to_have_count(0)


@pytest.mark.usefixtures("slowly")
def test_who_leaves_while_it_is_written_finds_the_answer_later(page: Page, address: str) -> None:
    put(page, address, "Which state does Ardith live in?")
    expect(page.get_by_text("Ardith Quenneville's")).to_be_visible()
    conversation = page.url
    page.goto(f"{address}/clients")
    settle(page)
    go_on.set()
    visit(page, conversation)
    expect(page.get_by_text("Ardith Quenneville's state is Utah (UT).")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_answer_is_accessible(page: Page, address: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    put(page, address, "What objections did Ardith raise, and how were they answered?")
    expect(page.get_by_text(re.compile("Checked: "))).to_be_visible()
    settle(page)
    assert_accessible(page, f"an answer, {theme}")
