"""What people corrected of a call: whose word stands in which field, and what stood there before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from db.said import canonical
from services.agents.contract import Quote


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word on one field: ``value`` stands there, ``words`` says it for reading."""

    field: str
    label: str
    value: Any
    words: str
    who: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What a run found in a field and a person's word took the place of: a value, or one item of a list.

    ``quotes`` are the words of the call that it rested on; ``word`` is what stands now.
    """

    value: Any
    quotes: tuple[Quote, ...]
    word: Word
    item: bool = False

    @property
    def since(self) -> str:
        """What became of it: ``corrected since to $5,100, by Ann``."""
        if self.item:
            return f"taken out of {self.word.label.lower()} since, by {self.word.who}"
        if self.word.value is None:
            return f"taken away since, by {self.word.who}"
        return f"corrected since to {self.word.words}, by {self.word.who}"


@dataclass(frozen=True)
class Corrections:
    """All that people corrected of one call, by field; what they only confirmed is no correction."""

    words: Mapping[str, Word] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()

    def who(self, name: str) -> str:
        """Who set a field; "" where nobody corrected it."""
        word = self.words.get(name)
        return word.who if word else ""

    def lost(self, name: str) -> list[Gone]:
        """What stood in a field before."""
        return [one for one in self.gone if one.word.field == name]

    def marks(self) -> dict[str, str]:
        """The corrected fields, each with a mark that is another one for another value; no value can be read off it."""
        return {name: _mark(word.value) for name, word in sorted(self.words.items())}


def _mark(value: Any) -> str:
    return sha256(canonical(value).encode(errors="replace")).hexdigest()[:12]
