"""Blocks ``HH:MM:SS - Name``: Fathom's transcripts, copied by hand or delivered by the Stellar Sales System."""

import re
from collections import Counter
from collections.abc import Sequence

from services.calls.blocks import Collector, Head, gather
from services.calls.document import Document, Draft
from services.calls.labels import LONGEST, clean, name_shaped, split_aside
from services.calls.model import Aside, Speaker
from services.calls.times import TIME, seconds

_HEAD = re.compile(rf"[\s@*_#]{{0,8}}({TIME})\s{{0,4}}[-–—]\s{{1,4}}(\S.{{0,150}})")
_NAMELESS = re.compile(rf"\s{{0,4}}@({TIME})\s{{0,4}}[-–—]")
_ITEM = re.compile(r"(ACTION ITEM|SCREEN SHARING):")
_WATCH = " - WATCH:"
_STAMP = re.compile(r"[?&]timestamp=([0-9]{1,6}(?:\.[0-9]{1,9})?)")


def head(lines: Sequence[str], at: int) -> tuple[float, str] | None:
    """Seconds and label of a line ``HH:MM:SS - Name``, else None. The label may end in a company or an address."""
    line = lines[at]
    if ":" not in line[:20] or len(line) > 200:
        return None
    line = line.rstrip()
    found = _HEAD.fullmatch(line)
    if found is None:
        nameless = _NAMELESS.fullmatch(line)
        start = seconds(nameless[1]) if nameless else None
        return None if start is None else (start, "")
    start = seconds(found[1])
    label = clean(found[2].removesuffix(":"))
    bare = split_aside(label, any_aside=True).name
    if start is None or len(bare) > LONGEST or ": " in bare or bare.endswith((".", "?", "!", ",")):
        return None
    return start, label


class _Collector(Collector):
    """Takes Fathom's action items and screen sharings out of the lines, and keeps the speech around them."""

    def __init__(self) -> None:
        super().__init__()
        self.asides: list[Aside] = []

    def add(self, line: str) -> None:
        """Keeps the speech of a line: what stands before its first item, and after the link of each."""
        pieces = _ITEM.split(line) if ":" in line else [line]
        kept = [pieces[0]]
        for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            kept.append(self._without(mark, piece))
        line = " ".join(piece.strip() for piece in kept if piece and not piece.isspace())
        if line:
            super().add(line)

    def _without(self, mark: str, piece: str) -> str:
        """The speech after an item. The item itself is filed, if it is an action item."""
        item, watch, tail = piece.partition(_WATCH)
        link, _, speech = tail.strip().partition(" ")
        if mark == "ACTION ITEM" and item.strip():
            stamp = _STAMP.search(link) if watch else None
            speaker, start = (self.head.speaker, self.head.start) if self.head else (None, None)
            self.asides.append(Aside("action item", item.strip(), speaker, float(stamp[1]) if stamp else start))
        return speech


def read_turns(document: Document, *, companies: bool) -> tuple[Draft, list[str]]:
    """Turns, speakers and action items of such blocks, and the lines above the first. The header is left empty.

    With ``companies`` what stands in parentheses after a name is the speaker's company; an address always is taken off.
    """
    lines = document.lines
    found = {at: one for at, line in enumerate(lines) if line and (one := head(lines, at))}
    counts = Counter(label for _, label in found.values())
    speakers: dict[str, Speaker] = {}

    def read_head(lines: Sequence[str], at: int) -> Head | None:
        if at not in found:
            return None
        start, label = found[at]
        if counts[label] < 2 and not name_shaped(label) and at > 0 and lines[at - 1].strip():
            return None
        if not label:
            return Head(None, start)
        speaker = split_aside(label, any_aside=companies)
        if speaker.name not in speakers or speaker != Speaker(speaker.name):
            speakers[speaker.name] = speaker
        return Head(speaker.name, start)

    first = next((at for at in found if read_head(lines, at)), len(lines))
    collector = _Collector()
    turns = gather(lines, read_head, first, collector=collector)
    asides = sorted(collector.asides, key=lambda aside: aside.start or 0.0)
    return Draft(turns=turns, speakers=list(speakers.values()), asides=asides), lines[:first]
