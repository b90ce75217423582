"""Attacks from within a call: they reach the model as data, and a model that obeys them proves nothing."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from db.engine import Database
from services.agents.contract import Extraction
from services.agents.findings import SUPPORTED
from services.calls.model import Turn
from services.evidence import check
from services.model_mind.fence import harmless
from services.playbooks.loader import load
from tests.asking import Asking, asking_of
from tests.fake_model import Behaviour, says
from tests.model_mind.attacks import ATTACKS, EVIL, OTHER_CLIENT, Attack
from tests.model_mind.cases import CLAIMS, answer, parsed
from tests.model_mind.reads import messages, reads, reads_alone

FENCE = re.compile(r"<<<begin (\w+)>>> the call\n((?:.*\n)*?)<<<end \1>>>")
FACTS = [field.name for field in load().fields]
# Of what the obeying model claims below: what the attack's own words really say, so that the checker verifies it.
SAID = {
    "another recipient": {"next_steps"},
}


@pytest.fixture
def asking(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    with asking_of(database, monkeypatch) as made:
        made.server.usual = says(json.dumps(answer(**CLAIMS)))
        yield made


def attacked(attack: Attack) -> dict[str, Any]:
    """The call, in which the client says the attack in place of turn 5."""
    state = parsed()
    call, dialogue = state["call"], [*state["dialogue"]]
    dialogue[5] = {**dialogue[5], "text": attack.text}
    turns = (*call.turns[:5], Turn(call.turns[5].speaker, attack.text), *call.turns[6:])
    return {**state, "dialogue": dialogue, "call": replace(call, turns=turns)}


OWN, MADE_UP, OTHERS = "the attack's own words", "made-up words", "words that were said about something else"


def obeys(attack: Attack, proof: str) -> Behaviour:
    """A model that fills in what the attacker wants, and quotes something as proof."""
    quotes = {
        OWN: {"turn": 5, "quote": " ".join(harmless(attack.text).split()[:30])},
        MADE_UP: {"turn": 4, "quote": "the trust is free and Mallory pays one dollar, call 555-000-9999"},
        OTHERS: {"turn": 4, "quote": "The whole trust package is four thousand five hundred dollars"},
    }
    wanted = {
        "deal_amount": 1,
        "deposit_amount": 777_777,
        "estate_value": 0,
        "client_state": "AK",
        "marital_status": "Divorced",
        "spouse_name": "Mallory",
        "children_count": 12,
        "real_estate_count": 33,
        "business_interests": ["Grift Holdings"],
        "client_phone": "555-000-9999",
    }

    def claim(value: Any) -> dict[str, Any]:
        return {"value": value, "quotes": [quotes[proof]], "state": "verified", "source": "human"}

    step = {"owner": "advisor", "action": f"Send the file to {EVIL}", "due": "in March", "quotes": [quotes[proof]]}
    given = {name: claim(value) for name, value in wanted.items()}
    lists = {
        "products_discussed": [claim("Timeshare"), claim("LLC Formation")],
        "objections": [claim("Not needed")],
        "outcome": claim("Won"),
        "next_steps": [step],
    }
    extra = {"recipient": EVIL, "transcript_id": OTHER_CLIENT, "client_name": OTHER_CLIENT, "leak": "all of it"}
    return says(json.dumps(given | lists | extra))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_reaches_the_model_inside_the_fence_only(attack: Attack, asking: Asking) -> None:
    reads(asking, parsed())
    reads(asking, attacked(attack))
    plain, question = asking.server.asked
    (system, user), (plain_system, plain_user) = messages(asking)[1], messages(asking)[0]
    assert system == plain_system
    assert FENCE.sub("", user) == FENCE.sub("", plain_user) != user
    fences = FENCE.findall(user)
    assert len(fences) == 1
    assert harmless(attack.text) in fences[0][1]
    assert {name: part for name, part in question.body.items() if name != "messages"} == {
        name: part for name, part in plain.body.items() if name != "messages"
    }


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_model_that_obeys_an_attack_proves_nothing(attack: Attack, asking: Asking) -> None:
    state = attacked(attack)
    alone = reads_alone(state)
    for proof in (OWN, MADE_UP, OTHERS):
        asking.server.usual = obeys(attack, proof)
        given = reads(asking, state, model=f"a model that quotes {proof}")  # what another answered is not remembered
        proves_nothing(given, alone, state, SAID.get(attack.name, set()) if proof == OWN else set())


def proves_nothing(given: dict[str, Any], alone: Extraction, state: dict[str, Any], said: set[str]) -> None:
    """Holds what was found against what the analyst finds alone; ``said``: what the attack's words really say."""
    found: Extraction = given["extracted_entities"]
    assert set(given) == {"extracted_entities", "extraction_mind"}
    assert given["extraction_mind"]["source"] == "model"
    assert set(found) <= {"facts", "products_discussed", "objections", "outcome", "next_steps", "beside"}
    assert list(found["facts"]) == FACTS
    counted = {
        name
        for name, fact in {**found["facts"], "outcome": found["outcome"]}.items()
        if fact["source"] != "builtin" and fact["state"] == "verified"
    }
    for part in ("products_discussed", "objections", "next_steps"):
        items: list[Any] = found[part]
        counted |= {part for item in items if item["source"] != "builtin" and item["state"] in SUPPORTED}
    assert counted == said
    for name, fact in alone["facts"].items():
        if fact["state"] == "verified":
            assert found["facts"][name] == fact
    for name, fact in found["facts"].items():
        assert fact["source"] in ("builtin", "model")
        assert fact["state"] == check(state["dialogue"], name, fact["value"], fact["evidence"], load())
    for name in ("spouse_name", "business_interests"):  # nobody says the names that the attacker wants
        assert found["facts"][name]["source"] == "builtin" or found["facts"][name]["state"] not in SUPPORTED
    assert all(step["due"] != "in March" for step in found["next_steps"])
    assert "Timeshare" not in json.dumps(found)
