"""Numbers as they are said: in digits or words, with the shortcuts of speech ("four fifty", "a million two")."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

MOST_DIGITS = 20  # with their commas; what has more is no number of a call
MOST_TOKENS = 12  # words of one number

Shape = Literal["plain", "joined", "short", "string", "point", "ordinal", "percent"]

_DATA = tomllib.loads((Path(__file__).parent / "data" / "numbers.toml").read_text(encoding="utf-8"))
_UNITS: dict[str, int] = _DATA["units"]
_ZEROS: dict[str, int] = _DATA["zeros"]
_TEENS: dict[str, int] = _DATA["teens"]
_TENS: dict[str, int] = _DATA["tens"]
_SCALES: dict[str, int] = _DATA["scales"]
_ORDINALS: dict[str, int] = _DATA["ordinals"]
_NAMES = frozenset(_DATA["names"]["digits"]) | frozenset(name.replace("-", " ") for name in _DATA["names"]["spoken"])
_SMALL = _UNITS | _TEENS | _TENS
_WORD_SCALES = frozenset(_SCALES) - {"k", "m", "mm"}
_STARTERS = (
    frozenset(_SMALL) | frozenset(_ZEROS) | _WORD_SCALES | frozenset(_ORDINALS) | {"hundred", "hundreds", "half"}
)
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


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    number: float | None
    suffix: str
    money: bool


def numbers_in(folded: str) -> list[Spoken]:
    """Every number of a folded text (see ``services.playbooks.cues.fold``), in order."""
    return list(_numbers_in(folded))


@lru_cache(maxsize=50_000)
def _numbers_in(folded: str) -> tuple[Spoken, ...]:
    masked = _HARD.sub(lambda match: "#" * len(match.group()) if _is_name(match.group()) else match.group(), folded)
    found: list[Spoken] = []
    for group in _groups(masked, [_token(match) for match in _TOKEN.finditer(masked)]):
        text = masked[group[0].start : group[-1].end].replace("-", " ")
        if text in _NAMES or (len(group) == 1 and group[0].text in _NAMES):
            continue
        found += _read(group, masked)
    return tuple(_across_commas(found, masked))


def _is_name(text: str) -> bool:
    return re.sub(r"[()]", "", text) in _NAMES


def _token(match: re.Match[str]) -> _Token:
    dollar, digits, suffix, word, _ = match.groups()
    counts = digits is not None and len(digits) <= MOST_DIGITS
    number = float(digits.replace(",", "").rstrip(".") or 0) if counts else None
    return _Token(word or match.group(), match.start(), match.end(), number, suffix or "", bool(dollar))


def _groups(text: str, tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    """Runs of tokens that belong to one way of saying a number (or to several numbers said in a row)."""
    group: list[_Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        linked = bool(group) and bool(_LINK.fullmatch(text[group[-1].end : token.start]))
        if group and not linked:
            yield group
            group = []
        if _counts(token) or (group and _joins(tokens, index)) or (not group and _opens(text, tokens, index)):
            group.append(token)
        elif group:
            yield group
            group = []
        index += 1
    if group:
        yield group


def _counts(token: _Token) -> bool:
    if token.number is not None:
        return True
    return token.text in _STARTERS and token.text not in ("second", "o", "half")


def _next(tokens: Sequence[_Token], index: int) -> str:
    return tokens[index + 1].text if index + 1 < len(tokens) else ""


def _joins(tokens: Sequence[_Token], index: int) -> bool:
    """Whether a word that is no number goes on with one: "and" after a hundred, "point", "a half"."""
    text, before, after = tokens[index].text, tokens[index - 1].text, _next(tokens, index)
    if text in ("k", "m", "mm"):
        return tokens[index - 1].number is not None
    if text == "and":
        if after in ("a", "half", "some", "change") and index + 2 < len(tokens):
            return after == "half" or tokens[index + 2].text in ("half", "quarter")
        return before in ("hundred", *_WORD_SCALES) and (after in _SMALL or after in ("a",))
    if text == "buck":
        return before == "a"
    if text in ("a", "half"):
        return before == "and" or before == {"a": "half", "half": "a"}[text]
    if text in ("point", "dot"):
        return after in _SMALL or after in _ZEROS
    if text == "o":
        return before in _UNITS and after in _UNITS
    return text in ("quarter", "second") and before in ("a", *_TENS)


def _opens(text: str, tokens: Sequence[_Token], index: int) -> bool:
    """Whether a number begins with a word that is none: "a hundred", "half a million", "point five"."""
    token, after = tokens[index], _next(tokens, index)
    if index + 1 == len(tokens) or not _LINK.fullmatch(text[token.end : tokens[index + 1].start]):
        return False
    if token.text in ("a", "an"):
        return after in ("hundred", "buck", *_WORD_SCALES) or (
            after == "half" and _next(tokens, index + 1) in _WORD_SCALES
        )
    if token.text == "half":
        return after in ("a", *_WORD_SCALES)
    return token.text == "point" and after in _UNITS


def _read(group: list[_Token], text: str) -> list[Spoken]:
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


def _one(tokens: list[_Token], text: str) -> Spoken | None:
    """The single number that these tokens say, or None if they don't say one."""
    if tokens[-1].text in ("and", "point", "a", "an", "dot"):
        return None
    if len(tokens) > MOST_TOKENS or tokens[0].text in ("and", "hundred", "hundreds", *_SCALES):
        return None
    start, end = tokens[0].start, tokens[-1].end
    ordinal = tokens[-1].suffix in ("st", "nd", "rd", "th") or tokens[-1].text in _ORDINALS
    reading = _Reading()
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


