"""The words of numbers, and one number's value out of its words ("four fifty", "a million two")."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

Shape = Literal["plain", "joined", "short", "string", "point", "ordinal", "percent"]

_DATA = tomllib.loads((Path(__file__).parent / "data" / "numbers.toml").read_text(encoding="utf-8"))
UNITS: dict[str, int] = _DATA["units"]
ZEROS: dict[str, int] = _DATA["zeros"]
TENS: dict[str, int] = _DATA["tens"]
SCALES: dict[str, int] = _DATA["scales"]
ORDINALS: dict[str, int] = _DATA["ordinals"]
NAMES = frozenset(_DATA["names"]["digits"]) | frozenset(name.replace("-", " ") for name in _DATA["names"]["spoken"])
SMALL: dict[str, int] = UNITS | _DATA["teens"] | TENS
WORD_SCALES = frozenset(SCALES) - {"k", "m", "mm"}
_BELOW_HUNDRED = SMALL | ZEROS
_COUNTED = _BELOW_HUNDRED | ORDINALS


class Token(NamedTuple):
    """A word or a number in digits, and where it stands. ``number`` is None for a word."""

    text: str
    start: int
    end: int
    number: float | None
    suffix: str
    money: bool


class Reading:
    """Takes the tokens of one number in order. ``parts`` are small numbers side by side, not yet joined."""

    def __init__(self) -> None:
        self.parts: list[float] = []
        self.after_point: str | None = None
        self.total, self.scale = 0.0, 0.0
        self.hundreds = self.named = False
        self.fraction = 0.0  # "and a half", "and a quarter"
        self.open = self.said_and = self.ordinal = False

    def take(self, token: Token) -> bool:
        """Whether the token can stand here in one number."""
        word = token.text
        if token.number is not None:
            return self._digits(token)
        if self.after_point is not None and word in _BELOW_HUNDRED:
            self.after_point += str(_BELOW_HUNDRED[word])
            return True
        if word in _COUNTED:
            return self._small(word)
        if word in ("hundred", "hundreds", "buck"):
            return self._hundred()
        if word in SCALES:
            return self._scaled(SCALES[word])
        if word in ("point", "dot"):
            if len(self.parts) > 1 or self.total or self.after_point is not None:
                return False
            self.after_point = ""
            return True
        if word == "half":
            self.fraction = 0.5
            return True
        if word == "quarter":
            self.fraction = 0.25
            return self.said_and
        self.said_and = self.said_and or word == "and"
        return word in ("and", "a", "an")

    def _digits(self, token: Token) -> bool:
        if self.parts or self.after_point is not None or token.number is None:
            return False
        if self.total and token.number >= self.scale:
            return False
        self.parts.append(token.number)
        if token.suffix in ("k", "m", "mm", "b"):
            return self._scaled(SCALES.get(token.suffix, 1_000_000_000))
        self.named = token.number >= 1000
        self.open = True
        return True

    def _small(self, word: str) -> bool:
        value = float(_COUNTED[word])
        if self.open or self.ordinal:
            return False
        self.ordinal = word in ORDINALS
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
            part = self.fraction or 1.0
        else:
            part += self.fraction
        if self.scale and scale >= self.scale:
            return False
        self.total, self.scale = self.total + part * scale, float(scale)
        self.parts, self.hundreds, self.after_point, self.fraction, self.open = [], False, None, 0.0, False
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
        if self.fraction == 0.25 and value >= 10:
            return None
        if self.fraction:
            value, shape = value + self.fraction, "point"
        elif value != int(value):
            shape = "point"
        return value, shape, self.named or (self.hundreds and value >= 1000), digits

    def _with_rest(self) -> tuple[float, Shape, bool, str] | None:
        if self.fraction:
            return self.total + self.scale * self.fraction, "plain", True, ""
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
