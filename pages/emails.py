"""Emails: the follow-up drafts, to read, correct and check, and to take along once every sentence is somebody's."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.box import Box, Words, clash, decide, standing_words, ways_back
from pages.parts.chooser import call_list, slot
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.mail_check import draw_check, stood_by, why_not
from pages.parts.mail_corrected import draw_corrected
from pages.parts.mail_exit import Answer, Asked, mail_exit
from pages.parts.mail_sent import draw_sent
from pages.parts.record import record
from pages.parts.text import escape
from pages.parts.times import ago
from pages.parts.word_diff import marked
from services import email_gate, email_past, emails
from services.email_gate import CheckedEmail, Departure, Way
from services.email_past import TakenOver
from services.emails import EmailDraft
from services.errors import AftercallError, ChangedElsewhere, NotFound
from services.outgoing import OutgoingFilter, OutgoingRow, list_outgoing
from services.playbooks.loader import load
from services.settings import settings
from services.wording import listed

ACTOR = guard()
CALLS = Path(__file__).resolve().with_name("calls.py")
CONFLICTS, DEALS = CALLS.with_name("conflicts.py"), CALLS.with_name("deals.py")
UNDECIDED = "Somebody else changed this e-mail while you were writing: decide first which one stands."
_NAMES = {"subject": "the subject", "body": "the text"}
_VERBS = {"confirm": "confirmed", "keep": "kept", "take": "took over", "revert": "put back"}
_STATES = {"waiting": "To send", "sent": "Sent", "": "All"}


def caption(row: OutgoingRow) -> str:
    """How one call's e-mail stands, in the list."""
    if row.email_sent:
        return ":green[sent]"
    if row.by_copilot:
        return "copilot's draft"
    return "your words" if row.email_edited else "draft"


class Editor(Box):
    """One call's e-mail in its two boxes, and what can be done with it."""

    def __init__(self, draft: EmailDraft) -> None:
        self.draft = draft
        place = slot(draft.external_id)
        self.subject, self.body = f"email_subject_{place}", f"email_body_{place}"
        super().__init__(place, {"subject": self.subject, "body": self.body}, stored(draft))

    def save(self) -> None:
        """Writes what stands in the boxes."""
        over = " What stood there before is in the call's history." if self.clashing else ""
        done = f"Saved. No run will overwrite it.{over}"
        self._write(lambda: emails.save(record(), self.draft, *self.words(), ACTOR), done)

    def mark_sent(self) -> None:
        """Writes what stands in the boxes and notes that it went out, if every sentence of it may."""
        st.query_params["call"] = self.draft.external_id  # it leaves the list of what waits, and stays in view
        try:
            gone = self._off(self.words(), "marked")
        except AftercallError as error:
            self.tell("warning" if isinstance(error, ChangedElsewhere) else "error", error.sentence)
            return
        why = why_not(gone.checked, stood_by(gone.checked, self.place))
        self.store(lambda: stored(gone.draft), "Marked as sent." if gone.left else "")
        if not gone.left:
            self.tell("warning", f"Saved, and not marked as sent: {why}")

    def leave(self, asked: Asked) -> Answer:
        """Saves and checks the words of a click, and lets them go if every sentence may."""
        st.query_params["call"] = self.draft.external_id
        if self.clashing:
            return Answer(None, UNDECIDED)
        try:
            gone = self._off((asked.subject, asked.body), asked.way)
        except AftercallError as error:
            self.tell("warning" if isinstance(error, ChangedElsewhere) else "error", error.sentence)
            return Answer(None, error.sentence)
        self.store(lambda: stored(gone.draft))
        if not gone.left:
            return Answer(None, f"Saved. {why_not(gone.checked, stood_by(gone.checked, self.place))}")
        return Answer(gone.draft)

    def checked(self) -> CheckedEmail:
        """What stands in the boxes, held against the call."""
        return email_gate.check_email(record(), self.draft.external_id, *self.words())

    def undo(self, one: TakenOver) -> None:
        """Puts the playbook's words in place of those that were taken over of other e-mails."""
        done = f"The playbook's {one.part} stands, here and in the next drafts."
        self._write(lambda: email_past.undo(record(), self.draft, one, ACTOR), done)

    def _off(self, words: tuple[str, str], way: Way | None) -> Departure:
        ticked = {str(key).rpartition("_")[2] for key, value in st.session_state.items() if self._ticks(key, value)}
        return email_gate.send_off(record(), self.draft, words, way=way, stood_by=ticked, actor=ACTOR)

    def _ticks(self, key: object, value: object) -> bool:
        return value is True and str(key).startswith(f"stand_{self.place}_")

    def restore(self, *parts: str) -> None:
        """Gives parts of the e-mail back to what the run wrote."""
        self._write(lambda: emails.restore(record(), self.draft, ACTOR, parts), "What the last run wrote stands again.")

    def words(self) -> tuple[str, str]:
        """Subject and body as they stand in the boxes."""
        typed = self.typed
        return typed["subject"], typed["body"]

    def _write(self, write: Callable[[], EmailDraft], done: str) -> None:
        self.store(lambda: stored(write()), done)


