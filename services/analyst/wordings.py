"""Patterns of wording, tried only where a word stands that they can't do without.

Most patterns hold nowhere in most sentences. Which words a pattern needs is read off the pattern itself; which words a
sentence has is looked at once, for all patterns together, so that nearly all of them are passed over at the cost of
one comparison. A pattern that needs no certain word is always tried.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from services.analyst.needed_words import DIGITS, needed_words

MOST_SEEN = 100_000  # words whose patterns are remembered
_WORD = re.compile(r"\w+")


class Said(Protocol):
    """What a wording is looked for in: a sentence, a turn. ``absent`` is what ``absent_in`` says of its words."""

    @property
    def text(self) -> str: ...

    @property
    def folded(self) -> str: ...

    @property
    def absent(self) -> int: ...


class _Sieve:
    """All wordings, each with a bit of its own, by the words (and the beginnings of words) that they need."""

    def __init__(self) -> None:
        self._whole: dict[str, int] = {}
        self._begun: dict[str, int] = {}
        self._all, self._next, self._longest = 0, 1, 0
        self._seen: dict[str, int] = {}

    def add(self, words: Iterable[str]) -> int:
        """The bit of a wording that needs one of these words; 0 for one that needs none."""
        bit = 0
        for word in words:
            bit = self._next
            table, known = (self._begun, word[:-1]) if word.endswith("*") else (self._whole, word)
            table[known] = table.get(known, 0) | bit
            self._longest = max(self._longest, len(known))
        self._all, self._next, self._seen = self._all | bit, self._next << bool(bit), {}
        return bit

    def absent(self, folded: str) -> int:
        """The bits of the wordings that certainly don't hold in a text."""
        if not folded.isascii():
            return 0  # a letter that is folded in another way than the patterns fold it must hide nothing
        seen, present = self._seen, 0
        for word in set(_WORD.findall(folded)):
            bits = seen.get(word)
            if bits is None:
                bits = self._learned(word)
            if bits:
                present |= bits
        return self._all & ~present

    def _learned(self, word: str) -> int:
        """The wordings that a word may stand for, remembered."""
        bits = self._whole.get(word, 0)
        if not word.isalpha() and any(letter.isdigit() for letter in word):
            bits |= self._whole.get(DIGITS, 0)
        for length in range(1, min(len(word), self._longest) + 1):
            bits |= self._begun.get(word[:length], 0)
        if len(self._seen) > MOST_SEEN:
            self._seen = {}
        self._seen[word] = bits
        return bits


_SIEVE = _Sieve()


def absent_in(folded: str) -> int:
    """The wordings that certainly don't hold in a folded text, as bits."""
    return _SIEVE.absent(folded)


class Wording:
    """A pattern that is looked for in the folded words of a sentence or a turn."""

    __slots__ = ("_bit", "pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = re.compile(pattern, flags)
        self._bit = _SIEVE.add(needed_words(pattern, flags))

    def may_hold(self, said: Said) -> bool:
        """Whether it is worth looking for."""
        return not said.absent & self._bit

    def search(self, said: Said) -> re.Match[str] | None:
        """The first place where it stands."""
        return None if said.absent & self._bit else self.pattern.search(said.folded)

    def match(self, said: Said) -> re.Match[str] | None:
        """Whether the words begin with it."""
        return None if said.absent & self._bit else self.pattern.match(said.folded)

    def finditer(self, said: Said) -> Iterator[re.Match[str]]:
        """Every place where it stands."""
        return iter(()) if said.absent & self._bit else self.pattern.finditer(said.folded)

    def in_text(self, said: Said) -> Iterator[re.Match[str]]:
        """Every place where it stands in the words as they are written, capitals and all."""
        return iter(()) if said.absent & self._bit else self.pattern.finditer(said.text)
