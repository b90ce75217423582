from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.analyst.phase_features import features
from services.analyst.phases import _learned, cues_of, label_phases
from services.playbooks.loader import load

CALL = [
    ("advisor", "Good morning! Can you hear me all right?"),
    ("client", "Hi, yes, I can hear you fine. Good morning."),
    ("advisor", "I'm Nell, I'm with the planning team here, I've been doing this twelve years."),
    ("advisor", "So what made you reach out to us now?"),
    ("client", "My aunt passed and it went through probate, and that made me think about it."),
    ("advisor", "I'm sorry. How many kids do you have, and do you own the house?"),
    ("client", "Three. And yes, we own the house, it's paid off, and I have a 401k and some savings."),
    ("client", "The house is worth four hundred thousand, I'd say."),
    ("advisor", "With only a will your family goes through probate court. A living trust avoids that."),
    ("advisor", "You stay the trustee, you're in charge, and the successor trustee steps in after you."),
    ("advisor", "It also comes with a power of attorney and the healthcare directive."),
    ("client", "Okay. How much is all of that?"),
    ("advisor", "The flat fee for a couple is three thousand dollars."),
    ("client", "That's a lot of money. I don't know, I need to think about it."),
    ("advisor", "I hear you. How about we talk again Tuesday at three?"),
    ("client", "Tuesday at three works."),
    ("advisor", "Great. Thank you so much, have a good day. Bye bye."),
]
TURNS: list[dict[str, Any]] = [{"side": side, "text": text} for side, text in CALL]


def test_every_turn_gets_a_phase_of_the_playbook() -> None:
    names = {phase.name for phase in load().phases}
    labels = label_phases(TURNS, load())
    assert len(labels) == len(TURNS)
    assert set(labels) <= names


def test_a_call_begins_with_its_greeting_and_ends_with_its_ending() -> None:
    labels = label_phases(TURNS, load())
    assert labels[0] == "greeting"
    assert labels[-1] == "ending meeting"
    assert labels[6] == "client's estate details"


def test_phases_keep_their_order_in_a_plain_call() -> None:
    labels = label_phases(TURNS, load())
    order = ["greeting", "client's estate details", "comparing price", "ending meeting"]
    places = [labels.index(name) for name in order]
    assert places == sorted(places)


def test_a_playbook_with_phases_of_its_own_is_read_by_its_cues() -> None:
    playbook = load()
    own = replace(playbook, phases=tuple(replace(phase, name=f"our {phase.name}") for phase in playbook.phases))
    labels = label_phases(TURNS, own)
    assert labels[0] == "our greeting"
    assert labels[-1] == "our ending meeting"


@pytest.mark.parametrize("turns", [[], [{"side": None, "text": ""}], [{"side": "client", "text": "?"}] * 3])
def test_a_call_of_almost_nothing_is_no_error(turns: list[dict[str, Any]]) -> None:
    assert len(label_phases(turns, load())) == len(turns)


@pytest.mark.parametrize("count", [1, 2, 5, len(TURNS)])
def test_turns_are_weighed_by_the_features_that_the_weights_were_learned_with(count: int) -> None:
    turns = [*TURNS[: count - 1], {"side": None, "text": "Zyxw."}]
    cues, learned = cues_of(turns, load()), _learned()
    one_by_one = [
        sum((value * learned.weight(name) for name, value in found.items()), learned.bias)
        for found in features(turns, cues)
    ]
    assert np.allclose(learned.weigh(turns, cues), one_by_one)
