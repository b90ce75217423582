"""Words that came from outside, made safe to stand in Markdown."""

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_WHITE = re.compile(r"\s+")


def escape(words: object) -> str:
    """One line of Markdown that shows ``words`` exactly: no format, link, formula, icon or colour is read into them.

    White space runs become one space; None becomes nothing.
    """
    if words is None:
        return ""
    return _PUNCTUATION.sub(r"\\\1", _WHITE.sub(" ", str(words)).strip())


def escape_lines(words: str | None) -> str:
    """Like ``escape``, and every line end stays a line end."""
    return "  \n".join(escape(line) for line in (words or "").splitlines())


def shorten(words: str | None, length: int) -> str:
    """The words on one line, cut at a word's end with an ellipsis if they are longer than ``length`` characters."""
    line = _WHITE.sub(" ", words or "").strip()
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    head = cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut
    return head.rstrip(" ,;:.-") + "…"


def count(number: int, one: str, many: str | None = None) -> str:
    """``count(3, "call")`` is '3 calls'; large numbers get a separator."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
