import pytest

from db import runs as stored
from db import transcripts
from db.engine import Database
from services import records, reruns, runs
from services.errors import NotFound
from services.records import CallFilter
from tests.example_rows import deal, store


def worked_through(database: Database, external_id: str, **fields: object) -> None:
    """A call that came as a file of ours and is done."""
    store(database, deal(external_id, **fields))
    with database.session() as session:
        digest = stored.add_source(session, external_id.encode(), actor="ann")
        run_id = stored.queue(session, digest, f"{external_id}.txt", {}, actor="ann")
        known = transcripts.known(session, [external_id])[external_id]
        stored.begin(session, run_id, 0, "one")
        stored.finish(session, run_id, external_id=external_id, transcript_id=known.id)


def test_the_ids_of_a_filter_come_a_page_at_a_time_and_each_once(database: Database) -> None:
    store(database, *[deal(f"call-{number}", client_name="Ada Berg") for number in range(5)], deal("other"))
    pages = list(records.external_ids(database, CallFilter(search="ada"), size=2))
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(each for page in pages for each in page) == [f"call-{number}" for number in range(5)]


def test_only_the_calls_of_the_filter_are_worked_through_again(database: Database) -> None:
    worked_through(database, "call-ada", client_name="Ada Berg")
    worked_through(database, "call-nils", client_name="Nils Dahl")
    done = reruns.rerun_filtered(database, CallFilter(search="ada"), "ben", start_at="Email")
    assert (done.started, done.left_out) == (1, 0)
    (waiting,) = runs.active(database)
    assert (waiting.filename, waiting.start_at, waiting.actor) == ("call-ada.txt", "Email", "ben")


def test_calls_of_an_older_system_are_left_out_and_told_of(database: Database) -> None:
    worked_through(database, "call-ada")
    store(database, deal("old-1"), deal("old-2"))
    seen: list[int] = []
    done = reruns.rerun_filtered(database, CallFilter(), "ben", told=seen.append)
    assert done.sentence == (
        "1 call will be worked through again. 2 calls have no file here and stay as they are: an older system "
        "brought them."
    )
    assert seen == [3]


def test_an_agent_that_there_is_none_of_starts_nothing(database: Database) -> None:
    worked_through(database, "call-ada")
    with pytest.raises(NotFound):
        reruns.rerun_filtered(database, CallFilter(), "ben", start_at="Butler")
    assert runs.active(database) == []
