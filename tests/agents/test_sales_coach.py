import asyncio

from services.agents.sales_coach import SalesCoachAgent, measure
from services.playbooks.loader import load
from tests.agents import examples


def test_measures_are_counted_from_the_turns() -> None:
    measures = measure(examples.dialogue(), ["greeting", "closing"])
    advisor = sum(len(text.split()) for _, side, text in examples.TURNS if side == "advisor")
    client = sum(len(text.split()) for _, side, text in examples.TURNS if side == "client")
    assert measures["words"] == {"advisor": advisor, "client": client}
    assert measures["talk_share"] == round(advisor / (advisor + client), 3)
    assert measures["questions"] == {"open": [0, 2], "closed": []}
    assert measures["phases_missing"] == ["closing"]
    assert measures["longest_monologue"] == {"turn": 2, "words": 16}


def test_without_a_known_side_no_share_is_claimed() -> None:
    turns = [turn | {"side": None} for turn in examples.dialogue()]
    assert measure(turns, [])["talk_share"] is None


def test_feedback_names_turns_that_exist() -> None:
    data = {"dialogue": examples.dialogue(), "extracted_entities": examples.extraction()}
    coaching = asyncio.run(SalesCoachAgent(load()).run(data))["coaching"]
    remarks = [*coaching["strengths"], coaching["opportunity"], coaching["suggestion"]]
    assert any(remark["turns"] for remark in remarks if remark)
    for remark in remarks:
        if remark:
            assert all(0 <= turn < len(examples.TURNS) for turn in remark["turns"])


def test_an_objection_leads_to_a_suggestion_with_its_turn() -> None:
    data = {"dialogue": examples.dialogue(), "extracted_entities": examples.extraction()}
    coaching = asyncio.run(SalesCoachAgent(load()).run(data))["coaching"]
    assert coaching["suggestion"]["turns"] == [3]
    assert "price" in coaching["suggestion"]["text"]
