"""The ways out of an e-mail: the clipboard, the mail program, a file. What leaves was saved and checked first."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from services import emails
from services.email_gate import Way
from services.emails import EmailDraft

_HTML = """
<div class="ways" role="group" aria-label="Take the e-mail along" aria-describedby="why">
  <button type="button" data-way="copy" data-label="Copy e-mail">Copy e-mail</button>
  <button type="button" data-way="subject" data-label="Copy subject">Copy subject</button>
  <button type="button" data-way="mailto" data-label="Open in mail">Open in mail</button>
  <button type="button" data-way="eml" data-label="Download .eml">Download .eml</button>
</div>
<p class="why" id="why"></p>
<p class="status" role="status" aria-live="polite"></p>
"""
_ASSETS = Path(__file__).resolve().parent / "assets"
_COMPONENT = st.components.v2.component(
    "aftercall_mail_exit",
    html=_HTML,
    css=(_ASSETS / "mail_exit.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "mail_exit.js").read_text(encoding="utf-8"),
)
# Which way out a button is; a subject by itself is looked at before it leaves, and is no e-mail that went out.
WAYS: Mapping[str, Way | None] = {"copy": "copied", "subject": None, "mailto": "mailto", "eml": "eml"}


@dataclass(frozen=True)
class Asked:
    """A click on one of the ways, with the words that stood in the boxes at that moment; ``way`` is None where only
    the subject is taken along."""

    nonce: str
    way: Way | None
    subject: str
    body: str


@dataclass(frozen=True)
class Answer:
    """What the server says to a click: the draft that may leave, or why nothing does."""

    draft: EmailDraft | None
    why: str = ""


def mail_exit(
    draft: EmailDraft,
    words: tuple[str, str],
    *,
    place: str,
    fields: tuple[str, str],
    why: str,
    primary: bool,
    on_asked: Callable[[Asked], Answer],
) -> None:
    """Draws the buttons. ``why`` says what stands against leaving, "" for nothing; ``fields`` are the boxes' keys.

    ``on_asked`` is told of a click before the page is drawn again; of its answer the browser gets the words that leave.
    """
    key, kept = f"mail_exit_{place}", f"mail_answer_{place}"

    def tell() -> None:
        asked = _asked(st.session_state[key].asked)
        if asked is not None:
            st.session_state[kept] = _answered(asked, on_asked(asked))

    data = {
        "subject": words[0],
        "body": words[1],
        "subjectField": fields[0],
        "bodyField": fields[1],
        "why": why,
        "primary": primary,
        "answer": st.session_state.get(kept),
    }
    _COMPONENT(key=key, data=data, on_asked_change=tell)


def _asked(told: Any) -> Asked | None:
    """A click as the browser tells it; None for anything else."""
    if not isinstance(told, Mapping) or not all(isinstance(told.get(key), str) for key in _KEYS):
        return None
    if told["way"] not in WAYS:
        return None
    return Asked(told["nonce"], WAYS[told["way"]], told["subject"], told["body"])


def _answered(asked: Asked, answer: Answer) -> dict[str, Any]:
    draft = answer.draft
    if draft is None:
        return {"nonce": asked.nonce, "ok": False, "why": answer.why}
    eml = emails.eml_file(draft.to, draft.subject, draft.body) if asked.way == "eml" else b""
    return {
        "nonce": asked.nonce,
        "ok": True,
        "subject": draft.subject,
        "body": draft.body,
        "mailto": emails.mailto(draft.to, draft.subject, draft.body) if asked.way == "mailto" else "",
        "eml": b64encode(eml).decode("ascii"),
    }


_KEYS: tuple[Literal["nonce", "way", "subject", "body"], ...] = ("nonce", "way", "subject", "body")
