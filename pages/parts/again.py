"""Working calls through again, from the beginning or from one agent on: one call, those of a filter, or all."""

from pathlib import Path

import streamlit as st

from pages.parts.record import record
from pages.parts.text import count, escape
from services import deals, reruns, runs, stages
from services.deals import DealFilter
from services.errors import AftercallError
from services.records import CallFilter

_PAGES = Path(__file__).resolve().parents[1]
_TOLD, _ROUND = "again_told", "again_round"
_STAYS = "What people edited stays as they wrote it."


def _first_agent(key: str) -> str | None:
    """Draws the choice of where to begin; None: from the beginning."""
    chosen: str = st.selectbox(
        "Begin",
        ["", *stages.agent_names()[1:-1]],
        format_func=lambda name: f"From {name} on" if name else "From the beginning",
        key=key,
        help="What the agents before it found out is taken as it is stored.",
    )
    return chosen or None


def _tell(done: reruns.Rerun | AftercallError) -> None:
    """Keeps what came of it for the next run of the page, which it begins."""
    kind = "error" if isinstance(done, AftercallError) else "success" if done.started else "info"
    st.session_state[_TOLD] = (kind, done.sentence)
    st.rerun()


def news() -> None:
    """Says what came of it, once, with the way to the runs."""
    kind, sentence = st.session_state.pop(_TOLD, ("", ""))
    if not kind:
        return
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        {"error": st.error, "info": st.info, "success": st.success}[kind](escape(sentence))
        if kind == "success":
            page = _PAGES / "runs.py"
            st.page_link(page, label="Watch", icon=":material/arrow_forward:", icon_position="right", width="content")


def one_again(external_id: str, actor: str) -> None:
    """The button, with its choice, that works one call through again."""
    number = st.session_state.get(_ROUND, 0)  # in the key: another one is closed
    with st.popover("Work through again", icon=":material/refresh:", key=f"again_one_{number}", width="content"):
        start_at = _first_agent("again_one_start")
        st.caption(_STAYS)
        if not st.button("Work through again", type="primary", key="again_one_go"):
            return
    st.session_state[_ROUND] = number + 1
    try:
        started = runs.rerun(record(), [external_id], actor, start_at=start_at)
    except AftercallError as error:
        _tell(error)
    else:
        _tell(reruns.Rerun(len(started), 1 - len(started)))


def many_again(wanted: CallFilter, number: int, actor: str) -> None:
    """The button that asks, and then works every call through again that the filter leaves."""
    if st.button("Work through again", key="again_many", icon=":material/refresh:"):
        _question(wanted, number, actor)


@st.dialog("Work calls through again?")
def _question(wanted: CallFilter, number: int, actor: str) -> None:
    chosen, which = wanted, count(number, "call")
    if wanted != DealFilter():
        total = deals.search(record(), DealFilter(), size=1).total
        choice = st.radio(
            "Which",
            [wanted, DealFilter()],
            format_func=lambda each: f"The {which} of these filters" if each == wanted else f"All {total:,} calls",
            key="again_many_which",
            label_visibility="collapsed",
        )
        if choice != wanted:
            chosen, number, which = choice, total, count(total, "call")
    start_at = _first_agent("again_many_start")
    st.markdown(f"{_STAYS} Everything else becomes what the analyst says now.")
    if not st.button(f"Work {which} through again", type="primary", key="again_many_go"):
        return
    bar = st.progress(0.0, text="Handing them in")
    try:
        done = reruns.rerun_filtered(
            record(), chosen, actor, start_at=start_at, told=lambda asked: bar.progress(min(1.0, asked / number))
        )
    except AftercallError as error:
        _tell(error)
    else:
        _tell(done)
