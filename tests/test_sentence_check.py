"""Every sentence of a draft is held against the call: who said it, and which amounts, days and promises it names."""

import time
from pathlib import Path
from typing import Any

import pytest

from bench import drafts
from services.agents.email import draft
from services.playbooks.loader import load
from services.sentence_check import CheckedSentence, check
from tests.agents import examples

HOME = Path(__file__).resolve().parents[1] / "services" / "playbooks" / "home_insurance.toml"


def checked(text: str) -> list[CheckedSentence]:
    return check(text, examples.dialogue(), examples.extraction(), examples.call().header, load())


def one(text: str) -> CheckedSentence:
    (found,) = checked(text)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "Hi Robert,",
        "Dear Robert and Ellen,",
        "Subject: Your next steps",
        "Thank you for taking the time to speak with us on June 11, 2025.",
        "If anything comes up in the meantime, just reply to this e-mail.",
        "We look forward to hearing from you.",
        "On our side:",
    ],
)
def test_courtesy_claims_nothing(text: str) -> None:
    assert one(text).mark == "plain"


@pytest.mark.parametrize(
    ("text", "mark", "turn"),
    [
        ("You and Ellen have two kids and no plan.", "said by the client", 1),
        ("You want to avoid probate.", "said by the client", 1),
        ("You own the house jointly.", "said by the client", 3),
        ("We talked about a revocable living trust.", "said by us", 4),
        ("The price is $3,800, $1,900 of it to begin with.", "agreed", 4),
        ("We will send you the engagement letter tonight.", "said by us", 6),
        ("Please send us your deed by Friday, June 13.", "agreed", 5),
        ("Your balance is the remaining $1,900.", "agreed", 4),
    ],
)
def test_what_was_said_is_marked_with_who_said_it(text: str, mark: str, turn: int) -> None:
    found = one(text)
    assert (found.mark, turn in found.turns) == (mark, True)
    said = " ".join(examples.dialogue()[quote["turn"]]["text"] for quote in found.evidence)
    assert all(quote["quote"] in said for quote in found.evidence)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The price is $3,500.", "price"),
        ("The price is $1,900.", "price"),  # that is the deposit
        ("The price is $4,000.", "price"),  # the client named it, it is not the price
        ("The deposit is $950.", "price"),
        ("Please send us your deed by Monday.", "date"),
        ("Please send us your deed by June 20.", "date"),
        ("Please send us your deed by Thursday, June 13.", "date"),  # a Friday
        ("We will send you the engagement letter on Friday.", "date"),
        ("We guarantee that the living trust will avoid probate.", "promise"),
        ("The living trust is legally binding and tax free.", "legal"),
        ("You should transfer the house to the kids.", "legal"),
        ("Please send your deed to Margaret Ellison.", "name"),
        ("Please send your deed to pay@trust-fund.example.", "link"),
        ("Please send your deed at https://deeds.example/upload.", "link"),
        ("Please send your deed <a href=x>here</a>.", "link"),
        ("Dear Margaret,", "name"),
    ],
)
def test_what_nobody_said_is_found(text: str, kind: str) -> None:
    found = one(text)
    assert found.mark == "not in the call"
    assert kind in {claim.kind for claim in found.claims if not claim.supported}


@pytest.mark.parametrize(
    "text",
    [
        "We have also opened a brokerage account for you.",
        "Your insurance covers the flood damage.",
        "You do not want to avoid probate.",
        "You told us that you have 3 kids.",
        "The attorney has reviewed your tax return.",
        "We will fly to Denver together.",
    ],
)
def test_a_sentence_that_the_call_does_not_carry_is_not_in_the_call(text: str) -> None:
    assert one(text).mark == "not in the call"


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("We meet again on Monday, June 16 at 5:30.", True),
        ("We will meet again on June 16, 5:30 p.m.", True),
        ("Our next meeting is on 2025-06-16.", True),
        ("We meet again on Monday, June 16 at 6:30.", False),
        ("We meet again on Tuesday, June 16.", False),
        ("We meet again on June 17.", False),
    ],
)
def test_a_meeting_stands_on_its_day_at_its_time(text: str, supported: bool) -> None:
    said = "Meeting: Monday the sixteenth, five thirty, same link"
    step: Any = examples.extraction()["next_steps"][1] | {"action": said, "due": "Monday the sixteenth, five thirty"}
    step |= {"due_date": "2025-06-16", "evidence": [{"turn": 7, "quote": said}]}
    dialogue = [*examples.dialogue(), examples.dialogue()[6] | {"text": said}]
    found = examples.extraction(next_steps=[step])
    (one,) = check(text, dialogue, found, examples.call().header, load())
    assert one.supported is supported
    assert [claim.value for claim in one.claims if claim.kind == "date" and claim.supported] == [
        "2025-06-16"
    ] * supported


