"""What went out of an e-mail, revision by revision, as it went."""

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.parts.text import escape, escape_lines
from pages.parts.times import ago
from pages.parts.word_diff import marked
from services.email_gate import Sent
from services.emails import EmailDraft

_WAYS: Mapping[str, str] = {
    "copied": "Copied",
    "mailto": "Opened in the mail program",
    "eml": "Downloaded as .eml",
    "marked": "Marked as sent",
}


def draw_sent(revisions: Sequence[Sent], draft: EmailDraft) -> None:
    """The revisions, the newest first, each to be opened and read; nothing where none went out."""
    if not revisions:
        return
    st.subheader("As it went out", anchor=False)
    for number, sent in enumerate(revisions):
        _revision(sent, draft, number)


def told(sent: Sent) -> str:
    """How a revision went: 'Copied by Ann, May 3, 2026, as it went out'."""
    return f"{_WAYS.get(sent.way, sent.way)} by {sent.actor}, {ago(sent.at)}"


def _revision(sent: Sent, draft: EmailDraft, number: int) -> None:
    stands = "" if sent.stands else " :orange-badge[:material/difference: other words stand now]"
    with st.expander(f"{escape(told(sent))}{stands}", icon=":material/outgoing_mail:", key=f"sent_{number}"):
        if not sent.stands:
            st.caption("Marked is what the e-mail that stands now does not say.")
        st.markdown(f"**{_words(sent.subject, draft.subject, sent.stands) or 'No subject'}**")
        st.markdown(_words(sent.body, draft.body, sent.stands))
        for sentence in sent.stood_by:
            st.caption(f":material/warning: {escape(f'Not in the call; {sent.actor} stood by it: {sentence}')}")


def _words(went: str, stands: str, same: bool) -> str:
    return escape_lines(went) if same else marked(went, stands, "orange")
