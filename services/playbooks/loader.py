"""Reads a playbook: what a firm sells, asks and hears, in one TOML file that the firm may edit."""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from services.errors import AftercallError
from services.playbooks.coaching import coaching_of, scorecard_of
from services.playbooks.cues import BadCue, Cue, fold, parse
from services.playbooks.model import (
    FIELD_TYPES,
    KNOWN_FACTS,
    LENGTHS,
    OUTCOME_ROLES,
    POST_RULES,
    RECORD_FIELDS,
    SPEAKERS,
    TONES,
    Choice,
    EmailTone,
    Field,
    Firm,
    Objection,
    Outcome,
    Phase,
    Playbook,
    Product,
    SocialTone,
)
from services.playbooks.places import Places

__all__ = ["BUILTIN", "BadPlaybook", "Playbook", "load"]

BUILTIN = Path(__file__).with_name("estate_planning.toml")
_SUBJECT = {"name", "cues", "insight", "more_insights", "stories"}
S = TypeVar("S", bound=str)
T = TypeVar("T")


class BadPlaybook(AftercallError):
    """A playbook that can't be used: the sentence names line and key."""

    remedy = "Correct that line of the playbook and start again."


def load(path: Path | None = None) -> Playbook:
    """The playbook of a file, or the builtin one for estate planning. Read again when the file has changed.

    Raises BadPlaybook with a sentence that names the file, the line and the key.
    """
    source = path or BUILTIN
    try:
        if source.exists() and not source.is_file():
            raise BadPlaybook(f"The playbook {source} is not a file.", remedy="Check PLAYBOOK in the settings.")
        return _loaded(source.resolve(), source.stat().st_mtime_ns)
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        reason = getattr(error, "strerror", None) or "its links lead in a circle"
        raise BadPlaybook(
            f"The playbook {source} can't be read: {reason}.", remedy="Check PLAYBOOK in the settings."
        ) from error


