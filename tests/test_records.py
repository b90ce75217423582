"""Calls as the record gives them to the pages."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Database
from db.transcripts import TranscriptRecord
from services import deals, records
from services.call_view import CrmLine, FactView, view
from services.deals import Change
from services.errors import NotFound
from services.json_words import finite, is_missing, plain, step_line
from services.records import CallFilter
from tests.example_rows import deal, petra, store


def test_a_call_has_its_header_dialogue_and_findings(database: Database) -> None:
    store(database, petra())
    call = records.get_call(database, "call-petra")
    assert call.client == "Petra Holm"
    assert call.meeting == ("March 4, 2026", "9:30 AM", "2 minutes")
    assert call.contact == ("petra@holm.example",)
    assert call.source == (("File", "petra-holm.vtt"), ("Format", "Zoom recording (VTT)"), ("Call id", "call-petra"))
    assert call.speakers == (("Nora Quist", "advisor"), ("Petra Holm", "client"))
    assert [turn.number for turn in call.dialogue] == list(range(8))
    assert (call.dialogue[3].speaker, call.dialogue[3].start) == ("Petra Holm", 19.0)
    amount = next(found for found in call.facts if found.field == "deal_amount")
    assert (amount.value, amount.state, amount.source) == ("$4,500", "verified", "builtin")
    assert [(quote.turn, quote.words) for quote in amount.quotes] == [(4, "forty-five hundred dollars")]
    assert [step.value for step in call.next_steps] == ["We: meet again (Tuesday at three, Mar 10, 2026)"]
    assert call.older == ()


def test_what_was_not_discussed_is_said_so_and_never_zero(database: Database) -> None:
    store(database, petra())
    call = records.get_call(database, "call-petra")
    deposit = next(found for found in call.facts if found.field == "deposit_amount")
    assert (deposit.value, deposit.state) == ("not discussed", "not discussed")
    assert next(line for line in call.crm if line.field == "deposit_amount").value == "not discussed"


def test_zero_was_said(database: Database) -> None:
    store(database, deal("none", children_count=0, deposit_amount=0))
    lines = {line.field: line.value for line in records.get_call(database, "none").crm}
    assert (lines["children_count"], lines["deposit_amount"]) == ("0", "$0")


def test_an_edited_field_tells_what_the_run_said(database: Database) -> None:
    store(database, petra())
    deals.save(database, [Change(deals.get(database, "call-petra"), {"deal_amount": 5200})], "ann")
    lines = {line.field: line for line in records.get_call(database, "call-petra").crm}
    assert (lines["deal_amount"].value, lines["deal_amount"].edited, lines["deal_amount"].proposed) == (
        "$5,200",
        True,
        "$4,500",
    )
    assert not lines["client_name"].edited


def test_the_list_is_filtered_and_paged(database: Database) -> None:
    store(
        database,
        *(deal(f"c{n}", client_name=f"Client {n}", meeting_date=f"2026-01-0{n + 1}", outcome="Won") for n in range(5)),
        petra(),
    )
    rows, total = records.list_calls(database, CallFilter(outcomes=("Won",), date_from=date(2026, 1, 2)), size=3)
    assert total == 4
    assert [row.external_id for row in rows] == ["c4", "c3", "c2"]
    rows, _ = records.list_calls(database, CallFilter(search="petra holm"))
    assert [(row.turn_count, row.duration_minutes, row.summary) for row in rows] == [
        (8, 1.5, "Petra Holm met with us about a Revocable Living Trust.")
    ]


def test_a_call_that_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        records.get_call(database, "nowhere")


def test_a_row_without_dialogue_shows_the_lines_of_its_text(database: Database) -> None:
    store(database, {"external_id": "old", "full_text": "A: hello\n\n  B: hi  \n"})
    assert [turn.text for turn in records.get_call(database, "old").dialogue] == ["A: hello", "B: hi"]


KEYS = [
    *("facts", "outcome", "products_discussed", "objections", "next_steps", "value", "state", "evidence", "turn"),
    *(
        "quote",
        "category",
        "action",
        "owner",
        "due",
        "header",
        "speakers",
        "name",
        "side",
        "asides",
        "text",
        "warnings",
    ),
    *("crm_data", "deal_amount", "meeting_date", "client_name", "duration_minutes", "start", "phase"),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12) | st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
COLUMNS = ("extracted_data", "crm_data", "dialogue", "call", "coaching")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries(dict.fromkeys(COLUMNS, json_values)))
def test_no_json_that_an_older_system_left_makes_the_page_fail(columns: dict[str, Any]) -> None:
    empty = dict.fromkeys(TranscriptRecord.__slots__)
    fixed = {"id": 1, "external_id": "x", "version": 1, "proposed": {}, "edits": {}, "full_text": "A: b"}
    call = view(TranscriptRecord(**{**empty, **fixed, **columns}))
    assert call.external_id == "x"
    lines: list[CrmLine | FactView] = [*call.crm, *call.facts, *call.findings, *call.next_steps]
    for line in lines:
        assert isinstance(line.value, str)


def test_json_is_said_in_plain_words() -> None:
    assert plain({"a": 1.0, "b": [True, None, "x\n y"], "c": None}) == "a: 1, b: yes; x y"
    assert step_line({"owner": "client", "action": "sign"}) == "The client: sign"
    assert step_line({"what": "ever"}) == "what: ever"
    assert step_line("call Ann") == "call Ann"
    odd: list[Any] = [0, False, "", " ", [], None, float("nan")]
    assert [is_missing(value) for value in odd] == [False, False] + [True] * 5
    assert [finite(value) for value in (1, 2.5, True, "3", float("inf"))] == [1.0, 2.5, None, None, None]
