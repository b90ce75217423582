"""The one guard: every page asks it, in its first line, who is acting.

The shell admits a session; a page that is reached in any other way stops here. Sign-in will stand in ``admit``.
"""

import streamlit as st

from services.settings import settings

_SEAT = "acting_as"


def admit() -> str:
    """Called by the shell on every run: settles who is acting and returns the name."""
    st.session_state[_SEAT] = settings().actor
    return str(st.session_state[_SEAT])


def guard() -> str:
    """The name to write on every change of this session. Without admission the page stops before it shows anything."""
    actor = st.session_state.get(_SEAT)
    if not actor:
        st.error("This page opens from inside Aftercall only.")
        st.markdown("[Go to the start page](/)")
        st.stop()
    return str(actor)
