from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agents.contract import Quote
from services.analyst.dialogue import Talk, best_quotes
from services.evidence import check, stands

DIALOGUE = [
    {"side": "advisor", "text": "What is the  house worth,\nand do you have kids?"},
    {"side": "client", "text": "About four fifty. We have two boys and one girl, my wife Ellen and I."},
    {"side": "advisor", "text": "The living trust is twenty-nine ninety-five, half down today."},
    {"side": "client", "text": "That's a lot of money. No, we don't have kids of our own. We're out in Boise, Idaho."},
    {"side": "client", "text": "Call me at 208-555-0114. I own Brightwater Plumbing LLC. Okay, let's do it."},
]


def quoted(turn: int, words: str) -> Quote:
    return {"turn": turn, "quote": words}


def test_a_quote_stands_with_white_space_and_case_folded() -> None:
    assert stands(DIALOGUE, quoted(0, "the house WORTH, and do"))


@pytest.mark.parametrize(
    "quote",
    [
        quoted(1, "the house worth"),
        quoted(0, "the house's worth"),
        quoted(0, "house worth and do"),
        quoted(9, "the house"),
        quoted(-1, "Okay"),
        quoted(True, "About four fifty"),
        {"turn": "1", "quote": "About four fifty"},
        quoted(0, "  "),
        {"turn": 0},
        {"quote": "the house"},
        {"turn": None, "quote": None},
    ],
)
def test_a_quote_that_is_not_in_its_turn_does_not_stand(quote: Quote) -> None:
    assert not stands(DIALOGUE, quote)


@pytest.mark.parametrize(
    ("field", "value", "quote"),
    [
        ("estate_value", 450_000, quoted(1, "About four fifty.")),
        ("deal_amount", 2995, quoted(2, "twenty-nine ninety-five")),
        ("deposit_amount", 1497.5, quoted(2, "twenty-nine ninety-five, half down today")),
        ("children_count", 3, quoted(1, "two boys and one girl")),
        ("children_count", 2, quoted(1, "two boys and one girl")),
        ("children_count", 0, quoted(3, "we don't have kids of our own")),
        ("spouse_name", "Ellen", quoted(1, "my wife Ellen and I")),
        ("marital_status", "Married", quoted(1, "my wife Ellen and I")),
        ("client_state", "ID", quoted(3, "We're out in Boise, Idaho.")),
        ("real_estate_locations", ["ID"], quoted(3, "We're out in Boise, Idaho.")),
        ("client_phone", "(208) 555-0114", quoted(4, "Call me at 208-555-0114.")),
        ("business_interests", ["Brightwater Plumbing"], quoted(4, "I own Brightwater Plumbing LLC.")),
        ("products_discussed", "Revocable Living Trust", quoted(2, "The living trust is")),
        ("objections", "Price", quoted(3, "That's a lot of money.")),
        ("outcome", "Won", quoted(4, "Okay, let's do it.")),
        ("next_steps", "call me at 208-555-0114", quoted(4, "Call me at 208-555-0114.")),
    ],
)
def test_a_value_that_follows_from_its_words_is_verified(field: str, value: Any, quote: Quote) -> None:
    assert check(DIALOGUE, field, value, [quote]) == "verified"


@pytest.mark.parametrize(
    ("field", "value", "quote"),
    [
        ("estate_value", 460_000, quoted(1, "About four fifty.")),
        ("deal_amount", 3995, quoted(2, "twenty-nine ninety-five")),
        ("deposit_amount", 1497.5, quoted(2, "twenty-nine ninety-five")),
        ("children_count", 4, quoted(1, "two boys and one girl")),
        ("children_count", 0, quoted(1, "two boys and one girl")),
        ("spouse_name", "Helen", quoted(1, "my wife Ellen and I")),
        ("marital_status", "Divorced", quoted(1, "my wife Ellen and I")),
        ("client_state", "WA", quoted(3, "We're out in Boise, Idaho.")),
        ("client_phone", "208-555-0115", quoted(4, "Call me at 208-555-0114.")),
        ("business_interests", ["Brightwater Plumbing", "Other Co"], quoted(4, "I own Brightwater Plumbing LLC.")),
        ("products_discussed", "Will", quoted(2, "The living trust is")),
        ("objections", "Timing", quoted(3, "That's a lot of money.")),
        ("outcome", "Lost", quoted(4, "Okay, let's do it.")),
        ("next_steps", "mail the signed deed to the county", quoted(4, "Call me at 208-555-0114.")),
        ("deal_amount", "a lot", quoted(3, "That's a lot of money.")),
    ],
)
def test_a_value_that_does_not_follow_from_standing_words_is_paraphrased(field: str, value: Any, quote: Quote) -> None:
    assert check(DIALOGUE, field, value, [quote]) == "paraphrased"


def test_a_claim_without_standing_words_is_unsupported() -> None:
    assert check(DIALOGUE, "deal_amount", 2995, []) == "unsupported"
    assert check(DIALOGUE, "deal_amount", 2995, [quoted(2, "it is 2,995 dollars")]) == "unsupported"


def test_one_invented_quote_among_good_ones_spoils_the_claim() -> None:
    quotes = [quoted(2, "twenty-nine ninety-five"), quoted(2, "you said so yourself")]
    assert check(DIALOGUE, "deal_amount", 2995, quotes) == "unsupported"


@pytest.mark.parametrize("value", [None, "", []])
def test_no_value_was_not_discussed_whatever_is_quoted(value: Any) -> None:
    assert check(DIALOGUE, "spouse_name", value, [quoted(1, "my wife Ellen")]) == "not discussed"


def test_a_stated_zero_is_a_value() -> None:
    assert check(DIALOGUE, "children_count", 0, [quoted(1, "my wife Ellen")]) == "paraphrased"


FIELDS = ["estate_value", "children_count", "client_phone", "client_state", "business_interests", "outcome", "whatever"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(FIELDS), ANYTHING, st.sampled_from(DIALOGUE[1]["text"].split(". ")))
def test_no_claim_makes_the_checker_fail(field: str, value: Any, words: str) -> None:
    state = check(DIALOGUE, field, value, [quoted(1, words)])
    assert state in ("verified", "paraphrased", "not discussed")


def test_more_than_forty_words_are_no_quote_and_a_hyphen_parts_words() -> None:
    text = " ".join(["thirty-one"] * 21)
    assert stands([{"text": text}], quoted(0, " ".join(["thirty-one"] * 20)))
    assert not stands([{"text": text}], quoted(0, text))


def test_a_claim_with_more_than_five_quotes_is_unsupported() -> None:
    assert check(DIALOGUE, "client_state", "ID", [quoted(3, "We're out in Boise, Idaho.")] * 6) == "unsupported"


@given(
    st.lists(st.text(alphabet="ab1-'’., \né", min_size=1, max_size=12), min_size=1, max_size=80), st.integers(0, 400)
)
def test_every_quote_that_the_analyst_cuts_stands(words: list[str], place: int) -> None:
    text = " ".join(["go", *words])
    talk = Talk([{"text": text, "side": "client"}])
    quotes = best_quotes([talk.quote(0, min(place, len(text) - 1), min(place + 3, len(text)))])
    assert all(stands([{"text": text}], quote) for quote in quotes)
