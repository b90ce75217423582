"""Runs on their way, agent by agent."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.parts.text import BadgeColour, count, escape
from pages.parts.times import ago, span
from services.runs import RunView, StepState, StepView
from services.wording import listed

_PAGES = Path(__file__).resolve().parents[1]

STATES: dict[str, tuple[str, BadgeColour, str]] = {
    "queued": ("Waiting", "gray", ":material/schedule:"),
    "running": ("Working", "blue", ":material/progress_activity:"),
    "done": ("Done", "green", ":material/check:"),
    "failed": ("Failed", "red", ":material/error:"),
    "paused": ("Held back", "orange", ":material/pause:"),
    "cancelled": ("Cancelled", "gray", ":material/block:"),
}

_RESULTS = (
    ("calls.py", "Call", ":material/forum:"),
    ("emails.py", "E-mail", ":material/mail:"),
    ("social.py", "Posts", ":material/campaign:"),
)

_TRACK = st.components.v2.component(
    "aftercall_run_track",
    html='<div class="track" role="img"></div>',
    css="""
.track { display: flex; gap: 3px; align-items: center; height: 12px; }
.track span { flex: 1 1 0; height: 6px; border-radius: 3px; background: var(--st-border-color); }
.track .done { background: var(--st-green-color); }
.track .kept { background: var(--st-green-color); opacity: 0.45; }
.track .failed { background: var(--st-red-color); }
.track .running { background: var(--st-blue-color); animation: breathe 1.2s ease-in-out infinite; }
@keyframes breathe { 50% { opacity: 0.35; } }
@media (prefers-reduced-motion: reduce) { .track .running { animation: none; } }
""",
    js="""
export default function ({ data, parentElement }) {
  const track = parentElement.querySelector(".track")
  while (track.childElementCount > data.steps.length) track.lastElementChild.remove()
  while (track.childElementCount < data.steps.length) track.append(document.createElement("span"))
  data.steps.forEach((step, position) => {
    const piece = track.children[position]
    piece.className = step.state
    piece.title = step.title
  })
  track.setAttribute("aria-label", data.summary)
}
""",
)
# The icon of an agent's state, its colour, and the words for it.
STEP_STATES: dict[StepState, tuple[str, BadgeColour, str]] = {
    "pending": ("radio_button_unchecked", "gray", "waiting"),
    "running": ("pending", "blue", "at work"),
    "done": ("check_circle", "green", "done"),
    "kept": ("check_circle", "gray", "kept from an earlier run"),
    "failed": ("error", "red", "failed"),
}
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def is_active(run: RunView) -> bool:
    """Whether the run waits or is at work: what is held back is neither, until somebody lets it go on."""
    return run.state in ("queued", "running")


def state_badge(state: str) -> None:
    """The state of a run as a coloured word."""
    words, colour, icon = STATES[state]
    st.badge(words, color=colour, icon=icon)


def attempt(number: int) -> str:
    """'third attempt'."""
    return f"{_ORDINALS[number] if number < len(_ORDINALS) else f'{number}th'} attempt"


def before_it(number: int) -> str:
    """'4 before it'; a long queue is told in round numbers, which hold for a while."""
    if not number:
        return "the next one"
    if number < 20:
        return f"{number} before it"
    return f"about {round(number, -1 if number < 200 else -2):,} before it"


def step_words(step: StepView) -> str:
    """How one agent's part stands: its time, why it is tried again or failed, at which attempt it was done.

    Of one that is done also why the builtin analyst gave what a model should.
    """
    if step.state == "pending" and step.error:
        return f"{attempt(step.attempts + 1)}: {step.error}"
    if step.state == "failed" and step.error:
        return step.error
    took = span(step.seconds) if step.state in ("done", "failed") else ""
    words = [took or STEP_STATES[step.state][2]]
    if step.attempts > 1 and step.state in ("done", "running"):
        words.append(attempt(step.attempts))
    return ". ".join(filter(None, (", ".join(words), step.note)))


def saying(run: RunView) -> str:
    """What is to be said of a run right now, in words: who is at work, what came of which file, or what failed."""
    if run.state == "queued":
        return "Waiting for its turn"
    if run.state == "paused":
        return "Held back"
    if run.state == "cancelled":
        return "Cancelled"
    if run.state == "failed":
        return run.error or "It failed, and nobody said why."
    if run.state == "done":
        ended = ago(run.finished_at)
        about = (run.filename if run.title != run.filename else "Done", span(run.seconds), ended, run.note)
        return " · ".join(filter(None, about))
    waits = [f"{step.agent}, {step_words(step)}" for step in run.steps if step.state == "pending" and step.error]
    agents = [step.agent for step in run.steps if step.state == "running"]
    return ". ".join(([f"{listed(agents)} at work"] if agents else []) + waits) or "Starting"


def summary(steps: Sequence[StepView]) -> str:
    """'3 of 10 steps done'."""
    ended = sum(step.state in ("done", "kept") for step in steps)
    return f"{ended} of {count(len(steps), 'step')} done" if steps else "Waiting"


def track(steps: Sequence[StepView], *, key: str) -> None:
    """One piece a step, coloured by its state; a run that waits has no steps yet and shows one pale piece."""
    pieces = [{"title": f"{step.agent}: {STEP_STATES[step.state][2]}", "state": step.state} for step in steps]
    waits = [{"title": "Waiting", "state": "pending"}]
    _TRACK(key=key, data={"steps": pieces or waits, "summary": summary(steps)})


def result_links(run: RunView) -> None:
    """Links to what came of the run: the call, its e-mail, its posts."""
    for file, label, icon in _RESULTS:
        st.page_link(_PAGES / file, label=label, icon=icon, query_params={"call": run.external_id or ""})


def run_row(run: RunView, *, key: str) -> None:
    """A run on its way: file, state, the agents' track, and in the end the ways to the results."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium", key=key):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{escape(run.title)}**")
            st.caption(escape(saying(run)))
        if run.state == "done":
            with st.container(horizontal=True, width="content", gap="medium"):
                result_links(run)
            return
        if is_active(run):
            with st.container(width=280):
                track(run.steps, key=f"{key}_track")
        with st.container(width=110, horizontal=True, horizontal_alignment="right"):
            state_badge(run.state)
