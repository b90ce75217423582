"""Search: a question or words, asked of everything that was said; the answers stand in their dialogue."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from pages.parts.empty import empty_record, nothing_found
from pages.parts.found import found
from pages.parts.guard import guard
from pages.parts.phases import label
from pages.parts.record import house, record
from pages.parts.text import count, escape
from services import deals, records
from services.errors import AftercallError, DatabaseUnavailable
from services.memory import copies
from services.memory.contexts import in_context
from services.memory.passages import Document
from services.memory.search import SAID, Filters, search
from services.playbooks.loader import load
from services.records import CallFilter
from services.settings import settings

ACTOR = guard()
STEP = 10  # hits that are shown at first, and more at a click
_SHOWN = "search_shown"
_SIDES: Mapping[str, Any] = {"The client": "client", "The adviser": "advisor"}
_DOCUMENTS: Mapping[str, tuple[Document, ...]] = {
    "What was said": SAID,
    "Objections": ("objection",),
    "E-mail drafts": ("email",),
    "Summaries": ("summary",),
    "Everything": (),
}
_LISTS = ("search_phase", "search_outcome", "search_adviser")
_SINGLE = ("search_side", "search_in", "search_from", "search_to")
_EXAMPLES = ("worried about the cost", "who should be the trustee", "wants to talk to the family first")


def first_hits() -> None:
    """Another question begins with its first hits."""
    st.session_state[_SHOWN] = STEP


def clear_filters() -> None:
    """Takes every filter away; the question stays."""
    st.session_state.update({"search_client": "", **{key: [] for key in _LISTS}, **dict.fromkeys(_SINGLE)})
    first_hits()


def ask(words: str) -> None:
    """Puts words into the box, as if they had been typed."""
    st.session_state["search_q"] = words
    first_hits()


def more() -> None:
    """Shows more hits."""
    st.session_state[_SHOWN] = st.session_state.get(_SHOWN, STEP) + STEP


def filters() -> Filters:
    """Draws the filters, which live in the address, and returns what they ask for."""
    bound: dict[str, Any] = {"bind": "query-params", "on_change": first_hits}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        client = st.text_input("Client", key="search_client", placeholder="Any client", width=180, **bound)
        side = st.selectbox("Said by", list(_SIDES), None, key="search_side", placeholder="Anybody", width=150, **bound)
        place = st.selectbox(
            "Look in", list(_DOCUMENTS), None, key="search_in", placeholder="What was said", width=170, **bound
        )
        chosen: dict[str, Any] = {"width": 170, **bound}
        outcomes = st.multiselect(
            "Outcome", deals.choices()["outcome"], key="search_outcome", placeholder="Any outcome", **chosen
        )
        phases = st.multiselect(
            "Phase", phase_names(), key="search_phase", placeholder="Any phase", format_func=label, **chosen
        )
        advisers = st.multiselect("Adviser", adviser_names(), key="search_adviser", placeholder="Anybody", **chosen)
        days: dict[str, Any] = {"min_value": date(1990, 1, 1), "width": 144, **bound}
        since = st.date_input("Meeting from", None, key="search_from", **days)
        until = st.date_input("Meeting to", None, key="search_to", **days)
    return Filters(
        client=(client or "").strip(),
        since=since,
        until=until,
        phases=tuple(phases),
        side=_SIDES[side] if side else None,
        outcomes=tuple(outcomes),
        advisers=tuple(advisers),
        documents=_DOCUMENTS[place] if place else SAID,
    )


def phase_names() -> list[str]:
    """The phases that a call can have."""
    return [phase.name for phase in load(settings().playbook).phases]


def adviser_names() -> list[str]:
    """The advisers of the calls that are indexed, and those that were chosen."""
    chosen = st.session_state.get("search_adviser") or st.query_params.get_all("search_adviser")
    try:
        known = house().memory.index.values("advisers", 100)
    except DatabaseUnavailable:
        raise
    except AftercallError:
        known = []
    return sorted({*known, *chosen}, key=str.casefold)


def examples() -> None:
    """What the page shows before anything is asked."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown("Ask in your own words, or type words that were said.", text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center"):
            for number, words in enumerate(_EXAMPLES):
                st.button(words, key=f"search_example_{number}", on_click=ask, args=(words,))


def answers(question: str, wanted: Filters) -> None:
    """What was found, or what to do where nothing was."""
    shown = int(st.session_state.get(_SHOWN, STEP))
    memory = house().memory
    try:
        hits = search(record(), memory.index, question, wanted, limit=shown + 1)
    except DatabaseUnavailable:
        raise
    except AftercallError as error:
        st.info(escape(memory.keeper.trouble("index") or error.sentence), icon=":material/hourglass_top:")
        st.button("Try again", key="search_again")
        return
    contexts = in_context(record(), hits[:shown])
    if not contexts:
        nothing_found("Nothing that fits was found. Try other words, or fewer filters.")
        if wanted != Filters():
            st.button("Clear all filters", key="search_clear", on_click=clear_filters)
        return
    if not any(context.hit.marks(context.hit.text) for context in contexts):
        st.caption("None of these places has your words; they come nearest in meaning.")
    for place, context in enumerate(contexts):
        found(context, place)
    if len(hits) > shown:
        st.button("More", key="search_more", on_click=more)


def not_indexed() -> None:
    """Says how many calls can't be found yet."""
    number = copies.waiting(record(), "index")
    if number:
        trouble = house().memory.keeper.trouble("index")
        verb = "is" if number == 1 else "are"
        st.caption(escape(f"{count(number, 'call')} {verb} not indexed yet. {trouble or ''}".strip()))


st.title("Search", anchor=False)
if not records.list_calls(record(), CallFilter(), size=1)[1]:
    empty_record("Nothing to search yet", "Upload transcripts and ask what was said in them.", ACTOR, key="search")
else:
    asked = st.text_input(
        "Question or words",
        key="search_q",
        type="search",
        placeholder="What did the client say about the house?",
        bind="query-params",
        on_change=first_hits,
    )
    wanted_now = filters()
    not_indexed()
    if (asked or "").strip():
        answers(str(asked), wanted_now)
    else:
        examples()
