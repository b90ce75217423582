"""Settings: who thinks, whether the model's server answers and what it can do, and every option with its source."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts.connection import connection
from pages.parts.guard import guard
from pages.parts.record import house
from pages.parts.text import BadgeColour, escape
from services.active_minds import RECIPES, active_minds, limits, server_of
from services.database import reader_words
from services.settings import Settings, settings
from services.settings_view import Shown, groups

ACTOR = guard()
_SOURCES: dict[str, BadgeColour] = {"environment": "blue", ".env": "violet", "default": "gray"}


def minds(chosen: Settings) -> None:
    """Who does what, a line a task."""
    st.header("Who thinks", anchor=False)
    with st.container(border=True, gap="small", key="settings_minds"):
        for mind in active_minds(chosen):
            name = f":green-badge[{escape(mind.model)}]" if mind.model else ":gray-badge[builtin]"
            task, words = st.columns([0.26, 0.74])
            task.markdown(f"**{escape(mind.task)}**")
            words.markdown(f"{name} {escape(mind.words)}")


def model_server(chosen: Settings) -> None:
    """The server that is asked, and its test; what to write where there is none."""
    st.header("The language model's server", anchor=False)
    if not chosen.thinks_with_a_model:
        st.markdown(
            "**No language model is configured.** The builtin analyst does all the work, and nothing leaves this "
            "machine. To have a model think too, write these lines into `.env`, in the folder that Aftercall is "
            "started in, and start it again. Then test the connection here."
        )
        recipe()
        return
    key = "with a key" if chosen.openai_api_key else "without a key"
    st.markdown(f"{escape(server_of(chosen))}, {key}.  \n:small[{escape(' '.join(limits(chosen)))}]")
    connection(ACTOR)
    with st.expander("Lines for another server", icon=":material/description:"):
        recipe()


def recipe() -> None:
    """The lines of ``.env`` for a server to choose."""
    server = st.selectbox("Server", list(RECIPES), key="settings_recipe", width=260)
    st.code(RECIPES[server], language=None)


def options(chosen: Settings) -> None:
    """Every option, in groups."""
    st.header("All settings", anchor=False)
    st.markdown(
        "Settings come from the environment and from a file `.env`; the environment goes first. They are read when "
        "Aftercall starts: change one there, and start it again. Of keys and passwords this page knows only whether "
        "they are set."
    )
    st.caption(escape(reader_words(house().database)))
    for title, shown in groups(chosen):
        changed = sum(one.source != "default" for one in shown)
        label = f"{title}: {changed} of {len(shown)} set" if changed else f"{title}: all {len(shown)} at their defaults"
        with st.expander(label, expanded=bool(changed), key=f"settings_group_{title}"):
            table(shown)


def help_line(words: str) -> str:
    """A line of help, its commands set as code."""
    return "".join(f"`{part}`" if place % 2 else escape(part) for place, part in enumerate(words.split("`")))


def table(shown: Sequence[Shown]) -> None:
    """A group of options."""
    rows = [
        {
            "Setting": f"`{one.name}`",
            "Value": f"**{escape(one.value)}**" if one.source != "default" else escape(one.value),
            "From": f":{_SOURCES[one.source]}-badge[{escape(one.source)}]",
            "Default": escape(one.default),
            "What it does": help_line(one.help),
        }
        for one in shown
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)


def main() -> None:
    """The page."""
    st.title("Settings", anchor=False)
    chosen = settings()
    minds(chosen)
    model_server(chosen)
    options(chosen)


with st.container(width=1080):
    main()
