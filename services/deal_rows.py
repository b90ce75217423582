"""A deal as the grid shows it: the values of its columns, and how each of them came to stand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.ledger import CRM
from db.listings import DealRow
from db.marks import Marks
from services.deal_fields import DealFields, current
from services.json_words import is_missing, plain, step_line
from services.ledger import field_label

# What a person did last to a field whose value they found right as it stood; anything else they did is an edit.
_FOUND_RIGHT = ("confirm", "keep", "take")

Flagged = frozenset[tuple[str, str]]  # fields of the record, by name, and minds whose values need a look


@dataclass(frozen=True)
class Deal:
    """One call's row in the grid.

    ``values`` holds every field of the firm's deals in the type of its column, None where it was not discussed.
    ``stored`` is ``crm_data`` as it stands. ``other`` says, one line each, what of it fits no column: an older
    system's fields, and values that are not of their field's kind.

    ``edited`` are the fields that a person wrote, ``confirmed`` those that a person found right; no field is in both.
    ``conflicts`` are the ledger's paths of fields, of any output, that a later run contradicts. ``look_at`` are the
    fields whose value needs a look, ``disputed`` those of which two minds say different things and no person anything.
    """

    external_id: str
    version: int
    values: Mapping[str, Any]
    stored: Mapping[str, Any]
    next_steps: tuple[str, ...]
    other: tuple[str, ...]
    edited: tuple[str, ...]
    filename: str | None
    updated_at: datetime | None
    confirmed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    look_at: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()

    @property
    def conflict_labels(self) -> tuple[str, ...]:
        """The labels of the fields in conflict, those of the grid first."""
        return tuple(field_label(path) for path in self.conflicts)

    @property
    def client(self) -> str:
        """The client's name, or words that stand for it."""
        return self.values["client_name"] or self.filename or self.external_id


def deals_of(rows: Sequence[DealRow], told: Mapping[int, Marks], flagged: Flagged = frozenset()) -> tuple[Deal, ...]:
    """The rows as deals, with their marks by the rows' ids."""
    known = current()
    return tuple(_deal(row, known, told[row.id], flagged) for row in rows)


def _deal(row: DealRow, known: DealFields, told: Marks, flagged: Flagged) -> Deal:
    stored = row.crm_data if isinstance(row.crm_data, dict) else {}
    values = {field.name: known.shown(field.name, stored.get(field.name)) for field in known}
    steps = stored.get("next_steps")
    steps = steps if isinstance(steps, list) else [] if is_missing(steps) else [steps]
    spoken = sorted(row.edits, key=lambda name: _place(name, known))
    doubtful = {name for name, _ in flagged & set(told.minds.items())} - set(row.edits)
    return Deal(
        external_id=row.external_id,
        version=row.version,
        values=values,
        stored=stored,
        next_steps=tuple(step_line(step) for step in steps),
        other=tuple(_unfit(stored, values, known)),
        edited=tuple(name for name in spoken if told.kinds.get(name) not in _FOUND_RIGHT),
        filename=row.filename,
        updated_at=row.updated_at,
        confirmed=tuple(name for name in spoken if told.kinds.get(name) in _FOUND_RIGHT),
        conflicts=tuple(sorted(row.conflicts, key=lambda path: _place(path.removeprefix(CRM), known))),
        look_at=tuple(name for name in sorted(doubtful, key=lambda name: _place(name, known)) if _says(stored, name)),
        disputed=tuple(sorted(row.disagreements, key=lambda name: _place(name, known))),
    )


def _place(name: str, known: DealFields) -> tuple[int, str]:
    return known.order.get(name, len(known.order)), name


def _says(stored: Mapping[str, Any], name: str) -> bool:
    return not is_missing(stored.get(name))


def _unfit(stored: Mapping[str, Any], values: Mapping[str, Any], known: DealFields) -> Iterator[str]:
    for name, value in stored.items():
        if name not in ("next_steps", "transcript_id") and not is_missing(value) and values.get(name) is None:
            yield f"{known.label_of(name)}: {plain(value)}"
