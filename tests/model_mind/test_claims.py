"""A model's answer as claims: its quotes found in the call, its values in the record's form, judged by the checker."""

from typing import Any

import pytest

from services.agents.contract import Extraction, Fact
from services.evidence import check
from services.model_mind.claims import claims_of
from services.model_mind.quotes import Whereabouts
from services.playbooks.loader import load
from tests.model_mind.cases import CLAIMS, HOME, TEXT, answer, dialogue, parsed

CALL = parsed()


def claims(**said: Any) -> Extraction:
    return claims_of(answer(**said), CALL["dialogue"], CALL["call"], load())


def claim(field: str, value: Any, turn: int, *quotes: str) -> Fact:
    """What becomes of one claimed fact."""
    said = {"value": value, "quotes": [{"turn": turn, "quote": quote} for quote in quotes]}
    return claims(**{field: said})["facts"][field]


def located(said: list[str], turn: int, words: str) -> list[Any]:
    return Whereabouts(dialogue(*said)).located([{"turn": turn, "quote": words}])


def test_what_the_words_say_is_verified_and_is_the_model_s() -> None:
    facts = claims(**CLAIMS)["facts"]
    known = {name: fact["value"] for name, fact in facts.items() if fact["state"] == "verified"}
    assert known == {"deal_amount": 4500, "client_state": "OH", "children_count": 2, "spouse_name": "Ellen"}
    assert {fact["source"] for fact in facts.values()} == {"model"}
    assert all(fact["state"] == "not discussed" for name, fact in facts.items() if name not in known)


def test_a_quote_that_stands_does_not_prove_another_value() -> None:
    assert claim("deal_amount", 9_000, 4, "four thousand five hundred dollars")["state"] == "paraphrased"


def test_a_quote_that_nobody_said_supports_nothing() -> None:
    fact = claim("deal_amount", 4_500, 4, "we agreed on 4,500 dollars")
    assert fact["state"] == "unsupported"
    assert fact["evidence"] == [{"turn": 4, "quote": "we agreed on 4,500 dollars"}]


def test_words_that_stand_nowhere_do_not_spoil_those_that_do() -> None:
    fact = claim("deal_amount", 4_500, 4, "we agreed on it", "four thousand five hundred")
    assert fact == {
        "value": 4_500,
        "state": "verified",
        "evidence": [{"turn": 4, "quote": "four thousand five hundred"}],
        "source": "model",
    }


def test_a_value_without_any_words_is_unsupported() -> None:
    assert claim("spouse_name", "Ellen", 1)["state"] == "unsupported"


def test_an_amount_whose_quotes_hold_no_number_is_unsupported() -> None:
    assert claim("deal_amount", 9_000, 0, "Good morning Robert")["state"] == "unsupported"
    assert claim("client_phone", "555-000-1111", 1, "My wife Ellen")["state"] == "unsupported"


def test_a_name_of_which_the_quotes_hold_no_word_is_unsupported() -> None:
    assert claim("spouse_name", "Mallory", 1, "My wife Ellen")["state"] == "unsupported"
    assert claim("spouse_name", "Ellen Nolan", 1, "My wife Ellen")["state"] == "paraphrased"
    assert claim("business_interests", ["Alder Legacy", "Evil Holdings"], 0, "Dana with Alder Legacy")["evidence"] == []


@pytest.mark.parametrize("field", ["deal_amount", "deposit_amount", "real_estate_count"])
def test_a_nought_that_no_words_show_is_nothing(field: str) -> None:
    assert claim(field, 0, 0)["state"] == "not discussed"
    assert claim(field, 0, 4, "no such words here")["value"] is None


def test_no_dollars_are_no_amount_whatever_is_quoted() -> None:
    call = parsed(TEXT.replace("In Columbus, Ohio.", "In Columbus, Ohio. The deposit is 0 dollars."))
    said = answer(deposit_amount={"value": 0, "quotes": [{"turn": 3, "quote": "The deposit is 0 dollars."}]})
    fact = claims_of(said, call["dialogue"], call["call"], load())["facts"]["deposit_amount"]
    assert (fact["value"], fact["state"], fact["evidence"]) == (None, "not discussed", [])


