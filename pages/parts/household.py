"""One client with its calls, what people decided about it, and what may be the same household."""

from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.chooser import slot
from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.times import ago, day
from services import clients
from services.clients import Decision, Household, Member, Suggestion
from services.errors import AftercallError
from services.wording import listed, money

_PAGES = Path(__file__).resolve().parents[1]
_CLIENTS, _CALLS = _PAGES / "clients.py", _PAGES / "calls.py"
_NOTICE = "clients_notice"
_MOST_CALLS = 30  # that are drawn before somebody asks for all
_WHY: dict[str, Any] = {"placeholder": "Why? (kept with the decision)", "label_visibility": "collapsed"}


def notice(place: str = "") -> None:
    """Says once what the last decision came to, in the place of the page where it was made."""
    kind, words = st.session_state.pop(_NOTICE + place, ("", ""))
    if kind:
        {"success": st.success, "error": st.error}[kind](escape(words))


def about(household: Household) -> str:
    """What a line tells of a client beside its name: how many calls, the newest one, where."""
    newest = household.calls[0]
    spouse = household.said("spouse_name")
    told = (
        count(len(household.calls), "call"),
        day(newest.meeting_date),
        newest.outcome,
        household.said("client_email"),
        household.said("client_phone"),
        household.said("client_state"),
        f"with {spouse}" if spouse else None,
    )
    return " · ".join(escape(words) for words in told if words)


def link(household: Household) -> None:
    """A link to a client's page."""
    st.page_link(_CLIENTS, label=f"**{escape(household.name)}**", query_params={"client": str(household.id)})


def calls_and_decisions(household: Household, actor: str) -> None:
    """A client's calls, what may be the same household, and what people decided about it."""
    left, right = st.columns([5, 4], gap="medium")
    with left:
        _calls(household, actor)
    with right:
        _suggestions(household, actor)
        _merge_by_hand(household, actor)
        _decisions(household, actor)


def _calls(household: Household, actor: str) -> None:
    several = len(household.calls) > 1
    st.header("Calls", anchor=False)
    shown = household.calls
    if len(shown) > _MOST_CALLS and not st.toggle(f"Show all {len(shown):,} calls", key="clients_all_calls"):
        shown = shown[:_MOST_CALLS]
        st.caption(f"The newest {_MOST_CALLS}.")
    ticked = [call for call in shown if _call(call, several)]  # each is drawn
    if not several:
        return
    st.caption("Are some of these another household's? Tick them and set them apart; no later run joins them again.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Set apart",
            icon=":material/call_split:",
            key="clients_split",
            on_click=_split,
            args=(household, actor),
            disabled=not 0 < len(ticked) < len(household.calls),
        )
        st.text_input("Why set apart", key="clients_split_why", max_chars=clients.REASON_LENGTH, **_WHY)


