"""Deals: the CRM fields of all calls in one grid, to find, correct and take along."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from pages.parts import again, deal_grid
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count, escape
from services import deals, exports
from services.deal_fields import described, label_of
from services.deals import Change, Deal, DealFilter, Totals
from services.errors import AftercallError
from services.wording import money

ACTOR = guard()
_SHEET, _NOTICE, _LEFT, _REVISION = "deals_sheet", "deals_notice", "deals_left", "deals_revision"
_ROWS_IN_VIEW = 13
_SORTS = {
    "Newest meeting": "-meeting_date",
    "Last changed": "-updated_at",
    "Client": "client_name",
    "Highest amount": "-deal_amount",
}
_FILTERS = ("deals_q", "deals_stage", "deals_outcome", "deals_from", "deals_to", "deals_min", "deals_max")


@dataclass(frozen=True)
class Sheet:
    """The rows on the screen as they were read. ``key`` names the editor, ``query`` what was asked for."""

    key: str
    query: tuple[Any, ...]
    deals: tuple[Deal, ...]
    total: int


@dataclass(frozen=True)
class Notice:
    """What the last save came to."""

    saved: int
    warnings: tuple[str, ...] = ()


def first_page() -> None:
    """Another filter begins on its first page."""
    st.session_state["deals_page"] = 1


def clear_filters() -> None:
    """Takes every filter away."""
    empty: Mapping[str, Any] = {"deals_q": "", "deals_stage": [], "deals_outcome": []}
    for key in _FILTERS:
        st.session_state[key] = empty.get(key)
    first_page()


def filters() -> DealFilter:
    """Draws the filters, which live in the address, and returns what they ask for."""
    words = deals.choices()
    bound: dict[str, Any] = {"bind": "query-params", "on_change": first_page}
    row = st.container(horizontal=True, vertical_alignment="bottom")
    text = row.text_input("Search", key="deals_q", type="search", placeholder="Client, meeting, product", **bound)
    chosen: dict[str, Any] = {"width": 170, **bound}
    stages = row.multiselect("Stage", words["deal_stage"], key="deals_stage", placeholder="Any stage", **chosen)
    outcomes = row.multiselect("Outcome", words["outcome"], key="deals_outcome", placeholder="Any outcome", **chosen)
    held = st.session_state
    set_more = sum(held[key] is not None if key in held else key in st.query_params for key in _FILTERS[3:])
    label = f"Date and value ({set_more})" if set_more else "Date and value"
    with row.popover(label, icon=":material/tune:"):
        one, two = st.columns(2)
        earliest = date(1990, 1, 1)
        since = one.date_input("Meeting from", None, key="deals_from", min_value=earliest, **bound)
        until = two.date_input("Meeting to", None, key="deals_to", min_value=earliest, **bound)
        low = one.number_input("Deal amount from ($)", 0.0, value=None, step=500.0, key="deals_min", **bound)
        high = two.number_input("Deal amount to ($)", 0.0, value=None, step=500.0, key="deals_max", **bound)
    return DealFilter(
        search=(text or "").strip(),
        stages=tuple(stages),
        outcomes=tuple(outcomes),
        date_from=since,
        date_to=until,
        value_min=low,
        value_max=high,
    )


def pending(sheet: Sheet | None) -> list[Change]:
    """The edits of a sheet that nobody saved yet."""
    state = st.session_state.get(sheet.key) if sheet else None
    return deal_grid.changes(sheet.deals, state["edited_rows"]) if sheet and state else []


def current_sheet(wanted: DealFilter, sort: str, page: int, counted: int) -> Sheet:
    """The rows to show. While edits wait on them, they stay as they were seen; edits left behind are kept apart."""
    query = (wanted, sort, page, st.session_state.get(_REVISION, 0))
    before: Sheet | None = st.session_state.get(_SHEET)
    waiting = pending(before)
    if before and waiting:
        if before.query == query:
            return before
        left = {change.seen.external_id: change for change in st.session_state.get(_LEFT, [])}
        for change in waiting:
            earlier = left.get(change.seen.external_id)
            entered = {**earlier.entered, **change.entered} if earlier else change.entered
            left[change.seen.external_id] = Change(change.seen, entered)
        st.session_state[_LEFT] = list(left.values())
    found = deals.search(record(), wanted, sort=sort, page=page, counted=counted)
    rows = hash(tuple(deal.external_id for deal in found.deals))
    sheet = Sheet(f"deals_grid_{rows}_{query[-1]}", query, found.deals, found.total)
    st.session_state[_SHEET] = sheet
    return sheet


def save() -> None:
    """Writes the sheet's edits; keeps those that could not be written in their cells."""
    sheet: Sheet | None = st.session_state.get(_SHEET)
    if sheet:
        _write(pending(sheet), sheet)


def save_left() -> None:
    """Writes the edits of a page that was left."""
    _write(st.session_state.get(_LEFT, []), None)


def drop_left() -> None:
    """Forgets the edits of a page that was left."""
    st.session_state[_LEFT] = []


def _write(changes: list[Change], sheet: Sheet | None) -> None:
    try:
        result = deals.save(record(), changes, ACTOR)
    except AftercallError as error:
        st.session_state[_NOTICE] = Notice(0, (error.sentence,))
        return
    after: dict[str, Any] = {
        _NOTICE: Notice(result.count, (*(clash.sentence for clash in result.conflicts), *result.refused))
    }
    if sheet and not result.complete:
        after[_SHEET] = replace(sheet, deals=tuple(result.deals.get(deal.external_id, deal) for deal in sheet.deals))
    elif sheet:
        after |= {_SHEET: None, _REVISION: st.session_state.get(_REVISION, 0) + 1}
    else:
        after[_LEFT] = [] if result.complete else [_seen_again(change, result.deals) for change in changes]
    st.session_state.update(after)


