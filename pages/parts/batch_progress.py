"""A long list of files on its way through the chain: how far it is, holding it back, another try."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from pages.parts.batch_list import PER_PAGE, filtered
from pages.parts.pulse import pulse
from pages.parts.record import record
from pages.parts.staged import STANDINGS
from pages.parts.text import BadgeColour, count, escape
from pages.parts.times import time_left
from services import batches, runs
from services.batches import BatchView, FileView, Progress, Standing
from services.database import Database

_CALLS = Path(__file__).resolve().parents[1] / "calls.py"
_FRAGMENT = "batch_progress"
_SEEN = "batch_seen"
_LEFT_OUT: dict[Standing, tuple[str, BadgeColour]] = {
    "new": ("New, left out", "gray"),
    "update": ("Update, left out", "gray"),
}
_NEWER: tuple[str, BadgeColour] = ("Newer words stand", "gray")
_WORDS = {standing: (STANDINGS | _LEFT_OUT)[standing] for standing in (*batches.AFTER, *batches.BEFORE)}


def show_progress(batch: BatchView, actor: str, on_clear: Callable[[], None]) -> None:
    """Draws a list that was started and keeps it fresh until its last run has ended."""
    far = batches.progress(batch)
    active = far.ended < far.total
    st.space("small")
    st.session_state[_SEEN] = batch.counts
    st.fragment(_draw, key=_FRAGMENT)(batch.id, actor, active, on_clear)
    if active:
        pulse(partial(_changed, batch.id), key="batch_pulse")


def _changed(batch_id: str) -> list[str]:
    """Looks again; what is to be drawn anew."""
    batch = batches.get(record(), batch_id)
    if batch is None or batch.counts == st.session_state.get(_SEEN):
        return []
    st.session_state[_SEEN] = batch.counts
    return [_FRAGMENT]


def _draw(batch_id: str, actor: str, was_active: bool, on_clear: Callable[[], None]) -> None:
    batch = batches.get(record(), batch_id)
    far = batches.progress(batch) if batch else None
    if batch is None or far is None or (far.ended < far.total) != was_active:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("At work" if was_active else "Done", anchor=False)
        with st.container(horizontal=True, width="content", gap="small"):
            _buttons(batch, actor, on_clear)
    st.progress(far.ended / max(far.total, 1), text=_told(far))
    not_run = batch.size - far.total
    if was_active:
        left = time_left(runs.backlog(record()).seconds_left)
        st.caption(f"{left.capitalize()}. You may close this page: the work goes on, and the Runs page shows it too.")
    elif not_run:
        st.caption(f"{count(not_run, 'file')} of the list {'was' if not_run == 1 else 'were'} not run.")
    shown, offset, rows = filtered(batch, _WORDS, key="upload_follow", live=was_active)
    with rows:
        for file in batches.files(record(), batch.id, shown, PER_PAGE, offset):
            _row(file, batch.id)


def _told(far: Progress) -> str:
    """'12 of 300 calls done · 2 failed · 286 waiting'."""
    others = [f"{far.counts[each]:,} {STANDINGS[each][0].lower()}" for each in batches.AFTER if each in far.counts]
    done = f"{far.counts.get('done', 0):,} of {count(far.total, 'call')} done"
    return " · ".join([done, *(each for each in others if not each.endswith(" done"))])


def _buttons(batch: BatchView, actor: str, on_clear: Callable[[], None]) -> None:
    counts = batch.counts
    choices: list[tuple[bool, str, str, Callable[[Database, str, Sequence[str]], int]]] = [
        (bool(counts.get("queued")), "Pause", "pause", runs.pause),
        (bool(counts.get("paused")), "Go on", "play_arrow", runs.go_on),
        (bool(counts.get("failed")), f"Try {counts.get('failed', 0):,} failed again", "refresh", _retry),
        (bool(counts.keys() & {"queued", "paused", "running"}), "Cancel", "cancel", runs.cancel),
    ]
    for offered, label, icon, does in choices:
        if offered:
            key = f"upload_{does.__name__.strip('_')}"
            st.button(label, key=key, icon=f":material/{icon}:", on_click=_do, args=(does, batch.id, actor))
    if not counts.keys() & {"queued", "paused", "running"}:
        st.button("Clear this list", key="upload_clear_list", type="tertiary", on_click=on_clear)


def _retry(database: Database, actor: str, run_ids: Sequence[str]) -> int:
    return runs.retry_failed(database, actor, run_ids)


def _do(does: Callable[[Database, str, Sequence[str]], int], batch_id: str, actor: str) -> None:
    does(record(), actor, batches.run_ids(record(), batch_id))


def _row(file: FileView, batch_id: str) -> None:
    with st.container(
        border=True,
        horizontal=True,
        vertical_alignment="center",
        gap="medium",
        key=f"follow_{batch_id[:8]}_{file.position}",
    ):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{escape(file.client_name or file.name)}**")
            told = file.sentence if file.refused or file.standing in ("failed", "twin", "unreadable") else ""
            st.caption(" · ".join(escape(part) for part in (file.name if file.client_name else "", told) if part))
        if file.standing == "done" and file.external_id:
            st.page_link(_CALLS, label="Open call", query_params={"call": file.external_id})
        words, colour = _NEWER if file.refused else _WORDS[file.standing]
        st.badge(words, color=colour)
