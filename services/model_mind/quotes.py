"""Where in a call the words stand that a model quotes: it counts turns badly, and copies what it was shown.

What comes back are the turn's own words, letter by letter, or what the model said where no turn holds it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.agents.contract import Quote
from services.analyst.dialogue import MOST_QUOTE_WORDS
from services.evidence import stands
from services.model_mind.fence import harmless_character

NEAR = 3  # turns by which a model may have miscounted
LONGEST_CLAIM = 300  # characters that are kept of words that stand nowhere
_LABEL = re.compile(r"\s*(?:[\[(]\d+[\])]\s*)?(?:(?:Client|Adviser|Advisor|Speaker)\b\s*(?:\([^)]*\))?\s*:)?\s*")
_AROUND = " \t\n\"'“”‘’.…,"
_ALIKE = str.maketrans("’‘“”–—…", "''\"\"--.")


class Whereabouts:
    """The turns of one call, to look words up in."""

    def __init__(self, dialogue: Sequence[Mapping[str, Any]]) -> None:
        self._dialogue = dialogue
        self._folded: dict[int, tuple[str, list[int]]] = {}

    def located(self, claimed: Sequence[Mapping[str, Any]]) -> list[Quote]:
        """The quotes that stand in the call, in its own words. Where none does: what was claimed, under its turn.

        A quote is looked for in the turn that it names, in the turns near that one, nearest first, and then in the
        whole call, where it must stand in one turn only.
        """
        found = [quote for each in claimed if (quote := self._located(each["turn"], each["quote"])) is not None]
        if found:
            return list({(quote["turn"], quote["quote"]): quote for quote in found}.values())
        known = [each for each in claimed if 0 <= each["turn"] < len(self._dialogue) and each["quote"].strip()]
        return [Quote(turn=each["turn"], quote=each["quote"].strip()[:LONGEST_CLAIM]) for each in known]

    def holds(self, turns: Sequence[int], words: str) -> bool:
        """Whether the words stand in one of these turns."""
        return any(self._within(turn, _needle(words)) is not None for turn in turns)

    def _located(self, turn: int, words: str) -> Quote | None:
        for needle in dict.fromkeys((_needle(words), _needle(words[_end_of_label(words) :]))):
            if not needle:
                continue
            near = sorted(range(turn - NEAR, turn + NEAR + 1), key=lambda index: (abs(index - turn), index))
            for index in near:
                if 0 <= index < len(self._dialogue) and (quote := self._within(index, needle)) is not None:
                    return quote
            everywhere = (self._within(index, needle) for index in range(len(self._dialogue)))
            found = [quote for quote in everywhere if quote is not None]
            if len(found) == 1:
                return found[0]
        return None

    def _within(self, index: int, needle: str) -> Quote | None:
        """The turn's own words that are the needle, as whole words; at most as many as a quote may have."""
        text, places = self._turn(index)
        start = text.find(needle) if needle else -1
        while start >= 0:
            end = start + len(needle)
            if not (_joined(text, start) or _joined(text, end)):
                own = str(self._dialogue[index].get("text") or "")
                return self._short(Quote(turn=index, quote=own[places[start] : places[end - 1] + 1]))
            start = text.find(needle, start + 1)
        return None

    def _short(self, quote: Quote) -> Quote | None:
        words = list(re.finditer(r"\S+", quote["quote"]))[:MOST_QUOTE_WORDS]
        while words:
            cut = Quote(turn=quote["turn"], quote=quote["quote"][: words[-1].end()])
            if stands(self._dialogue, cut):
                return cut
            words.pop()
        return None

    def _turn(self, index: int) -> tuple[str, list[int]]:
        if index not in self._folded:
            self._folded[index] = _folded(str(self._dialogue[index].get("text") or ""))
        return self._folded[index]


def _needle(words: str) -> str:
    return _folded(words.strip(_AROUND))[0].strip(_AROUND)


def _end_of_label(words: str) -> int:
    """Where the words begin that a model copied together with who says them."""
    label = _LABEL.match(words)
    return label.end() if label else 0


def _joined(text: str, place: int) -> bool:
    """Whether a place lies within a word."""
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


def _folded(text: str) -> tuple[str, list[int]]:
    """A text as a question shows it, case folded and marks made alike, with the place of each character in the text."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for shown in harmless_character(character).casefold().translate(_ALIKE):
            if shown != " " or (folded and folded[-1] != " "):
                folded.append(shown)
                places.append(place)
    return "".join(folded), places
