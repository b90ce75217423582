"""Dry runs."""

import streamlit as st

from pages.parts.guard import guard

ACTOR = guard()
st.title("Dry runs", anchor=False)
