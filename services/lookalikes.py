"""A text as a reader sees it: without signs that nobody sees, every letter as the plain one that it is taken for.

"Mаrlow" with a Cyrillic letter, "Mar" and "low" with a blank of no width between, and "𝐌𝐚𝐫𝐥𝐨𝐰" are all Marlow.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["Seen", "faces", "figures", "seen", "unreadable"]

_DATA = Path(__file__).with_name("lookalikes.toml")
_USUAL = re.compile(r"[\x00-\x7f\u00a0‘’“”–—…•·]*")
_KEPT = frozenset("\u00a0‘’“”–—…•·´¨")  # signs that mean something as they are, and have no letter in them
_HYPHENS = dict.fromkeys("\u2010\u2011\u2212\ufe63\uff0d", "-")
_WORD = re.compile(r"[^\s\-–—/]+")


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as it is seen. ``places``: where each of its characters, and the end, stands in what was written."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in what was written of a place in what is seen."""
        return self.places[start], self.places[end - 1] + 1 if end > start else self.places[start]


def seen(text: str) -> Seen:
    """A text as a reader sees it; case is left as it is."""
    if _USUAL.fullmatch(text):
        return Seen(text, range(len(text) + 1))
    letters, places = [], []
    for place, sign in enumerate(text):
        for letter in _letters(sign):
            letters.append(letter)
            places.append(place)
    return Seen("".join(letters), (*places, len(text)))


def unreadable(text: str) -> list[str]:
    """The words of a text that are not written in plain Latin letters and figures: another script's, styled, or with
    signs in them that nobody sees. A sign that is no letter, no figure and no face is one too."""
    if _USUAL.fullmatch(text):
        return []
    return [word for word in _WORD.findall(text) if any(map(_strange, word.strip("\ufe0f"))) or _hides(word)]


def figures() -> dict[int, str]:
    """What figures and signs within a name stand for, as ``str.translate`` takes it."""
    return _tables()[1]


def faces() -> frozenset[str]:
    """Signs that claim nothing: a smile, a hand."""
    return frozenset(_data()["faces"])


def _strange(sign: str) -> bool:
    if sign.isascii() or sign in _KEPT or sign in faces() or "\ufb00" <= sign <= "\ufb06":
        return False
    kind = unicodedata.category(sign)
    if _is_dressed(sign) or kind[0] == "N":
        return True
    if kind[0] == "L":
        return not unicodedata.name(sign, "").startswith("LATIN")
    return kind == "So" and sign not in "©®™°"


def _is_dressed(sign: str) -> bool:
    """Whether a sign is a letter or figure in another dress: a wide one, a styled one, one in a circle."""
    bare = unicodedata.normalize("NFKC", sign)
    return bare != unicodedata.normalize("NFC", sign) and any(map(str.isalnum, bare)) and sign not in "™ªº"


def _hides(word: str) -> bool:
    """Whether something that nobody sees stands within a word."""
    return bool(re.search(r"[^\W_][\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
                          r"\u202a-\u202e\u2060-\u206f\u3164\ufeff\U000e0000-\U000e007f]+[^\W_]", word))  # fmt: skip


@lru_cache(maxsize=4096)
def _letters(sign: str) -> str:
    """What a sign is taken for; "" for one that nobody sees."""
    if sign.isascii() or sign in _KEPT:
        return sign
    if sign in _HYPHENS:
        return "-"
    known = _tables()[0].get(sign)
    if known is not None:
        return known
    if unicodedata.category(sign) in ("Cf", "Mn", "Me") or sign in "\u115f\u1160\u3164":
        return ""
    taken = [one for one in unicodedata.normalize("NFKD", sign) if unicodedata.category(one) != "Mn"]
    return "".join(_tables()[0].get(one, one) for one in taken)


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[int, str]]:
    """Look-alike letters with the plain ones, and figures with letters."""
    alike = {sign: line[0] for line in _data()["letters"] for sign in line[1:]}
    return alike | _data()["pairs"], str.maketrans(_data()["figures"])


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))
