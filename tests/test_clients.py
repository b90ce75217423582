"""Clients: households by their keys, and by what people decide about them."""

import random
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from db.engine import Database
from db.models import Client, ClientDecision
from services import audit, clients, deals, erasing
from services.audit import AuditFilter
from services.clients import Household
from services.deals import DealFilter
from services.errors import ChangedElsewhere, InvalidValue, NotFound
from tests.example_rows import deal, store

LEE = {"client_name": "Ann Lee", "client_state": "OH", "spouse_name": "Bo"}


def calls(household: Household) -> list[str]:
    return [call.external_id for call in household.calls]


def of(database: Database, external_id: str) -> Household:
    return clients.household_of(database, external_id)


def all_of(database: Database) -> list[list[str]]:
    return sorted(sorted(calls(each)) for each in clients.listing(database, size=100).households)


@pytest.fixture
def four(database: Database) -> Database:
    """Ann Lee with her e-mail, twice without it, and somebody else."""
    store(
        database,
        deal("mail", client_email="Ann@Lee.example", meeting_date="2026-03-03", deal_amount=100, outcome="Won", **LEE),
        deal("first", meeting_date="2026-03-01", deal_amount=20, **LEE),
        deal("second", meeting_date="2026-03-02", deal_amount=3, **{**LEE, "client_name": "ann  LEE"}),
        deal("other", client_name="Cy Poe", meeting_date="2026-02-01", deal_amount=5000),
    )
    return database


def test_a_client_is_an_email_else_a_name_with_state_and_spouse(four: Database) -> None:
    assert all_of(four) == [["first", "second"], ["mail"], ["other"]]


def test_the_newest_call_says_what_a_client_is_called(four: Database) -> None:
    first = clients.listing(four).households[0]
    assert (first.name, first.said("client_email")) == ("Ann Lee", "Ann@Lee.example")
    assert [each.name for each in clients.listing(four).households] == ["Ann Lee", "ann  LEE", "Cy Poe"]


def test_a_search_finds_a_household_by_any_of_its_calls_and_shows_all_of_them(four: Database) -> None:
    clients.merge(four, of(four, "mail").id, of(four, "first").id, "tester")
    found = clients.listing(four, "ann@lee")
    assert [calls(each) for each in found.households] == [["mail", "second", "first"]]
    assert clients.listing(four, "nobody").total == 0


def test_pages_hold_every_household_once(database: Database) -> None:
    store(database, *(deal(f"c{number}", client_name=f"Client {number}") for number in range(7)))
    pages = [clients.listing(database, page=page, size=3) for page in (1, 2, 3, 4)]
    assert {page.total for page in pages[:3]} == {7}
    assert sorted(each.name for page in pages for each in page.households) == [f"Client {n}" for n in range(7)]


def test_merged_clients_are_one_household_and_count_one_deal(four: Database) -> None:
    assert deals.totals(four, DealFilter()).clients == 3
    merged = clients.merge(four, of(four, "mail").id, of(four, "second").id, "ann", "the same couple")
    assert calls(merged) == ["mail", "second", "first"]
    sums = deals.totals(four, DealFilter())
    assert (sums.clients, sums.amount, sums.won_amount) == (2, 5100, 100)


def test_a_call_that_comes_later_joins_the_merged_household(four: Database) -> None:
    merged = clients.merge(four, of(four, "mail").id, of(four, "first").id, "ann")
    store(four, deal("later", meeting_date="2026-04-01", **LEE))
    assert of(four, "later").id == merged.id
    assert deals.totals(four, DealFilter()).clients == 2


def test_a_merge_stands_over_a_run_that_says_the_same_again(four: Database) -> None:
    clients.merge(four, of(four, "mail").id, of(four, "other").id, "ann")
    store(four, deal("other", client_name="Cy Poe", meeting_date="2026-02-01", deal_amount=6000))
    assert calls(of(four, "other")) == ["mail", "other"]


def test_merged_calls_stay_together_when_a_run_reads_another_client_in_one_of_them(four: Database) -> None:
    merged = clients.merge(four, of(four, "mail").id, of(four, "first").id, "ann")
    store(four, deal("first", client_name="Anna Lee", client_state="TX", meeting_date="2026-03-01"))
    assert calls(of(four, "first")) == ["mail", "second", "first"]
    assert deals.totals(four, DealFilter()).clients == 2
    erasing.erase(four, "other", "ann")
    assert calls(clients.get(four, merged.id)) == ["mail", "second", "first"]
    clients.undo(four, clients.decisions(four, merged.id)[0].id, "ann")
    assert all_of(four) == [["first"], ["mail"], ["second"]]


