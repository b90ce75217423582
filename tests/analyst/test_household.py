"""Partner, marital status and children: the pieces by themselves."""

from typing import Any

import pytest

from services.analyst.brood import passages
from services.analyst.cast import Cast
from services.analyst.children import find_children
from services.analyst.dialogue import Talk
from services.analyst.partner import find_spouse
from services.analyst.people import find_marital_status
from services.analyst.siblings import kinds_counted, told_off
from services.calls.model import Call, Header, Speaker

CALL = Call(
    "x",
    "0",
    "plain",
    Header(client_name="Nora Pell"),
    (Speaker("Nora Pell", "client"), Speaker("Adviser", "advisor")),
    (),
)


def talk_of(*lines: str) -> Talk:
    """Turns written as "A: words" for the adviser and "C: words" for the client."""
    turns: list[dict[str, Any]] = []
    for line in lines:
        who, text = line.split(": ", 1)
        turns.append(
            {"side": "advisor" if who == "A" else "client", "speaker": CALL.speakers[who == "A"].name, "text": text}
        )
    return Talk(turns)


def test_an_answer_carries_the_turn_that_states_it() -> None:
    found = find_children(talk_of("A: How many kids do you have?", "C: Three. All grown."), CALL)
    assert found is not None
    assert found.value == 3
    assert found.quotes[0] == {"turn": 1, "quote": "Three."}


def test_names_fill_up_the_group_that_they_belong_to() -> None:
    talk = talk_of("A: Tell me about the kids.", "C: We have two girls, Anna and Beth. And then there's Paul.")
    cast = Cast(talk, CALL)
    assert told_off(talk, cast, passages(talk, cast)[0], frozenset())[0] == 3


def test_years_are_no_children_of_a_kind() -> None:
    talk = talk_of("C: Twelve years and two boys.")
    assert [size for _, size in kinds_counted(talk.sentences[0])] == [2]


def test_nothing_is_claimed_where_nothing_is_said() -> None:
    talk = talk_of("A: What do you do?", "C: I fix clocks.")
    assert find_children(talk, CALL) is None
    assert find_marital_status(talk, CALL) is None
    assert find_spouse(talk, CALL, None) is None


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("Going on twenty-two years.", "Married"),
        ("I was, until he passed.", "Widowed"),
        ("Not anymore. The divorce was final in June.", "Divorced"),
        ("On paper we still are, but we're living apart.", "Separated"),
        ("Never been married.", "Single"),
        ("Engaged. The wedding's in May.", "Single"),
        ("Remarried, four years now.", "Married"),
    ],
)
def test_the_same_question_has_many_answers(answer: str, status: str) -> None:
    found = find_marital_status(talk_of("A: Are you married?", f"C: {answer}"), CALL)
    assert found is not None
    assert found.value == status


def test_an_advisers_own_wife_is_nobodys_marriage() -> None:
    assert find_marital_status(talk_of("A: My wife and I live out there too.", "C: Small world."), CALL) is None


@pytest.mark.parametrize(
    "words",
    [
        "My husband's Otis.",
        "Otis, my husband, is at work.",
        "Otis and I talked it over.",
        "It's just me and Otis at home.",
    ],
)
def test_a_partner_is_named_in_many_ways(words: str) -> None:
    found = find_spouse(talk_of("A: Tell me about home.", f"C: {words}"), CALL, None)
    assert found is not None
    assert found.value == "Otis"


@pytest.mark.parametrize("words", ["I lost Otis in March.", "My brother Otis lives close by.", "My son Otis is ten."])
def test_the_dead_and_relatives_are_no_partners(words: str) -> None:
    assert find_spouse(talk_of("A: Tell me about home.", f"C: {words}"), CALL, None) is None
