"""Values as PostgreSQL takes them: it refuses a NUL, half a surrogate pair, and numbers that are none."""

import json
import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_REFUSED = re.compile("[\x00\ud800-\udfff]")
_NUL = r"\u0000"  # as JSON writes it
_write = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def storable_text(value: str) -> str:
    """The text without what PostgreSQL refuses: NUL goes, half a surrogate pair becomes U+FFFD."""
    if not _REFUSED.search(value):
        return value
    return _REFUSED.sub(lambda found: "" if found[0] == "\x00" else "\ufffd", value)


def storable(value: Any) -> Any:
    """A JSON value that PostgreSQL takes: texts as ``storable_text``, NaN and infinities null, tuples as lists."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {storable_text(str(key)): storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable(each) for each in value]
    if isinstance(value, set | frozenset):
        return [storable(each) for each in sorted(value, key=str)]
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


class JsonText(str):
    """JSON that ``to_json`` has written already, and takes as it is."""

    __slots__ = ()


def to_json(value: Any) -> JsonText:
    """JSON text for a JSONB column. Raises TypeError on what JSON does not know."""
    if isinstance(value, JsonText):
        return value
    # Nearly every value is storable as it is; written first and looked at afterwards, it costs a tenth.
    try:
        text = _write(value)
        if not text.isascii():
            text.encode()  # half a surrogate pair can't be
        if _NUL not in text:
            return JsonText(text)
    except (TypeError, ValueError):
        pass
    return JsonText(_write(storable(value)))


def _number(value: Decimal) -> int | float | None:
    if not value.is_finite():
        return None
    return int(value) if value == value.to_integral_value() else float(value)
