"""The names of a client's household, however they are written in a post: small, split, in other letters, in a tag.

A name that is an ordinary word as well ("Grace", "Mark") counts with its capital, or beside another part of the same
name; one that is a word of the trade or holds sentences together ("Will") counts so far as a look is asked for.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise, permutations
from pathlib import Path

from services import lookalikes
from services.lookalikes import seen
from services.sentence_words import word_list

__all__ = [
    "HouseholdNames",
    "NameFound",
    "Token",
    "called_for_short",
    "folded",
    "is_ordinary",
    "opens",
    "tags_of",
    "tokens_of",
]

_DATA = Path(__file__).with_name("name_words.toml")
_TOKEN = re.compile(r"[^\W_](?:[^\W_]|['’*@$|!](?=[^\W_]))*['’]?")
_PART = re.compile(r"[^\W\d_][^\W_]*(?:['’][^\W_]+)*")
_TAG = re.compile(r"[#@](\w+)")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_SPREAD = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-_*·]{1,2}){3,}[^\W\d_](?![^\W_])")
_INITIALS = re.compile(r"\b([A-Z])\.\s?(?:[A-Z]\.\s?)?([A-Z])\.")
_TITLED = re.compile(r"\b(?:mr|mrs|ms|miss|dr)\b\.?\s+([A-Z])\b(?:\.|-([A-Z])\b\.?|(?=[\s,;:!?]|$))", re.IGNORECASE)
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "sir", "madam"))
_FAMILY = frozenset(("family", "household", "couple", "estate", "siblings", "brothers", "sisters", "kids"))
_BEFORE_A_THING = frozenset(
    "a an the your our my his her their no any every each this that living last simple new".split()
)
_NO_INITIALS = frozenset("US DC LA NY NC SC ND SD NJ NM NH RI WV PS AM PM JD MD PR UK EU".split())
_SHORTEST_IN_A_TAG, _SHORTEST_SPREAD = 4, 4
_ENDS = ".?!:;—–-…"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a post. ``folded``: as it is compared; ``opens``: it begins a sentence."""

    written: str
    folded: str
    start: int
    end: int
    opens: bool


@dataclass(frozen=True, slots=True)
class NameFound:
    """A name in a post. ``sure``: no ordinary word is written so; else somebody has to look."""

    start: int
    end: int
    sure: bool = True


def folded(word: str) -> str:
    """A word as names are compared: as it is seen, small, without its own ending."""
    plain = seen(word).text.casefold().replace("’", "'").rstrip("'")
    return plain.removesuffix("'s").replace("'", "")


def tokens_of(text: str) -> list[Token]:
    """The words of a text as it is seen."""
    return [
        Token(
            match.group(), folded(match.group()), match.start(), match.end(), opens(text, match.start(), f"{_ENDS}\n")
        )
        for match in _TOKEN.finditer(text)
    ]


def opens(text: str, place: int, ends: str = _ENDS) -> bool:
    """Whether a word opens a sentence, so that its capital says nothing; ``ends`` are signs that end the one before."""
    before = text[:place].rstrip(" \"'“‘(")
    return not before or before[-1] in ends


@lru_cache(maxsize=1)
def _data() -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """Names that are words, and for each first name what it is called for short."""
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    short: dict[str, frozenset[str]] = {}
    for line in data["short"]:
        first, *others = line.split()
        short[first] = short.get(first, frozenset()) | set(others)
        for other in others:
            short[other] = short.get(other, frozenset()) | {first}
    return frozenset(data["words"].split()), short


def called_for_short(name: str) -> frozenset[str]:
    """What a folded first name is called too, as far as that is no word of everyday speech."""
    return frozenset(other for other in _data()[1].get(name, ()) if not is_ordinary(other))


def tags_of(text: str) -> Iterator[tuple[re.Match[str], str, set[str]]]:
    """The tags of a text: each with its letters, folded, and the words that its capitals part."""
    for match in _TAG.finditer(text):
        yield match, match.group(1).casefold().replace("_", ""), set(map(str.casefold, _CAMEL.findall(match.group(1))))


