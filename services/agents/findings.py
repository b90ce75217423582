"""What the later agents may rely on out of an extraction: values that the call supports."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.agents.contract import Extraction, Fact, NextStep
from services.playbooks.loader import Playbook

# The last one is a person's word, which is laid over what was found where that is used (services/as_it_stands.py).
SUPPORTED = ("verified", "paraphrased", "human")


def supported(fact: Mapping[str, Any] | None) -> Any:
    """The value of a fact that a quote or a person stands for; None for an unsupported or undiscussed one."""
    return fact["value"] if fact and fact["state"] in SUPPORTED else None


def fact_value(extraction: Extraction, field: str) -> Any:
    """The supported value of one fact field, or None."""
    return supported(extraction["facts"].get(field))


def products(extraction: Extraction) -> list[str]:
    """The products that were talked about, as far as the call supports it."""
    return [fact["value"] for fact in extraction["products_discussed"] if fact["state"] in SUPPORTED]


def objections(extraction: Extraction) -> list[str]:
    """The categories of the client's objections, as far as the call supports them."""
    return [item["category"] for item in extraction["objections"] if item["state"] in SUPPORTED]


def next_steps(extraction: Extraction) -> list[NextStep]:
    """The next steps that the call supports, in the order they were said."""
    return [step for step in extraction["next_steps"] if step["state"] in SUPPORTED]


def outcome(extraction: Extraction) -> str | None:
    """The supported outcome, or None."""
    value: str | None = supported(extraction["outcome"])
    return value


def outcome_role(outcome: str | None, playbook: Playbook) -> str | None:
    """What kind of end an outcome is, whatever the firm calls it: won, lost, meeting, waiting or open."""
    return next((known.role for known in playbook.outcomes if known.name == outcome), None)


def turns_of(facts: Sequence[Fact]) -> list[int]:
    """The turns that prove any of the facts, in order, each once."""
    return sorted({quote["turn"] for fact in facts for quote in fact["evidence"]})
