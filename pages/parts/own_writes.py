"""What this session wrote itself, so that two clicks in quick succession do not look like two people."""

from typing import Final

import streamlit as st

_OWN: Final = "own_writes"


def wrote(external_id: str, version: int) -> None:
    """Remembers that this session wrote a call that stood at this version: it stands at the next one now."""
    st.session_state.setdefault(_OWN, set()).add((external_id, version))


def version_now(external_id: str, version: int) -> int:
    """The version after all that this session itself wrote since it saw the call at this one."""
    own = st.session_state.get(_OWN, ())
    while (external_id, version) in own:
        version += 1
    return version
