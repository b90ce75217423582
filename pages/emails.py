"""Emails: the follow-up drafts, to read, correct, copy, open in the mail program and mark as sent."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

import streamlit as st

from pages.parts.chooser import call_list, slot
from pages.parts.copy import copy_button, mail_button
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import escape
from pages.parts.times import ago
from services import emails
from services.emails import EmailDraft
from services.errors import AftercallError, NotFound
from services.outgoing import OutgoingFilter, OutgoingRow, list_outgoing

ACTOR = guard()
CALLS = Path(__file__).resolve().with_name("calls.py")
_NOTICE = "emails_notice"
_STATES = {"waiting": "To send", "sent": "Sent", "": "All"}


def caption(row: OutgoingRow) -> str:
    """How one call's e-mail stands, in the list."""
    if row.email_sent:
        return ":green[sent]"
    return "your words" if row.email_edited else "draft"


class Editor:
    """One call's e-mail in its two boxes.

    What a person typed stays in the boxes until it is saved, also while they look at another call; ``seen`` is the
    e-mail as it stood when it was put into them, so that a save can tell what somebody else changed meanwhile.
    """

    def __init__(self, external_id: str) -> None:
        place = slot(external_id)
        self.subject, self.body, self._seen = f"email_subject_{place}", f"email_body_{place}", f"email_seen_{place}"
        self.place = place
        stored = emails.get_email(record(), external_id)
        if not self.is_changed():
            self._fill(stored)
        self.seen: EmailDraft = st.session_state[self._seen]

    def is_changed(self) -> bool:
        """Whether the boxes hold something else than what was put into them."""
        seen: EmailDraft | None = st.session_state.get(self._seen)
        return seen is not None and self.words() != (seen.subject, seen.body)

    def words(self) -> tuple[str, str]:
        """Subject and body as they stand in the boxes."""
        seen: EmailDraft = st.session_state[self._seen]
        return st.session_state.get(self.subject, seen.subject), st.session_state.get(self.body, seen.body)

    def save(self) -> None:
        """Writes what stands in the boxes."""
        self._store(lambda: emails.save(record(), self.seen, *self.words(), ACTOR), "Saved. No run will overwrite it.")

    def mark_sent(self) -> None:
        """Writes what stands in the boxes and notes that it went out."""
        self._store(lambda: emails.mark_sent(record(), self.seen, *self.words(), ACTOR), "Marked as sent.")

    def restore(self) -> None:
        """Gives the e-mail back to what the run wrote."""
        self._store(lambda: emails.restore(record(), self.seen, ACTOR), "The draft of the last run stands again.")

    def discard(self) -> None:
        """Empties the boxes of what was not saved."""
        self._fill(self.seen)

    def eml(self) -> bytes:
        """What stands in the boxes as a message file."""
        return emails.eml_file(self.seen.to, *self.words())

    def _fill(self, draft: EmailDraft) -> None:
        st.session_state[self._seen] = draft
        st.session_state[self.subject], st.session_state[self.body] = draft.subject, draft.body

    def _store(self, write: Callable[[], EmailDraft], done: str) -> None:
        try:
            self._fill(write())
        except AftercallError as error:
            st.session_state[_NOTICE] = ("error", error.sentence)
        else:
            st.session_state[_NOTICE] = ("success", done)


def head(editor: Editor) -> None:
    """Who it goes to, and how it stands."""
    draft = editor.seen
    badges = []
    if draft.sent:
        badges.append(f":green-badge[Sent {escape(ago(sent_at(draft)))} by {escape(draft.sent.get('actor'))}]")
    if draft.edited:
        badges.append(":blue-badge[Your words]")
    if editor.is_changed():
        badges.append(":orange-badge[Not saved yet]")
    st.header(escape(draft.client), anchor=False)
    to = f"To {escape(draft.to)}" if draft.to else "No address is known; add one in Deals"
    st.markdown(" ".join([to, *badges]))


def sent_at(draft: EmailDraft) -> datetime | None:
    """When it was marked as sent."""
    try:
        return datetime.fromisoformat(str((draft.sent or {}).get("at")))
    except ValueError:
        return None


def take_along(editor: Editor) -> None:
    """The ways out: the clipboard, the mail program, a file."""
    subject, body = editor.words()
    copy, copy_subject, mail, file = st.columns(4)
    with copy:
        copy_button("Copy e-mail", body, key=f"copy_{editor.place}", field=editor.body, primary=True)
    with copy_subject:
        copy_button("Copy subject", subject, key=f"copy_subject_{editor.place}", field=editor.subject)
    with mail:
        mail_button(
            "Open in mail",
            editor.seen.to,
            key=f"mail_{editor.place}",
            subject_field=editor.subject,
            body_field=editor.body,
        )
    file.download_button(
        "Download .eml",
        editor.eml(),
        file_name="follow-up.eml",
        mime="message/rfc822",
        key=f"eml_{editor.place}",
        on_click="ignore",
        width="stretch",
    )


def keep(editor: Editor) -> None:
    """Saving, marking as sent, and the ways back."""
    changed = editor.is_changed()
    place = editor.place
    with st.container(horizontal=True):
        kind: Literal["primary", "secondary"] = "primary" if changed else "secondary"
        st.button("Save", type=kind, key=f"save_{place}", icon=":material/save:", on_click=editor.save)
        again = "Mark as sent again" if editor.seen.sent else "Mark as sent"
        st.button(again, key=f"sent_{place}", icon=":material/mark_email_read:", on_click=editor.mark_sent)
        if changed:
            st.button("Discard changes", key=f"discard_{place}", type="tertiary", on_click=editor.discard)
        elif editor.seen.edited:
            st.button("Restore the draft", key=f"restore_{place}", type="tertiary", on_click=editor.restore)


def edit(external_id: str) -> None:
    """One e-mail."""
    try:
        editor = Editor(external_id)
    except NotFound as error:
        st.info(error.sentence)
        return
    head(editor)
    st.text_input("Subject", key=editor.subject, persist_state="session")
    st.text_area("E-mail", key=editor.body, height=440, persist_state="session")
    take_along(editor)
    keep(editor)
    kind, sentence = st.session_state.pop(_NOTICE, (None, ""))
    if kind:
        (st.error if kind == "error" else st.success)(escape(sentence))
    st.page_link(CALLS, label="See the call", icon=":material/forum:", query_params={"call": external_id})


def main() -> None:
    """The page."""
    st.title("Emails", anchor=False)
    left, right = st.columns([1, 2], gap="large")
    with left:
        chosen, filtered = call_list("email", _STATES, caption)
    with right:
        if chosen:
            edit(chosen)
        elif filtered or list_outgoing(record(), OutgoingFilter())[1]:
            nothing_found("No e-mail here. Choose 'All' to see every one.")
        else:
            empty_record("No e-mails yet", "Every call leads to a follow-up draft here.", ACTOR, key="emails")


main()
