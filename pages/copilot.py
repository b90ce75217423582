"""The copilot: questions over all calls, answered with their sources; conversations that are still there tomorrow."""

from pathlib import Path

import streamlit as st

from pages.parts.answer import answer_of, working
from pages.parts.empty import empty_record
from pages.parts.guard import guard
from pages.parts.record import House, house
from pages.parts.text import escape, shorten
from pages.parts.times import ago
from services import records
from services.copilot.desk import Asked, Desk, as_markdown
from services.copilot.engine import LONGEST_QUESTION
from services.copilot.recollection import Recollection
from services.copilot.thinking import Thinking
from services.errors import AftercallError, NotFound
from services.records import CallFilter
from services.settings import settings

ACTOR = guard()
_HERE = Path(__file__).resolve()
_OPEN, _FAILED, _PARAMETER = "copilot_open", "copilot_failed", "conversation"
_POLL = 0.1  # seconds between two looks at an answer that is being made


@st.cache_resource(show_spinner=False, on_release=lambda made: made.close(), hash_funcs={House: id})
def _desk_of(opened: House) -> Desk:
    chosen = settings()
    thinking = Thinking.of(opened.database, chosen) if chosen.thinks_with_a_model else None
    return Desk(opened.database, Recollection.of(opened.memory), lambda: thinking)


def desk() -> Desk:
    """Where this process works on questions."""
    return _desk_of(house())


def show(conversation: str | None) -> None:
    """Opens a conversation; None begins a new one."""
    st.session_state[_OPEN] = conversation
    if conversation is None:
        st.query_params.pop(_PARAMETER, None)
    else:
        st.query_params[_PARAMETER] = conversation


def put(words: str | None = None) -> None:
    """Puts what was typed, or an example."""
    question = words or st.session_state.get("copilot_question") or ""
    try:
        conversation, _ = desk().ask(st.session_state.get(_OPEN), question, ACTOR)
    except AftercallError as error:
        st.session_state[_FAILED] = error.sentence
        return
    show(conversation)


def remove(conversation: str) -> None:
    """Takes a conversation away."""
    desk().remove(conversation, ACTOR)
    show(None)


def opened() -> list[Asked]:
    """The questions of the conversation that is open: the address's, else the session's."""
    wanted = st.query_params.get(_PARAMETER) or st.session_state.get(_OPEN)
    if not wanted:
        return []
    try:
        asked = desk().asked(wanted, ACTOR)
    except NotFound:
        show(None)
        return []
    show(wanted)
    return asked


def head(asked: list[Asked]) -> None:
    """The title, the earlier conversations, a new one, and the way to take this one along."""
    current = st.session_state.get(_OPEN)
    st.space("xxsmall")  # the title stands as high as on the other pages
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Copilot", anchor=False)
        st.space("stretch")
        with st.popover("Conversations", icon=":material/history:", key="copilot_list"):
            known = desk().conversations(ACTOR)
            for row in known:
                label = f"{escape(shorten(row.title, 60))} · {ago(row.updated_at)}"
                chosen = row.id == current
                st.button(
                    label, key=f"copilot_open_{row.id}", type="tertiary", on_click=show, args=(row.id,), disabled=chosen
                )
            if not known:
                st.markdown("None yet.")
        st.button("New conversation", key="copilot_new", icon=":material/add:", on_click=show, args=(None,))
        if asked and current:
            title = asked[0].words
            st.download_button(
                "Export",
                as_markdown(title, asked),
                file_name="conversation.md",
                mime="text/markdown",
                key="copilot_export",
                icon=":material/download:",
                on_click="ignore",
            )
            st.button("Delete", key="copilot_delete", icon=":material/delete:", on_click=remove, args=(current,))


def examples() -> list[str]:
    """Three questions that this record can answer."""
    rows, _ = records.list_calls(house().database, CallFilter(), size=5)
    name = next((row.client_name for row in rows if row.client_name), None)
    own = [f"Tell me about {name}"] if name else []
    return [*own, "Which objection comes up most often?", "What are our next steps?", "How many calls are there?"][:3]


def begin() -> None:
    """What can be asked, where nothing was asked yet."""
    st.markdown("Ask about one client, or about all calls. Every sentence of an answer leads to the words it is from.")
    with st.container(horizontal=True):
        for number, example in enumerate(examples()):
            st.button(escape(example), key=f"copilot_example_{number}", on_click=put, args=(example,))


def follow(asked: Asked) -> None:
    """Shows how an answer comes about, until it is there."""
    progress = asked.progress
    if progress is None:
        working("This question is worked on elsewhere; the answer appears here once it is there.", "")
        st.button("Look again", key="copilot_look", icon=":material/refresh:")
        return
    stopping, icon = progress.stop.is_set(), ":material/stop_circle:"
    st.button("Stop", key="copilot_stop", icon=icon, on_click=desk().stop, args=(asked.id,), disabled=stopping)
    place = st.empty()
    while not progress.ended.wait(_POLL):
        with place.container():
            working("Stopping" if stopping else progress.doing, progress.text)
    st.rerun()


def main() -> None:
    """The page."""
    asked = opened()
    head(asked)
    if not asked and not records.list_calls(house().database, CallFilter(), size=1)[1]:
        empty_record("Nothing to ask yet", "Upload calls, then ask what was said in them.", ACTOR, key="copilot")
        return
    if (failed := st.session_state.pop(_FAILED, None)) is not None:
        st.error(escape(failed))
    if not asked:
        begin()
    for each in asked:
        with st.chat_message("user"):
            st.markdown(escape(each.words))
        with st.chat_message("assistant"):
            if each.state == "working":
                follow(each)
            elif each.answer is None:
                st.markdown("This question was stopped.")
            else:
                answer_of(each.answer, key=f"copilot_{each.id}")
    st.chat_input("Ask about your calls", key="copilot_question", max_chars=LONGEST_QUESTION, on_submit=put)


main()