def is_ordinary(word: str) -> bool:
    """Whether a folded word is a word of everyday speech as well as, it may be, a name."""
    return len(word) < 3 or word in _data()[0] or word in word_list("stop") or word in word_list("courtesy")


class HouseholdNames:
    """The names of one household. ``trade``: words that what is sold and said of it is made of."""

    def __init__(self, names: Iterable[str], trade: frozenset[str]) -> None:
        self._trade = trade
        self._whole = [parts for name in dict.fromkeys(names) if (parts := _parts_of(name))]

    def find(self, text: str, tokens: list[Token] | None = None) -> list[NameFound]:
        """Every name of the household in a text as it is seen (``lookalikes.seen``), in order.

        ``tokens`` are its words, where they are known already.
        """
        tokens = tokens_of(text) if tokens is None else tokens
        found = [*self._by_words(text, tokens), *self._in_tags(text), *self._spread(text), *self._initials(text)]
        sure = {place for one in found if one.sure for place in range(one.start, one.end)}
        kept = [one for one in found if one.sure or one.start not in sure]
        return _put_together(sorted(kept, key=lambda one: (one.start, -one.end)), text)

    @cached_property
    def parts(self) -> frozenset[str]:
        """Every part of a name, and what first names are called for short."""
        first = {short for parts in self._whole for short in _data()[1].get(parts[0], ())}
        return frozenset(part for parts in self._whole for part in parts) | first

    @cached_property
    def _strange(self) -> frozenset[str]:
        return frozenset(part for part in self.parts if not is_ordinary(part) and part not in self._trade)

    @cached_property
    def _joined(self) -> frozenset[str]:
        """Two parts of a name written as one word."""
        return frozenset(one + other for parts in self._whole for one, other in permutations(dict.fromkeys(parts), 2))

    def _by_words(self, text: str, tokens: list[Token]) -> Iterator[NameFound]:
        for number, token in enumerate(tokens):
            before = tokens[number - 1] if number else None
            after = tokens[number + 1] if number + 1 < len(tokens) else None
            if sure := self._names(token, before, after, text):
                yield NameFound(token.start, token.end, sure == "sure")
        for one, other in pairwise(tokens):
            hyphen = text[one.end : other.start] in ("-", ".", "_", "/", "·")
            if hyphen and one.folded + other.folded in self._strange:
                yield NameFound(one.start, other.end)

    def _names(self, token: Token, before: Token | None, after: Token | None, text: str) -> str:
        """Whether a word is a name of the household: "sure", "look" or ""."""
        forms = _forms(token.folded)
        if forms & self._strange or any(joined in token.folded for joined in self._joined if len(joined) > 6):
            return "sure"
        if "*" in token.folded:
            return "sure" if any(map(_starred(token.folded).fullmatch, self._strange)) else ""
        if not forms & self.parts:
            return ""
        capital = token.written[0].isupper() and not (token.written.isupper() and _shouted(text))
        near = [each for each in (before, after) if each is not None and self._beside(token, each, text)]
        if near and (capital or not all(self._empty(each) for each in (token, *near))):
            return "sure"
        if (before and before.folded in _TITLES) or (after and after.folded in _FAMILY and not self._empty(token)):
            return "sure"
        if not capital:
            return ""
        if not self._empty(token):
            return "sure" if len(token.folded) > 2 or not token.opens else ""
        thing = before is not None and (before.folded in _BEFORE_A_THING or before.folded in self._trade)
        return "look" if token.folded in self.parts and not token.opens and not thing else ""

    def _empty(self, token: Token) -> bool:
        """Whether a word says nothing of a person: a word of the trade, or one that holds sentences together."""
        return token.folded in self._trade or token.folded in word_list("stop")

    def _beside(self, one: Token, other: Token, text: str) -> bool:
        """Whether two neighbours are two parts of one name."""
        between = text[min(one.end, other.end) : max(one.start, other.start)]
        if not re.fullmatch(r"[\s,.\-]{1,2}", between):
            return False
        mine, theirs = _forms(one.folded), _forms(other.folded)
        return any(
            first in mine and second in theirs
            for parts in self._whole
            for first, second in permutations(dict.fromkeys(_with_short(parts)), 2)
        )

    def _in_tags(self, text: str) -> Iterator[NameFound]:
        for match, body, pieces in tags_of(text):
            edges = any(
                body.startswith(part) or body.endswith(part)
                for part in self._strange
                if len(part) >= _SHORTEST_IN_A_TAG
            )
            inside = any(part in body for part in self._strange if len(part) > 5)
            both = len(pieces & self.parts) > 1 or bool(pieces & self.parts and pieces & _FAMILY)
            if edges or inside or both or pieces & self._strange or any(one in body for one in self._joined):
                yield NameFound(match.start(), match.end())

    def _spread(self, text: str) -> Iterator[NameFound]:
        """Names whose letters stand apart: "C o r l i s s"."""
        for match in _SPREAD.finditer(text):
            word = re.sub(r"[^\w]|_", "", match.group()).casefold()
            if any(part in word for part in (*self.parts, *self._joined) if len(part) >= _SHORTEST_SPREAD):
                yield NameFound(match.start(), match.end())

    def _initials(self, text: str) -> Iterator[NameFound]:
        known = {(parts[0][0], other[0]) for parts in self._whole for other in parts[1:]}
        last = {part[0] for parts in self._whole for part in parts[1:] or parts}
        for match in _INITIALS.finditer(text):
            one, other = match.group(1), match.group(2)
            if (one.lower(), other.lower()) in known and one + other not in _NO_INITIALS:
                yield NameFound(match.start(), match.end())
        for match in _TITLED.finditer(text):
            if match.group(1).lower() in last:
                yield NameFound(match.start(), match.end())


