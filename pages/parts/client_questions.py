"""What is still to be asked of a household, and what people set aside."""

import streamlit as st

from pages.parts.copy import copy_button
from pages.parts.household import notice, say
from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.times import ago
from services import client_answers
from services.client_page import NOTE_LENGTH, ClientPage
from services.errors import AftercallError
from services.open_questions import OpenQuestion

_WRITING, _HERE = "client_aside_of", "_questions"


def for_the_next_call(page: ClientPage, actor: str) -> None:
    """The open questions, to be copied; each can be set aside, and what was is listed below."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("For the next call", anchor=False, width="content")
        if page.questions:
            st.badge(count(len(page.questions), "question"), color="gray")
    notice(_HERE)
    if not page.questions:
        st.caption("Nothing is left to ask: every fact of the playbook was said, or set aside.")
    for number, each in enumerate(page.questions, 1):
        _question(number, each, page, actor)
    if page.questions:
        words = "\n".join(f"- {each.question}" for each in page.questions)
        copy_button("Copy the questions", words, key="client_questions_copy")
    _set_aside(page, actor)


def _question(number: int, each: OpenQuestion, page: ClientPage, actor: str) -> None:
    with st.container(border=True, gap="xxsmall", key=f"client_question_{each.field}"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.markdown(f"{number}\\. {escape(each.question)}", width="stretch")
            if st.session_state.get(_WRITING) != each.field:
                label = f"Set aside: {each.label}"
                st.button("Not relevant", key=f"client_aside_{each.field}", help=escape(label), type="tertiary",
                          on_click=_begin, args=(each.field,))  # fmt: skip
        if st.session_state.get(_WRITING) == each.field:
            _why(each, page, actor)


def _why(each: OpenQuestion, page: ClientPage, actor: str) -> None:
    key = f"client_aside_why_{each.field}"
    st.text_input("Why is it not relevant?", key=key, max_chars=NOTE_LENGTH, placeholder="Kept with your name")
    with st.container(horizontal=True):
        st.button("Set aside", key=f"client_aside_save_{each.field}", type="primary",
                  on_click=_save, args=(each, key, page, actor))  # fmt: skip
        st.button("Cancel", key=f"client_aside_cancel_{each.field}", on_click=_leave)


def _begin(field: str) -> None:
    st.session_state[_WRITING] = field


def _leave() -> None:
    st.session_state.pop(_WRITING, None)


def _save(each: OpenQuestion, key: str, page: ClientPage, actor: str) -> None:
    try:
        client_answers.set_aside(record(), page.household, each.field, actor, st.session_state.get(key) or "")
    except AftercallError as error:
        say("error", error.sentence, _HERE)
        return
    _leave()
    say("success", f"{each.label} is not asked any more. It can be asked again below.", _HERE)


def _set_aside(page: ClientPage, actor: str) -> None:
    if not page.asides:
        return
    with st.expander(f"Set aside: {len(page.asides)}", type="compact", key="client_asides"):
        for each in page.asides:
            field = each.question.field
            with st.container(horizontal=True, vertical_alignment="center", wrap=False):
                with st.container(gap="xxsmall"):
                    st.markdown(escape(each.question.question))
                    why = f": {each.note}" if each.note else ""
                    st.caption(escape(f"{each.actor}, {ago(each.at)}{why}"))
                st.button("Ask again", key=f"client_ask_{field}", help=f"Ask again: {escape(each.question.label)}",
                          on_click=_ask, args=(page, field, actor))  # fmt: skip


def _ask(page: ClientPage, field: str, actor: str) -> None:
    try:
        client_answers.ask_again(record(), page.household, field, actor)
    except AftercallError as error:
        say("error", error.sentence, _HERE)