def stored(draft: EmailDraft) -> dict[str, Words]:
    """An e-mail's parts as a box takes them."""
    return {name: Words(part.text) for name, part in draft.parts.items()}


def head(editor: Editor) -> None:
    """Who it goes to, how it stands, and which part is whose."""
    draft = editor.draft
    badges = []
    if draft.sent:
        badges.append(f":green-badge[Sent {escape(ago(sent_at(draft)))} by {escape(draft.sent.get('actor'))}]")
    if draft.edited:
        badges.append(":blue-badge[Your words]")
    if draft.by_copilot:
        badges.append(":gray-badge[Copilot's draft]")
    if editor.changed:
        badges.append(":orange-badge[Not saved yet]")
    st.header(escape(draft.client), anchor=False)
    to = [f"To {escape(draft.to)}"] if draft.to else []
    if to or badges:
        st.markdown(" ".join([*to, *badges]))
    if not draft.to:
        place = {"deals_q": draft.external_id, "deals_view": "Client"}
        st.page_link(DEALS, label="No address is known: add one in Deals", icon=":material/edit:", query_params=place)
    if (draft.edited or draft.by_copilot) and not editor.clashing:
        st.caption(escape(whose(draft)))
    if draft.written and not all(part.edited for part in draft.parts.values()):
        st.caption(escape(draft.written))
    in_doubt = [_NAMES[name] for name, part in draft.parts.items() if part.conflict]
    if in_doubt:
        label = f"A later run wrote {listed(in_doubt)} otherwise: decide in Conflicts"
        st.page_link(CONFLICTS, label=label, icon=":material/call_split:", query_params=asked(draft))


def asked(draft: EmailDraft) -> dict[str, str]:
    """The address of a call's conflicts."""
    return {"conflicts_q": draft.external_id}


def whose(draft: EmailDraft) -> str:
    """Which part is a person's: 'You wrote the text; the subject follows the run.'"""
    done: dict[str, list[str]] = {}
    for name, part in draft.parts.items():
        if part.edited:
            who = "you" if part.last is None or part.last.who in (None, ACTOR) else str(part.last.who)
            verb = _VERBS.get(part.last.kind if part.last else "", "wrote")
            verb = "let the copilot draft" if part.by_copilot else verb
            done.setdefault(f"{who} {verb}", []).append(_NAMES[name])
    told = [f"{doing} {listed(names)}" for doing, names in done.items()]
    told += [f"{_NAMES[name]} follows the run" for name, part in draft.parts.items() if not part.edited]
    sentence = f"{'; '.join(told)}."
    return f"You{sentence[3:]}" if sentence.startswith("you ") else sentence


def sent_at(draft: EmailDraft) -> datetime | None:
    """When it was marked as sent."""
    try:
        return datetime.fromisoformat(str((draft.sent or {}).get("at")))
    except ValueError:
        return None


