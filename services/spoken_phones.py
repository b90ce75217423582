"""Telephone numbers that are written in words, or figure by figure: "nine one eight, five five five, oh one"."""

import re
from dataclasses import dataclass

_WORDS = "zero one two three four five six seven eight nine"
_FIGURES = {word: str(number) for number, word in enumerate(_WORDS.split())} | {"oh": "0", "o": "0", "nought": "0"}
_ONE = rf"(?:(?:double|triple) )?(?:{'|'.join(_FIGURES)}|\d)"
_ROW = re.compile(rf"(?<![\w$.,]){_ONE}(?:[\s,.\-–()/]+{_ONE}){{5,14}}(?![\w%])", re.IGNORECASE)
_SHORTEST = 7
_TIMES = {"double": 2, "triple": 3}


@dataclass(frozen=True, slots=True)
class SpokenPhone:
    """A row of at least seven figures; ``figures`` are they, from ``start`` to ``end`` of the text."""

    figures: str
    start: int
    end: int


def spoken_phones(text: str) -> list[SpokenPhone]:
    """The rows of seven to fifteen figures that a text says one by one."""
    found = (SpokenPhone(_figures(match.group()), *match.span()) for match in _ROW.finditer(text))
    return [one for one in found if len(one.figures) >= _SHORTEST]


def _figures(words: str) -> str:
    told, times = [], 1
    for word in re.findall(r"[a-z]+|\d", words.lower()):
        if word in _TIMES:
            times = _TIMES[word]
            continue
        told.append(_FIGURES.get(word, word) * times)
        times = 1
    return "".join(told)
