"""Calls: all of them in a list, and one with its dialogue and everything that came of it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from pages.parts import again, call_outputs, crm_lines, history
from pages.parts.call_list import show_list, stage_badge
from pages.parts.dialogue import dialogue
from pages.parts.guard import guard
from pages.parts.own_writes import version_now, wrote
from pages.parts.record import record
from pages.parts.text import count, escape, shorten, tab_labels, web_link
from services import clients, confirming, deals, ledger, records, standing
from services.call_view import CallView, CrmLine
from services.errors import AftercallError, NotFound
from services.ledger import Event
from services.memory import copies
from services.standing import Other, Standing, crm_path

ACTOR = guard()
_HERE = Path(__file__).resolve()
_FOCUS, _NOTICE, _DONE, _TAB = "calls_focus", "calls_notice", "calls_done", "calls_tab"
_TABS = tab_labels(("Facts", "CRM", "E-mail", "Posts", "Coaching", "History"))


def leave_call() -> None:
    """Back to the list, as it was filtered."""
    st.query_params.from_dict({})  # at once: one step in the browser's history
    st.session_state.pop(_FOCUS, None)


def pick(turn: int, words: str | None) -> None:
    """Shows a turn in the dialogue and puts it in the address."""
    st.session_state[_FOCUS] = (st.query_params.get("call"), turn, words)
    st.query_params["turn"] = str(turn + 1)


def focused(external_id: str) -> tuple[int | None, str | None]:
    """The turn of a call to show: the one just picked, else the address's."""
    call, turn, words = st.session_state.get(_FOCUS, (None, None, None))
    if call == external_id:
        return turn, words
    number = st.query_params.get("turn", "")
    return (int(number) - 1, None) if number.isdecimal() and 0 < int(number) < 1_000_000 else (None, None)


def back() -> None:
    """The way back to the list."""
    st.button("All calls", key="calls_back", icon=":material/arrow_back:", type="tertiary", on_click=leave_call)


def head(call: CallView, stands: Mapping[str, Standing]) -> None:
    """Who, when, how it stands, and where it came from."""
    outcome = call.outcome if call.outcome != call.deal_stage else None
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            back()
            st.space("stretch")
            client_link(call.external_id)
            again.one_again(call.external_id, ACTOR)
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.title(escape(call.client), anchor=False, width="content")
            badges = [stage_badge(call.deal_stage), f":gray-badge[{escape(outcome)}]" if outcome else ""]
            st.markdown(" ".join(badge for badge in badges if badge), width="content")
            crm_lines.conflicts_hint(call, stands)
        recording = web_link("Recording", call.recording) or escape(call.recording)
        for about in ((call.title, *call.meeting), call.contact):
            words = [escape(item) for item in about if item] + ([recording] if about is call.contact else [])
            st.markdown(" · ".join(filter(None, words)))
        st.caption(" · ".join(f"{escape(label)}: {escape(words)}" for label, words in call.source))
        if copies.is_waiting(record(), "index", call.external_id):
            st.caption("Not indexed yet: a search finds this call as it stood before, if at all.")
        call_outputs.warnings(call.warnings)


def client_link(external_id: str) -> None:
    """The way to all calls of the same client."""
    client = clients.household_of(record(), external_id)
    label = "Client" if len(client.calls) == 1 else f"Client, {count(len(client.calls), 'call')}"
    page = _HERE.with_name("clients.py")
    st.page_link(page, label=label, icon=":material/group:", query_params={"client": str(client.id)}, width="content")


def show_call(external_id: str) -> None:
    """One call."""
    try:
        stands = standing.of_call(record(), external_id)
        call = records.get_call(record(), external_id)
    except NotFound as error:
        back()
        st.title("No such call", anchor=False)
        st.info(error.sentence)
        return
    # A link to this very page leaves its parameters out of the browser's address: said again, they stand there.
    st.query_params["call"] = external_id
    if notice := st.session_state.pop(_NOTICE, None):
        st.info(escape(notice))
    if done := st.session_state.pop(_DONE, None):
        st.toast(escape(done), icon=":material/check:")  # nothing moves: the next line may be ticked at once
    again.news()
    head(call, stands)
    body(call, stands)


