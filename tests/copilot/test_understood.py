"""Ways to put a question: in quotes, by a description, about those of before, of each of two; steps, the rest."""

import pytest

from tests.copilot.conftest import Ask


def test_words_in_quotes_are_looked_for_and_mean_nothing_else(asked: Ask) -> None:
    answer = asked('Who said "let me sleep on it"?')
    assert "Let me sleep on it." in answer.text
    assert answer.calls == ("petra",)


def test_somebody_is_known_by_where_they_live(asked: Ask) -> None:
    assert "$3,000" in asked("How much did we quote the guy in Ohio?").text


def test_a_pronoun_with_nobody_before_asks_back_though_it_names_a_concern(asked: Ask) -> None:
    assert asked("What did she say about the price?").asks


def test_those_of_the_answer_before_are_asked_about(asked: Ask) -> None:
    first = asked("Which clients raised the price objection?")
    second = asked("How many of them discussed a will?", first)
    assert "1 of 2" in second.text
    assert "Petra Vance" in second.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who has the larger deal, Quinton or Petra Lindholm?", "by $2,000"),
        ("What do we still owe Quinton?", "Mail the binder"),
        ("What does Petra Lindholm still owe us?", "Send the deed of the lighthouse"),
        ("Which next steps are due in May 2026?", "2 next steps"),
        ("Which steps have no due date?", "No next step"),
        ("How many of the lost calls raised an objection?", "1 of"),
        ("Which products did Quinton and Petra Vance both discuss?", "Both Quinton Abara and Petra Vance: Will."),
        ("Which clients paid a deposit, and how much?", "$0"),
        ("Which clients talked about a lighthouse?", "1 of 3 calls: Petra Lindholm"),
        ("Which calls have no meeting date?", "Petra Vance"),
    ],
)
def test_questions_are_understood(asked: Ask, question: str, told: str) -> None:
    assert told in asked(question).text


def test_a_lost_relative_is_no_lost_deal(asked: Ask) -> None:
    assert "outcome Lost" not in asked("Which clients lost a brother?").text


def test_a_most_common_objection_is_counted_among_the_calls_that_are_asked_for(asked: Ask) -> None:
    assert "in 1 of 1 call with the outcome Lost" in asked("What is the most common objection of lost calls?").text


def test_what_is_not_there_is_said_with_the_client_and_the_call(asked: Ask) -> None:
    answer = asked("What is Quinton's blood type?")
    assert not answer.answered
    assert "Quinton Abara" in answer.text
    assert answer.calls == ("quinton",)
