"""The overview: what it counts, what it leaves out, and that both stay true whatever is written or erased."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from db import edits, erasing
from db.engine import Database
from services import clients, next_steps_due, overview
from services.errors import NotFound
from services.overview import FactFilter, Line, Overview, Rate
from tests.called import call, store


def seen(database: Database, **asked: Any) -> Overview:
    return overview.look(database, FactFilter(**asked))


def line(lines: tuple[Line, ...], name: str) -> Line:
    return next(each for each in lines if each.name == name)


def test_a_client_with_two_calls_counts_with_the_latest_deal(database: Database) -> None:
    store(database, call("a", day="2026-03-01", amount=3000), call("b", day="2026-04-01", amount=5000, outcome="Won"))
    found = seen(database)
    assert (found.calls, found.clients) == (2, 1)
    assert (line(found.stages, "Won").deals, line(found.stages, "Won").amount) == (1, 5000)
    assert line(found.stages, "Proposal").deals == 0


def test_what_nothing_supports_is_shown_apart_and_never_counted(database: Database) -> None:
    store(
        database,
        call("a", "Ann", amount=3000),
        call("b", "Ben", amount=9000, state="unsupported"),
        call("c", "Cy", amount=None, state="not discussed"),
        call("d", "Dee", amount=1000, state="paraphrased"),
    )
    whole = seen(database).whole
    assert (whole.amount, whole.amount_n) == (4000, 2)
    assert (whole.unsupported, whole.unsupported_n) == (9000, 1)
    assert whole.silent == 1
    states = {each.name: each.amount_n + each.unsupported_n for each in seen(database).money}
    assert states == {
        "Verified in the call": 1,
        "Paraphrased in the call": 1,
        "Written or confirmed by people": 0,
        "Unsupported (not counted)": 1,
    }


def test_an_older_systems_values_without_a_proof_count_nowhere(database: Database) -> None:
    store(database, {"external_id": "old", "crm_data": {"client_name": "Old", "deal_amount": 7000, "outcome": "Won"}})
    found = seen(database)
    assert (found.whole.amount_n, found.whole.unsupported, found.outcomes_left_out, found.wins.n) == (0, 7000, 1, 0)
    assert found.look_at.unsupported_calls == 1


def test_a_persons_word_counts_from_then_on(database: Database) -> None:
    store(database, call("a", amount=9000, state="unsupported"))
    with database.session() as session:
        edits.edit_crm(session, "a", None, {"deal_amount": 8000}, actor="ines")
    found = seen(database)
    assert (found.whole.amount, found.whole.unsupported_n) == (8000, 0)
    assert line(found.money, "Written or confirmed by people").amount_n == 1
    assert found.look_at.unsupported_calls == 0


def test_the_win_rate_is_won_of_won_and_lost_with_its_interval(database: Database) -> None:
    ends = ["Won", "Won", "Won", "Lost", "Pending", None]
    store(database, *(call(f"c{place}", f"Client {place}", outcome=end) for place, end in enumerate(ends)))
    wins = seen(database).wins
    assert (wins.won, wins.lost, wins.n, wins.rate) == (3, 1, 4, 0.75)
    assert (round(wins.low, 3), round(wins.high, 3)) == (0.301, 0.954)
    assert seen(database).no_outcome == 1
    assert Rate.of(0, 0).n == 0


def test_the_cycle_is_from_the_first_meeting_to_the_first_won_one(database: Database) -> None:
    store(
        database,
        call("a1", "Ann", day="2026-03-01"),
        call("a2", "Ann", day="2026-03-11", outcome="Won"),
        call("a3", "Ann", day="2026-05-01", outcome="Won"),
        call("b1", "Ben", day="2026-03-05", outcome="Won"),
        call("c1", "Cy", day=None, outcome="Won"),
    )
    cycle = seen(database).cycle
    assert (cycle.n, cycle.middle, cycle.undated) == (2, 5, 1)


def test_the_funnel_says_how_far_clients_came_at_least(database: Database) -> None:
    store(
        database,
        call("a1", "Ann", outcome="Won", day="2026-03-01"),
        call("b1", "Ben", outcome="Pending", day="2026-03-01"),
        call("b2", "Ben", outcome="Lost", day="2026-04-01"),
        call("c1", "Cy", outcome="Lost"),
    )
    assert seen(database).funnel == (("New", 3), ("Qualified", 2), ("Proposal", 2), ("Follow-up", 1), ("Won", 1))


def test_filters_leave_calls_of_their_days_advisers_and_products(database: Database) -> None:
    store(
        database,
        call("a", "Ann", day="2026-03-01", adviser="Ida Roe"),
        call("b", "Ben", day="2026-04-01", products=["Trust Amendment"]),
    )
    assert seen(database, date_from=date(2026, 3, 15)).calls == 1
    assert seen(database, date_to=date(2026, 3, 15)).calls == 1
    assert seen(database, advisers=["Ida Roe"]).calls == 1
    assert seen(database, products=["Trust Amendment"], advisers=["Ida Roe"]).calls == 0
    assert overview.advisers(database) == ["Ida Roe", "Nora Quist"]


def test_clients_that_people_merged_count_once(database: Database) -> None:
    store(
        database,
        call("a", "Ann Roe", amount=1000, day="2026-03-01"),
        call("b", "A. Roe", amount=2000, day="2026-04-01"),
    )
    assert seen(database).clients == 2
    first, second = clients.listing(database).households
    clients.merge(database, first.id, second.id, "ines")
    assert (seen(database).clients, seen(database).whole.amount) == (1, 2000)


def test_what_was_done_is_counted_by_week(database: Database) -> None:
    day = overview.today()
    store(database, call("a", "Ann", day=str(day)), call("b", "Ben", day=None))
    with database.session() as session:
        edits.edit_email(session, "a", None, "Subject: New\n\nWords.", actor="ines")
    with database.session() as session:
        edits.mark_sent(session, "a", None, actor="ines")
    found = seen(database)
    monday = day - timedelta(days=day.weekday())
    assert (found.weeks.calls, found.weeks.edited, found.weeks.sent) == ({monday: 1}, {monday: 1}, {monday: 1})
    assert found.undated == 1
    assert found.mondays[-1] == monday


def test_a_day_that_no_calendar_has_is_no_day_and_stops_no_upsert(database: Database) -> None:
    days = ["2026-02-30", "2026-13-01", "2025-02-29", "2024-02-29", "0000-01-01"]
    store(database, *(call(f"c{place}", f"C {place}", day=day) for place, day in enumerate(days)))
    assert seen(database).undated == 4


@pytest.mark.parametrize(
    "odd",
    [
        {"extracted_data": [1, 2]},
        {"extracted_data": {"facts": [], "objections": "x", "next_steps": {"a": 1}, "outcome": "Won"}},
        {"extracted_data": {"objections": [{"category": "Price", "state": "verified", "evidence": [{"turn": 1e300}]}]}},
        {"coaching": "words", "call": [], "dialogue": {"a": 1}},
        {"coaching": {"measures": {"objections": [7]}}, "extracted_data": {"next_steps": [3, None]}},
    ],
)
def test_odd_shapes_of_an_older_system_are_stored_all_the_same(database: Database, odd: dict[str, Any]) -> None:
    crm = {
        "client_name": "Odd",
        "objections": ["Price", 3, None],
        "next_steps": ["call", {"action": None}],
        "products_discussed": 4,
    }
    store(database, {"external_id": "odd", "crm_data": crm, **odd})
    assert seen(database).calls == 1


def test_an_erased_call_is_in_no_figure(database: Database) -> None:
    store(database, call("a", steps=[("send it", "2026-01-01")]))
    key = next_steps_due.steps(database, FactFilter(), "overdue")[0].key
    next_steps_due.mark(database, "a", key, True, "ines")
    with database.session() as session:
        erasing.erase(session, "a", actor="ines")
    assert seen(database).calls == 0
    with database.session() as session:
        for table in ("call_facts", "call_steps", "done_steps"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def due(database: Database, which: next_steps_due.Due) -> list[str]:
    return [step.action for step in next_steps_due.steps(database, FactFilter(), which)]


def test_next_steps_stand_in_the_list_of_their_day(database: Database) -> None:
    now = overview.today()
    days = {"late": -1, "today": 0, "soon": 14, "later": 15}
    steps = [(what, str(now + timedelta(days=ahead))) for what, ahead in days.items()]
    store(database, call("a", steps=[*steps, ("some day", None)]))
    assert next_steps_due.counts(database, FactFilter()) == {
        "overdue": 1,
        "soon": 2,
        "later": 1,
        "no day": 1,
        "done": 0,
    }
    assert due(database, "overdue") == ["late"]
    assert due(database, "soon") == ["today", "soon"]
    assert due(database, "no day") == ["some day"]


def test_a_step_that_a_person_marked_as_done_stays_done_when_a_run_finds_it_again(database: Database) -> None:
    store(database, call("a", steps=[("Send the letter.", "2026-01-01"), ("call Ben", "2026-01-02")]))
    step = next(each for each in next_steps_due.steps(database, FactFilter(), "overdue") if "letter" in each.action)
    assert next_steps_due.mark(database, "a", step.key, True, "ines")
    assert not next_steps_due.mark(database, "a", step.key, True, "omar")
    store(database, call("a", steps=[("call Ben", "2026-01-02"), ("send the letter", "2026-01-01")]))
    assert due(database, "overdue") == ["call Ben"]
    (done,) = next_steps_due.steps(database, FactFilter(), "done")
    assert (done.action, done.done) == ("send the letter", "ines")
    assert next_steps_due.mark(database, "a", step.key, False, "omar")
    assert len(due(database, "overdue")) == 2
    with pytest.raises(NotFound):
        next_steps_due.mark(database, "a", "no such step", True, "ines")


def test_who_marked_a_step_stands_in_the_audit(database: Database) -> None:
    store(database, call("a", steps=[("send it", "2026-01-01")]))
    key = next_steps_due.steps(database, FactFilter(), "overdue")[0].key
    next_steps_due.mark(database, "a", key, True, "ines")
    next_steps_due.mark(database, "a", key, False, "omar")
    with database.session() as session:
        rows = session.execute(text("SELECT actor, action FROM audit WHERE action LIKE 'step%' ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [("ines", "step_done"), ("omar", "step_reopened")]
