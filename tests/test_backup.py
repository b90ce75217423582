"""A dump of the embedded record, as docs/operations.md has it, brings everything back, and what waited goes on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from db.engine import Database, open_database
from services import runs, uploads
from tests import example_rows
from tests.own_calls import stellar
from tests.test_survival import folder
from tests.working import process, said, worked

__all__ = ["folder"]

ROOT = Path(__file__).parents[1]


def postgres(data_dir: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """One of PostgreSQL's programs, run on the record of a folder."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.postgres", *command],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


def standing(database: Database) -> list[object]:
    """What stands in the record: every column of the calls, of the ledger and of the audit."""
    with database.session() as session:
        return [
            row
            for table in ("transcripts", "field_values", "audit")
            for row in session.execute(text(f"SELECT to_jsonb({table}) FROM {table} ORDER BY id")).scalars()
        ]


def test_a_dump_without_the_engines_rows_is_restored_whole_and_what_waited_goes_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")
    monkeypatch.setenv("RUN_THREADS", "1")  # so that the second call waits behind the first
    dump = str(tmp_path / "aftercall.dump")
    database = open_database(None, folder)
    try:
        example_rows.store(
            database, example_rows.petra(), example_rows.deal("other", deal_amount="4,500", client_name="B")
        )
        begun = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
        with process("tests.halting", "CRM", "before", DATA_DIR=str(folder)) as halting:
            assert (said(halting), said(halting)) == ("at work", "halted")
            waiting = uploads.submit(database, "other.txt", stellar("4410027124"), {}, "Ann")
            before = standing(database)
            made = postgres(folder, "pg_dump", "--format=custom", "--exclude-schema=dbos", f"--file={dump}")
            assert (made.returncode, made.stderr) == (0, "")
    finally:
        database.close()

    other = tmp_path / "elsewhere"
    brought = postgres(other, "pg_restore", "--no-owner", "--exit-on-error", "--dbname=aftercall", dump)
    assert (brought.returncode, brought.stderr) == (0, "")
    restored = open_database(None, other)
    try:
        assert standing(restored) == before
        assert runs.get(restored, begun).state == "running"
        done = worked(restored, begun, waiting)
        assert [run.state for run in done] == ["done", "done"]
        assert {step.agent: step.attempts for step in done[0].steps if step.attempts > 1} == {"CRM": 2}
    finally:
        restored.close()


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = postgres(tmp_path / "data", "pg_dumb")
    assert (told.returncode, told.stderr) == (2, "The embedded PostgreSQL has no program pg_dumb.\n")
    assert not (tmp_path / "data").exists()
