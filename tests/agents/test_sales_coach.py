import asyncio
from typing import Any

from services.agents.sales_coach import SalesCoachAgent
from services.playbooks.loader import load
from tests.agents import examples


def coached() -> dict[str, Any]:
    data = {"dialogue": examples.dialogue(), "extracted_entities": examples.extraction()}
    coaching: dict[str, Any] = asyncio.run(SalesCoachAgent(load()).run(data))["coaching"]
    return coaching


def test_the_coach_gives_measures_a_scorecard_and_feedback() -> None:
    assert set(coached()) == {"measures", "strengths", "opportunity", "suggestion", "source"}


def test_feedback_names_turns_that_exist() -> None:
    coaching = coached()
    remarks = [*coaching["strengths"], coaching["opportunity"], coaching["suggestion"]]
    assert any(remarks)
    for remark in remarks:
        if remark:
            assert remark["turns"]
            assert all(0 <= turn < len(examples.TURNS) for turn in remark["turns"])


def test_the_suggestion_is_about_what_is_to_work_on() -> None:
    coaching = coached()
    assert coaching["opportunity"]["text"] == "Of the scorecard, 'asks open questions' has the most room: 3 of 5."
    assert coaching["suggestion"] == {
        "text": "Open with 'What made you look into this now?' and then wait.",
        "turns": [0, 2],
    }


def test_every_criterion_of_the_playbook_is_on_the_scorecard() -> None:
    scored = coached()["measures"]["scorecard"]
    assert [one["criterion"] for one in scored] == [criterion.name for criterion in load().scorecard]
    assert {one["score"] for one in scored} <= {1, 2, 3, 4, 5, None}
