"""The filters over the grid of deals. They live in the address."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from services import deals
from services.deals import DealFilter, Marked

_MARKED: Mapping[str, Marked] = {
    "Edited or confirmed": "people",
    "In conflict": "conflict",
    "Minds disagree": "minds",
    "Untouched": "nobody",
    "Unsupported": "unsupported",
}
_MORE = ("deals_from", "deals_to", "deals_min", "deals_max")
_EMPTY: Mapping[str, Any] = {"deals_q": "", "deals_stage": [], "deals_outcome": [], "deals_marked": None}


def first_page() -> None:
    """Another filter begins on its first page."""
    st.session_state["deals_page"] = 1


def clear() -> None:
    """Takes every filter away."""
    st.session_state.update({**_EMPTY, **dict.fromkeys(_MORE)})
    first_page()


def filters() -> DealFilter:
    """Draws the filters and returns what they ask for."""
    words = deals.choices()
    bound: dict[str, Any] = {"bind": "query-params", "on_change": first_page}
    row = st.container(horizontal=True, vertical_alignment="bottom")
    text = row.text_input("Search", key="deals_q", type="search", placeholder="Client, meeting, product", **bound)
    chosen: dict[str, Any] = {"width": 150, **bound}
    stages = row.multiselect("Stage", words["deal_stage"], key="deals_stage", placeholder="Any stage", **chosen)
    outcomes = row.multiselect("Outcome", words["outcome"], key="deals_outcome", placeholder="Any outcome", **chosen)
    marked = row.selectbox("Marked", list(_MARKED), None, key="deals_marked", placeholder="Any mark", **chosen)
    since, until, low, high = _more(row, bound)
    return DealFilter(
        search=(text or "").strip(),
        stages=tuple(stages),
        outcomes=tuple(outcomes),
        date_from=since,
        date_to=until,
        value_min=low,
        value_max=high,
        marked=_MARKED[marked] if marked else "",
    )


def _more(row: Any, bound: dict[str, Any]) -> tuple[date | None, date | None, float | None, float | None]:
    """The filters that are wanted less often, behind a button that says how many of them are set."""
    held = st.session_state
    number = sum(held[key] is not None if key in held else key in st.query_params for key in _MORE)
    label = f"Date and value ({number})" if number else "Date and value"
    with row.popover(label, icon=":material/tune:"):
        one, two = st.columns(2)
        earliest = date(1990, 1, 1)
        since = one.date_input("Meeting from", None, key="deals_from", min_value=earliest, **bound)
        until = two.date_input("Meeting to", None, key="deals_to", min_value=earliest, **bound)
        low = one.number_input("Deal amount from ($)", 0.0, value=None, step=500.0, key="deals_min", **bound)
        high = two.number_input("Deal amount to ($)", 0.0, value=None, step=500.0, key="deals_max", **bound)
    return since, until, low, high
