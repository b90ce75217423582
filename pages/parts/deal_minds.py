"""Where two minds disagree about the deals on the screen: both values, side by side."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from pages.parts.proof import other_words, quote_links
from pages.parts.record import record
from pages.parts.text import count, escape
from services import standing
from services.deal_fields import described, label_of
from services.deal_rows import Deal
from services.standing import Standing

_CALLS = Path(__file__).resolve().parents[1] / "calls.py"


def draw(shown: Sequence[Deal]) -> None:
    """A popover with every field of these deals of which two minds say different things; nothing where there is none.

    What they said is read when somebody opens it.
    """
    disputed = [deal for deal in shown if deal.disputed]
    if not disputed:
        return
    number = sum(len(deal.disputed) for deal in disputed)
    label = f"Minds disagree about {count(number, 'value')}"
    told = st.popover(label, icon=":material/compare_arrows:", key="deals_minds", on_change="rerun", width="content")
    if told.open:
        with told:
            found = standing.of_fields(record(), {deal.external_id: deal.disputed for deal in disputed})
            for deal in disputed:
                _deal(deal, found.get(deal.external_id, {}))


def _deal(deal: Deal, found: Mapping[str, Standing]) -> None:
    """One deal: its fields with both values, and the way to the call, where one of them can be taken."""
    st.page_link(_CALLS, label=f"**{escape(deal.client)}**", query_params={"call": deal.external_id}, width="content")
    for name, one in found.items():
        if one.other:
            value = described(name, deal.stored.get(name))
            st.markdown(f":small[:gray[{escape(label_of(name))}]]  \n{other_words(one, one.other, value)}")
            quote_links(one.other.quotes, deal.external_id)
