"""The dialogue of a call: turns with speakers, sides and times under coloured phases, with proof marked in place."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.phases import fill, label, stretches
from pages.parts.times import clock
from services.call_view import CallView, TurnView

_HTML = """
<h2 class="unseen">Dialogue</h2>
<div class="tools">
  <div class="ribbon" role="group" aria-label="Phases of the call, in order"></div>
  <div class="bar">
    <input type="search" class="find" placeholder="Find in this call" aria-label="Find in this call">
    <span class="count" role="status" aria-live="polite"></span>
    <button type="button" class="step" data-step="-1" aria-label="Previous place" hidden>↑</button>
    <button type="button" class="step" data-step="1" aria-label="Next place" hidden>↓</button>
  </div>
</div>
<div class="turns" tabindex="0" role="region" aria-label="Dialogue"></div>
"""
_ASSETS = Path(__file__).resolve().parent / "assets"
_COMPONENT = st.components.v2.component(
    "aftercall_dialogue",
    html=_HTML,
    css=(_ASSETS / "dialogue.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "dialogue.js").read_text(encoding="utf-8"),
)


def dialogue(
    call: CallView, *, key: str, focus: int | None, focus_words: str | None, on_pick: Callable[[int, str | None], None]
) -> None:
    """Draws the dialogue. ``focus`` is the index of a turn to show, ``focus_words`` words to point at in it.

    ``on_pick`` is told the index of a turn whose number was clicked, before the page is drawn again. Words of the
    call are set as text, never as HTML.
    """

    def tell() -> None:
        picked = st.session_state[key].picked
        if type(picked) is int and 0 <= picked < len(call.dialogue):
            on_pick(picked, None)

    _COMPONENT(key=key, data=dialogue_data(call, focus, focus_words), on_picked_change=tell)


def dialogue_data(call: CallView, focus: int | None, focus_words: str | None) -> dict[str, Any]:
    """What the browser draws: plain values only."""
    timed = any(turn.start is not None for turn in call.dialogue)
    parts = stretches(
        [turn.phase for turn in call.dialogue],
        [_length(turn) for turn in call.dialogue],
        [clock(turn.start) if timed else f"turn {turn.number + 1}" for turn in call.dialogue],
    )
    phases = list(dict.fromkeys(turn.phase for turn in call.dialogue))
    return {
        "call": call.external_id,
        "stamp": f"{call.external_id}:{call.version}",
        "turns": [_turn(turn, phases) for turn in call.dialogue],
        "phases": [{"label": label(phase), "fill": fill(phase)} for phase in phases],
        "ribbon": [{"phase": phases.index(part.phase), "length": part.length, "at": part.at} for part in parts]
        if any(phases)
        else [],
        "proof": _proof(call),
        "focus": focus,
        "focusWords": focus_words,
    }


def _length(turn: TurnView) -> float:
    """The weight of a turn in the ribbon: its words, which every transcript has."""
    return float(len(turn.text.split()) or 1)


def _turn(turn: TurnView, phases: Sequence[str | None]) -> Mapping[str, Any]:
    return {
        "speaker": turn.speaker,
        "side": turn.side,
        "at": clock(turn.start),
        "text": turn.text,
        "phase": phases.index(turn.phase),
    }


def _proof(call: CallView) -> list[dict[str, Any]]:
    """The quotes that stand for a finding, each with what it proves."""
    return [
        {"turn": quote.turn, "words": quote.words, "of": finding.label}
        for finding in (*call.facts, *call.findings, *call.next_steps)
        if finding.state in ("verified", "paraphrased")
        for quote in finding.quotes
        if quote.turn is not None and quote.turn < len(call.dialogue)
    ]