def _put_together(found: list[NameFound], text: str) -> list[NameFound]:
    """Names in their order, each place once; what a hyphen ties is one."""
    kept: list[NameFound] = []
    for one in found:
        last = kept[-1] if kept else None
        if last and one.start < last.end:
            kept[-1] = NameFound(last.start, max(last.end, one.end), last.sure or one.sure)
        elif last and last.sure and one.sure and text[last.end : one.start] == "-":
            kept[-1] = NameFound(last.start, one.end)
        else:
            kept.append(one)
    return kept


def _parts_of(name: str) -> tuple[str, ...]:
    """The parts of a name as they are compared; "Müller" is "mueller" too."""
    spelt = re.sub("[äöüÄÖÜ]", lambda letter: f"{letter.group()}e", name)
    parts = [folded(part) for part in _PART.findall(seen(name).text)]
    parts += [folded(part) for part in _PART.findall(seen(spelt).text)] if spelt != name else []
    return tuple(part for part in dict.fromkeys(parts) if len(part) > 1 and part not in _NO_NAMES)


def _with_short(parts: tuple[str, ...]) -> tuple[str, ...]:
    return (*parts, *_data()[1].get(parts[0], ()))


@lru_cache(maxsize=20_000)
def _forms(word: str) -> frozenset[str]:
    """A folded word, without the "s" of several, and with letters for the figures in it."""
    forms = {word, word.removesuffix("s"), word.removesuffix("es")}
    letters = sum(map(str.isalpha, word))
    if letters >= 2 and letters < len(word):
        for figure_one in ("l", "i"):
            read = word.replace("1", figure_one).translate(lookalikes.figures())
            forms |= {read, read.removesuffix("s")}
    return frozenset(forms - {""})


def _starred(word: str) -> re.Pattern[str]:
    """A word with stars in place of letters, as a pattern; one of stars alone fits nothing."""
    pieces = re.split(r"\*+", word)
    if len("".join(pieces)) < 3:
        return re.compile(r"(?!)")
    return re.compile(r"\w{1,4}".join(map(re.escape, pieces)))


def _shouted(text: str) -> bool:
    """Whether a text is mostly capitals, so that they say nothing."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(map(str.isupper, letters)) > len(letters) / 2


_NO_NAMES = frozenset(
    "speaker unknown client customer caller adviser advisor agent host guest participant mr mrs ms dr miss jr sr ii"
    " iii".split()
)
