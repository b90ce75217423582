"""The trust meter: how often this firm's own people found a mind's values right, field by field.

It comes from what people confirmed or corrected alone: a value that nobody touched is no evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from db import audit
from db import trust as stored
from db.ledger import CRM
from services.database import Database, translated
from services.errors import InvalidValue
from services.ledger import field_label
from services.wording import counted

_Z = 1.959964  # two-sided, 95 %


@dataclass(frozen=True)
class Trust:
    """One field as one mind gives it. ``rate`` is confirmed of ``n``, ``low`` to ``high`` its 95 % interval (Wilson).

    ``least`` is the threshold that a person set, ``needs_look`` says that the rate may lie below it: ``low`` does.
    """

    field: str
    label: str
    mind: str
    confirmed: int
    changed: int
    blanked: int
    filled: int
    conflicts: int
    n: int
    rate: float
    low: float
    high: float
    least: float | None

    @property
    def needs_look(self) -> bool:
        """Whether values of this field and mind are to be looked at before use."""
        return self.least is not None and self.low < self.least

    @property
    def sentence(self) -> str:
        """The same in words, for a column's help."""
        return (
            f"People found {self.rate:.0%} of {counted(self.n, 'value')} right that they looked at "
            f"(95% interval {self.low:.0%} to {self.high:.0%})."
        )


def wilson(confirmed: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a rate by Wilson's score; 0 to 1 where nothing was looked at."""
    if n == 0:
        return 0.0, 1.0
    rate, spread = confirmed / n, _Z * _Z / n
    centre = (rate + spread / 2) / (1 + spread)
    half = _Z * sqrt(rate * (1 - rate) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def meter(database: Database) -> list[Trust]:
    """Every field and mind of which a person spoke, by the fields' labels."""
    with translated(), database.session() as session:
        verdicts = stored.verdicts(session)
        thresholds = stored.thresholds(session)
    least = {field: threshold.least for field, threshold in thresholds.items()}
    return sorted((_trust(each, least) for each in verdicts), key=lambda one: (one.label, one.mind))


def thresholds(database: Database) -> Mapping[str, float]:
    """The thresholds that people set, by field."""
    with translated(), database.session() as session:
        return {field: one.least for field, one in stored.thresholds(session).items()}


def set_threshold(database: Database, field: str, least: float | None, actor: str) -> None:
    """Sets from which rate (0 to 1) on a field is trusted, None for no threshold. Raises InvalidValue."""
    if least is not None and not 0 < least <= 1:
        raise InvalidValue("A threshold lies above 0 % and is at most 100 %.")
    with translated(), database.session() as session:
        stored.set_threshold(session, field, least, actor=actor)
        audit.note(session, actor, "threshold", None, field=field, least=least)


def to_look_at(meter: Sequence[Trust]) -> frozenset[tuple[str, str]]:
    """The fields of the record, by name, and minds whose values need a look."""
    return frozenset(
        (one.field.removeprefix(CRM), one.mind) for one in meter if one.needs_look and one.field.startswith(CRM)
    )


def _trust(verdicts: stored.Verdicts, least: Mapping[str, float]) -> Trust:
    n = verdicts.confirmed + verdicts.changed + verdicts.blanked + verdicts.filled
    low, high = wilson(verdicts.confirmed, n)
    return Trust(
        field=verdicts.field,
        label=field_label(verdicts.field),
        mind=verdicts.mind,
        confirmed=verdicts.confirmed,
        changed=verdicts.changed,
        blanked=verdicts.blanked,
        filled=verdicts.filled,
        conflicts=verdicts.conflicts,
        n=n,
        rate=verdicts.confirmed / n if n else 0.0,
        low=low,
        high=high,
        least=least.get(verdicts.field),
    )
