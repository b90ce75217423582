"""Values as a person writes them in a sentence."""

from collections.abc import Iterable
from datetime import date, time


def money(amount: float) -> str:
    """Dollars, with cents only where there are any: ``$4,500``, ``$2,995.50``."""
    return f"${amount:,.0f}" if float(amount).is_integer() else f"${amount:,.2f}"


def listed(items: Iterable[str]) -> str:
    """Items as a list in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 child``, ``3 children``, ``no children``."""
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{f'{number:,}' if number else 'no'} {word}"


def long_date(iso: str | None) -> str | None:
    """An ISO date as ``June 11, 2025``; None for None or for what is no date."""
    try:
        day = date.fromisoformat(iso or "")
    except ValueError:
        return None
    return f"{day:%B} {day.day}, {day.year}"


def short_date(iso: str | None) -> str | None:
    """An ISO date as ``Jun 11, 2025``; None for None or for what is no date."""
    try:
        day = date.fromisoformat(iso or "")
    except ValueError:
        return None
    return f"{day:%b} {day.day}, {day.year}"


def clock_time(moment: time) -> str:
    """A time of day as ``9:05 AM``."""
    return f"{moment.hour % 12 or 12}:{moment:%M %p}"


def sentence(words: str) -> str:
    """Words as one sentence: first letter large, a full stop at the end, white space folded."""
    text = " ".join(words.split()).rstrip(" ,;:-.")
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('?', '!')) else '.'}" if text else ""


def first_name(full_name: str) -> str:
    """The name to greet by: the first of a full name's words."""
    words = full_name.split()
    return words[0] if words else full_name
