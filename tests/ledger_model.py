"""What the ledger promises, said once more in plain Python: the property test holds the product against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from db import ledger
from db.drafts import split_draft
from db.transcripts import TranscriptRecord

SETTABLE = ("crm_data.", "email_draft.", "social_content.")
BESIDE = "beside."


class Told(NamedTuple):
    """What a run says of a field. With neither a value nor a state it says that nothing is said there any more."""

    value: Any
    mind: str | None
    state: str | None = None
    claim: Any = None

    @property
    def claimed(self) -> Any:
        """The value, or what no words support."""
        return self.claim if self.state == "unsupported" else self.value


@dataclass
class Word:
    """What a person said, the row of the run that they spoke to (None: no run had spoken), and its value."""

    value: Any
    against: int | None
    base: Any


@dataclass
class Call:
    """One call: what runs and people said of each field, in their order, and what stands."""

    version: int = 0
    seq: int | None = None
    entries: int = 0
    runs: dict[str, tuple[int, Told]] = field(default_factory=dict)  # with the number of the row
    people: dict[str, Word] = field(default_factory=dict)
    story: list[tuple[str, str, Any]] = field(default_factory=list)  # field, kind, value

    def hear(self, said: Mapping[str, Told], whole: tuple[str, ...], seq: int | None) -> None:
        """A run writes: what differs is noted; what a part written as a whole has lost is noted as gone."""
        if seq is not None and self.seq is not None and seq < self.seq:
            return
        self.version, self.entries = self.version + 1, self.entries + 1
        self.seq = self.seq if seq is None else seq
        for name, told in said.items():
            if name not in self.runs or self.runs[name][1] != told:
                self._run(name, told)
        for name in [each for each in self.runs if whole and each.startswith(whole) and each not in said]:
            before = self.runs[name][1]
            if (before.value, before.state) != (None, None):
                part = next(each for each in whole if name.startswith(each))
                minds = [told.mind for each, told in said.items() if each.startswith(part)]
                minds += [told.mind for told in said.values()] or [None]
                self._run(name, Told(None, minds[0]))

    def speak(self, values: Mapping[str, Any], kind: str) -> None:
        """A person says values, all with one click. None of a post gives it back."""
        before = len(self.story)
        for name, value in values.items():
            known = self.people.get(name)
            if value is None and name.startswith("social_content."):
                self._release(name)
            elif known is None or known.value != value or name in self.conflicts():
                row, said = self.runs.get(name, (None, Told(None, None)))
                self.people[name] = Word(value, row, said.value)
                self.story.append((name, kind, value))
        self._count(before)

    def release(self, names: list[str]) -> None:
        """A person gives fields back to the runs."""
        before = len(self.story)
        for name in names:
            self._release(name)
        self._count(before)

    def sent(self) -> None:
        """The e-mail went out, as it stands."""
        self.story.append(("email_sent", "sent", None))
        self._count(len(self.story) - 1)

    def standing(self) -> dict[str, Any]:
        """What stands, by field: the person's word, else the last run's."""
        said = {name: told.value for name, (_, told) in self.runs.items() if not name.startswith(BESIDE)}
        return said | {name: word.value for name, word in self.people.items()}

    def conflicts(self) -> set[str]:
        """The fields of which a later run says something else than the person, and than the run they spoke to."""
        return {
            name
            for name, word in self.people.items()
            if name in self.runs and self.runs[name][0] != word.against
            if words(self.runs[name][1].value) not in (words(word.base), words(word.value))
        }

    def others(self) -> dict[str, Told]:
        """What the other mind says beside what stands, by field."""
        return {
            name.removeprefix(BESIDE): told
            for name, (_, told) in self.runs.items()
            if name.startswith(BESIDE) and (told.value, told.state) != (None, None)
        }

    def _release(self, name: str) -> None:
        if self.people.pop(name, None):
            self.story.append((name, "restore", None))

    def _run(self, name: str, told: Told) -> None:
        self.runs[name] = (len(self.story), told)
        self.story.append((name, "run", told.value))

    def _count(self, before: int) -> None:
        if len(self.story) > before:
            self.version, self.entries = self.version + 1, self.entries + 1


def words(value: Any) -> Any:
    """What of a value is compared: of a post its words."""
    return value["text"] if isinstance(value, dict) and "text" in value else value


def agrees(session: Session, found: TranscriptRecord, call: Call) -> None:
    """What is stored of a call is what the model says."""
    stands = call.standing()
    assert found.version == call.version
    assert (found.crm_data or {}) == under("crm_data.", stands)
    mail = under("email_draft.", stands)
    assert (found.email_draft is not None) == bool(mail)
    assert split_draft(found.email_draft) == (mail.get("subject", ""), mail.get("body", ""))
    posts = (found.social_content or {}).get("posts", ())
    posted = {post["channel"]: {key: post[key] for key in ("text", "state")} for post in posts}
    assert posted == {name: post for name, post in under("social_content.", stands).items() if post is not None}
    coaching = under("coaching.", stands)
    assert (found.coaching or {}) == {name: value for name, value in coaching.items() if value is not None}
    assert found.edits == {
        column[:-1]: words
        for column in SETTABLE
        if (words := under(column, {name: word.value for name, word in call.people.items()}))
    }
    assert set(found.conflicts) == call.conflicts()
    beside = (found.extracted_data or {}).get("beside", {})
    assert {f"crm_data.{name}": fact["value"] for name, fact in beside.items()} == {
        name: told.claimed for name, told in call.others().items()
    }
    assert {f"crm_data.{name}" for name in found.disagreements} == {
        name for name, told in call.others().items() if told.state != "unsupported" and name not in call.people
    }
    rows = [(row.field, row.kind, row.value) for row in ledger.story(session, found.id)]
    fields = {name for name, _, _ in (*rows, *call.story)}
    for name in fields:
        assert of_field(rows, name) == of_field(call.story, name)


def of_field(story: list[tuple[str, str, Any]], field: str) -> list[tuple[str, Any]]:
    """What was said of one field, in its order; of an e-mail that went out not the moment."""
    return [(kind, None if kind == "sent" else value) for name, kind, value in story if name == field]


def under(column: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one column, by their names in it."""
    return {name.removeprefix(column): value for name, value in values.items() if name.startswith(column)}


def confirmed(call: Call, names: list[str]) -> dict[str, Any]:
    """What a person who confirms the fields says of each; nothing of an e-mail or a post that is not there."""
    stands = call.standing()
    mail = any(name.startswith("email_draft.") for name in stands)
    return {
        name: stands.get(name, "" if name.startswith("email_draft.") else None)
        for name in names
        if name.startswith("crm_data.") or (mail and name.startswith("email_draft.")) or stands.get(name) is not None
    }
