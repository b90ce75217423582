"""Fireflies as text: ``Speaker 1: 00:00`` above the words, and the copy from its page with avatars' initials."""

import re
from collections.abc import Sequence

from services.calls import headers
from services.calls.blocks import Head, certainty, first_head, gather, read_blocks, sample, sample_heads
from services.calls.candidates import time_alone
from services.calls.document import Document, Draft, Format
from services.calls.labels import clean, plausible
from services.calls.times import TIME, seconds

_COLON_TIME = re.compile(rf"[*_ ]{{0,4}}([^:]{{1,90}}):[*_ ]{{1,4}}[\[(]?({TIME})[\])]?[*_]{{0,2}}")


def colon_time(lines: Sequence[str], at: int) -> Head | None:
    """The head of a line ``Speaker 1: 00:00`` with nothing after it."""
    line = lines[at]
    if len(line) > 130 or ":" not in line:
        return None
    found = _COLON_TIME.fullmatch(line.rstrip())
    start = seconds(found[2]) if found else None
    if found is None or start is None or not plausible(label := clean(found[1])) or label.isdigit():
        return None
    return Head(label, start)


def name_above_time(lines: Sequence[str], at: int) -> Head | None:
    """The head of two lines: a name, then a time alone; with ``S``, an avatar's initial, above them or not."""
    if at + 1 >= len(lines) or len(lines[at]) > 120:
        return None
    avatar = lines[at].strip()
    if len(avatar) <= 3 and at + 2 < len(lines) and avatar[:1] and _is_initial(avatar, lines[at + 1]):
        below = name_above_time(lines, at + 1)
        if below is not None and below.lines == 2:
            return Head(below.speaker, below.start, lines=3)
    if not lines[at + 1] or len(lines[at + 1]) > 40:
        return None
    alone = time_alone(lines[at + 1])
    label = clean(lines[at])
    if alone is None or ":" in label or not plausible(label) or time_alone(lines[at]):
        return None
    return Head(label, alone[0], lines=2)


def _is_initial(avatar: str, name: str) -> bool:
    words = clean(name).split()
    return bool(words) and avatar.isalnum() and avatar[0].lower() == words[0][0].lower()


def avatars(document: Document) -> tuple[int, int]:
    """How many heads of a name above a time there are, and how many of them have an avatar's initial."""
    lines, found = sample(document), sample_heads(document, name_above_time)
    return len(found), sum(1 for at in found if (head := name_above_time(lines, at)) and head.lines == 3)


def _detect_copy(document: Document) -> float:
    lines = sample(document)
    return certainty(0.9, len(sample_heads(document, colon_time)), lines)


def _read_copy(document: Document) -> Draft:
    return read_blocks(document, colon_time)


def _detect_web(document: Document) -> float:
    lines = sample(document)
    count, with_avatar = avatars(document)
    return certainty(0.9, count, lines) if with_avatar * 2 > count else 0.0


def _read_web(document: Document) -> Draft:
    """The words above the first head are speech too, where the selection began below its speaker's name."""
    lines = document.lines
    first = first_head(lines, name_above_time)
    above = " ".join(" ".join(lines[:first]).split())
    speech = above.endswith((".", "?", "!", "…")) or len(above.split()) > 12
    header = headers.read(() if speech else lines[:first]).header
    return Draft(turns=gather(lines, name_above_time, 0 if speech else first), header=header)


FORMATS: tuple[Format, ...] = (
    Format("fireflies-copy", "Fireflies: Name: MM:SS above the words", _detect_copy, _read_copy),
    Format("fireflies-web", "Fireflies: copied from its page", _detect_web, _read_web),
)
