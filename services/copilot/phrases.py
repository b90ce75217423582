"""Values, fields and choices of calls, as an answer's sentences say them."""

from datetime import date
from typing import Any

from db.analytics import Figure, Measure
from services.copilot.contract import Held, Owner, Where
from services.copilot.vocabulary import Terms, state_names
from services.json_words import is_missing, plain
from services.wording import counted, listed, long_date, money

_COMPARED = {"above": "above", "below": "below", "at least": "of at least", "at most": "of at most"}
_COUNTED = ("count", "list", "choices")  # kinds of fields that come in a number
_MEASURES: dict[Measure, str] = {
    "sum": "total",
    "average": "average",
    "median": "median",
    "lowest": "lowest",
    "highest": "highest",
    "count": "number",
}


def value_words(terms: Terms, field: str, value: Any) -> str:
    """A value as a sentence says it: $4,900, Georgia (GA), June 19, 2025."""
    if is_missing(value):
        return "not discussed"
    if field == "talk_share" and isinstance(value, float):
        return f"{100 * value:.0f} % ours and {100 - round(100 * value):.0f} % theirs"
    known = terms.fields.by_name.get(field)
    if field in ("client_state", "real_estate_locations"):
        values = value if isinstance(value, list) else [value]
        return listed([f"{state_names()[each]} ({each})" if each in state_names() else plain(each) for each in values])
    if isinstance(value, list):
        return listed([plain(each) for each in value])
    if known is not None and known.kind == "minutes" and isinstance(value, int | float):
        return counted(round(value), "minute")
    return terms.fields.described(field, value)


def label(terms: Terms, field: str) -> str:
    """A field's label inside a sentence."""
    told = terms.label(field)
    return told if told.isupper() else told[:1].lower() + told[1:]


def fact_words(terms: Terms, client: str, field: str, value: Any) -> str:
    """One value of one client as a sentence."""
    told = value_words(terms, field, value)
    if field == "talk_share":
        if not isinstance(value, float):
            return f"Who spoke how much on the call with {client} is not known: the sides are not told apart."
        return f"Of the words on the call with {client}, {told.replace('theirs', f'were those of {client}')}."
    if is_missing(value):
        return f"{possessive(client)} {label(terms, field)} was not discussed."
    match field:
        case "outcome":
            return f"The call with {client} ended with the outcome {told}."
        case "meeting_date":
            return f"The call with {client} was on {told}."
        case "duration_minutes":
            return f"The call with {client} took {told}."
        case "adviser":
            return f"{told} spoke with {client} for us."
        case "products_discussed":
            return f"With {client} we talked about {told}."
        case "objections":
            return f"{client} raised: {told}."
        case "summary":
            return told if told.endswith((".", "!", "?")) else f"{told}."
        case "deal_stage":
            return f"The deal with {client} is at the stage {told}."
    kind = terms.fields.by_name[field].kind if field in terms.fields.by_name else "text"
    if kind == "count":
        return f"{possessive(client)} number of {label(terms, field)} is {told}."
    verb = "are" if isinstance(value, list) and len(value) > 1 else "is"
    return f"{possessive(client)} {label(terms, field)} {verb} {told}."


def possessive(name: str) -> str:
    """A name that something belongs to."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def number_words(terms: Terms, field: str | None, value: float | None) -> str:
    """A figure in the unit of its field."""
    if value is None:
        return "not known"
    known = terms.fields.by_name.get(field or "")
    if known is not None and known.kind == "money":
        return money(round(value, 2))
    if known is not None and known.kind == "minutes":
        return counted(round(value), "minute")
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def measure_words(terms: Terms, measure: Measure, field: str | None) -> str:
    """The name of a figure: the average deal amount."""
    of = label(terms, field) if field else "calls"
    kind = terms.fields.by_name[field].kind if field in terms.fields.by_name else ""
    of = "length of a call" if kind == "minutes" else of
    return f"{_MEASURES[measure]} number of {of}" if kind in _COUNTED else f"{_MEASURES[measure]} {of}"


def known_words(figure: Figure, noun: str) -> str:
    """On how much a figure stands: known for 8 of 10, not discussed by 2, 1 can't be read."""
    parts = [f"known for {figure.known:,} of {figure.calls:,} {noun}"]
    if figure.missing:
        parts.append(f"not discussed with {figure.missing:,}")
    if figure.unread:
        parts.append(f"{figure.unread:,} hold words that are no number")
    return ", ".join(parts)


