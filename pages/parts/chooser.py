"""A list of calls beside what is done with one of them; filters and choice live in the address."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Literal

import streamlit as st

from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.times import day
from services.outgoing import PAGE_SIZE, OutgoingFilter, OutgoingRow, list_outgoing

Caption = Callable[[OutgoingRow], str]


def slot(external_id: str) -> str:
    """A short name for a call that fits a widget's key, whatever its external id holds."""
    return sha256(external_id.encode()).hexdigest()[:12]


def call_list(kind: Literal["email", "post"], states: Mapping[str, str], caption: Caption) -> tuple[str | None, bool]:
    """Draws search, state and list. Returns the chosen call, if any, and whether a filter is set.

    ``states`` maps each state of the e-mail or post to its label, the first being the one to begin with.
    """
    search = st.text_input("Search", key=f"{kind}_q", type="search", placeholder="Client", bind="query-params")
    first = next(iter(states))
    state = st.radio(
        "State",
        list(states),
        format_func=lambda name: states[name],
        horizontal=True,
        key=f"{kind}_state",
        label_visibility="collapsed",
        bind="query-params",
    )
    words = (search or "").strip()
    wanted = OutgoingFilter(search=words, email=state) if kind == "email" else OutgoingFilter(search=words, post=state)
    page = int(st.session_state.get(f"{kind}_page") or 1)
    rows, total = list_outgoing(record(), wanted, page=page)
    chosen = st.query_params.get("call") or (rows[0].external_id if rows else None)
    if total:
        st.caption(count(total, "call"))
        _choices(rows, chosen, caption, kind)
    if total > PAGE_SIZE:
        st.pagination(-(-total // PAGE_SIZE), key=f"{kind}_page")
    return chosen, bool(words) or state != first


def _choices(rows: Sequence[OutgoingRow], chosen: str | None, caption: Caption, kind: str) -> None:
    """The page's calls; a click puts the call into the address. None is marked where the chosen one is not on it."""
    by_id = {row.external_id: row for row in rows}
    widget = f"{kind}_call_{slot(' '.join(by_id))}_{slot(chosen or '')}"

    def follow() -> None:
        st.query_params["call"] = st.session_state[widget]

    st.radio(
        "Calls",
        list(by_id),
        index=list(by_id).index(chosen) if chosen in by_id else None,
        format_func=lambda external_id: _title(by_id[external_id]),
        captions=[" · ".join(part for part in (escape(day(row.meeting_date)), caption(row)) if part) for row in rows],
        key=widget,
        label_visibility="collapsed",
        on_change=follow,
    )


def _title(row: OutgoingRow) -> str:
    return escape(row.client_name or row.filename or row.external_id)
