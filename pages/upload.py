"""Upload: transcripts come in, are looked at, worked through and lead to their results."""

import streamlit as st

from pages.parts.batch_list import FEW, decide, settled
from pages.parts.batch_progress import show_progress
from pages.parts.empty import sample_button
from pages.parts.guard import guard
from pages.parts.intake import take_in, tell_what_was_taken
from pages.parts.live import follow, live_runs
from pages.parts.progress import run_row
from pages.parts.record import record
from pages.parts.staged import keep_decisions, tell_refused
from services import batches, records, runs
from services.batches import BatchView
from services.records import CallFilter

ACTOR = guard()
_LATELY = 5
_PARAMETER = "batch"


def lists() -> tuple[BatchView | None, BatchView | None]:
    """The list that waits for a yes, and the long one that is on its way: of the address, else the newest of each."""
    named = st.query_params.get(_PARAMETER)
    told = batches.get(record(), named, ACTOR) if named else None
    waiting = told if told and told.state == "open" else batches.newest_open(record(), ACTOR)
    started = told if told and told.state == "started" else batches.newest_at_work(record(), ACTOR)
    return waiting, started if started and started.size > FEW else None


def look_at(batch: BatchView) -> None:
    """Draws the list that waits; after the yes it is followed, a short one run by run."""
    st.query_params[_PARAMETER] = batch.id
    run_ids = decide(settled(batch), ACTOR)
    if run_ids is not None:
        if batch.size <= FEW:
            follow(run_ids)
            st.query_params.pop(_PARAMETER, None)
        st.rerun()


def clear() -> None:
    """Takes the list that has ended off this page; the Runs page keeps its runs."""
    st.query_params.pop(_PARAMETER, None)


def lately() -> None:
    """The calls that were worked through last; on an empty record the invitation to look around."""
    done = runs.recent(record(), _LATELY, 0, ("done",))
    if done:
        st.space("small")
        st.header("Latest calls", anchor=False)
        for run in done:
            run_row(run, key=f"lately_{run.id}")
    elif not runs.total(record()) and not records.list_calls(record(), CallFilter(), size=1)[1]:
        welcome()


def welcome() -> None:
    """The invitation to load the sample calls."""
    st.space("small")
    with st.container(border=True):
        words, button = st.columns([4, 1.2], vertical_alignment="center")
        with words, st.container(gap="xsmall"):
            st.markdown("**New here?**")
            st.markdown(
                "Load ten sample calls and see what becomes of them: the deal's fields with the words they come from, "
                "a follow-up e-mail, posts and coaching."
            )
        with button, st.container(horizontal_alignment="right"):
            sample_button(ACTOR, key="upload_samples")


def main() -> None:
    """The page."""
    st.title("Upload calls", anchor=False)
    st.markdown(
        "Transcripts of your calls, as Zoom, Teams, Meet, Otter, Fathom, Fireflies, Gong and others export them, "
        "or as Word or plain text; one, or a zip of a thousand. You see what each one is before anything is worked "
        "through."
    )
    keep_decisions()
    waiting, started = lists()
    take_in(ACTOR, waiting)
    tell_what_was_taken()
    tell_refused()
    if waiting:
        look_at(waiting)
    if started:
        if not waiting:
            st.query_params[_PARAMETER] = started.id
        show_progress(started, ACTOR, clear)
    elif not live_runs(ACTOR) and not waiting:
        lately()


with st.container(width=1080):
    main()
