"""Phases of a call in colour: one hue a kind of talk, the same on every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

BadgeColour = Literal["gray", "blue", "green", "violet", "yellow", "orange", "red", "primary"]


@dataclass(frozen=True)
class Tone:
    """How a phase looks: ``badge`` names the theme's colour, ``fill`` is a hex colour that fits light and dark."""

    badge: BadgeColour
    fill: str


_UNKNOWN = Tone("gray", "#8C979C")

# By the course of a call: arriving, listening, teaching, extras, money, doubt, agreeing, leaving.
_TONES = {
    "greeting": Tone("gray", "#9AA8AE"),
    "introduction": Tone("gray", "#7F9098"),
    "client's motivation for the meeting": Tone("blue", "#5B9BD8"),
    "agenda": Tone("gray", "#677A83"),
    "about us": Tone("gray", "#B0A48F"),
    "client's goals": Tone("blue", "#3F82C4"),
    "client's estate details": Tone("blue", "#2F6AA8"),
    "compare will versus trust": Tone("violet", "#A98BD6"),
    "revocable living trust structure": Tone("violet", "#8A67C0"),
    "additional estate planning documents": Tone("violet", "#B57FB8"),
    "our additional benefits": Tone("violet", "#9A6A9E"),
    "comparing price": Tone("yellow", "#D9AE3C"),
    "closing": Tone("green", "#4FA97C"),
    "objection/rebuttal": Tone("red", "#D4685C"),
    "price negotiation": Tone("orange", "#DC8B45"),
    "scheduling client meeting": Tone("green", "#3B9088"),
    "collecting money": Tone("green", "#2F8F5B"),
    "ending meeting": Tone("gray", "#5C6B72"),
}
_SPARE = ("#5B9BD8", "#A98BD6", "#4FA97C", "#D9AE3C", "#DC8B45", "#D4685C", "#3B9088", "#B57FB8")


def tone(phase: str | None) -> Tone:
    """The look of a phase; one that only a playbook of the firm's own knows gets a steady colour of its own."""
    if not phase:
        return _UNKNOWN
    known = _TONES.get(phase.casefold())
    return known or Tone("gray", _SPARE[sum(phase.casefold().encode()) % len(_SPARE)])


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


_RIBBON = st.components.v2.component(
    "aftercall_phase_ribbon",
    html='<div class="ribbon" role="img"></div><ul class="legend"></ul>',
    css="""
.ribbon { display: flex; height: 14px; border-radius: 7px; overflow: hidden; gap: 1px; }
.ribbon span { min-width: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 10px 0 0; padding: 0; list-style: none;
          font-family: var(--st-font); font-size: 0.8125rem; color: var(--st-text-color); }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend i { width: 10px; height: 10px; border-radius: 3px; flex: none; }
""",
    js="""
export default function ({ data, parentElement }) {
  const ribbon = parentElement.querySelector(".ribbon")
  const legend = parentElement.querySelector(".legend")
  ribbon.replaceChildren()
  legend.replaceChildren()
  ribbon.setAttribute("aria-label", data.summary)
  for (const part of data.parts) {
    const piece = document.createElement("span")
    piece.style.flexGrow = String(part.length)
    piece.style.flexBasis = "0"
    piece.style.background = part.fill
    piece.title = part.at ? part.label + ", from " + part.at : part.label
    ribbon.append(piece)
  }
  for (const entry of data.legend) {
    const item = document.createElement("li")
    const dot = document.createElement("i")
    dot.style.background = entry.fill
    item.append(dot, document.createTextNode(entry.label))
    legend.append(item)
  }
}
""",
)


def ribbon(parts: Sequence[Stretch], key: str) -> None:
    """Draws the course of a call as one coloured bar with its legend."""
    seen = list(dict.fromkeys(part.phase for part in parts))
    _RIBBON(
        key=key,
        data={
            "parts": [
                {
                    "length": max(part.length, 0.001),
                    "fill": tone(part.phase).fill,
                    "label": label(part.phase),
                    "at": part.at,
                }
                for part in parts
            ],
            "legend": [{"label": label(phase), "fill": tone(phase).fill} for phase in seen],
            "summary": "Phases of the call in order: " + ", ".join(label(part.phase) for part in parts),
        },
    )
