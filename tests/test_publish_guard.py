"""No post holds what could tell who a client is: names, addresses, amounts, places, their words."""

from typing import Any

import pytest

from services.playbooks.loader import load
from services.publish_guard import Private, findings_in
from tests.agents import examples

TURNS = (
    ("client", "My daughter Odalys and I run a bakery in Tulsa, and the house there is worth four hundred thousand."),
    ("advisor", "And where does your brother Thaddeus live? Nobody plans for the day they can't sign."),
    ("client", "He moved away after the flood, and he never answers when we call him about mom's farm."),
    ("client", "You can write to me at 88 Alder Street, my number is 918-555-0143."),
)

WORDS = "client's words"


def private(**changes: Any) -> Private:
    dialogue: Any = examples.dialogue()
    names = {"client": "Robert Nolan", "advisor": "Dana Whitfield"}
    dialogue += [dialogue[0] | {"speaker": names[side], "side": side, "text": text} for side, text in TURNS]
    facts = examples.extraction()["facts"] | {"client_state": examples.fact("OK", 7, "Tulsa")}
    return Private(dialogue, examples.extraction(facts=facts, **changes), examples.call().header, load())


def found(post: str) -> list[tuple[str, str]]:
    return [(one.kind, one.words) for one in findings_in(post, private())]


@pytest.mark.parametrize(
    ("post", "kind", "words"),
    [
        ("Robert asked the question that everybody asks.", "name", "Robert"),
        ("The Nolans' plan was a good one: ask Nolan.", "name", "Nolan"),
        ("Ellen was right about this.", "name", "Ellen"),
        ("We met Odalys last week.", "other name", "Odalys"),
        ("Think of Thaddeus, who lives far away.", "other name", "Thaddeus"),
        ("Proud of this one. #nolanfamily", "name", "#nolanfamily"),
        ("Write to robert@nolan.example for more.", "address", "robert@nolan.example"),
        ("Call 918-555-0143 today.", "address", "918-555-0143"),
        ("Come to 88 Alder Street.", "address", "88 Alder Street"),
        ("More at https://evil.example/x", "address", "https://evil.example/x"),
        ("<b>Plan</b> ahead.", "address", "<b>"),
        ("A house worth $400,000 needs a plan.", "amount", "$400,000"),
        ("A trust need not cost more than $3,800.", "amount", "$3,800"),
        ("Families in Oklahoma often wait too long.", "place", "Oklahoma"),
        ("A bakery in Tulsa needs a plan.", "other name", "Tulsa"),
        ("Somebody moved away after the flood, and he never answers.", WORDS, "after the flood, and he never answers"),
        ("A brother who never answers a call on his mom's farm after the flood moved away.", "near words", "A brother"),
        ("Nobody plans for the day they can't sign.", WORDS, "Nobody plans for the day they can't sign"),
    ],
)  # fmt: skip
def test_what_belongs_to_one_call_is_found(post: str, kind: str, words: str) -> None:
    assert [one for one in found(post) if one[0] == kind and words in one[1]]


@pytest.mark.parametrize(
    "post",
    [
        "A living trust keeps a family out of probate court.",
        "Will your children know where the papers are?",
        "Most families wait until it is too late. Start with one conversation.",
        "Grace under pressure is a plan that somebody wrote down.",
        "Four in ten people have no will at all.",
        "Who would speak for you if you couldn't? #estateplanning",
        "",
    ],
)
def test_what_belongs_to_nobody_may_be_published(post: str) -> None:
    assert found(post) == []


def test_a_finding_says_where_it_stands_and_where_it_was_said() -> None:
    post = "We met Odalys last week."
    (one,) = findings_in(post, private())
    assert post[one.start : one.end] == one.words == "Odalys"
    assert one.turn == len(examples.TURNS)


def test_the_firm_s_own_words_may_all_be_published() -> None:
    playbook = load()
    said = [words for one in playbook.subjects for words in (*one.insights, *one.stories)]
    assert not [words for words in [*said, *playbook.social.questions] if found(words)]


def test_a_word_of_the_trade_is_no_name() -> None:
    dialogue: Any = [turn | {"speaker": "Will Trust", "side": "client"} for turn in examples.dialogue()[:1]]
    nobody = Private(dialogue, examples.extraction(), examples.call().header, load())
    assert findings_in("Will a trust help?", nobody) == []