def test_every_amount_and_day_of_a_draft_is_listed() -> None:
    found = checked(draft(examples.call(), examples.extraction(), load()))
    claims = [(claim.kind, claim.value, claim.supported) for each in found for claim in each.claims]
    assert ("date", "2025-06-11", True) in claims
    assert ("price", 3800.0, True) in claims
    assert ("price", 1900.0, True) in claims
    assert ("date", "2025-06-13", True) in claims
    assert [claim.words for each in found for claim in each.claims if claim.kind == "promise"]


def test_places_are_places_of_the_draft() -> None:
    text = draft(examples.call(), examples.extraction(), load())
    for each in checked(text):
        assert text[each.start : each.end] == each.text
        for claim in each.claims:
            assert each.text[claim.start : claim.end] == claim.words


def test_an_unsupported_value_supports_nothing() -> None:
    facts = examples.extraction()["facts"] | {"deal_amount": examples.fact(9999, 4, "nine", "unsupported")}
    extraction = examples.extraction(facts=facts)
    (found,) = check("The price is $9,999.", examples.dialogue(), extraction, examples.call().header, load())
    assert not found.supported


def test_nothing_said_and_nothing_written_is_no_error() -> None:
    assert checked("") == []
    empty = examples.extraction(products_discussed=[], objections=[], next_steps=[])
    (found,) = check("You want a trust.", [], empty, examples.call().header, load(HOME))
    assert found.mark == "not in the call"


def test_the_builtin_drafts_of_the_opened_calls_are_carried_by_them() -> None:
    figures = drafts.measure(drafts.opened())
    assert figures["e-mail sentences supported"] >= 0.97
    assert figures["summary sentences supported"] >= 0.97
    assert figures["steps, prices and meetings named"] >= 0.9
    assert figures["prices stated as labelled"] >= 0.9
    assert figures["days stated as labelled"] >= 0.9
    assert figures["posts with a finding"] == 0
    assert figures["another call's steps and prices found out"] >= 0.9


def test_an_e_mail_over_ten_thousand_words_is_checked_at_once() -> None:
    dialogue = [*examples.dialogue(), *(examples.dialogue() * 120)]
    assert sum(len(turn["text"].split()) for turn in dialogue) > 10_000
    text = draft(examples.call(), examples.extraction(), load())
    begun = time.process_time()
    check(text, dialogue, examples.extraction(), examples.call().header, load())
    assert time.process_time() - begun < 0.25  # some 0.02 on an idle machine


def test_words_between_quotation_marks_are_said_where_they_stand_so_in_a_turn() -> None:
    found = one("You told us, in your own words: “we want to avoid probate”.")
    assert (found.mark, found.turns) == ("said by the client", [1])
    assert one("You told us, in your own words: “we want to sell the boat”.").mark == "not in the call"


def test_a_point_in_plain_words_tells_of_its_next_step_or_promises_too_much() -> None:
    calls = examples.extraction()["next_steps"][1] | {
        "action": "I'll call you after that",
        "evidence": [{"turn": 6, "quote": "I'll send you the engagement letter tonight."}],
    }
    text = "On our side:\n- I'll call you."
    extraction = examples.extraction(next_steps=[calls])
    known = check(text, examples.dialogue(), extraction, examples.call().header, load())[1]
    assert (known.mark, [step["action"] for step in known.steps]) == ("said by us", [calls["action"]])
    assert check(text, examples.dialogue(), examples.extraction(next_steps=[]), examples.call().header, load())[
        1
    ].mark == ("not in the call")


def test_a_question_of_the_playbook_claims_nothing() -> None:
    assert one("How many children do you have, and are any of them under age?").mark == "plain"
