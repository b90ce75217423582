"""The call as it stands: what a run found in it, with what people corrected laid over, read at the moment of use.

A value that a person set has the state and the source "human" and no quotes: its source is the person. What a person
confirmed as a run found it keeps the run's proof. Nothing of this is stored: runs go on writing what they found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from db import people_said, transcripts
from db.ledger import CRM, canonical
from db.transcripts import TranscriptRecord
from services.agents import findings
from services.agents.contract import Extraction, Fact, NextStep, Stands
from services.calls.model import Call, Header
from services.corrections import Corrections, Gone, Word
from services.database import Database, stored_call, translated
from services.deal_fields import DealFields, of
from services.errors import InvalidValue
from services.json_words import finite, is_missing, plain, step_line
from services.last_word import LastWord, last_words
from services.playbooks.model import Playbook
from services.workings import stored_state

_HEADER = ("meeting_title", "client_name", "client_email", "meeting_date", "meeting_url", "duration_minutes")
_LISTS: Mapping[str, str] = {"products_discussed": "value", "objections": "category"}
_SOMEBODY = "a person"  # where the ledger does not say who


@dataclass(frozen=True)
class AsItStands:
    """Header and findings of a call as they stand, with what of them is a person's correction.

    ``said``: every field of the record that is a person's, those too that no finding is of (stage, summary).
    """

    header: Header
    extraction: Extraction
    corrections: Corrections
    said: frozenset[str] = frozenset()


def laid_over(
    header: Header,
    extraction: Extraction,
    said: Mapping[str, Any],
    words: Mapping[str, LastWord],
    playbook: Playbook,
) -> AsItStands:
    """What a run found, with what people said of the record's fields laid over.

    ``said``: field name to value, as the record keeps people's words; ``words``: who said each, by its path.
    """
    return _Laying(header, extraction, said, words, playbook).whole()


def of_record(database: Database, record: TranscriptRecord, playbook: Playbook) -> AsItStands:
    """A stored call as it stands; of an older system's row what people said, and the client's name."""
    header, extraction = _found(record)
    said = _object(_object(record.edits).get("crm_data"))
    words = last_words(database, record.id, [CRM + name for name in said]) if said else {}
    return laid_over(header, extraction, said, words, playbook)


def of_call(database: Database, external_id: str, playbook: Playbook) -> AsItStands:
    """The same by the call's id. Raises NotFound."""
    return of_record(database, stored_call(database, external_id), playbook)


def of_state(database: Database, state: Mapping[str, Any], playbook: Playbook) -> AsItStands | None:
    """What the agents of a run found so far, with what people said of the stored call; None where they said nothing."""
    call: Call = state["call"]
    with translated(), database.session() as session:
        known = transcripts.known(session, [call.external_id]).get(call.external_id)
        said = people_said.crm_values(session, known.id) if known else {}
    if not said or known is None:
        return None
    words = last_words(database, known.id, [CRM + name for name in said])
    return laid_over(call.header, state["extracted_entities"], said, words, playbook)


def over(data: Mapping[str, Any]) -> dict[str, Any]:
    """The state of a run with its call and findings as they stand; as it is where no person said anything."""
    now: AsItStands | None = data.get("as_it_stands")
    if now is None:
        return dict(data)
    both = {**data, "extracted_entities": now.extraction, "corrections": now.corrections}
    return {**both, "call": replace(data["call"], header=now.header)} if "call" in data else both


def noted(note: Any, data: Mapping[str, Any]) -> Any:
    """The note of what an agent wrote, with which corrections it had before it."""
    now: AsItStands | None = data.get("as_it_stands")
    marks = now.corrections.marks() if now else {}
    return {**note, "corrected": marks} if marks else note


def nothing_found() -> Extraction:
    """The findings of a call of which nothing is known."""
    fact: Fact = {"value": None, "state": "not discussed", "evidence": [], "source": "builtin"}
    return {"facts": {}, "products_discussed": [], "objections": [], "outcome": fact, "next_steps": []}


def _found(record: TranscriptRecord) -> tuple[Header, Extraction]:
    """What the runs say; of what an older system stored in a form of its own, the client's name alone."""
    found = record.extracted_data
    ours = isinstance(found, dict) and isinstance(found.get("facts"), dict)
    ours = ours and all(name in found for name in (*_LISTS, "outcome", "next_steps"))
    try:
        header = stored_state(record)["call"].header
    except InvalidValue:
        name = _object(record.crm_data).get("client_name")
        header = Header(client_name=name if isinstance(name, str) and name else None)
    return header, found if ours else nothing_found()


