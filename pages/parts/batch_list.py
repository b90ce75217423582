"""A list of files: read, looked at, set going with one yes; a long one with counts, a filter and pages."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.record import record
from pages.parts.staged import STANDINGS, decided, staged_rows
from pages.parts.text import BadgeColour, count
from services import batches
from services.batches import BatchView, Standing

FEW = 10  # files that are shown with all that is known of them
PER_PAGE = 20
_PATIENCE = 10.0  # seconds in which a few files are read while the person waits
_PACE = 1.0
_ALL = "all"


def settled(batch: BatchView) -> BatchView:
    """The list with its files read, where only a few wait for that."""
    if 0 < batch.waiting <= FEW:
        batches.settle(record(), batch.id, _PATIENCE)
        return batches.get(record(), batch.id) or batch
    return batch


def decide(batch: BatchView, actor: str) -> list[str] | None:
    """Draws a list that waits for a yes. Returns the ids of its runs once that was given, else None."""
    if batch.waiting:
        st.fragment(_reading, run_every=_PACE)(batch.id, actor)
        return None
    heading = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    with heading:
        st.header(f"{count(batch.size, 'file')} to look at", anchor=False)
        with st.container(horizontal=True, width="content", gap="small"):
            _discard_button(batch.id, actor)
            label = f"Process {count(batch.wanted, 'call')}" if batch.wanted else "Nothing to process"
            go = st.button(
                label, type="primary", disabled=not batch.wanted, key="upload_process", icon=":material/play_arrow:"
            )
    if go:
        return batches.start(record(), batch.id, actor)
    if batch.size <= FEW:
        staged_rows(batch.id, batches.files(record(), batch.id), compact=False)
    else:
        words = {standing: STANDINGS[standing] for standing in batches.BEFORE}
        shown, offset, rows = filtered(batch, words, key="upload_look")
        with rows:
            staged_rows(batch.id, batches.files(record(), batch.id, shown, PER_PAGE, offset), compact=True)
    return None


def filtered(
    batch: BatchView, words: Mapping[Standing, tuple[str, BadgeColour]], *, key: str, live: bool = False
) -> tuple[tuple[Standing, ...], int, DeltaGenerator]:
    """Draws a choice among the standings that there are, room for rows, and the pages.

    Returns what to show: the standings, how many files to pass over, and the room. ``live`` leaves the counts out of
    the labels: a click on one that changes in that moment would be lost.
    """
    there = [standing for standing in words if batch.counts.get(standing)]
    counts = {_ALL: sum(batch.counts[standing] for standing in there)} | {each: batch.counts[each] for each in there}
    labels = {_ALL: "All"} | {each: words[each][0] for each in there}
    chosen = st.segmented_control(
        "Show",
        list(labels),
        default=_ALL,
        required=True,
        format_func=lambda each: labels[each] if live else f"{labels[each]} {counts[each]:,}",
        key=f"{key}_{batch.id[:8]}",
        label_visibility="collapsed",
    )
    rows = st.container(gap="small")
    pages = max(1, -(-counts[chosen] // PER_PAGE))
    page = st.pagination(pages, key=f"{key}_page_{batch.id[:8]}_{chosen}") if pages > 1 else 1
    return tuple(each for each in there if chosen in (_ALL, each)), (min(page, pages) - 1) * PER_PAGE, rows


def _reading(batch_id: str, actor: str) -> None:
    """How far the files of a list are read; when all are, the page is drawn anew."""
    batch = batches.get(record(), batch_id)
    if batch is None or not batch.waiting:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(f"Reading {count(batch.size, 'file')}", anchor=False)
        _discard_button(batch_id, actor)
    done = batch.size - batch.waiting
    st.progress(done / batch.size, text=f"{done:,} of {count(batch.size, 'file')} read")
    told = [f"{STANDINGS[each][0]}: {batch.counts[each]:,}" for each in batches.BEFORE if each in batch.counts]
    st.caption(" · ".join([*told, "Nothing runs before you say so. You may close this page; the list stays."]))


def _discard_button(batch_id: str, actor: str) -> None:
    st.button(
        "Discard",
        type="tertiary",
        key="upload_discard",
        icon=":material/delete:",
        help="Takes the list and its files away. What is stored already stays.",
        on_click=decided,
        args=(batches.discard, batch_id, actor),
    )