@st.fragment
def body(call: CallView, stands: Mapping[str, Standing]) -> None:
    """The dialogue on one side, what came of it on the other; picking a turn redraws these alone."""
    turn, words = focused(call.external_id)
    left, right = st.columns([5, 4], gap="medium")
    with left:
        sides = {"advisor": "Adviser", "client": "Client"}
        known = [f"{name} ({sides[side]})" if side else name for name, side in call.speakers]
        if known:
            st.caption(escape(", ".join(known)))
        dialogue(call, key="calls_dialogue", focus=turn, focus_words=words, on_pick=pick)
        for aside in call.asides:
            st.caption(escape(aside))
    with right:
        outputs(call, stands)


def outputs(call: CallView, stands: Mapping[str, Standing]) -> None:
    """What came of the call, a tab a kind; its history is read when somebody looks at it."""
    facts, crm, email, posts, coaching, told = st.tabs(_TABS, key=_TAB, on_change="rerun")
    with facts:
        call_outputs.facts_tab(call, pick)
    with crm:
        crm_lines.crm_tab(call, stands, crm_ways(call))
    with email:
        crm_lines.whose_words(call, stands, "email_draft.")
        call_outputs.email_tab(call)
    with posts:
        crm_lines.whose_words(call, stands, "social_content.")
        call_outputs.posts_tab(call)
    with coaching:
        call_outputs.coaching_tab(call, pick)
    if told.open:
        with told:
            ways = history.Ways(pick, lambda event: put_back(call, event))
            history.history_tab(call, ledger.moments(record(), call.external_id), ways)


def crm_ways(call: CallView) -> crm_lines.Ways:
    """What can be done about the lines of the record."""
    return crm_lines.Ways(
        pick=pick,
        confirm=lambda lines: confirm(call, lines),
        restore=lambda line: restore(call, line),
        history=show_history,
        take=lambda line, other: take(call, line, other),
    )


def show_history(line: CrmLine) -> None:
    """Opens the history of one field."""
    st.session_state[_TAB] = _TABS[-1]
    st.session_state[history.FIELD] = crm_path(line.field)
    history.first_page()


def confirm(call: CallView, lines: Sequence[CrmLine]) -> None:
    """Says of fields that what a run said of them is right."""
    paths = [crm_path(line.field) for line in lines]
    if len(lines) == 1:
        done = f"{lines[0].label} is confirmed. No run will replace it."
    else:
        done = f"{count(len(lines), 'value')} are confirmed. No run will replace them."
    _change(call, lambda version: confirming.confirm(record(), call.external_id, version, paths, ACTOR), done, _DONE)


def restore(call: CallView, line: CrmLine) -> None:
    """Gives a field back to what the run said."""
    done = f"{line.label} is again what the run said: {line.proposed}."
    _change(call, lambda version: deals.restore(record(), call.external_id, version, [line.field], ACTOR), done)


def take(call: CallView, line: CrmLine, other: Other) -> None:
    """Lets the other mind's value of a field stand."""
    done = f"{line.label} is now {shorten(other.words, 80)}, as {other.who} says. No run will replace it."
    _change(call, lambda version: ledger.take_other(record(), call.external_id, version, other.id, ACTOR), done)


def put_back(call: CallView, event: Event) -> None:
    """Lets an earlier value of a field stand again."""
    done = f"{event.label} is {shorten(event.said, 80)} again. No run will replace it."
    _change(call, lambda version: ledger.put_back(record(), call.external_id, version, event.id, ACTOR), done)


def _change(call: CallView, write: Callable[[int], object], done: str, told: str = _NOTICE) -> None:
    """Writes to the call as it was seen, and tells what came of it: what was done under the key ``told``."""
    version = version_now(call.external_id, call.version)
    try:
        write(version)
    except AftercallError as error:
        st.session_state[_NOTICE] = error.sentence
    else:
        wrote(call.external_id, version)
        st.session_state[told] = done
    st.rerun()  # the whole page: the head and the version are of the call as it was


if st.query_params.get("call"):
    show_call(st.query_params["call"])
else:
    show_list(ACTOR)
