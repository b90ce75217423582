"""Dry runs: what would change if calls were worked through again, looked at before anything is written."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import streamlit as st

from pages.parts import times
from pages.parts.call_outputs import state_badge
from pages.parts.empty import empty_record
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count, escape, shorten
from services import dry_runs, records
from services.dry_runs import Change, DryRun, FieldChanges
from services.errors import AftercallError, NotFound
from services.records import CallFilter

ACTOR = guard()
_CALL_PAGE = Path(__file__).with_name("calls.py")
_PARAMETER, _NOTICE, _WARNING = "run", "dry_notice", "dry_warning"
_PACE = 2.0  # seconds between two looks at one that is under way
_SOME = (25, 100, 500)


def start(wanted: CallFilter, most: int | None) -> None:
    """Begins a dry run and opens it."""
    try:
        st.query_params[_PARAMETER] = dry_runs.start(record(), wanted, ACTOR, most=most)
    except AftercallError as error:
        st.session_state[_WARNING] = error.sentence


def accept(dry_run: str, field: str | None = None, external_id: str | None = None) -> None:
    """Lets what waits into the record."""
    with st.spinner("Writing what you accepted"):
        done = dry_runs.accept(record(), dry_run, ACTOR, field=field, external_id=external_id)
    told = f"{count(done.values, 'value')} of {count(done.calls, 'call')} accepted."
    if done.outdated:
        told += f" {count(done.outdated, 'value')} had been said anew meanwhile and stayed as they are."
    st.session_state[_NOTICE] = told


def discard(dry_run: str) -> None:
    """Takes a dry run away."""
    dry_runs.discard(record(), dry_run, ACTOR)
    close()
    st.session_state[_NOTICE] = "The dry run is gone. What you accepted stays."


def close() -> None:
    """Back to the list."""
    for name in (_PARAMETER, "dry_field", "dry_page"):
        st.query_params.pop(name, None)


def notices() -> None:
    """Says what the last click came to, once."""
    if words := st.session_state.pop(_NOTICE, None):
        st.success(escape(words), icon=":material/check_circle:")
    if words := st.session_state.pop(_WARNING, None):
        st.warning(escape(words), icon=":material/warning:")


def new_one() -> None:
    """Draws what a dry run is begun with."""
    with st.container(border=True, gap="small"):
        words = st.text_input("Calls", key="dry_search", type="search", placeholder="All calls; or client, stage, file")
        wanted = CallFilter(search=(words or "").strip())
        total = records.list_calls(record(), wanted, size=1)[1]
        choices: list[int | None] = [*(number for number in _SOME if number < total), None]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            most = st.segmented_control(
                "How many",
                choices,
                default=choices[0],
                required=True,
                format_func=lambda number: f"The newest {number}" if number else f"All {total:,}",
                key=f"dry_most_{total}",
            )
            st.button(
                "Start a dry run",
                type="primary",
                icon=":material/science:",
                key="dry_start",
                disabled=not total,
                on_click=start,
                args=(wanted, most),
            )


def line(each: DryRun) -> None:
    """One dry run in the list."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.page_link(
            Path(__file__).resolve(),
            label=f"**{escape(times.ago(each.created_at))}**",
            query_params={_PARAMETER: each.id},
            width="content",
        )
        left = [f"{count(each.running, 'call')} under way"] if each.running else []
        left += (
            [f"{count(each.waiting, 'value')} wait" if each.waiting != 1 else "1 value waits"] if each.waiting else []
        )
        left += [f"{count(each.accepted, 'value')} accepted"] if each.accepted else []
        about = [count(each.asked, "call"), *(left or ["nothing would change"]), f"by {each.actor}"]
        st.caption(escape(" · ".join(about)))


def show_list() -> None:
    """All dry runs, and room for a new one."""
    st.title("Dry runs", anchor=False)
    if not records.list_calls(record(), CallFilter(), size=1)[1]:
        sentence = "Once there are calls, see here what a new playbook or version would change in them."
        empty_record("Nothing to try on yet", sentence, ACTOR, key="dry")
        return
    st.markdown(
        "Works calls through again, as your playbook and this version read them now, and shows what would change. "
        "Nothing is written to a call before you accept it, and what people said stays in any case."
    )
    notices()
    new_one()
    for each in dry_runs.recent(record()):
        line(each)


def numbers(each: DryRun) -> None:
    """What came of it so far."""
    with st.container(horizontal=True, gap="medium"):
        for label, value in (
            ("Calls compared", each.compared),
            ("Calls that would change", each.changed_calls),
            ("Values that wait", each.waiting),
            ("Accepted", each.accepted),
        ):
            st.metric(label, f"{value:,}", width="content")
    apart = []
    if each.left_out:
        has = "has" if each.left_out == 1 else "have"
        apart.append(f"{count(each.left_out, 'call')} came with an older system and {has} no file here")
    if each.failed:
        apart.append(f"{count(each.failed, 'call')} could not be worked through; the Runs page says why")
    if each.outdated:
        apart.append(f"{count(each.outdated, 'value')} outdated by a later run")
    if apart:
        st.caption(escape("; ".join(apart)) + ".")


