"""One glance tells what the single questions do."""

from db import dispatch, runs, steps
from db.engine import Database
from db.glance import glance

AGENTS = ("Parser", "Structuring", "Persistence")


def some_runs(database: Database) -> list[str]:
    """Two at work, one of them new, one failed, one done, one held back, three that wait."""
    with database.session() as session:
        digest = runs.add_source(session, b"Ann: hello", actor="bo")
        ids = [runs.queue(session, digest, f"{number}.txt", {}, actor="bo") for number in range(8)]
        for run_id in ids[:4]:
            runs.begin(session, run_id, 0, "w")
            steps.lay_out(session, run_id, AGENTS)
            steps.began(session, run_id, "Parser")
        runs.fail(session, ids[1], "The file is odd.")
        runs.finish(session, ids[2], external_id="x", transcript_id=None, note="So it is.")
        runs.pause(session, ids[4:5])
    return ids


def test_a_glance_shows_what_the_single_questions_show(database: Database) -> None:
    ids = some_runs(database)
    with database.session() as session:
        seen = glance(session, (), 5, 2, 20)
        assert seen.counts == runs.counts(session)
        assert seen.usual_seconds == runs.usual_seconds(session)
        assert seen.rows == runs.recent(session, 5, 2)[0]
        assert seen.at_work == runs.recent(session, 20, 0, ("running",))[0]
        assert seen.places == dispatch.places(session, ids[2:6])
        unended = runs.recent(session, 20, 0, ("queued", "running"))[0]
    assert seen.since == min(run.started_at or run.created_at for run in unended)
    assert [len(run.steps) for run in seen.at_work] == [3, 3]


def test_a_glance_keeps_to_the_wanted_states_and_to_the_most_at_work(database: Database) -> None:
    ids = some_runs(database)
    with database.session() as session:
        seen = glance(session, ("failed", "paused"), 20, 0, 1)
    assert {run.id for run in seen.rows} == {ids[1], ids[4]}
    assert [run.id for run in seen.at_work] == [ids[3]]
    assert seen.places == {}


def test_a_glance_at_nothing_shows_nothing(database: Database) -> None:
    with database.session() as session:
        seen = glance(session, (), 20, 0, 20)
    assert (seen.counts, seen.usual_seconds, seen.since, seen.at_work, seen.rows) == ({}, None, None, [], [])
