"""The cues of caption files: WebVTT, SRT and SBV, whole or broken.

The scanner is our own because a real export is often half right: a time without digits, a missing blank line,
text under no time. What has words is kept; what is machinery (identifiers, NOTE and STYLE blocks) is left out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.calls.times import seconds

_BROKEN_CLOCK = re.compile(r"[\d.,:A-Za-z]*\d:\d[\d.,:A-Za-z]*")
_SBV_TIMES = re.compile(r"(\d{1,3}:\d{1,2}:\d{1,2}[.]\d{1,3}),(\d{1,3}:\d{1,2}:\d{1,2}[.]\d{1,3})")
_IDENTIFIER = re.compile(r"\d{1,6}|[0-9a-fA-F-]{32,40}/\d+-\d+")
_MACHINERY = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_JUMP_BACK = 60.0


@dataclass
class Cue:
    """One caption. Times are seconds or None; ``lines`` hold its text, an empty line parts two paragraphs."""

    start: float | None
    end: float | None
    lines: list[str] = field(default_factory=list)


@dataclass
class Captions:
    """A caption file: the lines above its first cue, its notes, its cues in the order of the file."""

    preamble: list[str]
    notes: list[str]
    cues: list[Cue]


def cue_times(line: str) -> tuple[float | None, float | None] | None:
    """The times of a line that opens a cue, or None where the line does not. A broken time is None."""
    left, arrow, right = line[:200].partition("-->")
    if arrow:
        left = left.strip()
        start = seconds(left)
        if start is None and _BROKEN_CLOCK.fullmatch(left) is None:
            return None
        end = right.split(maxsplit=1)
        return start, seconds(end[0]) if end else None
    if match := _SBV_TIMES.fullmatch(line.strip()) if line[:1].isdigit() and len(line) < 40 else None:
        return seconds(match[1]), seconds(match[2])
    return None


def _drop_identifier(lines: list[str]) -> None:
    """Take the next cue's identifier, which stands right above its times, off the lines before it."""
    after_a_blank = len(lines) > 1 and not lines[-2].strip()
    if lines and (after_a_blank or _IDENTIFIER.fullmatch(lines[-1].strip())):
        lines.pop()


def scan(lines: Iterable[str]) -> Captions:
    """The captions of a file's lines, in one pass."""
    captions = Captions([], [], [])
    here = captions.preamble
    machinery, after_blank = False, True
    for line in lines:
        times = cue_times(line)
        if times is not None:
            if not after_blank and not machinery:
                _drop_identifier(here)
            captions.cues.append(Cue(*times))
            here = captions.cues[-1].lines
            machinery, after_blank = False, False
            continue
        blank = not line.strip()
        if machinery and not blank:
            captions.notes.append(line)
        elif after_blank and _MACHINERY.match(line):
            machinery = True
            captions.notes.append(line)
        else:
            machinery = False
            here.append(line)
        after_blank = blank
    return captions


def in_order(cues: list[Cue]) -> list[Cue]:
    """The cues by start. A jump back of more than a minute is a second recording and stays behind the first."""
    keyed: list[tuple[int, float, Cue]] = []
    part, latest, last = 0, 0.0, 0.0
    for cue in cues:
        if cue.start is not None:
            if cue.start < latest - _JUMP_BACK:
                part, latest = part + 1, cue.start
            latest, last = max(latest, cue.start), cue.start
        keyed.append((part, last, cue))
    return [cue for _, _, cue in sorted(keyed, key=lambda item: item[:2])]