def _seen_again(change: Change, fresh: Mapping[str, Deal]) -> Change:
    """The same change, made by somebody who has been told how the deal stands now."""
    return replace(change, seen=fresh.get(change.seen.external_id, change.seen))


def notices() -> None:
    """Says what the last save came to, and which edits were left on another page."""
    notice: Notice | None = st.session_state.pop(_NOTICE, None)
    if notice and notice.saved:
        st.success(f"Saved {count(notice.saved, 'change')}.", icon=":material/check_circle:")
    elif notice and not notice.warnings:
        st.info("There was nothing to save.", icon=":material/info:")
    for warning in notice.warnings if notice else ():
        st.warning(escape(warning), icon=":material/warning:")
    left: list[Change] = st.session_state.get(_LEFT, [])
    if not left:
        return
    with st.container(border=True):
        number = sum(len(change.entered) for change in left)
        st.warning(f"{count(number, 'change')} of the rows you left {'is' if number == 1 else 'are'} not saved yet.")
        for change in left[:5]:
            said = (f"{label_of(name)} → {described(name, value)}" for name, value in change.entered.items())
            st.caption(f"{escape(change.seen.client)}: {escape(', '.join(said))}")
        with st.container(horizontal=True):
            st.button("Save them", type="primary", key="deals_save_left", on_click=save_left)
            st.button("Throw them away", key="deals_drop_left", on_click=drop_left)


def summed(sums: Totals) -> None:
    """The totals of what the filters leave."""
    with st.container(horizontal=True, gap="medium"):
        for label, value in (
            ("Clients", f"{sums.clients:,}"),
            ("Deal amounts", money(sums.amount) if sums.amount_known else "–"),
            ("Of that won", money(sums.won_amount) if sums.won_known else "–"),
            ("Deposits", money(sums.deposit) if sums.deposit_known else "–"),
        ):
            st.metric(label, value, width="content")
    apart = [f"deal amount not discussed in {sums.amount_missing:,}"] if sums.amount_missing else []
    apart += [f"deposit not discussed in {sums.deposit_missing:,}"] if sums.deposit_missing else []
    apart += [f"{sums.amount_unread:,} with an amount that is no number"] if sums.amount_unread else []
    st.caption(
        f"Of {count(sums.calls, 'call')}, the latest deal of each of {count(sums.clients, 'client')} is counted once"
        f"{'; ' + ', '.join(apart) if apart else ''}."
    )


def editor(sheet: Sheet, view: str) -> None:
    """Draws the grid."""
    st.data_editor(
        deal_grid.frame(sheet.deals),
        key=sheet.key,
        column_config=deal_grid.columns(sheet.deals),
        column_order=deal_grid.order(view, sheet.deals),
        hide_index=True,
        num_rows="fixed",
        on_change="ignore",
        placeholder="",
        height=38 + 35 * min(len(sheet.deals), _ROWS_IN_VIEW),
        alt="Deals, one row a call, editable",
    )


def files(wanted: DealFilter, sort: str) -> None:
    """The export buttons: everything that the filters leave, not just the page on the screen."""
    database = record()
    st.download_button(
        "CSV",
        data=lambda: exports.csv_file(deals.every(database, wanted, sort=sort)),
        file_name=f"deals-{date.today():%Y-%m-%d}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="deals_csv",
        help="Every deal that the filters leave, as saved.",
    )
    st.download_button(
        "Excel",
        data=lambda: exports.excel_file(deals.every(database, wanted, sort=sort)),
        file_name=f"deals-{date.today():%Y-%m-%d}.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        on_click="ignore",
        key="deals_excel",
        help="Every deal that the filters leave, as saved.",
    )


def toolbar(wanted: DealFilter, found: int) -> tuple[str, str]:
    """Draws what stands over the grid, and returns the set of columns and the order of rows."""
    hidden: dict[str, Any] = {"label_visibility": "collapsed", "bind": "query-params"}
    with st.container(horizontal=True, vertical_alignment="center"):
        view = st.radio("Columns", list(deal_grid.VIEWS), key="deals_view", horizontal=True, width="content", **hidden)
        st.space("stretch")
        again.many_again(wanted, found, ACTOR)
        sort = st.selectbox("Sort by", list(_SORTS), key="deals_sort", on_change=first_page, width=190, **hidden)
    return view, _SORTS[sort]


def page_number(found: int) -> int:
    """Draws the pages' numbers where there are several, and returns the one to show."""
    pages = max(1, -(-found // deals.PAGE_SIZE))
    if st.session_state.get("deals_page", 1) > pages:
        st.session_state["deals_page"] = pages
    return st.pagination(pages, key="deals_page", bind="query-params") if pages > 1 else 1


def main() -> None:
    """The page."""
    st.title("Deals", anchor=False)
    wanted = filters()
    sums = deals.totals(record(), wanted)
    if not sums.calls:
        notices()
        if wanted == DealFilter() and not st.session_state.get(_LEFT):
            empty_record("No deals yet", "Every call you upload gets a row here.", ACTOR, key="deals")
        else:
            nothing_found()
            st.button("Clear all filters", key="deals_clear", on_click=clear_filters)
        return
    summed(sums)
    again.news()
    news = st.container()
    view, sort = toolbar(wanted, sums.calls)
    grid = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Save changes", type="primary", icon=":material/save:", key="deals_save", on_click=save)
        st.caption("Edits wait in the grid until you save; leaving this page drops them.", width="content")
        st.space("stretch")
        page = page_number(sums.calls)
        files(wanted, sort)
    sheet = current_sheet(wanted, sort, page, sums.calls)
    with news:
        notices()
    with grid:
        editor(sheet, view)


main()
