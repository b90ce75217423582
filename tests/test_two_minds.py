"""Two minds read a call: both values stand in the ledger, one in the record, and a person may take the other."""

from typing import Any

import pytest
from sqlalchemy import text

from db import dry_runs, edits, ledger
from db.ledger import ValueRow
from services import conflicts, deals, doctor, erasing, minds, shadow, standing
from services import ledger as told
from services.database import Database, stored_call
from services.deals import DealFilter
from services.errors import ChangedElsewhere, NotFound
from services.sayings import said_in
from tests.conftest import Rows
from tests.example_rows import BUILTIN, NOTES, by_two_minds, fact, petra, run_says

KEY, AMOUNT, OTHER = "call-petra", "crm_data.deal_amount", "beside.crm_data.deal_amount"
CLAIM = {**fact("TX", state="unsupported"), "source": "model"}


def story(database: Database, field: str = OTHER) -> list[ValueRow]:
    with database.session() as session:
        return ledger.story(session, stored_call(database, KEY).id, field)


def other_of(database: Database, name: str = "deal_amount") -> standing.Other | None:
    return standing.of_call(database, KEY)[standing.crm_path(name)].other


def edit(database: Database, **values: Any) -> None:
    with database.session() as session:
        edits.edit_crm(session, KEY, None, values, actor="ann")


def take(database: Database, row_id: int, version: int | None = None) -> None:
    told.take_other(database, KEY, version or stored_call(database, KEY).version, row_id, "ann")


def healthy(database: Database) -> bool:
    return doctor.examine(database).findings == ()


def test_both_values_stand_in_the_ledger_and_one_in_the_record(database: Database) -> None:
    run_says(database, by_two_minds(), run_id="run-1")
    record = stored_call(database, KEY)
    assert record.crm_data["deal_amount"] == 4500
    (stands,), (other,) = story(database, AMOUNT), story(database)
    assert (stands.value, stands.source, stands.mind) == (4500, "builtin", "builtin")
    assert (other.value, other.state, other.source, other.mind) == (3500, "paraphrased", "model", "gpt-x")
    assert (other.run_id, other.prompt_hash, other.write_id) == ("run-1", "abc123", stands.write_id)
    assert other.quotes == [{"turn": 5, "quote": "more than I expected"}]
    assert healthy(database)


def test_an_unchanged_run_of_two_minds_writes_no_row(database: Database, rows: Rows) -> None:
    run_says(database, by_two_minds())
    before = rows.of("field_values")
    run_says(database, by_two_minds())
    run_says(database, by_two_minds(outcome="Won"))
    assert rows.of("field_values") == before + 1


def test_where_the_other_mind_says_nothing_else_any_more_that_is_noted_once(database: Database) -> None:
    run_says(database, by_two_minds())
    for _ in range(2):
        run_says(database, by_two_minds(beside={}))
    assert [(row.value, row.state) for row in story(database)] == [(3500, "paraphrased"), (None, None)]
    assert other_of(database) is None
    assert healthy(database)


def test_a_claim_that_nothing_supports_ends_too(database: Database) -> None:
    run_says(database, by_two_minds(beside={"client_state": CLAIM}))
    other = other_of(database, "client_state")
    assert other is not None
    assert (other.words, other.state) == ("TX", "unsupported")
    run_says(database, by_two_minds(beside={}))
    assert [row.state for row in story(database, "beside.crm_data.client_state")] == ["unsupported", None]


def test_a_run_that_brings_no_findings_leaves_the_other_mind_s_words(database: Database) -> None:
    run_says(database, by_two_minds())
    run_says(database, {"external_id": KEY, "crm_data": {"outcome": "Won"}})
    assert other_of(database) is not None
    assert healthy(database)


def test_the_minds_may_change_sides(database: Database) -> None:
    run_says(database, by_two_minds())
    turned = by_two_minds(deal_amount=3500, beside={"deal_amount": fact(4500, 4, "forty-five hundred dollars")})
    turned["extracted_data"]["facts"]["deal_amount"] = {**fact(3500, 5, "expected"), "source": "model"}
    run_says(database, turned)
    found = standing.of_call(database, KEY)[AMOUNT]
    assert (found.mind, found.by_model) == ("Language model gpt-x", True)
    assert found.other is not None
    assert (found.other.who, found.other.words) == ("Builtin analyst 1", "$4,500")
    assert healthy(database)


