"""Zoom's chat file. Chat is not speech: it is kept apart, and a file of nothing else is no call."""

import re
from collections.abc import Iterator

from services.calls import times
from services.calls.document import Document, Draft, Format
from services.calls.inner import read_text
from services.calls.model import Aside
from services.errors import UnreadableTranscript

_RECORD = re.compile(r"(\d{1,2}:\d{2}:\d{2})\t\s{0,4}([^\t\n]{1,120}?):?\t(.*)")
_OLD_RECORD = re.compile(r"(\d{1,2}:\d{2}:\d{2})[ \t]{1,4}From[ \t]{1,4}([^\t\n]{1,200}?)[ \t]{0,4}:(?:[ \t](.*)|$)")
_TO = re.compile(r"\s+to\s+.*", re.IGNORECASE)
_LEAST = 2
_NAME = "zoom-chat"


def _record(line: str) -> Aside | None:
    """The chat message that begins at a line, or None."""
    if not line[:2].strip(":").isdigit():
        return None
    if found := _RECORD.fullmatch(line):
        return Aside("chat", found[3], found[2].strip(), times.seconds(found[1]))
    if found := _OLD_RECORD.fullmatch(line):
        return Aside("chat", found[3] or "", _TO.sub("", found[2]).strip() or None, times.seconds(found[1]))
    return None


def split(text: str) -> tuple[list[Aside], str]:
    """The chat messages of a text, and what is left of it.

    A message goes on to the next record where CRLF ends records and LF stands inside; else to the next empty line,
    and past one where it is a reply.
    """
    asides: list[Aside] = []
    rest: list[str] = []
    for aside, lines in _pieces(text):
        if aside is None:
            rest += lines
            continue
        message = " ".join(" ".join([aside.text, *lines]).split())
        if message:
            asides.append(Aside("chat", message, aside.speaker, aside.start))
    return asides, "\n".join(rest)


def _pieces(text: str) -> Iterator[tuple[Aside | None, list[str]]]:
    """Messages with the lines that go on with them, and runs of other lines."""
    return _by_record(text.split("\r\n")) if "\r\n" in text else _by_paragraph(text.split("\n"))


def _by_record(records: list[str]) -> Iterator[tuple[Aside | None, list[str]]]:
    for record in records:
        first, *others = record.split("\n")
        aside = _record(first)
        yield aside, others if aside else [first, *others]


def _by_paragraph(lines: list[str]) -> Iterator[tuple[Aside | None, list[str]]]:
    aside: Aside | None = None
    here: list[str] = []
    blanks_left = 0
    for line in lines:
        found = _record(line)
        if found:
            yield aside, here
            aside, here = found, []
            blanks_left = 1 if found.text.startswith("Replying to") else 0
        elif aside is not None and not line.strip() and not blanks_left:
            yield aside, here
            aside, here = None, [line]
        else:
            blanks_left -= aside is not None and not line.strip()
            here.append(line)
    yield aside, here


def _detect(document: Document) -> float:
    if document.json is not None:
        return 0.0
    found = 0
    for line in document.lines:
        found += _record(line) is not None
        if found >= _LEAST:
            return 0.99
    filled = sum(1 for line in document.lines[:20] if line.strip())
    return 0.99 if found and filled < 6 else 0.0


def read(document: Document) -> Draft:
    """The call around a chat. Raises UnreadableTranscript where there is nothing but chat."""
    asides, rest = split(document.text)
    if not asides:
        raise UnreadableTranscript("This file is no Zoom chat.")
    draft = read_text(document.name, rest, outer=_NAME) if rest.strip() else None
    if draft is None:
        sentence = f"This file holds {len(asides)} Zoom chat messages and no speech."
        raise UnreadableTranscript(sentence, remedy="Upload the recording's transcript instead.")
    draft.asides += asides
    return draft


FORMATS: tuple[Format, ...] = (Format(_NAME, "Zoom chat", _detect, read),)
