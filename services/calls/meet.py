"""Google Meet's transcript: a time alone on its line every minute or two, ``Name: words`` lines between."""

import re
from collections.abc import Sequence
from dataclasses import replace

from services.calls import headers, inline
from services.calls.blocks import has_cues, next_filled, sample
from services.calls.candidates import candidate, time_alone
from services.calls.document import Document, Draft, Format
from services.calls.labels import clean, plausible
from services.calls.model import Header

_TITLE = re.compile(r"\s*\\?[-–—]\s*(?:Transcript|Notes by Gemini)\s*$", re.IGNORECASE)
_SIGNS = ("transcription ended after", "this editable transcript was computer generated")
_TAB = "📖"


def _blocks(lines: Sequence[str], begin: int) -> list[int]:
    """The lines that hold a time alone, with a line ``Name: words`` next."""
    found = []
    for at in range(begin, len(lines)):
        if len(lines[at]) > 40 or not time_alone(lines[at]):
            continue
        below = next_filled(lines, at + 1)
        one = candidate(lines[below]) if below is not None else None
        if one is not None and one.label is not None and one.place == "none":
            found.append(at)
    return found


def _transcript_tab(lines: Sequence[str]) -> int:
    """Where the transcript begins in notes that stand above it."""
    return next((at + 1 for at, line in enumerate(lines) if _TAB in line and "ranscript" in line), 0)


def _detect(document: Document) -> float:
    lines = sample(document)
    if not lines or has_cues(lines):
        return 0.0
    blocks = _blocks(lines, _transcript_tab(lines))
    signed = any(sign in document.text[-2_000:].lower() for sign in _SIGNS)
    titled = any(_TITLE.search(line[-60:].rstrip("*_ ")) for line in lines[: blocks[0] if blocks else 0][-12:])
    if blocks and (signed or titled):
        return 0.95
    return 0.82 if len(blocks) > 2 else 0.0


def _read(document: Document) -> Draft:
    lines = document.lines
    blocks = _blocks(lines, _transcript_tab(lines))
    begin = blocks[0] if blocks else 0
    known = [*_attendees(lines[:begin]), *_first_speakers(lines, blocks)]
    draft = inline.read(document, blocks_share_time=True, known=known, begin=begin)
    draft.header = _header(lines[:begin])
    return draft


def _first_speakers(lines: Sequence[str], blocks: Sequence[int]) -> list[str]:
    """Who speaks first under a time: a speaker, even if once only."""
    below = [next_filled(lines, at + 1) for at in blocks]
    found = [candidate(lines[at]) for at in below if at is not None]
    return [one.label for one in found if one is not None and one.label is not None]


def _attendees(above: Sequence[str]) -> list[str]:
    for at, line in enumerate(above[: headers.LINES]):
        if line.strip(" *#:").lower() in ("attendees", "participants"):
            below = next_filled(above, at + 1)
            names = above[below].split(",") if below is not None else []
            return [label for name in names if plausible(label := clean(name))]
    return []


def _header(above: Sequence[str]) -> Header:
    """Title and day. The title is the line that ends in ``- Transcript``, where there is one."""
    titled = [text for line in above if _TITLE.search((text := line.strip("#*_ \t"))[-60:])]
    preamble = headers.read([line for line in above if line.strip(" *#:").lower() not in ("attendees", "transcript")])
    title = titled[-1] if titled else preamble.header.meeting_title
    if title:
        title = (title[:-60] + _TITLE.sub("", title[-60:])).strip()
    return replace(preamble.header, meeting_title=title or None)


FORMATS: tuple[Format, ...] = (Format("google-meet", "Google Meet: times alone, Name: words", _detect, _read),)
