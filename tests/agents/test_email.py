import asyncio
from dataclasses import replace
from typing import Any

import pytest

from services.agents.email import EmailAgent, draft
from services.calls.model import Header, Side
from services.email_aims import aims
from services.email_steps import worded
from services.playbooks.loader import load
from tests.agents import examples


def written(**changes: Any) -> str:
    return draft(examples.call(), examples.extraction(**changes), load())


def test_a_draft_has_a_subject_an_empty_line_and_a_body() -> None:
    data = {"call": examples.call(), "extracted_entities": examples.extraction()}
    text = asyncio.run(EmailAgent(load()).run(data))["email_draft"]
    subject, empty, body = text.split("\n", 2)
    assert subject.startswith("Subject: ")
    assert empty == ""
    assert "Robert," in body


def test_price_and_deposit_stand_as_they_were_agreed() -> None:
    assert "$3,800" in written()
    assert "$1,900" in written()


def test_a_price_that_nobody_named_is_not_in_the_draft() -> None:
    facts = examples.extraction()["facts"] | {"deal_amount": examples.nothing()}
    assert "$" not in written(facts=facts)


def test_an_unsupported_price_is_not_in_the_draft() -> None:
    facts = examples.extraction()["facts"] | {"deal_amount": examples.fact(9999, 4, "nine", "unsupported")}
    assert "9,999" not in written(facts=facts)


def test_steps_are_told_to_the_client() -> None:
    client, ours = examples.extraction()["next_steps"]
    assert worded(client, "client") == "You'll send us your deed by Friday, June 13."
    assert worded(ours, "advisor") == "I'll send you the engagement letter tonight."


@pytest.mark.parametrize(
    ("owner", "speaker", "action", "told"),
    [
        ("client", "advisor", "Could you dig up the deed before then?", "Please dig up the deed before then."),
        ("client", "advisor", "could you two find the decrees for me?", "Please find the decrees for me."),
        ("client", "advisor", "I need you to sign my form", "Please sign my form."),
        ("client", "advisor", "Before then I need you to send me the lease.", "Please send me the lease before then."),
        (
            "client",
            "advisor",
            "the lease and the deed, if you can find it",
            "We need the lease and the deed, if you can find it.",
        ),
        ("client", "advisor", "what I need from you, the lease", "What I need from you is the lease."),
        ("client", "advisor", "talk to Kath, that's the main homework.", "Please talk to Kath."),
        ("client", "client", "we'll talk to our daughter", "You'll talk to your daughter."),
        ("client", "client", "I'll dig up the lease, you'd need that either way.", "You'll dig up the lease."),
        ("client", "client", "I'll call you: Don't put me on a calendar.", "You'll call us."),
        ("advisor", "client", "can you send me the draft", "I'll send you the draft."),
        (
            "advisor",
            "client",
            "I won't change my mind, so you can take me off the list.",
            "I'll take you off the list.",
        ),
        ("advisor", "advisor", "And we're going to call your bank", "We're going to call your bank."),
        ("advisor", "advisor", "order the two deeds, so we have them", "I'll order the two deeds."),
        ("advisor", "advisor", "I'll tell you what I'll do, I'll mail you a list, it's free.", "I'll mail you a list."),
        ("advisor", "advisor", "I'm emailing the, no, I'm texting you the receipt", "I'm texting you the receipt."),
        (
            "advisor",
            "advisor",
            "I'll call over there, and, um, I'll email you.",
            "I'll call over there and I'll email you.",
        ),
    ],
)
def test_a_step_is_a_whole_sentence_by_whose_words_it_is(owner: Side, speaker: Side, action: str, told: str) -> None:
    step = examples.extraction()["next_steps"][0] | {"owner": owner, "action": action, "due": None}
    assert worded(step, speaker) == told


