"""A text as cues are looked for in it: folded, and cut into words."""

import re
from bisect import bisect_left
from itertools import chain
from typing import Any

WORD = re.compile(r"[a-z0-9]+(?:['.][a-z0-9]+)*")
_STOP = re.compile(r"[.?!](?!\w)")
_STOPS = frozenset(".?!")
_MARK = re.compile(r"[ \n]")
_FILLERS = frozenset(["uh", "um", "er", "erm", "hm", "mm", "ah"])
_FOLDS = {ord("’"): "'", ord("‘"): "'", ord("ʼ"): "'", ord("“"): '"', ord("”"): '"', ord("\u00a0"): " "}


def fold(text: str) -> str:
    """Lower case, straight quotes, and exactly as long as the text, so that places in one are places in the other."""
    if text.isascii():
        return text.lower()
    folded = text.translate(_FOLDS)
    lower = folded.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)


class Line:
    """A folded text, cut into words once for every cue that will be looked for in it. Fillers are left out.

    ``known``: the words; ``trust's`` counts as ``trust`` too. ``found``: what was looked for before, by the name of
    what was looked for. Worked out when first asked for, since many a line holds no cue: ``starts`` and ``ends``, the
    words' places in the text; ``row``, all words, each after a mark: a line feed where it begins a sentence, else a
    space.
    """

    __slots__ = ("_marks", "ends", "folded", "found", "known", "row", "starts", "words")

    starts: list[int]
    ends: list[int]
    row: str
    _marks: list[int]

    def __init__(self, folded: str) -> None:
        self.folded = folded
        self.found: dict[str, list[Any]] = {}
        words: list[str] = WORD.findall(folded)
        if not _FILLERS.isdisjoint(words):
            words = [word for word in words if word not in _FILLERS]
        self.words = words
        self.known = dict.fromkeys(words)
        if "'s" in folded:
            self.known |= dict.fromkeys([word[:-2] for word in words if word.endswith("'s")])

    def __getattr__(self, name: str) -> Any:
        if name == "row":
            self.row = self._rowed()
        elif name == "_marks":
            self._marks = [match.start() for match in _MARK.finditer(self.row)]
        elif name in ("ends", "starts"):
            self._place()
        else:
            raise AttributeError(name)
        return getattr(self, name)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The place in the text of what stands in the row from a mark to the end of a word."""
        return self.starts[bisect_left(self._marks, first)], self.ends[bisect_left(self._marks, last) - 1]

    def _place(self) -> None:
        spans = [match.span() for match in WORD.finditer(self.folded)]
        if len(spans) > len(self.words):
            spans = [(start, end) for start, end in spans if self.folded[start:end] not in _FILLERS]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def _rowed(self) -> str:
        if not self.words:
            return ""
        folded = self.folded
        last = folded.rfind(self.words[-1])  # where the last word begins, or further on
        if folded.find(".", 0, last) < 0 and folded.find("?", 0, last) < 0 and folded.find("!", 0, last) < 0:
            return "\n" + " ".join(self.words)
        gaps = zip(self.ends, self.starts[1:], strict=False)
        marks = [" " if _STOPS.isdisjoint(folded[end:start]) else "\n" for end, start in gaps]
        return "".join(chain.from_iterable(zip(["\n", *marks], self.words, strict=True)))

    def asks_after(self, place: int) -> bool:
        """Whether the sentence that goes on after a place of the text is a question."""
        stop = _STOP.search(self.folded, place)
        return bool(stop and stop.group() == "?")
