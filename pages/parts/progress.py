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
    html='<div class="line"><div class="track" role="img"></div><span class="clock"></span></div>',
    css="""
.line { display: flex; gap: 10px; align-items: center; height: 1.1rem; }
.clock { font: 0.8125rem var(--st-font); font-variant-numeric: tabular-nums; color: var(--st-gray-text-color); }
.clock:empty { display: none; }
.track { flex: 1 1 0; display: flex; gap: 3px; align-items: center; height: 12px; }
.track span { flex: 1 1 0; height: 6px; border-radius: 3px; background: var(--st-border-color); }
.track .done { background: var(--st-green-color); }
.track .kept { background: var(--st-green-color); opacity: 0.45; }
.track .failed { background: var(--st-red-color); }
.track .running { background: var(--st-blue-color); animation: breathe 1.2s ease-in-out infinite; }
@keyframes breathe { 50% { opacity: 0.35; } }
@media (prefers-reduced-motion: reduce) { .track .running { animation: none; } }
""",
    js="""
const starts = new WeakMap()

function span(seconds) {
  const minutes = Math.floor(seconds / 60)
  return minutes ? `${minutes} min ${Math.floor(seconds) % 60} s` : `${Math.floor(seconds)} s`
}

export default function ({ data, parentElement }) {
  const clock = parentElement.querySelector(".clock")
  if (starts.get(parentElement)?.told !== data.seconds)
    starts.set(parentElement, { told: data.seconds, began: performance.now() - 1000 * (data.seconds ?? 0) })
  const { began } = starts.get(parentElement)
  const tell = () => { clock.textContent = data.seconds == null ? "" : span((performance.now() - began) / 1000) }
  tell()
  const ticking = data.seconds == null ? undefined : setInterval(tell, 1000)
  const track = parentElement.querySelector(".track")
  while (track.childElementCount > data.steps.length) track.lastElementChild.remove()
  while (track.childElementCount < data.steps.length) track.append(document.createElement("span"))
  data.steps.forEach((step, position) => {
    const piece = track.children[position]
    piece.className = step.state
    piece.title = step.title
  })
  track.setAttribute("aria-label", data.summary)
  return () => clearInterval(ticking)
}
""",
)
_ICONS = {
    "pending": ":gray[:material/radio_button_unchecked:]",
    "running": ":blue[:material/pending:]",
    "done": ":green[:material/check_circle:]",
    "kept": ":gray[:material/check_circle:]",
    "failed": ":red[:material/error:]",
}
_WORDS = {
    "pending": "waiting",
    "running": "at work",
    "done": "done",
    "kept": "kept from an earlier run",
    "failed": "failed",
}
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def is_active(run: RunView) -> bool:
    """Whether the run waits or is at work: what is held back is neither, until somebody lets it go on."""
    return run.state in ("queued", "running")


def state_badge(state: str) -> None:
    """The state of a run as a coloured word."""
    words, colour, icon = STATES[state]
    st.badge(words, color=colour, icon=icon)


def state_words(state: str) -> str:
    """The same, to stand in Markdown."""
    words, colour, icon = STATES[state]
    return f":{colour}-badge[{icon} {words}]"


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
    """How one agent's part stands: its time, why it is tried again or failed, at which attempt it was done."""
    if step.state == "pending" and step.error:
        return f"{attempt(step.attempts + 1)}: {step.error}"
    if step.state == "failed" and step.error:
        return step.error
    words = [_WORDS[step.state]] if step.state in ("pending", "kept", "running") else [span(step.seconds) or "done"]
    if step.attempts > 1 and step.state in ("done", "running"):
        words.append(attempt(step.attempts))
    return ", ".join(words)


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


def track(steps: Sequence[StepView], *, key: str, seconds: float | None = None) -> None:
    """One piece a step, coloured by its state; a run that waits has no steps yet and shows one pale piece.

    ``seconds``: how long the run has been at work; a clock beside the pieces goes on from there.
    """
    ended = sum(step.state in ("done", "kept") for step in steps)
    _TRACK(
        key=key,
        data={
            "steps": [{"title": f"{step.agent}: {_WORDS[step.state]}", "state": step.state} for step in steps]
            or [{"title": "Waiting", "state": "pending"}],
            "summary": f"{ended} of {count(len(steps), 'step')} done" if steps else "Waiting",
            "seconds": seconds,
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
            st.caption(escape(step_words(step)))
