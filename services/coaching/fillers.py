"""Words of the adviser's that only fill."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TypedDict

from services.agents.contract import DialogueTurn
from services.coaching.lexicon import alternatives, small, table
from services.coaching.turns import of_side


class Fillers(TypedDict):
    """Fillers of the adviser: all, by word, for every 100 words, and the turns with the most of them first."""

    total: int
    per_100: float
    words: dict[str, int]
    turns: list[int]


def fillers(dialogue: Sequence[DialogueTurn], words: Sequence[int]) -> Fillers | None:
    """The adviser's filler words; None where no adviser is known."""
    ours = of_side(dialogue, "advisor")
    spoken = sum(words[number] for number in ours)
    if not spoken:
        return None
    by_word, by_turn = Counter[str](), Counter[int]()
    for number in ours:
        found = in_text(dialogue[number]["text"])
        by_word.update(found)
        if found:
            by_turn[number] = len(found)
    total = by_word.total()
    return {
        "total": total,
        "per_100": round(100 * total / spoken, 2),
        "words": dict(by_word.most_common()),
        "turns": [number for number, _ in by_turn.most_common(20)],
    }


def in_text(text: str) -> list[str]:
    """The fillers of a text, in their order."""
    low = small(text)
    return [
        name
        for match in _any().finditer(low)
        if (name := _names()[match.lastgroup or ""]) and not _is_meant(name, low, match.start())
    ]


def _is_meant(name: str, low: str, start: int) -> bool:
    """Whether the words before say that this one means what it says: "what kind of", "let you know"."""
    pattern = _meant().get(name)
    return pattern is not None and pattern.search(low, max(0, start - 24), start) is not None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {f"f{number}": name for number, name in enumerate(table("fillers"))}


@lru_cache(maxsize=1)
def _any() -> re.Pattern[str]:
    """Every filler as a named group; tried only where a word begins with a letter that one begins with."""
    groups = [f"(?P<f{number}>{alternatives(words)})" for number, words in enumerate(table("fillers").values())]
    first = "".join(sorted({name[0] for name in table("fillers")}))
    order = sorted(groups, key=lambda group: "so\\s+yeah" not in group)
    return re.compile(rf"\b(?=[{first}])(?:{'|'.join(order)})(?!\w)")


@lru_cache(maxsize=1)
def _meant() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(rf"(?<![\w'])(?:{alternatives(words)}) \Z") for name, words in table("meant").items()}