@lru_cache(maxsize=8)
def _loaded(path: Path, stamp: int) -> Playbook:
    try:
        text = path.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise BadPlaybook(f"The playbook {path.name} is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadPlaybook(f"The playbook {path.name} is not valid TOML: {error}.") from error
    return _Reading(path.name, text, raw).playbook()


class _Reading:
    """One file being checked: every complaint names the line on which the key or the value stands."""

    def __init__(self, name: str, text: str, raw: dict[str, Any]) -> None:
        self.name, self.places, self.raw = name, Places(text.splitlines()), raw

    def playbook(self) -> Playbook:
        self.only(self.raw, "", {"name", "firm", "email", "social", "stages", "fields", "products", "objections",
                                 "phases", "outcomes", "coaching", "scorecard"})  # fmt: skip
        stages, phases = self.texts(self.raw, "", "stages"), self.each("phases", self.phase)
        firm = self.table("firm", {"name", "senders"})
        return Playbook(
            name=self.text(self.raw, "", "name"),
            firm=Firm(self.text(firm, "firm", "name", ""), self.texts(firm, "firm", "senders", ())),
            email=self.email(),
            social=self.social(),
            products=self.each("products", self.product),
            objections=self.each("objections", self.objection),
            phases=phases,
            stages=stages,
            outcomes=self.each("outcomes", lambda item, where: self.outcome(item, where, stages)),
            fields=self.each("fields", self.field),
            coaching=coaching_of(self, phases),
            scorecard=scorecard_of(self),
        )

    def email(self) -> EmailTone:
        told = self.table("email", {"greeting", "closing", "tone", "length"})
        item = {"tone": TONES[0], "length": LENGTHS[0], **told}
        tone, length = self.one_of(item, "email", "tone", TONES), self.one_of(item, "email", "length", LENGTHS)
        return EmailTone(self.text(item, "email", "greeting"), self.text(item, "email", "closing"), tone, length)

    def social(self) -> SocialTone:
        """How posts end, and the rules that they are held to."""
        where, usual = "social", SocialTone("", ())
        item = self.table(where, {"question", "more_questions", "hashtags", "never", "fewest_clients"})
        never = self.texts(item, where, "never", usual.never)
        for kind in never:
            if kind not in POST_RULES:
                raise self.bad(where, "never", f"must hold only: {', '.join(POST_RULES)}", kind)
        return SocialTone(
            question=self.text(item, where, "question", ""),
            hashtags=self.texts(item, where, "hashtags", ()),
            more=self.texts(item, where, "more_questions", ()),
            never=never,
            fewest=int(self.number({"fewest_clients": usual.fewest} | item, where, "fewest_clients", 2, 1000)),
        )

    def product(self, item: dict[str, Any], where: str) -> Product:
        self.only(item, where, _SUBJECT)
        name, cues = self.text(item, where, "name"), self.cues(item, where, "cues")
        more, stories = (self.texts(item, where, key, ()) for key in ("more_insights", "stories"))
        return Product(name, cues, self.text(item, where, "insight", ""), more, stories)

    def objection(self, item: dict[str, Any], where: str) -> Objection:
        self.only(item, where, _SUBJECT)
        name, cues = self.text(item, where, "name"), self.cues(item, where, "cues")
        more, stories = (self.texts(item, where, key, ()) for key in ("more_insights", "stories"))
        return Objection(name, cues, self.text(item, where, "insight", ""), more, stories)

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
        self.only(item, where, {"name", "label", "type", "choices", "wording", "cues", "said_by", "least", "most",
                                "question"})  # fmt: skip
        kind = self.one_of(item, where, "type", FIELD_TYPES)
        cues = self.cues(item, where, "cues", ())
        least, most = (self.bound(item, where, key, kind) for key in ("least", "most"))
        if least is not None and most is not None and least > most:
            raise self.bad(where, "most", f"must not be less than 'least', {least:g}")
        for key in ("said_by", "least", "most", "wording"):
            if key in item and not cues:
                raise self.bad(where, key, "has no meaning without 'cues'")
        said_by = self.one_of(item, where, "said_by", SPEAKERS) if "said_by" in item else SPEAKERS[0]
        name, label = self.field_name(item, where, kind), self.text(item, where, "label")
        question = self.text(item, where, "question", "") if "question" in item else None
        return Field(name, label, kind, self.choices(item, where, kind), cues, said_by, least, most, question)

    def field_name(self, item: dict[str, Any], where: str, kind: str) -> str:
        name = self.text(item, where, "name")
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", name):
            raise self.bad(where, "name", "must be small letters, digits and underscores, such as roof_age", name)
        if name in RECORD_FIELDS:
            raise self.bad(where, "name", f"can't be {name}: every record has a field of that name already", name)
        if KNOWN_FACTS.get(name, kind) != kind:
            raise self.bad(where, "type", f"must be {KNOWN_FACTS[name]} for {name}", kind)
        return name

    def bound(self, item: dict[str, Any], where: str, key: str, kind: str) -> float | None:
        if key not in item:
            return None
        if kind not in ("count", "money"):
            raise self.bad(where, key, "is for the types count and money only")
        return self.number(item, where, key, 0, 1e12)

    def choices(self, item: dict[str, Any], where: str, kind: str) -> tuple[Choice, ...]:
        """The choices, each with the cues of its wording, or else with its own words for cues."""
        if kind != "choice":
            for key in ("choices", "wording"):
                if key in item:
                    raise self.bad(where, key, "is for the type choice only")
            return ()
        if "choices" not in item:
            raise self.bad(where, "choices", "is missing: a choice needs them")
        names, wording = self.texts(item, where, "choices"), item.get("wording", {})
        if not isinstance(wording, dict):
            raise self.bad(where, "wording", "must be a table of choices, each with a list of cues")
        for name in wording:
            if name not in names:
                raise self.bad(where, "wording", f"has a choice that is not among 'choices': {name}", name)
        return tuple(
            Choice(name, self.cues(wording, where, name) if name in wording else self.own_words(where, name))
            for name in names
        )

    def own_words(self, where: str, choice: str) -> tuple[Cue, ...]:
        words = re.findall(r"[a-z0-9']+", fold(choice))
        if not words:
            raise self.bad(
                where, "choices", f"needs a 'wording' for {choice!r}: it has no word that can be said", choice
            )
        return (parse(" ".join(words)), parse(f"{' '.join(words)}s"))

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

    def one_of(self, item: dict[str, Any], where: str, key: str, choices: Sequence[S]) -> S:
        value = self.text(item, where, key)
        for known in choices:
            if known == value:
                return known
        raise self.bad(where, key, f"must be one of: {', '.join(choices)}", value)

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

    def table(self, key: str, known: set[str]) -> dict[str, Any]:
        value = self.raw.get(key, {})
        if not isinstance(value, dict):
            raise self.bad("", key, "must be a table")
        self.only(value, key, known)
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
        line = self.places.line_of(where, key, value)
        place = f" in {where}" if where else ""
        return BadPlaybook(f"The playbook {self.name}, line {line}: '{key}'{place} {complaint}.")
