"""Otter's text export: ``Name  M:SS``, the words on the next line, an empty line; raw, bold or pasted."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from services.calls import headers
from services.calls.blocks import Head, certainty, gather, sample, sample_heads
from services.calls.document import Document, Draft, Format
from services.calls.labels import clean, name_shaped, plausible, split_aside
from services.calls.model import Header, Speaker
from services.calls.times import TIME, seconds

_TAIL = re.compile(rf"([*_ \t]{{1,8}})({TIME})$")
_SECTIONS = ("SUMMARY KEYWORDS", "SPEAKERS", "SUMMARY", "KEYWORDS", "OUTLINE")
_LENGTH = re.compile(r"[•·|]\s*([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\s*$")


def name_and_time(lines: Sequence[str], at: int) -> Head | None:
    """The head of a line ``Name  M:SS``, raw or bold."""
    line = lines[at]
    if ":" not in line[-24:] or len(line) > 140:
        return None
    line = line.rstrip()
    tail = _TAIL.search(line[-24:])
    start = seconds(tail[2]) if tail else None
    if tail is None or start is None:
        return None
    raw = line[: len(line) - len(tail[0])]
    label = clean(raw)
    if not plausible(label) or label.endswith((":", "-", "–", "(", "[")):
        return None
    apart = len(tail[1]) > 1
    follows_blank = at == 0 or not lines[at - 1].strip()
    if not name_shaped(label) and not (apart and follows_blank):
        return None
    return Head(label, start) if apart or follows_blank else None


def read_turns(lines: Sequence[str]) -> tuple[Draft, list[str]]:
    """Turns and speakers of ``Name  M:SS`` blocks, and the lines above the first. The header is left empty."""
    found = {at: head for at, line in enumerate(lines) if line and (head := name_and_time(lines, at))}
    counts = Counter(head.speaker for head in found.values())
    speakers: dict[str, Speaker] = {}

    def read_head(lines: Sequence[str], at: int) -> Head | None:
        head = found.get(at)
        if head is None or head.speaker is None:
            return None
        if counts[head.speaker] < 2 and not name_shaped(head.speaker):
            return None
        speaker = split_aside(head.speaker)
        speakers.setdefault(speaker.name, speaker)
        return replace(head, speaker=speaker.name)

    first = next((at for at in found if read_head(lines, at)), len(lines))
    turns = gather(lines, read_head, first)
    return Draft(turns=turns, speakers=list(speakers.values())), list(lines[:first])


def _detect(document: Document) -> float:
    lines = sample(document)
    sure = certainty(0.86, len(sample_heads(document, name_and_time)), lines)
    return max(sure, 0.93) if sure and "transcribed by https://otter.ai" in document.text[-400:].lower() else sure


def _read(document: Document) -> Draft:
    draft, above = read_turns(document.lines)
    draft.header = _header(above)
    return draft


def _header(above: Sequence[str]) -> Header:
    """Title, day and length stand above the sections on keywords and speakers."""
    end = next((at for at, line in enumerate(above) if line.strip(" *#:") in _SECTIONS), len(above))
    preamble = headers.read(above[:end])
    length = next((found for line in above[:end] if (found := _LENGTH.search(line[-40:]))), None)
    if length is None or preamble.header.duration_minutes is not None:
        return preamble.header
    return replace(preamble.header, duration_minutes=headers.minutes_of(length[1]))


FORMATS: tuple[Format, ...] = (Format("otter", "Otter: Name  M:SS", _detect, _read),)
