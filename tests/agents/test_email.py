import asyncio
from dataclasses import replace
from typing import Any

import pytest

from services.agents.email import EmailAgent, draft, worded
from services.calls.model import Header, Side
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
    assert worded(client, "client") == "Send us your deed by Friday."
    assert worded(ours, "advisor") == "Send you the engagement letter (tonight)."


@pytest.mark.parametrize(
    ("owner", "speaker", "action", "told"),
    [
        ("client", "advisor", "Could you dig up the deed before then?", "Dig up the deed before then."),
        ("client", "advisor", "I need you to sign my form", "Sign my form."),
        ("advisor", "client", "can you send me the draft", "Send you the draft."),
        ("client", "client", "we'll talk to our daughter", "Talk to your daughter."),
        ("advisor", "advisor", "And we're going to call your bank", "Call your bank."),
    ],
)
def test_a_step_is_told_by_whose_words_it_is(owner: Side, speaker: Side, action: str, told: str) -> None:
    step = examples.extraction()["next_steps"][0] | {"owner": owner, "action": action, "due": None}
    assert worded(step, speaker) == told


def test_the_partner_is_greeted_only_when_on_the_call() -> None:
    assert "Robert," in written()
    assert "Ellen" not in written()


def test_a_client_without_a_name_is_still_greeted() -> None:
    call = replace(examples.call(), header=Header())
    assert " there," in draft(call, examples.extraction(), load())


def test_the_adviser_signs_for_their_firm() -> None:
    assert written().rstrip().endswith("Dana Whitfield\nAlder Legacy")
