"""What language models took: tokens, dollars, time and outcomes, by agent and model."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.times import span
from services.model_costs import Cost, costs, dollars, summed, unpriced
from services.settings import settings

_COLUMNS = {
    "agent": st.column_config.TextColumn("Agent"),
    "model": st.column_config.TextColumn("Model"),
    "questions": st.column_config.NumberColumn("Questions", format="localized", width="small"),
    "outcome": st.column_config.TextColumn("What came of them"),
    "tokens_in": st.column_config.NumberColumn("Tokens in", format="localized", width="small"),
    "tokens_out": st.column_config.NumberColumn("Tokens out", format="localized", width="small"),
    "money": st.column_config.TextColumn("Cost", width="small", help="By MODEL_PRICES; empty where it has no price."),
    "seconds": st.column_config.TextColumn("Time", width="small", help="All questions' time together."),
}


def month_costs() -> None:
    """What this month took, to unfold; nothing where no model was asked."""
    lines = costs(record())
    if not lines:
        return
    with st.expander(f"Language models this month: {escape(summed(lines))}", icon=":material/payments:"):
        sheet(lines)
        notes = [sentence for sentence in (unpriced(lines), _limit()) if sentence]
        st.caption(escape(" ".join(["Months begin on the first, in UTC.", *notes])))


def line(one: Cost) -> str:
    """One line of the ledger in words."""
    tokens = f"{one.tokens_in:,} tokens in, {one.tokens_out:,} out" if one.tokens_in + one.tokens_out else ""
    asked = f"{count(one.questions, 'question')} ({one.outcome})"
    return " · ".join(filter(None, (one.model, asked, tokens, dollars(one.money), span(one.seconds))))


def sheet(lines: Sequence[Cost]) -> None:
    """The ledger as a table."""
    rows = [
        {
            "agent": one.agent,
            "model": one.model,
            "questions": one.questions,
            "outcome": one.outcome,
            "tokens_in": one.tokens_in,
            "tokens_out": one.tokens_out,
            "money": dollars(one.money),
            "seconds": span(one.seconds),
        }
        for one in lines
    ]
    st.dataframe(pd.DataFrame(rows), key="model_costs", hide_index=True, column_config=_COLUMNS, alt=_ALT)


_ALT = "Each agent and model with its questions, what came of them, tokens, cost and time."


def _limit() -> str | None:
    limit = settings().model_money_per_month
    return None if limit is None else f"The most that a month may cost is {dollars(limit)} (MODEL_MONEY_PER_MONTH)."
