"""Audit: every write by a person or a run, the newest first. To be read, checked and taken along; nothing alters it."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.times import day, zone
from services import audit, doctor
from services.audit import AuditFilter, Line
from services.doctor import Diagnosis
from services.errors import AftercallError
from services.wording import clock_time

ACTOR = guard()
CALLS = Path(__file__).resolve().with_name("calls.py")
_CHECKED = "audit_checked"
_FILTERS: dict[str, Any] = {
    "audit_actor": None,
    "audit_what": [],
    "audit_from": None,
    "audit_to": None,
    "audit_call": "",
}


def first_page() -> None:
    """Another filter begins on its first page."""
    st.session_state["audit_page"] = 1


def clear_filters() -> None:
    """Takes every filter away."""
    st.session_state.update(_FILTERS)
    first_page()


def filters() -> AuditFilter:
    """Draws the filters, which live in the address, and returns what they ask for."""
    bound: dict[str, Any] = {"bind": "query-params", "on_change": first_page}
    days: dict[str, Any] = {"min_value": date(2000, 1, 1), "width": 144, "help": "Days begin at midnight UTC.", **bound}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        call = st.text_input("Call", key="audit_call", type="search", placeholder="A call's id", **bound)
        actor = st.selectbox(
            "Who", audit.actors(record()), index=None, key="audit_actor", placeholder="Anybody", width=190, **bound
        )
        actions = st.multiselect(
            "What",
            audit.actions(record()),
            format_func=audit.action_label,
            key="audit_what",
            placeholder="Anything",
            width=230,
            **bound,
        )
        since = st.date_input("From", None, key="audit_from", **days)
        until = st.date_input("To", None, key="audit_to", **days)
    return AuditFilter(
        actor=actor or "",
        actions=tuple(actions),
        external_id=(call or "").strip(),
        date_from=since,
        date_to=until,
    )


def moment(at: datetime) -> str:
    """'Mar 4, 2026, 9:12:05 AM' in the reader's time zone."""
    local = at.astimezone(zone())
    clock, half = clock_time(local.time()).split(" ")
    return f"{day(local.date())}, {clock}:{local:%S} {half}"


def chain() -> None:
    """The end of the chain, what it is for, and the check."""
    last = audit.listing(record(), AuditFilter(), size=1)
    with st.container(border=True, gap="small"):
        for entry in last:
            st.markdown(f"The audit ends with entry **{entry.number:,}**, hash `{entry.hash}`")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                "Each entry holds the hash of the one before it, so an entry that is altered or taken out shows. "
                "Note the last number and hash somewhere else now and then: with them you can tell later whether the "
                "end was cut off.",
                width="stretch",
            )
            if st.button("Check the chain", key="audit_check", icon=":material/verified_user:"):
                check()
    checked: Diagnosis | str | None = st.session_state.get(_CHECKED)
    if isinstance(checked, str):
        st.error(escape(checked))
    elif checked:
        findings(checked)


def check() -> None:
    """Compares every call with the ledger and every entry with its hash, and keeps what was found."""
    with st.spinner("Looking at every call and every entry; on a large record this takes minutes."):
        try:
            st.session_state[_CHECKED] = doctor.examine(record())
        except AftercallError as error:
            st.session_state[_CHECKED] = error.sentence


def findings(checked: Diagnosis) -> None:
    """What the last check in this session came to."""
    lines = "  \n".join(map(escape, checked.lines))
    if checked.healthy:
        st.success(lines, icon=":material/check_circle:")
    else:
        st.error(lines, icon=":material/error:")


def table(lines: list[Line]) -> None:
    """One page of entries; one that is picked is shown in full below."""
    rows = pd.DataFrame(
        {
            "number": [line.number for line in lines],
            "when": [moment(line.at) for line in lines],
            "who": [line.actor for line in lines],
            "what": [audit.action_label(line.action) for line in lines],
            "call": [call_address(line.external_id) for line in lines],
            "details": [line.what for line in lines],
        }
    )
    picked = st.dataframe(
        rows,
        key=f"audit_rows_{lines[0].number}_{lines[-1].number}",
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        height=38 + 35 * min(len(lines), 14),
        column_config={
            "number": st.column_config.NumberColumn("Number", format="localized", width=70),
            "when": st.column_config.TextColumn("When", width=180),
            "who": st.column_config.TextColumn("Who", width=100),
            "what": st.column_config.TextColumn("What", width=175),
            "call": st.column_config.LinkColumn("Call", width=150, display_text=r"call=(.*)"),
            "details": st.column_config.TextColumn("Details", width="large"),
        },
        alt="Every write, the newest first",
    )
    chosen = picked["selection"]["rows"]
    if chosen and chosen[0] < len(lines):
        entry(lines[chosen[0]])


def call_address(external_id: str | None) -> str | None:
    """Where a call's page is, seen from here."""
    return None if external_id is None else f"calls?call={quote(external_id, safe='')}"


def entry(line: Line) -> None:
    """One entry in full."""
    with st.container(border=True, gap="small", key="audit_entry"):
        st.header(f"Entry {line.number:,}: {escape(audit.action_label(line.action))}", anchor=False)
        st.caption(f"{escape(moment(line.at))} · {escape(line.actor)}")
        if line.what:
            st.markdown(escape(line.what))
        st.caption(f"Hash {line.hash}")
        if line.external_id is not None:
            link = {"call": line.external_id}
            st.page_link(CALLS, label="See the call", icon=":material/forum:", query_params=link)


def asked_page(found: int) -> int:
    """The page to show: the one last chosen here, else the address's; never one past the last."""
    asked = str(st.session_state.get("audit_page") or st.query_params.get("audit_page", "1"))
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else 1
    last = max(1, -(-found // audit.PAGE_SIZE))
    if number > last:
        st.session_state["audit_page"] = last
    return min(max(1, number), last)


def csv_button(wanted: AuditFilter) -> None:
    """Everything that the filters leave, as a file."""
    database = record()
    st.download_button(
        "CSV",
        data=lambda: audit.csv_file(database, wanted),
        file_name=f"audit-{date.today():%Y-%m-%d}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="audit_csv",
        help="Every entry that the filters leave, with its hash.",
    )


def main() -> None:
    """The page."""
    st.title("Audit", anchor=False)
    if not audit.listing(record(), AuditFilter(), size=1):
        empty_record(
            "Nothing written yet",
            "Every write by a person or a run leaves an entry here, which nobody can alter.",
            ACTOR,
            key="audit",
        )
        return
    chain()
    wanted = filters()
    found = audit.total(record(), wanted)
    if not found:
        nothing_found("No entry matches these filters.")
        st.button("Clear all filters", key="audit_clear", on_click=clear_filters)
        return
    st.caption(f"{count(found, 'entry', 'entries')}, the newest first; pick one to see all of it")
    table(audit.listing(record(), wanted, page=asked_page(found)))
    with st.container(horizontal=True, vertical_alignment="center"):
        if found > audit.PAGE_SIZE:
            st.pagination(-(-found // audit.PAGE_SIZE), key="audit_page", bind="query-params")
        st.space("stretch")
        csv_button(wanted)


main()
