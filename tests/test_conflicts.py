"""Conflicts: they open where a later run speaks against a person, close by themselves or by a person's word."""

from typing import Any

import pytest

from db import edits
from db.engine import Database
from db.transcripts import TranscriptRecord
from services import conflicts, doctor
from services.conflicts import OpenConflict
from services.database import stored_call
from services.errors import ChangedElsewhere, InvalidValue
from services.minds import Mind
from tests.example_rows import BUILTIN, petra, run_says

MODEL = Mind("model", "model", "7", "1" * 16)
KEY = "call-petra"


@pytest.fixture
def corrected(database: Database) -> Database:
    """A call of which a person corrected the amount from 4,500 to 4,200."""
    run_says(database, petra())
    with database.session() as session:
        edits.edit_crm(session, KEY, None, {"deal_amount": 4200}, actor="bo")
    return database


def again(database: Database, mind: Mind = MODEL, **crm: Any) -> None:
    run_says(database, petra(**crm), mind=mind)


def stored(database: Database) -> TranscriptRecord:
    return stored_call(database, KEY)


def amount(database: Database) -> Any:
    return stored(database).crm_data["deal_amount"]


def the_one(database: Database) -> OpenConflict:
    (found,) = conflicts.of_call(database, KEY)
    return found


@pytest.fixture(autouse=True)
def _the_doctor_finds_nothing(database: Database) -> Any:
    yield
    assert doctor.examine(database).findings == ()


def test_a_run_that_says_the_same_as_before_opens_none(corrected: Database) -> None:
    again(corrected)
    again(corrected, BUILTIN)
    assert conflicts.total(corrected) == 0
    assert amount(corrected) == 4200


def test_a_run_that_comes_to_say_what_the_person_says_opens_none(corrected: Database) -> None:
    again(corrected, deal_amount=4200)
    assert conflicts.total(corrected) == 0


def test_a_field_that_nobody_touched_follows_the_run(corrected: Database) -> None:
    again(corrected, client_state="TX")
    assert stored(corrected).crm_data["client_state"] == "TX"
    assert conflicts.total(corrected) == 0


def test_a_run_that_says_a_third_thing_opens_one_with_the_three_values(corrected: Database) -> None:
    again(corrected, deal_amount=5000)
    found = the_one(corrected)
    assert (found.field, found.label, found.client) == ("crm_data.deal_amount", "Deal amount", "Petra Holm")
    assert found.old is not None
    assert (found.old.value, found.new.value, found.theirs.value) == (4500, 5000, 4200)
    assert (found.old.who, found.new.who, found.theirs.who) == ("Builtin analyst 1", "Language model model 7", "bo")
    assert [quote.words for quote in found.new.quotes] == ["forty-five hundred dollars"]
    assert amount(corrected) == 4200
    assert stored(corrected).conflicts == ["crm_data.deal_amount"]


def test_a_run_that_finds_nothing_any_more_opens_one(corrected: Database) -> None:
    again(corrected, deal_amount=None)
    assert the_one(corrected).new.words == "not discussed"
    assert amount(corrected) == 4200


def test_a_person_who_emptied_a_field_is_spoken_against_too(database: Database) -> None:
    run_says(database, petra())
    with database.session() as session:
        edits.edit_crm(session, KEY, None, {"deal_amount": None}, actor="bo")
    again(database, deal_amount=5000)
    assert the_one(database).theirs.value is None
    assert amount(database) is None


def test_one_closes_by_itself_when_a_run_says_the_old_or_the_persons_value(corrected: Database) -> None:
    for value in (4500, 4200):
        again(corrected, deal_amount=5000)
        assert conflicts.total(corrected) == 1
        again(corrected, BUILTIN, deal_amount=value)
        assert conflicts.total(corrected) == 0


def test_a_run_that_does_not_speak_of_the_field_leaves_it_open(corrected: Database) -> None:
    again(corrected, deal_amount=5000)
    run_says(corrected, {"external_id": KEY, "email_draft": "Subject: New\n\nWords."})
    assert conflicts.total(corrected) == 1


def test_keeping_settles_it_for_this_run_and_not_for_another(corrected: Database) -> None:
    again(corrected, deal_amount=5000)
    conflicts.settle(corrected, the_one(corrected), "keep", "cy")
    assert (amount(corrected), conflicts.total(corrected)) == (4200, 0)
    again(corrected, BUILTIN, deal_amount=5000)
    assert conflicts.total(corrected) == 0
    again(corrected, deal_amount=5500)
    found = the_one(corrected)
    assert found.old is not None
    assert (found.old.value, found.theirs.value, found.theirs.who) == (5000, 4200, "cy")


