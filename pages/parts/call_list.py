"""The list of calls: its filters, which live in the address, and a card a call."""

from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts import times
from pages.parts.empty import empty_record, nothing_found
from pages.parts.record import record
from pages.parts.text import count, escape, shorten
from services import deals, records
from services.records import CallFilter, CallRow
from services.wording import money

_CALLS = Path(__file__).resolve().parents[1] / "calls.py"
_STAGE_COLOURS = {"Won": "green", "Lost": "red", "Proposal": "violet", "Follow-up": "blue", "Qualified": "orange"}


def first_page() -> None:
    """Another filter begins on its first page."""
    st.session_state["calls_page"] = 1


def clear_filters() -> None:
    """Takes every filter away."""
    for key, value in (
        ("calls_q", ""),
        ("calls_stage", []),
        ("calls_outcome", []),
        ("calls_from", None),
        ("calls_to", None),
    ):
        st.session_state[key] = value
    first_page()


def filters() -> CallFilter:
    """Draws the filters, which live in the address, and returns what they ask for."""
    words = deals.choices()
    bound: dict[str, Any] = {"bind": "query-params", "on_change": first_page}
    earliest = date(1990, 1, 1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Search", key="calls_q", type="search", placeholder="Client, meeting, file", **bound)
        chosen: dict[str, Any] = {"width": 150, **bound}
        stages = st.multiselect("Stage", words["deal_stage"], key="calls_stage", placeholder="Any stage", **chosen)
        outcomes = st.multiselect("Outcome", words["outcome"], key="calls_outcome", placeholder="Any outcome", **chosen)
        days: dict[str, Any] = {"min_value": earliest, "width": 144, **bound}
        since = st.date_input("Meeting from", None, key="calls_from", **days)
        until = st.date_input("Meeting to", None, key="calls_to", **days)
    return CallFilter(
        search=(text or "").strip(),
        stages=tuple(stages),
        outcomes=tuple(outcomes),
        date_from=since,
        date_to=until,
    )


def stage_badge(words: str | None) -> str:
    """A stage as a Markdown badge; nothing for none."""
    return f":{_STAGE_COLOURS.get(words, 'gray')}-badge[{escape(words)}]" if words else ""


def line(row: CallRow) -> None:
    """One call in the list."""
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            name = row.client_name or row.filename or "Unnamed client"
            st.page_link(_CALLS, label=f"**{escape(name)}**", query_params={"call": row.external_id})
            st.space("stretch")
            amount = money(row.deal_amount) if row.deal_amount is not None else ""
            st.markdown(f"{escape(amount)} {stage_badge(row.deal_stage)}", width="content")
        minutes = f"{row.duration_minutes:.0f} min" if row.duration_minutes else ""
        turns = count(row.turn_count, "turn") if row.turn_count else ""
        outcome = row.outcome if row.outcome != row.deal_stage else None
        about = [times.day(row.meeting_date), row.meeting_title, minutes, turns, outcome]
        st.caption(" · ".join(escape(item) for item in about if item))
        if row.summary:
            st.markdown(escape(shorten(row.summary, 220)))


def asked_page() -> int:
    """The page to show: the one last chosen here, else the address's."""
    asked = st.session_state.get("calls_page") or st.query_params.get("calls_page", "1")
    return max(1, int(asked)) if str(asked).isdecimal() and len(str(asked)) < 7 else 1


def show_list(actor: str) -> None:
    """The list of calls."""
    st.title("Calls", anchor=False)
    wanted = filters()
    rows, total = records.list_calls(record(), wanted, page=asked_page())
    if total and not rows:
        first_page()
        rows, total = records.list_calls(record(), wanted)
    if not total:
        if wanted == CallFilter():
            empty_record("No calls yet", "Upload transcripts and every call appears here.", actor, key="calls")
        else:
            nothing_found()
            st.button("Clear all filters", key="calls_clear", on_click=clear_filters)
        return
    st.caption(count(total, "call"))
    for row in rows:
        line(row)
    pages = -(-total // records.PAGE_SIZE)
    if pages > 1:
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="calls_page", bind="query-params")