def test_a_count_of_none_stands_where_somebody_said_so() -> None:
    call = parsed(TEXT.replace("My wife Ellen and I have two kids", "My wife Ellen and I have no kids"))
    said = answer(children_count={"value": 0, "quotes": [{"turn": 1, "quote": "have no kids"}]})
    fact = claims_of(said, call["dialogue"], call["call"], load())["facts"]["children_count"]
    assert (fact["value"], fact["state"]) == (0, "verified")


def test_a_miscounted_turn_is_put_right_by_the_words() -> None:
    assert claim("spouse_name", "Ellen", 3, "My wife Ellen")["evidence"] == [{"turn": 1, "quote": "My wife Ellen"}]


def test_the_nearest_of_several_turns_is_meant() -> None:
    said = ["Yes.", "No.", "Two.", "Yes.", "So."]
    assert located(said, 4, "Yes.") == [{"turn": 3, "quote": "Yes"}]
    assert located(said, 1, "Yes.") == [{"turn": 0, "quote": "Yes"}]


def test_words_far_from_their_turn_must_stand_in_one_turn_only() -> None:
    said = ["We paid nine thousand."] + ["So."] * 20 + ["Fine, nine thousand."]
    assert located(said, 10, "We paid nine thousand.") == [{"turn": 0, "quote": "We paid nine thousand"}]
    assert located(said, 10, "nine thousand") == [{"turn": 10, "quote": "nine thousand"}]


@pytest.mark.parametrize(
    "words",
    [
        "I'll find  the deed",  # our apostrophe is a typographic one
        "“I’ll find the deed”",
        "I’LL FIND THE DEED...",
        "[7] Client (Robert Nolan): I’ll find the deed",
        "Client (Robert Nolan): I’ll find the deed",
        "Client: I’ll find the deed",
    ],
)
def test_a_quote_is_given_in_the_call_s_own_letters(words: str) -> None:
    (quote,) = Whereabouts(CALL["dialogue"]).located([{"turn": 7, "quote": words}])
    assert quote == {"turn": 7, "quote": "I’ll find the deed"}


def test_invisible_characters_between_letters_do_not_hide_words() -> None:
    said = "The price is four\u00adthousand <b>dollars</b>."  # a soft hyphen; a question shows neither it nor < and >
    assert located([said], 0, "fourthousand ‹b›dollars") == [{"turn": 0, "quote": "four\u00adthousand <b>dollars"}]


def test_a_part_of_a_word_is_no_word() -> None:
    assert located(["I know him.", "No."], 0, "no") == [{"turn": 1, "quote": "No"}]


def test_a_long_quote_is_cut_to_what_counts_as_one() -> None:
    words = " ".join(f"word{number}" for number in range(100))
    (quote,) = located([words], 0, words)
    assert quote["quote"] == " ".join(words.split()[:40])


def test_a_turn_that_is_not_there_leaves_no_quote_behind() -> None:
    for turn in (-1, 99):
        assert claim("spouse_name", "Ellen", turn, "the wife called Ellen")["evidence"] == []


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("deal_amount", "$4,500", 4_500),
        ("deal_amount", "4.5 thousand", 4_500),
        ("deal_amount", 4500.0, 4_500),
        ("deal_amount", -3, None),
        ("deal_amount", True, None),
        ("deal_amount", float(10**15), None),
        ("deal_amount", {"amount": 4500}, None),
        ("children_count", "two", 2),
        ("children_count", 2.5, None),
        ("client_state", "Ohio", "OH"),
        ("client_state", "ohio", "OH"),
        ("client_state", "oh", "OH"),
        ("client_state", "ZZ", None),
        ("client_state", "unknown", None),
        ("marital_status", "married", "Married"),
        ("marital_status", "Engaged", None),
        ("spouse_name", " Ellen\n", "Ellen"),
        ("spouse_name", "N/A", None),
        ("spouse_name", "x" * 500, None),
        ("client_phone", "(555) 010-2030", "555-010-2030"),
        ("client_phone", "+1 555 010 2030", "555-010-2030"),
        ("client_phone", "call me", None),
        ("real_estate_locations", ["Ohio", "FL", "nowhere"], ["OH", "FL"]),
        ("real_estate_locations", "Ohio", ["OH"]),
        ("business_interests", ["Nolan Tools", "none"], ["Nolan Tools"]),
        ("business_interests", [], None),
    ],
)
def test_a_value_is_kept_in_the_form_of_the_record(field: str, raw: Any, value: Any) -> None:
    assert claim(field, raw, 1, "two kids")["value"] == value


