"""The part of a playbook that the coach goes by: ``[coaching]`` and ``[[scorecard]]``. A playbook may lack both."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from services.playbooks.model import MEASURES, Coaching, Criterion, Phase

_NUMBERS = ("monologue", "open_questions", "interruptions", "fillers", "pace")
_SCORES = ("five", "four", "three", "two")


class Reading(Protocol):
    """What the loader's reading of a file can do: check, and complain with the line."""

    raw: dict[str, Any]

    def table(self, key: str, known: set[str]) -> dict[str, Any]: ...

    def only(self, item: dict[str, Any], where: str, known: set[str]) -> None: ...

    def text(self, item: dict[str, Any], where: str, key: str, default: str | None = None) -> str: ...

    def texts(
        self, item: dict[str, Any], where: str, key: str, default: Iterable[str] | None = None
    ) -> tuple[str, ...]: ...

    def number(self, item: dict[str, Any], where: str, key: str, low: float, high: float) -> float: ...

    def one_of(self, item: dict[str, Any], where: str, key: str, choices: Sequence[str]) -> str: ...

    def each(self, key: str, one: Callable[[dict[str, Any], str], Criterion]) -> tuple[Criterion, ...]: ...

    def bad(self, where: str, key: str, complaint: str, value: str | None = None) -> Exception: ...


def coaching_of(reading: Reading, phases: Sequence[Phase]) -> Coaching:
    """``[coaching]``, with the usual numbers where it gives none."""
    told = reading.table("coaching", {"phases", "talk", *_NUMBERS})
    wanted = reading.texts(told, "coaching", "phases", ())
    for name in wanted:
        if name not in [phase.name for phase in phases]:
            raise reading.bad("coaching", "phases", f"names a phase that is none of the playbook's: {name}", name)
    given: dict[str, Any] = {key: reading.number(told, "coaching", key, 0, 100_000) for key in _NUMBERS if key in told}
    if "talk" in told:
        given["talk"] = _range(reading, told, "coaching", "talk")
    return Coaching(phases=wanted, **given)


def scorecard_of(reading: Reading) -> tuple[Criterion, ...]:
    """The lines of ``[[scorecard]]``, none where there are none."""
    return (
        reading.each("scorecard", lambda item, where: _criterion(reading, item, where))
        if ("scorecard" in reading.raw)
        else ()
    )


def _criterion(reading: Reading, item: dict[str, Any], where: str) -> Criterion:
    reading.only(item, where, {"name", "measure", *_SCORES})
    name, measure = reading.text(item, where, "name"), reading.one_of(item, where, "measure", MEASURES)
    five = _range(reading, item, where, "five")
    others = [_range(reading, item, where, score) if score in item else None for score in _SCORES[1:]]
    return Criterion(name, measure, five, *others)


def _range(reading: Reading, item: dict[str, Any], where: str, key: str) -> tuple[float, float]:
    value = item.get(key)
    numbers = isinstance(value, list) and all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in value
    )
    if value is None or not numbers or len(value) != 2 or not value[0] <= value[1]:
        raise reading.bad(where, key, "must be a range of two numbers, such as [0.35, 0.6] or [3, inf]")
    return float(value[0]), float(value[1])
