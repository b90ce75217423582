"""Runs: what was worked through, when, for how long, what failed, and another try."""

import streamlit as st

from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.progress import call_link, is_active, state_badge, step_lines, track
from pages.parts.record import record
from pages.parts.text import escape
from pages.parts.times import ago, span
from services import runs
from services.errors import AftercallError
from services.runs import RunState, RunView

ACTOR = guard()
_PER_PAGE = 20
_PACE = 1.0
_CHOICES: dict[str, tuple[RunState, ...]] = {
    "All": (),
    "At work": ("queued", "running"),
    "Done": ("done",),
    "Failed": ("failed",),
}


def heading(total: int, chosen: str) -> None:
    """Says how many runs there are in words."""
    what = {"All": "run", "At work": "run at work", "Done": "run done", "Failed": "failed run"}[chosen]
    st.caption(f"{total:,} {what if total == 1 else what.replace('run', 'runs')}, the newest first")


def again(run_id: str) -> None:
    """Puts a failed run on its way once more."""
    try:
        runs.retry(record(), run_id, ACTOR)
    except AftercallError as error:
        st.session_state["runs_told"] = error.sentence


def row(run: RunView) -> None:
    """One run, with its agents to unfold."""
    with st.container(border=True, gap="small", key=f"runs_{run.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            with st.container(gap=None, width="stretch"):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    st.markdown(f"**{escape(run.title)}**", width="content")
                    state_badge(run.state)
                file = [run.filename] if run.title != run.filename else []
                about = [*file, span(run.seconds), ago(run.started_at or run.created_at), run.actor]
                st.caption(" · ".join(escape(item) for item in about if item))
            steps = st.popover("Agents", type="tertiary", key=f"runs_steps_{run.id}", on_change="rerun")
            if steps.open:
                with steps:
                    step_lines(run.steps)
            if run.state == "failed":
                st.button("Try again", key=f"retry_{run.id}", icon=":material/refresh:", on_click=again, args=(run.id,))
            call_link(run)
        if run.error:
            st.markdown(f":red[{escape(run.error)}]")
        if is_active(run):
            track(run.steps, key=f"runs_track_{run.id}")


def main() -> None:
    """The page: a filter, then one page of runs, kept fresh while one is at work."""
    st.title("Runs", anchor=False)
    if not runs.total(record()):
        empty_record(
            "No runs yet",
            "Every call that is worked through leaves a line here: how long it took, and what went wrong if it failed.",
            ACTOR,
            key="runs",
        )
        return
    chosen = st.radio("Show", list(_CHOICES), key="runs_show", horizontal=True, label_visibility="collapsed")
    if told := st.session_state.pop("runs_told", None):
        st.error(escape(told))
    total = runs.total(record(), _CHOICES[chosen])
    if not total:
        nothing_found(f"No run is {chosen.lower()}." if chosen != "Failed" else "No run has failed.")
        return
    heading(total, chosen)
    rows = st.container(gap="small")
    pages = -(-total // _PER_PAGE)
    shown = st.pagination(pages, key=f"runs_page_{chosen}") if pages > 1 else 1
    active = bool(runs.active(record()))
    with rows:
        st.fragment(listing, run_every=_PACE if active else None)(chosen, shown, active)


def listing(chosen: str, shown: int, was_active: bool) -> None:
    """One page of rows. When the last run at work has ended, the page stops asking."""
    if was_active and not runs.active(record()):
        st.rerun()
    for run in runs.recent(record(), _PER_PAGE, (shown - 1) * _PER_PAGE, _CHOICES[chosen]):
        row(run)


with st.container(width=1080):
    main()
