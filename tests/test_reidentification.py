"""The details of a post are counted over the clients of the book: who could it be?"""

from typing import Any

import pytest
from sqlalchemy import text

from db import edits, transcripts
from db.engine import Database
from services import clients, social
from services.playbooks.loader import load
from services.post_check import PostCheck
from services.reidentification import details_in

DENTIST = "A dentist with three LLCs in Tulsa asked the right question."
COMPANIES = ["Molar LLC", "Gum LLC", "Crown LLC"]


def call(number: int, **changed: Any) -> dict[str, Any]:
    """A call of a client of a number; the words that prove its business are ``trade``."""
    trade, state = changed.pop("trade", "We sell hats."), changed.pop("state", "verified")
    crm = {"client_name": f"Client {number}", "client_email": f"c{number}@made.example", **changed}
    fact = {"value": ["x"], "state": state, "evidence": [{"turn": 0, "quote": trade}]}
    return {
        "external_id": f"call-{number}",
        "crm_data": crm,
        "extracted_data": {"facts": {"business_interests": fact}},
        "dialogue": [{"speaker": f"Client {number}", "side": "client", "text": trade, "phase": None}],
        "social_content": {"posts": [{"channel": "linkedin", "text": "Plan.", "state": "draft"}]},
    }


def book(database: Database, rows: list[dict[str, Any]], others: int = 20) -> None:
    with database.session() as session:
        transcripts.upsert_many(session, [*rows, *(call(number) for number in range(100, 100 + others))])


def checked(database: Database, post: str, number: int = 1) -> PostCheck:
    seen = social.get_posts(database, f"call-{number}")
    return social.guarded(database, seen, "linkedin", post)


def fitting(database: Database, post: str, number: int = 1) -> int | None:
    found = checked(database, post, number).likeness
    return found.fitting if found else None


def dentist(number: int, **changed: Any) -> dict[str, Any]:
    said = {"trade": "I'm a dentist here in Tulsa.", "business_interests": COMPANIES}
    return call(number, **{**said, **changed})


def test_one_client_whom_all_of_it_fits_locks_the_post(database: Database) -> None:
    book(
        database, [dentist(1), dentist(2, business_interests=["One LLC"]), dentist(3, trade="I'm a dentist in Boise.")]
    )
    found = checked(database, DENTIST)
    assert found.likeness is not None
    assert found.likeness.sentence == "dentist, three LLCs, Tulsa: 1 of 23 clients fits."
    assert found.locked


def test_a_few_clients_ask_for_a_look(database: Database) -> None:
    book(database, [dentist(number) for number in (1, 2, 3)])
    found = checked(database, DENTIST)
    assert not found.locked
    assert "dentist, three LLCs, Tulsa: 3 of 23 clients fit." in found.to_look_at


def test_as_many_as_the_playbook_asks_for_ask_for_nothing(database: Database) -> None:
    book(database, [dentist(number, trade="I'm a dentist.") for number in range(5)])
    found = checked(database, "A dentist with three LLCs asked the right question.")
    assert found.likeness is not None
    assert found.likeness.fitting == 5
    assert found.clean


def test_what_fits_nobody_identifies_nobody(database: Database) -> None:
    book(database, [dentist(1)])
    found = checked(database, "A beekeeper with nine LLCs asked the right question.")
    assert found.likeness is not None
    assert found.likeness.fitting == 0
    assert found.clean


def test_what_the_client_said_counts_though_no_value_holds_it(database: Database) -> None:
    row = call(1)
    row["dialogue"][0]["text"] = "On weekends I'm a beekeeper, out there with my horses."
    book(database, [row])
    assert fitting(database, "A beekeeper asked the right question.") == 1
    assert fitting(database, "A beekeeper asked the right question.", 100) == 0


def test_sentences_about_two_people_are_counted_each(database: Database) -> None:
    book(database, [dentist(1), call(2, trade="I'm a beekeeper.")])
    assert fitting(database, f"{DENTIST} A beekeeper asked another one.") == 1
    assert fitting(database, "A dentist who keeps nine horses asked. Start early.") == 0


def test_a_household_of_several_calls_counts_once(database: Database) -> None:
    book(database, [dentist(1), {**dentist(1), "external_id": "call-again"}])
    assert fitting(database, DENTIST) == 1


def test_what_people_merged_counts_once(database: Database) -> None:
    book(database, [dentist(1), dentist(2)])
    assert fitting(database, DENTIST) == 2
    first, second = (clients.household_of(database, f"call-{number}") for number in (1, 2))
    clients.merge(database, first.id, second.id, "ines")
    assert fitting(database, DENTIST) == 1


def test_a_value_that_no_words_support_is_not_counted_and_is_told(database: Database) -> None:
    book(database, [dentist(1), dentist(2, state="unsupported")])
    found = checked(database, DENTIST).likeness
    assert found is not None
    assert (found.fitting, found.left_out) == (1, 1)
    assert "1 call with a value" in found.sentence


def test_a_value_that_a_person_wrote_is_counted(database: Database) -> None:
    book(database, [dentist(1), dentist(2, trade="I'm a dentist in Tulsa.", business_interests=[])])
    assert fitting(database, DENTIST) == 1
    with database.session() as session:
        edits.edit_crm(session, "call-2", None, {"business_interests": COMPANIES}, actor="ines")
    assert fitting(database, DENTIST) == 2


def test_a_book_of_few_clients_says_that_it_can_t_tell(database: Database) -> None:
    book(database, [dentist(number) for number in (1, 2, 3, 4)], others=0)
    found = checked(database, DENTIST)
    assert found.likeness is not None
    assert "the book holds 4 clients, so this can't be told; assume that it identifies" in found.likeness.sentence
    assert found.locked


def test_general_words_alone_are_no_detail(database: Database) -> None:
    book(database, [call(1, client_state="OK", marital_status="Widowed", children_count=2)])
    for words in (
        "A widow with two children needs a Revocable Living Trust.",
        "Families in Oklahoma often wait too long.",
        "An estate of $900,000 is an estate.",
        load().objections[0].stories[0],
    ):
        assert checked(database, words).likeness is None, words


def test_general_words_narrow_down_what_others_tell(database: Database) -> None:
    book(database, [dentist(1, marital_status="Widowed"), dentist(2, marital_status="Married")])
    assert fitting(database, "A dentist asked.") == 2
    assert fitting(database, "A dentist, a widow, asked.") == 1


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("A 72-year-old florist in Boise, Idaho", ["age 72", "florist", "boise", "id"]),
        ("four rental houses and six grandchildren", ["real_estate_count 4", "grandchildren 6"]),
        ("They own a vineyard worth $2.1 million.", ["vineyard", "amount 2100000"]),
        ("The twins of a baker.", ["twins", "baker"]),
        ("Four in ten people never plan. The first one does.", []),
    ],
)
def test_details_are_found(words: str, keys: list[str]) -> None:
    assert [detail.key for detail in details_in(words, load())] == keys


def test_what_stands_in_the_record_in_no_form_of_ours_is_no_hindrance(database: Database) -> None:
    with database.session() as session:
        session.execute(
            text("INSERT INTO transcripts (external_id, crm_data, extracted_data) VALUES ('odd', '[1]', '\"x\"')")
        )
        session.execute(text('UPDATE transcripts SET crm_data = \'{"a": [null, {}], "b": 1e300}\''))
    book(database, [dentist(1)])
    assert fitting(database, DENTIST) == 1
