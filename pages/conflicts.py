"""Conflicts: where a later run says something else than the one that a person corrected, and the person decides."""

from itertools import groupby
from pathlib import Path

import streamlit as st

from pages.parts import conflict_card
from pages.parts.empty import nothing_found
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count, escape
from services import conflicts
from services.conflicts import OpenConflict

ACTOR = guard()
_CALLS = Path(__file__).resolve().with_name("calls.py")
_PAGE_SIZE = 10


def first_page() -> None:
    """Another search begins on its first page."""
    st.session_state["conflicts_page"] = 1


def nothing_open() -> None:
    """The empty state: why it is good, and what would stand here."""
    with st.container(border=True, horizontal_alignment="center", gap="small", key="conflicts_empty"):
        st.space("small")
        st.header("No conflicts", anchor=False, text_alignment="center")
        st.markdown(
            "No run contradicts what a person wrote or confirmed. Where a call is worked through again and the new "
            "run says something else than the one that was corrected, the two wait here for a decision; until then, "
            "the person's word stands.",
            text_alignment="center",
        )
        st.page_link(_CALLS, label="See all calls", icon=":material/forum:", width="content")
        st.space("small")


def one_call(of_call: list[OpenConflict]) -> None:
    """A call with all its fields in conflict."""
    call = of_call[0]
    place = conflict_card.all_of(of_call)
    with st.container(border=True, key=f"conflicts_of_{place}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(escape(call.client), anchor=False, width="content")
            st.badge(count(len(of_call), "conflict"), color="orange")
            link = {"call": call.external_id}
            st.page_link(_CALLS, label="See the call", icon=":material/forum:", query_params=link, width="content")
            if len(of_call) > 1:
                st.space("stretch")
                settle = conflict_card.settle_all
                st.button("Keep all mine", key=f"keep_all_{place}", on_click=settle, args=(of_call, "keep", ACTOR))
                st.button("Take all new", key=f"take_all_{place}", on_click=settle, args=(of_call, "take", ACTOR))
        conflict_card.told_of(place)
        for number, conflict in enumerate(of_call):
            if number:
                st.space("small")
            conflict_card.card(conflict, ACTOR)


def page_shown(calls: int) -> int:
    """The page to show: the one chosen or in the address, or the last one where there are fewer."""
    asked = st.session_state.get("conflicts_page") or st.query_params.get("conflicts_page", "1")
    number = int(asked) if str(asked).isdecimal() and len(str(asked)) < 7 else 1
    last = max(1, -(-calls // _PAGE_SIZE))
    if "conflicts_page" in st.session_state and number > last:
        st.session_state["conflicts_page"] = last
    return min(max(1, number), last)


def listing(search: str) -> None:
    """The calls with conflicts that the search leaves, page by page."""
    calls = conflicts.calls(record(), search)
    if not calls:
        conflict_card.told_of_others(set())
        nothing_found("No conflict matches this search.")
        return
    found = conflicts.listing(record(), page=page_shown(calls), size=_PAGE_SIZE, search=search)
    by_call = [list(of_call) for _, of_call in groupby(found, key=lambda each: each.external_id)]
    shown = {conflict_card.place_of(each) for each in found} | {conflict_card.all_of(each) for each in by_call}
    conflict_card.told_of_others(shown)
    for of_call in by_call:
        one_call(of_call)
    if calls > _PAGE_SIZE:
        with st.container(horizontal_alignment="center"):
            st.pagination(-(-calls // _PAGE_SIZE), key="conflicts_page", bind="query-params")


def main() -> None:
    """The page."""
    total = conflicts.total(record())
    st.title(f"Conflicts ({total:,})" if total else "Conflicts", anchor=False)
    conflict_card.notice()
    if not total:
        conflict_card.told_of_others(set())
        nothing_open()
        return
    st.markdown("A later run says something else than the one that a person corrected. What the person said stands.")
    words = st.text_input(
        "Search",
        key="conflicts_q",
        type="search",
        placeholder="Client, meeting, file",
        width=360,
        bind="query-params",
        on_change=first_page,
    )
    listing((words or "").strip())


main()
