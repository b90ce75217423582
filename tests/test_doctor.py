"""The doctor: whatever is altered by hand, in the record, the ledger or the audit, is found and named."""

import subprocess
import sys

import pytest
from sqlalchemy import text

from db import edits, transcripts
from db.engine import Database
from services import doctor
from tests.example_rows import deal, petra, run_says

KEY = "call-petra"


@pytest.fixture
def kept(database: Database) -> Database:
    """A call that a run wrote twice and a person in between, and another call; five entries of the audit."""
    run_says(database, petra())
    with database.session() as session:
        edits.edit_crm(session, KEY, None, {"deal_amount": 4200}, actor="bo", reason="On the phone.")
        edits.edit_post(session, KEY, None, "linkedin", state="approved", actor="bo")
    run_says(database, petra(client_state="TX"), deal("other"))
    assert doctor.examine(database).findings == ()
    return database


def by_hand(database: Database, statement: str) -> None:
    """Writes to the database as somebody with its password could."""
    with database.session() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))  # no trigger holds them back
        session.execute(text(statement))


def findings(database: Database) -> tuple[str, ...]:
    return doctor.examine(database).findings


def test_a_healthy_record_is_said_to_be_so_in_words(kept: Database) -> None:
    lines = list(doctor.examine(kept).lines)
    assert lines[0] == "2 calls compared with the ledger, 5 entries of the audit checked."
    assert lines[1].startswith("The audit ends with entry 5, hash ")
    assert lines[2].startswith("The copilot reads as the role aftercall_reader")
    assert lines[3:] == ["Everything agrees."]


def test_an_empty_record_is_healthy(database: Database) -> None:
    assert doctor.examine(database).healthy


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            """UPDATE transcripts SET crm_data = crm_data || '{"client_state": "CA"}' WHERE filename LIKE 'petra%'""",
            "Call call-petra: crm_data.client_state stands otherwise than it was said.",
        ),
        (
            """UPDATE transcripts SET crm_data = crm_data || '{"odd": 1}' WHERE external_id = 'call-petra'""",
            "Call call-petra: crm_data.odd stands in the record, and nobody said it.",
        ),
        (
            "UPDATE transcripts SET crm_data = crm_data - 'client_name' WHERE external_id = 'call-petra'",
            "Call call-petra: crm_data.client_name was said, and does not stand in the record.",
        ),
        (
            "UPDATE transcripts SET email_draft = replace(email_draft, 'Our', 'My') WHERE external_id = 'call-petra'",
            "Call call-petra: email_draft.subject stands otherwise than it was said.",
        ),
        (
            """UPDATE transcripts SET social_content = '{"posts": []}' WHERE external_id = 'call-petra'""",
            "Call call-petra: social_content.linkedin was said, and does not stand in the record.",
        ),
        (
            "UPDATE transcripts SET coaching = coaching - 'strengths' WHERE external_id = 'call-petra'",
            "Call call-petra: coaching.strengths was said, and does not stand in the record.",
        ),
        (
            "UPDATE transcripts SET edits = edits - 'crm_data' WHERE external_id = 'call-petra'",
            "Call call-petra: crm_data.deal_amount is kept as a person's word otherwise than it was said.",
        ),
        (
            "UPDATE transcripts SET conflicts = '{crm_data.deal_amount}' WHERE external_id = 'call-petra'",
            "Call call-petra: crm_data.deal_amount is marked as in conflict and is not.",
        ),
    ],
)
def test_what_does_not_stand_as_it_was_said_is_named(kept: Database, statement: str, finding: str) -> None:
    by_hand(kept, statement)
    assert findings(kept) == (finding,)


def test_a_conflict_that_is_not_marked_is_named(kept: Database) -> None:
    run_says(kept, petra(deal_amount=5000))
    by_hand(kept, "UPDATE transcripts SET conflicts = '{}'")
    assert findings(kept) == ("Call call-petra: crm_data.deal_amount is in conflict and not marked so.",)


