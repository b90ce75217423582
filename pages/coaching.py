"""Coaching: how an adviser's calls go over time, against the team's and against won calls."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts import coaching_charts
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.times import day
from services import records
from services.coaching import over_time
from services.coaching.over_time import SHOWN, CoachedCall, CoachingFilter, Middle, Numbers, Picture
from services.records import CallFilter
from services.wording import listed

ACTOR = guard()
_CALLS = Path(__file__).resolve().with_name("calls.py")
_ADVISER, _FROM, _TO, _FIGURE = "coaching_adviser", "coaching_from", "coaching_to", "coaching_figure"
_TEAM = "All advisers"
_MEASURES = {figure.label: name for name, figure in SHOWN.items()}  # the address holds what is read


def filters(names: Sequence[str]) -> tuple[CoachingFilter, str]:
    """Draws the filters, which live in the address, and returns what they ask for and the figure to draw."""
    bound: dict[str, Any] = {"bind": "query-params"}
    earliest = date(1990, 1, 1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        adviser = st.selectbox(
            "Adviser",
            list(names),
            None,
            key=_ADVISER,
            placeholder=_TEAM,
            width=260,
            **bound,
        )
        since = st.date_input("Meeting from", None, key=_FROM, min_value=earliest, width=144, **bound)
        until = st.date_input("Meeting to", None, key=_TO, min_value=earliest, width=144, **bound)
        figure = st.selectbox("Measure", list(_MEASURES), key=_FIGURE, width=280, **bound)
    return CoachingFilter(adviser=adviser or "", date_from=since, date_to=until), _MEASURES[figure]


def clear() -> None:
    """Takes every filter away."""
    for key in (_ADVISER, _FROM, _TO):
        st.session_state[key] = None


def left_out(numbers: Numbers, wanted: CoachingFilter) -> str:
    """Which calls are not in the figures, and why."""
    told = []
    if numbers.older:
        told.append(f"{count(numbers.older, 'call')} coached by an older version, or not at all (run them again)")
    if numbers.undated:
        told.append(f"{count(numbers.undated, 'call')} without a meeting date, so in no month")
    if not wanted.adviser and numbers.shared:
        told.append(f"{count(numbers.shared, 'call')} that several advisers shared, so under nobody's name")
    if not wanted.adviser and numbers.nobody:
        told.append(f"{count(numbers.nobody, 'call')} of which no adviser is known")
    return f"Left out: {listed(told)}." if told else ""


def cell(figure: str, middle: Middle) -> str:
    """A median with its n as the table says it."""
    words = escape(SHOWN[figure].words(middle.value))
    return f"{words} :gray[:small[n {middle.n:,}]]" if middle.n else "–"


def table(picture: Picture, adviser: str) -> None:
    """Every measure: the adviser's median beside the team's and the won calls'."""
    won = escape(f"Calls that ended {picture.won}") if picture.won else "Won calls"
    headings = ["Measure", *([escape(adviser)] if picture.own is not None else []), "Team", won]
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)]]
    for name, figure in SHOWN.items():
        unit = f" :gray[:small[{escape(figure.unit)}]]" if figure.unit in ("words", "words a minute") else ""
        middles = [picture.own[name]] if picture.own is not None else []
        middles += [picture.team[name], picture.winners[name]]
        lines.append([f"{escape(figure.label)}{unit}", *(cell(name, middle) for middle in middles)])
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))
    st.caption(
        "Medians; n is the number of calls that say the measure. A measure that a transcript can't tell, such as the "
        "pace without times, is left out and not taken for 0."
    )


def calls(found: list[CoachedCall], figure: str) -> None:
    """The newest calls, each with its figure and the way to its coaching."""
    st.header("Newest calls", anchor=False)
    with st.container(gap="xxsmall"):
        for call in found:
            name = call.client_name or call.filename or "Unnamed client"
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                address = {"call": call.external_id}
                st.page_link(_CALLS, label=f"**{escape(name)}**", query_params=address, width="content")
                about = [day(call.met), call.outcome or ""]
                if figure != "score":
                    about.append(f"{SHOWN[figure].label} {SHOWN[figure].words(call.value)}")
                about.append(f"Scorecard {SHOWN['score'].words(call.score)}")
                st.caption(escape(" · ".join(filter(None, about))), width="content")


def main() -> None:
    """The page."""
    st.title("Coaching", anchor=False)
    if not records.list_calls(record(), CallFilter(), size=1)[1]:
        empty_record("Nothing to coach yet", "How calls were led stands here.", ACTOR, key="coaching")
        return
    wanted, figure = filters([name for name, _ in over_time.advisers(record())])
    picture = over_time.picture(record(), wanted)
    numbers = picture.own_numbers or picture.numbers
    if not numbers.calls:
        nothing_found()
        st.button("Clear all filters", key="coaching_clear", on_click=clear)
        return
    told = left_out(numbers, wanted)
    st.caption(count(numbers.calls, "call"))
    chosen = over_time.of_figure(record(), wanted, figure)
    coaching_charts.months(wanted.adviser, figure, chosen, picture, told)
    st.header(f"{escape(wanted.adviser) or 'The team'}, every measure", anchor=False)
    table(picture, wanted.adviser)
    if len(chosen.by_adviser) > 1:
        coaching_charts.advisers(figure, chosen, wanted.adviser)
    calls(chosen.calls, figure)


main()
