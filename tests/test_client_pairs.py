"""Which clients may be one household, and why."""

from typing import Any

import pytest

from db.clients import Member
from db.engine import Database
from services import clients
from services.client_pairs import likeness, names_alike
from tests.example_rows import deal, store


def member(**said: Any) -> Member:
    """A call with nothing but what it says of its client."""
    nothing = dict.fromkeys(Member.__slots__)
    return Member(**{**nothing, **said})


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"client_phone": "(614) 555-0101"}, {"client_phone": "+1 614.555.0101"}, "same phone number, ending in 0101"),
        ({"client_email": "Ann+trust@lee.example"}, {"client_email": "ann@lee.example"}, "same e-mail address"),
        (
            {"client_name": "Bob Lee", "spouse_name": "Ann", "client_state": "OH"},
            {"client_name": "Robert Lee", "spouse_name": "ann", "client_state": "OH"},
            "the same spouse and state, Ann in OH",
        ),
        ({"client_name": "Jon Smith"}, {"client_name": "jon  smith"}, "the same name"),
        (
            {"client_name": "Jon Smith", "client_state": "OH", "spouse_name": "Mia"},
            {"client_name": "John Smith", "client_state": "OH", "spouse_name": "Mia"},
            "names spelled alike, Jon Smith and John Smith",
        ),
        (
            {"client_name": "Ann Lee", "spouse_name": "Bo Lee"},
            {"client_name": "Bo Lee", "spouse_name": "Ann"},
            "the spouse of one bears the name of the other, Bo Lee",
        ),
    ],
)
def test_what_speaks_for_one_household_is_said_in_words(
    one: dict[str, str], other: dict[str, str], reason: str
) -> None:
    for first, second in ((one, other), (other, one)):
        found = likeness([member(**first)], [member(**second)])
        assert found.enough
        assert any(words.lower().startswith(reason.lower()[:20]) or reason in words for words in found.reasons)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"client_name": "Ann Lee"}, {"client_name": "Cy Poe"}),
        ({"client_name": "Ann Lee", "client_state": "OH"}, {"client_name": "Ann Lee", "client_state": "TX"}),
        ({"client_name": "Ann Lee", "spouse_name": "Bo"}, {"client_name": "Ann Lee", "spouse_name": "Cy"}),
        (
            {"client_name": "Jim Roe", "spouse_name": "Maria", "client_state": "TX"},
            {"client_name": "Al Poe", "spouse_name": "Maria", "client_state": "TX"},
        ),
        ({"client_phone": "911"}, {"client_phone": "911"}),
    ],
)
def test_what_may_be_chance_is_not_suggested(one: dict[str, str], other: dict[str, str]) -> None:
    assert not likeness([member(**one)], [member(**other)]).enough


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("jon smith", "john smith", True),
        ("smith jon", "jon smith", True),
        ("ann b lee", "ann lee", True),
        ("a lee", "ann lee", True),
        ("ann lee", "ann poe", False),
        ("ann", "ann lee", False),
        ("mia smith", "tom smith", False),
    ],
)
def test_names_are_spelled_alike(one: str, other: str, alike: bool) -> None:
    assert names_alike(one, other) is names_alike(other, one) is alike


@pytest.fixture
def doubles(database: Database) -> Database:
    """Two who share a phone, two who share a name, and one by himself."""
    store(
        database,
        deal("a", client_email="bob@lee.example", client_name="Bob Lee", client_phone="614-555-0101"),
        deal("b", client_name="Robert Lee", client_phone="(614) 555 0101"),
        deal("c", client_name="Ann Poe", client_email="ann@poe.example"),
        deal("d", client_name="Ann Poe", client_state="OH"),
        deal("e", client_name="Zed Ix"),
    )
    return database


def pairs(database: Database) -> set[frozenset[str]]:
    return {
        frozenset(call.external_id for each in (found.one, found.other) for call in each.calls)
        for found in clients.suggestions(database)
    }


def test_pairs_of_the_whole_record_are_found(doubles: Database) -> None:
    assert pairs(doubles) == {frozenset("ab"), frozenset("cd")}


def test_the_likely_ones_of_one_household_are_found(doubles: Database) -> None:
    for name, other in (("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")):
        [found] = clients.suggestions_for(doubles, clients.household_of(doubles, name).id)
        assert [call.external_id for call in found.other.calls] == [other]
    assert clients.suggestions_for(doubles, clients.household_of(doubles, "e").id) == []


def test_two_that_a_person_keeps_apart_are_not_suggested_until_that_is_undone(doubles: Database) -> None:
    one, other = (clients.household_of(doubles, name).id for name in "ab")
    clients.keep_apart(doubles, other, one, "ann", "father and son")
    clients.keep_apart(doubles, one, other, "ann")
    assert pairs(doubles) == {frozenset("cd")}
    assert clients.suggestions_for(doubles, one) == []
    [decision] = clients.decisions(doubles, one)
    clients.undo(doubles, decision.id, "ann")
    assert frozenset("ab") in pairs(doubles)


def test_merged_ones_and_those_that_were_split_are_not_suggested(doubles: Database) -> None:
    one, other = (clients.household_of(doubles, name).id for name in "ab")
    merged = clients.merge(doubles, one, other, "ann")
    assert pairs(doubles) == {frozenset("cd")}
    clients.split(doubles, merged.id, ["a"], "ann")
    assert pairs(doubles) == {frozenset("cd")}
