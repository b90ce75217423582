"""A small call of two firms, and a model's answer about it, for the tests of the model's reading."""

import asyncio
from pathlib import Path
from typing import Any, cast

from services.agents.contract import DialogueTurn, Extraction, Fact, NextStep, Quote, State
from services.agents.parser import ParserAgent
from services.agents.structuring import StructuringAgent
from services.playbooks import loader
from services.playbooks.loader import Playbook, load

HOME = Path(loader.__file__).with_name("home_insurance.toml")
TEXT = """\
Dana Whitfield: Good morning Robert, this is Dana with Alder Legacy. What brings you in today?
Robert Nolan: My wife Ellen and I have two kids and no plan, and we want to avoid probate.
Dana Whitfield: A revocable living trust would keep the house out of probate. Where do you live?
Robert Nolan: In Columbus, Ohio. We own the house there, nothing else.
Dana Whitfield: The whole trust package is four thousand five hundred dollars, and half of it is due today.
Robert Nolan: That's a lot of money. I need to think about it.
Dana Whitfield: I'll email you the summary tonight. Can we talk again on Friday?
Robert Nolan: Friday works. I’ll find the deed and send it to you.
"""
CLAIMS: dict[str, Any] = {
    "deal_amount": {"quotes": [{"turn": 4, "quote": "four thousand five hundred dollars"}], "value": 4500},
    "client_state": {"quotes": [{"turn": 3, "quote": "In Columbus, Ohio."}], "value": "Ohio"},
    "children_count": {"quotes": [{"turn": 1, "quote": "two kids"}], "value": 2},
    "spouse_name": {"quotes": [{"turn": 1, "quote": "My wife Ellen"}], "value": "Ellen"},
}


def parsed(text: str = TEXT, playbook: Playbook | None = None) -> dict[str, Any]:
    """The state of the chain when the Knowledge Analyst begins."""
    state: dict[str, Any] = {"file_path": "a call.txt", "content": text.encode(), "options": {}}
    for agent in (ParserAgent(), StructuringAgent(playbook or load())):
        state |= asyncio.run(agent.run(state))
    return state


def dialogue(*texts: str, phases: str | None = None) -> list[DialogueTurn]:
    """Turns of the adviser and the client by turns; ``phases`` is a letter a turn."""
    return [
        {
            "speaker": ("Dana", "Robert")[number % 2],
            "side": ("advisor", "client")[number % 2],
            "start": None,
            "end": None,
            "text": text,
            "phase": phases[number] if phases else None,
        }
        for number, text in enumerate(texts)
    ]


def answer(**claims: Any) -> dict[str, Any]:
    """A model's answer about a call of the estate planning firm: null and empty where nothing is claimed."""
    nothing: dict[str, Any] = {field.name: None for field in load().fields}
    lists: dict[str, Any] = {"products_discussed": [], "objections": [], "outcome": None, "next_steps": []}
    return nothing | lists | claims


def quoted(turn: int, words: str) -> list[Quote]:
    return [Quote(turn=turn, quote=words)]


def fact(value: Any, state: State = "verified", turn: int = 0, source: str = "builtin") -> Fact:
    evidence = quoted(turn, f"words of turn {turn}") if value is not None else []
    return Fact(value=value, state=state, evidence=evidence, source=source)  # type: ignore[typeddict-item]


def step(action: str, state: State = "verified", turn: int = 0, source: str = "builtin", **parts: Any) -> NextStep:
    known = {"owner": "client", "action": action, "due": None, "due_date": None, "state": state, "source": source}
    return cast(NextStep, known | {"evidence": quoted(turn, action)} | parts)


def extraction(facts: dict[str, Fact] | None = None, **parts: Any) -> Extraction:
    """An extraction in which nothing was discussed but what is given."""
    nothing = fact(None, "not discussed")
    empty = {"products_discussed": [], "objections": [], "outcome": nothing, "next_steps": []}
    known = {field.name: nothing for field in load().fields} | (facts or {})
    return cast(Extraction, {"facts": known} | empty | parts)