def test_merging_is_undone_and_nothing_is_left_of_it(four: Database) -> None:
    merged = clients.merge(four, of(four, "mail").id, of(four, "first").id, "ann")
    [decision] = clients.decisions(four, merged.id)
    clients.undo(four, decision.id, "bo")
    clients.undo(four, decision.id, "bo")
    assert all_of(four) == [["first", "second"], ["mail"], ["other"]]
    [undone] = clients.decisions(four, merged.id)
    assert (undone.stands, undone.undone_by) == (False, "bo")
    assert [line.action for line in audit.listing(four, AuditFilter())][:2] == [
        "client_decision_undone",
        "clients_merged",
    ]


def test_three_merged_one_by_one_part_as_their_decisions_say(four: Database) -> None:
    mail, first, other = (of(four, name).id for name in ("mail", "first", "other"))
    clients.merge(four, mail, first, "ann")
    merged = clients.merge(four, of(four, "mail").id, other, "ann")
    assert len(merged.calls) == 4
    earlier = clients.decisions(four, merged.id)[-1]
    clients.undo(four, earlier.id, "ann")
    assert all_of(four) == [["first", "second"], ["mail", "other"]]


def test_merging_again_changes_nothing(four: Database, rows: Any) -> None:
    one, other = of(four, "mail").id, of(four, "first").id
    merged = clients.merge(four, one, other, "ann")
    assert clients.merge(four, one, other, "ann") == merged
    assert clients.merge(four, one, one, "ann") == merged
    assert rows.of("client_decisions") == 1


def test_a_household_that_was_merged_elsewhere_meanwhile_is_not_merged_blindly(four: Database) -> None:
    mail, first, other = (of(four, name).id for name in ("mail", "first", "other"))
    clients.merge(four, mail, first, "ann")
    with pytest.raises(ChangedElsewhere, match="merged with another client"):
        clients.merge(four, other, max(mail, first), "bo")
    assert all_of(four) == [["first", "mail", "second"], ["other"]]


def test_a_split_sets_calls_apart_and_survives_a_run_that_gives_them_another_key(four: Database) -> None:
    new = clients.split(four, of(four, "first").id, ["second"], "ann", "another Ann")
    assert all_of(four) == [["first"], ["mail"], ["other"], ["second"]]
    store(four, deal("second", client_email="ann@lee.example", **LEE))
    assert calls(clients.get(four, new.id)) == ["second"]
    assert deals.totals(four, DealFilter()).clients == 4


def test_a_split_is_undone(four: Database) -> None:
    new = clients.split(four, of(four, "first").id, ["second"], "ann")
    [decision] = clients.decisions(four, new.id)
    assert (decision.kind, decision.calls) == ("split", ("second",))
    clients.undo(four, decision.id, "ann")
    assert all_of(four) == [["first", "second"], ["mail"], ["other"]]
    with pytest.raises(NotFound):
        clients.get(four, new.id)


def test_of_two_splits_the_later_counts_and_undoing_it_lets_the_earlier_stand(four: Database) -> None:
    store(four, deal("third", meeting_date="2026-03-05", **LEE))
    pair = clients.split(four, of(four, "first").id, ["second", "third"], "ann")
    clients.split(four, pair.id, ["third"], "ann")
    assert all_of(four) == [["first"], ["mail"], ["other"], ["second"], ["third"]]
    later = clients.decisions(four, of(four, "third").id)[0]
    clients.undo(four, later.id, "ann")
    assert all_of(four) == [["first"], ["mail"], ["other"], ["second", "third"]]


def test_splitting_again_changes_nothing(four: Database, rows: Any) -> None:
    household = of(four, "first").id
    assert clients.split(four, household, ["second"], "ann") == clients.split(four, household, ["second"], "ann")
    assert rows.of("client_decisions") == 1


def test_a_split_takes_some_calls_of_this_client_and_no_others(four: Database) -> None:
    household = of(four, "first").id
    for chosen in ([], ["first", "second"]):
        with pytest.raises(InvalidValue):
            clients.split(four, household, chosen, "ann")
    with pytest.raises(ChangedElsewhere):
        clients.split(four, household, ["other"], "ann")


def test_what_was_set_apart_can_be_merged_again(four: Database) -> None:
    household = of(four, "first").id
    new = clients.split(four, household, ["second"], "ann")
    clients.merge(four, household, new.id, "ann")
    assert all_of(four) == [["first", "second"], ["mail"], ["other"]]


