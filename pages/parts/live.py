"""The runs that a person is waiting for: kept in the session and in the address, found again in the record."""

from collections.abc import Iterable

import streamlit as st

from pages.parts.progress import is_active, run_row
from pages.parts.record import record
from pages.parts.text import count
from services import runs
from services.errors import NotFound
from services.runs import RunView

_IDS = "upload_runs"
_ENDED = "upload_ended"
_PARAMETER = "job"
_IN_ADDRESS = 20
_SHOWN = 30
_PACE = 0.8


def follow(run_ids: Iterable[str]) -> None:
    """Adds runs to those that this session shows, the newest first."""
    known = _session_ids()
    st.session_state[_IDS] = list(dict.fromkeys([*run_ids, *known]))


def followed(actor: str) -> list[RunView]:
    """The runs to show, newest first: of this session, of the address, and whatever of ``actor`` is at work.

    What has ended is kept until the page is run anew: looking again costs one query however long the list is.
    """
    database = record()
    active = {run.id: run for run in runs.active(database)}
    ended: dict[str, RunView] = st.session_state.setdefault(_ENDED, {})
    found: dict[str, RunView] = {}
    mine = [run.id for run in active.values() if run.actor == actor]
    for run_id in dict.fromkeys([*mine, *_session_ids(), *st.query_params.get_all(_PARAMETER)]):
        if run_id in active:
            ended.pop(run_id, None)
            found[run_id] = active[run_id]
            continue
        if run_id not in ended:
            try:
                ended[run_id] = runs.get(database, run_id)
            except NotFound:
                continue
        found[run_id] = ended[run_id]
    st.session_state[_IDS] = list(found)
    return sorted(found.values(), key=lambda run: run.created_at, reverse=True)


def _session_ids() -> list[str]:
    return list(st.session_state.get(_IDS, []))


def _forget() -> None:
    """Takes the ended runs off this page; the Runs page keeps them."""
    st.session_state[_IDS] = []
    st.session_state[_ENDED] = {}
    st.query_params.pop(_PARAMETER, None)


def live_runs(actor: str) -> bool:
    """Draws the followed runs and keeps them fresh while one is at work. Returns whether there is any."""
    st.session_state[_ENDED] = {}
    if not (found := followed(actor)):
        return False
    st.query_params[_PARAMETER] = [run.id for run in found][:_IN_ADDRESS]
    active = any(is_active(run) for run in found)
    st.space("small")
    st.fragment(_draw, run_every=_PACE if active else None)(actor, active)
    return True


def _draw(actor: str, was_active: bool) -> None:
    found = followed(actor)
    ended = [run for run in found if not is_active(run)]
    if was_active and len(ended) == len(found):
        st.rerun()
    failed = sum(run.state == "failed" for run in found)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("At work" if was_active else "Done", anchor=False)
        if not was_active:
            st.button("Clear this list", key="upload_clear", type="tertiary", on_click=_forget)
    if was_active and len(found) > 1:
        st.progress(len(ended) / len(found), text=f"{len(ended)} of {count(len(found), 'call')} done")
    elif failed:
        st.caption(f"{count(failed, 'call')} could not be worked through. The others are not touched by that.")
    for run in sorted(found, key=lambda run: (run.state != "running", run.state == "done"))[:_SHOWN]:
        run_row(run, key=f"run_{run.id}")
    if len(found) > _SHOWN:
        st.caption(f"and {count(len(found) - _SHOWN, 'more call')}; the Runs page has them all.")
