"""A call's scorecard: the rule's score and the manager's side by side, and the way to say another one."""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Any

import streamlit as st

from pages.parts.coaching_turns import buttons, turns_of
from pages.parts.guard import guard
from pages.parts.proof import Pick
from pages.parts.record import record
from pages.parts.text import BadgeColour, escape
from pages.parts.times import ago
from services.call_view import CallView
from services.coaching import reviewing
from services.coaching.reviewing import SCORES, Line
from services.errors import AftercallError

_TOLD = "score_told"
_FEW_TURNS = 3
_COLOURS: Mapping[int | None, BadgeColour] = {None: "gray", 1: "red", 2: "orange", 3: "orange", 4: "green", 5: "green"}


def scorecard(call: CallView, measures: Mapping[str, Any], pick: Pick) -> None:
    """The criteria with their scores; a manager can say another one of each."""
    lines = reviewing.lines(record(), call.external_id, measures)
    if not lines:
        return
    st.subheader("Scorecard", anchor=False)
    average, number = reviewing.mean(lines)
    if average is None:
        st.caption("No criterion is scored.")
    else:
        st.caption(f"Mean {average:.1f}; {number} of {len(lines)} criteria are scored, from 1 to 5.")
    written, sentence = st.session_state.pop(_TOLD, (True, ""))
    if sentence:
        (st.success if written else st.warning)(escape(sentence))
    for line in lines:
        _criterion(call, line, pick)


def _criterion(call: CallView, line: Line, pick: Pick) -> None:
    slot = sha256(f"{call.external_id}|{line.criterion}".encode()).hexdigest()[:12]
    with st.container(gap=None, key=f"score_{slot}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{escape(line.criterion)}**", width="content")
            _badge(line.stands)
            st.space("stretch")
            _change(call, line, slot)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(escape(line.why), width="content")
            buttons(turns_of(line.turns, call), f"score_turn_{slot}", pick, _FEW_TURNS)
        if said := line.override:
            ruled = "did not score it" if line.ruled is None else f"says {line.ruled}"
            st.markdown(
                f":small[{escape(said.actor)} scored **{said.score}**, {escape(ago(said.at))}: {escape(said.reason)} "
                f":gray[· the rule {ruled}]]"
            )


def _badge(score: int | None) -> None:
    st.badge("not scored" if score is None else f"{score} of 5", color=_COLOURS[score])


def _change(call: CallView, line: Line, slot: str) -> None:
    with st.popover("Score it", type="tertiary", icon=":material/edit:", key=f"score_open_{slot}_{line.seen or 0}"):
        score, why = f"score_value_{slot}", f"score_why_{slot}"
        index = None if line.stands is None else SCORES.index(line.stands)
        st.radio(f"Your score of '{escape(line.criterion)}'", SCORES, index, key=score, horizontal=True)
        st.text_input("Why", key=why, max_chars=reviewing.LONGEST_REASON)
        save = partial(_save, call.external_id, line, score, why)
        with st.container(horizontal=True):
            st.button("Save", type="primary", key=f"score_save_{slot}", on_click=save)
            if line.override:
                back = partial(_write, call.external_id, line, None, "")
                st.button("Take it back", key=f"score_back_{slot}", on_click=back)
        st.caption("Both scores are kept, with your name and the time. No run replaces yours.")
        for said in reversed(line.said):
            told = "took the score back" if said.score is None else f"scored {said.score}: {escape(said.reason)}"
            st.caption(f"{escape(said.actor)}, {escape(ago(said.at))}: {told}")


def _save(external_id: str, line: Line, score: str, why: str) -> None:
    chosen = st.session_state.get(score)
    if chosen is None:
        st.session_state[_TOLD] = (False, "Choose a score from 1 to 5.")
        return
    _write(external_id, line, int(chosen), st.session_state.get(why) or "")


def _write(external_id: str, line: Line, score: int | None, reason: str) -> None:
    try:
        reviewing.override(record(), external_id, line, score, reason, guard())
    except AftercallError as error:
        st.session_state[_TOLD] = (False, error.sentence)
        return
    done = (
        f"'{line.criterion}' is scored {score} now."
        if score
        else f"The rule's score of '{line.criterion}' stands again."
    )
    st.session_state[_TOLD] = (True, done)
