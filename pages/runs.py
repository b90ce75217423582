"""Runs: what is at work and what waits, what was worked through and how that ended; holding back, and another try."""

from pathlib import Path

import streamlit as st

from pages.parts.board import CHOICES, MOST_PAGES, Asked
from pages.parts.costs import month_costs
from pages.parts.empty import empty_record
from pages.parts.guard import guard
from pages.parts.live_route import AUDIENCE, LOOKOUT
from pages.parts.record import record
from pages.parts.run_acts import carry_out
from pages.parts.run_board import run_board
from pages.parts.text import count, escape

ACTOR = guard()
_CALLS = Path(__file__).resolve().parent / "calls.py"
_TOLD, _ASKED, _CALL = "runs_told", "runs_asked", "runs_call"


def asked() -> Asked:
    """The kind of runs that the address asks for, and the page of them; where it asks for none, all of them."""
    show, page = st.query_params.get("runs_show", "all"), st.query_params.get("runs_page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) <= len(str(MOST_PAGES)) else 1
    return Asked(show if show in CHOICES else "all", min(max(1, number), MOST_PAGES))


def act(what: str, which: str) -> None:
    """Does what a person wants of a run, or of all of a kind; what goes wrong is said when the page is drawn."""
    if what == "open":
        st.session_state[_CALL] = which
    elif what == "ask_to_cancel":
        st.session_state[_ASKED] = True
    elif problem := carry_out(what, which, ACTOR):
        st.session_state[_TOLD] = problem


def cancel_waiting() -> None:
    """Ends whatever waits or is held back."""
    act("cancel_waiting", "")
    st.rerun()


@st.dialog("Cancel what waits?")
def cancel_question(number: int) -> None:
    """Asks before everything that waits is ended."""
    st.markdown(
        f"{count(number, 'call')} will not be worked through. What is at work goes on to its end, what is done stays, "
        "and a cancelled call can be tried again."
    )
    with st.container(horizontal=True):
        st.button(f"Cancel {count(number, 'call')}", type="primary", key="runs_cancel_yes", on_click=cancel_waiting)
        if st.button("Let them wait", key="runs_cancel_no"):
            st.rerun()


def main() -> None:
    """The page: how it stands, what is at work, and one page of the others. Its browser keeps it fresh."""
    if call := st.session_state.pop(_CALL, None):
        st.switch_page(_CALLS, query_params={"call": call})
    st.title("Runs", anchor=False)
    first = LOOKOUT.look(record(), asked(), within=0)
    if not first.board["any"]:
        empty_record(
            "No runs yet",
            "Every call that is worked through leaves a line here: how long it took, and what went wrong if it failed.",
            ACTOR,
            key="runs",
        )
        return
    if problem := st.session_state.pop(_TOLD, None):
        st.error(escape(problem))
    run_board(first, key="runs_board", pace=AUDIENCE.pace(""), on_act=act)
    month_costs()
    if st.session_state.pop(_ASKED, False) and first.board["to_cancel"]:
        cancel_question(first.board["to_cancel"])


with st.container(width=1080):
    main()
