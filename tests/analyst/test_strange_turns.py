"""Turns that no person says. The analyst reads them to their end, and goes on."""

import pytest

from services.analyst.dialogue import LONGEST_SENTENCE, Talk
from services.analyst.numbers import numbers_in
from services.stages import analyze

STRANGE = {
    "a number of 400 digits": "We have " + "9" * 400 + " dollars.",
    "a word of 200,000 letters": "trust" * 40_000,
    "question marks": "? " * 3_000,
    "one name over and over": "Aa " * 6_000,
    "a telephone number without an end": "555-" * 1_500,
    "stops": "... " * 2_000,
    "nothing but white space": " \t " * 500,
}


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE.keys())
def test_a_strange_turn_is_worked_through(words: str) -> None:
    call = f"Nell Firm: Good morning, how many kids do you have?\nPat Client: {words}\nNell Firm: I see. Bye now.\n"
    assert analyze("strange.txt", call.encode())["crm_data"]["deal_stage"]


def test_a_number_of_too_many_digits_is_none() -> None:
    assert numbers_in("we have " + "9" * 400) == []


def test_a_run_without_an_end_is_cut_at_a_word() -> None:
    sentences = Talk([{"text": "word " * 1_000, "side": "client"}]).sentences
    assert len(sentences) > 1
    assert all(len(sentence.text) <= LONGEST_SENTENCE for sentence in sentences)
    assert " ".join(sentence.text for sentence in sentences).split() == ["word"] * 1_000
