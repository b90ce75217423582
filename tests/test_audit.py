"""The audit: every write is in it, in one chain without a gap, and nothing in the database alters it unseen."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db import audit as stored
from db import edits
from db.engine import Database
from db.errors import StaleVersion
from services import audit, doctor, trust
from services.audit import AuditFilter
from tests.example_rows import deal, petra, run_says

KEY = "call-petra"


def told(database: Database) -> list[tuple[int, str, str, str | None, str]]:
    """Every entry, the oldest first."""
    lines = audit.listing(database, AuditFilter(), size=500)[::-1]
    return [(line.number, line.actor, line.action, line.external_id, line.what) for line in lines]


def test_runs_and_people_are_in_it_with_the_fields_and_without_the_values(database: Database) -> None:
    run_says(database, deal("A", deal_amount=4500))
    with database.session() as session:
        edits.edit_crm(session, "A", None, {"deal_amount": 4200}, actor="bo", reason="Said so on the phone.")
        edits.confirm(session, "A", None, ["crm_data.outcome"], actor="cy")
    trust.set_threshold(database, "crm_data.deal_amount", 0.9, "bo")
    entries = told(database)
    assert [entry[:4] for entry in entries] == [
        (1, "run", "run", "A"),
        (2, "bo", "edit", "A"),
        (3, "cy", "confirm", "A"),
        (4, "bo", "threshold", None),
    ]
    assert entries[1][4] == "Deal amount; reason: Said so on the phone."
    assert "4200" not in str(entries)
    assert "4500" not in str(entries)


def test_a_run_that_says_nothing_new_is_in_it_and_writes_no_value(database: Database) -> None:
    run_says(database, deal("A"))
    run_says(database, deal("A"))
    assert [entry[4] for entry in told(database)][1] == "nothing new"


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(database: Database) -> None:
    run_says(database, deal("A"))

    def save_twice() -> None:
        with database.session() as session:
            edits.edit_crm(session, "A", 1, {"outcome": "Won"}, actor="bo")
            edits.edit_crm(session, "A", 1, {"outcome": "Lost"}, actor="bo")

    with pytest.raises(StaleVersion):
        save_twice()
    run_says(database, deal("B"))
    assert [entry[0] for entry in told(database)] == [1, 2]
    assert doctor.examine(database).healthy


@pytest.mark.parametrize("table", ["audit", "field_values"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'nobody'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_itself_refuses_to_alter_it(database: Database, table: str, statement: str) -> None:
    run_says(database, deal("A"))
    with pytest.raises(DBAPIError, match="never altered or taken away"), database.session() as session:
        session.execute(text(statement.format(table)))
    assert doctor.examine(database).healthy


def test_writers_at_once_make_one_chain_without_a_gap(database: Database) -> None:
    keys = [f"call-{number}" for number in range(4)]
    run_says(database, *(deal(key) for key in keys))

    def write(number: int) -> None:
        key = keys[number % 4]
        if number % 3:
            run_says(database, deal(key, deal_amount=number), deal(keys[(number + 1) % 4], deal_amount=number))
        else:
            with database.session() as session:
                edits.edit_crm(session, key, None, {"outcome": f"Pending {number}"}, actor=f"person {number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(24)))
    entries = told(database)
    assert [entry[0] for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) == 4 + 16 * 2 + 8
    assert doctor.examine(database).findings == ()


def test_it_is_filtered_by_person_action_call_and_day(database: Database) -> None:
    run_says(database, deal("A"), deal("B"))
    with database.session() as session:
        edits.edit_crm(session, "A", None, {"outcome": "Won"}, actor="bo")
        edits.confirm(session, "B", None, ["crm_data.outcome"], actor="cy")
    today = datetime.now(UTC).date()

    def found(**wanted: object) -> list[int]:
        chosen = AuditFilter(**wanted)  # type: ignore[arg-type]
        numbers = [line.number for line in audit.listing(database, chosen)]
        assert audit.total(database, chosen) == len(numbers)
        return numbers

    assert found(actor="bo") == [3]
    assert found(actions=("confirm", "edit")) == [4, 3]
    assert found(external_id="B") == [4, 2]
    assert found(date_from=today, date_to=today) == [4, 3, 2, 1]
    assert found(date_to=today - timedelta(days=1)) == found(date_from=today + timedelta(days=1)) == []
    assert audit.actors(database) == ["bo", "cy", "run"]
    assert audit.actions(database) == ["confirm", "edit", "run"]
    assert [line.number for line in audit.listing(database, AuditFilter(), page=2, size=3)] == [1]


def test_the_csv_has_every_entry_and_no_live_formula(database: Database) -> None:
    run_says(database, deal("=CMD('x')"))
    with database.session() as session:
        edits.edit_crm(session, "=CMD('x')", None, {"+1": "x"}, actor='@SUM(A1)"', reason="a, b\n=2")
    rows = list(csv.reader(io.StringIO(audit.csv_file(database, AuditFilter()).decode("utf-8-sig"))))
    assert rows[0] == ["Number", "When (UTC)", "Who", "What", "Call", "Details", "Hash"]
    assert [row[0] for row in rows[1:]] == ["2", "1"]
    assert rows[1][2:6] == ["'@SUM(A1)\"", "Edited", "'=CMD('x')", "'+1; reason: a, b\n=2"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_odd_letters_go_in_and_come_out(database: Database) -> None:
    row = petra()
    row["call"]["speakers"].append({"name": "Nul\x00 \ud800 Ärger", "side": "client"})
    run_says(database, row)
    with database.session() as session:
        edits.edit_crm(session, KEY, None, {"od\x00d": "v\x00"}, actor="bo", reason="wh\x00y")
    assert told(database)[-1][4] == "Odd; reason: why"
    assert doctor.examine(database).findings == ()


def test_the_last_entry_is_told_so_that_somebody_can_keep_it(database: Database) -> None:
    assert doctor.examine(database).head is None
    run_says(database, deal("A"))
    with database.session() as session:
        last = stored.last(session)
    assert last is not None
    assert doctor.examine(database).head == (1, last.hash.hex())
