"""One field in conflict: what was said of it by whom and on what words, and the three ways to settle it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.parts.chooser import slot
from pages.parts.own_writes import version_now, wrote
from pages.parts.proof import quote_links, state_mark
from pages.parts.record import record
from pages.parts.text import escape, escape_lines, shorten
from pages.parts.times import ago
from pages.parts.word_diff import marked
from services import conflicts, settling
from services.conflicts import OpenConflict, Side, Way
from services.deal_fields import NOT_DISCUSSED, current
from services.errors import AftercallError
from services.json_words import plain

_DONE, _TOLD, _WRITING = "conflicts_done", "conflicts_told", "conflicts_writing"


def place_of(conflict: OpenConflict) -> str:
    """A short name of a conflict for the keys of its widgets."""
    return slot(f"{conflict.external_id} {conflict.field}")


def notice() -> None:
    """Says what the last click settled, once."""
    if sentence := st.session_state.pop(_DONE, None):
        st.success(escape(sentence), icon=":material/check_circle:")


def told_of(place: str) -> None:
    """Says in its place why the last click settled nothing, once."""
    if sentence := st.session_state.get(_TOLD, {}).pop(place, None):
        st.warning(escape(sentence), icon=":material/warning:")


def told_of_others(shown_here: set[str]) -> None:
    """Says at the top what could not be settled and is not on the page any more."""
    for place in [place for place in st.session_state.get(_TOLD, {}) if place not in shown_here]:
        told_of(place)


def card(conflict: OpenConflict, actor: str) -> None:
    """Draws one field: the three values with their words, and what can be done."""
    place = place_of(conflict)
    with st.container(key=f"conflict_{place}", gap="small"):
        st.subheader(escape(conflict.label), anchor=False)
        if conflict.long:
            _texts(conflict)
        else:
            _values(conflict)
        told_of(place)
        if st.session_state.get(_WRITING) == place:
            _third(conflict, actor)
        else:
            _ways(conflict, actor)


def _values(conflict: OpenConflict) -> None:
    old, theirs, new = st.columns(3, border=True)
    with old:
        _side("The run said before", conflict.old, conflict.external_id)
    with theirs:
        _side(_theirs(conflict), conflict.theirs, conflict.external_id)
    with new:
        _side("The last run says", conflict.new, conflict.external_id)


def _theirs(conflict: OpenConflict) -> str:
    """What the person did: wrote a value of their own, or found the run's right."""
    confirmed = conflict.old is not None and conflict.old.words == conflict.theirs.words
    return f"{conflict.theirs.who} {'confirmed it' if confirmed else 'said'}, and it stands"


def _side(title: str, side: Side | None, external_id: str) -> None:
    st.caption(escape(title))
    if side is None:
        st.markdown(":gray[Nothing: no run had spoken of it.]")
        return
    st.markdown(f"**{escape(shorten(side.words, 400))}** {state_mark(side.state)}".rstrip())
    quote_links(side.quotes, external_id)
    st.caption(escape(f"{side.who}, {ago(side.at)}"))


def _texts(conflict: OpenConflict) -> None:
    """The person's text and the last run's side by side, with what differs marked."""
    theirs, new = conflict.theirs, conflict.new
    left, right = st.columns(2, border=True)
    with left:
        _text(_theirs(conflict), theirs, marked(theirs.words, new.words, "green"), conflict)
    with right:
        _text("The last run says", new, marked(new.words, theirs.words, "orange"), conflict)
    if conflict.old is not None:
        with st.expander("What the run had said before", type="compact", key=f"old_{place_of(conflict)}"):
            st.markdown(escape_lines(conflict.old.words))
            st.caption(escape(f"{conflict.old.who}, {ago(conflict.old.at)}"))


def _text(title: str, side: Side, words: str, conflict: OpenConflict) -> None:
    st.caption(escape(title))
    st.markdown(words)
    if side.state:
        st.markdown(state_mark(side.state))
    quote_links(side.quotes, conflict.external_id)
    st.caption(escape(f"{side.who}, {ago(side.at)}"))