def where_words(terms: Terms, where: Where) -> str:
    """The choice of calls in words, to stand behind "clients" or "calls"; empty for all."""
    parts = [f"of {listed(where.clients)}"] if where.clients else []
    parts += [f"with {listed(where.advisers)}"] if where.advisers else []
    parts += [f"in {_either([state_names().get(each, each) for each in where.states])}"] if where.states else []
    parts += [period_words(where.since, where.until)] if where.since or where.until else []
    parts += [f"with the outcome {_either(where.outcomes)}"] if where.outcomes else []
    parts += [f"at the stage {_either(where.stages)}"] if where.stages else []
    parts += [f"with talk of {_either(where.products)}"] if where.products else []
    parts += [f"with the objection {_either(where.objections)}"] if where.objections else []
    parts += [held_words(terms, held) for held in where.conditions]
    return ", ".join(parts)


def held_words(terms: Terms, held: Held) -> str:
    """One condition in words."""
    name, told = label(terms, held.field), value_words(terms, held.field, held.value)
    if held.than:
        whose = f"the {held.than}" if held.than in ("average", "median") else f"that of {held.than}"
        if held.comparison == "is":
            return f"with the same {name} as {held.than}"
        return f"with {_a(name)} {name} {_COMPARED[held.comparison].removeprefix('of ')} {whose}"
    if held.field == "client_name":
        return f"of others than {held.value}" if held.comparison == "is not" else f"of {held.value}"
    match held.comparison:
        case "said":
            return f"with a known {name}"
        case "not said":
            return f"without a known {name}"
        case "is":
            known = terms.fields.by_name.get(held.field)
            if known is not None and known.kind in _COUNTED and isinstance(held.value, int | float):
                return f"with a number of {name} of {held.value:g}"
            return f"with the {name} {told}"
        case "one of":
            return f"with the {name} {_either(str(held.value).split('|'))}"
        case "is not":
            return f"with another {name} than {told}"
        case "contains":
            return f"whose {name} holds {told}"
        case "beyond":
            return f"with {name} beyond the {label(terms, str(held.value))}"
        case "holds" | "lacks":
            has = "with" if held.comparison == "holds" else "without"
            if held.field == "products_discussed":
                return f"{has} talk of {told}"
            return f"{has} the objection {told}" if held.field == "objections" else f"{has} {told} among the {name}"
        case _:
            value = number_words(terms, held.field, float(held.value)) if isinstance(held.value, int | float) else told
            kind = terms.fields.by_name[held.field].kind if held.field in terms.fields.by_name else ""
            named = f"number of {name}" if kind in _COUNTED else name
            named = "length" if kind == "minutes" else named
            return f"with {_a(named)} {named} {_COMPARED[held.comparison]} {value}"


def _a(name: str) -> str:
    return "an" if name[:1] in "aeiou" else "a"


def _either(values: tuple[str, ...] | list[str]) -> str:
    return " or ".join(values)


def period_words(since: date | None, until: date | None) -> str:
    """A time in words."""
    first, last = (long_date(each.isoformat()) if each else None for each in (since, until))
    if first and last:
        return f"on {first}" if first == last else f"from {first} to {last}"
    return f"since {first}" if first else f"until {last}"


def owner_words(owner: Owner | None, client: str) -> str:
    """Who does a step."""
    return "we" if owner == "advisor" else client


def percent(part: int, whole: int) -> str:
    """A share as a percentage, without a fraction."""
    return f"{100 * part / whole:.0f} %" if whole else "no share"