def test_what_the_other_mind_says_is_no_conflict_with_a_person(database: Database) -> None:
    run_says(database, petra())
    edit(database, deal_amount=4200)
    run_says(database, by_two_minds())
    assert conflicts.total(database) == 0
    assert stored_call(database, KEY).crm_data["deal_amount"] == 4200
    assert other_of(database) is None  # the person has decided
    assert healthy(database)


def test_a_person_takes_the_other_value_and_it_is_theirs(database: Database) -> None:
    run_says(database, by_two_minds())
    other = other_of(database)
    assert other is not None
    take(database, other.id)
    latest = told.events(database, KEY, AMOUNT)[0]
    assert (latest.who, latest.done, latest.after, latest.why) == (
        "ann",
        "written",
        "$3,500",
        "Language model gpt-x said so.",
    )
    run_says(database, petra(deal_amount=5000))
    assert stored_call(database, KEY).crm_data["deal_amount"] == 3500
    assert deals.get(database, KEY).edited == ("deal_amount",)
    assert healthy(database)


def test_a_claim_may_be_taken_as_well(database: Database) -> None:
    run_says(database, by_two_minds(beside={"client_state": CLAIM}))
    other = other_of(database, "client_state")
    assert other is not None
    take(database, other.id)
    assert stored_call(database, KEY).crm_data["client_state"] == "TX"


def test_who_takes_a_value_of_a_call_that_was_changed_is_told(database: Database) -> None:
    run_says(database, by_two_minds())
    edit(database, outcome="Won")
    with pytest.raises(ChangedElsewhere):
        take(database, story(database)[0].id, version=1)
    assert stored_call(database, KEY).crm_data["deal_amount"] == 4500


def test_only_what_the_other_mind_says_of_this_call_can_be_taken(database: Database) -> None:
    run_says(database, by_two_minds(), by_two_minds("another"))
    run_says(database, by_two_minds(beside={}))
    with database.session() as session:
        theirs = ledger.story(session, stored_call(database, "another").id, OTHER)[0]
    for row in (theirs, story(database, AMOUNT)[0], story(database)[-1]):
        with pytest.raises(NotFound):
            take(database, row.id)
    assert stored_call(database, KEY).edits == {}


def test_deals_of_which_two_minds_disagree_are_found_until_a_person_speaks(database: Database) -> None:
    run_says(database, by_two_minds(), petra("agreed"), by_two_minds("claimed", beside={"client_state": CLAIM}))
    found = deals.search(database, DealFilter(marked="minds"))
    assert [(deal.external_id, deal.disputed) for deal in found.deals] == [(KEY, ("deal_amount",))]
    edit(database, deal_amount=4500)
    assert deals.search(database, DealFilter(marked="minds")).total == 0
    with database.session() as session:
        edits.restore_crm(session, KEY, None, ["deal_amount"], actor="ann")
    assert deals.search(database, DealFilter(marked="minds")).total == 1


def test_several_calls_are_asked_for_both_values_at_once(database: Database) -> None:
    run_says(database, by_two_minds(), by_two_minds("other", beside={}))
    found = standing.of_fields(
        database, {KEY: ["deal_amount", "nothing"], "other": ["deal_amount"], "gone": ["outcome"]}
    )
    assert {key: list(fields) for key, fields in found.items()} == {KEY: ["deal_amount"], "other": ["deal_amount"]}
    both = found[KEY]["deal_amount"]
    assert both.other is not None
    assert (both.mind, both.other.who) == ("Builtin analyst 1", "Language model gpt-x")
    assert found["other"]["deal_amount"].other is None


def test_the_history_tells_both_minds_and_which_value_does_not_stand(database: Database) -> None:
    run_says(database, by_two_minds(), run_id="run-1")
    run_says(database, by_two_minds(beside={}))
    last, first = told.moments(database, KEY)
    assert first.who == "Builtin analyst 1 and Language model gpt-x"
    of_amount = [(each.kind, each.who, each.said) for each in first.events if each.field == AMOUNT]
    assert of_amount == [("run", "Builtin analyst 1", "$4,500"), ("beside", "Language model gpt-x", "$3,500")]
    assert [(each.label, each.before, each.said, each.can_return) for each in last.events] == [
        ("Deal amount", "$3,500", "nothing else any more", False)
    ]


