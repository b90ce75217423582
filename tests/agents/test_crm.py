import asyncio
from typing import Any

import pytest

from services.agents.crm import CrmAgent, crm_record, deal_stage
from services.playbooks.loader import load
from tests.agents import examples


def record(**changes: Any) -> dict[str, Any]:
    return crm_record(examples.call(), examples.extraction(**changes), load())


def test_the_record_holds_what_was_said() -> None:
    result = asyncio.run(CrmAgent(load()).run({"call": examples.call(), "extracted_entities": examples.extraction()}))[
        "crm_data"
    ]
    assert result["client_name"] == "Robert Nolan"
    assert result["deal_amount"] == 3800
    assert result["deal_stage"] == "Won"
    assert result["products_discussed"] == ["Revocable Living Trust"]
    assert result["next_steps"][0] == {
        "owner": "client",
        "action": "I'll send you my deed by Friday",
        "due": "Friday",
        "due_date": "2025-06-13",
    }


def test_what_nobody_said_is_null_and_never_zero_or_empty() -> None:
    result = record(objections=[], next_steps=[], products_discussed=[])
    for field in (
        "estate_value",
        "client_phone",
        "business_interests",
        "objections",
        "next_steps",
        "products_discussed",
    ):
        assert result[field] is None


def test_a_stated_zero_stays_zero() -> None:
    facts = examples.extraction()["facts"] | {"children_count": examples.fact(0, 1, "no kids")}
    result = record(facts=facts)
    assert result["children_count"] == 0
    assert "no children" in result["summary"]


def test_an_unsupported_claim_does_not_reach_the_record() -> None:
    facts = examples.extraction()["facts"] | {"deal_amount": examples.fact(9999, 4, "nine", "unsupported")}
    result = record(facts=facts)
    assert result["deal_amount"] is None
    assert "9,999" not in result["summary"]


@pytest.mark.parametrize(
    ("outcome", "amount", "stage"),
    [
        ("Won", 1, "Won"),
        ("Lost", None, "Lost"),
        ("Follow-up Scheduled", 1, "Follow-up"),
        ("Needs More Info", 1, "Qualified"),
        ("Pending", 3800, "Proposal"),
        ("Pending", None, "Qualified"),
        (None, 3800, "New"),
    ],
)
def test_the_stage_follows_from_the_outcome(outcome: str | None, amount: float | None, stage: str) -> None:
    assert deal_stage(outcome, amount, load()) == stage