def test_many_who_merge_at_once_leave_one_household(database: Database) -> None:
    store(database, *(deal(f"c{number}", client_name=f"Client {number}") for number in range(6)))
    ids = [of(database, f"c{number}").id for number in range(6)]

    def merge(other: int) -> None:
        clients.merge(database, min(ids), other, "ann")

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(merge, [*ids[1:], *ids[1:]]))
    assert len(all_of(database)) == 1
    with database.session() as session:
        assert session.query(ClientDecision).count() == 5
        assert session.query(Client).filter(Client.household_id.is_(None)).count() == 1


def test_a_decision_puts_its_calls_on_the_lists_of_the_copies(four: Database) -> None:
    one, other = of(four, "mail").id, of(four, "first").id
    with four.session() as session:
        session.execute(text("DELETE FROM copies_due"))
    merged = clients.merge(four, one, other, "ann")
    assert due(four) == {"mail", "first", "second"}
    with four.session() as session:
        session.execute(text("DELETE FROM copies_due"))
    clients.undo(four, clients.decisions(four, merged.id)[0].id, "ann")
    assert due(four) == {"mail", "first", "second"}


def due(database: Database) -> set[str]:
    query = "SELECT external_id FROM copies_due JOIN transcripts ON id = transcript_id WHERE copy = 'graph'"
    with database.session() as session:
        return set(session.scalars(text(query)))


def test_of_an_erased_client_neither_name_nor_reason_is_left(four: Database) -> None:
    merged = clients.merge(four, of(four, "mail").id, of(four, "other").id, "ann", "Cy is Ann's son")
    erasing.erase(four, "other", "ann")
    assert calls(clients.get(four, merged.id)) == ["mail"]
    with four.session() as session:
        kept = "".join(map(str, session.execute(text("SELECT c, d FROM clients c, client_decisions d"))))
        kept += "".join(map(str, session.execute(text("SELECT details FROM audit"))))
    assert "ann@lee" in kept
    assert "cy" not in kept.lower()


def test_a_call_that_is_not_there_has_no_client(database: Database) -> None:
    with pytest.raises(NotFound):
        of(database, "nothing")
    with pytest.raises(NotFound):
        clients.get(database, 7)


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_merges_splits_and_undos_leaves_what_stands(database: Database, seed: int) -> None:
    """Held against plain Python: the standing merges join clients, the latest standing split places a call."""
    chance = random.Random(seed)
    names = [f"c{number}" for number in range(7)]
    store(database, *(deal(name, client_name=f"Client {number // 2}") for number, name in enumerate(names)))
    merges: dict[int, tuple[int, int]] = {}
    splits: dict[int, tuple[int, set[str]]] = {}
    own = {name: of(database, name).id for name in names}
    for _ in range(15):
        one, other = (of(database, name) for name in chance.sample(names, 2))
        what = chance.choice(["merge", "split", "undo"])
        if what == "merge" and one.id != other.id:
            clients.merge(database, one.id, other.id, "ann")
            merges[newest(database)] = (one.id, other.id)
        elif what == "split" and len(one.calls) > 1:
            apart = set(chance.sample(calls(one), chance.randint(1, len(one.calls) - 1)))
            clients.split(database, one.id, apart, "ann")
            splits[newest(database)] = (second_of(database), apart)
        elif what == "undo" and (merges or splits):
            decision = chance.choice([*merges, *splits])
            clients.undo(database, decision, "ann")
            merges.pop(decision, None)
            splits.pop(decision, None)
        assert all_of(database) == expected(own, merges.values(), [splits[each] for each in sorted(splits)])


def newest(database: Database) -> int:
    with database.session() as session:
        return int(session.scalar(text("SELECT max(id) FROM client_decisions")) or 0)


def second_of(database: Database) -> int:
    with database.session() as session:
        return int(session.scalar(text("SELECT second_id FROM client_decisions ORDER BY id DESC LIMIT 1")) or 0)


def expected(
    own: dict[str, int], merges: Collection[tuple[int, int]], splits: list[tuple[int, set[str]]]
) -> list[list[str]]:
    """The households, by their calls."""
    client = dict(own)
    for new, apart in splits:
        client |= dict.fromkeys(apart, new)
    group = {each: {each} for each in {*client.values(), *(end for pair in merges for end in pair)}}
    for one, other in merges:
        joined = group[one] | group[other]
        group |= dict.fromkeys(joined, joined)
    households = {frozenset(name for name in client if client[name] in group[client[call]]) for call in client}
    return sorted(sorted(each) for each in households)
