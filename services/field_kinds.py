"""The kinds of a deal's fields: what a person may enter in each, and the form in which it is stored."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from services.json_words import is_missing, plain

Kind = Literal["text", "email", "phone", "choice", "count", "minutes", "money", "date", "url", "list", "choices"]

MOST_ITEMS = 50
MOST_MONEY = 1e12
MOST_COUNT = 10_000


@dataclass(frozen=True)
class DealField:
    """One field of ``crm_data`` that a person may edit.

    ``longest`` is the most characters of a text or of one item of a list; ``choices`` are the words that a choice,
    or an item of choices, may be.
    """

    name: str
    label: str
    kind: Kind
    longest: int = 200
    choices: tuple[str, ...] = ()


def read(field: DealField, raw: Any) -> Any:
    """A raw value in the form of the field's kind, whatever its choices. Raises ValueError with half a sentence."""
    return _READERS[field.kind](field, raw)


def words_of(raw: Any, longest: int) -> str:
    """One line of words, white space folded. Raises ValueError for what is no text, or too long."""
    if isinstance(raw, dict | list | tuple):
        raise ValueError("only one line of words fits here.")
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in plain(raw))
    words = " ".join(visible.split())
    if len(words) > longest:
        raise ValueError(f"at most {longest:,} characters fit here.")
    return words


def _number(raw: Any) -> float:
    if isinstance(raw, bool):
        raise ValueError("a number fits here.")
    if isinstance(raw, str):
        raw = re.sub(r"^(?:USD|US\$|\$)\s*|,(?=\d{3}\b)|\s*(?:USD|dollars)$", "", raw.strip(), flags=re.IGNORECASE)
    try:
        number = float(raw)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("a number fits here.") from None
    if not math.isfinite(number):
        raise ValueError("a number fits here.")
    if number < 0:
        raise ValueError("it can't be less than 0.")
    return number


def _text(field: DealField, raw: Any) -> str:
    return words_of(raw, field.longest)


def _email(field: DealField, raw: Any) -> str:
    words = words_of(raw, field.longest)
    if not re.fullmatch(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;.]{2,}", words):
        raise ValueError("an address like name@example.com fits here.")
    return words


def _phone(field: DealField, raw: Any) -> str:
    words = words_of(raw, field.longest)
    if not 7 <= len(re.sub(r"\D", "", words)) <= 20 or re.search(r"[^\d\s()+.\-/#xext]", words, re.IGNORECASE):
        raise ValueError("a phone number with at least 7 digits fits here.")
    return words


def _url(field: DealField, raw: Any) -> str:
    words = words_of(raw, field.longest)
    try:
        parts = urlsplit(words)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or " " in words:
        raise ValueError("a web address that begins with https:// fits here.")
    return words


def one_of(options: Sequence[str], words: str) -> str:
    """The option that the words are, case folded. Raises ValueError where they are none."""
    for option in options:
        if option.casefold() == words.casefold():
            return option
    raise ValueError(f"'{words[:60]}' is none of its choices.")


def _items(raw: Any, longest: int) -> list[str]:
    items = list(raw) if isinstance(raw, list | tuple | set) else [raw]
    words = [words_of(_category(item), longest) for item in items if not is_missing(item)]
    return list(dict.fromkeys(word for word in words if word))


def _category(item: Any) -> Any:
    """An older record holds objections as ``{"category": ...}``, products as ``{"name": ...}``."""
    if isinstance(item, dict):
        return next((item[key] for key in ("category", "name", "value") if isinstance(item.get(key), str)), item)
    return item


def _list(field: DealField, raw: Any) -> list[str]:
    items = _items(raw, field.longest)
    if len(items) > MOST_ITEMS:
        raise ValueError(f"at most {MOST_ITEMS} items fit here.")
    return items


def _money(field: DealField, raw: Any) -> float | int:
    amount = round(_number(raw), 2)
    if amount > MOST_MONEY:
        raise ValueError("that is more than fits here.")
    return int(amount) if amount.is_integer() else amount


def _minutes(field: DealField, raw: Any) -> float | int:
    minutes = round(_number(raw), 2)
    if minutes > MOST_COUNT:
        raise ValueError("that is more than fits here.")
    return int(minutes) if minutes.is_integer() else minutes


def _count(field: DealField, raw: Any) -> int:
    number = _number(raw)
    if not number.is_integer():
        raise ValueError("a whole number fits here.")
    if number > MOST_COUNT:
        raise ValueError("that is more than fits here.")
    return int(number)


def _date(field: DealField, raw: Any) -> str:
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(str(raw).strip()[:10])
    except ValueError:
        raise ValueError("a date like 2026-03-09 fits here.") from None
    if not 1900 <= day.year <= 2200:
        raise ValueError("the year must lie between 1900 and 2200.")
    return date(day.year, day.month, day.day).isoformat()


_READERS: dict[Kind, Any] = {
    "text": _text,
    "email": _email,
    "phone": _phone,
    "choice": _text,
    "count": _count,
    "minutes": _minutes,
    "money": _money,
    "date": _date,
    "url": _url,
    "list": _list,
    "choices": _list,
}
