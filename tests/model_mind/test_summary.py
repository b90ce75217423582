"""The summary in a model's words: only sentences that the call's values carry."""

from collections.abc import Iterator
from typing import Any

import pytest

from db.engine import Database
from services.agents.crm import CrmAgent
from tests.model_cases import Case
from tests.model_mind.attacks import ATTACKS, Attack
from tests.model_mind.drafting import FAULTS, POISON, Drafting, alone, data, drafting_of, marks_in, runs_of

GOOD = [
    "Robert Nolan met with us on June 11, 2025 about a revocable living trust.",
    "Robert and Ellen have two kids and want to avoid probate.",
    "The price is $3,800, with a deposit of $1,900.",
    "Robert will send us the deed by Friday.",
]
BUILTIN = alone(CrmAgent)


@pytest.fixture
def drafting(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drafting]:
    with drafting_of(database, monkeypatch) as made:
        yield made


def summed_up(drafting: Drafting, *sentences: str, state: dict[str, Any] | None = None) -> tuple[str, Any]:
    drafting.answers({"sentences": list(sentences)})
    given = drafting.run(CrmAgent, state)
    assert set(given) == {"crm_data", "summary_mind"}
    record: dict[str, Any] = given["crm_data"]
    assert {**record, "summary": ""} == {**BUILTIN["crm_data"], "summary": ""}
    return record["summary"], given["summary_mind"]


def test_without_a_mind_the_summary_is_the_builtin_one_and_says_so() -> None:
    assert BUILTIN["summary_mind"] == {"source": "builtin"}


def test_what_the_values_carry_stands(drafting: Drafting) -> None:
    text, note = summed_up(drafting, *GOOD)
    assert text == " ".join(GOOD)
    assert (note["source"], note["model"], len(note["prompt_hash"])) == ("model", "small", 16)


@pytest.mark.parametrize(
    "words",
    [
        "They also own a brokerage account in Denver.",
        "The price is $3,500.",
        "Robert and Ellen have 3 kids.",
        "The deed is due on Monday.",
        "Robert does not want to avoid probate.",
        "We look forward to it.",
    ],
)
def test_a_sentence_that_no_value_carries_is_dropped(drafting: Drafting, words: str) -> None:
    text, note = summed_up(drafting, *GOOD, words)
    assert text == " ".join(GOOD)
    assert note["source"] == "model"
    assert words in drafting.questions[1]
    assert words not in drafting.outside


def test_where_most_is_dropped_the_builtin_summary_stands(drafting: Drafting) -> None:
    text, note = summed_up(drafting, GOOD[0], "They own a boat.", "They own a plane.")
    assert text == BUILTIN["crm_data"]["summary"]
    assert note == {
        "source": "builtin",
        "instead": "Of 3 sentences of the model's summary only 1 stand in the call, so the builtin one stands.",
    }


@pytest.mark.parametrize("case", FAULTS[::3], ids=lambda case: case.name)
def test_a_fault_leaves_the_builtin_record(drafting: Drafting, case: Case) -> None:
    drafting.does(case)
    given = drafting.run(CrmAgent)
    assert given["crm_data"] == BUILTIN["crm_data"]
    assert given["summary_mind"] == {"source": "builtin", "instead": case.reads}


@pytest.mark.parametrize("attack", ATTACKS[::4], ids=lambda attack: attack.name)
def test_a_server_that_obeys_an_attack_changes_nothing(drafting: Drafting, attack: Attack) -> None:
    text, _ = summed_up(drafting, *GOOD, attack.text, *POISON[:2], state=data(turn=attack.text))
    assert marks_in(text) == []
    assert runs_of(attack.text, 4) & runs_of(text + drafting.outside, 4) == set()
