"""Figures of many calls: per adviser, by month, against the team and against won calls."""

from datetime import date
from typing import Any

import pytest

from db import coaching as stored
from db import edits
from db.coaching import CoachingFilter, Middle
from db.engine import Database
from services.coaching import over_time
from services.erasing import erase
from tests.coaching.rows import ADVISER, coached
from tests.example_rows import deal, fact, petra, run_says, store


def paced(call: str, pace: float | None, adviser: str = ADVISER, **changed: Any) -> dict[str, Any]:
    return coached(call, adviser, figures={"pace": pace}, **changed)


def months(database: Database, **wanted: Any) -> list[tuple[str, Middle]]:
    return over_time.of_figure(database, CoachingFilter(**wanted), "pace").own_months


def test_an_advisers_months_are_medians_with_their_number(database: Database) -> None:
    store(
        database,
        paced("a", 100, meeting_date="2026-01-05"),
        paced("b", 140, meeting_date="2026-01-20"),
        paced("c", 180, meeting_date="2026-03-02"),
        paced("d", None, meeting_date="2026-03-05"),
        paced("e", 300, "Omar Reyes", meeting_date="2026-03-05"),
    )
    assert months(database, adviser=ADVISER) == [("2026-01", Middle(120.0, 2)), ("2026-03", Middle(180.0, 1))]
    assert over_time.advisers(database) == [(ADVISER, 4), ("Omar Reyes", 1)]


def test_a_period_bounds_the_meetings_both_days_included(database: Database) -> None:
    store(database, *[paced(day, 100, meeting_date=f"2026-01-{day}") for day in ("04", "05", "06", "07")])
    found = months(database, adviser=ADVISER, date_from=date(2026, 1, 5), date_to=date(2026, 1, 6))
    assert found == [("2026-01", Middle(100.0, 2))]


def test_the_team_is_everybody_and_a_won_call_is_one_that_the_call_supports_or_a_person_said(
    database: Database,
) -> None:
    won = paced("won", 100, outcome="Won")
    won["extracted_data"]["outcome"] = fact("Won", 7, "Tuesday works")
    claimed = paced("claimed", 500, outcome="Won")
    claimed["extracted_data"]["outcome"] = fact("Won", state="unsupported")
    said = paced("said", 120)
    said["extracted_data"]["outcome"] = fact("Follow-up Scheduled", state="unsupported")
    store(database, won, claimed, said, paced("other", 180, "Omar Reyes"))
    with database.session() as session:
        edits.edit_crm(session, "said", None, {"outcome": "Won"}, actor="ines")
    picture = over_time.picture(database, CoachingFilter(adviser=ADVISER))
    assert picture.own is not None
    assert picture.own["pace"] == Middle(120.0, 3)
    assert picture.team["pace"] == Middle(150.0, 4)
    assert picture.winners["pace"] == Middle(110.0, 2)


def test_what_is_not_known_is_in_no_median(database: Database) -> None:
    store(database, paced("a", None))
    picture = over_time.picture(database, CoachingFilter())
    assert picture.team["pace"] == Middle(None, 0)


def test_calls_of_an_older_version_say_their_talk_ratio_alone_and_are_counted(database: Database) -> None:
    store(database, petra(), deal("bare"))
    picture = over_time.picture(database, CoachingFilter())
    assert picture.team["talk_share"] == Middle(0.52, 1)
    assert picture.team["open_questions"].n == 0
    assert (picture.numbers.calls, picture.numbers.older, picture.numbers.undated, picture.numbers.nobody) == (
        2, 2, 1, 1,
    )  # fmt: skip


def test_a_call_that_two_advisers_share_is_under_nobodys_name(database: Database) -> None:
    row = coached("shared")
    row["dialogue"][0]["speaker"] = "Omar Reyes"
    row["call"]["speakers"].append({"name": "Omar Reyes", "side": "advisor"})
    row["coaching"]["measures"]["adviser"] = None
    store(database, row)
    assert over_time.advisers(database) == []
    assert over_time.picture(database, CoachingFilter()).numbers.shared == 1


def test_a_run_that_measures_anew_and_an_erased_call_are_followed(database: Database) -> None:
    store(database, paced("a", 100), paced("b", 120))
    run_says(database, paced("a", 160))
    assert over_time.picture(database, CoachingFilter()).team["pace"] == Middle(140.0, 2)
    erase(database, "a", "ines")
    assert over_time.picture(database, CoachingFilter()).team["pace"] == Middle(120.0, 1)


@pytest.mark.parametrize(
    "coaching",
    ["Talk less.", [1], {"measures": []}, {"measures": {"talk_share": "half", "figures": 3}}, {"measures": "adviser"},
     {"measures": {"figures": {"pace": 1e300, "talk_share": None}, "scorecard": [1, {"score": "x"}], "adviser": 7}}],
)  # fmt: skip
def test_whatever_an_older_system_left_is_stored_and_says_nothing(database: Database, coaching: Any) -> None:
    store(database, {**deal("odd"), "coaching": coaching})
    picture = over_time.picture(database, CoachingFilter())
    assert picture.numbers.calls == 1
    assert {middle.n for middle in picture.team.values()} == {0}


def test_the_newest_calls_come_first_with_their_figure(database: Database) -> None:
    store(database, *[paced(f"call-{number}", 100 + number, meeting_date=f"2026-01-0{number}") for number in (1, 2, 3)])
    found = over_time.of_figure(database, CoachingFilter(adviser=ADVISER), "pace").calls
    assert [(call.external_id, call.value) for call in found] == [("call-3", 103), ("call-2", 102), ("call-1", 101)]


def test_every_figure_that_is_shown_is_stored() -> None:
    assert set(over_time.SHOWN) == set(stored.FIGURES)
