"""The story of a call: who said what of which field, when and why; and earlier values put back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.parts.chooser import slot
from pages.parts.proof import Pick, quote_line, state_mark
from pages.parts.text import BadgeColour, count, escape, shorten
from pages.parts.times import ago
from pages.parts.word_diff import marked
from services.call_view import CallView
from services.deal_fields import NOT_DISCUSSED
from services.ledger import Event, Moment

_UPLOAD = Path(__file__).resolve().parents[1] / "upload.py"
FIELD = "history_field"  # the key of the choice of a field
_PAGE, _PAGE_SIZE, _UNFOLDED, _SHORT = "history_page", 15, 3, 120
_BADGES: Mapping[str, tuple[BadgeColour, str]] = {
    "adopt": ("gray", "taken over"),
    "edit": ("violet", "edited"),
    "confirm": ("green", "confirmed"),
    "keep": ("green", "kept against a later run"),
    "take": ("blue", "taken from a later run"),
    "revert": ("blue", "put back"),
    "restore": ("gray", "given back to the runs"),
    "approve": ("green", "approved"),
    "publish": ("green", "published"),
    "withdraw": ("gray", "withdrawn"),
    "sent": ("blue", "sent"),
}


@dataclass(frozen=True)
class Ways:
    """What can be done about a line of the story: shows a turn, puts its value back."""

    pick: Pick
    put_back: Callable[[Event], None]


def first_page() -> None:
    """Another field begins on its first page."""
    st.session_state[_PAGE] = 1


def history_tab(call: CallView, story: Sequence[Moment], ways: Ways) -> None:
    """The whole story, or one field's, the newest first."""
    if not story:
        st.markdown("Nothing was written of this call since there is a history.")
        return
    fields = {event.field: event.label for moment in story for event in moment.events}
    ordered = sorted(fields, key=lambda field: fields[field].lower())
    if st.session_state.get(FIELD) not in fields:
        st.session_state.pop(FIELD, None)
    chosen = st.selectbox(
        "Field",
        ["", *ordered],
        format_func=lambda field: fields.get(field, "All fields"),
        key=FIELD,
        on_change=first_page,
        width=280,
    )
    told = [moment for moment in story if not chosen or any(event.field == chosen for event in moment.events)]
    pages = -(-len(told) // _PAGE_SIZE)
    page = st.session_state.get(_PAGE, 1)
    if page > pages:
        st.session_state[_PAGE] = page = pages
    for moment in told[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]:
        _moment(moment, [event for event in moment.events if chosen in ("", event.field)], call, ways)
    if pages > 1:
        st.pagination(pages, key=_PAGE)


def _moment(moment: Moment, events: Sequence[Event], call: CallView, ways: Ways) -> None:
    """What was written together: its lines, folded into one where they are many."""
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(moment.who)}** {_deed(events)}", width="content")
            st.space("stretch")
            if moment.run_id:
                asked = {"job": moment.run_id}
                st.page_link(_UPLOAD, label=":small[See the run]", query_params=asked, width="content")
            st.caption(escape(ago(moment.at)), width="content")
        if moment.why:
            st.caption(f"Why: {escape(moment.why)}")
        several = len({event.who for event in moment.events}) > 1
        if len(events) <= _UNFOLDED:
            for event in events:
                _event(event, call, ways, several)
            return
        folded = st.expander("Show the values", type="compact", key=f"moment_{events[0].id}", on_change="rerun")
        if folded.open:
            with folded:
                _many(events, call, ways, several)


def _deed(events: Sequence[Event]) -> str:
    """What was done: ``said 34 values`` for a run, a badge a kind for a person."""
    kinds = dict.fromkeys(event.kind for event in events)
    if set(kinds) <= {"run", "beside"}:
        return f"said {count(len(events), 'value')}"
    shown = (_BADGES.get(kind, ("gray", kind.replace("_", " "))) for kind in kinds)
    return " ".join(f":{colour}-badge[{escape(words)}]" for colour, words in shown)


def _many(events: Sequence[Event], call: CallView, ways: Ways, several: bool) -> None:
    """Many lines of one writing; what was not discussed before nor after is told in one."""
    quiet = [event for event in events if {event.before, event.said} == {NOT_DISCUSSED}]
    for event in events:
        if event not in quiet:
            _event(event, call, ways, several)
    if quiet:
        st.caption(f"Not discussed: {escape(', '.join(event.label for event in quiet))}")


def _labelled(event: Event, several: bool) -> str:
    """The field, and the mind where several spoke at once or its value does not stand."""
    told = several or event.kind == "beside"
    return f"{event.label}: {event.who}" if told else event.label


def _event(event: Event, call: CallView, ways: Ways, several: bool = False) -> None:
    """One value: from what to what, on which words; and the way back to it. ``several``: minds spoke at once."""
    with st.container(key=f"event_{event.id}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.markdown(f":gray[{escape(_labelled(event, several))}]  \n{_change(event)}", width="stretch")
            if event.can_return:
                st.button(
                    "Put back",
                    key=f"put_back_{event.id}",
                    icon=":material/settings_backup_restore:",
                    type="tertiary",
                    help=escape(f"{event.label} becomes {shorten(event.said, 60)} again, as your word."),
                    on_click=ways.put_back,
                    args=(event,),
                )
        for number, quote in enumerate(event.quotes[:2]):
            quote_line(quote, f"event_{event.id}_quote_{number}", call, ways.pick)
        if max(len(event.before), len(event.said)) > _SHORT:
            _whole(event)


def _change(event: Event) -> str:
    """From what to what; of a run that a person's word outlived, what it said and what stayed."""
    said, before = escape(shorten(event.said, _SHORT)), escape(shorten(event.before, _SHORT))
    if event.kind == "restore":
        return f"~~{before}~~ → **{escape(shorten(event.after, _SHORT))}**"
    state = state_mark(event.state)
    if event.kind == "beside":
        was = "" if event.before == NOT_DISCUSSED else f"~~{before}~~ → "
        return f"{was}{said} {state} :gray[(does not stand)]" if event.state else f"{was}{said}"
    if event.after != event.said:
        return f"{said} {state} :gray[({escape(shorten(event.after, _SHORT))} stays)]"
    if event.before in (event.after, NOT_DISCUSSED):
        return f"**{said}** {state}".rstrip()
    return f"~~{before}~~ → **{said}** {state}".rstrip()


def _whole(event: Event) -> None:
    """Both texts in full, with what differs marked."""
    with st.popover(":small[Whole text]", type="tertiary", key=f"whole_{slot(str(event.id))}", width="content"):
        if event.before not in (event.said, NOT_DISCUSSED):
            st.caption("Before")
            st.markdown(marked(event.before, event.said, "orange"))
            st.caption("After")
        other = event.said if event.before == NOT_DISCUSSED else event.before
        st.markdown(marked(event.said, other, "green"))
