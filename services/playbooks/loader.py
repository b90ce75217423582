"""Reads a playbook: what a firm sells, asks and hears, in one TOML file that the firm may edit."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from services.errors import AftercallError
from services.playbooks.cues import BadCue, Cue, parse

BUILTIN = Path(__file__).with_name("estate_planning.toml")
FIELD_TYPES = ("text", "phone", "state", "choice", "count", "money", "states", "texts")
T = TypeVar("T")


class BadPlaybook(AftercallError):
    """A playbook that can't be used: the sentence names line and key."""

    remedy = "Correct that line of the playbook and start again."


@dataclass(frozen=True, slots=True)
class Firm:
    """Who writes to the client. ``senders`` are names for the signature; an empty ``name`` is left out of it."""

    name: str
    senders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmailTone:
    """The words that open and close an e-mail."""

    greeting: str
    closing: str


@dataclass(frozen=True, slots=True)
class SocialTone:
    """What a post ends with."""

    question: str
    hashtags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Something the firm sells. ``insight`` is a sentence that may be published."""

    name: str
    cues: tuple[Cue, ...]
    insight: str


@dataclass(frozen=True, slots=True)
class Objection:
    """A kind of concern. ``cues`` are the client's words; ``invites`` the adviser's question that asks for it."""

    name: str
    cues: tuple[Cue, ...]
    insight: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a call. ``at`` and ``spread`` say where in a call it usually lies (shares of its turns),
    ``length`` how many turns it usually takes; the cues are those of either side's words."""

    name: str
    at: float
    spread: float
    length: float
    advisor: tuple[Cue, ...]
    client: tuple[Cue, ...]
    either: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call can end. ``role`` is what the analyst knows it by, whatever the firm calls it."""

    name: str
    role: str
    stage: str
    advisor: tuple[Cue, ...]
    client: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A fact of the record: its key, label, type and, for a choice, the choices."""

    name: str
    label: str
    type: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Playbook:
    """Everything a firm may say about its trade. ``cues`` are named groups of cues that the analyst asks for."""

    name: str
    firm: Firm
    email: EmailTone
    social: SocialTone
    products: tuple[Product, ...]
    objections: tuple[Objection, ...]
    phases: tuple[Phase, ...]
    stages: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    fields: tuple[Field, ...]
    cues: dict[str, tuple[Cue, ...]]

    def __hash__(self) -> int:
        return id(self)

    def stage_of(self, outcome: str | None) -> str | None:
        """The stage that the playbook gives an outcome, or None for an outcome it doesn't know."""
        return next((known.stage for known in self.outcomes if known.name == outcome), None)

    def outcome_of(self, role: str) -> str | None:
        """The firm's name for an outcome's role: won, lost, meeting, waiting or open."""
        return next((known.name for known in self.outcomes if known.role == role), None)


OUTCOME_ROLES = ("won", "lost", "meeting", "waiting", "open")


def load(path: Path | None = None) -> Playbook:
    """The playbook of a file, or the builtin one for estate planning. Read again when the file has changed.

    Raises BadPlaybook with a sentence that names the file, the line and the key.
    """
    source = path or BUILTIN
    try:
        stamp = source.stat().st_mtime_ns
    except OSError as error:
        raise BadPlaybook(
            f"The playbook {source} can't be read: {error.strerror}.", remedy="Check PLAYBOOK in the settings."
        ) from error
    return _loaded(source.resolve(), stamp)


