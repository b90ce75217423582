"""Short invented dialogues, each with one trap of real talk, and what must be read in them all the same.

A file holds either ``[[trap]]`` with turns as pairs of side and words, or ``[[traps]]`` with turns as "A: words".
A is the adviser, C the client, S or D a second voice on the client's side.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.analyst.extract import extract
from services.analyst.phases import label_phases
from services.calls.model import Call, Header, Speaker, Turn
from services.playbooks.loader import load

FOLDER = Path(__file__).parent.parent / "data" / "traps"


def traps() -> list[Any]:
    """Every trap of the data files, under the name of its file and its own."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        kept = tomllib.loads(path.read_text(encoding="utf-8"))
        for trap in [*kept.get("trap", []), *kept.get("traps", [])]:
            found.append(pytest.param(trap, id=f"{path.stem}: {trap['name']}"))
    return found


def dialogue_of(trap: Mapping[str, Any]) -> list[Any]:
    """The turns of a trap as Structuring hands them on, phases told."""
    second = trap.get("second", "Jamie")
    names = {"A": "Dana Whitfield", "C": trap.get("client", "Robin Castell"), "S": second, "D": second}
    dialogue: list[Any] = []
    for line in trap["turns"]:
        who, text = line.split(": ", 1) if isinstance(line, str) else line
        side = "advisor" if who == "A" else "client"
        dialogue.append({"speaker": names[who], "side": side, "start": None, "end": None, "text": text, "phase": None})
    for turn, phase in zip(dialogue, label_phases(dialogue, load()), strict=True):
        turn["phase"] = phase
    return dialogue


def read(trap: Mapping[str, Any]) -> Any:
    """The whole analyst's extraction of a trap."""
    dialogue = dialogue_of(trap)
    sides = {turn["speaker"]: turn["side"] for turn in dialogue}
    joint = "&" in trap.get("client", "")
    call = Call(
        "trap",
        "0" * 16,
        "plain",
        Header(
            client_name=None if joint else trap.get("client", "Robin Castell"),
            meeting_date=trap.get("date", "2025-06-03"),
        ),
        tuple(Speaker(name, side) for name, side in sides.items()),
        tuple(Turn(turn["speaker"], turn["text"]) for turn in dialogue),
    )
    return extract(dialogue, call, load())


def fold(value: Any) -> Any:
    return sorted(map(str.casefold, value)) if isinstance(value, list) else value


def heard(found: Any, field: str) -> Any:
    if field == "outcome":
        return found["outcome"]["value"]
    if field == "objections":
        return [objection["category"] for objection in found["objections"]]
    if field in ("products", "products_discussed"):
        return [product["value"] for product in found["products_discussed"]]
    return found["facts"][field]["value"]


@pytest.mark.parametrize("trap", traps())
def test_a_trap_is_read_as_a_person_would(trap: dict[str, Any]) -> None:
    found = read(trap)
    expected: dict[str, Any] = {**trap.get("expect", {}), **dict.fromkeys(trap.get("none", []))}
    for step in expected.pop("steps", []):
        assert any(
            one["owner"] == step["owner"]
            and step["words"] in one["action"]
            and all(one[key] == step[key] for key in ("due", "due_date") if key in step)
            for one in found["next_steps"]
        ), (step, found["next_steps"])
    for words in expected.pop("no_steps", []):
        assert not any(words in one["action"] for one in found["next_steps"]), (words, found["next_steps"])
    if (count := expected.pop("step_count", None)) is not None:
        assert len(found["next_steps"]) == count, found["next_steps"]
    for field, value in expected.items():
        wanted = None if value == "not discussed" else value
        said = heard(found, field)
        assert said == wanted or fold(said or []) == fold(wanted), field


@pytest.mark.parametrize("trap", traps())
def test_every_quote_of_a_trap_stands_in_its_turn(trap: dict[str, Any]) -> None:
    found = read(trap)
    texts = [turn["text"] for turn in dialogue_of(trap)]
    claims = [*found["facts"].values(), *found["products_discussed"], *found["objections"], *found["next_steps"]]
    for claim in [*claims, found["outcome"]]:
        assert all(quote["quote"] in texts[quote["turn"]] for quote in claim["evidence"])
