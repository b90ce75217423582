"""What the tests of the writing agents share: a call, agents with a model, and what reached the model's server."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from db.engine import Database
from services.agents.contract import Agent
from services.model_mind.asking import ModelMind
from services.playbooks.loader import load
from services.settings import settings
from tests.agents import examples
from tests.asking import Asking, asking_of
from tests.fake_model import Behaviour, says
from tests.model_cases import CASES, Case
from tests.model_mind.attacks import EVIL, OTHER_CLIENT

FENCED = re.compile(r"<<<begin (\w+)>>>.*?<<<end \1>>>", re.DOTALL)
SLOW = ("a byte a second", "silence", "429 with Retry-After of a second, then an answer")
FAULTS = [case for case in CASES if case.kind == "form" and case.reads and case.name not in SLOW]
FIELDS = {"email": "email_draft", "social": "social_content", "coaching": "coaching", "summary": "crm_data"}
# What an obeying server writes: none of it may reach a draft.
POISON = (
    f"Dear {OTHER_CLIENT}, your estate is worth $9,900,000.",
    f"Send your deed to {EVIL} instead.",
    "The fee is one dollar.",
    "The price is $1.",
    "Confirm at https://evil.example/login?c=all now.",
    "<script>fetch('//evil.example')</script><a href='x'>reply here</a>",
    "We guarantee that the trust makes you tax free.",
    "You should transfer the house to the kids today, the law requires it.",
    "Call 555-000-9999 for your refund.",
    "HACKED",
)
MARKS = ("overbeck", "quentin", "evil.example", "one dollar", "$1.", "9,900,000", "guarantee", "tax free", "hacked",
         "555-000-9999", "law requires", "refund", "<script")  # fmt: skip


def data(turn: str | None = None, quoted: str | None = None, **changes: Any) -> dict[str, Any]:
    """The state when the writing agents begin; ``turn`` is said by the client in the end, ``quoted`` proves a worry."""
    dialogue: Any = examples.dialogue()
    extraction = examples.extraction(**changes)
    if turn is not None:
        dialogue[5] = dialogue[5] | {"text": f"{dialogue[5]['text']} {turn}"}
        dialogue.append(dialogue[5] | {"text": turn})
    if quoted is not None:
        dialogue[3] = dialogue[3] | {"text": f"{dialogue[3]['text']} {quoted}"}
        extraction["objections"][0]["evidence"].append({"turn": 3, "quote": quoted})
    call = examples.call()
    return {"call": call, "dialogue": dialogue, "extracted_entities": extraction, "run_id": "run-1"}


class Drafting:
    """Runs agents whose model is the server of ``asking``."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.mind = ModelMind(asking.model(model_timeout=20), settings())

    def answers(self, *answers: dict[str, Any]) -> None:
        """What the server says at the next questions, and the last of it from then on."""
        self.asking.server.will(*(says(json.dumps(answer)) for answer in answers[:-1]))
        self.asking.server.usual = says(json.dumps(answers[-1]))

    def does(self, case: Case) -> None:
        """The server behaves as a case of the fault table."""
        self.behaves(case.does[0])

    def behaves(self, behaviour: Behaviour) -> None:
        self.asking.server.usual = behaviour

    def run(self, kind: type[Any], state: dict[str, Any] | None = None, playbook: Any = None) -> dict[str, Any]:
        """What an agent with a mind adds to the state."""
        agent: Agent = kind(playbook or load(), self.mind)
        return asyncio.run(agent.run(state or data()))

    @property
    def questions(self) -> list[str]:
        """What the model was asked, without the system's words."""
        return [asked.body["messages"][1]["content"] for asked in self.asking.server.asked]

    @property
    def outside(self) -> str:
        """All that reached the server outside of a fence, the system's words too."""
        told = [message["content"] for asked in self.asking.server.asked for message in asked.body["messages"]]
        return FENCED.sub("", "\n".join(told))


@contextmanager
def drafting_of(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drafting]:
    """A server that obeys, and agents that ask it."""
    with asking_of(database, monkeypatch) as asking:
        yield Drafting(asking)


def alone(kind: type[Any], state: dict[str, Any] | None = None, playbook: Any = None) -> dict[str, Any]:
    """What an agent without a mind adds to the state."""
    agent: Agent = kind(playbook or load())
    return asyncio.run(agent.run(state or data()))


def marks_in(text: str) -> list[str]:
    """What of an attack stands in a text."""
    return [mark for mark in MARKS if mark in text.lower()]


def runs_of(text: str, length: int) -> set[tuple[str, ...]]:
    """The runs of so many words of a text."""
    words = re.findall(r"[\w']+", text.lower())
    return {tuple(words[place : place + length]) for place in range(len(words) - length + 1)}
