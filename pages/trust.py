"""Trust: how often this firm's own people found each field right, and from which rate on a field is trusted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts.empty import empty_record
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.trust_chart import WIDE, chart, mind_name, several
from services import records, trust
from services.errors import AftercallError, InvalidValue
from services.ledger import field_label
from services.records import CallFilter
from services.trust import Trust
from services.wording import listed

ACTOR = guard()
_TOLD, _SHEET, _REVISION = "trust_told", "trust_sheet", "trust_revision"
_DEALS = Path(__file__).resolve().with_name("deals.py")
_LEAST = "least"


def verdict(one: Trust) -> str:
    """What the answers allow to say of a field and mind."""
    if one.needs_look:
        wrong = one.least is not None and one.high < one.least
        return "Needs a look: wrong too often" if wrong else "Needs a look: not sure enough yet"
    if one.least is not None:
        return "Trusted"
    return "Too few answers to say" if one.high - one.low >= WIDE else "–"


def sheet(meter: Sequence[Trust]) -> None:
    """The same in numbers, with the thresholds to be set."""
    key = f"trust_grid_{st.session_state.get(_REVISION, 0)}"
    st.session_state[_SHEET] = (key, tuple((one.field, one.least) for one in meter))
    rows = pd.DataFrame(
        {
            "field": [one.label for one in meter],
            "mind": [mind_name(one.mind) for one in meter],
            "n": [one.n for one in meter],
            "rate": [one.rate * 100 for one in meter],
            "range": [f"{one.low:.0%} to {one.high:.0%}" for one in meter],
            _LEAST: [None if one.least is None else round(one.least * 100) for one in meter],
            "verdict": [verdict(one) for one in meter],
            "confirmed": [one.confirmed for one in meter],
            "changed": [one.changed for one in meter],
            "blanked": [one.blanked for one in meter],
            "filled": [one.filled for one in meter],
            "conflicts": [one.conflicts for one in meter],
        }
    ).astype({_LEAST: "Int64"})
    st.data_editor(
        rows,
        key=key,
        hide_index=True,
        num_rows="fixed",
        on_change="ignore",
        height=38 + 35 * len(meter),
        disabled=[name for name in rows.columns if name != _LEAST],
        column_config=columns(),
        column_order=[name for name in rows.columns if name != "mind" or several(meter)],
        placeholder="",
        alt="Trust by field and mind; the thresholds can be edited",
    )


def columns() -> dict[str, Any]:
    """The columns of the table, each with what it means."""
    number = st.column_config.NumberColumn
    return {
        "field": st.column_config.TextColumn("Field", pinned=True, width=150),
        "mind": st.column_config.TextColumn("Said by", width=130),
        "n": number("Looked at", width=80, help="Values that a person confirmed or corrected. Others are no evidence."),
        "rate": st.column_config.ProgressColumn(
            "Found right", format="%.0f%%", min_value=0, max_value=100, width=130, color="#1F8A70"
        ),
        "range": st.column_config.TextColumn(
            "True rate lies in", width=115, help="The 95% interval (Wilson): wide where few values were looked at."
        ),
        _LEAST: number(
            "Trusted from",
            format="%d%%",
            min_value=1,
            max_value=100,
            step=1,
            width=120,
            help="Below this rate, values of the field are marked 'needs a look' in Deals. Empty: no threshold.",
        ),
        "verdict": st.column_config.TextColumn("Verdict", width=230),
        "confirmed": number("Confirmed", width=80, help="The person said that the value is right."),
        "changed": number("Changed", width=70, help="The person wrote another value."),
        "blanked": number("Blanked", width=70, help="The person said that there is no such value."),
        "filled": number("Filled in", width=70, help="Nothing had been found, and the person wrote a value."),
        "conflicts": number("Conflicts", width=75, help="A later run spoke against the person's word."),
    }


def wanted() -> tuple[dict[str, float | None], dict[str, float | None]]:
    """The thresholds that were entered, and those that stood when the table was drawn. Raises InvalidValue."""
    key, drawn = st.session_state[_SHEET]
    edited: dict[Any, dict[str, Any]] = st.session_state[key]["edited_rows"]
    entered: dict[str, float | None] = {}
    for row, values in edited.items():
        field = drawn[int(row)][0]
        number = values.get(_LEAST)
        least = None if number is None else float(number) / 100
        if entered.setdefault(field, least) != least:
            raise InvalidValue("Two lines of one field ask for different thresholds; nothing was saved.")
    return entered, {field: least for field, least in drawn if field in entered}


def percent(least: float | None) -> str:
    """A threshold in words."""
    return "none" if least is None else f"{least:.0%}"


def save() -> None:
    """Writes the thresholds that were entered; one that somebody else set meanwhile is shown first."""
    try:
        entered, seen = wanted()
        standing = trust.thresholds(record())
        clashing = [field for field in entered if standing.get(field) not in (seen[field], entered[field])]
        if clashing:
            told = listed(f"{field_label(field)} (yours was {percent(entered[field])})" for field in clashing)
            st.session_state[_TOLD] = (False, f"Somebody else set a threshold meanwhile, which stands: {told}.")
        for field, least in entered.items():
            if field not in clashing and standing.get(field) != least:
                trust.set_threshold(record(), field, least, ACTOR)
    except AftercallError as error:
        st.session_state[_TOLD] = (False, error.sentence)
        return
    st.session_state[_REVISION] = st.session_state.get(_REVISION, 0) + 1
    if not clashing:
        st.session_state[_TOLD] = (
            True,
            f"Saved {count(len(entered), 'threshold')}." if entered else "Nothing to save.",
        )


def summary(meter: Sequence[Trust]) -> None:
    """What all of it comes to, and how it is to be read."""
    looked = sum(one.n for one in meter)
    right = sum(one.confirmed for one in meter)
    low, high = trust.wilson(right, looked)
    with st.container(horizontal=True, gap="medium"):
        st.metric("Values looked at", f"{looked:,}", width="content")
        st.metric("Found right", f"{right / looked:.0%}" if looked else "–", width="content")
        st.metric("True rate lies in", f"{low:.0%} to {high:.0%}", width="content")
        st.metric(
            "Fields that need a look", f"{len({one.field for one in meter if one.needs_look}):,}", width="content"
        )
    st.markdown(
        "This comes from what your people confirmed or corrected, and from nothing else: a value that nobody touched "
        "is no evidence. So it is this firm's own accuracy, on its own calls. People correct what looks wrong, so "
        "confirm what is right as well; else the rate comes out too low."
    )


def nothing_looked_at() -> None:
    """The empty state: what to do."""
    if not records.list_calls(record(), CallFilter(), size=1)[1]:
        empty_record("Nothing to judge yet", "How often values were right stands here.", ACTOR, key="trust")
        return
    with st.container(border=True, horizontal_alignment="center", gap="small", key="trust_empty"):
        st.space("small")
        st.header("Nobody looked at a value yet", anchor=False, text_alignment="center")
        st.markdown(
            "Correct or confirm values in Deals, or on a call's CRM tab. Each answer counts here, for its field.",
            text_alignment="center",
        )
        if st.button("Go to Deals", type="primary", icon=":material/table_view:", key="trust_to_deals"):
            st.switch_page(_DEALS)
        st.space("small")


def main() -> None:
    """The page."""
    st.title("Trust", anchor=False)
    meter = trust.meter(record())
    if not meter:
        nothing_looked_at()
        return
    summary(meter)
    saved, sentence = st.session_state.pop(_TOLD, (True, ""))
    if sentence:
        (st.success if saved else st.warning)(escape(sentence))
    st.header("How often a field was found right", anchor=False)
    st.caption(
        "The dot is the rate; the line is where the true rate lies with 95% certainty. A long grey line means few "
        "answers so far: uncertain, not bad."
        + (" The orange mark is the threshold that you set." if any(one.least is not None for one in meter) else "")
    )
    chart(meter)
    st.header("The numbers, and your thresholds", anchor=False)
    sheet(meter)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Save thresholds", type="primary", icon=":material/save:", key="trust_save", on_click=save)
        st.caption(
            "Write a percentage under 'Trusted from': where the true rate may lie below it, values are marked "
            "'needs a look' in Deals.",
            width="content",
        )


main()
