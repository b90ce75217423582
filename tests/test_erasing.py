"""Erasing a call: nothing of it is left anywhere, and the audit stays whole."""

from pathlib import Path

import pytest
from sqlalchemy import text

from db import conversations, edits, model_calls
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


def test_runs_of_the_same_file_that_never_came_to_be_a_call_go_too(database: Database, stored: str) -> None:
    again = uploads.submit(database, "once more.txt", stellar(), {}, "Ann")
    assert runs.cancel(database, "Ann", [again])
    erasing.erase(database, stored, "Ann")
    assert runs.total(database) == 0
    assert stellar().hex() not in everything(database)
    with pytest.raises(NotFound):
        runs.retry(database, again, "Ann")


def test_a_run_of_the_same_file_that_is_to_be_another_call_stays(database: Database, stored: str) -> None:
    other = uploads.submit(database, "nolan.txt", stellar(), {"external_id": "twin"}, "Ann")
    erasing.erase(database, stored, "Ann")
    (run,) = worked(database, other)
    assert run.external_id == "twin"


def test_the_questions_about_an_erased_call_are_blanked_with_their_conversations(
    database: Database, stored: str
) -> None:
    asked = {
        "What did Nolan Erasable pay?": [stored],
        "Any trouble with the erasable one?": [stored, "call-petra"],
        "How many calls mention a trust?": [stored, "call-petra"],
        "Who is nolan erasable?": [],
        "Is Petra a client?": ["call-petra"],
    }
    with database.session() as session:
        for words, calls in asked.items():
            own = conversations.begin(session, "Ann", words)
            number = conversations.ask(session, own, "Ann", words)
            conversations.answer(session, number, "answered", {"sentences": []}, calls)
    erasing.erase(database, stored, "Ann")
    with database.session() as session:
        titles = {each.title for each in conversations.listing(session, "Ann")}
    kept = {"How many calls mention a trust?", "Is Petra a client?"}
    assert titles == {*kept, conversations.ERASED_QUESTION}
    assert "rasable" not in everything(database)


def test_a_name_that_another_call_bears_stays_in_questions(database: Database) -> None:
    example_rows.store(database, example_rows.petra("one"), example_rows.petra("two"))
    words = "What did Petra Holm say?"
    with database.session() as session:
        number = conversations.ask(session, conversations.begin(session, "Ann", words), "Ann", words)
        conversations.answer(session, number, "answered", {"sentences": []}, ["one", "two"])
    erasing.erase(database, "one", "Ann")
    assert words in everything(database)


def test_an_answer_that_comes_after_the_erasing_tells_nothing_of_the_call(database: Database, stored: str) -> None:
    with database.session() as session:
        own = conversations.begin(session, "Ann", "And what did he pay?")
        number = conversations.ask(session, own, "Ann", "And what did he pay?")
    erasing.erase(database, stored, "Ann")
    sentences = [
        {"text": "Nolan paid", "sources": [{"call": stored}], "state": "supported"},
        {"text": "Petra did not", "sources": [{"call": "call-petra"}], "state": "supported"},
    ]
    with database.session() as session:
        model_calls.keep(session, "key", "some model", "Nolan paid", None)
        conversations.answer(session, number, "answered", {"sentences": sentences}, [stored, "call-petra"])
    after = everything(database)
    assert "Nolan" not in after
    assert stored not in after
    assert "Petra did not" in after


def test_what_the_copilot_asked_of_a_model_is_forgotten(database: Database, stored: str) -> None:
    with database.session() as session:
        model_calls.keep(session, "key", "some model", "Nolan Erasable pays 3,800", None)
    erasing.erase(database, stored, "Ann")
    assert "Nolan" not in everything(database)
