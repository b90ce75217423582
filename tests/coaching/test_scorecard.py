"""The scorecard: a rule a criterion, and what managers say beside it."""

from pathlib import Path
from typing import Any

import pytest

from db.coaching import CoachingFilter, Middle
from db.engine import Database
from services import audit
from services.audit import AuditFilter
from services.coaching import over_time, reviewing
from services.coaching.reviewing import Line
from services.coaching.scorecard import points, scorecard
from services.erasing import erase
from services.errors import ChangedElsewhere, InvalidValue, NotFound
from services.playbooks.loader import BUILTIN, BadPlaybook, load
from services.playbooks.model import MEASURES, Criterion
from tests.coaching.rows import coached
from tests.conftest import Rows
from tests.example_rows import run_says, store

CALL = "call-petra"
NAME = "Leaves room to talk"


def of(**figures: float | None) -> dict[str, Any]:
    """Measures that hold nothing but these figures."""
    return {"figures": dict.fromkeys(MEASURES) | figures}


@pytest.mark.parametrize(
    ("value", "score"), [(0.5, 5), (0.35, 5), (0.6, 4), (0.32, 4), (0.2, 3), (0.75, 2), (0.9, 1), (0, 1)]
)
def test_the_best_range_that_holds_the_figure_scores(value: float, score: int) -> None:
    talk = Criterion("Talk", "talk_share", (0.35, 0.55), (0.3, 0.62), (0.2, 0.7), (0.1, 0.8))
    assert points(talk, value) == score


def test_what_is_not_known_is_not_scored_and_says_why() -> None:
    [scored] = [one for one in scorecard(of(), load()) if one["criterion"] == NAME]
    assert (scored["score"], scored["turns"]) == (None, [])
    assert "not known which side" in scored["why"]


def test_a_playbook_without_a_scorecard_scores_nothing() -> None:
    assert scorecard(of(), load(BUILTIN.with_name("home_insurance.toml"))) == []


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        ('[[scorecard]]\nname = "A"\nmeasure = "charm"\nfive = [0, 1]', "'measure' in scorecard 1 must be one of"),
        ('[[scorecard]]\nname = "A"\nmeasure = "pace"', "'five' in scorecard 1 must be a range of two numbers"),
        ('[[scorecard]]\nname = "A"\nmeasure = "pace"\nfive = [2, 1]', "'five' in scorecard 1 must be a range"),
        ('[coaching]\nphases = ["tea"]', "'phases' in coaching names a phase that is none of the playbook's: tea"),
        ("[coaching]\nmonolog = 3", "'monolog' in coaching is not known here"),
    ],
)
def test_a_scorecard_that_can_not_be_used_is_refused_with_its_line(tmp_path: Path, part: str, complaint: str) -> None:
    book = BUILTIN.with_name("home_insurance.toml").read_text()
    path = tmp_path / "ours.toml"
    path.write_text(f"{book}\n{part}\n")
    with pytest.raises(BadPlaybook, match="line") as told:
        load(path)
    assert complaint in told.value.sentence


def test_ranges_may_be_open_above(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    book = BUILTIN.with_name("home_insurance.toml").read_text()
    path.write_text(f'{book}\n[[scorecard]]\nname = "Asks"\nmeasure = "open_questions"\nfive = [3, inf]\n')
    [criterion] = load(path).scorecard
    assert points(criterion, 1_000) == 5


# What a manager says


def line(database: Database, name: str = NAME) -> Line:
    measures = coached(CALL)["coaching"]["measures"]
    return next(one for one in reviewing.lines(database, CALL, measures) if one.criterion == name)


def say(database: Database, score: int | None, reason: str = "She let him finish.", actor: str = "ines") -> None:
    reviewing.override(database, CALL, line(database), score, reason, actor)


def test_both_scores_are_kept_with_who_why_and_when(database: Database) -> None:
    store(database, coached(CALL))
    ruled = line(database).ruled
    say(database, 2)
    told = line(database)
    assert (told.ruled, told.stands) == (ruled, 2)
    assert told.override is not None
    assert (told.override.actor, told.override.reason) == ("ines", "She let him finish.")
    assert told.override.at is not None


def test_a_run_never_takes_a_managers_score_away(database: Database) -> None:
    store(database, coached(CALL))
    say(database, 1)
    run_says(database, coached(CALL, figures={"pace": 99}))
    assert line(database).stands == 1


def test_a_manager_takes_a_score_back_and_the_rules_stands_again(database: Database) -> None:
    store(database, coached(CALL))
    say(database, 1)
    say(database, None, "")
    told = line(database)
    assert told.override is None
    assert told.stands == told.ruled
    assert [one.score for one in told.said] == [1, None]


def test_the_managers_score_counts_over_time(database: Database) -> None:
    row = coached(CALL)
    ruled = {"measure": "talk_share", "turns": []}
    scored = [{"criterion": NAME, "score": 5, **ruled}, {"criterion": "B", "score": None, **ruled}]
    row["coaching"]["measures"]["scorecard"] = scored
    store(database, row)
    reviewing.override(database, CALL, line(database), 2, "Too long.", "ines")
    assert over_time.picture(database, CoachingFilter()).team["score"] == Middle(2.0, 1)
    reviewing.override(database, CALL, line(database), None, "", "ines")
    assert over_time.picture(database, CoachingFilter()).team["score"] == Middle(5.0, 1)


@pytest.mark.parametrize(("score", "reason"), [(0, "Why not."), (6, "Why not."), (3, "  ")])
def test_a_score_beyond_the_scale_or_without_a_reason_is_refused(database: Database, score: int, reason: str) -> None:
    store(database, coached(CALL))
    with pytest.raises(InvalidValue):
        say(database, score, reason)
    assert line(database).said == ()


def test_of_two_managers_at_once_the_second_is_told(database: Database) -> None:
    store(database, coached(CALL))
    seen = line(database)
    reviewing.override(database, CALL, seen, 2, "Mine.", "ines")
    with pytest.raises(ChangedElsewhere):
        reviewing.override(database, CALL, seen, 4, "Mine too.", "omar")
    assert [one.actor for one in line(database).said] == ["ines"]


def test_a_call_that_is_not_stored_can_not_be_scored(database: Database) -> None:
    with pytest.raises(NotFound):
        say(database, 2)


def test_an_override_is_in_the_audit_and_goes_with_an_erased_call(database: Database, rows: Rows) -> None:
    store(database, coached(CALL))
    say(database, 2)
    assert [one.actor for one in audit.listing(database, AuditFilter(actions=["score_override"]))] == ["ines"]
    erase(database, CALL, "ines")
    assert (rows.of("scorecard_overrides"), rows.of("call_coaching")) == (0, 0)


def test_a_score_of_a_criterion_that_the_playbook_lost_is_still_shown(database: Database) -> None:
    store(database, coached(CALL))
    say(database, 2)
    [left] = reviewing.lines(database, CALL, {"scorecard": []})
    assert (left.criterion, left.stands, left.ruled) == (NAME, 2, None)
