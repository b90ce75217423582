"""An e-mail draft as it is stored, and its two parts; the function ``aftercall_email`` does the same in PostgreSQL."""

import re
from collections.abc import Mapping

PARTS = ("subject", "body")
COPILOT = "Drafted by the copilot."  # the reason of a part that the copilot put there for somebody
_HEADING = "Subject:"
_BLANKS = " \t\r"


def split_draft(text: str | None) -> tuple[str, str]:
    """Subject and body of a stored draft. A draft without a subject line has an empty subject."""
    first, _, rest = (text or "").partition("\n")
    first = first.strip(_BLANKS)
    if not first.lower().startswith(_HEADING.lower()):
        return "", (text or "").strip("\n")
    return first[len(_HEADING) :].strip(_BLANKS), rest.strip("\n")


def fitting(part: str, words: str | None) -> str:
    """The words as they can stand in that part of a draft: a subject is one line, a body has no empty lines around."""
    if part == "subject":
        return re.sub(rf"[{_BLANKS}]*\n[{_BLANKS}\n]*", " ", words or "").strip(_BLANKS)
    return (words or "").strip("\n")


def join_draft(subject: str, body: str) -> str:
    """A draft as it is stored."""
    return f"{_HEADING} {subject}\n\n{body}"


def laid_over(text: str | None, edits: Mapping[str, str]) -> str | None:
    """The draft with a person's subject or body in place of its own; as it is where they said neither."""
    if not edits:
        return text
    subject, body = split_draft(text)
    return join_draft(edits.get("subject", subject), edits.get("body", body))
