"""Any JSON value, as it may stand in a record of this or an older system, said in plain words."""

import math
from typing import Any

from services.wording import short_date

OWNERS = {"advisor": "We", "client": "The client"}  # of a next step


def plain(value: Any) -> str:
    """Any JSON value on one line, without brackets where it can be read without."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(item)}" for key, item in value.items() if not is_missing(item))
    if isinstance(value, list | tuple):
        return "; ".join(plain(item) for item in value if not is_missing(item))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else " ".join(str(value).split())


def step_line(step: Any) -> str:
    """A next step on one line: ``We: send the draft (by Tuesday, Jun 17, 2025)``."""
    if not isinstance(step, dict):
        return plain(step)
    action = plain(step.get("action"))
    if not action:
        return plain(step)
    owner = plain(step.get("owner"))
    owner = OWNERS.get(owner.lower(), owner.capitalize())
    day = plain(step.get("due_date"))
    due = [words for words in (plain(step.get("due")), short_date(day) or day) if words]
    when = f" ({', '.join(dict.fromkeys(due))})" if due else ""
    return f"{owner}: {action}{when}" if owner else f"{action}{when}"


def is_missing(value: Any) -> bool:
    """Whether a value says nothing: None, NaN, NaT, blank words, an empty list. 0 says something."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or type(value).__name__ == "NaTType":
        return True
    return isinstance(value, str | list | tuple | dict) and not (value.strip() if isinstance(value, str) else value)


def finite(value: Any) -> float | None:
    """A number that can be counted with, or None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
