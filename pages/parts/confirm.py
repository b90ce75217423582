"""Confirming values in every call that a filter leaves: chosen fields, one button, progress, what came of it."""

import streamlit as st

from pages.parts.record import record
from pages.parts.text import count, escape
from services import confirming
from services.deal_fields import label_of
from services.deals import DealFilter
from services.errors import AftercallError

_TOLD, _ROUND = "confirm_told", "confirm_round"
_MANY = 50  # more calls than these are confirmed only after a yes
_USUAL = (
    "deal_stage",
    "outcome",
    "deal_amount",
    "deposit_amount",
    "meeting_date",
    "products_discussed",
    "objections",
    "next_steps",
)


def news() -> None:
    """Says what the last confirming came to, once."""
    kind, sentence = st.session_state.pop(_TOLD, ("", ""))
    if kind == "success":
        st.success(escape(sentence), icon=":material/done_all:")
    elif kind:
        {"error": st.error, "info": st.info}[kind](escape(sentence))


def many(wanted: DealFilter, number: int, actor: str, unsaved: bool) -> None:
    """The button that opens the choice, and confirms in the ``number`` calls that the filter leaves.

    ``unsaved`` says that edits wait in the grid: only what is saved is confirmed.
    """
    turn = st.session_state.get(_ROUND, 0)  # in the key: another one is closed
    with (
        st.popover("Confirm values", icon=":material/done_all:", key=f"confirm_{turn}", width="content"),
        st.container(width=460),
    ):
        which = count(number, "call")
        st.markdown(f"**Say that values are right, in the {which} that the filters leave**")
        known = confirming.fields()
        usual = [name for name in _USUAL if name in known]
        names = st.multiselect("Fields", known, usual, format_func=label_of, key="confirm_fields")
        st.caption(
            "No later run overwrites what you confirm. Left as they are: what nobody said, what a person wrote or"
            " confirmed already, and what is in conflict."
        )
        if unsaved:
            st.caption(":orange-badge[Not saved] Edits that wait in the grid are not confirmed. Save them first.")
        sure = number <= _MANY or st.checkbox(f"Yes, in all {which}", key=f"confirm_sure_{turn}_{number}")
        if st.button(f"Confirm in {which}", type="primary", key="confirm_go", disabled=not (names and sure)):
            _confirm(wanted, names, number, actor)


def _confirm(wanted: DealFilter, names: list[str], number: int, actor: str) -> None:
    bar = st.progress(0.0, text="Confirming")
    try:
        done = confirming.confirm_filtered(
            record(),
            wanted,
            names,
            actor,
            told=lambda looked: bar.progress(min(1.0, looked / number), text=f"Confirming: {looked:,} of {number:,}"),
        )
    except AftercallError as error:
        told = ("error", error.sentence)
    else:
        told = ("success", f"Confirmed {count(done.values, 'value')} of {count(done.calls, 'call')}.")
        if not done.values:
            told = ("info", "There was nothing to confirm: people spoke of all of it already, or nobody said it.")
    st.session_state.update({_TOLD: told, _ROUND: st.session_state.get(_ROUND, 0) + 1})
    st.rerun()
