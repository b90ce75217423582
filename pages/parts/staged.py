"""Files that were handed over and wait for a yes: what each is, before anything runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.parts.record import record
from pages.parts.text import BadgeColour, count, escape
from pages.parts.times import day
from services import batches
from services.batches import FileView, Standing
from services.calls import reader
from services.calls.model import Side, Speaker
from services.database import Database
from services.errors import AftercallError

_REFUSED = "upload_refused"
_REFUSALS = "upload_refusals"
_DRAWN = "upload_drawn"
_NAMED = 4
_UNSURE = "unsure"
_SIDES = {"advisor": "Our side", "client": "Client", _UNSURE: "Not sure"}
STANDINGS: dict[Standing, tuple[str, BadgeColour]] = {
    "waiting": ("Not read yet", "gray"),
    "new": ("New", "green"),
    "update": ("Update", "blue"),
    "duplicate": ("Already here", "gray"),
    "twin": ("Twice in this list", "orange"),
    "unreadable": ("Can't be read", "red"),
    "queued": ("Waiting", "gray"),
    "paused": ("Paused", "yellow"),
    "running": ("Working", "blue"),
    "done": ("Done", "green"),
    "failed": ("Failed", "red"),
    "cancelled": ("Cancelled", "gray"),
}


@dataclass(frozen=True)
class Drawn:
    """A widget by which a person decides about a file: which decision it is, and what stood when it was drawn."""

    choose: Callable[..., None]
    told: tuple[Any, ...]
    stands: Any


def keep_decisions() -> None:
    """Writes what a person decided since the files were drawn.

    Not by callbacks: a rerun that waits cuts those off, and what was clicked would be lost. This compares anew each
    time.
    """
    drawn: dict[str, Drawn] = st.session_state.get(_DRAWN, {})
    values = {key: st.session_state[key] for key in drawn if key in st.session_state}
    for key, value in values.items():
        if value != drawn[key].stands:
            decided(drawn[key].choose, *drawn[key].told, value)


def staged_rows(batch_id: str, files: Sequence[FileView], *, compact: bool) -> None:
    """Draws files: whether to process each, what it is, and what of that can be corrected.

    ``compact`` leaves out who is who, and draws the corrections only once somebody opens them.
    """
    drawn: dict[str, Drawn] = {}
    for file in files:
        _row(batch_id, file, compact, drawn)
    st.session_state[_DRAWN] = drawn


def _row(batch_id: str, file: FileView, compact: bool, drawn: dict[str, Drawn]) -> None:
    key = f"{batch_id[:8]}_{file.position}"
    with st.container(border=True, key=f"staged_{key}"):
        row = st.container(horizontal=True, vertical_alignment="center", wrap=False)
        with row:
            wanted_key = _fresh(f"wanted_{key}", file.wanted)
            drawn[wanted_key] = Drawn(batches.choose_wanted, (batch_id, file.position), file.wanted)
            st.checkbox(
                f"Process {escape(file.name)}",
                value=file.wanted,
                key=wanted_key,
                disabled=not file.readable,
                label_visibility="collapsed",
                width="content",
            )
        with row, st.container(gap=None, width="stretch"):
            _what_it_is(file, compact)
        with row:
            popover = st.popover("Change", type="tertiary", key=f"correct_{key}", on_change="rerun")
            if popover.open or not compact:
                with popover:
                    _corrections(batch_id, file, key, drawn)


def tell_refused() -> None:
    """Says why the last decision could not be kept."""
    if sentence := st.session_state.pop(_REFUSED, None):
        st.error(escape(sentence))


def _what_it_is(file: FileView, compact: bool) -> None:
    title = (file.client_name or "Client not named") if file.readable else file.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words, colour = STANDINGS[file.standing]
        st.badge(words, color=colour)
        st.markdown(f"**{escape(title)}**", width="content")
    if file.readable:
        parts = (file.name, day(file.meeting_date), count(file.turn_count, "turn"), file.format_label)
        st.caption(" · ".join(escape(part) for part in parts if part))
        if not compact:
            st.caption(_who_is_who(file.speakers))
    if file.standing in ("update", "twin", "unreadable"):
        st.markdown(escape(file.sentence))
    if not compact:
        for warning in file.warnings:
            st.caption(f":material/info: {escape(warning)}")


def _who_is_who(speakers: Sequence[Speaker]) -> str:
    lines = []
    for side, label in _SIDES.items():
        names = [speaker.name for speaker in speakers if (speaker.side or _UNSURE) == side]
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            lines.append(f"{label}: {', '.join(escape(name) for name in names[:_NAMED])}{more}")
    return " · ".join(lines)


def _corrections(batch_id: str, file: FileView, key: str, drawn: dict[str, Drawn]) -> None:
    """What a person can set right. Each key names the value that stands, so that a widget shows no other one."""
    this = (batch_id, file.position)
    labels = {entry.name: entry.label for entry in reader.formats()}
    names = [None, *sorted(labels, key=lambda name: labels[name].casefold())]
    format_key = f"format_{key}_{file.format_chosen}"
    drawn[format_key] = Drawn(batches.choose_format, this, file.format_chosen)
    st.selectbox(
        "Format",
        names,
        index=names.index(file.format_chosen),
        format_func=lambda name: labels[name] if name else "Detect it",
        key=format_key,
    )
    for number, speaker in enumerate(file.speakers):
        side = speaker.side or _UNSURE
        side_key = f"side_{key}_{number}_{side}"
        drawn[side_key] = Drawn(_choose_side, (*this, speaker.name), side)
        st.segmented_control(
            escape(speaker.name),
            list(_SIDES),
            default=side,
            required=True,
            format_func=lambda side: _SIDES[side],
            key=side_key,
        )
    if file.readable:
        stands = file.replaces or ""
        replaces_key = f"replaces_{key}_{stands}_{st.session_state.get(_REFUSALS, 0)}"
        drawn[replaces_key] = Drawn(batches.choose_replaced, this, stands)
        st.text_input(
            "Replaces the call with the id",
            value=stands,
            key=replaces_key,
            placeholder="None: it is a call of its own",
        )


def _fresh(name: str, stands: Any) -> str:
    """The key of a widget: a new one where another tab decided meanwhile, so that it shows what stands."""
    counter = f"{name}_again"
    again = int(st.session_state.get(counter, 0))
    key = f"{name}_{again}"
    if key in st.session_state and st.session_state[key] != stands:
        st.session_state[counter] = again + 1
        key = f"{name}_{again + 1}"
    return key


def decided(choose: Callable[..., None], *told: Any) -> None:
    """Keeps a decision, or the reason why it can't be kept; see ``tell_refused``."""
    try:
        choose(record(), *told)
    except AftercallError as error:
        st.session_state[_REFUSALS] = st.session_state.get(_REFUSALS, 0) + 1
        st.session_state[_REFUSED] = error.sentence


def _choose_side(database: Database, batch_id: str, position: int, speaker: str, chosen: str) -> None:
    side: Side | None = "advisor" if chosen == "advisor" else "client" if chosen == "client" else None
    batches.choose_side(database, batch_id, position, speaker, side)
