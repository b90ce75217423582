"""What a run says, value by value: every value of every output, with the proof that the findings have for it."""

from typing import Any

import pytest

from db.ledger import Said
from services.minds import Mind
from services.sayings import said_in
from tests.example_rows import BUILTIN, by_two_minds, fact, petra

MIND = Mind("model", "gpt", "9", "abc")


def told(row: dict[str, Any]) -> dict[str, Said]:
    return {each.field: each for each in said_in(row, MIND)}


def listed(*states: str) -> dict[str, Any]:
    """A row with two products, whose proofs have these states."""
    items = [fact(f"Product {number}", number, f"words {number}", state) for number, state in enumerate(states)]
    value = [item["value"] for item in items if item["state"] != "unsupported"]
    return {"crm_data": {"products_discussed": value}, "extracted_data": {"products_discussed": items}}


def test_every_output_is_said_field_by_field_by_the_mind() -> None:
    said = told(petra())
    assert {field.partition(".")[0] for field in said} == {
        "crm_data",
        "email_draft",
        "social_content",
        "coaching",
        "header",
        "speakers",
    }
    assert {field for field in said if not field.startswith(("crm_data", "coaching"))} == {
        "email_draft.subject",
        "email_draft.body",
        "social_content.linkedin",
        "header.meeting_title",
        "header.meeting_time",
        "speakers.Nora Quist",
        "speakers.Petra Holm",
    }
    assert {(each.source, each.mind, each.mind_version, each.prompt_hash) for each in said.values()} == {
        ("model", "gpt", "9", "abc")
    }
    assert said["email_draft.subject"].value == "Our meeting"
    assert said["social_content.linkedin"].value == {"text": "A plan is a gift.", "state": "draft"}
    assert said["speakers.Petra Holm"].value == "client"


def test_a_fact_brings_its_state_and_its_words() -> None:
    said = told(petra())["crm_data.deal_amount"]
    assert (said.value, said.state) == (4500, "verified")
    assert said.quotes == ({"turn": 4, "quote": "forty-five hundred dollars"},)
    assert said.claim is None


def test_the_outcome_brings_its_own_proof() -> None:
    said = told(petra())["crm_data.outcome"]
    assert (said.state, [quote["turn"] for quote in said.quotes]) == ("verified", [6])


def test_what_was_not_discussed_has_that_state_and_no_value() -> None:
    said = told(petra())["crm_data.deposit_amount"]
    assert (said.value, said.state, said.quotes, said.claim) == (None, "not discussed", (), None)


def test_a_claim_that_nothing_supports_is_a_claim_and_no_value() -> None:
    said = told(petra(client_state=None))["crm_data.client_state"]
    assert (said.value, said.claim, said.state) == (None, "OH", "unsupported")


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["verified", "verified"], "verified"),
        (["verified", "paraphrased"], "paraphrased"),
        (["verified", "unsupported"], "verified"),
        ([], "not discussed"),
        (["unsupported"], "not discussed"),
    ],
)
def test_a_list_is_as_sure_as_the_weakest_item_that_stands_in_it(states: list[str], expected: str) -> None:
    assert told(listed(*states))["crm_data.products_discussed"].state == expected


def test_a_list_brings_the_words_of_all_its_items() -> None:
    said = told(listed("verified", "paraphrased"))["crm_data.products_discussed"]
    assert [quote["quote"] for quote in said.quotes] == ["words 0", "words 1"]


def minds(row: dict[str, Any]) -> dict[str, tuple[str, str | None, str | None]]:
    """The mind of each value: source, name, and what it was told."""
    return {each.field: (each.source, each.mind, each.prompt_hash) for each in said_in(row, BUILTIN)}


def test_every_value_stands_under_the_mind_that_gave_it() -> None:
    told = minds(by_two_minds())
    builtin = ("builtin", "builtin", "0" * 16)
    assert told["crm_data.estate_value"] == ("model", "gpt-x", "abc123")
    assert told["crm_data.deal_amount"] == told["crm_data.outcome"] == builtin
    assert told["email_draft.subject"] == told["email_draft.body"] == ("model", "gpt-x", "def456")
    assert told["coaching.strengths"] == ("model", "gpt-x", "fed789")
    ours = (
        "social_content.linkedin",
        "crm_data.summary",
        "crm_data.deal_stage",
        "coaching.measures",
        "header.meeting_time",
    )
    assert {told[field] for field in ours} == {builtin}


def test_a_models_value_has_no_version() -> None:
    said = {each.field: each.mind_version for each in said_in(by_two_minds(), BUILTIN)}
    assert (said["crm_data.estate_value"], said["crm_data.deal_amount"]) == ("", "1")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([("verified", "builtin"), ("verified", "model")], "model"),
        ([("verified", "builtin"), ("unsupported", "model")], "builtin"),
        ([("verified", "model")], "model"),
        ([], "builtin"),
    ],
)
def test_a_list_is_the_models_as_soon_as_one_item_that_stands_is(items: list[tuple[str, str]], expected: str) -> None:
    row = listed(*(state for state, _ in items))
    for item, (_, source) in zip(row["extracted_data"]["products_discussed"], items, strict=True):
        item["source"] = source
    assert minds(row)["crm_data.products_discussed"][0] == expected


def test_what_the_other_mind_says_is_said_beside_the_field() -> None:
    said = {each.field: each for each in said_in(by_two_minds(), BUILTIN)}
    other = said["beside.crm_data.deal_amount"]
    assert (other.value, other.state, other.source, other.mind) == (3500, "paraphrased", "model", "gpt-x")
    assert other.quotes == ({"turn": 5, "quote": "more than I expected"},)
    assert said["crm_data.deal_amount"].value == 4500


def test_what_nothing_supports_is_a_claim_beside_the_field_too() -> None:
    beside = {"client_state": fact("TX", state="unsupported"), "odd": "no finding"}
    said = {each.field: each for each in said_in(by_two_minds(beside=beside), BUILTIN)}
    other = said["beside.crm_data.client_state"]
    assert (other.value, other.claim, other.state) == (None, "TX", "unsupported")
    assert "beside.crm_data.odd" not in said


@pytest.mark.parametrize("odd", [None, "text", 5, ["x"], {"email": "x"}, {"email": {"source": 5}}, {"email": {}}])
def test_odd_notes_name_nobody(odd: Any) -> None:
    assert minds({**petra(), "minds": odd})["email_draft.body"][0] == "builtin"


def test_a_field_without_a_finding_has_no_state() -> None:
    assert told(petra())["crm_data.summary"].state is None


def test_of_two_posts_of_a_channel_the_first_counts_as_on_the_page() -> None:
    posts = [{"channel": "x", "text": text, "state": "draft"} for text in ("first", "second")]
    assert told({"social_content": {"posts": posts}})["social_content.x"].value["text"] == "first"


def test_a_row_says_only_what_it_brings() -> None:
    assert told({"external_id": "A", "crm_data": {"outcome": None}}).keys() == {"crm_data.outcome"}


@pytest.mark.parametrize("odd", [None, "text", 5, ["x"], {"posts": "none"}, {"facts": [1]}, {"speakers": [1, {}]}])
def test_odd_shapes_say_nothing_and_break_nothing(odd: Any) -> None:
    row = {"crm_data": {"outcome": "Won"}, "extracted_data": odd, "social_content": odd, "call": odd}
    assert told(row).keys() == {"crm_data.outcome"}