@lru_cache(maxsize=8)
def _loaded(path: Path, stamp: int) -> Playbook:
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise BadPlaybook(f"The playbook {path.name} is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadPlaybook(f"The playbook {path.name} is not valid TOML: {error}.") from error
    return _Reading(path.name, text, raw).playbook()


class _Reading:
    """One file being checked: every complaint names the line on which the key or the value stands."""

    def __init__(self, name: str, text: str, raw: dict[str, Any]) -> None:
        self.name, self.lines, self.raw = name, text.splitlines(), raw

    def playbook(self) -> Playbook:
        self.only(self.raw, "", {"name", "firm", "email", "social", "stages", "fields", "products", "objections",
                                 "phases", "outcomes", "cues"})  # fmt: skip
        stages = self.texts(self.raw, "", "stages")
        firm, email, social = self.table("firm"), self.table("email"), self.table("social")
        return Playbook(
            name=self.text(self.raw, "", "name"),
            firm=Firm(self.text(firm, "firm", "name", ""), self.texts(firm, "firm", "senders", ())),
            email=EmailTone(self.text(email, "email", "greeting"), self.text(email, "email", "closing")),
            social=SocialTone(
                self.text(social, "social", "question", ""), self.texts(social, "social", "hashtags", ())
            ),
            products=self.each("products", self.product),
            objections=self.each("objections", self.objection),
            phases=self.each("phases", self.phase),
            stages=stages,
            outcomes=self.each("outcomes", lambda item, where: self.outcome(item, where, stages)),
            fields=self.each("fields", self.field),
            cues={key: self.cues(self.table("cues"), "cues", key) for key in self.raw.get("cues", {})},
        )

    def product(self, item: dict[str, Any], where: str) -> Product:
        self.only(item, where, {"name", "cues", "insight"})
        name, cues = self.text(item, where, "name"), self.cues(item, where, "cues")
        return Product(name, cues, self.text(item, where, "insight", ""))

    def objection(self, item: dict[str, Any], where: str) -> Objection:
        self.only(item, where, {"name", "cues", "insight"})
        name, cues = self.text(item, where, "name"), self.cues(item, where, "cues")
        return Objection(name, cues, self.text(item, where, "insight", ""))

    def phase(self, item: dict[str, Any], where: str) -> Phase:
        self.only(item, where, {"name", "at", "spread", "length", "advisor", "client", "either"})
        at, spread = self.number(item, where, "at", 0, 1), self.number(item, where, "spread", 0.01, 1)
        sides = (self.cues(item, where, side, ()) for side in ("advisor", "client", "either"))
        return Phase(self.text(item, where, "name"), at, spread, self.number(item, where, "length", 1, 1000), *sides)

    def outcome(self, item: dict[str, Any], where: str, stages: tuple[str, ...]) -> Outcome:
        self.only(item, where, {"name", "role", "stage", "advisor", "client"})
        role = self.one_of(item, where, "role", OUTCOME_ROLES)
        stage = self.one_of(item, where, "stage", stages)
        sides = (self.cues(item, where, side, ()) for side in ("advisor", "client"))
        return Outcome(self.text(item, where, "name"), role, stage, *sides)

    def field(self, item: dict[str, Any], where: str) -> Field:
        self.only(item, where, {"name", "label", "type", "choices"})
        kind = self.one_of(item, where, "type", FIELD_TYPES)
        choices = self.texts(item, where, "choices", ())
        if kind == "choice" and not choices:
            raise self.bad(where, "choices", "is missing: a choice needs them")
        return Field(self.text(item, where, "name"), self.text(item, where, "label"), kind, choices)

    # What a value must look like

    def text(self, item: dict[str, Any], where: str, key: str, default: str | None = None) -> str:
        value = self.value(item, where, key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.bad(where, key, "must be a text that is not empty")
        return value

    def texts(
        self, item: dict[str, Any], where: str, key: str, default: Iterable[str] | None = None
    ) -> tuple[str, ...]:
        value = self.value(item, where, key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.bad(where, key, "must be a list of texts")
        if default is None and not value:
            raise self.bad(where, key, "must not be empty")
        return tuple(value)

    def number(self, item: dict[str, Any], where: str, key: str, low: float, high: float) -> float:
        value = self.value(item, where, key, None)
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise self.bad(where, key, f"must be a number from {low:g} to {high:g}")
        return float(value)

    def one_of(self, item: dict[str, Any], where: str, key: str, choices: Iterable[str]) -> str:
        value = self.text(item, where, key)
        if value not in choices:
            raise self.bad(where, key, f"must be one of: {', '.join(choices)}", value)
        return value

    def cues(self, item: dict[str, Any], where: str, key: str, default: Iterable[str] | None = None) -> tuple[Cue, ...]:
        found = []
        for text in self.texts(item, where, key, default):
            try:
                found.append(parse(text))
            except BadCue as error:
                raise self.bad(where, key, f"has a cue that can't be used, {text!r}: {error}", text) from error
        return tuple(found)

    def value(self, item: dict[str, Any], where: str, key: str, default: Any) -> Any:
        if key not in item and default is None:
            raise self.bad(where, key, "is missing")
        return item.get(key, default)

    def table(self, key: str) -> dict[str, Any]:
        value = self.raw.get(key, {})
        if not isinstance(value, dict):
            raise self.bad("", key, "must be a table")
        return value

    def each(self, key: str, one: Callable[[dict[str, Any], str], T]) -> tuple[T, ...]:
        """Every table of a list, checked, with no name twice."""
        items = self.raw.get(key)
        if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
            raise self.bad("", key, f"must be a list of tables, written [[{key}]]")
        names: set[str] = set()
        for number, item in enumerate(items, 1):
            name = str(item.get("name"))
            if name in names:
                raise self.bad(f"{key} {number}", "name", f"is there twice: {name}", name)
            names.add(name)
        return tuple(one(item, f"{key} {number}") for number, item in enumerate(items, 1))

    def only(self, item: dict[str, Any], where: str, known: set[str]) -> None:
        for key in item:
            if key not in known:
                raise self.bad(where, key, f"is not known here; known are {', '.join(sorted(known))}")

    # Where it stands

    def bad(self, where: str, key: str, complaint: str, value: str | None = None) -> BadPlaybook:
        line = self.line_of(where, key, value)
        place = f" in {where}" if where else ""
        return BadPlaybook(f"The playbook {self.name}, line {line}: '{key}'{place} {complaint}.")

    def line_of(self, where: str, key: str, value: str | None) -> int:
        """The line of a value, else of its key, else of its table, counted from 1."""
        table, _, number = where.partition(" ")
        first, last = self.span(table, int(number) if number else 1) if table else (0, len(self.lines))
        for index in range(first, last):
            if value is not None and value in self.lines[index].replace('\\"', '"'):
                return index + 1
        for index in range(first, last):
            if self.lines[index].replace('"', "").split("=")[0].strip() == key or (
                not table and self.lines[index].strip() in (f"[{key}]", f"[[{key}]]")
            ):
                return index + 1
        return first + 1

    def span(self, table: str, number: int) -> tuple[int, int]:
        """First line of the number-th table of that name, and the line after its last."""
        heads = [i for i, line in enumerate(self.lines) if line.strip().startswith("[")]
        own = [i for i in heads if self.lines[i].split("#")[0].strip().strip("[]").strip() == table]
        if len(own) < number:
            return 0, len(self.lines)
        first = own[number - 1]
        return first, next((i for i in heads if i > first), len(self.lines))