def test_a_number_outside_the_firm_s_bounds_is_nothing() -> None:
    playbook = load(HOME)
    call = parsed("Ann Lee: When was it built?\nBo Ray: The house was built in 1985, the roof is nine years old.\n")
    quotes = [{"turn": 1, "quote": "The house was built in 1985, the roof is nine years old."}]
    said = {"year_built": {"value": 1985, "quotes": quotes}, "roof_age": {"value": 985, "quotes": quotes}}
    facts = claims_of(said, call["dialogue"], call["call"], playbook)["facts"]
    assert (facts["year_built"]["value"], facts["year_built"]["state"]) == (1985, "verified")
    assert facts["roof_age"]["value"] is None


def test_items_are_the_firm_s_words_and_each_stands_once() -> None:
    quotes = [{"turn": 2, "quote": "A revocable living trust"}]
    found = claims(
        products_discussed=[
            {"value": "revocable living trust", "quotes": quotes},
            {"value": "Revocable Living Trust", "quotes": [{"turn": 4, "quote": "the whole trust package"}]},
            {"value": "Timeshare", "quotes": quotes},
        ],
        objections=[{"value": "Need to think", "quotes": [{"turn": 5, "quote": "I need to think about it."}]}],
        outcome={"value": "pending", "quotes": [{"turn": 5, "quote": "I need to think about it."}]},
    )
    (product,), (objection,) = found["products_discussed"], found["objections"]
    assert (product["value"], product["state"], len(product["evidence"])) == ("Revocable Living Trust", "verified", 2)
    assert (objection["category"], objection["state"]) == ("Need to think", "verified")
    assert found["outcome"]["value"] == "Pending"


def test_an_item_without_any_words_is_none_and_a_step_that_is_said_again_is_one() -> None:
    quotes = [{"turn": 6, "quote": "I'll email you the summary tonight."}]
    step = {"owner": "advisor", "action": "email you the summary", "due": None}
    found = claims(
        products_discussed=[{"value": "Will", "quotes": []}, {"value": "Tax Planning", "quotes": []}],
        objections=[{"value": "Price", "quotes": []}],
        next_steps=[
            {**step, "quotes": []},
            *[{**step, "quotes": quotes}] * 3,
            {**step, "action": "sign", "quotes": []},
        ],
    )
    assert (found["products_discussed"], found["objections"]) == ([], [])
    assert [(one["action"], one["state"]) for one in found["next_steps"]] == [("email you the summary", "verified")]


def test_a_step_has_an_owner_an_action_and_only_a_date_that_was_said() -> None:
    quotes = [{"turn": 6, "quote": "I'll email you the summary tonight."}]
    steps = claims(
        next_steps=[
            {"owner": "Advisor", "action": "I'll email you the summary", "due": "tonight", "quotes": quotes},
            {"owner": "advisor", "action": "email you the summary", "due": "in March", "quotes": quotes},
            {"owner": "the bank", "action": "email you the summary", "due": None, "quotes": quotes},
            {"owner": "client", "action": "", "due": None, "quotes": quotes},
            {"owner": "client", "action": {"do": "it"}, "due": None, "quotes": quotes},
        ]
    )["next_steps"]
    assert [(step["owner"], step["due"], step["state"]) for step in steps] == [
        ("advisor", "tonight", "verified"),
        ("advisor", None, "verified"),
    ]


def test_every_state_is_what_the_checker_says_of_the_same_words() -> None:
    found = claims(**CLAIMS, outcome={"value": "Won", "quotes": [{"turn": 0, "quote": "Good morning"}]})
    for name, fact in {**found["facts"], "outcome": found["outcome"]}.items():
        assert fact["state"] == check(CALL["dialogue"], name, fact["value"], fact["evidence"], load())
