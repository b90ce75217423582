"""Overview: how all deals stand, what they are worth, what is to be done, and what needs a look."""

from pathlib import Path

import streamlit as st

from pages.parts import overview_charts as charts
from pages.parts.chart_data import brief
from pages.parts.charts import draw
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.overview_filters import clear, filters, span
from pages.parts.overview_steps import steps
from pages.parts.record import record
from pages.parts.text import count
from services import overview
from services.overview import Cycle, FactFilter, Overview
from services.wording import money

ACTOR = guard()
_PAGES = Path(__file__).resolve().parent


def figures(seen: Overview) -> None:
    """The figures that are asked for most, each with what it stands on."""
    won = next((line for line in seen.outcomes if line.name in overview.won_names()), None)
    wins = seen.wins
    rows = (
        ("Clients", f"{seen.clients:,}", f"n = {count(seen.calls, 'call')}"),
        (
            "Value of all deals",
            brief(round(seen.whole.amount), "$") if seen.whole.amount_n else "–",
            f"n = {count(seen.whole.amount_n, 'deal')} with a supported amount",
        ),
        (
            "Of that won",
            brief(round(won.amount), "$") if won and won.amount_n else "–",
            f"n = {count(won.amount_n if won else 0, 'deal')}",
        ),
        (
            "Win rate",
            f"{wins.rate:.0%}" if wins.n else "–",
            f"{wins.low:.0%} to {wins.high:.0%}, n = {wins.n:,} won or lost" if wins.n else "n = 0 won or lost",
        ),
        ("First meeting to won", *how_long(seen.cycle)),
    )
    for column, (label, value, stands_on) in zip(st.columns(len(rows)), rows, strict=True):
        with column.container(border=True, gap="xsmall", height="stretch"):
            st.metric(label, value)
            st.caption(stands_on)


def how_long(cycle: Cycle) -> tuple[str, str]:
    """How long won clients took, and what that stands on."""
    if cycle.middle is None:
        return "–", "n = 0 won deals"
    low, high = round(cycle.low or 0), round(cycle.high or 0)
    half = f"half took {low} to {count(high, 'day')}, " if low != high else ""
    middle = round(cycle.middle)
    return count(middle, "day") if middle else "Same day", f"median; {half}n = {count(cycle.n, 'won deal')}"


def left_out(seen: Overview, wanted: FactFilter) -> None:
    """What the figures count, and what they leave out."""
    told = charts.left_out(
        (seen.whole.unsupported_n, f"amounts that nothing supports, {money(round(seen.whole.unsupported))} together"),
        (seen.whole.silent, "deals of which no amount was said"),
        (seen.outcomes_left_out, "outcomes that nothing supports"),
        (seen.cycle.undated, "won clients with a meeting that has no date"),
    )
    st.caption(
        f"Of {span(wanted)}, the latest deal of each client is counted once. A value counts where words of the call "
        f"support it or a person wrote or confirmed it; the win rate is won of won and lost, with its 95% interval. "
        f"{told}"
    )


def to_look_at(seen: Overview) -> None:
    """The calls that need a look, and the way to each."""
    told = seen.look_at
    st.header("Needs a look", anchor=False)
    cards: tuple[tuple[int, str, str, str, dict[str, str]], ...] = (
        (
            told.conflicts,
            f"{count(told.conflicts, 'field')} in conflict, in {count(told.conflict_calls, 'call')}",
            "conflicts.py",
            ":material/call_split:",
            {},
        ),
        (
            told.unsupported_calls,
            f"{count(told.unsupported_calls, 'call')} with a value that nothing supports",
            "deals.py",
            ":material/table_view:",
            {"deals_marked": "Unsupported"},
        ),
        (
            told.failed_runs,
            count(told.failed_runs, "failed run"),
            "runs.py",
            ":material/history:",
            {"runs_show": "failed"},
        ),
    )
    waiting = [card for card in cards if card[0]]
    if not waiting:
        st.markdown(":green[:material/check_circle:] Nothing in the whole record needs a look.")
        return
    with st.container(horizontal=True):
        for _, label, page, icon, address in waiting:
            st.page_link(_PAGES / page, label=label, icon=icon, query_params=address, width="content")
    st.caption("Of the whole record, whatever the filters say.")


def pipeline(seen: Overview) -> None:
    """The deals by stage and outcome, with their money."""
    st.header("Pipeline", anchor=False)
    no_amount = "No amount that counts yet."
    for one, other in (
        (charts.stages(seen), charts.money_of(seen.stages, "stage_money", "Value by stage")),
        (charts.outcomes(seen), charts.money_of(seen.outcomes, "outcome_money", "Value by outcome")),
        (charts.funnel(seen), charts.support(seen)),
    ):
        left, right = st.columns(2)
        with left:
            draw(one, beside=True)
        with right:
            draw(other, beside=True, empty=no_amount)


def main() -> None:
    """The page."""
    st.title("Overview", anchor=False)
    if not overview.any_call(record()):
        empty_record(
            "Nothing to look over yet",
            "Once calls are worked through, all deals, their value and what is to be done stand here.",
            ACTOR,
            key="overview",
        )
        return
    wanted = filters("overview")
    seen = overview.look(record(), wanted)
    if not seen.calls:
        nothing_found()
        st.button("Clear all filters", key="overview_clear", on_click=clear, args=("overview",))
        return
    figures(seen)
    left_out(seen, wanted)
    to_look_at(seen)
    pipeline(seen)
    st.header("Next steps", anchor=False)
    steps(wanted, ACTOR)
    st.header("Activity", anchor=False)
    draw(
        charts.activity(seen),
        empty="Nothing was done in these weeks. Set Meeting to, to see earlier ones.",
    )


main()
