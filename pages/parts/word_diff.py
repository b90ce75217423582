"""Two texts beside each other, with the words marked that only one of them has."""

import re
from difflib import SequenceMatcher
from itertools import groupby

from pages.parts.text import BadgeColour, escape, escape_lines

_PIECES = re.compile(r"\n|[^\s]+")
_MOST = 3000  # words; in longer texts nothing is marked: comparing them takes too long


def marked(words: str, other: str, colour: BadgeColour) -> str:
    """``words`` as Markdown, line ends kept, with what ``other`` lacks in bold on a coloured ground."""
    mine, theirs = _PIECES.findall(words), _PIECES.findall(other)
    if max(len(mine), len(theirs)) > _MOST:
        return escape_lines(words)
    new = [True] * len(mine)
    for block in SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks():
        new[block.a : block.a + block.size] = [False] * block.size
    lines: list[list[tuple[str, bool]]] = [[]]
    for piece, only_here in zip(mine, new, strict=True):
        if piece == "\n":
            lines.append([])
        else:
            lines[-1].append((piece, only_here))
    return "  \n".join(_line(line, colour) for line in lines)


def _line(line: list[tuple[str, bool]], colour: BadgeColour) -> str:
    parts = []
    for only_here, run in groupby(line, key=lambda each: each[1]):
        words = escape(" ".join(piece for piece, _ in run))
        parts.append(f":{colour}-background[**{words}**]" if only_here else words)
    return " ".join(parts)
