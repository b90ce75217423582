from datetime import timedelta

import pytest

from db import presence
from db import runs as stored
from db.engine import Database
from services import runs, uploads, watching
from services.errors import DatabaseUnavailable
from services.runs import RunState
from services.settings import settings
from services.watching import Lookout, outlook


def hand_in(database: Database, number: int) -> list[str]:
    files = [(f"{each}.txt", b"Ann: hello\nBen: hi %d" % each) for each in range(number)]
    return [uploads.submit(database, name, content, {}, "ann") for name, content in files]


def test_places_count_what_waits_and_what_is_at_work_before_a_run(database: Database) -> None:
    first, second, third, fourth = hand_in(database, 4)
    with database.session() as session:
        stored.begin(session, first, 0, "one")
    runs.pause(database, "ann", [third])
    seen = outlook(database)
    assert seen.places == {second: 1, fourth: 2}
    assert [run.id for run in seen.at_work] == [first]
    assert (seen.total, seen.moving) == (4, True)


def lookout_for(seconds: float) -> Lookout[RunState, int]:
    """Counts the runs of a state."""
    return Lookout(lambda database, state: outlook(database, [state]).total, seconds)


def test_who_asks_within_a_second_gets_what_the_first_one_saw(database: Database) -> None:
    lookout = lookout_for(60)
    assert lookout.lately("queued") is None
    hand_in(database, 1)
    assert lookout.look(database, "queued") == 1
    hand_in(database, 2)
    assert lookout.look(database, "queued") == lookout.lately("queued") == 1
    assert lookout.look(database, "failed") == 0
    assert lookout.look(database, "queued", within=0) == 2


def test_what_was_seen_long_ago_is_looked_at_again(database: Database) -> None:
    lookout = lookout_for(0)
    assert lookout.look(database, "queued") == 0
    hand_in(database, 1)
    assert lookout.look(database, "queued") == 1


def test_after_something_was_done_everybody_looks_anew(database: Database) -> None:
    lookout = lookout_for(60)
    assert lookout.look(database, "queued") == 0
    hand_in(database, 1)
    lookout.forget()
    assert lookout.lately("queued") is None
    assert lookout.look(database, "queued") == 1


def test_while_the_record_is_away_one_looks_and_the_others_are_told(database: Database) -> None:
    looks = []

    def see(_: Database, asked: str) -> int:
        looks.append(asked)
        raise DatabaseUnavailable("The record is away.")

    lookout = Lookout(see, 60)
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable, match="The record is away"):
            lookout.look(database, "queued")
    with pytest.raises(DatabaseUnavailable):
        lookout.lately("queued")
    assert looks == ["queued"]


def test_a_missing_worker_is_told_of_until_one_is_there(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PATIENCE", timedelta(0))
    hand_in(database, 1)
    assert outlook(database).problem is None
    monkeypatch.setenv("WORKERS", "external")
    settings.cache_clear()
    assert outlook(database).problem == watching.NO_WORKER
    name = presence.Presence(database, "far-away")
    assert name.take()
    try:
        (done,) = hand_in(database, 1)
        with database.session() as session:
            stored.begin(session, done, 0, "far-away")
        hand_in(database, 3)
        assert outlook(database).problem is None
    finally:
        name.leave()
    assert outlook(database).problem == watching.NO_WORKER