@pytest.mark.parametrize(
    ("action", "due", "iso", "said", "told"),
    [
        ("Meeting: Monday the ninth, five thirty, same link", "Monday the ninth, five thirty", "2025-06-09",
         "Monday the ninth, five thirty, same link.", "We meet on Monday, June 9, at 5:30, same link."),
        ("Meeting: Six thirty on the ninth", "Six thirty on the ninth", "2025-06-09",
         "Six thirty on the ninth.", "We meet on Monday, June 9, at 6:30."),
        ("Meeting: two days before Friday the thirteenth", "two days before Friday the thirteenth", "2025-06-11",
         "two days before Friday the thirteenth.", "We meet on Wednesday, June 11."),
        ("Call: Friday, nine in the morning", "Friday, nine in the morning", None,
         "Friday, nine in the morning.", "We speak by phone on Friday, nine in the morning."),
        ("the design meeting with Mr. Pike: Monday the ninth, ten a.m", "Monday the ninth, ten a.m.", "2025-06-09",
         "Monday the ninth, ten a.m.?", "The design meeting with Mr. Pike: Monday, June 9, at 10 a.m."),
        ("I'll send it by Wednesday to set the call", "by Wednesday", "2025-06-11",
         "I'll send it by Wednesday to set the call", "I'll send it by Wednesday, June 11, to set the call."),
        ("I'll have that by Sunday night", "by Sunday night", "2025-06-15",
         "I'll have that by Sunday night", "I'll have that by Sunday night."),
    ],
)  # fmt: skip
def test_a_day_is_told_as_the_calendar_has_it(action: str, due: str, iso: str | None, said: str, told: str) -> None:
    step = examples.extraction()["next_steps"][1] | {
        "action": action,
        "due": due,
        "due_date": iso,
        "evidence": [{"turn": 6, "quote": said}],
    }
    assert worded(step, "advisor") == told


def test_a_day_that_stands_in_other_words_than_the_steps_is_left_out() -> None:
    step = examples.extraction()["next_steps"][0] | {
        "action": "bring your deed",
        "due": "today",
        "due_date": "2025-06-11",
    }
    assert worded(step, "advisor") == "Please bring your deed."


def test_a_price_that_was_said_once_and_decided_nothing_is_left_out() -> None:
    waits = examples.fact("Follow-up Scheduled", 6, "tonight")
    assert "$" not in written(outcome=waits)
    twice = examples.fact(3800, 4, "thirty-eight hundred")
    twice["evidence"].append({"turn": 5, "quote": "let's do it"})
    facts = examples.extraction()["facts"] | {"deal_amount": twice}
    assert "The price we spoke about is $3,800." in written(outcome=waits, facts=facts)


def test_a_price_that_only_the_client_named_is_left_out() -> None:
    facts = examples.extraction()["facts"] | {"deal_amount": examples.fact(4000, 3, "four thousand")}
    assert "$" not in written(facts=facts)


def test_what_they_want_is_told_in_their_own_words() -> None:
    dialogue: Any = examples.dialogue()
    dialogue[1]["text"] += " We want the house to go to our kids."
    text = draft(examples.call(), examples.extraction(), load(), dialogue)
    assert "You told us, in your own words: " in text
    assert "“We want the house to go to our kids”" in text


@pytest.mark.parametrize("tone", ["warm", "plain", "formal"])
@pytest.mark.parametrize("length", ["full", "short"])
def test_tone_and_length_are_the_playbooks(tone: Any, length: Any) -> None:
    playbook = replace(load(), email=replace(load().email, tone=tone, length=length))
    text = draft(examples.call(), examples.extraction(), playbook)
    assert ("We talked about" in text) == (length == "full")
    assert ("I will send you the engagement letter" in text) == (tone == "formal")
    assert "$3,800" in text


def test_what_nobody_spoke_of_is_asked_at_the_next_meeting_and_only_there() -> None:
    meets: Any = examples.extraction()["next_steps"][1] | {
        "action": "Meeting: Monday the ninth, five thirty",
        "due": "Monday the ninth, five thirty",
        "due_date": "2025-06-16",
        "evidence": [{"turn": 6, "quote": "Monday the ninth, five thirty"}],
    }
    asked = "- Roughly what is all that you own worth, with the house, accounts and insurance?"
    assert asked in written(next_steps=[meets])
    assert asked not in written()


def test_the_partner_is_greeted_only_when_on_the_call() -> None:
    assert "Robert," in written()
    assert "Ellen" not in written()


def test_a_client_without_a_name_is_still_greeted() -> None:
    call = replace(examples.call(), header=Header())
    assert " there," in draft(call, examples.extraction(), load())


def test_the_adviser_signs_for_their_firm() -> None:
    assert written().rstrip().endswith("Dana Whitfield\nAlder Legacy")


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("I want the kids to keep the house.", ["I want the kids to keep the house"]),
        ("And the savings are, hm, I want to say one hundred.", []),
        ("In the bank, I don't want to say in front of my daughter.", []),
        ("That's the one I want, that one there.", []),
    ],
)
def test_only_what_tells_a_wish_is_quoted_as_one(said: str, quoted: list[str]) -> None:
    goals = "setting client's goals"
    talk = [{"side": side, "text": "Good morning to you.", "phase": goals} for side in ("advisor", "client") * 3]
    talk[3]["text"] = said
    assert aims(talk) == quoted
