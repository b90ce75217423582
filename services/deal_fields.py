"""The fields of a firm's deals: their names, kinds and choices after its playbook, and what may stand in each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from services.errors import InvalidValue
from services.field_kinds import DealField, Kind, one_of, read, words_of
from services.json_words import is_missing, plain
from services.playbooks.loader import load
from services.playbooks.model import Field, FieldType, Playbook
from services.settings import settings
from services.wording import counted, long_date, money

NOT_DISCUSSED = "not discussed"

_POSTAL = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR"
    " PA PR RI SC SD TN TX UT VT VA WA WV WI WY"
)
STATES = tuple(_POSTAL.split())
_KINDS: dict[FieldType, Kind] = {
    "text": "text",
    "texts": "list",
    "phone": "phone",
    "state": "choice",
    "states": "choices",
    "choice": "choice",
    "count": "count",
    "money": "money",
}
# The playbook's fields that stand with the deal; its others stand with the client.
_OF_THE_DEAL = ("deal_amount", "deposit_amount")
# Fields of crm_data that the grid shows and nobody edits in a cell.
_OTHER_LABELS = {"next_steps": "Next steps", "transcript_id": "Call id"}


@dataclass(frozen=True)
class DealFields:
    """Every field that a person may edit, in the order of the grid. ``trade`` are the names of the playbook's own."""

    each: tuple[DealField, ...]
    trade: tuple[str, ...]

    def __iter__(self) -> Iterator[DealField]:
        return iter(self.each)

    @cached_property
    def by_name(self) -> dict[str, DealField]:
        return {field.name: field for field in self.each}

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each field in the grid, from 0."""
        return {field.name: place for place, field in enumerate(self.each)}

    def label_of(self, name: str) -> str:
        """The label of a field; an unknown field's own name with spaces."""
        if name in self.by_name:
            return self.by_name[name].label
        return _OTHER_LABELS.get(name, name.replace("_", " ").strip().capitalize())

    def accept(self, name: str, raw: Any) -> Any:
        """The value to store for what a person entered in the field ``name``; None means not discussed.

        Money and counts become numbers, dates ISO dates, lists lists of distinct strings.
        Raises InvalidValue, naming the field, where the value does not fit.
        """
        field = self.by_name.get(name)
        if field is None:
            raise InvalidValue(f"{self.label_of(name)} can't be edited here.")
        if is_missing(raw):
            return None
        try:
            value = read(field, raw)
            if field.kind == "choice":
                return one_of(field.choices, value)
            if field.kind == "choices":
                return list(dict.fromkeys(one_of(field.choices, item) for item in value))
        except ValueError as error:
            raise InvalidValue(f"{field.label}: {error}") from error
        return value or None if field.kind == "list" else value

    def shown(self, name: str, stored: Any) -> Any:
        """The stored value in the type of its column, or None where it is missing or does not fit the type.

        Choices outside the vocabulary are kept: an older system's words are shown as they are.
        """
        field = self.by_name.get(name)
        if field is None or is_missing(stored):
            return None
        try:
            if field.kind in ("email", "phone"):
                return words_of(stored, 10_000)
            return read(replace(field, longest=100_000), stored)
        except ValueError:
            return None

    def described(self, name: str, value: Any) -> str:
        """A value as a sentence names it: ``$4,500``, ``June 11, 2025``, ``Price, Timing``, ``not discussed``."""
        if is_missing(value):
            return NOT_DISCUSSED
        field, typed = self.by_name.get(name), self.shown(name, value)
        if field is None or typed is None:
            return plain(value)
        if field.kind == "money":
            return money(typed)
        if field.kind == "date":
            return long_date(typed) or str(typed)
        if field.kind == "minutes":
            return counted(1, "minute") if typed == 1 else f"{typed:g} minutes"
        return ", ".join(typed) if isinstance(typed, list) else str(typed)


def current() -> DealFields:
    """The fields after the firm's playbook, as the settings name it. Raises BadPlaybook."""
    return of(load(settings().playbook))


@lru_cache(maxsize=8)
def of(playbook: Playbook) -> DealFields:
    """The fields after a playbook: those of every firm, and the playbook's own."""
    own = [_own(field) for field in playbook.fields]
    deal = [field for field in own if field.name in _OF_THE_DEAL]
    trade = [field for field in own if field.name not in _OF_THE_DEAL]
    each = (
        DealField("client_name", "Client", "text"),
        DealField("deal_stage", "Stage", "choice", choices=playbook.stages),
        DealField("outcome", "Outcome", "choice", choices=tuple(outcome.name for outcome in playbook.outcomes)),
        *deal,
        DealField("meeting_date", "Meeting date", "date"),
        DealField("products_discussed", "Products", "choices", choices=tuple(one.name for one in playbook.products)),
        DealField("objections", "Objections", "choices", choices=tuple(one.name for one in playbook.objections)),
        *trade,
        DealField("client_email", "E-mail", "email"),
        DealField("meeting_title", "Meeting", "text", longest=500),
        DealField("duration_minutes", "Minutes", "minutes"),
        DealField("meeting_url", "Recording", "url", longest=2000),
        DealField("summary", "Summary", "text", longest=5000),
    )
    return DealFields(each, tuple(field.name for field in trade))


def _own(field: Field) -> DealField:
    choices = STATES if field.type in ("state", "states") else field.words
    return DealField(field.name, field.label, _KINDS[field.type], 40 if field.type == "phone" else 200, choices)


def label_of(name: str) -> str:
    """The label of a field of the firm's deals (see ``DealFields.label_of``)."""
    return current().label_of(name)


def described(name: str, value: Any) -> str:
    """A value of a field of the firm's deals as a sentence names it (see ``DealFields.described``)."""
    return current().described(name, value)
