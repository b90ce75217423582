"""Checks a claimed value against the words of the call, whoever claims it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.agents.contract import Quote, State
from services.playbooks.loader import Playbook

_SPACE = re.compile(r"\s+")


def check(
    dialogue: Sequence[Mapping[str, Any]],
    field: str,
    value: Any,
    quotes: Sequence[Quote],
    playbook: Playbook | None = None,
) -> State:
    """The state of a claim: do its quotes stand in their turns, and does the value follow from them?"""
    if value is None:
        return "not discussed"
    standing = [quote for quote in quotes if stands(dialogue, quote)]
    if not standing or len(standing) < len(quotes):
        return "unsupported"
    return "paraphrased"


def stands(dialogue: Sequence[Mapping[str, Any]], quote: Quote) -> bool:
    """Whether the quoted words stand in the turn that the quote names: white space and case folded, nothing else."""
    turn, words = quote.get("turn"), _folded(quote.get("quote") or "")
    if not isinstance(turn, int) or isinstance(turn, bool) or not 0 <= turn < len(dialogue) or not words:
        return False
    return words in _folded(dialogue[turn]["text"])


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()
