"""The numbers among the measures, by name: how each is read, shown and judged. Of older calls fewer are known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.json_words import finite

Unit = Literal["share", "words", "count", "words a minute", "seconds", "per 100 words", "score"]
MOST_TURNS = 8


@dataclass(frozen=True)
class Figure:
    """One number of a call. ``turns`` finds those that it is from; ``unknown`` says why there may be none."""

    name: str
    label: str
    unit: Unit
    about: str
    unknown: str
    turns: Callable[[Mapping[str, Any]], Sequence[int]]

    def words(self, value: float | None) -> str:
        """A value as people read it; a dash for none."""
        if value is None:
            return "–"
        match self.unit:
            case "share":
                return f"{value:.0%}"
            case "per 100 words" | "score":
                return f"{value:.1f}"
            case "words a minute":
                return f"{value:,.0f}"
            case "seconds":
                return f"{value:.0f} s"
            case _:
                return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _within(*path: str) -> Callable[[Mapping[str, Any]], Sequence[int]]:
    def found(measures: Mapping[str, Any]) -> Sequence[int]:
        value: Any = measures
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        return [one for one in value if type(one) is int] if isinstance(value, list) else []

    return found


def _of_objections(measures: Mapping[str, Any]) -> Sequence[int]:
    items = measures.get("objections")
    told = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [turn for item in told for turn in [*item.get("raised", [])[:1], *item.get("turns", [])[:1]]]


def _of_phases(measures: Mapping[str, Any]) -> Sequence[int]:
    items = measures.get("phases")
    return [item["turn"] for item in items if isinstance(item, dict)] if isinstance(items, list) else []


_SIDES = "It is not known which side is the adviser's."
_TIMES = "The transcript has no times of where turns begin and end."
_MONOLOGUE = _within("longest_monologue", "turns")
FIGURES = (
    Figure("talk_share", "Talk ratio", "share", "The adviser's part of all words of both sides.", _SIDES, _MONOLOGUE),
    Figure(
        "longest_monologue",
        "Longest monologue",
        "words",
        "The adviser's most words in a row. A nod of the client's breaks nothing.",
        _SIDES,
        _MONOLOGUE,
    ),
    Figure(
        "open_questions",
        "Open questions",
        "count",
        "Questions of the adviser's that a word or a number does not answer.",
        "No adviser is known, or the transcript has no question marks.",
        _within("questions", "open"),
    ),
    Figure(
        "open_share",
        "Share of open questions",
        "share",
        "Open questions of all that the adviser asked.",
        "The adviser asked no question that could be told.",
        _within("questions", "open"),
    ),
    Figure(
        "interruptions",
        "Interruptions by the adviser",
        "count",
        "By the times of the turns, else where the transcript marks that the client was cut off.",
        _SIDES,
        _within("interruptions", "by_adviser"),
    ),
    Figure(
        "pace",
        "Pace",
        "words a minute",
        "The adviser's words a minute of their own speaking time.",
        _TIMES,
        _within("pace", "turns"),
    ),
    Figure(
        "silence_seconds",
        "Silence",
        "seconds",
        "Pauses of three seconds and more between turns, together.",
        _TIMES,
        _within("silences", "turns"),
    ),
    Figure(
        "fillers_per_100",
        "Filler words per 100",
        "per 100 words",
        "Words such as um, you know, kind of, for every 100 words of the adviser's.",
        _SIDES,
        _within("fillers", "turns"),
    ),
    Figure(
        "phases_reached",
        "Phases reached",
        "share",
        "Of the phases that the playbook wants in every call.",
        "No phase of the call is known.",
        _of_phases,
    ),
    Figure(
        "objections_answered",
        "Objections answered",
        "share",
        "Of the client's worries those that were answered or resolved.",
        "The client raised no worry that the call supports.",
        _of_objections,
    ),
    Figure(
        "next_steps_fixed",
        "Next steps with owner and day",
        "count",
        "Steps that somebody took on and named a day for.",
        "The deal is lost: no next step is needed.",
        _within("next_steps", "fixed"),
    ),
)
BY_NAME: Mapping[str, Figure] = {figure.name: figure for figure in FIGURES}


def figures_of(measures: Mapping[str, Any], wanted: int) -> dict[str, float | None]:
    """The number of each figure; ``wanted`` is how many phases a whole call has."""
    asked, steps = measures["questions"], measures["next_steps"]
    opened = None if asked is None else len(asked["open"])
    all_asked = 0 if asked is None else len(asked["open"]) + len(asked["closed"])
    longest, heard, phases = measures["longest_monologue"], measures["interruptions"], measures["phases"]
    pauses, fast, filled = measures["silences"], measures["pace"], measures["fillers"]
    replies = [item["handling"] for item in measures["objections"] if item["handling"] is not None]
    return {
        "talk_share": measures["talk_share"],
        "longest_monologue": longest and longest["words"],
        "open_questions": opened,
        "open_share": round(opened / all_asked, 3) if opened is not None and all_asked else None,
        "interruptions": None if heard is None else len(heard["by_adviser"]),
        "pace": fast and fast["words_a_minute"],
        "silence_seconds": None if pauses is None else pauses["seconds"],
        "fillers_per_100": None if filled is None else filled["per_100"],
        "phases_reached": round(1 - len(measures["phases_skipped"]) / wanted, 3) if phases and wanted else None,
        "objections_answered": _share(replies),
        "next_steps_fixed": steps["with_both"] if steps["needed"] or steps["with_both"] else None,
    }


def _share(replies: Sequence[str]) -> float | None:
    answered = sum(reply in ("answered", "resolved") for reply in replies)
    return round(answered / len(replies), 3) if replies else None


def stored_figures(measures: Mapping[str, Any]) -> dict[str, float | None]:
    """The figures that a stored call has. Of one that an older version measured, the talk ratio alone is the same."""
    held = measures.get("figures")
    if isinstance(held, dict):
        return {figure.name: finite(held.get(figure.name)) for figure in FIGURES}
    return {figure.name: None for figure in FIGURES} | {"talk_share": finite(measures.get("talk_share"))}
