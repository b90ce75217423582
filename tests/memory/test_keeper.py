"""The outbox of copies and its keeper: nothing is forgotten, nobody waits, and what fails is told once."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from db import copies as stored
from db import edits
from db.copies import CopiedCall, CopyName
from db.engine import Database, Session
from services.erasing import erase
from services.memory import copies
from services.memory.copies import CopyUnavailable, Keeper
from services.memory.owner import NotOwner, Owner
from tests.example_rows import petra, store


class Notebook:
    """A copy that keeps the calls' e-mails in memory; its engine can be away, and can choke on a call."""

    name: CopyName = "index"

    def __init__(self) -> None:
        self.held: dict[int, str] = {}
        self.away = False
        self.chokes_on = ""
        self.asked = self.caught = self.closed = 0
        self.meanwhile: Callable[[], None] = lambda: None

    def begin(self) -> bool:
        self._ask()
        return False

    def write(self, calls: Sequence[CopiedCall]) -> None:
        self._ask()
        if any(call.external_id == self.chokes_on for call in calls):
            raise KeyError("odd")
        self.held |= {call.id: self.stamp(call) for call in calls}
        self.meanwhile()

    def forget(self, ids: Sequence[int]) -> None:
        self._ask()
        for each in ids:
            self.held.pop(each, None)

    def clear(self) -> None:
        self.held.clear()

    def caught_up(self) -> None:
        self.caught += 1

    def holds(self) -> Collection[int]:
        return self.held

    def known(self) -> Mapping[int, str]:
        return self.held

    def stamp(self, call: CopiedCall) -> str:
        return str(call.email_draft)

    def close(self) -> None:
        self.closed += 1

    def _ask(self) -> None:
        self.asked += 1
        if self.away:
            raise CopyUnavailable("The engine is away.")


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


def due(database: Database, name: CopyName = "index") -> int:
    with database.session() as session:
        return len(stored.waiting_ids(session, name))


