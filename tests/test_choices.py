"""What a person says of how a call is read, who is on which side and which form the file has, stands for good."""

from typing import Any

import pytest
from sqlalchemy import text

from services import audit, batches, doctor, ingestion, runs, uploads
from services.archives import Member
from services.audit import AuditFilter
from services.calls import reader
from services.calls.model import Side
from services.database import Database, stored_call
from tests.conftest import Rows
from tests.working import worked

TURNS = """Person A: Good morning, this is Dana from Tulsa, we have two kids and a house.
Person B: Hello, I am Ann from Stonebridge. How can I help you today with your estate plan?
Person A: We want a trust.
Person B: The trust is three thousand dollars. Shall I send the papers by Friday?
Person A: Yes, let us do it. Sign me up.
"""
FILE = TURNS.encode()
NEWER = (TURNS + "Person B: Wonderful, welcome.\n").encode()
GUESSED: dict[str, Side | None] = {"Person A": "client", "Person B": "advisor"}
SWAPPED: dict[str, Side | None] = {"Person A": "advisor", "Person B": "client"}
CALL = "tulsa"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")


def stored(database: Database, content: bytes = FILE, name: str = "odd.txt", **options: Any) -> str:
    [run] = worked(database, uploads.submit(database, name, content, options, "Ann"))
    assert (run.state, run.refused) == ("done", False), run.error
    return str(run.external_id)


def sides(database: Database, external_id: str) -> dict[str, Side | None]:
    record = stored_call(database, external_id)
    of_turns = {turn["speaker"]: turn["side"] for turn in record.dialogue}
    assert of_turns == {each["name"]: each["side"] for each in record.call["speakers"]}
    return of_turns


def test_the_sides_are_guessed_the_other_way_round(database: Database) -> None:
    assert sides(database, stored(database)) == GUESSED


def test_the_sides_that_a_person_chose_stand_when_the_file_is_handed_in_again(database: Database, rows: Rows) -> None:
    call = stored(database, sides=SWAPPED)
    assert stored(database) == call
    assert sides(database, call) == SWAPPED
    run_id = ingestion.hand_in(database, Member("odd.txt", FILE), "Bo", again=True)
    assert run_id is not None
    worked(database, run_id)
    assert sides(database, call) == SWAPPED
    worked(database, *runs.rerun(database, [call], "Bo"))
    assert sides(database, call) == SWAPPED
    assert rows.of("transcripts") == 1


def test_they_stand_in_a_newer_version_too_and_are_shown_before_it_runs(database: Database) -> None:
    stored(database, external_id=CALL, sides=SWAPPED)
    seen = uploads.preview(database, "odd.txt", NEWER, replaces=CALL)
    assert {each.name: each.side for each in seen.speakers} == SWAPPED
    stored(database, NEWER, external_id=CALL)
    assert sides(database, CALL) == SWAPPED
    stored(database, FILE, external_id=CALL)
    assert sides(database, CALL) == SWAPPED


def test_a_person_who_chooses_anew_is_heard_speaker_by_speaker(database: Database) -> None:
    call = stored(database, sides=SWAPPED)
    stored(database, sides={"Person B": None})
    assert sides(database, call) == {"Person A": "advisor", "Person B": None}
    worked(database, *runs.rerun(database, [call], "Bo"))
    assert sides(database, call) == {"Person A": "advisor", "Person B": None}
    stored(database, sides=GUESSED)
    stored(database)
    assert sides(database, call) == GUESSED


def test_the_sides_of_a_list_s_file_are_those_that_were_chosen_before(database: Database) -> None:
    call = stored(database, sides=SWAPPED)
    batch = batches.open_batch(database, "Bo")
    batches.add(database, batch, "odd.txt", FILE)
    batches.settle(database, batch, 30)
    [file] = batches.files(database, batch)
    assert (file.external_id, file.standing) == (call, "duplicate")
    assert {each.name: each.side for each in file.speakers} == SWAPPED
    batches.choose_side(database, batch, 0, "Person A", "client")
    batches.choose_wanted(database, batch, 0, wanted=True)
    worked(database, *batches.start(database, batch, "Bo"))
    assert sides(database, call) == {"Person A": "client", "Person B": "client"}


def test_what_was_chosen_with_a_version_that_came_too_late_is_kept_where_nobody_chose_otherwise(
    database: Database,
) -> None:
    stored(database, external_id=CALL)
    late = uploads.submit(database, "odd.txt", NEWER, {"external_id": CALL, "sides": SWAPPED}, "Ann")
    runs.pause(database, "Ann", [late])
    stored(database, external_id=CALL, sides={"Person B": "advisor"})
    runs.go_on(database, "Ann", [late])
    assert [run.refused for run in worked(database, late)] == [True]
    worked(database, *runs.rerun(database, [CALL], "Bo"))
    assert sides(database, CALL) == {"Person A": "advisor", "Person B": "advisor"}


def test_what_an_earlier_version_kept_with_the_run_alone_stands_too(database: Database) -> None:
    call = stored(database, sides=SWAPPED)
    forget_kept(database, call)
    stored(database)
    assert sides(database, call) == SWAPPED
    stored(database)
    assert sides(database, call) == SWAPPED


def forget_kept(database: Database, call: str) -> None:
    """As the record was before choices were kept with the call."""
    with database.session() as session:
        session.execute(text("UPDATE transcripts SET edits = edits - 'call' WHERE external_id = :id"), {"id": call})


def test_a_choice_is_told_in_the_audit_once_and_the_record_stays_whole(database: Database) -> None:
    call = stored(database, sides=SWAPPED)
    stored(database)
    worked(database, *runs.rerun(database, [call], "Bo"))
    [line] = audit.listing(database, AuditFilter(actions=("reading",)))
    assert (line.actor, line.external_id) == ("Ann", call)
    assert "Person A: advisor" in line.what
    assert audit.action_label(line.action) == "Sides or form chosen"
    assert doctor.examine(database).healthy


# --- the form of a file

CAPTIONS = """1
00:00:01,000 --> 00:00:04,000
Person A: Good morning, this is Dana from Tulsa, we have two kids and a house.

2
00:00:05,000 --> 00:00:09,000
Person B: Hello, I am Ann from Stonebridge. The trust is three thousand dollars.

3
00:00:10,000 --> 00:00:12,000
Person A: Yes, let us do it. Sign me up.
"""


OTHER_FORM = "plain"  # which captions do not look like, and can be read in, to other words


def form(database: Database, external_id: str) -> str:
    return str(stored_call(database, external_id).call["source_format"])


def test_a_form_that_a_person_chose_stands_when_the_file_is_handed_in_again(database: Database, rows: Rows) -> None:
    call = stored(database, CAPTIONS.encode(), "a.srt", format=OTHER_FORM)
    assert uploads.preview(database, "a.srt", CAPTIONS.encode()).status == "duplicate"
    assert stored(database, CAPTIONS.encode(), "a.srt") == call
    worked(database, *runs.rerun(database, [call], "Bo"))
    assert form(database, call) == OTHER_FORM
    assert rows.of("transcripts") == 1


def test_it_holds_for_a_newer_version_of_the_same_look_and_for_none_of_another(database: Database) -> None:
    stored(database, CAPTIONS.encode(), "a.srt", external_id=CALL, format=OTHER_FORM)
    stored(database, CAPTIONS.replace("Dana", "Diana").encode(), "a.srt", external_id=CALL)
    assert form(database, CALL) == OTHER_FORM
    stored(database, FILE, external_id=CALL)
    assert form(database, CALL) == reader.read("odd.txt", FILE).source_format
