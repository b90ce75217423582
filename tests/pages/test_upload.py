import time
from collections.abc import Callable, Sequence

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from db.engine import Database
from services import records, runs
from services.records import CallFilter
from tests.pages.conftest import ROOT

Visit = Callable[[], AppTest]

CALL = b"""Dana Firm: Good morning, thank you for calling our office. How can I help?
Pat Client: Good morning. My wife and I want to set up a living trust.
Dana Firm: Wonderful. The fee for the trust is $2,400.
Pat Client: That sounds fair to us. Let's go ahead.
"""
OTHER = CALL.replace(b"living trust", b"simple will")


def drop(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    for name, content in files:
        page.file_uploader[0].upload(name, content)
    return page.run()


def badges(page: AppTest) -> list[str]:
    """The words of the coloured badges, in order."""
    texts = [element.value for element in page.markdown]
    return [text.split("[", 1)[1].rstrip("]") for text in texts if "-badge[" in text]


def told(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.caption])


def wait_for_end(database: Database, *, seconds: float = 60) -> Sequence[runs.RunView]:
    """Waits until no run is at work and returns them all."""
    deadline = time.monotonic() + seconds
    while runs.active(database):
        assert time.monotonic() < deadline, "the runs did not end"
        time.sleep(0.05)
    return runs.recent(database)


def test_an_empty_record_offers_the_sample_calls(dashboard: Visit) -> None:
    page = dashboard()
    assert not page.exception
    assert page.title[0].value == "Upload calls"
    assert page.button(key="upload_samples").label == "Load sample calls"


def test_every_dropped_file_is_described_before_anything_runs(dashboard: Visit, database: Database) -> None:
    page = drop(dashboard(), ("pat.txt", CALL), ("void.txt", b""))
    assert not page.exception
    assert badges(page) == ["New", "Can't be read"]
    assert r"pat\.txt · 4 turns" in told(page)
    assert "Our side: Dana Firm · Client: Pat Client" in told(page)
    assert "The file is empty" in told(page)
    assert page.button(key="upload_process").label == "Process 1 call"
    assert runs.total(database) == 0


def test_a_file_goes_through_the_chain_and_leads_to_its_call(dashboard: Visit, database: Database) -> None:
    page = drop(dashboard(), ("pat.txt", CALL))
    page.button(key="upload_process").click().run()
    assert not page.exception
    assert not page.file_uploader[0].value
    (run,) = wait_for_end(database)
    assert run.state == "done", run.error
    assert run.actor == "tester"
    assert page.query_params["job"] == run.id
    page.run()
    assert not page.exception
    assert [link.value for link in page.page_link] == ["Call", "E-mail", "Posts"]
    calls, _ = records.list_calls(database, CallFilter())
    assert [call.external_id for call in calls] == [run.external_id]


def test_the_bytes_leave_the_session_as_soon_as_they_are_there(
    dashboard: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go: list[str] = []
    remove = MemoryUploadedFileManager.remove_file

    def watched(self: MemoryUploadedFileManager, session_id: str, file_id: str) -> None:
        assert self.get_files(session_id, [file_id])
        remove(self, session_id, file_id)
        assert not self.get_files(session_id, [file_id])
        let_go.append(file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", watched)
    page = drop(dashboard(), ("a.txt", CALL), ("photo.png", bytes(range(256)) * 8))
    assert len(let_go) == 2
    assert not page.file_uploader[0].value
    assert badges(page) == ["New", "Can't be read"]


def test_a_bad_file_does_not_stop_the_others(dashboard: Visit, database: Database) -> None:
    page = drop(dashboard(), ("a.txt", CALL), ("photo.png", bytes(range(256)) * 8), ("b.txt", OTHER))
    assert badges(page) == ["New", "Can't be read", "New"]
    page.button(key="upload_process").click().run()
    assert [run.state for run in wait_for_end(database)] == ["done", "done"]


def test_the_same_call_is_known_again_and_not_processed_unasked(dashboard: Visit, database: Database) -> None:
    page = drop(dashboard(), ("pat.txt", CALL))
    page.button(key="upload_process").click().run()
    wait_for_end(database)
    page = drop(dashboard(), ("renamed.txt", CALL))
    assert badges(page)[0] == "Already here"
    assert page.button(key="upload_process").disabled
    page.checkbox[0].check().run()
    assert page.button(key="upload_process").label == "Process 1 call"


def test_the_same_call_twice_in_one_drop_is_said(dashboard: Visit) -> None:
    page = drop(dashboard(), ("one.txt", CALL), ("two.txt", CALL))
    assert badges(page) == ["New", "Twice in this list"]
    assert page.button(key="upload_process").label == "Process 1 call"


def test_pasted_text_is_a_call_too(dashboard: Visit, database: Database) -> None:
    page = dashboard()
    page.text_area[0].set_value(CALL.decode()).run()
    assert badges(page) == ["New"]
    page.button(key="upload_process").click().run()
    assert page.text_area[0].value == ""
    assert [run.state for run in wait_for_end(database)] == ["done"]


def test_a_speakers_side_can_be_corrected(dashboard: Visit, database: Database) -> None:
    page = drop(dashboard(), ("pat.txt", CALL))
    sides = [control for control in page.segmented_control if control.label == "Dana Firm"]
    sides[0].set_value("client").run()
    assert "Client: Dana Firm, Pat Client" in told(page)
    page.button(key="upload_process").click().run()
    (run,) = wait_for_end(database)
    view = records.get_call(database, str(run.external_id))
    assert {turn.side for turn in view.dialogue} == {"client"}


def test_a_format_chosen_by_hand_is_tried(dashboard: Visit) -> None:
    page = drop(dashboard(), ("pat.txt", CALL))
    choice = next(box for box in page.selectbox if box.label == "Format")
    json_format = next(name for name in choice.options if "Deepgram" in name)
    choice.select(json_format).run()
    assert not page.exception
    assert badges(page) == ["Can't be read"]


def test_names_of_files_and_speakers_are_shown_as_they_are(dashboard: Visit) -> None:
    content = CALL.replace(b"Pat Client", b"Pat _Q_ Client")
    page = drop(dashboard(), (":red[x] $y$.txt", content))
    assert r"\:red\[x\] \$y\$\.txt" in told(page)
    assert r"Pat \_Q\_ Client" in told(page)


def test_a_running_job_is_found_again_by_its_address(dashboard: Visit, database: Database) -> None:
    page = drop(dashboard(), ("pat.txt", CALL))
    page.button(key="upload_process").click().run()
    job = page.query_params["job"]
    wait_for_end(database)
    page = AppTest.from_file(str(ROOT / "pages" / "shell.py"), default_timeout=30)
    page.query_params["job"] = [job, "no-such-run"]
    page.run()
    assert not page.exception
    assert "Done" in [heading.value for heading in page.header]
    page.button(key="upload_clear").click().run()
    assert "Done" not in [heading.value for heading in page.header]
    assert "job" not in page.query_params


def test_the_samples_are_set_going_and_shown_at_work(dashboard: Visit, database: Database) -> None:
    page = dashboard()
    page.button(key="upload_samples").click().run()
    assert not page.exception
    assert runs.total(database) == 10
    assert "At work" in [heading.value for heading in page.header]
    assert page.progress[0].text.endswith("of 10 calls done")
    assert "upload_samples" not in [button.key for button in page.button]
