"""The Runs page as its browser draws it: the first sight of it goes along, the later ones it fetches by itself."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.board import CHOICES
from pages.parts.live_route import COSTS, PASS, PATH, Answer
from pages.parts.progress import STATES, STEP_STATES

_HTML = """
<div class="page-of-runs">
  <p class="standing"></p>
  <p class="notice problem" role="status" hidden><span class="icon" aria-hidden="true">warning</span><span></span></p>
  <p class="notice away" role="status" hidden><span class="icon" aria-hidden="true">cloud_off</span><span></span></p>
  <div class="tools" role="group" aria-label="All runs of a kind"></div>
  <ul class="at-work" aria-label="At work" hidden></ul>
  <fieldset class="choice"><legend class="hidden">Show</legend></fieldset>
  <p class="heading"></p>
  <p class="none"></p>
  <ul class="rows" aria-label="Runs" hidden></ul>
  <nav class="pages" aria-label="Pages" hidden></nav>
  <p class="said" role="status"></p>
</div>
"""
_ASSETS = Path(__file__).resolve().parent / "assets"
_COMPONENT = st.components.v2.component(
    "aftercall_runs",
    html=_HTML,
    css=(_ASSETS / "runs.css").read_text(encoding="utf-8"),
    js="\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("run_card.js", "runs.js")),
)


def run_board(first: Answer, *, key: str, pace: float, on_act: Callable[[str, str], None]) -> None:
    """Draws the runs. ``pace`` is in how many seconds the browser asks for the first time.

    ``on_act`` is told what a person did there, and to which run or call ('' where it is for all of a kind), before the
    page is drawn again.
    """

    def tell() -> None:
        told = st.session_state[key].act
        if isinstance(told, dict) and isinstance(told.get("act"), str):
            on_act(told["act"], str(told.get("run") or told.get("call") or ""))

    _COMPONENT(key=key, data=_data(first, pace), on_act_change=tell)


def _data(first: Answer, pace: float) -> dict[str, Any]:
    return {
        "first": {"tag": first.tag, "now": first.now, "board": first.board},
        "pace": pace,
        "at": time.monotonic(),  # another one has the browser ask at once: something was done
        "path": PATH,
        "costs": COSTS,
        "pass": PASS,
        "choices": [[show, choice.label] for show, choice in CHOICES.items()],
        "states": {state: [words, colour, _name(icon)] for state, (words, colour, icon) in STATES.items()},
        "steps": {state: list(told) for state, told in STEP_STATES.items()},
    }


def _name(icon: str) -> str:
    """':material/check:' is 'check'."""
    return icon.removeprefix(":material/").removesuffix(":")