class _Laying:
    """One laying over; ``words`` and ``gone`` are filled on the way."""

    def __init__(
        self,
        header: Header,
        extraction: Extraction,
        said: Mapping[str, Any],
        words: Mapping[str, LastWord],
        playbook: Playbook,
    ) -> None:
        self._header, self._found, self._said, self._last = header, extraction, said, words
        self._fields: DealFields = of(playbook)
        self._playbook = playbook
        self._words: dict[str, Word] = {}
        self._gone: list[Gone] = []

    def whole(self) -> AsItStands:
        """Everything laid over."""
        found: Any = {**self._found, "facts": dict(self._found["facts"]), "outcome": self._fact("outcome")}
        for field in self._playbook.fields:
            if field.name in found["facts"] or field.name in self._said:
                found["facts"][field.name] = self._fact(field.name)
        for name, key in _LISTS.items():
            found[name] = self._items(name, key)
        found["next_steps"] = self._steps()
        header = self._of_the_file()
        return AsItStands(header, found, Corrections(self._words, tuple(self._gone)), frozenset(self._said))

    def _of_the_file(self) -> Header:
        changes: dict[str, Any] = {}
        for name in _HEADER:
            if name in self._said:
                value, was = self._typed(name), getattr(self._header, name)
                if _same(value, was) or (value is None and not is_missing(self._said[name])):
                    continue
                changes[name] = value
                self._corrected(name, value, was, [])
        return replace(self._header, **changes)

    def _fact(self, name: str) -> Fact:
        """A finding, or the person's value in its place."""
        nothing: Fact = {"value": None, "state": "not discussed", "evidence": [], "source": "builtin"}
        found = self._found["outcome"] if name == "outcome" else self._found["facts"].get(name, nothing)
        if name not in self._said:
            return found
        value, was = self._typed(name), findings.supported(found)
        if (value is None and not is_missing(self._said[name])) or (_same(value, was) and value is not None):
            return found
        if was is not None or value is not None:
            self._corrected(name, value, was, found["evidence"])
        state: Stands = "human" if value is not None else "not discussed"
        return {"value": value, "state": state, "evidence": [], "source": "human"}

    def _items(self, name: str, key: str) -> list[Any]:
        """The items of a list that the person left, and those that the person put there."""
        found: list[Any] = list(self._found[name])  # type: ignore[literal-required]
        value = self._typed(name)
        if name not in self._said or (value is None and not is_missing(self._said[name])):
            return found
        wanted = [str(item) for item in value or ()]
        stood = {item[key]: item for item in found if item["state"] in findings.SUPPORTED}
        if set(wanted) == set(stood):
            return [stood[item] for item in wanted]
        word = self._corrected(name, value, None, [])
        self._gone += [
            Gone(item, tuple(each["evidence"]), word, item=True) for item, each in stood.items() if item not in wanted
        ]
        new: dict[str, Any] = {"state": "human", "evidence": [], "source": "human"}
        return [stood.get(item, {key: item, **new}) for item in wanted]

    def _steps(self) -> list[NextStep]:
        """The next steps that the person left as they were, and those that the person wrote."""
        found = list(self._found["next_steps"])
        said = self._said.get("next_steps")
        if "next_steps" not in self._said or not (said is None or isinstance(said, list)):
            return found
        stood = {_essence(step): step for step in findings.next_steps(self._found)}
        wanted = [step for step in map(_step, said or ()) if step is not None]
        if [_essence(step) for step in wanted] == list(stood):
            return list(stood.values())
        word = self._corrected("next_steps", said or None, None, [])
        left = {_essence(step) for step in wanted}
        self._gone += [
            Gone(step, tuple(step["evidence"]), word, item=True) for key, step in stood.items() if key not in left
        ]
        return [stood.get(_essence(step), step) for step in wanted]

    def _corrected(self, name: str, value: Any, was: Any, quotes: Any) -> Word:
        """Notes a person's word, and what it took the place of."""
        last = self._last.get(CRM + name)
        who = last.who if last and last.who else _SOMEBODY
        shown = "; ".join(map(step_line, value)) if name == "next_steps" and value else None
        words = shown or self._fields.described(name, value)
        word = Word(name, self._fields.label_of(name), value, words, who, last.at if last else None)
        self._words[name] = word
        if not is_missing(was):
            self._gone += list(_parts(was, tuple(quotes), word))
        return word

    def _typed(self, name: str) -> Any:
        return self._fields.shown(name, self._said.get(name))


def _parts(was: Any, quotes: Any, word: Word) -> Iterator[Gone]:
    """What a value was; of a list those of its items that are not there any more."""
    if not isinstance(was, list):
        yield Gone(was, quotes, word)
        return
    now = word.value if isinstance(word.value, list) else []
    yield from (Gone(item, quotes, word, item=True) for item in was if item not in now)


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one: numbers by their worth, all else as the ledger compares."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return finite(one) == finite(other)
    return canonical(one) == canonical(other)


def _essence(step: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(plain(step.get(key)) for key in ("owner", "action", "due", "due_date"))


def _step(said: Any) -> NextStep | None:
    """A person's next step; None for what says none."""
    if not isinstance(said, dict) or not plain(said.get("action")):
        return None
    due, day = (plain(said.get(key)) or None for key in ("due", "due_date"))
    return {
        "owner": "client" if said.get("owner") == "client" else "advisor",
        "action": plain(said["action"]),
        "due": due,
        "due_date": day,
        "state": "human",
        "evidence": [],
        "source": "human",
    }


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
