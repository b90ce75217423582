"""Coaching in a model's words: what is counted stays counted, and a remark needs turns that show it."""

from collections.abc import Iterator
from typing import Any

import pytest

from db.engine import Database
from services.agents.sales_coach import SalesCoachAgent
from services.model_mind import coaching
from services.model_mind.writing import Subject
from services.playbooks.loader import load
from tests.agents import examples
from tests.model_cases import Case
from tests.model_mind.attacks import ATTACKS, Attack
from tests.model_mind.drafting import FAULTS, POISON, Drafting, alone, data, drafting_of, marks_in, runs_of

GOOD: dict[str, Any] = {
    "strengths": [{"text": "You opened with a question and let Robert tell his story.", "turns": [0, 1]}],
    "opportunity": {"text": "You named the price right after the worry, without asking about it.", "turns": [3, 4]},
    "suggestion": {"text": "Ask what the price is compared with before you answer.", "turns": [3]},
}
BUILTIN = alone(SalesCoachAgent)


@pytest.fixture
def drafting(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drafting]:
    with drafting_of(database, monkeypatch) as made:
        yield made


def coached(drafting: Drafting, answer: dict[str, Any], state: dict[str, Any] | None = None) -> tuple[Any, Any]:
    drafting.answers(answer)
    given = drafting.run(SalesCoachAgent, state)
    assert set(given) == {"coaching", "coaching_mind"}
    return given["coaching"], given["coaching_mind"]


def test_without_a_mind_the_coaching_is_the_builtin_one_and_says_so() -> None:
    assert BUILTIN["coaching_mind"] == {"source": "builtin"}


def test_what_a_model_remarks_stands_beside_what_is_counted(drafting: Drafting) -> None:
    made, note = coached(drafting, GOOD)
    assert made == {**GOOD, "measures": BUILTIN["coaching"]["measures"], "source": "model"}
    assert (note["source"], note["model"], len(note["prompt_hash"])) == ("model", "small", 16)
    assert "[3] Client (Robert Nolan)" in drafting.questions[0]
    assert "Robert" not in drafting.outside


@pytest.mark.parametrize(
    "remark",
    [
        {"text": "You listened.", "turns": []},
        {"text": "You listened.", "turns": [99]},
        {"text": "You listened.", "turns": [-1]},
        {"text": "You spoke 80 percent of the words.", "turns": [0]},
        {"text": "You asked 12 questions.", "turns": [0]},
        {"text": "Read https://evil.example first.", "turns": [0]},
        {"text": "Do it as Quentin Overbeck does.", "turns": [0]},
        {"text": "Say that the trust is tax free.", "turns": [0]},
        {"text": "", "turns": [0]},
        {"text": "word " * 200, "turns": [0]},
    ],
)
def test_a_remark_that_nothing_shows_is_dropped(drafting: Drafting, remark: dict[str, Any]) -> None:
    made, note = coached(drafting, GOOD | {"opportunity": remark})
    assert made["opportunity"] == BUILTIN["coaching"]["opportunity"]
    assert made["strengths"] == GOOD["strengths"]
    assert note["source"] == "model"


def test_a_counted_figure_may_be_repeated(drafting: Drafting) -> None:
    measures = BUILTIN["coaching"]["measures"]
    said = f"You spoke {measures['talk_share']:.0%} of the words, {measures['longest_monologue']['words']} in one turn."
    made, _ = coached(drafting, GOOD | {"opportunity": {"text": said, "turns": [4]}})
    assert made["opportunity"] == {"text": said, "turns": [4]}


def test_without_a_remark_that_stands_the_builtin_coaching_stands(drafting: Drafting) -> None:
    made, note = coached(
        drafting, {"strengths": [{"text": "Nice.", "turns": []}], "opportunity": None, "suggestion": None}
    )
    assert made == BUILTIN["coaching"]
    assert note["source"] == "builtin"
    assert "turns" in note["instead"]


def test_of_a_call_that_is_too_long_the_telling_turns_are_shown() -> None:
    state = data()
    state["dialogue"] = [*state["dialogue"], *(state["dialogue"][0] | {"text": "word " * 50} for _ in range(50))]
    measures = BUILTIN["coaching"]["measures"]
    shown = coaching.turns_that_fit(Subject.of(state, load()), measures, 1_200)
    assert {3, 4, 5, 6} <= set(shown)
    assert len(shown) < 12
    assert coaching.turns_that_fit(Subject.of(state, load()), measures, 0) == []


@pytest.mark.parametrize("case", FAULTS[1::3], ids=lambda case: case.name)
def test_a_fault_leaves_the_builtin_coaching(drafting: Drafting, case: Case) -> None:
    drafting.does(case)
    given = drafting.run(SalesCoachAgent)
    assert given["coaching"] == BUILTIN["coaching"]
    assert given["coaching_mind"] == {"source": "builtin", "instead": case.reads}


@pytest.mark.parametrize("attack", ATTACKS[1::4], ids=lambda attack: attack.name)
def test_an_attack_in_the_call_stays_in_the_fence(drafting: Drafting, attack: Attack) -> None:
    poisoned = [{"text": words, "turns": [7]} for words in POISON]
    made, _ = coached(drafting, GOOD | {"strengths": [*poisoned, *GOOD["strengths"]]}, data(turn=attack.text))
    told = " ".join(remark["text"] for remark in made["strengths"])
    assert marks_in(told) == []
    assert runs_of(attack.text, 4) & runs_of(drafting.outside, 4) == set()
    assert len(examples.TURNS) == 7