class _Reading:
    """Takes the tokens of one number in order. ``parts`` are small numbers side by side, not yet joined."""

    def __init__(self) -> None:
        self.parts: list[float] = []
        self.after_point: str | None = None
        self.total, self.scale = 0.0, 0.0
        self.hundreds = self.half = self.named = False
        self.open = self.said_and = self.ordinal = False

    def take(self, token: _Token) -> bool:
        """Whether the token can stand here in one number."""
        word = token.text
        if token.number is not None:
            return self._digits(token)
        if self.after_point is not None and word in {**_UNITS, **_ZEROS, **_TENS, **_TEENS}:
            self.after_point += str({**_SMALL, **_ZEROS}[word])
            return True
        if word in _SMALL or word in _ZEROS or word in _ORDINALS:
            return self._small(word)
        if word in ("hundred", "hundreds", "buck"):
            return self._hundred()
        if word in _SCALES:
            return self._scaled(_SCALES[word])
        if word in ("point", "dot"):
            if len(self.parts) > 1 or self.total or self.after_point is not None:
                return False
            self.after_point = ""
            return True
        if word == "half":
            self.half = True
            return True
        if word == "quarter":
            return False
        self.said_and = self.said_and or word == "and"
        return word in ("and", "a", "an")

    def _digits(self, token: _Token) -> bool:
        if self.parts or self.after_point is not None or token.number is None:
            return False
        if self.total and token.number >= self.scale:
            return False
        self.parts.append(token.number)
        if token.suffix in ("k", "m", "mm", "b"):
            return self._scaled(_SCALES.get(token.suffix, 1_000_000_000))
        self.named = token.number >= 1000
        self.open = True
        return True

    def _small(self, word: str) -> bool:
        value = float({**_SMALL, **_ZEROS, **_ORDINALS}[word])
        if self.open or self.ordinal:
            return False
        self.ordinal = word in _ORDINALS
        last = self.parts[-1] if self.parts else None
        if last is not None and self.hundreds and value == 1 and last >= 1000:
            return False
        if (last is not None and self.hundreds and last % 100 == 0 and value) or (
            last is not None and last and last % 10 == 0 and last % 100 >= 20 and 0 < value < 10
        ):
            self.parts[-1] = last + value
        elif self.hundreds and last is not None:
            return False
        else:
            self.parts.append(value)
        return True

    def _hundred(self) -> bool:
        if self.hundreds:
            return False
        if not self.parts:
            self.parts.append(1.0)
        joined = _join(self.parts)
        if joined is None or joined[0] >= 100 or self.after_point is not None:
            return False
        self.parts, self.hundreds, self.open = [joined[0] * 100], True, False
        return True

    def _scaled(self, scale: int) -> bool:
        part = self._part()
        if part is None:
            if self.parts:
                return False
            part = 0.5 if self.half else 1.0
        elif self.half:
            part += 0.5
        if self.scale and scale >= self.scale:
            return False
        self.total, self.scale = self.total + part * scale, float(scale)
        self.parts, self.hundreds, self.after_point, self.half, self.open = [], False, None, False, False
        return True

    def _part(self) -> float | None:
        """What was said since the last scale, joined."""
        if self.after_point is not None:
            return float(f"{int(self.parts[0]) if self.parts else 0}.{self.after_point or '0'}")
        joined = _join(self.parts) if self.parts else None
        return joined[0] if joined else None

    def done(self) -> tuple[float, Shape, bool, str] | None:
        """Value, shape, whether a scale was said, and the digits; None if that is no number."""
        if self.scale:
            return self._with_rest()
        if self.after_point is not None:
            value = self._part()
            return None if value is None else (value, "point", False, "")
        if not self.parts:
            return None
        joined = _join(self.parts)
        if joined is None:
            return None
        value, shape = joined
        digits = "".join(str(int(part)) for part in self.parts) if shape == "string" else ""
        if self.half:
            value, shape = value + 0.5, "point"
        elif value != int(value):
            shape = "point"
        return value, shape, self.named or (self.hundreds and value >= 1000), digits

    def _with_rest(self) -> tuple[float, Shape, bool, str] | None:
        if self.half:
            return self.total + self.scale / 2, "plain", True, ""
        if not self.parts:
            return self.total, "plain", True, ""
        rest = self._part()
        if rest is None:
            return None
        if rest < 10 and not self.open and not (self.said_and and self.scale == 1000):
            rest *= self.scale / 10
        elif self.scale >= 1_000_000 and rest < 1000 and not self.open:
            rest *= self.scale / 1000
        return self.total + rest, "plain", True, ""


def _join(parts: Sequence[float]) -> tuple[float, Shape] | None:
    """Small numbers said side by side, as one: [4, 50] is 450, [29, 95] is 2995, [2, 1] is "two one"."""
    if len(parts) == 1:
        return parts[0], "plain"
    small = [int(part) for part in parts]
    if any(part != value or value >= 100 for part, value in zip(parts, small, strict=True)):
        return None
    if all(part < 10 for part in small):
        if len(small) == 2 and small[0]:
            return float(small[0] * 10 + small[1]), "short"
        return float("".join(map(str, small))), "string"
    if len(small) == 2:
        first, second = small
        if first == 0:
            return None
        if second >= 10:
            return float(first * 100 + second), "joined"
        return (first + second / 10, "point") if first >= 20 and first % 10 and second else None
    if len(small) == 3:
        return _join_three(*small)
    return None


def _join_three(first: int, second: int, third: int) -> tuple[float, Shape] | None:
    if 0 < first < 10 and 0 <= second < 10 and third >= 10:
        return float(first * 1000 + second * 100 + third), "joined"
    if first >= 10 and second == 0 and third < 10:
        return float(first * 100 + third), "joined"
    if 0 < first < 10 and second >= 10 and second % 10 and third < 10:
        return None
    return None


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
