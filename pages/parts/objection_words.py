"""The words of an objection: what clients said, how it was answered, and what became of it, call by call."""

from pathlib import Path

import streamlit as st

from pages.parts.empty import nothing_found
from pages.parts.phases import label
from pages.parts.proof import quote_links
from pages.parts.text import escape, shorten
from pages.parts.times import day
from services.call_view import QuoteView
from services.objections import HANDLINGS, MOST, Said
from services.overview import won_names

_CALLS = Path(__file__).resolve().parents[1] / "calls.py"
_COLOURS = {"resolved": "green", "answered": "blue", "acknowledged": "orange", "evaded": "red"}


def words(said: list[Said]) -> None:
    """Draws each time that it was raised; the newest first."""
    if not said:
        nothing_found("It was not raised there.")
        return
    for number, one in enumerate(said):
        with st.container(border=True, gap="small", key=f"objections_said_{number}"):
            _head(one)
            if one.turn is None:
                st.markdown(":gray[A person added it; no words of the call are linked.]")
            quote_links([QuoteView(one.turn, quote) for quote in one.quotes], one.external_id)
            _answer(one)
    if len(said) == MOST:
        st.caption(f"The latest {MOST}; narrow the filters to see others.")


def _head(one: Said) -> None:
    badges = [f":gray-badge[{escape(label(one.phase))}]"] if one.phase else []
    if one.outcome:
        badges.append(f":{'green' if one.outcome in won_names() else 'gray'}-badge[{escape(one.outcome)}]")
    if one.handling:
        name = HANDLINGS.get(one.handling, one.handling)
        badges.append(f":{_COLOURS.get(one.handling, 'gray')}-badge[{escape(name)}]")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            _CALLS,
            label=escape(one.client),
            icon=":material/forum:",
            query_params={"call": one.external_id},
            width="content",
        )
        st.markdown(" ".join([f":small[:gray[{escape(day(one.day))}]]" if one.day else "", *badges]), width="content")


def _answer(one: Said) -> None:
    """What the adviser said to it."""
    for turn, text in one.answer:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.markdown(f":small[**Answer:** {escape(shorten(text, 220))}]", width="stretch")
            place = {"call": one.external_id, "turn": str(turn + 1)}
            st.page_link(_CALLS, label=f":small[Turn {turn + 1}]", query_params=place, width="content")