def until(holds: Callable[[], bool], patience: float = 20.0) -> None:
    """Waits until something holds."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


# The outbox


def test_every_way_of_writing_a_call_puts_it_on_both_lists(database: Database) -> None:
    store(database, petra(), petra("other"))
    assert (due(database), due(database, "graph")) == (2, 2)
    copies.settle(database, Notebook())
    assert (due(database), due(database, "graph")) == (0, 2)
    with database.session() as session:
        edits.edit_crm(session, "other", None, {"outcome": "Won"}, actor="tester")
    assert due(database) == 1
    copies.settle(database, Notebook())
    store(database, petra())
    assert copies.is_waiting(database, "index", "call-petra")
    assert not copies.is_waiting(database, "index", "other")
    copies.settle(database, Notebook())
    with database.session() as session:
        session.execute(text("UPDATE transcripts SET email_draft = 'by hand' WHERE external_id = 'other'"))
    assert copies.is_waiting(database, "index", "other")
    erase(database, "other", "tester")
    assert due(database) == 1
    assert copies.waiting(database, "index") == 0


def test_a_write_that_is_rolled_back_leaves_nothing_on_the_list(database: Database) -> None:
    with Session(database.engine) as session:
        session.execute(text("INSERT INTO transcripts (external_id) VALUES ('x')"))
        session.rollback()
    assert due(database) == 0


def test_what_is_written_while_it_is_copied_stays_on_the_list(database: Database, notebook: Notebook) -> None:
    store(database, petra())

    def write_again() -> None:
        notebook.meanwhile = lambda: None
        store(database, {**petra(), "email_draft": "Subject: New\n\nNew"})

    notebook.meanwhile = write_again
    copies.catch_up(database, notebook)
    assert copies.is_waiting(database, "index", "call-petra")
    copies.catch_up(database, notebook)
    assert list(notebook.held.values()) == ["Subject: New\n\nNew"]
    assert due(database) == 0


def test_crossing_off_waits_for_no_writer(database: Database, notebook: Notebook) -> None:
    store(database, petra(), petra("other"))
    with database.session() as session:
        session.execute(text("UPDATE transcripts SET filename = 'new' WHERE external_id = 'other'"))
        copying = threading.Thread(target=copies.catch_up, args=(database, notebook))
        copying.start()
        copying.join(20)
        assert not copying.is_alive()
    assert not copies.is_waiting(database, "index", "call-petra")
    assert copies.is_waiting(database, "index", "other")


def test_a_writer_does_not_wait_while_a_copy_is_written(database: Database, notebook: Notebook) -> None:
    store(database, petra())
    writing, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        writing.set()
        assert go_on.wait(20)

    notebook.meanwhile = hold
    copying = threading.Thread(target=copies.catch_up, args=(database, notebook))
    copying.start()
    assert writing.wait(20)
    store(database, petra())
    assert copying.is_alive()
    go_on.set()
    copying.join(20)


def test_the_newest_calls_come_first_and_gone_ones_before_them(database: Database) -> None:
    store(database, *[petra(f"call-{number}") for number in range(5)])
    copies.settle(database, Notebook())
    store(database, *[petra(f"call-{number}") for number in range(5)])
    erase(database, "call-0", "tester")
    with database.session() as session:
        ids = [each.transcript_id for each in stored.due(session, "index", 3)]
        gone = [each.transcript_id for each in stored.due(session, "index", 3, gone_alone=True)]
        there = [call.id for call in stored.calls_after(session, 0, 10)]
    assert ids == [*gone, there[-1], there[-2]]
    assert set(gone).isdisjoint(there)


def test_one_odd_call_holds_up_no_other(
    database: Database, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    store(database, petra("odd"), petra("good"), petra("fine"))
    notebook.chokes_on = "odd"
    assert copies.settle(database, notebook) == 2
    assert len(notebook.held) == 2
    assert caplog.text.count("failed, reference") == 1
    assert "Petra" not in caplog.text
    assert copies.is_waiting(database, "index", "odd")
    assert not copies.is_waiting(database, "index", "good")


def test_a_call_that_could_not_be_copied_is_tried_again_once_it_is_written_again(
    database: Database, notebook: Notebook
) -> None:
    failed: set[stored.Due] = set()
    notebook.chokes_on = "odd"
    store(database, petra("odd"))
    assert copies.catch_up(database, notebook, failed=failed) == 1
    assert copies.catch_up(database, notebook, failed=failed) == 0
    notebook.chokes_on = ""
    store(database, petra("odd"))
    assert copies.catch_up(database, notebook, failed=failed) == 1
    assert due(database) == 0


def test_where_no_call_can_be_copied_the_engine_is_taken_to_be_away(
    database: Database, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "MOST_FAILED", 1)
    notebook.chokes_on = "odd"
    store(database, petra("odd"), petra("good"))
    assert copies.settle(database, notebook) == 1
    monkeypatch.setattr(copies, "MOST_FAILED", 0)
    with pytest.raises(CopyUnavailable, match="can't be written"):
        copies.settle(database, notebook)
    assert copies.is_waiting(database, "index", "odd")


def test_at_a_start_calls_are_taken_over_that_a_copy_lost_and_go_that_the_record_does_not_hold(
    database: Database, notebook: Notebook
) -> None:
    store(database, petra(), petra("lost"))
    copies.settle(database, notebook)
    whole = dict(notebook.held)
    lost = max(notebook.held)
    del notebook.held[lost]
    notebook.held[10**9] = "of a call that was erased"
    copies.begin(database, notebook)
    with database.session() as session:
        assert stored.waiting_ids(session, "index") == {lost, 10**9}
    copies.settle(database, notebook)
    assert notebook.held == whole


# The keeper


@pytest.fixture
def keeper(database: Database, notebook: Notebook, tmp_path: Path) -> Keeper:
    return Keeper(database, [notebook], Owner(database, tmp_path))


def test_the_keeper_takes_over_what_is_written(database: Database, notebook: Notebook, keeper: Keeper) -> None:
    store(database, petra())
    keeper.start()
    try:
        until(lambda: due(database) == 0)
        until(lambda: notebook.caught > 0)
        store(database, petra("other"))
        keeper.wake()
        until(lambda: len(notebook.held) == 2)
        assert keeper.trouble("index") is None
    finally:
        keeper.stop()
    assert notebook.closed == 1


def test_an_outage_is_told_once_and_caught_up_after_it(
    database: Database,
    notebook: Notebook,
    keeper: Keeper,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(copies, "FIRST_REST", 0.01)
    monkeypatch.setattr(copies, "LONGEST_REST", 0.05)
    monkeypatch.setattr(copies, "LOOK", 0.01)
    caplog.set_level(logging.WARNING, "aftercall")
    notebook.away = True
    store(database, petra())
    keeper.start()
    try:
        until(lambda: notebook.asked > 3)
        assert keeper.trouble("index") == "The engine is away."
        assert copies.is_waiting(database, "index", "call-petra")
        notebook.away = False
        until(lambda: due(database) == 0)
        until(lambda: keeper.trouble("index") is None)
    finally:
        keeper.stop()
    assert caplog.text.count("The index waits: The engine is away.") == 1
    assert caplog.text.count("The index answers again.") == 1


def test_two_processes_never_keep_the_copies_at_once(database: Database, tmp_path: Path) -> None:
    first, same_folder, elsewhere = (Owner(database, tmp_path / name) for name in ("a", "a", "b"))
    assert first.take()
    assert first.take()
    assert not same_folder.take()
    assert not elsewhere.take()
    with pytest.raises(NotOwner, match="Another process keeps"):
        elsewhere.require()
    first.leave()
    assert same_folder.take()
    same_folder.leave()
    assert elsewhere.take()
    elsewhere.leave()


def test_a_keeper_waits_until_the_copies_are_its_own(
    database: Database, notebook: Notebook, keeper: Keeper, tmp_path: Path
) -> None:
    other = Owner(database, tmp_path)
    assert other.take()
    store(database, petra())
    keeper.start()
    try:
        until(lambda: keeper.trouble("index") is not None)
        assert notebook.asked == 0
        other.leave()
        until(lambda: due(database) == 0)
    finally:
        keeper.stop()
        other.leave()
