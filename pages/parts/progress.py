"""Runs on their way, agent by agent."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.parts.text import BadgeColour, count, escape
from pages.parts.times import ago, span
from services.runs import RunView, StepView
from services.wording import listed

_PAGES = Path(__file__).resolve().parents[1]

STATES: dict[str, tuple[str, BadgeColour, str]] = {
    "queued": ("Waiting", "gray", ":material/schedule:"),
    "running": ("Working", "blue", ":material/progress_activity:"),
    "done": ("Done", "green", ":material/check:"),
    "failed": ("Failed", "red", ":material/error:"),
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
_ICONS = {
    "pending": ":gray[:material/radio_button_unchecked:]",
    "running": ":blue[:material/pending:]",
    "done": ":green[:material/check_circle:]",
    "failed": ":red[:material/error:]",
}
_WORDS = {"pending": "waiting", "running": "at work", "done": "done", "failed": "failed"}


def is_active(run: RunView) -> bool:
    """Whether the run has yet to come to an end."""
    return run.state in ("queued", "running")


def state_badge(state: str) -> None:
    """The state of a run as a coloured word."""
    words, colour, icon = STATES[state]
    st.badge(words, color=colour, icon=icon)


def saying(run: RunView) -> str:
    """What is to be said of a run right now, in words: who is at work, what came of which file, or what failed."""
    if run.state == "queued":
        return "Waiting for its turn"
    if run.state == "failed":
        return run.error or "It failed, and nobody said why."
    if run.state == "done":
        ended = ago(run.finished_at)
        return " · ".join(
            filter(None, (run.filename if run.title != run.filename else "Done", span(run.seconds), ended))
        )
    agents = [step.agent for step in run.steps if step.state == "running"]
    return f"{listed(agents)} at work" if agents else "Starting"


def track(steps: Sequence[StepView], *, key: str) -> None:
    """One piece a step, coloured by its state; a run that waits has no steps yet and shows one pale piece."""
    ended = sum(step.state == "done" for step in steps)
    _TRACK(
        key=key,
        data={
            "steps": [{"title": f"{step.agent}: {_WORDS[step.state]}", "state": step.state} for step in steps]
            or [{"title": "Waiting", "state": "pending"}],
            "summary": f"{ended} of {count(len(steps), 'step')} done" if steps else "Waiting",
        },
    )


def call_link(run: RunView) -> None:
    """A link to the call that the run made; nothing while there is none."""
    if run.state == "done" and run.external_id:
        st.page_link(
            _PAGES / "calls.py",
            label="Open call",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params={"call": run.external_id},
        )


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


def step_lines(steps: Sequence[StepView]) -> None:
    """One line an agent: its state, when it began, how long it took, what failed."""
    for step in steps:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"{_ICONS[step.state]} {escape(step.agent)}", width=220)
            st.caption(escape(step.error or span(step.seconds) or _WORDS[step.state]))
