"""One client: where its calls disagree, its map, what is known, what is still to be asked, and its calls."""

import streamlit as st

from pages.parts import client_disagreements, client_facts, client_questions, household
from pages.parts.client_map import client_map
from pages.parts.record import record
from pages.parts.text import escape
from services import client_page
from services.client_map import nodes
from services.client_page import ClientPage
from services.clients import Household
from services.wording import listed

_CHOSEN, _PANEL = "client_node_chosen", "client_node_panel"


def client_view(found: Household, actor: str) -> None:
    """All of one client."""
    st.title(escape(found.name), anchor=False)
    st.caption(household.about(found))
    household.notice()
    page = client_page.get(record(), found)
    _waiting(page)
    _map(page, actor)
    client_disagreements.open_ones(page, actor)
    client_facts.facts(page)
    client_disagreements.settled(page, actor)
    household.calls_and_decisions(found, actor)


def _waiting(page: ClientPage) -> None:
    """Says at the top that an answer is asked for further down."""
    found = page.disagreements
    if found:
        labels = listed(fact.label for fact in found)
        st.markdown(f":orange-badge[calls disagree] {escape(labels)}: answer below which is right.")


def _map(page: ClientPage, actor: str) -> None:
    found = nodes(page)
    state = f"{_CHOSEN}_{page.household.id}"
    by_id = {node.id: node for node in found}
    chosen = by_id.get(str(st.session_state.get(state)))
    left, right = st.columns([5, 3], gap="medium")
    with left:
        st.header("People and assets", anchor=False)
        key = f"client_map_{page.household.id}"
        client_map(page.household.name, found, chosen.id if chosen else None, key=key, state=state, panel=_PANEL)
    with right:
        with st.container(border=True, gap="xxsmall", key=_PANEL):
            client_facts.panel(page.facts[chosen.field] if chosen else None, page)
        client_questions.for_the_next_call(page, actor)
