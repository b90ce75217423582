"""Five calls counted by hand (tests/data/coaching), and the same counts as the coach makes them."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from services import stages
from services.agents.contract import DialogueTurn, Extraction
from services.coaching.objections_handled import handled

FOLDER = Path(__file__).parents[1] / "data" / "coaching"
CALLS = ("balanced_aldous", "interruptions_dettmer", "monologue_pomeroy", "objections_sorrell", "price_first_hatcher")


@lru_cache(maxsize=len(CALLS))
def by_hand(call: str) -> dict[str, Any]:
    """The counts of one call as a person made them, flat: a name and a value each; None where nothing can be known."""
    told = tomllib.loads((FOLDER / f"{call}.toml").read_text())
    pauses, heard = told.get("silences"), told["interruptions"]
    return {
        "words of the adviser": told["words"]["advisor"],
        "words of the client": told["words"]["client"],
        "talk ratio": told["talk_ratio"],
        "longest monologue": (told["longest_monologue"]["turn"], told["longest_monologue"]["words"]),
        "open questions": told["open_questions"],
        "closed questions": told["closed_questions"],
        "interruptions by the adviser": heard["advisor"],
        "interruptions by the client": heard["client"],
        "pace": told.get("pace"),
        "silences": pauses and (pauses["count"], pauses["seconds"]),
        "fillers": told["fillers"]["total"],
        "fillers per 100": told["fillers"]["per_100_words"],
        "fillers by word": {word: number for word, number in told["fillers"]["per_word"].items() if number},
        "next steps with owner and day": sum(bool(step.get("day")) for step in told.get("next_steps", ())),
        **{f"worry in turn {one['turn']}": one["handling"] for one in told.get("objections", ())},
    }


@lru_cache(maxsize=len(CALLS))
def worked_through(call: str) -> dict[str, Any]:
    """The state of the whole chain over one call."""
    [path] = [each for each in FOLDER.glob(f"{call}.*") if each.suffix != ".toml"]
    return stages.analyze(path.name, path.read_bytes())


def by_the_coach(call: str) -> dict[str, Any]:
    """The same counts out of the coach's measures. A worry is judged where the person found it."""
    state = worked_through(call)
    measures = state["coaching"]["measures"]
    longest, pauses, filled = measures["longest_monologue"], measures["silences"], measures["fillers"]
    heard = measures["interruptions"]
    turns = [int(name.rsplit(" ", 1)[1]) for name in by_hand(call) if name.startswith("worry")]
    return {
        "words of the adviser": measures["words"]["advisor"],
        "words of the client": measures["words"]["client"],
        "talk ratio": measures["talk_share"],
        "longest monologue": (longest["turn"], longest["words"]),
        "open questions": len(measures["questions"]["open"]),
        "closed questions": len(measures["questions"]["closed"]),
        "interruptions by the adviser": len(heard["by_adviser"]),
        "interruptions by the client": len(heard["by_client"]),
        "pace": measures["pace"] and measures["pace"]["words_a_minute"],
        "silences": pauses and (pauses["number"], pauses["seconds"]),
        "fillers": filled["total"],
        "fillers per 100": filled["per_100"],
        "fillers by word": dict(filled["words"]),
        "next steps with owner and day": measures["next_steps"]["with_both"],
        **{f"worry in turn {turn}": handling(state["dialogue"], turn, turns) for turn in turns},
    }


def handling(dialogue: list[DialogueTurn], turn: int, turns: list[int]) -> str | None:
    """How the coach judges the answer to a worry that was raised in one turn, with the others beside it."""
    worries: Any = [
        {"category": str(one), "state": "verified", "evidence": [{"turn": one, "quote": ""}], "source": "builtin"}
        for one in turns
    ]
    extraction: Extraction = {
        "facts": {}, "products_discussed": [], "objections": worries, "next_steps": [],
        "outcome": {"value": None, "state": "not discussed", "evidence": [], "source": "builtin"},
    }  # fmt: skip
    return next(one["handling"] for one in handled(dialogue, extraction) if one["category"] == str(turn))
