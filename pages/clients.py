"""Clients: the households of the record, each with its calls; people merge and split them."""

from pathlib import Path

import streamlit as st

from pages.parts import household
from pages.parts.client_view import client_view
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count, escape
from services import clients
from services.clients import Household
from services.errors import AftercallError, NotFound

ACTOR = guard()
_HERE = Path(__file__).resolve()
_DOUBLES = "clients_doubles"


def first_page() -> None:
    """Another search begins on its first page."""
    st.session_state["clients_page"] = 1


def clear_search() -> None:
    """Takes the search away."""
    st.session_state["clients_q"] = ""
    first_page()


def asked_page() -> int:
    """The page to show: the one last chosen here, else the address's."""
    asked = st.session_state.get("clients_page") or st.query_params.get("clients_page", "1")
    return max(1, int(asked)) if str(asked).isdecimal() and len(str(asked)) < 7 else 1


def line(each: Household) -> None:
    """One client in the list."""
    with st.container(border=True, gap="xxsmall"):
        household.link(each)
        st.caption(household.about(each))


def doubles() -> None:
    """Pairs of clients that may be one household, on demand: all calls are looked at."""
    shown = st.toggle("Show clients that may be one household", key=_DOUBLES)
    if not shown:
        return
    try:
        with st.spinner("Comparing all clients"):
            found = clients.suggestions(record())
    except AftercallError as error:
        st.error(escape(error.sentence))
        return
    if not found:
        st.caption("No two clients share a phone, an e-mail, a name, or a spouse and a state.")
    for each in found[: clients.PAGE_SIZE]:
        household.suggestion(each, ACTOR)
    if len(found) > clients.PAGE_SIZE:
        st.caption(f"{len(found) - clients.PAGE_SIZE:,} more are shown once these are decided.")


def show_list() -> None:
    """The list of clients."""
    st.title("Clients", anchor=False)
    household.notice()
    words = st.text_input(
        "Search",
        key="clients_q",
        type="search",
        placeholder="Name, e-mail, phone, state, spouse",
        width=360,
        bind="query-params",
        on_change=first_page,
    )
    search = (words or "").strip()
    page = clients.listing(record(), search, page=asked_page())
    if page.total and not page.households:
        first_page()
        page = clients.listing(record(), search)
    if not page.total:
        if search:
            nothing_found("No client matches this search.")
            st.button("Clear the search", key="clients_clear", on_click=clear_search)
        else:
            empty_record("No clients yet", "Every client of your calls appears here once.", ACTOR, key="clients")
        return
    doubles()
    st.caption(f"{count(page.total, 'client')}, by the newest meeting")
    for each in page.households:
        line(each)
    if page.total > clients.PAGE_SIZE:
        with st.container(horizontal_alignment="center"):
            st.pagination(-(-page.total // clients.PAGE_SIZE), key="clients_page", bind="query-params")


def show_client(asked: str) -> None:
    """One client."""
    st.page_link(_HERE, label="All clients", icon=":material/arrow_back:")
    try:
        if not asked.isdecimal() or len(asked) > 18:
            raise NotFound("There is no such client in the record.", remedy="Choose one from the list.")
        found = clients.get(record(), int(asked))
    except NotFound as error:
        st.title("No such client", anchor=False)
        household.notice()
        st.info(error.sentence)
        return
    st.query_params["client"] = str(found.id)
    client_view(found, ACTOR)


if st.query_params.get("client"):
    show_client(st.query_params["client"])
else:
    show_list()