def under_way(dry_run: str) -> None:
    """How far it is; when all calls are compared, the page is drawn anew."""
    each = dry_runs.get(record(), dry_run)
    if not each.running:
        st.rerun()
    whole = max(1, each.asked - each.left_out)
    done = each.compared + each.failed
    st.progress(done / whole, text=f"{done:,} of {count(whole, 'call')} worked through")
    numbers(each)


def by_field(each: DryRun, found: Sequence[FieldChanges]) -> None:
    """What would change, field by field, with a yes for each."""
    st.subheader("By field", anchor=False)
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(one.label)}**", width=260)
            told = [count(one.waiting + one.accepted + one.outdated, "change")]
            told += [f"{one.accepted:,} accepted"] if one.accepted else []
            told += [f"{one.locked:,} where a person's word stands"] if one.locked else []
            st.caption(escape(" · ".join(told)))
            st.space("stretch")
            st.button("Show", key=f"dry_show_{one.field}", type="tertiary", on_click=show_field, args=(one.field,))
            st.button(
                f"Accept {one.waiting:,}",
                key=f"dry_accept_{one.field}",
                disabled=not one.waiting,
                on_click=accept,
                args=(each.id, one.field),
            )


def show_field(field: str) -> None:
    """Leaves only the changes of one field."""
    st.session_state["dry_field"] = field
    st.session_state["dry_page"] = 1


def side(title: str, one: dry_runs.Side, external_id: str) -> None:
    """One of the two values with what it rests on."""
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(f"{title}{f', {escape(one.mind)}' if one.mind else ''}", width="content")
            if one.state:
                state_badge(one.state)
        st.markdown(escape(shorten(one.words, 600)))
        for quote in one.quotes[:3]:
            words = escape(f"“{shorten(quote.words, 160)}”")
            with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
                st.caption(words, width="stretch")
                if quote.turn is not None:
                    query = {"call": external_id, "turn": str(quote.turn + 1)}
                    st.page_link(_CALL_PAGE, label=f"Turn {quote.turn + 1}", query_params=query, width="content")


def change(each: Change, dry_run: str) -> None:
    """One value that would change."""
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escape(each.label)}**", width="content")
            if each.locked:
                st.badge("a person's word stands", icon=":material/lock:", color="primary")
            if each.state != "waiting":
                st.badge(each.state, color="green" if each.state == "accepted" else "gray")
            st.space("stretch")
            if each.state == "waiting":
                st.button(
                    "Accept",
                    key=f"dry_one_{each.external_id}_{each.field}",
                    on_click=accept,
                    args=(dry_run, each.field, each.external_id),
                )
        left, right = st.columns(2, gap="medium")
        with left:
            side("Now", each.old, each.external_id)
        with right:
            side("Would be", each.new, each.external_id)


def by_call(each: DryRun, found: Sequence[FieldChanges]) -> None:
    """What would change, call by call."""
    labels = {one.field: one.label for one in found}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader("By call", anchor=False, width="content")
        st.space("stretch")
        field = st.selectbox(
            "Field", ["", *labels], format_func=lambda name: labels.get(name, "All fields"), key="dry_field", width=240
        )
    page = st.session_state.get("dry_page", 1)
    rows, total = dry_runs.changes(record(), each.id, field=field or None, page=page)
    for external_id, of_call in groupby(rows, key=lambda row: row.external_id):
        listed = list(of_call)
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                client = f"**{escape(listed[0].client)}**"
                st.page_link(_CALL_PAGE, label=client, query_params={"call": external_id}, width="content")
                st.space("stretch")
                if any(one.state == "waiting" for one in listed) and not field:
                    st.button(
                        "Accept this call",
                        key=f"dry_call_{external_id}",
                        on_click=accept,
                        args=(each.id, None, external_id),
                    )
            for one in listed:
                change(one, each.id)
    pages = -(-total // dry_runs.PAGE_SIZE)
    if pages > 1:
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="dry_page")


def show_one(dry_run: str) -> None:
    """One dry run."""
    st.button("All dry runs", key="dry_back", icon=":material/arrow_back:", type="tertiary", on_click=close)
    try:
        each = dry_runs.get(record(), dry_run)
    except NotFound as error:
        st.title("No such dry run", anchor=False)
        st.info(error.sentence)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(f"Dry run of {count(each.asked, 'call')}", anchor=False, width="content")
        st.space("stretch")
        st.button(
            "Discard", key="dry_discard", type="tertiary", icon=":material/delete:", on_click=discard, args=(each.id,)
        )
        if each.waiting and not each.running:
            words = f"Accept all {each.waiting:,}"
            st.button(words, key="dry_all", type="primary", on_click=accept, args=(each.id,))
    st.caption(escape(f"Started {times.ago(each.created_at)} by {each.actor}"))
    notices()
    if each.running:
        st.fragment(under_way, run_every=_PACE)(each.id)
    else:
        numbers(each)
    found = dry_runs.fields(record(), each.id)
    if not found:
        if not each.running:
            st.success("Nothing would change: every call says the same again.", icon=":material/check_circle:")
        return
    by_field(each, found)
    by_call(each, found)


if st.query_params.get(_PARAMETER):
    show_one(st.query_params[_PARAMETER])
else:
    show_list()