def take_along(editor: Editor, checked: CheckedEmail) -> None:
    """The ways out: the clipboard, the mail program, a file."""
    mail_exit(
        editor.draft,
        editor.words(),
        place=editor.place,
        fields=(editor.subject, editor.body),
        why=UNDECIDED if editor.clashing else why_not(checked, stood_by(checked, editor.place)),
        primary=not editor.clashing,
        on_asked=editor.leave,
    )


def own_way(editor: Editor) -> None:
    """What the draft took over of the adviser's last e-mails, each with the way back to the playbook's words."""
    if editor.changed or editor.clashing:
        return
    for one in email_past.taken_over(record(), editor.draft, load(settings().playbook)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"{one.part.capitalize()} as in {escape(one.adviser)}'s last e-mails", width="content")
            key = editor.key(f"undo_{one.part}")
            st.button("Use the playbook's", type="tertiary", key=key, on_click=editor.undo, args=(one,))


def keep(editor: Editor) -> None:
    """Saving, marking as sent, and the ways back."""
    if editor.clashing:
        decide(editor, editor.save)
        return
    with st.container(horizontal=True):
        kind: Literal["primary", "secondary"] = "primary" if editor.changed else "secondary"
        st.button("Save", type=kind, key=editor.key("save"), icon=":material/save:", on_click=editor.save)
        again = "Mark as sent again" if editor.draft.sent else "Mark as sent"
        st.button(again, key=editor.key("sent"), icon=":material/mark_email_read:", on_click=editor.mark_sent)
        ways_back(editor)
        if (editor.draft.edited or editor.draft.by_copilot) and not editor.changed:
            give_back(editor)


def give_back(editor: Editor) -> None:
    """What the run wrote of the person's parts, and the way back to it: of the whole or of one part."""
    edited = {name: part for name, part in editor.draft.parts.items() if part.edited}
    with st.popover("Restore the draft", icon=":material/undo:", key=f"back_{editor.place}"):
        for name, part in edited.items():
            st.caption(f"The last run wrote {_NAMES[name]}")
            st.markdown(marked(part.run, part.text, "blue") or "Nothing.")
        with st.container(horizontal=True):
            for name in edited:
                key = editor.key(f"restore_{name}")
                st.button(f"Restore {_NAMES[name]}", key=key, on_click=editor.restore, args=(name,))
            if len(edited) > 1:
                st.button("Restore both", key=editor.key("restore"), on_click=editor.restore, args=tuple(edited))


def boxes(editor: Editor) -> None:
    """The two boxes; beside them what stands, where somebody else saved while the person wrote."""
    mine: DeltaGenerator = st.container()
    if editor.clashing:
        clash("this e-mail", editor.draft.parts[editor.clashing[0]].last, ACTOR)
        theirs, mine = st.columns(2)
        with theirs:
            st.markdown("**Stands now**")
            standing_words(editor, {"subject": "Subject", "body": "E-mail"})
        mine.markdown("**Yours, not saved**")
    mine.text_input("Subject", key=editor.subject, persist_state="session")
    mine.text_area("E-mail", key=editor.body, height=440, persist_state="session")


def edit(external_id: str) -> None:
    """One e-mail."""
    try:
        editor = Editor(emails.get_email(record(), external_id))
    except NotFound as error:
        st.info(error.sentence)
        return
    head(editor)
    draw_corrected(editor.draft, editor, ACTOR)
    boxes(editor)
    checked = editor.checked()
    if editor.clashing:
        keep(editor)
    take_along(editor, checked)
    if not editor.clashing:
        keep(editor)
    editor.told()
    own_way(editor)
    draw_check(checked, external_id, editor.place)
    draw_sent(email_gate.sent_so_far(record(), editor.draft), editor.draft)
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
            nothing_found("No e-mail here. Clear the search, or choose 'All' to see every one.")
        else:
            empty_record("No e-mails yet", "Every call leads to a follow-up draft here.", ACTOR, key="emails")


main()
