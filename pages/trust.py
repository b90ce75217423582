"""Trust."""

import streamlit as st

from pages.parts.guard import guard

ACTOR = guard()
st.title("Trust", anchor=False)
