"""Blocks with a line of their own for the time: ranges and SMPTE, Markdown headings, labels after the words."""

import re
from collections.abc import Sequence
from dataclasses import replace

from services.calls.blocks import Collector, Head, certainty, first_head, next_filled, read_blocks, sample, sample_heads
from services.calls.boilerplate import is_ornament
from services.calls.candidates import candidate, time_alone
from services.calls.document import Document, Draft, Format
from services.calls.labels import clean, name_shaped, one_form, plausible
from services.calls.model import Turn
from services.calls.times import TIME, seconds

_SMPTE = r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}[:;][0-9]{2}"
_RANGE = re.compile(rf"\s{{0,4}}\[\s?({_SMPTE}|{TIME})\s{{0,2}}(?:-->|[-–—])\s{{0,2}}({_SMPTE}|{TIME})\s?\]\s{{0,8}}")
_HEADING = re.compile(
    rf"(?:(#{{1,6}}\s+|\*\*)([^#*]{{1,90}}?)[*_ ]{{0,4}}(?:\s[-–—|@]\s{{0,2}}|[(\[])|([^()\[\]]{{1,60}}) [(\[])"
    rf"\s?({TIME})\s?[)\]]?[*_ ]{{0,4}}"
)
_LABEL_AFTER = re.compile(r"\s{0,4}[*_]{0,2}Speaker[*_]{0,2}:[*_]{0,2}\s{0,4}(\S.{0,80})")
_HOUR = 3_600


def _range(lines: Sequence[str], at: int) -> Head | None:
    """A range of times alone on its line, then a name with or without a colon, or no name at all."""
    line = lines[at]
    found = _RANGE.fullmatch(line) if "[" in line[:5] and len(line) < 80 else None
    start = seconds(found[1]) if found else None
    if found is None or start is None:
        return None
    end = seconds(found[2])
    below = next_filled(lines, at + 1)
    if below is None:
        return Head(None, start, end)
    taken = below - at + 1
    one = candidate(lines[below]) if len(lines[below]) < 10_000 else None
    if one is not None and one.label is not None and one.place == "none" and (not one.rest or name_shaped(one.label)):
        return Head(one.label, start, end, one.rest, taken)
    label = clean(lines[below][:140])
    after = next_filled(lines, below + 1, 2)
    worded = after is not None and not _RANGE.fullmatch(lines[after][:80])
    if worded and plausible(label) and name_shaped(label) and not is_ornament(label):
        return Head(label, start, end, lines=taken)
    return Head(None, start, end)


def _heading(lines: Sequence[str], at: int) -> Head | None:
    """``### Name - MM:SS``, ``**Name** (MM:SS)`` or ``Name (MM:SS)`` alone on its line."""
    line = lines[at]
    if len(line) > 130 or ":" not in line:
        return None
    found = _HEADING.fullmatch(line.strip())
    start = seconds(found[4]) if found else None
    label = clean(found[2] or found[3]) if found else ""
    if start is None or not plausible(label) or ":" in label:
        return None
    return Head(label, start) if found and (found[2] or name_shaped(label)) else None


def _time_line(lines: Sequence[str], at: int) -> Head | None:
    alone = time_alone(lines[at]) if len(lines[at]) < 40 else None
    return Head(None, alone[0], alone[1]) if alone else None


def _detect_ranges(document: Document) -> float:
    lines = sample(document)
    return certainty(0.9, len(sample_heads(document, _range)), lines)


def _read_ranges(document: Document) -> Draft:
    lines = document.lines
    first = first_head(lines, _range)
    draft = read_blocks(document, _range)
    turns = _one_form(draft.turns)
    zero = min((turn.start for turn in turns if turn.start is not None), default=0.0)
    # A tape's clock begins at a whole hour.
    tape = zero // _HOUR * _HOUR if any(_is_tape(line) for line in lines[first : first + 1]) else 0.0
    return Draft(turns=[_earlier(turn, tape) for turn in turns], header=draft.header)


def _is_tape(line: str) -> bool:
    return re.search(_SMPTE, line[:40]) is not None


def _earlier(turn: Turn, by: float) -> Turn:
    if not by:
        return turn
    start, end = (None if clock is None else round(clock - by, 3) for clock in (turn.start, turn.end))
    return replace(turn, start=start, end=end)


def _one_form(turns: Sequence[Turn]) -> list[Turn]:
    forms = one_form([turn.speaker for turn in turns if turn.speaker])
    return [replace(turn, speaker=forms.get(turn.speaker or "", turn.speaker)) for turn in turns]


def _detect_headings(document: Document) -> float:
    lines = sample(document)
    return certainty(0.89, len(sample_heads(document, _heading)), lines)


def _read_headings(document: Document) -> Draft:
    return read_blocks(document, _heading)


def _detect_label_after(document: Document) -> float:
    lines = sample(document)
    labels = [at for at, line in enumerate(lines) if "peaker" in line[:12] and _LABEL_AFTER.fullmatch(line.rstrip())]
    times = sample_heads(document, _time_line)
    if not labels or not times or times[0] > labels[0]:
        return 0.0
    return certainty(0.9, min(len(labels), len(times)), lines)


def _read_label_after(document: Document) -> Draft:
    """Words whose speaker is named on the line below them."""
    turns: list[Turn] = []
    collector = Collector()
    for at, line in enumerate(document.lines):
        if not line.strip():
            continue
        head = _time_line(document.lines, at)
        found = _LABEL_AFTER.fullmatch(line.rstrip()) if len(line) < 120 else None
        if head is not None:
            turns += collector.turns()
            collector = Collector()
            collector.open(head)
        elif found:
            turns += [replace(turn, speaker=clean(found[1])) for turn in collector.turns()]
            collector = Collector()
        elif collector.head is not None:
            collector.add(line)
    return Draft(turns=[*turns, *collector.turns()])


FORMATS: tuple[Format, ...] = (
    Format("time-ranges", "Text: [from - to], name, words (SMPTE too)", _detect_ranges, _read_ranges),
    Format("headings", "Markdown: ### Name - MM:SS", _detect_headings, _read_headings),
    Format("label-after", "Text: time, words, Speaker: name", _detect_label_after, _read_label_after),
)
