"""The next steps of all clients, by when they are due, to open and to mark as done."""

from pathlib import Path

import streamlit as st

from pages.parts.record import record
from pages.parts.text import escape
from pages.parts.times import day
from services import next_steps_due
from services.errors import AftercallError
from services.next_steps_due import LISTS, MOST, Due, Step
from services.overview import FactFilter

_CALLS = Path(__file__).resolve().parents[1] / "calls.py"
_TOLD = "overview_step_told"
_BADGES: dict[Due, str] = {"overdue": "red", "soon": "orange", "later": "blue", "no day": "gray", "done": "green"}
_NONE: dict[Due, str] = {
    "overdue": "Nothing is overdue.",
    "soon": "Nothing is due soon.",
    "later": "Nothing is due later.",
    "no day": "Every open step has a day.",
    "done": "No step was marked as done yet.",
}


def steps(wanted: FactFilter, actor: str) -> None:
    """Draws one list of steps, and the switch between them."""
    counts = next_steps_due.counts(record(), wanted)
    due: Due = st.radio(
        "Which steps",
        list(LISTS),
        format_func=LISTS.__getitem__,
        captions=[f"{counts[each]:,}" for each in LISTS],
        key="overview_due",
        horizontal=True,
        label_visibility="collapsed",
        bind="query-params",
    )
    if told := st.session_state.pop(_TOLD, None):
        st.toast(escape(told))
    found = next_steps_due.steps(record(), wanted, due)
    if not found:
        st.markdown(f":gray[{_NONE[due]}]")
        return
    with st.container(border=True, gap="small", key="overview_steps"):
        for number, step in enumerate(found):
            _line(step, due, number, actor)
    if counts[due] > len(found):
        st.caption(f"The first {MOST} of {counts[due]:,}; narrow the filters to see others.")


def _line(step: Step, due: Due, number: int, actor: str) -> None:
    """One step: when, who, what; the call it was said in; the button."""
    when, what, where, button = st.columns([0.14, 0.52, 0.2, 0.14], vertical_alignment="center")
    told = day(step.day) if step.day else step.due or "No day"
    when.markdown(f":{_BADGES[due]}-badge[{escape(told)}]")
    done = f"  \n:small[:gray[Done, says {escape(step.done)}]]" if step.done else ""
    what.markdown(f"**{escape(step.who)}:** {escape(step.action)}{done}")
    where.page_link(_CALLS, label=escape(step.client), icon=":material/forum:", query_params={"call": step.external_id})
    label, icon = ("Open again", ":material/undo:") if due == "done" else ("Done", ":material/check:")
    button.button(
        label,
        icon=icon,
        key=f"overview_step_{number}_{step.external_id}_{step.key}",
        on_click=_mark,
        args=(step, due != "done", actor),
        help=f"{label}: {step.action[:80]}",
        width="stretch",
    )


def _mark(step: Step, done: bool, actor: str) -> None:
    try:
        next_steps_due.mark(record(), step.external_id, step.key, done, actor)
    except AftercallError as error:
        st.session_state[_TOLD] = error.sentence
        return
    st.session_state[_TOLD] = "Marked as done." if done else "Open again."
