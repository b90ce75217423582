"""How the firm's own names stand in a question: as they are written, without their last word, in another form."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.playbooks.cues import Line, fold

_NAME_WORD = re.compile(r"[a-z0-9]+")
_TELLING_HEAD = 11  # letters of a name's first word that stands for it
_DATA = Path(__file__).with_name("words.toml")


@dataclass(frozen=True, slots=True)
class Spot:
    """Something known that stands in a question, and where. ``denied``: a no stands before it."""

    value: str
    start: int
    end: int
    denied: bool = False


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The data file, parsed."""
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


def written_out(question: str) -> str:
    """A question with its shorthand written out: w/o as without."""
    for short, long in words()["shorthand"].items():
        question = re.sub(
            rf"(?<!\w){re.escape(short)}(?=\s|$)|(?<!\w){re.escape(short)}(?<=[/#])", f"{long} ", question, flags=re.I
        )
    question = re.sub(r"(?<=\d)(k|m)?\s?\+", r"\1 or more ", re.sub(r">=|≥", " at least ", question))
    question = re.sub(r"<=|≤", " at most ", question).replace(">", " above ").replace("<", " below ")
    return " ".join(question.split())


@lru_cache(maxsize=1)
def plain_words() -> frozenset[str]:
    """Words of a question that say nothing of what is looked for."""
    return frozenset(words()["plain"]["words"].split())


@lru_cache(maxsize=1)
def plain_words_of_all() -> frozenset[str]:
    """Words that say nothing of what is looked for where a question is about all calls."""
    return frozenset(words()["plain"]["over_all"].split())


def by_name(line: Line, names: Iterable[str]) -> list[Spot]:
    """Names as they are written, also with an s at the end."""
    found = []
    for name in names:
        told = r"[\s\-]+".join(map(re.escape, re.split(r"[\s\-]+", fold(name))))
        plain = " " not in name and len(name) <= 4 and name.lower() in plain_words()
        if not plain:
            found += [
                Spot(name, *match.span()) for match in re.finditer(rf"\b{told}(?:s|es)?\b(?!'[a-rt-z])", line.folded)
            ]
    return found


_BEFORE_NAME = "no|any|a|the|without|just|only|simple|and|or|with|for|their|his|her|discussed|about|want|wanted|wants"
_VERB_AFTER = "be|have|we|you|they|he|she|it|i|get|go|need|do"


def short_names(line: Line, names: Iterable[str]) -> list[Spot]:
    """Names that are common words too, where they stand as things: no will, a will and a trust."""
    found = []
    for name in names:
        if " " not in name and fold(name) in plain_words():
            pattern = rf"\b(?:{_BEFORE_NAME}) ({re.escape(fold(name))}s?)\b(?! (?:{_VERB_AFTER})\b)"
            found += [Spot(name, *match.span(1)) for match in re.finditer(pattern, line.folded)]
    return found


def heads(line: Line, names: Sequence[str]) -> list[Spot]:
    """Names without their last word, where that is told apart by itself: special needs, guardianship."""
    short = {name: name.rsplit(" ", 1)[0] for name in names if " " in name}
    whole = [head for head in short.values() if fold(head).split()[-1] not in plain_words()]
    alone = [head for head in whole if " " in head or len(head) >= _TELLING_HEAD]
    found = []
    for name, head in short.items():
        if head in alone and list(short.values()).count(head) == 1:
            found += [Spot(name, spot.start, spot.end) for spot in by_name(line, [head])]
    return found


def in_order(line: Line, names: Sequence[str]) -> list[Spot]:
    """Names of which every telling word stands in the question in their order, in a like form: complexity."""
    found = []
    for name in names:
        telling = [word for word in _NAME_WORD.findall(fold(name)) if word not in plain_words()]
        forms = [rf"{word[:6]}\w*" if len(word) > 5 else rf"{word}s?" for word in telling]
        pattern = r"(?:\W+\w+){0,2}\W+".join(forms)
        if telling and (match := re.search(rf"\b{pattern}\b", line.folded)):
            found.append(Spot(name, *match.span()))
    return found
