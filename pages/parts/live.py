"""The runs that a person is waiting for: kept in the session and in the address, found again in the record."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from pages.parts.progress import is_active, run_row
from pages.parts.pulse import pulse
from pages.parts.record import record
from pages.parts.text import count
from services import runs
from services.runs import ENDED, RunView

_IDS, _FOUND = "upload_runs", "upload_found"
_PARAMETER = "job"
_FRAGMENT = "upload_live"
_IN_ADDRESS = 20
_SHOWN = 30
_MOST = 200


def follow(run_ids: Iterable[str]) -> None:
    """Adds runs to those that this session shows, the newest first."""
    known = _session_ids()
    st.session_state[_IDS] = list(dict.fromkeys([*run_ids, *known]))


def followed(actor: str) -> list[RunView]:
    """The runs to show, newest first: of this session, of the address, and whatever of ``actor`` is at work."""
    mine = [run for run in runs.active(record()) if run.actor == actor]
    wanted = dict.fromkeys([*(run.id for run in mine), *_session_ids(), *st.query_params.get_all(_PARAMETER)])
    st.session_state[_IDS] = list(wanted)[:_MOST]
    return _again()


def _again() -> list[RunView]:
    """The same runs as they stand now."""
    found = sorted(runs.several(record(), _session_ids()), key=lambda run: run.created_at, reverse=True)
    st.session_state[_FOUND] = found
    return found


def _session_ids() -> list[str]:
    return list(st.session_state.get(_IDS, []))


def live_runs(actor: str) -> bool:
    """Draws the followed runs and keeps them fresh while one is at work. Returns whether there is any."""
    if not (found := followed(actor)):
        return False
    st.query_params[_PARAMETER] = [run.id for run in found][:_IN_ADDRESS]
    st.space("small")
    st.fragment(_draw, key=_FRAGMENT)()
    if any(is_active(run) for run in found):
        pulse(_changed, key="upload_pulse")
    return True


def _changed() -> list[str]:
    """Looks again; what is to be drawn anew."""
    before: list[RunView] = st.session_state.get(_FOUND, [])
    after = _again()
    if not any(is_active(run) for run in after):
        st.rerun()  # the whole page, which asks no more
    return [_FRAGMENT] if _drawn(before) != _drawn(after) else []


def _drawn(found: list[RunView]) -> Any:
    return [(run.id, run.state, run.title, [(step.state, step.error) for step in run.steps]) for run in found]


def _draw() -> None:
    found: list[RunView] = st.session_state[_FOUND]
    ended = [run for run in found if run.state in ENDED]
    at_work = len(ended) < len(found)
    failed = sum(run.state == "failed" for run in found)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("At work" if at_work else "Done", anchor=False)
        if not at_work:
            st.button("Clear this list", key="upload_clear", type="tertiary", on_click=_clear)
    if at_work and len(found) > 1:
        st.progress(len(ended) / len(found), text=f"{len(ended)} of {count(len(found), 'call')} done")
    elif failed:
        st.caption(f"{count(failed, 'call')} could not be worked through. The others are not touched by that.")
    for run in sorted(found, key=lambda run: (run.state != "running", run.state == "done"))[:_SHOWN]:
        run_row(run, key=f"run_{run.id}")
    if len(found) > _SHOWN:
        st.caption(f"and {count(len(found) - _SHOWN, 'more call')}; the Runs page has them all.")


def _clear() -> None:
    """Takes the ended runs off this page; the Runs page keeps them."""
    st.session_state[_IDS] = []
    st.query_params.pop(_PARAMETER, None)
    st.rerun()