def _call(call: Member, tickable: bool) -> bool:
    """One call, and whether it is ticked."""
    place = slot(call.external_id)
    with st.container(border=True, gap="xxsmall", key=f"clients_call_{place}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            name = call.client_name or call.filename or "Unnamed client"
            label = f"**{escape(day(call.meeting_date) or 'No date')}** · {escape(name)}"
            st.page_link(_CALLS, label=label, query_params={"call": call.external_id})
            st.space("stretch")
            ticked = tickable and st.checkbox(
                f"Set apart the call {call.external_id}",
                key=_tick(call),
                label_visibility="collapsed",
                help="Another household's call",
            )
        amount = money(call.deal_amount) if call.deal_amount is not None else None
        told = (call.outcome, amount, call.client_email, call.client_phone, call.client_state, call.spouse_name)
        st.caption(" · ".join([*(escape(words) for words in told if words), _why_here(call)]))
    return ticked


def _tick(call: Member) -> str:
    return f"clients_tick_{slot(call.external_id)}"


def _why_here(call: Member) -> str:
    """Why a call is this client's, in words."""
    kind = call.key.partition("|")[0]
    known = {"email": "known by its e-mail", "name": "known by name, state and spouse", "apart": "set apart by hand"}
    return known.get(kind, "names no client")


def _suggestions(household: Household, actor: str) -> None:
    found = clients.suggestions_for(record(), household.id)
    if not found:
        return
    st.header("May be the same household", anchor=False)
    for each in found:
        suggestion(each, actor, seen_from=household)


def suggestion(each: Suggestion, actor: str, *, seen_from: Household | None = None) -> None:
    """Two clients that may be one, why, and the two answers."""
    place = f"{each.one.id}_{each.other.id}"
    with st.container(border=True, gap="xxsmall", key=f"clients_pair_{place}"):
        for household in (each.one, each.other):
            if seen_from is None or household.id != seen_from.id:
                link(household)
                st.caption(about(household))
        st.markdown(f"They have {escape(listed(each.reasons))}.")
        with st.container(horizontal=True):
            told = (each.one, each.other, "; ".join(each.reasons), actor)
            st.button("Merge", icon=":material/merge:", key=f"clients_merge_{place}", on_click=_merge, args=told)
            st.button("Two clients", key=f"clients_apart_{place}", on_click=_keep_apart, args=told)


def _merge_by_hand(household: Household, actor: str) -> None:
    st.header("Merge with another client", anchor=False)
    words = st.text_input(
        "Find the other client", key="clients_other", type="search", placeholder="Name, e-mail, phone"
    )
    if not (words or "").strip():
        return
    found = [each for each in clients.listing(record(), words.strip()).households if each.id != household.id]
    if not found:
        st.caption("No other client matches.")
        return
    by_id = {each.id: each for each in found}
    chosen = st.radio(
        "The other client",
        list(by_id),
        format_func=lambda each: escape(by_id[each].name),
        captions=[about(each) for each in found],
        key="clients_other_chosen",
    )
    st.text_input("Why merge", key="clients_merge_why", max_chars=clients.REASON_LENGTH, **_WHY)
    args = (household, by_id[chosen], None, actor)
    st.button("Merge these two", icon=":material/merge:", key="clients_merge", on_click=_merge, args=args)


def _decisions(household: Household, actor: str) -> None:
    found = clients.decisions(record(), household.id)
    if not found:
        return
    st.header("Decided by people", anchor=False)
    for each in found:
        with st.container(border=True, gap="xxsmall", key=f"clients_decision_{each.id}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(escape(_told(each)))
                st.space("stretch")
                if each.stands:
                    label = f"Undo decision {each.id}"
                    st.button("Undo", key=f"clients_undo_{each.id}", on_click=_undo, args=(each, actor), help=label)
            st.caption(escape(f"{each.actor}, {ago(each.at)}{': ' + each.reason if each.reason else ''}"))
            if not each.stands:
                st.caption(escape(f"Undone by {each.undone_by}, {ago(each.undone_at)}"))


def _told(decision: Decision) -> str:
    if decision.kind == "merge":
        return "Merged two clients"
    if decision.kind == "split":
        return f"Set {count(len(decision.calls), 'call')} apart"
    return "Said that two clients are not one"


def _split(household: Household, actor: str) -> None:
    calls = [call.external_id for call in household.calls if st.session_state.get(_tick(call))]
    reason = st.session_state.get("clients_split_why") or ""
    try:
        new = clients.split(record(), household.id, calls, actor, reason)
    except AftercallError as error:
        say("error", error.sentence)
        return
    for call in household.calls:
        st.session_state.pop(_tick(call), None)
    st.session_state.pop("clients_split_why", None)
    say("success", f"{count(len(new.calls), 'call')} set apart as another client. The decision can be undone below.")


def _merge(one: Household, other: Household, reasons: str | None, actor: str) -> None:
    """Merges for the reasons of a suggestion, or for what stands in the field."""
    why = st.session_state.get("clients_merge_why") or "" if reasons is None else reasons
    try:
        merged = clients.merge(record(), one.id, other.id, actor, why)
    except AftercallError as error:
        say("error", error.sentence)
        return
    for key in ("clients_other", "clients_merge_why"):
        st.session_state.pop(key, None)
    if st.query_params.get("client"):
        st.query_params["client"] = str(merged.id)
    say("success", f"{merged.name} is one client with {count(len(merged.calls), 'call')} now. It can be undone there.")


def _keep_apart(one: Household, other: Household, _reason: str, actor: str) -> None:
    try:
        clients.keep_apart(record(), one.id, other.id, actor)
    except AftercallError as error:
        say("error", error.sentence)
        return
    say("success", f"{one.name} and {other.name} stay two clients and are not suggested again.")


def _undo(decision: Decision, actor: str) -> None:
    try:
        clients.undo(record(), decision.id, actor)
    except AftercallError as error:
        say("error", error.sentence)
        return
    say("success", "The decision is undone.")


def say(kind: str, words: str, place: str = "") -> None:
    """Keeps a sentence for ``notice``; ``kind`` is success or error."""
    st.session_state[_NOTICE + place] = (kind, words)
