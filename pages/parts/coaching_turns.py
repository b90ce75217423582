"""The turns of a call that a remark or a count is from, as buttons that show them in the dialogue."""

from typing import Any

import streamlit as st

from pages.parts.proof import Pick
from pages.parts.text import count
from services.call_view import CallView

_MOST_TURNS = 6


def turn_buttons(numbers: Any, key: str, call: CallView, pick: Pick, most: int = _MOST_TURNS) -> None:
    """Buttons that show turns in the dialogue, the first few of many; nothing for turns that the call has not."""
    if known := turns_of(numbers, call):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            buttons(known, key, pick, most)


def turns_of(numbers: Any, call: CallView) -> list[int]:
    """Those of the numbers that are turns of the call, each once."""
    told = numbers if isinstance(numbers, list | tuple) else []
    return list(dict.fromkeys(number for number in told if type(number) is int and 0 <= number < len(call.dialogue)))


def buttons(known: list[int], key: str, pick: Pick, most: int = _MOST_TURNS) -> None:
    """The same, into the container that is open."""
    for number in known[:most]:
        label = f":small[Turn {number + 1}]"
        st.button(label, key=f"{key}_{number}", type="tertiary", on_click=pick, args=(number, None))
    if len(known) > most:
        st.caption(f"and {count(len(known) - most, 'more turn')}", width="content")
