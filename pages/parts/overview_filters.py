"""The filters of the overview and of the objections: kept in the address, and worded alike."""

from datetime import date
from typing import Any

import streamlit as st

from pages.parts.record import record
from pages.parts.times import day
from services import overview
from services.overview import FactFilter
from services.playbooks.loader import load
from services.settings import settings


def filters(place: str) -> FactFilter:
    """Draws the filters of a page and returns what they ask for; ``place`` is that of its keys."""
    bound: dict[str, Any] = {"bind": "query-params"}
    earliest = date(1990, 1, 1)
    products = [product.name for product in load(settings().playbook).products]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = st.date_input("Meeting from", None, key=f"{place}_from", min_value=earliest, width=160, **bound)
        until = st.date_input("Meeting to", None, key=f"{place}_to", min_value=earliest, width=160, **bound)
        advisers = st.multiselect(
            "Adviser",
            overview.advisers(record()),
            key=f"{place}_adviser",
            placeholder="Any adviser",
            width=230,
            **bound,
        )
        chosen = st.multiselect(
            "Product", products, key=f"{place}_product", placeholder="Any product", width=260, **bound
        )
    return FactFilter(since, until, tuple(advisers), tuple(chosen))


def clear(place: str) -> None:
    """Takes every filter of a page away."""
    st.session_state.update(
        {f"{place}_from": None, f"{place}_to": None, f"{place}_adviser": [], f"{place}_product": []}
    )


def span(wanted: FactFilter) -> str:
    """The filter's days in words, to stand in a sentence."""
    if wanted.date_from and wanted.date_to:
        return f"meetings from {day(wanted.date_from)} to {day(wanted.date_to)}"
    if wanted.date_from:
        return f"meetings since {day(wanted.date_from)}"
    return f"meetings up to {day(wanted.date_to)}" if wanted.date_to else "all meetings"
