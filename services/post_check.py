"""A post under the guard: what is found in it, who it would fit, and what it takes before it may be published.

A post with words of the call, or with details that one client alone fits, is locked until a consent to those words is
on file. What a playbook never lets through has to be taken out. Everything else has to be looked at.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Literal

from db.consents import ConsentRow
from db.transcripts import TranscriptRecord
from services import reidentification, safer_wording
from services.calls.model import Header
from services.database import Database
from services.errors import InvalidValue
from services.playbooks.loader import Playbook, load
from services.publish_guard import Finding, Private, findings_in, run_of
from services.reidentification import Likeness
from services.safer_wording import Trouble
from services.settings import settings

__all__ = ["Mark", "PostCheck", "PostLocked", "check", "covered", "private_of"]

Rule = Literal["never", "consent", "look"]
_LABELS: Mapping[str, str] = {
    "name": "A name of the client's household",
    "other name": "A name that was said in the call",
    "address": "An address, a number or a link",
    "amount": "An amount of the call",
    "place": "Where the client lives or owns",
    "client's words": "Words as they were said in the call",
    "near words": "Nearly the client's words",
}
_TELLS_MOST = ("address", "client's words", "near words", "name", "place", "other name", "amount")
_LISTS = ("products_discussed", "objections")
_CONSENT = ("client's words", "near words")


class PostLocked(InvalidValue):
    """A post that may not be approved or published as it stands."""


@dataclass(frozen=True)
class Mark:
    """One finding as the page shows it. ``rule`` says what it takes: it goes out, a consent, or a look.

    ``covered`` says that a standing consent covers it, ``turn`` where in the call it was said.
    """

    kind: str
    label: str
    words: str
    start: int
    end: int
    turn: int | None
    rule: Rule
    covered: bool


@dataclass(frozen=True)
class PostCheck:
    """What the guard says of a post's words. ``consents`` are the standing ones that cover something in it."""

    words: str
    limit: int
    marks: tuple[Mark, ...]
    likeness: Likeness | None
    likeness_covered: bool
    consents: tuple[int, ...]
    private: Private

    @property
    def barred(self) -> tuple[Mark, ...]:
        """What no approval gets past."""
        return tuple(mark for mark in self.marks if mark.rule == "never")

    @property
    def locked(self) -> bool:
        """Whether a consent is needed that is not on file."""
        words = any(mark.rule == "consent" and not mark.covered for mark in self.marks)
        return words or self.identifies

    @property
    def identifies(self) -> bool:
        """Whether the details fit one client alone, without a consent to them."""
        return self.likeness is not None and self.likeness.identifies and not self.likeness_covered

    @property
    def to_look_at(self) -> tuple[str, ...]:
        """What a person has to say yes to, in words."""
        told = [f"{mark.label.lower()}: {mark.words}" for mark in self.marks if mark.rule == "look"]
        few = self.likeness is not None and self.likeness.few and not self.likeness.identifies
        return tuple(dict.fromkeys([*told, *([self.likeness.sentence] if few and self.likeness else [])]))

    @property
    def clean(self) -> bool:
        """Whether nothing stands in the way of a yes."""
        return not (self.barred or self.locked or self.to_look_at)

    def demand(self, looked: bool) -> None:
        """Raises PostLocked where the post may not go out. ``looked``: a person saw what is to be looked at."""
        if self.barred:
            words = " and ".join(dict.fromkeys(mark.words for mark in self.barred))
            raise PostLocked(f"The post holds what is never published: {words}.", remedy="Take it out.")
        if self.locked:
            raise PostLocked(
                "The post is locked: it holds a client's words, or details that fit one client alone.",
                remedy="Put the client's consent on file, or choose a safer wording.",
            )
        if self.to_look_at and not looked:
            raise PostLocked(
                "The post holds something of the call that nobody has looked at yet.",
                remedy="Tick that you have, or choose a safer wording.",
            )

    def safer(self, mark: Mark) -> str | None:
        """The whole post with this one mended; None where no better words are found."""
        return safer_wording.safer(
            self.words, Trouble(mark.kind, mark.words, mark.start, mark.end), self.private, self.limit
        )

    def all_safer(self) -> str | None:
        """The whole post with everything mended that can be."""
        return safer_wording.all_safer(self.words, self.private, self.limit)


