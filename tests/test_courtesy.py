"""What claims nothing in an e-mail, and what claims something although its words are small, few or hidden."""

import json
from pathlib import Path

import pytest

from services import sentence_courtesy
from services.lookalikes import seen, unreadable
from services.playbooks.loader import load
from services.sentence_check import CheckedSentence, check
from services.spoken_phones import spoken_phones
from tests.agents import examples

SENTENCES = Path(__file__).with_name("data") / "sentences"


def cases(name: str) -> list[str]:
    """The e-mails of a file, one a line, with signs that nobody sees and line ends written as in JSON."""
    lines = (SENTENCES / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(f'"{line}"') for line in lines]


def checked(text: str) -> list[CheckedSentence]:
    return check(text, examples.dialogue(), examples.extraction(), examples.call().header, load())


@pytest.mark.parametrize("text", cases("claims.txt"))
def test_a_claim_that_the_call_does_not_carry_waits_for_a_tick(text: str) -> None:
    assert [one.text for one in checked(text) if not one.supported]


@pytest.mark.parametrize("text", cases("courtesy.txt"))
def test_courtesy_greetings_and_signatures_leave_without_one(text: str) -> None:
    assert [one.text for one in checked(text) if not one.supported] == []


def test_a_greeting_ends_where_a_sentence_begins() -> None:
    greeting, sentence = checked("Hi Robert, Ellen and family, you pay no estate tax!")
    assert (greeting.role, greeting.text, greeting.mark) == ("greeting", "Hi Robert, Ellen and family,", "plain")
    assert (sentence.role, sentence.text) == ("sentence", "you pay no estate tax!")


def test_a_sentence_that_goes_on_in_the_next_line_is_one() -> None:
    (one,) = checked("Thank you for taking the time to\nspeak with us.")
    assert (one.mark, one.start, one.end) == ("plain", 0, 47)
    assert len(checked("Thank you.\nyour trust is free.")) == 2


def test_how_the_call_ended_has_to_be_told_as_it_ended() -> None:
    (won,) = checked("You decided to go ahead with us.")
    (lost,) = checked("You decided not to go ahead.")
    assert (won.mark, won.turns, lost.mark) == ("said by the client", [5], "not in the call")


def test_a_signature_may_name_the_firm_that_the_file_names() -> None:
    text = "Best regards,\nDana Whitfield\nQuarry Hill Partners"
    told = examples.dialogue(), examples.extraction(), examples.call().header, load()
    assert [one.supported for one in check(text, *told)] == [True, True, False]
    assert all(one.supported for one in check(text, *told, firms=("Quarry Hill Partners",)))


def test_a_telephone_number_in_words_is_the_calls_or_nobodys() -> None:
    said = "You reach me at five five five, oh one four three."
    dialogue = [*examples.dialogue(), examples.dialogue()[1] | {"text": said}]
    told = examples.extraction(), examples.call().header, load()
    (known,) = check("We call you at five five five oh one four three.", dialogue, *told)
    (other,) = check("We call you at five five five oh one four four.", dialogue, *told)
    assert [claim.supported for claim in (*known.claims, *other.claims) if claim.kind == "link"] == [True, False]
    assert [one.figures for one in spoken_phones("call double five 5, oh one four three, or ten times")] == ["5550143"]


def test_letters_are_read_as_they_are_seen() -> None:
    assert seen("C\u043erl\u200biss, \U0001d402o").text == "Corliss, Co"
    shown = seen("a\u200bbc")
    assert shown.text[1:3] == "bc"
    assert shown.span(1, 3) == (2, 4)
    assert unreadable("Caf\u00e9 für Łukasz, naïve – “yes” … 🙂") == []
    assert unreadable("fr\u200bee \u0446ена ｆｒｅｅ") == ["fr\u200bee", "цена", "ｆｒｅｅ"]


def test_a_word_of_courtesy_beside_a_claim_is_none() -> None:
    assert sentence_courtesy.claims_nothing("Thank you for your time, and take care.")
    assert not sentence_courtesy.claims_nothing("Thank you for your time, it is all on us.")


def test_a_step_in_small_words_alone_is_carried_by_the_step_that_says_all_of_them() -> None:
    step = examples.extraction()["next_steps"][0] | {
        "action": "Let me find out first",
        "evidence": [{"turn": 5, "quote": "Let me find out first."}],
    }
    told = examples.dialogue(), examples.extraction(next_steps=[step]), examples.call().header, load()
    _, known, other = check("On your side:\n- Let me find out first.\n- Let me take it all.", *told)
    assert (known.supported, [one["action"] for one in known.steps]) == (True, ["Let me find out first"])
    assert not other.supported