def test_a_call_that_was_written_past_the_ledger_is_named(kept: Database) -> None:
    with kept.session() as session:
        transcripts.upsert(session, {"external_id": "other", "crm_data": {"deal_amount": 1}})
    assert findings(kept) == ("Call other: crm_data.deal_amount stands otherwise than it was said.",)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE id = 2", ["Audit entry 2: it was altered."]),
        ("UPDATE audit SET action = 'confirm' WHERE id = 2", ["Audit entry 2: it was altered."]),
        ("UPDATE audit SET at = at - interval '1 day' WHERE id = 2", ["Audit entry 2: it was altered."]),
        (
            """UPDATE audit SET details = '{"fields": []}' WHERE id = 2""",
            ["Audit entry 2: its contents were altered."],
        ),
        ("UPDATE audit SET external_id = 'other' WHERE id = 2", ["Audit entry 2: its contents were altered."]),
        ("DELETE FROM audit WHERE id = 5", ["12 rows of the ledger stand in no entry of the audit."]),
        (
            "DELETE FROM audit WHERE id = 1",
            ["Audit entry 2: entries before it are missing."],
        ),
        ("DELETE FROM audit WHERE id = 3", ["Audit entry 4: entries before it are missing."]),
    ],
)
def test_an_altered_or_deleted_entry_is_named(kept: Database, statement: str, expected: list[str]) -> None:
    by_hand(kept, statement)
    found = [finding for finding in findings(kept) if expected[0].startswith("Audit") == finding.startswith("Audit")]
    assert [finding.lstrip("0123456789") for finding in found] == [each.lstrip("0123456789") for each in expected]


@pytest.mark.parametrize(
    "change",
    [
        "value = '4300'",
        "claim = '1'",
        "quotes = '[]'",
        "state = 'verified'",
        "reason = 'None.'",
        "actor = 'cy'",
        "kind = 'confirm'",
        "against = NULL",
        "source = 'model'",
        "mind = 'x'",
        "run_id = 'x'",
        "external_id = 'other'",
        "at = at - interval '1 day'",
    ],
)
def test_an_altered_row_of_the_ledger_is_named_by_the_entry_it_was_written_with(kept: Database, change: str) -> None:
    by_hand(kept, f"UPDATE field_values SET {change} WHERE reason = 'On the phone.'")
    assert "Audit entry 2: the values written with it were altered." in findings(kept)


def test_a_deleted_an_added_and_a_moved_row_of_the_ledger_are_named(kept: Database) -> None:
    by_hand(kept, "DELETE FROM field_values WHERE reason = 'On the phone.'")
    assert "Audit entry 2: the values written with it were altered." in findings(kept)
    by_hand(
        kept,
        "INSERT INTO field_values (transcript_id, write_id, field, source, kind, actor)"
        " SELECT id, gen_random_uuid(), 'crm_data.outcome', 'human', 'edit', 'bo' FROM transcripts",
    )
    assert "2 rows of the ledger stand in no entry of the audit." in findings(kept)


def test_many_findings_of_a_kind_are_counted_and_not_told_one_by_one(database: Database) -> None:
    run_says(database, *(deal(f"call-{number:03}") for number in range(60)))
    by_hand(database, """UPDATE transcripts SET crm_data = crm_data || '{"outcome": "Won"}'""")
    found = findings(database)
    assert len(found) == doctor.MOST + 1
    assert found[-1] == "And 10 more of that kind."


def test_the_command_ends_with_status_1_where_something_was_found(kept: Database, empty_database_url: str) -> None:
    def command() -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-m", "services", "doctor"]
        return subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=120)

    well = command()
    assert (well.returncode, well.stdout.splitlines()[-1]) == (0, "Everything agrees.")
    by_hand(kept, "UPDATE audit SET actor = 'nobody' WHERE id = 2")
    ill = command()
    assert ill.returncode == 1
    assert "Audit entry 2: it was altered." in ill.stdout + ill.stderr
