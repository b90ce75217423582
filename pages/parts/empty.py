"""What a page shows while there is nothing to show: what will be here, and what to do."""

from pathlib import Path

import streamlit as st

from pages.parts.live import follow
from pages.parts.record import record
from services import samples
from services.errors import AftercallError

_PAGES = Path(__file__).resolve().parents[1]


def empty_record(title: str, sentence: str, actor: str, *, key: str) -> None:
    """The empty state of a page whose record holds no call yet: what will stand here, and the two ways to begin."""
    with st.container(border=True, horizontal_alignment="center", gap="small", key=f"{key}_empty"):
        st.space("small")
        st.header(title, anchor=False, text_alignment="center")
        st.markdown(sentence, text_alignment="center")
        with st.container(horizontal=True, horizontal_alignment="center"):
            if st.button("Upload calls", icon=":material/upload_file:", type="primary", key=f"{key}_upload"):
                st.switch_page(_PAGES / "upload.py")
            sample_button(actor, key=f"{key}_samples")
        st.space("small")


def nothing_found(sentence: str = "No call matches these filters.") -> None:
    """The empty state of a page whose filters leave nothing."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(sentence, text_alignment="center")


def sample_button(actor: str, *, key: str) -> None:
    """The button that puts the ten sample calls on their way and shows them at work on the upload page."""
    pressed = st.button(
        "Load sample calls",
        icon=":material/library_add:",
        key=key,
        help="Ten made-up client calls in ten forms of transcript, worked through like your own.",
    )
    if not pressed:
        return
    try:
        follow(samples.load(record(), actor))
    except AftercallError as error:
        st.error(error.sentence)
        return
    st.switch_page(_PAGES / "upload.py")
