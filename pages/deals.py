"""Deals: the CRM fields of all calls in one grid, to find, correct and take along."""

from datetime import date
from typing import Any

import streamlit as st

from pages.parts import again, confirm, deal_edits, deal_filters, deal_grid, deal_minds, deal_news, trusted
from pages.parts.deal_edits import Sheet
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count
from services import deals, exports
from services.deals import DealFilter, Totals
from services.wording import money

ACTOR = guard()
_ROWS_IN_VIEW = 13
_SORTS = {
    "Newest meeting": "-meeting_date",
    "Last changed": "-updated_at",
    "Client": "client_name",
    "Highest amount": "-deal_amount",
}


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


def editor(sheet: Sheet, view: str, helps: dict[str, str]) -> None:
    """Draws the grid, and over it what its marks mean."""
    if legend := deal_grid.legend(sheet.deals):
        st.caption(f"Marks: {legend}.")
    deal_minds.draw(sheet.deals)
    st.data_editor(
        deal_grid.frame(sheet.deals),
        key=sheet.key,
        column_config=deal_grid.columns(sheet.deals, helps),
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
        confirm.many(wanted, found, ACTOR, deal_edits.waiting())
        again.many_again(wanted, found, ACTOR)
        sort = st.selectbox(
            "Sort by", list(_SORTS), key="deals_sort", on_change=deal_filters.first_page, width=190, **hidden
        )
    return view, _SORTS[sort]


def page_number(found: int) -> int:
    """Draws the pages' numbers where there are several, and returns the one to show."""
    pages = max(1, -(-found // deals.PAGE_SIZE))
    if st.session_state.get("deals_page", 1) > pages:
        st.session_state["deals_page"] = pages
    return st.pagination(pages, key="deals_page", bind="query-params") if pages > 1 else 1


def saving() -> None:
    """The button that saves the grid's edits, and the field that says why."""
    st.button(
        "Save changes",
        type="primary",
        icon=":material/save:",
        key="deals_save",
        on_click=deal_edits.save,
        args=(ACTOR,),
    )
    st.text_input(
        "Why",
        key=deal_edits.WHY,
        max_chars=deals.REASON_LENGTH,
        placeholder="Why? (kept in the history)",
        label_visibility="collapsed",
        width=240,
    )


def main() -> None:
    """The page."""
    st.title("Deals", anchor=False)
    wanted = deal_filters.filters()
    sums = deals.totals(record(), wanted)
    if not sums.calls:
        deal_news.draw(ACTOR)
        confirm.news()
        if wanted == DealFilter() and not deal_edits.left():
            empty_record("No deals yet", "Every call you upload gets a row here.", ACTOR, key="deals")
        else:
            nothing_found()
            st.button("Clear all filters", key="deals_clear", on_click=deal_filters.clear)
        return
    summed(sums)
    again.news()
    confirm.news()
    news = st.container()
    view, sort = toolbar(wanted, sums.calls)
    grid = st.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        saving()
        st.space("stretch")
        page = page_number(sums.calls)
        files(wanted, sort)
    st.caption("Edits wait in the grid until you save; leaving this page drops them.")
    helps, flagged = trusted.meter(record())
    sheet = deal_edits.current_sheet(wanted, sort, page, sums.calls, flagged)
    with news:
        deal_news.draw(ACTOR)
    with grid:
        editor(sheet, view, helps)


main()