def check(
    database: Database, record: TranscriptRecord, words: str, limit: int, consents: Sequence[ConsentRow]
) -> PostCheck:
    """The guard's word on a post of a call. ``consents`` are those of its channel; revoked ones cover nothing."""
    private = private_of(record)
    standing = [consent for consent in consents if consent.stands]
    marks = tuple(_mark(one, private.playbook, standing) for one in _told_once(findings_in(words, private)))
    likeness = reidentification.likeness_of(database, record.id, words, private)
    details = [detail.words for detail in likeness.details] if likeness else []
    held = [mark.words for mark in marks if mark.rule == "consent"]
    held += details if likeness and likeness.identifies else []
    used = tuple(consent.id for consent in standing if any(covered(each, [consent]) for each in held))
    all_covered = bool(details) and all(covered(each, standing) for each in details)
    return PostCheck(words, limit, marks, likeness, all_covered, used, private)


def covered(words: str, consents: Sequence[ConsentRow]) -> bool:
    """Whether the words stand in what somebody consented to."""
    run = f" {run_of(words)} "
    return any(run in f" {run_of(consent.words)} " for consent in consents if consent.stands)


def _told_once(found: Sequence[Finding]) -> list[Finding]:
    """Of findings on the same words the one that says most, in the order of the post."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda one: (_TELLS_MOST.index(one.kind), one.start - one.end)):
        beside = (one for one in kept if one.start < finding.end and one.end > finding.start)
        if finding.kind == "name" or not any(beside):
            kept.append(finding)
    return sorted(kept, key=lambda one: (one.start, one.end))


def _mark(finding: Finding, playbook: Playbook, standing: Sequence[ConsentRow]) -> Mark:
    rule: Rule = "look"
    if finding.kind in _CONSENT:
        rule = "consent"
    elif finding.kind in playbook.social.never:
        rule = "never"
    return Mark(
        finding.kind,
        _LABELS[finding.kind],
        finding.words,
        finding.start,
        finding.end,
        finding.turn,
        rule,
        rule == "consent" and covered(finding.words, standing),
    )


_KEPT = 8
_private: OrderedDict[tuple[int, int, datetime], Private] = OrderedDict()
_lock = Lock()


def private_of(record: TranscriptRecord) -> Private:
    """What no post of a stored call may hold. The last few calls' are kept: a page asks again on every click."""
    key = (record.id, record.version, record.updated_at)
    playbook = load(settings().playbook)
    with _lock:
        made = _private.get(key)
        if made is None or made.playbook is not playbook:
            made = _private[key] = _made(record, playbook)
            if len(_private) > _KEPT:
                _private.popitem(last=False)
    return made


def _made(record: TranscriptRecord, playbook: Playbook) -> Private:
    crm = record.crm_data if isinstance(record.crm_data, dict) else {}
    names = [name for key in ("client_name", "spouse_name") if isinstance(name := crm.get(key), str)]
    dialogue = [turn for turn in _listed(record.dialogue) if isinstance(turn, dict)]
    extraction: Any = _object(record.extracted_data)
    return Private(dialogue, extraction, Header(client_name=" & ".join(names) or None), playbook)


def _object(value: Any) -> dict[str, Any]:
    """What an extraction in our form found; an older system's tells nothing here."""
    found = value if isinstance(value, dict) else {}
    facts = found.get("facts")
    listed = {name: [one for one in _listed(found.get(name)) if _told(one)] for name in _LISTS}
    return {
        "facts": {name: one for name, one in facts.items() if _told(one)} if isinstance(facts, dict) else {},
        **listed,
    }


def _told(finding: Any) -> bool:
    return isinstance(finding, dict) and "state" in finding and ("value" in finding or "category" in finding)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
