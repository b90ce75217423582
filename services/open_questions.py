"""What nobody said yet, as questions for the next call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.agents.findings import SUPPORTED
from services.json_words import is_missing
from services.playbooks.loader import Playbook
from services.playbooks.model import KNOWN_FACTS, Field

# The firm's own figures: it names them, the client is not asked for them unless a playbook words a question.
_OURS = ("deal_amount", "deposit_amount")
# What need not be asked where another field's value answers it already.
_ANSWERED_BY: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "spouse_name": ("marital_status", ("Single", "Divorced", "Widowed")),
    "real_estate_locations": ("real_estate_count", (0,)),
}


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A field of which nobody spoke: its name, its label, and the question to put to the client."""

    field: str
    label: str
    question: str


def questions(facts: Mapping[str, Mapping[str, Any]], playbook: Playbook) -> list[OpenQuestion]:
    """What is still to be asked, in the playbook's order: its fields of which no words of a call stand for a value.

    ``facts``: by field what is known, as ``{"value", "state"}``; ``extraction["facts"]`` of one call, or of a
    household. A value that a person set has the state "human". A claim that no words support is still to be asked, and
    so is a field that is missing. Left out are fields that the playbook gives an empty ``question``, the firm's own
    figures, fields that only people fill, and what another answer settles (a single client's spouse).

    ``questions(extraction["facts"], load())[0].question`` is the most important one. Pure; raises nothing.
    """
    return [
        OpenQuestion(field.name, field.label, question_of(field))
        for field in playbook.fields
        if _asked(field) and not known(facts.get(field.name)) and not _answered(field.name, facts)
    ]


def question_of(field: Field) -> str:
    """The playbook's question for a field, else one made of its label."""
    if field.question:
        return field.question
    match field.type:
        case "count":
            return f"How many are there: {field.label}?"
        case "money":
            return f"How much is it: {field.label}?"
        case "choice":
            return f"{field.label}: which of these is it, {' or '.join(field.words)}?"
        case _:
            return f"What can you tell us about this: {field.label}?"


def known(fact: Mapping[str, Any] | None) -> bool:
    """Whether a fact has a value that the words of a call or a person stand for."""
    if fact is None or is_missing(fact.get("value")):
        return False
    return fact.get("state") in (*SUPPORTED, "human")


def _asked(field: Field) -> bool:
    """Whether the field is one to ask the client for."""
    if field.question is not None:
        return bool(field.question.strip())
    return field.name not in _OURS and (bool(field.cues) or field.name in KNOWN_FACTS)


def _answered(name: str, facts: Mapping[str, Mapping[str, Any]]) -> bool:
    other, values = _ANSWERED_BY.get(name, ("", ()))
    return known(facts.get(other)) and facts[other].get("value") in values
