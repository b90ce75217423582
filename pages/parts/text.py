"""Words that came from outside, made safe to stand in Markdown."""

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import quote, urlsplit

# The colours of badges, as the theme names them.
BadgeColour = Literal["gray", "blue", "green", "violet", "yellow", "orange", "red", "primary"]

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_WHITE = re.compile(r"\s+")
_BENDS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")  # turns the words after it around, its own or not
# Where Streamlit would see a web or e-mail address, even in escaped words, and make a link of it.
_IN_ADDRESS = re.compile(r"(?:(?<=http)|(?<=https))(?=://)|(?<=www)(?=\.)|(?<=[-.\w+])(?=@[-\w])", re.IGNORECASE)
_NOTHING = ":gray[]"  # an element without words: it parts an address without altering what is shown or copied


def escape(words: object) -> str:
    """One line of Markdown that shows ``words`` exactly: no format, link, formula, icon or colour is read into them.

    White space runs become one space, marks that turn the direction of writing around are left out; None becomes
    nothing. ``st.badge`` is no place for it: that shows what parts an address.
    """
    if words is None:
        return ""
    line = _BENDS_DIRECTION.sub("", _WHITE.sub(" ", str(words)).strip())
    return _NOTHING.join(_PUNCTUATION.sub(r"\\\1", part) for part in _IN_ADDRESS.split(line))


def escape_lines(words: str | None) -> str:
    """Like ``escape``, and every line end stays a line end."""
    return "  \n".join(escape(line) for line in (words or "").splitlines())


def web_link(label: str, address: object) -> str | None:
    """A Markdown link that reads ``label`` and the host it leads to; None for anything but an http(s) address."""
    try:
        parts = urlsplit(str(address).strip())
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return None
    target = quote(parts.geturl(), safe="/:?#@!$&'*+,;=%~")
    return f"[{escape(f'{label} ({host})')}]({target})"


def shorten(words: str | None, length: int) -> str:
    """The words on one line, cut at a word's end with an ellipsis if they are longer than ``length`` characters."""
    line = _WHITE.sub(" ", words or "").strip()
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    head = cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut
    return head.rstrip(" ,;:.-") + "…"


def tab_labels(names: Iterable[str]) -> list[str]:
    """Labels of tabs. The accent colour, in which the chosen one would stand, is too dark to read on dark pages."""
    return [f":gray[{name}]" for name in names]


def count(number: int, one: str, many: str | None = None) -> str:
    """``count(3, "call")`` is '3 calls'; large numbers get a separator."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
