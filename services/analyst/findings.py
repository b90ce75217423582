"""What the modules of the analyst hand over: a value with its quotes, before its state is judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.agents.contract import Quote


@dataclass(frozen=True, slots=True)
class Finding:
    """A claimed value and the words it comes from. ``value`` is never None: what was not said is no finding."""

    value: Any
    quotes: Sequence[Quote]
