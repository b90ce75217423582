"""What is found in the words of a client's call, however it is asked for."""

import pytest

from services.copilot.called import written_out
from services.copilot.figures import in_figures
from tests.copilot.conftest import Ask


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("So for both it's thirty-one fifty.", " (in figures: 3,150)"),
        ("On May seventeenth, four hundred people.", " (in figures: May 17; 400)"),
        ("We signed one in nineteen ninety-one.", " (in figures: 1991)"),
        ("Eleven thirty works.", ""),
        ("It was $4,000 and three chairs.", ""),
    ],
)
def test_numbers_said_in_words_stand_in_figures_behind_a_quote(words: str, told: str) -> None:
    assert in_figures(words) == told


def test_shorthand_is_written_out_and_other_words_are_left() -> None:
    assert written_out("# of clients w/ a will, w/o a trust") == "number of clients with a will, without a trust"
    assert written_out("Which/what about biz?") == "Which/what about biz?"


def test_another_form_of_a_word_and_words_of_like_meaning_find_a_turn(asked: Ask) -> None:
    answer = asked("What did Petra Lindholm's daughters inherit?")
    assert "My two girls should get it." in answer.text


def test_of_a_question_that_asks_two_things_both_are_looked_for(asked: Ask) -> None:
    answer = asked("What did Petra Lindholm say about a lighthouse, and what did her girls get?")
    assert "lighthouse" in answer.text
    assert "My two girls" in answer.text


def test_who_wants_to_be_reminded_gets_no_draft(asked: Ask) -> None:
    answer = asked("remind me, what does Petra Lindholm own in Maine? I want to mention it in a letter")
    assert answer.draft is None
    assert "lighthouse" in answer.text


def test_clients_without_a_next_step_are_told_out_of_all_calls(asked: Ask) -> None:
    answer = asked("Which clients have no next step?")
    assert "No next step is on record for 1 of 3 calls: Petra Vance." in answer.text


def test_nothing_of_another_client_stands_in_an_answer_about_one(asked: Ask) -> None:
    for question in ("What did Quinton say about the price?", "Quinton's lighthouse?", "What do we owe Quinton?"):
        assert set(asked(question).calls) <= {"quinton"}
