"""The fields of a deal: their names, kinds and vocabularies, and what may stand in each."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from services.errors import InvalidValue
from services.json_words import is_missing, plain
from services.playbooks.loader import Playbook
from services.wording import counted, long_date, money

Kind = Literal["text", "email", "phone", "choice", "count", "minutes", "money", "date", "url", "list", "choices"]

NOT_DISCUSSED = "not discussed"

MARITAL_STATUSES = ("Single", "Married", "Divorced", "Widowed", "Separated")
_POSTAL = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR"
    " PA PR RI SC SD TN TX UT VT VA WA WV WI WY"
)
STATES = tuple(_POSTAL.split())

# Which words fit where: field name to its vocabulary. A field that is no key takes any words.
Vocabulary = Mapping[str, tuple[str, ...]]


def vocabulary(playbook: Playbook) -> Vocabulary:
    """The choices of every field that has some: the playbook's, and those that are the same for every firm."""
    return {
        "deal_stage": tuple(playbook.stages),
        "outcome": tuple(outcome.name for outcome in playbook.outcomes),
        "products_discussed": tuple(product.name for product in playbook.products),
        "objections": tuple(objection.name for objection in playbook.objections),
        "marital_status": MARITAL_STATUSES,
        "client_state": STATES,
        "real_estate_locations": STATES,
    }


@dataclass(frozen=True)
class DealField:
    """One field of ``crm_data`` that a person may edit.

    ``longest`` is the most characters of a text or of one item of a list.
    """

    name: str
    label: str
    kind: Kind
    longest: int = 200


FIELDS: tuple[DealField, ...] = (
    DealField("client_name", "Client", "text"),
    DealField("deal_stage", "Stage", "choice"),
    DealField("outcome", "Outcome", "choice"),
    DealField("deal_amount", "Deal amount", "money"),
    DealField("deposit_amount", "Deposit", "money"),
    DealField("meeting_date", "Meeting date", "date"),
    DealField("products_discussed", "Products", "choices"),
    DealField("objections", "Objections", "choices"),
    DealField("estate_value", "Estate value", "money"),
    DealField("client_state", "State", "choice"),
    DealField("marital_status", "Marital status", "choice"),
    DealField("spouse_name", "Spouse", "text"),
    DealField("children_count", "Children", "count"),
    DealField("real_estate_count", "Properties", "count"),
    DealField("real_estate_locations", "Property states", "choices"),
    DealField("business_interests", "Business interests", "list"),
    DealField("client_email", "E-mail", "email"),
    DealField("client_phone", "Phone", "phone", longest=40),
    DealField("meeting_title", "Meeting", "text", longest=500),
    DealField("duration_minutes", "Minutes", "minutes"),
    DealField("meeting_url", "Recording", "url", longest=2000),
    DealField("summary", "Summary", "text", longest=5000),
)
BY_NAME = {field.name: field for field in FIELDS}
# Fields of crm_data that the grid shows and nobody edits in a cell.
_OTHER_LABELS = {"next_steps": "Next steps", "transcript_id": "Call id"}

MOST_ITEMS = 50
MOST_MONEY = 1e12
MOST_COUNT = 10_000


def label_of(name: str) -> str:
    """The label of a field; an unknown field's own name with spaces."""
    if name in BY_NAME:
        return BY_NAME[name].label
    return _OTHER_LABELS.get(name, name.replace("_", " ").strip().capitalize())


def accept(name: str, raw: Any, words: Vocabulary) -> Any:
    """The value to store for what a person entered in the field ``name``; None means not discussed.

    Money and counts become numbers, dates ISO dates, lists lists of distinct strings.
    Raises InvalidValue, naming the field, where the value does not fit.
    """
    field = BY_NAME.get(name)
    if field is None:
        raise InvalidValue(f"{label_of(name)} can't be edited here.")
    if is_missing(raw):
        return None
    try:
        value = _READERS[field.kind](field, raw)
        if field.kind == "choice":
            return _one_of(words.get(name, ()), value)
        if field.kind == "choices":
            return list(dict.fromkeys(_one_of(words.get(name, ()), item) for item in value))
    except ValueError as error:
        raise InvalidValue(f"{field.label}: {error}") from error
    return value or None if field.kind == "list" else value


def shown(name: str, stored: Any) -> Any:
    """The stored value in the type of its column, or None where it is missing or does not fit the type.

    Choices outside the vocabulary are kept: an older system's words are shown as they are.
    """
    field = BY_NAME.get(name)
    if field is None or is_missing(stored):
        return None
    try:
        if field.kind in ("email", "phone"):
            return _words(stored, 10_000)
        return _READERS[field.kind](replace(field, longest=100_000), stored)
    except ValueError:
        return None


def described(name: str, value: Any) -> str:
    """A value as a sentence names it: ``$4,500``, ``June 11, 2025``, ``Price, Timing``, ``not discussed``."""
    field = BY_NAME.get(name)
    if is_missing(value):
        return NOT_DISCUSSED
    if field is not None and (typed := shown(name, value)) is not None:
        if field.kind == "money":
            return money(typed)
        if field.kind == "date":
            return long_date(typed) or str(typed)
        if field.kind == "minutes":
            return counted(1, "minute") if typed == 1 else f"{typed:g} minutes"
        if isinstance(typed, list):
            return ", ".join(typed)
        return str(typed)
    return plain(value)


def _words(raw: Any, longest: int) -> str:
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
    return _words(raw, field.longest)


def _email(field: DealField, raw: Any) -> str:
    words = _words(raw, field.longest)
    if not re.fullmatch(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;.]{2,}", words):
        raise ValueError("an address like name@example.com fits here.")
    return words


def _phone(field: DealField, raw: Any) -> str:
    words = _words(raw, field.longest)
    if not 7 <= len(re.sub(r"\D", "", words)) <= 20 or re.search(r"[^\d\s()+.\-/#xext]", words, re.IGNORECASE):
        raise ValueError("a phone number with at least 7 digits fits here.")
    return words


def _url(field: DealField, raw: Any) -> str:
    words = _words(raw, field.longest)
    try:
        parts = urlsplit(words)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or " " in words:
        raise ValueError("a web address that begins with https:// fits here.")
    return words


def _one_of(options: Sequence[str], words: str) -> str:
    for option in options:
        if option.casefold() == words.casefold():
            return option
    raise ValueError(f"'{words[:60]}' is none of its choices.")


def _items(raw: Any, longest: int) -> list[str]:
    items = list(raw) if isinstance(raw, list | tuple | set) else [raw]
    words = [_words(_category(item), longest) for item in items if not is_missing(item)]
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
