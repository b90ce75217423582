"""What the copilot answers without a model: facts, figures, lists, steps, words, with sources and denominators."""

import pytest

from services.copilot.contract import Answer
from tests.copilot.conftest import Ask


def sources(answer: Answer) -> set[tuple[str, int | None]]:
    return {(source.call, source.turn) for sentence in answer.sentences for source in sentence.sources}


@pytest.mark.parametrize(
    ("question", "told", "at"),
    [
        ("What is the estate value of Petra Lindholm?", "$900,000", ("petra", 3)),
        ("How many children does Petra Lindholm have?", "2", ("petra", 4)),
        ("Where does Quinton live?", "Ohio (OH)", ("quinton", None)),
        ("How did the call with Quinton end?", "Won", ("quinton", 3)),
        ("Who is married to Petra Lindholm?", "Olof", ("petra", None)),
        ("What is Lindhlm's estate value?", "$900,000", ("petra", 3)),
        ("Who spoke with Quinton for us?", "Ida Roe", ("quinton", None)),
    ],
)
def test_a_fact_of_a_client_is_told_with_its_turn(
    asked: Ask, question: str, told: str, at: tuple[str, int | None]
) -> None:
    answer = asked(question)
    assert told in answer.text
    assert at in sources(answer)
    assert answer.answered


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many calls raised the price objection?", "2 of 3"),
        ("How many clients do we have?", "3 clients"),
        ("What is the total deal amount?", "$12,000"),
        ("What is the average deal amount?", "$4,000"),
        ("What is the median deal amount of lost calls?", "$4,000"),
        ("What share of calls was won?", "1 of 3 (33 %)"),
        ("Which client has the largest deal amount?", "Petra Lindholm"),
        ("Which objection comes up most often?", "Price comes up most often, in 2 of 3 calls"),
        ("Which adviser has the most won calls?", "Ida Roe"),
        ("Were more calls won or lost?", "It is the same for Won and Lost"),
        ("Which clients live in Ohio?", "Quinton Abara"),
        ("Which clients discussed a will but not a living trust?", "Quinton Abara"),
        ("Which clients are divorced?", "Quinton Abara"),
        ("Which deals are above $4,500?", "Petra Lindholm"),
        ("Which calls were in April 2026?", "Petra Lindholm"),
        ("How much is our pipeline?", "$5,000"),
        ("Who has kids?", "Petra Lindholm"),
        ("What is due this week?", "Send the deed of the lighthouse"),
        ("What do we still have to do for Quinton?", "Mail the binder"),
    ],
)
def test_figures_and_lists_are_right(asked: Ask, question: str, told: str) -> None:
    answer = asked(question)
    assert told in answer.text
    assert answer.score >= 3


def test_a_count_names_those_that_do_not_fit(asked: Ask) -> None:
    answer = asked("How many calls raised the price objection?")
    assert "the other 1 does not fit" in answer.text
    assert any("Quinton" in sentence.text and "Not among them" in sentence.text for sentence in answer.sentences)
    assert {call for call, _ in sources(answer)} == {"petra", "petra-two", "quinton"}


def test_what_was_not_discussed_is_never_nought(asked: Ask) -> None:
    assert "not discussed" in asked("What is the deposit of Petra Lindholm?").text
    assert "$0" in asked("What is the deposit of Quinton?").text
    total = asked("What is the total deposit?").text
    assert "known for 1 of 3 clients, not discussed with 2" in total


def test_calls_without_a_date_are_told(asked: Ask) -> None:
    assert "1 call without a date can't be placed in time" in asked("How many calls were in March 2026?").text


def test_words_of_a_call_are_quoted_with_their_turn(asked: Ask) -> None:
    answer = asked("What did Petra Lindholm say about the lighthouse?")
    assert "We own a lighthouse in Maine" in answer.text
    assert ("petra", 3) in sources(answer)
    assert any("words were compared" in note for note in answer.notes)


def test_objections_come_with_what_was_answered_and_how_it_ended(asked: Ask) -> None:
    answer = asked("What objections did Petra Lindholm raise, and how were they answered?")
    assert "It costs more than I thought." in answer.text
    assert "Nora Quist answered: “You can pay it in two halves.”" in answer.text
    assert {("petra", 1), ("petra", 2)} <= sources(answer)
    others = asked("Who else raised it?", answer)
    assert others.asks or others.sentences


def test_who_raised_an_objection_and_how_it_ended(asked: Ask) -> None:
    answer = asked("Who raised the price objection?")
    assert "2 of 3 calls: Petra Lindholm and Petra Vance" in answer.text
    assert "The call with Petra Vance ended with the outcome Lost." in answer.text


def test_clients_with_something_in_common_are_found_by_the_record(asked: Ask) -> None:
    answer = asked("Which clients are similar to Quinton?")
    assert "Petra Vance shares Will with Quinton Abara." in answer.text


@pytest.mark.parametrize(
    "question",
    ["What is Quinton's favorite movie?", "When was Quinton born?", "What did Kasimir Trost say about cats?"],
)
def test_what_the_record_does_not_hold_is_said(asked: Ask, question: str) -> None:
    answer = asked(question)
    assert not answer.answered
    assert not answer.asks
    assert "The record" in answer.text or "Nobody called" in answer.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is the estate value of Petra?", "Petra Lindholm (Maine"),
        ("What is the deposit?", "Whose deposit?"),
        ("What did she say?", "Whom do you mean?"),
        ("Draft an e-mail", "To which client"),
    ],
)
def test_it_asks_back_where_the_question_can_not_be_answered(asked: Ask, question: str, told: str) -> None:
    answer = asked(question)
    assert answer.asks
    assert told in answer.text


def test_the_state_tells_two_clients_of_a_name_apart(asked: Ask) -> None:
    assert "$4,000" in asked("What is the deal amount of Petra in Texas?").text


def test_she_is_the_client_that_was_spoken_of_last(asked: Ask) -> None:
    first = asked("What is the estate value of Petra Lindholm?")
    assert "Olof" in asked("And who is her husband?", first).text
    second = asked("What about Quinton?", first)
    assert "Quinton Abara's estate value was not discussed" in second.text


def test_every_claim_has_a_source(asked: Ask) -> None:
    for question in ("Compare Quinton and Petra Lindholm", "Which deals are above $3,500?", "Tell me about Quinton"):
        for sentence in asked(question).sentences:
            assert sentence.sources or sentence.state == "plain"
