"""The lists of calls and deals: searched, filtered, sorted and cut into pages by PostgreSQL."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from db import edits, marks, transcripts
from db.engine import Database
from db.transcripts import CallFilter, DealFilter
from services.minds import Mind
from tests.example_rows import petra, run_says, store

CALLS: dict[str, dict[str, Any]] = {
    "a": {"client_name": "Zoë Adams", "deal_amount": 3500, "deal_stage": "Won", "meeting_date": "2026-03-01"},
    "b": {"client_name": "bob 100%", "deal_amount": "$1,250.50", "deal_stage": "Lost", "meeting_date": "2026-03-05"},
    "c": {"client_name": "Carla_Diaz", "deal_amount": None, "deal_stage": "Qualified", "meeting_date": None},
    "d": {"client_name": "Carla Diaz", "deal_amount": 3500, "deal_stage": "Won", "meeting_date": "2026-02-28T10:00"},
    "e": {"products_discussed": ["Revocable trust"], "deal_amount": "about 3k", "outcome": "Won"},
}


@pytest.fixture
def calls(database: Database) -> Database:
    """Five calls, with amounts and dates as older systems left them too."""
    with database.session() as session:
        transcripts.upsert_many(session, [{"external_id": name, "crm_data": crm} for name, crm in CALLS.items()])
    return database


def found(database: Database, wanted: DealFilter, sort: str = "external_id") -> str:
    with database.session() as session:
        rows, total = transcripts.deals(session, wanted, sort)
    assert total == len(rows)
    return "".join(row.external_id for row in rows)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (DealFilter(), "abcde"),
        (DealFilter(search="carla"), "cd"),
        (DealFilter(search="DIAZ carla"), "cd"),
        (DealFilter(search="carla_"), "c"),
        (DealFilter(search="100%"), "b"),
        (DealFilter(search="%"), "b"),
        (DealFilter(search="_"), "c"),
        (DealFilter(search="\\"), ""),
        (DealFilter(search="ZOË"), "a"),
        (DealFilter(search="revocable"), "e"),
        (DealFilter(search="   "), "abcde"),
        (DealFilter(search="a\x00dams"), "a"),
        (DealFilter(stages=["Won", "Lost"]), "abd"),
        (DealFilter(outcomes=["Won"]), "e"),
        (DealFilter(date_from=date(2026, 3, 1)), "ab"),
        (DealFilter(date_to=date(2026, 3, 1)), "ad"),
        (DealFilter(date_from=date(2026, 2, 28), date_to=date(2026, 2, 28)), "d"),
        (DealFilter(value_min=3500), "ad"),
        (DealFilter(value_max=1250.5), "b"),
        (DealFilter(value_min=1250.5, value_max=3499), "b"),
        (DealFilter(search="carla", stages=["Won"], value_min=1), "d"),
    ],
)
def test_deals_are_filtered(calls: Database, wanted: DealFilter, expected: str) -> None:
    assert found(calls, wanted) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("deal_amount", "badce"),
        ("-deal_amount", "dabec"),
        ("client_name", "bdcae"),
        ("-client_name", "acdbe"),
        ("meeting_date", "dabce"),
        ("-meeting_date", "badec"),
        ("external_id", "abcde"),
        ("-external_id", "edcba"),
    ],
)
def test_rows_without_the_value_come_last_and_equal_ones_by_their_ids(
    calls: Database, sort: str, expected: str
) -> None:
    assert found(calls, DealFilter(), sort) == expected


def test_an_unknown_sort_is_refused(calls: Database) -> None:
    with calls.session() as session, pytest.raises(ValueError, match="can't be sorted"):
        transcripts.deals(session, DealFilter(), "id; DROP TABLE transcripts")


@pytest.mark.parametrize("sort", transcripts.SORTS)
def test_pages_hold_every_deal_once(calls: Database, sort: str) -> None:
    for order in (sort, f"-{sort}"):
        with calls.session() as session:
            pages = [transcripts.deals(session, DealFilter(), order, limit=2, offset=start) for start in (0, 2, 4)]
        assert {total for _, total in pages} == {5}
        assert sorted(row.external_id for rows, _ in pages for row in rows) == list("abcde")


def test_a_deal_says_which_fields_a_person_set(calls: Database) -> None:
    with calls.session() as session:
        edits.edit_crm(session, "a", 1, {"outcome": "Won", "deal_amount": 9}, actor="bo")
        rows, _ = transcripts.deals(session, DealFilter(search="zoë"))
        others, _ = transcripts.deals(session, DealFilter(search="bob"))
    assert rows[0].edits == ["deal_amount", "outcome"]
    assert rows[0].version == 2
    assert rows[0].crm_data == {**CALLS["a"], "outcome": "Won", "deal_amount": 9}
    assert others[0].edits == []


def test_deals_are_filtered_by_what_people_made_of_them(calls: Database) -> None:
    with calls.session() as session:
        edits.edit_crm(session, "a", None, {"outcome": "Won"}, actor="bo")
        edits.confirm(session, "b", None, ["crm_data.deal_stage"], actor="bo")
        edits.edit_crm(session, "c", None, {"outcome": "Won"}, actor="bo")
        edits.restore_crm(session, "c", None, ["outcome"], actor="bo")
        session.execute(text("UPDATE transcripts SET conflicts = '{crm_data.outcome}' WHERE external_id = 'a'"))
        rows, _ = transcripts.deals(session, DealFilter(marked="conflict"))
    assert found(calls, DealFilter(marked="people")) == "ab"
    assert found(calls, DealFilter(marked="nobody")) == "cde"
    assert found(calls, DealFilter(marked="conflict")) == "a"
    assert found(calls, DealFilter(marked="people", search="bob")) == "b"
    assert list(rows[0].conflicts) == ["crm_data.outcome"]


def test_marks_are_what_people_did_last_and_whose_word_a_run_gave_last(database: Database) -> None:
    store(database, petra("a"), petra("b"))
    run_says(database, petra("b", outcome="Won"), mind=Mind("model", "small", "1", ""))
    with database.session() as session:
        edits.edit_crm(session, "a", None, {"outcome": "Won", "deal_amount": 1}, actor="bo")
        edits.edit_crm(session, "a", None, {"outcome": "Lost"}, actor="bo")
        edits.restore_crm(session, "a", None, ["deal_amount"], actor="bo")
        rows, _ = transcripts.deals(session, DealFilter(), "external_id")
        told = marks.of(session, rows, ["outcome", "unheard_of"])
        bare = marks.of(session, rows)
    a, b = (told[row.id] for row in rows)
    assert (a.kinds, b.kinds) == ({"outcome": "edit", "deal_amount": "restore"}, {})
    assert (a.minds, b.minds) == ({"outcome": "builtin"}, {"outcome": "small"})
    assert [bare[row.id].minds for row in rows] == [{}, {}]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (3500, 3500.0),
        (-20.5, -20.5),
        ("3500", 3500.0),
        ("$3,500.00", 3500.0),
        (" - € 12 ", -12.0),
        ("3,50", None),
        ("1-2", None),
        ("", None),
        ("1e5", None),
        (True, None),
        ([3500], None),
        ({"value": 1}, None),
        (10**400, None),
        ("9" * 400, None),
        (0.00001, 0.0),
    ],
)
def test_odd_amounts_are_read_or_left_out_but_never_an_error(
    database: Database, amount: object, expected: float | None
) -> None:
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "x", "crm_data": {"deal_amount": amount}})
        rows, _ = transcripts.listing(session, CallFilter())
    assert rows[0].deal_amount == expected


def test_values_too_long_for_an_index_are_stored_whole(database: Database) -> None:
    crm = {"client_name": "n" * 50_000, "outcome": "o" * 50_000, "deal_stage": "s" * 50_000, "meeting_date": "d" * 9999}
    with database.session() as session:
        transcripts.upsert(session, {"external_id": "x" * 500, "filename": "f" * 50_000, "crm_data": crm})
        found_row = transcripts.find(session, "x" * 500)
    assert found_row is not None
    assert found_row.crm_data == crm


def test_the_list_of_calls_tells_what_the_page_shows(database: Database) -> None:
    row = {
        "external_id": "CALL-1",
        "filename": "call.vtt",
        "crm_data": {"client_name": "Ann", "outcome": "Won", "deal_stage": "Won", "meeting_date": "2026-01-02"},
        "call": {"header": {"meeting_title": "Intro"}, "source_format": "zoom_vtt"},
        "dialogue": [{"text": "hello"}, {"text": "hi"}],
        "email_draft": "Subject: x\n\ny",
    }
    with database.session() as session:
        transcripts.upsert_many(session, [row, {"external_id": "bare", "dialogue": {"odd": 1}}])
        edits.mark_sent(session, "CALL-1", None, actor="bo")
        rows, total = transcripts.listing(session, CallFilter())
    assert total == 2
    first, bare = rows
    assert (first.external_id, first.meeting_title, first.source_format) == ("CALL-1", "Intro", "zoom_vtt")
    assert (first.turn_count, first.has_email, first.email_sent, first.version) == (2, True, True, 2)
    assert (bare.external_id, bare.turn_count, bare.has_email, bare.email_sent) == ("bare", 0, False, False)


def test_the_choices_of_a_filter_are_the_values_that_occur(calls: Database) -> None:
    with calls.session() as session:
        assert transcripts.values_of(session, "deal_stage") == ["Lost", "Qualified", "Won"]
        assert transcripts.values_of(session, "outcome") == ["Won"]
        assert transcripts.count(session) == 5
