"""Microsoft Teams as text: old ``T --> T``, name, words; pasted ``Name   M:SS`` blocks; Stream's panel."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from services.calls import headers, otter
from services.calls.blocks import Head, certainty, has_cues, read_blocks, sample, sample_heads
from services.calls.candidates import time_alone
from services.calls.document import Document, Draft, Format
from services.calls.labels import clean, plausible
from services.calls.model import Header
from services.calls.times import TIME, day, seconds

_ARROW = re.compile(rf"\s{{0,4}}({TIME})\s{{1,4}}-->\s{{1,4}}({TIME})\s{{0,8}}")
_STAMP = re.compile(
    r"[-_ ]([0-9]{4})([0-9]{2})([0-9]{2})_([0-9]{2})([0-9]{2})([0-9]{2})(?:UTC)?(?:-Meeting \w{4,12})?$"
)


def _old_head(lines: Sequence[str], at: int) -> Head | None:
    if "-->" not in lines[at][:80] or at + 1 >= len(lines):
        return None
    found = _ARROW.fullmatch(lines[at])
    label = clean(lines[at + 1][:140])
    if found is None or not plausible(label) or ":" in label:
        return None
    return Head(label, seconds(found[1]), seconds(found[2]), lines=2)


def _detect_old(document: Document) -> float:
    """Captions look alike, but have empty lines between and no names that come again and again."""
    lines = sample(document)
    found = sample_heads(document, _old_head)
    arrows = sum(1 for line in lines if "-->" in line[:80] and _ARROW.fullmatch(line))
    if not found or len(found) < 0.8 * arrows:
        return 0.0
    tight = sum(1 for at in found if at == 0 or lines[at - 1].strip())
    names = Counter(clean(lines[at + 1]) for at in found)
    worded = sum(1 for at in found if at + 2 < len(lines) and lines[at + 2].strip() and "-->" not in lines[at + 2])
    numbered = sum(1 for at in found if at and lines[at - 1].strip().isdigit())
    if tight < 0.8 * len(found) or worded < 0.8 * len(found) or numbered * 2 > len(found):
        return 0.0
    return 0.97 if len(found) <= 4 or len(names) * 2 <= len(found) else 0.0


def _read_old(document: Document) -> Draft:
    draft = read_blocks(document, _old_head)
    draft.header = _without_stamp(draft.header)
    return draft


def _detect_pasted(document: Document) -> float:
    lines = sample(document)
    if not any(line.rstrip().endswith("started transcription") for line in lines[:20]):
        return 0.0
    return 0.96 if sample_heads(document, otter.name_and_time) else 0.0


def _read_pasted(document: Document) -> Draft:
    draft, above = otter.read_turns(document.lines)
    draft.header = _without_stamp(headers.read(above).header)
    return draft


def _without_stamp(header: Header) -> Header:
    """The title's tail is the recording's day and time."""
    found = _STAMP.search(header.meeting_title or "")
    if header.meeting_title is None or found is None:
        return header
    year, month, number, hour, minute, second = found.groups()
    return replace(
        header,
        meeting_title=header.meeting_title[: found.start()].strip() or None,
        meeting_date=header.meeting_date or day(f"{year}-{month}-{number}"),
        meeting_time=header.meeting_time or (None if header.meeting_date else f"{hour}:{minute}:{second}"),
    )


def _time_line(lines: Sequence[str], at: int) -> Head | None:
    alone = time_alone(lines[at]) if len(lines[at]) < 40 else None
    return Head(None, alone[0], alone[1]) if alone else None


def _detect_stream(document: Document) -> float:
    lines = sample(document)
    count = 0 if has_cues(lines) else len(sample_heads(document, _time_line))
    return certainty(0.45, count, lines, lines_a_turn=2, least=3)


def _read_stream(document: Document) -> Draft:
    return read_blocks(document, _time_line)


FORMATS: tuple[Format, ...] = (
    Format("teams-old-text", "Teams: T --> T, name, words", _detect_old, _read_old),
    Format("teams-pasted", "Teams: Name   M:SS (pasted from Word)", _detect_pasted, _read_pasted),
    Format("stream-panel", "Stream, Clipchamp: times and words, no names", _detect_stream, _read_stream),
)
