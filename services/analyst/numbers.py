"""Numbers as they are said: in digits or words, with the shortcuts of speech ("four fifty", "a million two")."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from services.analyst.number_words import (
    NAMES,
    ORDINALS,
    SCALES,
    SMALL,
    TENS,
    UNITS,
    WORD_SCALES,
    ZEROS,
    Reading,
    Shape,
    Token,
)

MOST_DIGITS = 20  # with their commas; what has more is no number of a call
MOST_TOKENS = 12  # words of one number

_COUNTING = (frozenset(SMALL) | frozenset(ZEROS) | WORD_SCALES | frozenset(ORDINALS) | {"hundred", "hundreds"}) - {
    "second", "o",
}  # fmt: skip
_OPENING = frozenset(("a", "an", "half", "point"))
_BEGINS = _COUNTING | _OPENING
_OPENED = WORD_SCALES | frozenset(UNITS) | {"a", "buck", "half", "hundred"}  # what can follow an opening word
_NEEDED = _COUNTING | {"half", "buck"}  # a text without any of them and without a digit holds no number
_WORD = re.compile(r"[a-z]+")
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(r"(\$)?(\d[\d,]*(?:\.\d+)?)(st|nd|rd|th|k|mm|m|b)?(?![a-z\d])|([a-z]+)|(%)")
_LINK = re.compile(r"[\s\-‐‑]+")
_HARD = re.compile(r"(?<![a-z0-9])(?:[a-z]+-)?(?:\d+[a-z]+|24/7|\d+\([a-z]\))")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One number of a text and where it stands.

    ``value`` is its plain reading; ``shape`` says how it was put: ``joined`` is "four fifty" (450), ``short`` is
    "two one" (21, meant as 2.1 of something), ``string`` is digits one by one (a phone, a code: see ``digits``),
    ``point`` has a spoken or written decimal point. ``scaled`` is True where thousand, million or the like was said,
    so that the value is meant as it is; ``money`` where a dollar sign or the word dollars stands beside it.
    """

    value: float
    start: int
    end: int
    shape: Shape = "plain"
    scaled: bool = False
    money: bool = False
    digits: str = ""

    def worths(self) -> tuple[float, ...]:
        """What it can mean as the worth of a thing, in dollars, likeliest first."""
        if self.shape in ("ordinal", "percent", "string"):
            return (float(self.digits) * 1000,) if self.shape == "string" and 3 <= len(self.digits) <= 4 else ()
        if self.scaled or (self.money and self.value >= 1000):
            return (self.value,)
        if self.shape == "short":
            return (self.value * 100_000, self.value * 1000)
        if self.shape == "point" or (self.value < 10 and self.value != int(self.value)):
            return (self.value * 1_000_000, self.value * 1000) if self.value < 20 else (self.value * 1000,)
        if self.value < 1000:
            return (self.value * 1000, self.value) if not self.money else (self.value, self.value * 1000)
        if self.shape == "joined" and self.value < 10_000:
            return (self.value * 1000, self.value)
        return (self.value,)

    def prices(self) -> tuple[float, ...]:
        """What it can mean as the price of a service, in dollars, likeliest first."""
        if self.shape in ("ordinal", "percent"):
            return ()
        if self.shape == "string":
            return (float(self.digits),) if 3 <= len(self.digits) <= 5 else ()
        if self.scaled or self.money or self.value >= 100:
            return (self.value,)
        if self.shape == "short":
            return (self.value * 100,)
        if self.shape == "point" or self.value < 10:
            return (self.value * 1000, self.value)
        return (self.value * 100, self.value)


