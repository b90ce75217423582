"""From lines to turns: what every text format shares."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.calls import headers
from services.calls.boilerplate import is_boilerplate, is_ornament
from services.calls.document import Document, Draft
from services.calls.model import Turn

SAMPLE = 2_000
"""How many lines detection looks at."""

LINES_BY_CHANCE = 60
"""Fewer heads than one in so many lines are no grammar."""

_HEADING = re.compile(r"#{1,6} ")
_CLOCK = re.compile(r"[0-9]:[0-9]")
_ARROW = re.compile(r"[0-9]\s*-->\s*[0-9]")


@dataclass(slots=True)
class Head:
    """What opens a turn: speaker, times, the speech on its own last line, and how many lines it takes."""

    speaker: str | None
    start: float | None = None
    end: float | None = None
    rest: str = ""
    lines: int = 1


ReadHead = Callable[[Sequence[str], int], Head | None]
"""Reads the head of a turn that begins at a line, or gives None where none does."""


def sample(document: Document) -> Sequence[str]:
    """The lines that detection looks at: none for JSON and captions, whose own readers know better."""
    if not document.text or document.json is not None or document.text.startswith(("WEBVTT", "{\\rtf")):
        return ()
    if "sample" not in document.seen:
        document.seen["sample"] = document.lines[:SAMPLE]
    lines: list[str] = document.seen["sample"]
    return lines


def has_cues(lines: Sequence[str]) -> bool:
    """True if a line holds two times with an arrow between, as in captions."""
    return any("-->" in line and _ARROW.search(line[:80]) for line in lines)


def heads(lines: Sequence[str], read_head: ReadHead) -> list[int]:
    """The numbers, from 0, of the lines where turns begin."""
    found, at = [], 0
    while at < len(lines):
        head = read_head(lines, at) if lines[at] else None
        if head is not None:
            found.append(at)
        at += head.lines if head else 1
    return found


def is_timed(document: Document) -> bool:
    """Whether a time stands anywhere in the lines that detection looks at."""
    if "timed" not in document.seen:
        document.seen["timed"] = any(_CLOCK.search(line) for line in sample(document))
    return bool(document.seen["timed"])


def sample_heads(document: Document, read_head: ReadHead) -> list[int]:
    """The same for the lines that detection looks at, for a head that holds a time: none where no time stands.

    Worked out once for a document, whichever formats ask.
    """
    found: list[int] | None = document.seen.get(read_head)
    if found is None:
        found = heads(sample(document), read_head) if is_timed(document) else []
        document.seen[read_head] = found
    return found


def certainty(base: float, count: int, lines: Sequence[str], *, lines_a_turn: int = 3, least: int = 2) -> float:
    """How sure a count of heads makes of a grammar: up to ``base``, half of it where heads are rare.

    0 below ``least`` heads (a short text needs one only), and where so few lines are heads that they are chance.
    """
    if not count:
        return 0.0
    filled = sum(1 for line in lines if line and not line.isspace())
    if count < (1 if filled <= 2 * lines_a_turn + 14 else least) or count * LINES_BY_CHANCE < filled:
        return 0.0
    return base * (0.5 + 0.5 * min(1.0, count * lines_a_turn / filled))


class Collector:
    """Puts turns together: ``open`` begins one, ``add`` goes on with it, ``turns`` closes the last one."""

    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._words: list[str] = []
        self._skipping = False
        self.head: Head | None = None

    def open(self, head: Head) -> None:
        """Begins a turn. One without words is left out later."""
        self._close()
        self.head = head
        self._words = [head.rest] if head.rest else []
        self._skipping = False

    def add(self, line: str) -> None:
        """Goes on with the turn, unless the line is a tool's or stands under a Markdown heading."""
        if self.head is not None and _HEADING.match(line):
            self._skipping = True
        if not self._skipping and not is_ornament(line) and not is_boilerplate(line):
            self._words.append(line)

    def turns(self) -> list[Turn]:
        """All turns so far."""
        self._close()
        self.head, self._words = None, []
        return self._turns

    def _close(self) -> None:
        text = " ".join(" ".join(self._words).split())
        if text:
            head = self.head or Head(None)
            self._turns.append(Turn(head.speaker, text, head.start, head.end))


def gather(
    lines: Sequence[str], read_head: ReadHead, begin: int = 0, *, collector: Collector | None = None
) -> list[Turn]:
    """The turns from line ``begin`` on. Lines without a head go on with the turn before them."""
    collector = collector or Collector()
    at = begin
    while at < len(lines):
        line = lines[at]
        head = read_head(lines, at) if line and not line.isspace() else None
        if head is not None:
            collector.open(head)
        elif line:
            collector.add(line)
        at += head.lines if head else 1
    return collector.turns()


def read_blocks(document: Document, read_head: ReadHead) -> Draft:
    """Reads a file of blocks: what stands above the first head is the header."""
    lines = document.lines
    first = first_head(lines, read_head)
    return Draft(turns=gather(lines, read_head, first), header=headers.read(lines[:first]).header)


def first_head(lines: Sequence[str], read_head: ReadHead) -> int:
    """The number of the line on which the first turn begins; that after the last line where none does."""
    return next((at for at, line in enumerate(lines) if line and read_head(lines, at)), len(lines))


def next_filled(lines: Sequence[str], at: int, reach: int = 4) -> int | None:
    """The number of the next line that is not blank, from ``at`` on and at most ``reach`` lines further."""
    return next((n for n in range(at, min(at + reach, len(lines))) if lines[n].strip()), None)


def from_first(turns: Sequence[Turn]) -> list[Turn]:
    """Turns whose times are a wall clock's, with times from the first one on, past midnight too."""
    zero = next((turn.start for turn in turns if turn.start is not None), 0.0)

    def since(clock: float | None) -> float | None:
        if clock is None:
            return None
        gone = clock - zero
        return round(max(0.0, gone + 86_400 if gone < -43_200 else gone), 3)

    return [replace(turn, start=since(turn.start), end=since(turn.end)) for turn in turns]
