"""Objections: which, how often, where and with whom, which answers led to wins, and the words of each."""

from typing import Any

import streamlit as st

from pages.parts import objection_charts as charts
from pages.parts.charts import draw
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.objection_words import words
from pages.parts.overview_filters import clear, filters, span
from pages.parts.phases import label
from pages.parts.record import record
from pages.parts.text import count
from services import objections, overview
from services.objections import BY, HANDLINGS, Group, Objections
from services.overview import FactFilter

ACTOR = guard()
_CLICKED = "objections_clicked"


def clicked(chart: str, value: str | None, choice: str) -> None:
    """Takes a click on a bar over into the choice beside the words, once; a later choice there stands."""
    seen: dict[str, str | None] = st.session_state.setdefault(_CLICKED, {})
    news = value is not None and seen.get(chart) != value
    seen[chart] = value
    if news:
        st.session_state[choice] = value
        st.rerun()  # so that the address and every chart go by it


def one_of(key: str, choices: list[str]) -> str:
    """The value that a choice further down has, if it is still one of these."""
    value = st.session_state.get(key) or st.query_params.get(key) or ""
    return value if value in choices else ""


def split() -> Group:
    """The switch between the ways to split the calls."""
    chosen: Group = st.radio(
        "Split by", list(BY), format_func=BY.__getitem__, key="objections_by", horizontal=True, bind="query-params"
    )
    return chosen


def drawn(seen: Objections, by: Group) -> None:
    """The charts; a click on a bar is taken over below."""
    names = [each.name for each in seen.found]
    clicked("which", draw(charts.which(seen), selectable=True), "objections_name")
    name = one_of("objections_name", names)
    clicked("where", draw(charts.where(seen, by, name), selectable=True), "objections_group")
    shown = draw(charts.answers(seen, name), selectable=True, empty="No answer was followed by a deal's end yet.")
    clicked("answers", shown, "objections_handling")
    st.caption(
        "How an answer went is judged by rule from the turns after the objection. What followed an answer need not "
        "have come of it."
    )


def the_words(seen: Objections, wanted: FactFilter, by: Group) -> None:
    """The choices by hand, which a click fills too, and the words."""
    st.header("The words", anchor=False)
    hidden: dict[str, Any] = {"bind": "query-params", "width": 260}
    names = [each.name for each in seen.found]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Objection", names, None, key="objections_name", placeholder="Most frequent", **hidden)
        group = st.selectbox(
            BY[by],
            list(seen.groups),
            None,
            format_func=label if by == "phase" else str,
            key="objections_group",
            placeholder="Any",
            **hidden,
        )
        handling = st.selectbox(
            "Answer",
            list(HANDLINGS),
            None,
            format_func=HANDLINGS.__getitem__,
            key="objections_handling",
            placeholder="Any",
            **hidden,
        )
    chosen = name or names[0]
    where: dict[str, Any] = {"by": by, "group": group} if group else {}
    words(objections.said(record(), wanted, chosen, handling=handling or "", **where))


def main() -> None:
    """The page."""
    st.title("Objections", anchor=False)
    if not overview.any_call(record()):
        empty_record(
            "No objections yet",
            "What clients hold against buying is gathered here from every call, with the answers.",
            ACTOR,
            key="objections",
        )
        return
    wanted = filters("objections")
    by = split()
    seen = objections.look(record(), wanted, by)
    if not seen.found:
        told = f"{count(seen.calls, 'call')}, and no objection in any that words of the call support."
        nothing_found(told if seen.calls else "No call matches these filters.")
        if wanted != FactFilter():
            st.button("Clear all filters", key="objections_clear", on_click=clear, args=("objections",))
        return
    st.caption(
        f"Of {span(wanted)}: an objection counts where words of the call support it or a person added it. "
        "A click on a bar shows the words below."
    )
    drawn(seen, by)
    the_words(seen, wanted, by)


main()
