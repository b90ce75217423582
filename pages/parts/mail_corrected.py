"""That the deal was corrected after an e-mail's draft was written, and the way to a draft that knows it."""

import streamlit as st

from pages.parts.box import Box
from pages.parts.record import record
from pages.parts.text import escape
from services import runs
from services.emails import EmailDraft
from services.errors import AftercallError, NotFound
from services.wording import listed

NO_FILE = "This call came from an older system without its file, so no draft can be written for it."


def draw_corrected(draft: EmailDraft, box: Box, actor: str) -> None:
    """Says what was corrected since, and writes the draft again at a click; nothing where a person's text stands."""
    if not draft.corrected or box.clashing:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"corrected_{box.place}"):
        if _at_work(st.session_state.get(_asked(box))):
            st.markdown(":material/hourglass_top: The draft is being written again.")
            st.button("Look", key=box.key("look"), icon=":material/refresh:")
            return
        st.markdown(f":material/edit_note: The deal was corrected after this draft: {escape(listed(draft.corrected))}.")
        if not box.changed:
            again = box.key("write_again")
            st.button("Write it again", key=again, icon=":material/refresh:", on_click=_again, args=(draft, box, actor))


def _again(draft: EmailDraft, box: Box, actor: str) -> None:
    """Lets the chain write the draft anew. What a person wrote meanwhile stands all the same."""
    try:
        started = runs.rerun(record(), [draft.external_id], actor, start_at="Email")
    except AftercallError as error:
        box.tell("error", error.sentence)
        return
    if started:
        st.session_state[_asked(box)] = started[0]
    else:
        box.tell("warning", NO_FILE)


def _at_work(run_id: str | None) -> bool:
    """Whether the run that was asked for has not ended; one that failed can be asked for again."""
    try:
        return run_id is not None and runs.get(record(), run_id).state not in runs.ENDED
    except NotFound:
        return False


def _asked(box: Box) -> str:
    return f"mail_asked_again_{box.place}"
