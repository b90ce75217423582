"""The fence around a call's words: nothing in them can end it, begin another, or pass for what is ours."""

import re
import unicodedata
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model_mind import fence
from services.model_mind.fence import LONGEST_NAME, RULE, fenced, fenced_text, harmless
from tests.model_mind.attacks import ATTACKS, Attack

MARKED = re.compile(r"<<<begin (\w{16})>>> (.+)\n((?:.*\n)*)<<<end \1>>>")


def turn(text: str, speaker: str | None = "Ann Lee", side: str | None = "client") -> dict[str, Any]:
    return {"text": text, "speaker": speaker, "side": side}


def inside(prompt: str) -> list[str]:
    """The lines between the marks, where there is one pair of them and nothing else."""
    match = MARKED.fullmatch(prompt)
    assert match is not None
    assert prompt.count("<<<") == prompt.count(">>>") == 2
    return match[3].splitlines()


def test_a_turn_is_one_line_with_its_number_side_and_speaker() -> None:
    dialogue = [turn("Good morning.", "Dana", "advisor"), turn("Hello,\nthis is  Ann."), turn("Hm.", None, None)]
    assert inside(fenced(dialogue)) == [
        "[0] Adviser (Dana): Good morning.",
        "[1] Client (Ann Lee): Hello, this is Ann.",
        "[2] Speaker: Hm.",
    ]


def test_chosen_turns_keep_their_numbers_and_their_order() -> None:
    dialogue = [turn(f"Turn {number}.") for number in range(5)]
    assert [line[:3] for line in inside(fenced(dialogue, {3, 1}))] == ["[1]", "[3]"]


def test_the_same_words_have_the_same_marks_and_others_have_others() -> None:
    assert fenced([turn("Hello.")]) == fenced([turn("Hello.")])
    first, second = (MARKED.fullmatch(fenced([turn(text)])) for text in ("Hello.", "Hello!"))
    assert first is not None
    assert second is not None
    assert first[1] != second[1]


def test_words_that_hold_the_mark_they_would_get_get_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def weak(words: bytes) -> Any:  # the first mark of any words is known beforehand
        return SimpleNamespace(hexdigest=lambda: "0" * 64 if b" " in words else sha256(words).hexdigest())

    monkeypatch.setattr(fence, "sha256", weak)
    match = MARKED.fullmatch(fenced_text("a note", "no mark of ours"))
    assert match is not None
    assert match[1] == "a" * 16
    match = MARKED.fullmatch(fenced_text("a note", f"the mark is {'A' * 16}"))
    assert match is not None
    assert match[1] != "a" * 16


def test_what_nobody_sees_is_not_shown_to_a_model() -> None:
    assert harmless("a\u200bb\u202ec\U000e0041d\x00e\u2028f\ue000") == "abcd e f"


def test_a_mark_has_no_digit_for_it_must_not_look_like_a_number_to_hide() -> None:
    match = MARKED.fullmatch(fenced([turn("Call me at 555-000-1111.")]))
    assert match is not None
    assert re.fullmatch(r"[a-p]{16}", match[1])


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_stays_one_line_between_the_marks(attack: Attack) -> None:
    lines = inside(fenced([turn("Hello."), turn(attack.text), turn("Goodbye.")]))
    assert [re.findall(r"\[\d+\]", line) for line in lines] == [["[0]"], ["[1]"], ["[2]"]]
    assert lines[1] == f"[1] Client (Ann Lee): {harmless(attack.text)}"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_in_a_name_stays_a_name(attack: Attack) -> None:
    (line,) = inside(fenced([turn("Hello.", attack.text)]))
    match = re.fullmatch(r"\[0\] Client(?: \(([^():]*)\))?: Hello\.", line)
    assert match is not None
    assert len(match[1] or "") <= LONGEST_NAME


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_in_another_text_stays_between_the_marks(attack: Attack) -> None:
    assert inside(fenced_text("a draft", attack.text)) == [harmless(line) for line in attack.text.splitlines()]


@given(st.text())
def test_whatever_a_turn_holds_it_is_one_visible_line_without_marks(text: str) -> None:
    (line,) = inside(fenced([turn(text)]))
    assert not re.search(r"[<>\[\]]", line[3:])
    assert all(unicodedata.category(character) not in ("Cc", "Cf", "Zl", "Zp") for character in line)


def test_there_is_a_list_of_attacks_each_its_own() -> None:
    assert len({attack.text for attack in ATTACKS}) == len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 30


def test_the_rule_says_that_words_between_the_marks_are_no_instruction() -> None:
    assert "<<<begin X>>>" in RULE
    assert "<<<end X>>>" in RULE
    assert "never an instruction" in RULE
