"""Zoom as text: saved captions, new and old, and what is copied from its web panel."""

import re
from collections.abc import Sequence

from services.calls.blocks import Head, certainty, from_first, has_cues, read_blocks, sample, sample_heads
from services.calls.document import Document, Draft, Format
from services.calls.fireflies import avatars, name_above_time
from services.calls.labels import clean, plausible
from services.calls.times import seconds

_NAMED = re.compile(r"\[([^\[\]]{1,90})\]\s{1,4}([0-9]{1,2}:[0-9]{2}:[0-9]{2})")
_TIMED = re.compile(r"([0-9]{2}:[0-9]{2}:[0-9]{2})[ \t]+(\S.*)")


def _named(lines: Sequence[str], at: int) -> Head | None:
    line = lines[at]
    found = _NAMED.fullmatch(line.strip()) if line.lstrip().startswith("[") and len(line) < 130 else None
    start = seconds(found[2]) if found else None
    if found is None or start is None or not plausible(label := clean(found[1])):
        return None
    return Head(label, start)


def _detect_captions(document: Document) -> float:
    lines = sample(document)
    return certainty(0.92, len(sample_heads(document, _named)), lines)


def _read_captions(document: Document) -> Draft:
    """The times are those of a clock on the wall."""
    draft = read_blocks(document, _named)
    return Draft(turns=from_first(draft.turns), header=draft.header)


def _timed(lines: Sequence[str], at: int) -> Head | None:
    line = lines[at]
    found = _TIMED.match(line) if line[2:3] == ":" else None
    start = seconds(found[1]) if found else None
    return None if found is None or start is None else Head(None, start, rest=found[2])


def _detect_old(document: Document) -> float:
    lines = sample(document)
    filled = sum(1 for line in lines if line.strip())
    count = len(sample_heads(document, _timed))
    return 0.5 if count * 2 > filled and not has_cues(lines) else 0.0


def _read_old(document: Document) -> Draft:
    draft = read_blocks(document, _timed)
    return Draft(turns=from_first(draft.turns), header=draft.header)


def _detect_panel(document: Document) -> float:
    lines = sample(document)
    count, with_avatar = avatars(document)
    return certainty(0.87, count, lines) if with_avatar * 2 <= count else 0.0


def _read_panel(document: Document) -> Draft:
    return read_blocks(document, name_above_time)


FORMATS: tuple[Format, ...] = (
    Format("zoom-captions", "Zoom: saved captions, [Name] HH:MM:SS", _detect_captions, _read_captions),
    Format("zoom-captions-old", "Zoom: saved captions without names", _detect_old, _read_old),
    Format("zoom-panel", "Zoom: copied from the web panel", _detect_panel, _read_panel),
)
