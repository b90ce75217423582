"""Phases of a call in colour: one hue a kind of talk, the same on every page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Hex colours that fit light and dark.
_UNKNOWN = "#8C979C"

# By the course of a call: arriving, listening, teaching, extras, money, doubt, agreeing, leaving.
_FILLS: Mapping[str, str] = {
    "greeting": "#9AA8AE",
    "introduction": "#7F9098",
    "client's motivation for the meeting": "#5B9BD8",
    "agenda": "#677A83",
    "about us": "#B0A48F",
    "client's goals": "#3F82C4",
    "client's estate details": "#2F6AA8",
    "compare will versus trust": "#A98BD6",
    "revocable living trust structure": "#8A67C0",
    "additional estate planning documents": "#B57FB8",
    "our additional benefits": "#9A6A9E",
    "comparing price": "#D9AE3C",
    "closing": "#4FA97C",
    "objection/rebuttal": "#D4685C",
    "price negotiation": "#DC8B45",
    "scheduling client meeting": "#3B9088",
    "collecting money": "#2F8F5B",
    "ending meeting": "#5C6B72",
}
_SPARE = ("#5B9BD8", "#A98BD6", "#4FA97C", "#D9AE3C", "#DC8B45", "#D4685C", "#3B9088", "#B57FB8")


def fill(phase: str | None) -> str:
    """The colour of a phase; one that only a playbook of the firm's own knows gets a steady colour of its own."""
    if not phase:
        return _UNKNOWN
    known = _FILLS.get(phase.casefold())
    return known or _SPARE[sum(phase.casefold().encode()) % len(_SPARE)]


def label(phase: str | None) -> str:
    """The phase with a capital, as a heading or legend shows it."""
    return phase[:1].upper() + phase[1:] if phase else "No phase"


@dataclass(frozen=True)
class Stretch:
    """Turns in a row of one phase: ``length`` is their share in any unit, ``at`` what to show as their place."""

    phase: str | None
    length: float
    at: str = ""


def stretches(phases: Sequence[str | None], lengths: Sequence[float], places: Sequence[str]) -> list[Stretch]:
    """Joins consecutive turns of one phase. The three sequences run over the turns."""
    joined: list[Stretch] = []
    for phase, length, place in zip(phases, lengths, places, strict=True):
        if joined and joined[-1].phase == phase:
            last = joined.pop()
            joined.append(Stretch(phase, last.length + length, last.at))
        else:
            joined.append(Stretch(phase, length, place))
    return joined
