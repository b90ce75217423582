"""A text as cues are looked for in it: folded, and cut into words."""

import re
from itertools import islice
from typing import Any

WORD = re.compile(r"[a-z0-9]+(?:['.][a-z0-9]+)*")
_STOP = re.compile(r"[.?!](?!\w)")
_STOPS = frozenset(".?!")
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
    words' places in the text; ``opens[n]``, whether word n begins a sentence; ``at``, the numbers of a known word.
    """

    __slots__ = ("at", "ends", "folded", "found", "known", "opens", "starts", "words")

    at: dict[str, list[int]]
    starts: list[int]
    ends: list[int]
    opens: list[bool]

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
        if name == "at":
            self.at = self._numbers()
        elif name == "opens":
            self.opens = self._openings()
        elif name in ("ends", "starts"):
            self._place()
        else:
            raise AttributeError(name)
        return getattr(self, name)

    def _place(self) -> None:
        spans = [match.span() for match in WORD.finditer(self.folded)]
        if len(spans) > len(self.words):
            spans = [(start, end) for start, end in spans if self.folded[start:end] not in _FILLERS]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def _numbers(self) -> dict[str, list[int]]:
        at: dict[str, list[int]] = {word: [] for word in self.known}
        for place, word in enumerate(self.words):
            at[word].append(place)
            if word.endswith("'s"):
                at[word[:-2]].append(place)
        return at

    def _openings(self) -> list[bool]:
        if not self.words:
            return []
        folded = self.folded
        last = folded.rfind(self.words[-1])  # where the last word begins, or further on
        if folded.find(".", 0, last) < 0 and folded.find("?", 0, last) < 0 and folded.find("!", 0, last) < 0:
            return [True] + [False] * (len(self.words) - 1)
        gaps = zip(self.ends, islice(self.starts, 1, None), strict=False)
        return [True, *(not _STOPS.isdisjoint(folded[end:start]) for end, start in gaps)]

    def asks_after(self, place: int) -> bool:
        """Whether the sentence that goes on after a place of the text is a question."""
        stop = _STOP.search(self.folded, place)
        return bool(stop and stop.group() == "?")
