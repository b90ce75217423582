"""The CRM record of a call, line by line: what stands, whose word it is, what it rests on, and what to do about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.parts.call_outputs import link, written
from pages.parts.proof import MODEL_MARK, Pick, other_words, quote_line, state_mark, turn_button
from pages.parts.text import count, escape, shorten
from pages.parts.times import ago
from services import confirming
from services.call_view import CallView, CrmLine
from services.deal_fields import NOT_DISCUSSED
from services.ledger import field_label
from services.standing import Mark, Other, Standing, crm_path

_CONFLICTS = Path(__file__).resolve().parents[1] / "conflicts.py"
_MARKS: Mapping[Mark, str] = {
    "edited": ":violet-badge[edited]",
    "confirmed": ":green-badge[:material/check: confirmed]",
    "conflict": ":orange-badge[conflict]",
}
_MOST_TURNS = 3
_LONG = 48  # characters that leave no room beside them
_NOBODY = Standing(None, None, None, None, ())


@dataclass(frozen=True)
class Ways:
    """What can be done about lines: shows a turn, says that values are right, gives one back, tells its history, takes
    the other mind's value in place of the one that stands."""

    pick: Pick
    confirm: Callable[[Sequence[CrmLine]], None]
    restore: Callable[[CrmLine], None]
    history: Callable[[CrmLine], None]
    take: Callable[[CrmLine, Other], None]


def crm_tab(call: CallView, standing: Mapping[str, Standing], ways: Ways) -> None:
    """The record as it stands. What a run said can be confirmed; a person's value can be given back."""
    told = {path for path, one in standing.items() if one.other}
    known = [line for line in call.crm if line.edited or line.value != NOT_DISCUSSED or crm_path(line.field) in told]
    names = frozenset(confirming.fields())
    open_ones = [line for line in known if line.field in names and _is_open(line, standing)]
    if open_ones:
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.caption("A confirmed value stands from then on; no run replaces it.", width="stretch")
            st.button(
                f"Confirm all {len(open_ones)}" if len(open_ones) > 1 else "Confirm it",
                key="confirm_all",
                icon=":material/done_all:",
                on_click=ways.confirm,
                args=(open_ones,),
            )
    for line in known:
        _line(line, standing.get(crm_path(line.field), _NOBODY), call, ways, can_confirm=line in open_ones)
    if quiet := [line.label for line in call.crm if line not in known]:
        st.caption(f"Not discussed: {escape(', '.join(quiet))}")
    link(call, "deals.py", "Edit in the grid of deals", ":material/edit:", "deals_q")


def _is_open(line: CrmLine, standing: Mapping[str, Standing]) -> bool:
    """Whether a line is a run's word, of which no person said anything yet."""
    return not line.edited and standing.get(crm_path(line.field), _NOBODY).mark is None


def _line(line: CrmLine, standing: Standing, call: CallView, ways: Ways, *, can_confirm: bool) -> None:
    mark: Mark | None = standing.mark or ("edited" if line.edited else None)
    long = len(line.value) > _LONG
    with st.container(key=f"crm_{line.field}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            model = MODEL_MARK if standing.by_model else ""
            badges = " ".join(filter(None, (_MARKS[mark] if mark else "", state_mark(standing.state), model)))
            value = escape(shorten(line.value, 400))
            told = value if long else f"**{value}**"
            st.markdown(f":gray[{escape(line.label)}]  \n{told} {badges}".rstrip(), width="stretch")
            if not long:
                _turns(line, standing, call, ways)
            if mark == "conflict":
                _decide(call)
            if can_confirm:
                _confirm(line, ways)
        if long and standing.quotes:
            with st.container(horizontal=True, gap="small"):
                _turns(line, standing, call, ways)
        if mark:
            _whose(line, standing, ways)
        if line.field == "summary":
            written(call, "summary")
        if standing.other:
            other_mind(line, standing, standing.other, call, ways)


def _turns(line: CrmLine, standing: Standing, call: CallView, ways: Ways) -> None:
    """The turns that the value rests on: beside a short one, below a long one."""
    for quote in {quote.turn: quote for quote in standing.quotes[:_MOST_TURNS]}.values():
        turn_button(quote, f"crm_turn_{line.field}_{quote.turn}", call, ways.pick)


def other_mind(line: CrmLine, standing: Standing, other: Other, call: CallView, ways: Ways) -> None:
    """What the mind says whose value does not stand, with its words of the call, and the way to let it stand."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.markdown(other_words(standing, other, line.value), width="stretch")
        st.button(
            "Take it",
            key=f"take_{line.field}",
            icon=":material/swap_horiz:",
            type="tertiary",
            help=f"{escape(line.label)} becomes {escape(shorten(other.words, 60))}, as your word.",
            on_click=ways.take,
            args=(line, other),
        )
    for number, quote in enumerate(other.quotes[:_MOST_TURNS]):
        quote_line(quote, f"other_{line.field}_{number}", call, ways.pick)


def _confirm(line: CrmLine, ways: Ways) -> None:
    st.button(
        "Confirm",
        key=f"confirm_{line.field}",
        icon=":material/check:",
        type="tertiary",
        help=f"{escape(line.label)} is right: it stands from now on.",
        on_click=ways.confirm,
        args=([line],),
    )


def _restore(line: CrmLine, ways: Ways) -> None:
    st.button(
        ":small[Restore]",
        key=f"restore_{line.field}",
        type="tertiary",
        help="Takes the person's word away; the run's stands again.",
        on_click=ways.restore,
        args=(line,),
    )


def _whose(line: CrmLine, standing: Standing, ways: Ways) -> None:
    """Who said it and when, what the run says, and the ways to the field's history and back to the run's."""
    who = f"{standing.who}, {ago(standing.at)}" if standing.who else ""
    run = f"The run said: {shorten(line.proposed, 120)}" if line.proposed not in (None, line.value) else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.caption(" · ".join(escape(words) for words in (who, run) if words), width="stretch")
        st.button(":small[History]", key=f"history_{line.field}", type="tertiary", on_click=ways.history, args=(line,))
        _restore(line, ways)  # not where the tick was: a second click on it would take it away again


def whose_words(call: CallView, standing: Mapping[str, Standing], column: str) -> None:
    """Of texts that a person wrote, one line each: who and when, and the way to a conflict; nothing for a run's."""
    for path in sorted(standing, reverse=True):  # of an e-mail the subject first
        one = standing[path]
        if one.mark is None or not path.startswith(column):
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            who = escape(f"{one.who}, {ago(one.at)}")
            st.markdown(f"{escape(field_label(path))} {_MARKS[one.mark]} :gray[{who}]", width="stretch")
            if one.mark == "conflict":
                _decide(call)


def _decide(call: CallView) -> None:
    asked = {"conflicts_q": call.external_id}
    st.page_link(_CONFLICTS, label="Decide", icon=":material/call_split:", query_params=asked, width="content")


def conflicts_hint(call: CallView, standing: Mapping[str, Standing]) -> None:
    """How many of the call's values are in conflict, with the way to them; nothing for none."""
    number = sum(each.mark == "conflict" for each in standing.values())
    if number:
        asked = {"conflicts_q": call.external_id}
        label = f":orange[**{count(number, 'conflict')}**]"
        st.page_link(_CONFLICTS, label=label, icon=":material/call_split:", query_params=asked, width="content")
