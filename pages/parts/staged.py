"""Files that were dropped on the upload page and wait for a yes: what each is, before anything runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.parts.text import BadgeColour, count, escape
from pages.parts.times import day
from services.calls import reader
from services.calls.model import Speaker
from services.database import Database
from services.uploads import Preview, Status, preview

_PREVIEWS = "upload_previews"
_ROUND = "upload_round"

_STATUS: dict[Status, tuple[str, BadgeColour]] = {
    "new": ("New", "green"),
    "update": ("Update", "blue"),
    "duplicate": ("Already here", "gray"),
    "unreadable": ("Can't be read", "red"),
}
_TWICE: tuple[str, BadgeColour] = ("Twice in this list", "orange")
_NAMED = 4
_UNSURE = "unsure"
_SIDES = {"advisor": "Our side", "client": "Client", _UNSURE: "Not sure"}


@dataclass(frozen=True)
class Staged:
    """One file that waits. ``identity`` is stable while the file stays in the list."""

    identity: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Choice:
    """What the person decided about a staged file."""

    file: Staged
    options: dict[str, Any]


def widget_round() -> int:
    """The number in the keys of the upload widgets; a new one makes them empty."""
    return int(st.session_state.setdefault(_ROUND, 0))


def let_go(files: list[Staged]) -> None:
    """Takes the files' bytes out of the session and empties the upload widgets."""
    context = get_script_run_ctx()
    release = getattr(context.uploaded_file_mgr, "remove_file", None) if context else None
    if context and release:
        for file in files:
            release(session_id=context.session_id, file_id=file.identity)
    st.session_state[_ROUND] = widget_round() + 1
    st.session_state.pop(_PREVIEWS, None)


def look(database: Database, files: list[Staged]) -> dict[str, Preview]:
    """Reads every staged file once for each format chosen; the session keeps what was found, not the bytes."""
    kept: dict[tuple[str, str | None], Preview] = st.session_state.setdefault(_PREVIEWS, {})
    wanted = [(file, _chosen_format(file)) for file in files]
    missing = [(file, chosen) for file, chosen in wanted if (file.identity, chosen) not in kept]
    bar = st.progress(0.0, text="Reading…") if len(missing) > 3 else None
    for position, (file, chosen) in enumerate(missing):
        if bar:
            bar.progress(position / len(missing), text=f"Reading {escape(file.name)}")
        kept[file.identity, chosen] = preview(database, file.name, file.content, chosen)
    if bar:
        bar.empty()
    return {file.identity: kept[file.identity, chosen] for file, chosen in wanted}


def decision(file: Staged, found: Preview, *, twice: bool) -> Choice | None:
    """What stands decided about a file, drawn or not: None where it is not to be processed.

    ``twice``: the same call stands further up in the list.
    """
    if found.status == "unreadable" or not st.session_state.get(_wanted_key(file, found), _wanted_first(found, twice)):
        return None
    told = _told_sides(file, found.speakers)
    changed = any(told[speaker.name] != (speaker.side or _UNSURE) for speaker in found.speakers)
    sides = {name: None if side == _UNSURE else side for name, side in told.items()} if changed else None
    return Choice(file, {"format": _chosen_format(file), "sides": sides, "external_id": None})


def staged_row(file: Staged, found: Preview, *, twice: bool) -> None:
    """Draws one file: whether to process it, what it is, and what of that can be corrected."""
    readable = found.status != "unreadable"
    with st.container(border=True, key=f"staged_{file.identity}"):
        row = st.container(horizontal=True, vertical_alignment="center", wrap=False)
        with row:
            st.checkbox(
                f"Process {escape(found.name)}",
                value=_wanted_first(found, twice),
                key=_wanted_key(file, found),
                disabled=not readable,
                label_visibility="collapsed",
                persist_state="page",
                width="content",
            )
        with row, st.container(gap=None, width="stretch"):
            _what_it_is(file, found, twice)
        with row:
            _corrections(file, found)


def _wanted_first(found: Preview, twice: bool) -> bool:
    return found.status in ("new", "update") and not twice


def _wanted_key(file: Staged, found: Preview) -> str:
    return f"wanted_{file.identity}_{found.external_id}"


def _side_key(file: Staged, position: int, speaker: Speaker) -> str:
    return f"side_{file.identity}_{position}_{speaker.side}"


def _chosen_format(file: Staged) -> str | None:
    chosen = st.session_state.get(f"format_{file.identity}")
    return str(chosen) if chosen else None


def _what_it_is(file: Staged, found: Preview, twice: bool) -> None:
    readable = found.status != "unreadable"
    words, colour = _TWICE if readable and twice else _STATUS[found.status]
    title = (found.client_name or "Client not named") if readable else found.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(words, color=colour)
        st.markdown(f"**{escape(title)}**", width="content")
    if readable:
        parts = (found.name, day(found.meeting_date), count(found.turn_count, "turn"), found.format_label)
        st.caption(" · ".join(escape(part) for part in parts if part))
        st.caption(_who_is_who(file, found.speakers))
    if found.status in ("update", "unreadable"):
        st.markdown(escape(found.sentence))
    for warning in found.warnings:
        st.caption(f":material/info: {escape(warning)}")


def _who_is_who(file: Staged, speakers: Sequence[Speaker]) -> str:
    told = _told_sides(file, speakers)
    lines = []
    for side, label in _SIDES.items():
        names = [name for name, chosen in told.items() if chosen == side]
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            lines.append(f"{label}: {', '.join(escape(name) for name in names[:_NAMED])}{more}")
    return " · ".join(lines)


def _told_sides(file: Staged, speakers: Sequence[Speaker]) -> dict[str, str]:
    """Each speaker's side as it stands now: what the person set, else what was worked out."""
    return {
        speaker.name: st.session_state.get(_side_key(file, position, speaker), speaker.side or _UNSURE)
        for position, speaker in enumerate(speakers)
    }


def _corrections(file: Staged, found: Preview) -> None:
    labels = {entry.name: entry.label for entry in reader.formats()}
    with st.popover("Change", type="tertiary", key=f"correct_{file.identity}"):
        st.selectbox(
            "Format",
            [None, *sorted(labels, key=lambda name: labels[name].casefold())],
            format_func=lambda name: labels[name] if name else "Detect it",
            key=f"format_{file.identity}",
            persist_state="page",
        )
        for position, speaker in enumerate(found.speakers):
            st.segmented_control(
                escape(speaker.name),
                list(_SIDES),
                default=speaker.side or _UNSURE,
                required=True,
                format_func=lambda side: _SIDES[side],
                key=_side_key(file, position, speaker),
                persist_state="page",
            )