_heard: ContextVar[dict[str, list[Spoken]] | None] = ContextVar("heard", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Inside, the numbers of a text are worked out once, however many ask for them; afterwards nothing is kept."""
    token = _heard.set({})
    try:
        yield
    finally:
        _heard.reset(token)


def numbers_in(folded: str) -> list[Spoken]:
    """Every number of a folded text (see ``services.playbooks.cues.fold``), in order."""
    heard = _heard.get()
    if heard is None:
        return _numbers_in(folded)
    found = heard.get(folded)
    if found is None:
        found = heard[folded] = _numbers_in(folded)
    return found.copy() if found else []


def _numbers_in(folded: str) -> list[Spoken]:
    masked = folded
    if _DIGIT.search(folded):
        masked = _HARD.sub(lambda match: "#" * len(match.group()) if _is_name(match.group()) else match.group(), folded)
    elif _NEEDED.isdisjoint(_WORD.findall(folded)):
        return []
    found: list[Spoken] = []
    for group in _groups(masked, list(_TOKEN.finditer(masked))):
        text = masked[group[0].start : group[-1].end].replace("-", " ")
        if text in NAMES or (len(group) == 1 and group[0].text in NAMES):
            continue
        found += _read(group, masked)
    return _across_commas(found, masked)


def _is_name(text: str) -> bool:
    return re.sub(r"[()]", "", text) in NAMES


def _token(match: re.Match[str]) -> Token:
    dollar, digits, suffix, word, _ = match.groups()
    start, end = match.span()
    if word:
        return Token(word, start, end, None, "", False)
    counts = digits is not None and len(digits) <= MOST_DIGITS
    number = float(digits.replace(",", "").rstrip(".") or 0) if counts else None
    return Token(match.group(), start, end, number, suffix or "", bool(dollar))


def _groups(text: str, said: Sequence[re.Match[str]]) -> Iterator[list[Token]]:
    """Runs of tokens that belong to one way of saying a number (or to several numbers said in a row)."""
    words = [match.group() for match in said]
    group: list[Token] = []
    for index, word in enumerate(words):
        if not group and word not in _BEGINS and word.isalpha():
            continue
        token = _token(said[index])
        if group and not _LINK.fullmatch(text, group[-1].end, token.start):
            yield group
            group = []
        if _counts(token) or (_joins(words, index, group[-1]) if group else _opens(text, said, words, index)):
            group.append(token)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _counts(token: Token) -> bool:
    return token.number is not None or token.text in _COUNTING


def _next(words: Sequence[str], index: int) -> str:
    return words[index + 1] if index + 1 < len(words) else ""


def _joins(words: Sequence[str], index: int, last: Token) -> bool:
    """Whether a word that is no number goes on with one: "and" after a hundred, "point", "a half"."""
    text, before, after = words[index], words[index - 1], _next(words, index)
    if text in ("k", "m", "mm"):
        return last.number is not None
    if text == "and":
        if after in ("a", "half", "some", "change") and index + 2 < len(words):
            return after == "half" or words[index + 2] in ("half", "quarter")
        return (before == "hundred" or before in WORD_SCALES) and (after in SMALL or after == "a")
    if text == "buck":
        return before == "a"
    if text in ("a", "half"):
        return before == "and" or before == {"a": "half", "half": "a"}[text]
    if text in ("point", "dot"):
        return after in SMALL or after in ZEROS
    if text == "o":
        return before in UNITS and after in UNITS
    return text in ("quarter", "second") and (before == "a" or before in TENS)


def _opens(text: str, said: Sequence[re.Match[str]], words: Sequence[str], index: int) -> bool:
    """Whether a number begins with a word that is none: "a hundred", "half a million", "point five"."""
    word, after = words[index], _next(words, index)
    if word not in _OPENING or after not in _OPENED:
        return False
    if not _LINK.fullmatch(text, said[index].end(), said[index + 1].start()):
        return False
    if word in ("a", "an"):
        return (
            after in ("hundred", "buck")
            or after in WORD_SCALES
            or (after == "half" and _next(words, index + 1) in WORD_SCALES)
        )
    if word == "half":
        return after == "a" or after in WORD_SCALES
    return word == "point" and after in UNITS


def _read(group: list[Token], text: str) -> list[Spoken]:
    """The numbers of one run. A run that is no single number is cut where a new one has to begin."""
    found, rest = [], group
    while rest:
        size, number = next(
            ((n, number) for n in range(min(len(rest), MOST_TOKENS), 0, -1) if (number := _one(rest[:n], text))),
            (1, None),
        )
        if number:
            found.append(number)
        rest = rest[size:]
    return found


def _one(tokens: list[Token], text: str) -> Spoken | None:
    """The single number that these tokens say, or None if they don't say one."""
    if tokens[-1].text in ("and", "point", "a", "an", "dot"):
        return None
    if len(tokens) > MOST_TOKENS or tokens[0].text in ("and", "hundred", "hundreds", *SCALES):
        return None
    start, end = tokens[0].start, tokens[-1].end
    ordinal = tokens[-1].suffix in ("st", "nd", "rd", "th") or tokens[-1].text in ORDINALS
    reading = Reading()
    for token in tokens:
        if not reading.take(token):
            return None
    outcome = reading.done()
    if outcome is None:
        return None
    value, shape, scaled, digits = outcome
    following = text[end : end + 12].lstrip(" -")
    if following.startswith(("percent", "per cent", "%")):
        shape = "percent"
    elif ordinal:
        shape = "ordinal"
    money = any(token.money for token in tokens) or following.startswith(("dollar", "buck"))
    return Spoken(value, start, end, shape, scaled, money, digits)


def _across_commas(found: list[Spoken], text: str) -> list[Spoken]:
    """Puts "one million, six sixty" together: after a round million, a comma may stand before the hundreds."""
    kept: list[Spoken] = []
    for number in found:
        last = kept[-1] if kept else None
        if (
            last
            and last.scaled
            and last.value >= 1_000_000
            and last.value % 1_000_000 == 0
            and text[last.end : number.start] in (", ", ", and ")
            and number.shape in ("plain", "joined")
        ):
            rest = number.value if number.scaled else number.value * 1000
            if 10_000 <= rest < 1_000_000 and (number.scaled or number.value >= 100):
                kept[-1] = Spoken(last.value + rest, last.start, number.end, "plain", True, last.money)
                continue
        kept.append(number)
    return kept
