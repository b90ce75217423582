"""Erasing a call: nothing of it is left anywhere, and the audit stays whole."""

from pathlib import Path

import pytest
from sqlalchemy import text

from db import edits
from services import doctor, erasing, runs, uploads
from services.__main__ import main
from services.database import Database
from services.errors import NotFound
from tests import example_rows
from tests.own_calls import stellar
from tests.working import worked


def everything(database: Database) -> str:
    """The whole record as one text: every row of every table, the engine's among them."""
    with database.session() as session:
        named = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'dbos')"
        tables = [f'"{schema}"."{name}"' for schema, name in session.execute(text(named))]
        rows = [row for name in tables for row in session.execute(text(f"SELECT t::text FROM {name} AS t")).scalars()]
    return "\n".join(rows)


@pytest.fixture
def stored(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a call that was uploaded, worked through, edited and sent, beside another one."""
    monkeypatch.setenv("EMBEDDINGS", "false")
    example_rows.store(database, example_rows.petra())
    (run,) = worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    assert run.external_id is not None
    with database.session() as session:
        edits.edit_crm(session, run.external_id, None, {"client_name": "Nolan Erasable"}, actor="Ann", reason="Heard")
        edits.mark_sent(session, run.external_id, None, actor="Ann")
    return run.external_id


def test_nothing_of_an_erased_call_is_left_and_the_audit_stays_whole(database: Database, stored: str) -> None:
    before = everything(database)
    assert "Nolan Erasable" in before
    assert stored in before
    erasing.erase(database, stored, "Ann")
    after = everything(database)
    assert "Nolan" not in after
    assert stored not in after
    assert stellar().hex() not in after
    assert "Petra Holm" in after
    assert runs.total(database) == 0
    diagnosis = doctor.examine(database)
    assert diagnosis.findings == ()
    assert diagnosis.calls == 1


def test_a_file_that_another_call_came_from_too_is_kept(database: Database, stored: str) -> None:
    (other,) = worked(database, uploads.submit(database, "nolan.txt", stellar(), {"external_id": "twin"}, "Ann"))
    erasing.erase(database, stored, "Ann")
    assert runs.rerun(database, ["twin"], "Ann")
    assert other.external_id == "twin"


def test_a_call_that_is_not_there_is_told(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotFound):
        erasing.erase(database, "nobody", "Ann")
    assert main(["erase", "nobody"]) == 1
    assert "nobody: There is no such call in the record." in capsys.readouterr().err


def test_the_command_erases(database: Database, stored: str) -> None:
    assert main(["erase", stored, "--actor", "Ann"]) == 0
    with pytest.raises(NotFound):
        erasing.erase(database, stored, "Ann")


def test_an_erased_call_may_come_again(database: Database, stored: str) -> None:
    erasing.erase(database, stored, "Ann")
    (run,) = worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "Ann"))
    assert run.external_id == stored
    assert doctor.examine(database).healthy
    assert Path(run.filename).name == "nolan.txt"