def test_taking_makes_the_new_value_the_persons(corrected: Database) -> None:
    again(corrected, deal_amount=5000)
    conflicts.settle(corrected, the_one(corrected), "take", "cy")
    assert (amount(corrected), conflicts.total(corrected)) == (5000, 0)
    again(corrected, BUILTIN)
    assert amount(corrected) == 5000
    assert the_one(corrected).new.value == 4500


def test_a_third_value_is_read_as_the_grid_reads_it(corrected: Database) -> None:
    again(corrected, deal_amount=5000)
    with pytest.raises(InvalidValue):
        conflicts.write_other(corrected, the_one(corrected), "a lot", "cy")
    conflicts.write_other(corrected, the_one(corrected), "$4,800", "cy")
    assert (amount(corrected), conflicts.total(corrected)) == (4800, 0)


@pytest.mark.parametrize("kind", ["edit", "confirm", "restore"])
def test_whatever_a_person_says_of_a_field_in_conflict_settles_it(corrected: Database, kind: str) -> None:
    again(corrected, deal_amount=5000)
    with corrected.session() as session:
        if kind == "edit":
            edits.edit_crm(session, KEY, None, {"deal_amount": 4200}, actor="cy")
        elif kind == "confirm":
            edits.confirm(session, KEY, None, ["crm_data.deal_amount"], actor="cy")
        else:
            edits.restore_crm(session, KEY, None, ["deal_amount"], actor="cy")
    assert conflicts.total(corrected) == 0
    assert amount(corrected) == (5000 if kind == "restore" else 4200)


def test_who_settles_what_was_settled_elsewhere_is_told_and_nothing_is_written(corrected: Database) -> None:
    again(corrected, deal_amount=5000)
    drawn = the_one(corrected)
    conflicts.settle(corrected, drawn, "keep", "bo")
    with pytest.raises(ChangedElsewhere):
        conflicts.settle(corrected, drawn, "take", "cy")
    with pytest.raises(ChangedElsewhere):
        conflicts.write_other(corrected, drawn, "1", "cy")
    assert amount(corrected) == 4200


def test_a_subject_and_a_body_are_in_conflict_apart(database: Database) -> None:
    run_says(database, petra())
    with database.session() as session:
        edits.edit_email(session, KEY, None, "Subject: Ours\n\nDear Petra,\n\nthank you for your time.", actor="bo")
    run_says(database, {**petra(), "email_draft": "Subject: Theirs\n\nAnother body."})
    assert stored(database).email_draft == "Subject: Ours\n\nAnother body."
    assert [one.field for one in conflicts.of_call(database, KEY)] == ["email_draft.subject"]
    conflicts.write_other(database, the_one(database), "Two\nlines ", "bo")
    assert stored(database).email_draft == "Subject: Two lines\n\nAnother body."


def test_posts_are_compared_by_their_words(database: Database) -> None:
    run_says(database, petra())
    with database.session() as session:
        edits.edit_post(session, KEY, None, "linkedin", state="approved", actor="bo")
    run_says(database, {**petra(), "coaching": {"a": 1}})
    assert conflicts.total(database) == 0
    posts = [{"channel": "linkedin", "text": "Other words.", "state": "draft"}]
    run_says(database, {**petra(), "social_content": {"posts": posts}})
    assert the_one(database).new.words == "Other words."
    assert stored(database).social_content["posts"][0] == {
        "channel": "linkedin",
        "text": "A plan is a gift.",
        "state": "approved",
    }


def test_taking_that_there_is_no_post_any_more_takes_it_away(database: Database) -> None:
    run_says(database, petra())
    with database.session() as session:
        edits.edit_post(session, KEY, None, "linkedin", state="approved", actor="bo")
    run_says(database, {**petra(), "social_content": {"posts": []}})
    assert len(stored(database).social_content["posts"]) == 1
    conflicts.settle(database, the_one(database), "take", "bo")
    assert stored(database).social_content == {"posts": []}
    assert conflicts.total(database) == 0


def test_the_inbox_pages_by_calls_counts_fields_and_is_searched(database: Database) -> None:
    for number, name in enumerate(("Ann Lee", "Bo Quist", "Cy Young")):
        row = petra(f"call-{number}", client_name=name)
        run_says(database, row)
        with database.session() as session:
            edits.edit_crm(session, f"call-{number}", None, {"deal_amount": 1, "children_count": 9}, actor="bo")
        run_says(database, petra(f"call-{number}", client_name=name, deal_amount=2, children_count=8))
    assert (conflicts.calls(database), conflicts.total(database)) == (3, 6)
    assert [one.external_id for one in conflicts.listing(database, size=1)] == ["call-2", "call-2"]
    assert [one.client for one in conflicts.listing(database, page=2, size=2)] == ["Ann Lee", "Ann Lee"]
    assert {one.client for one in conflicts.listing(database, search="quist")} == {"Bo Quist"}
    assert conflicts.of_call(database, "nobody") == []
