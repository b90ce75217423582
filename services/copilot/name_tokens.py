"""The words of a question that may be somebody's name."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from services.analyst.dates import MONTHS, WEEKDAYS
from services.playbooks.cues import fold

WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’](?!s\b)[A-Za-zÀ-ÿ]+)*")
CALENDAR = frozenset((*MONTHS, *WEEKDAYS, "i", "crm", "llc", "usa", "us", "ok", "ai", "irs", "ceo"))
_TITLES = frozenset("mr mrs ms miss dr doctor the".split())
_TITLED = re.compile(r"\b(?:mr|mrs|ms|dr|st|jr|sr)\.$", re.I)  # a full stop that ends no sentence


@dataclass(frozen=True)
class Token:
    """A word of a question. ``capital``: it is written like a name; ``opens``: a sentence begins with it.

    ``inside``: it stands among words that mean something else.
    """

    word: str
    start: int
    end: int
    capital: bool
    opens: bool
    inside: bool = False


def name_tokens(question: str, taken: Collection[tuple[int, int]]) -> list[Token]:
    """The words that may be somebody's name; those of the calendar never are."""
    tokens = []
    for match in WORD.finditer(question):
        before = question[: match.start()].rstrip(" \"'(“")
        opens = not before or (before[-1] in ".?!:\n" and not _TITLED.search(before))
        tokens.append(Token(fold(match.group()), *match.span(), match.group()[0].isupper(), opens))
    shouted = all(token.capital for token in tokens)
    written = any(token.capital and not token.opens for token in tokens) and not shouted
    kept = []
    for token in tokens:
        among = within(token, taken) and not (token.capital and not token.opens)
        covered = among and any(_covers(question, span, token) for span in taken)
        name_like = token.capital or not written
        if name_like and not covered and token.word not in _TITLES | CALENDAR and len(token.word) > 1:
            kept.append(replace(token, inside=among))
    return kept


def _covers(question: str, span: tuple[int, int], token: Token) -> bool:
    """Whether a word is part of something else; a name may stand inside of it: why did ann sign."""
    start, end = span
    inside = start < token.start and token.end < len(question[:end].rstrip())
    return start <= token.start < end and not (inside and len(question[start:end].split()) > 2)


def within(token: Token, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a word begins in one of these places."""
    return any(start <= token.start < end for start, end in spans)