def _ways(conflict: OpenConflict, actor: str) -> None:
    place = place_of(conflict)
    with st.container(horizontal=True, gap="small"):
        for way, label, icon in (
            ("keep", "Keep mine", ":material/person_check:"),
            ("take", "Take new", ":material/update:"),
        ):
            st.button(label, key=f"{way}_{place}", icon=icon, on_click=_settle, args=(conflict, way, actor))
        if settling.can_write(conflict.field):
            st.button("Write other", key=f"other_{place}", icon=":material/edit:", on_click=_begin, args=(place,))


def _begin(place: str) -> None:
    st.session_state[_WRITING] = place


def _leave() -> None:
    st.session_state.pop(_WRITING, None)


def _third(conflict: OpenConflict, actor: str) -> None:
    """The box for a third value, begun with the person's."""
    place = place_of(conflict)
    key = f"third_{place}"
    with st.form(f"form_{place}", border=False):
        _box(conflict, key)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Save", key=f"save_{place}", type="primary", on_click=_write, args=(conflict, key, actor)
            )
            st.form_submit_button("Cancel", key=f"cancel_{place}", on_click=_leave)


def _box(conflict: OpenConflict, key: str) -> None:
    label = f"{escape(conflict.label)}: what is right"
    field = current().by_name.get(conflict.field.removeprefix("crm_data."))
    value = conflict.theirs.value
    if field is not None and field.kind == "choice" and field.choices:
        index = field.choices.index(value) if value in field.choices else None
        st.selectbox(label, field.choices, index=index, key=key, width=360)
    elif field is not None and field.kind == "choices" and field.choices:
        chosen = [item for item in value if item in field.choices] if isinstance(value, list) else []
        st.multiselect(label, field.choices, chosen, key=key)
    elif conflict.long:
        st.text_area(label, conflict.text, key=key, height=90 if conflict.field.endswith(".subject") else 320)
    else:
        text = ", ".join(map(plain, value)) if isinstance(value, list) else plain(value)
        st.text_input(label, text, key=key, width=360, help="Left empty it says: not discussed.")


def _settle(conflict: OpenConflict, way: Way, actor: str) -> None:
    side = conflict.theirs if way == "keep" else conflict.new
    sentence = _outcome(conflict, f"{'stays' if way == 'keep' else 'is now'} {side.words}")

    def write(seen: Sequence[OpenConflict]) -> None:
        conflicts.settle(record(), seen[0], way, actor)

    _do([conflict], write, place_of(conflict), sentence)


def _write(conflict: OpenConflict, key: str, actor: str) -> None:
    entered: Any = st.session_state.get(key)
    words = ", ".join(entered) if isinstance(entered, list) else entered or ""

    def write(seen: Sequence[OpenConflict]) -> None:
        settling.write_other(record(), seen[0], words, actor)

    sentence = _outcome(conflict, f"is now {words.strip() or NOT_DISCUSSED}")
    if _do([conflict], write, place_of(conflict), sentence):
        _leave()


def _outcome(conflict: OpenConflict, words: str) -> str:
    told = "is settled" if conflict.long else shorten(words, 100)
    return f"{conflict.label} of {conflict.client} {told}."


def all_of(of_call: Sequence[OpenConflict]) -> str:
    """The place where it is told what came of settling all of a call."""
    return slot(f"all {of_call[0].external_id}")


def settle_all(of_call: Sequence[OpenConflict], way: Way, actor: str) -> None:
    """Settles every conflict of a call in one way."""
    which = "what people said stays" if way == "keep" else "what the last run says stands now"
    sentence = f"{len(of_call)} fields of {of_call[0].client} are settled: {which}."

    def write(seen: Sequence[OpenConflict]) -> None:
        settling.settle_all(record(), seen, way, actor)

    _do(of_call, write, all_of(of_call), sentence)


def _do(
    seen: Sequence[OpenConflict], write: Callable[[Sequence[OpenConflict]], None], place: str, sentence: str
) -> bool:
    """Writes, and keeps what came of it for the next drawing. Returns whether it was written."""
    call = seen[0]
    version = version_now(call.external_id, call.version)
    try:
        write([replace(each, version=version) for each in seen])
    except AftercallError as error:
        st.session_state.setdefault(_TOLD, {})[place] = error.sentence
        return False
    wrote(call.external_id, version)
    st.session_state[_DONE] = sentence
    return True