def test_what_was_said_beside_can_not_be_put_back_only_taken(database: Database) -> None:
    run_says(database, by_two_minds())
    with pytest.raises(NotFound):
        told.put_back(database, KEY, 1, story(database)[0].id, "ann")


def test_a_dry_run_brings_the_other_mind_s_words_with_the_value(database: Database) -> None:
    run_says(database, petra(deal_amount=4200, estate_value=1))
    row = by_two_minds()
    with database.session() as session:
        made = dry_runs.create(session, actor="ann", start_at=None, asked=1, left_out=0)
        said, found = said_in(row, BUILTIN), shadow.found_by_field(row)
        dry_runs.compare(session, made, KEY, said, found, run_id="run-2")
    with database.session() as session:
        waiting = {row.field for row in dry_runs.changes(session, made)[0]}
        assert waiting >= {AMOUNT, "crm_data.estate_value"}
        assert OTHER not in waiting
        dry_runs.accept(session, made, KEY, AMOUNT, actor="ann")
    record = stored_call(database, KEY)
    assert record.crm_data["deal_amount"] == 4500
    assert list(record.extracted_data["beside"]) == ["deal_amount"]
    assert record.minds["extraction"] == NOTES["extraction"]
    assert story(database)[-1].value == 3500
    assert healthy(database)
    with database.session() as session:
        dry_runs.accept(session, made, KEY, "crm_data.estate_value", actor="ann")
    assert other_of(database) is not None
    assert standing.of_call(database, KEY)["crm_data.estate_value"].by_model
    assert healthy(database)


def test_an_accepted_value_without_another_ends_what_was_said_beside(database: Database) -> None:
    run_says(database, by_two_minds())
    row = petra(deal_amount=3995)
    with database.session() as session:
        made = dry_runs.create(session, actor="ann", start_at=None, asked=1, left_out=0)
        dry_runs.compare(session, made, KEY, said_in(row, BUILTIN), shadow.found_by_field(row), run_id="run-2")
        dry_runs.accept(session, made, KEY, AMOUNT, actor="ann")
    assert stored_call(database, KEY).disagreements == []
    assert story(database)[-1].silent
    assert healthy(database)


def test_erasing_takes_the_other_mind_s_words_too(database: Database) -> None:
    run_says(database, by_two_minds())
    erasing.erase(database, KEY, "ann")
    with database.session() as session:
        left = session.execute(
            text("SELECT count(*) FILTER (WHERE value IS NOT NULL OR quotes IS NOT NULL) FROM field_values")
        )
        assert left.scalar() == 0
    assert healthy(database)


def test_the_doctor_finds_what_was_altered_beside(database: Database) -> None:
    run_says(database, by_two_minds())
    with database.session() as session:
        session.execute(text("UPDATE transcripts SET extracted_data = jsonb_set(extracted_data, '{beside}', '{}')"))
    assert doctor.examine(database).findings == (
        f"Call {KEY}: {OTHER} is kept as the other mind's word otherwise than it was said.",
    )


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        ({"source": "builtin"}, "Written by the builtin analyst."),
        ({"source": "model", "model": "gpt-x"}, "Written by the language model gpt-x."),
        (NOTES["social"], "Written by the builtin analyst. The model gave no answer within 120 seconds."),
        ({}, ""),
    ],
)
def test_who_wrote_a_part_and_why_is_a_sentence(note: dict[str, str], sentence: str) -> None:
    assert minds.written_by(note) == sentence


def test_an_output_that_comes_without_a_note_is_the_builtin_analyst_s() -> None:
    state = {"email_mind": NOTES["email"], "email_draft": "Old."}
    state |= minds.with_notes({"email_draft": "New."})
    assert state["email_mind"] == {"source": "builtin"}
    assert minds.instead({"email_draft": "New."}) is None
    assert minds.instead({"social_mind": NOTES["social"]}) == "The model gave no answer within 120 seconds."
