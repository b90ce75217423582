"""Amounts, names and days as a draft may hold them: whose word they are, and what became of those that are gone."""

import re
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from services import sentence_words
from services.agents import findings
from services.agents.contract import Extraction
from services.calls.model import Header
from services.corrections import Corrections, Gone
from services.playbooks.model import Playbook

NAMING = frozenset(("client_name", "spouse_name"))
_ALIKE = 0.005


class CorrectedWords:
    """What people corrected of one call, asked by what a sentence says; ``labels`` are what its speakers are called.

    Findings and header are those that stand.
    """

    def __init__(
        self,
        labels: Collection[str],
        extraction: Extraction,
        header: Header,
        playbook: Playbook,
        corrections: Corrections,
    ) -> None:
        self._labels, self._extraction, self._header, self._corrections = labels, extraction, header, corrections
        self.money = frozenset(field.name for field in playbook.fields if field.type == "money")

    def amount_by(self, value: float) -> str:
        """Whose word an amount is, where a person set it, or set what is left of it; "" for all others."""
        names = [name for name in self._corrections.words if name in self.money]
        whole, part = self._value("deal_amount"), self._value("deposit_amount")
        set_ones = [(name, self._value(name)) for name in names]
        if whole is not None and part is not None:
            set_ones += [(name, whole - part) for name in ("deal_amount", "deposit_amount") if name in names]
        return next((self._corrections.who(name) for name, one in set_ones if same_amount(value, one)), "")

    def amount(self, value: float) -> Gone | None:
        """What became of an amount that a person put another in place of; None for one that stands somewhere."""
        found = [one for one in self._corrections.gone if one.word.field in self.money]
        if not found or any(same_amount(value, self._value(name)) for name in self.money):
            return None
        return next((one for one in found if same_amount(value, one.value)), None)

    def name(self, word: str) -> Gone | None:
        """What became of a folded word of a name that a person corrected; None for one that somebody bears."""
        return self._names.get(word.removesuffix("'s")) if self._corrections.gone else None

    def name_since(self, name: str) -> str:
        """What became of a name, in words; "" for one that no person corrected."""
        found = filter(None, map(self.name, pieces_of_name(name)))
        return next((one.since for one in found), "")

    def day(self, iso: str | None) -> Gone | None:
        """What became of a day on which a person corrected the meeting or a next step."""
        for one in self._corrections.gone if iso else ():
            day = one.value.get("due_date") if isinstance(one.value, Mapping) else one.value
            if one.word.field in ("meeting_date", "next_steps") and str(day or "")[:10] == iso:
                return one
        return None

    @cached_property
    def _names(self) -> dict[str, Gone]:
        was = [(one, pieces_of_name(str(one.value))) for one in self._corrections.gone if one.word.field in NAMING]
        others = [own for own in map(pieces_of_name, self._labels) if not any(own <= old for _, old in was)]
        names = (self._header.client_name or "", str(self._value("spouse_name") or ""))
        borne = set[str]().union(*others, *map(pieces_of_name, names))
        return {piece: one for one, old in was for piece in old if piece not in borne}

    def _value(self, name: str) -> Any:
        return findings.fact_value(self._extraction, name)


def same_amount(one: float, other: Any) -> bool:
    """Whether two amounts are one, but for half a percent."""
    return isinstance(other, int | float) and bool(abs(one - other) <= _ALIKE * max(1.0, abs(other)))


def pieces_of_name(name: str) -> set[str]:
    """The folded parts of a name: "Marlow-Reed" has two."""
    return {piece for piece in re.findall(r"[^\W_]+", sentence_words.plain(name)) if len(piece) > 1}
