"""Settling conflicts: all of a call in one writing, and third values held against the rules of their field."""

import pytest

from db import edits
from db.engine import Database
from services import conflicts, deals, ledger, settling
from services.deals import Change
from services.errors import ChangedElsewhere, InvalidValue
from services.minds import Mind
from tests.example_rows import petra, run_says, store

OTHER_MIND = Mind("model", "other", "7", "1" * 16)


@pytest.fixture
def two_open(database: Database) -> None:
    """Amount and stage of a call are in conflict."""
    store(database, petra())
    entered = {"deal_amount": 5200, "deal_stage": "Won"}
    deals.save(database, [Change(deals.get(database, "call-petra"), entered)], "ann")
    run_says(database, petra(deal_amount=3995, deal_stage="Lost"), run_id="run-2", mind=OTHER_MIND)


@pytest.mark.usefixtures("two_open")
def test_all_of_a_call_are_settled_in_one_writing(database: Database) -> None:
    before = len(ledger.moments(database, "call-petra"))
    settling.settle_all(database, conflicts.listing(database), "take", "ben")
    newest, *earlier = ledger.moments(database, "call-petra")
    assert len(earlier) == before
    assert ({event.said for event in newest.events}, newest.who) == ({"$3,995", "Lost"}, "ben")
    assert conflicts.total(database) == 0


@pytest.mark.usefixtures("two_open")
def test_none_is_settled_where_the_call_was_changed_elsewhere(database: Database) -> None:
    seen = conflicts.listing(database)
    conflicts.settle(database, seen[0], "keep", "ben")
    with pytest.raises(ChangedElsewhere, match="The call of Petra Holm was changed elsewhere"):
        settling.settle_all(database, seen, "take", "ann")
    assert conflicts.total(database) == 1
    assert deals.get(database, "call-petra").values["deal_amount"] == 5200


def test_next_steps_and_unknown_fields_take_no_third_value() -> None:
    assert settling.can_write("crm_data.deal_amount")
    assert settling.can_write("email_draft.body")
    assert not settling.can_write("crm_data.next_steps")
    assert not settling.can_write("crm_data.what_an_older_system_said")


def test_a_post_holds_by_the_rules_of_its_channel(database: Database) -> None:
    store(database, petra())
    with database.session() as session:
        edits.edit_post(session, "call-petra", None, "linkedin", "A plan is love.", actor="ann")
    posts = {"posts": [{"channel": "linkedin", "text": "A plan is peace.", "state": "draft"}]}
    run_says(database, {**petra(), "social_content": posts}, run_id="run-2", mind=OTHER_MIND)
    (conflict,) = conflicts.listing(database)
    with pytest.raises(InvalidValue, match="names Petra"):
        settling.write_other(database, conflict, "Petra has a plan.", "ann")
    settling.write_other(database, conflict, "A plan is kind.", "ann")
    assert conflicts.total(database) == 0
