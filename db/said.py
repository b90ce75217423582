"""Words of the ledger: what was said of a field, by whom, on what evidence; and what of it stands."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from db.stored import storable

CRM, EMAIL, SOCIAL, COACHING = "crm_data.", "email_draft.", "social_content.", "coaching."
BESIDE = "beside."  # before the path of a field: what the mind says there whose value does not stand
RELEASED: Final = "restore"  # the kind of a person's row that gives a field back to the runs


@dataclass(frozen=True, slots=True)
class Said:
    """One value of one field as a run says it. ``quotes`` are ``{turn, quote}``; ``claim`` is what nothing supports."""

    field: str
    value: Any = None
    state: str | None = None
    quotes: Sequence[Mapping[str, Any]] = ()
    claim: Any = None
    source: str = "builtin"
    mind: str | None = None
    mind_version: str | None = None
    prompt_hash: str | None = None


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A row of the ledger, as db/models describes it."""

    id: int
    transcript_id: int
    write_id: uuid.UUID
    field: str
    value: Any
    claim: Any
    source: str
    kind: str
    state: str | None
    quotes: Any
    against: int | None
    reason: str | None
    run_id: str | None
    mind: str | None
    mind_version: str | None
    prompt_hash: str | None
    actor: str
    at: datetime

    @property
    def human(self) -> bool:
        """Whether a person said it."""
        return self.source == "human"

    @property
    def silent(self) -> bool:
        """Whether it says neither a value nor that there is none: what was said in a part written anew ends so."""
        return self.value is None and self.state is None

    @property
    def claimed(self) -> Any:
        """The value; where no words of the call support one, what was claimed."""
        return self.claim if self.state == "unsupported" else self.value


@dataclass(frozen=True, slots=True)
class Heads:
    """What was said of one field last: by a run, by a person, and by the run that the person spoke to."""

    run: ValueRow | None = None
    person: ValueRow | None = None
    base: ValueRow | None = None

    @property
    def locked(self) -> bool:
        """Whether a person's word stands."""
        return self.person is not None and self.person.kind != RELEASED

    @property
    def standing(self) -> ValueRow | None:
        """The row whose value stands."""
        return self.person if self.locked else self.run

    @property
    def conflict(self) -> bool:
        """Whether the last run says something else than the person, and than the run that the person spoke to."""
        if not self.locked or self.person is None or self.run is None or self.run.id == self.person.against:
            return False
        said = essence(self.run.field, self.run.value)
        base = None if self.base is None else self.base.value
        return said not in (essence(self.run.field, base), essence(self.run.field, self.person.value))


def canonical(value: Any) -> str:
    """The value as one text: equal for equal JSON, whatever the order of its keys. 1 is not true, and is 1.0."""
    # Nearly every value can be written as it is; written first and looked at afterwards, it costs a tenth.
    try:
        text = _write(value)
        if not text.isascii():
            text.encode()  # half a surrogate pair can't be
        if not any(odd in text for odd in _TO_MEND):
            return text
    except (TypeError, ValueError):
        pass
    return _write(_plain(storable(value)))


_write = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_TO_MEND = (".0", "e+", r"\u0000")  # as JSON writes whole numbers that are no integers, and NUL


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def essence(field: str, value: Any) -> str:
    """What of a value is compared: of a post the words, for only people change its state."""
    if field.startswith(SOCIAL) and isinstance(value, dict):
        return canonical(value.get("text"))
    return canonical(value)
