"""What is known of one household across its calls: a fact a field, what nobody said yet, where two calls disagree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db import client_facts, settled_facts
from db.client_facts import CallSaid, Heads, ValueRow
from db.engine import Session
from db.settled_facts import Answer, AsideRow, SettledRow
from services import deal_fields
from services.call_view import quotes_of, state_of
from services.clients import Household
from services.database import Database, translated
from services.disagreeing import CallName, Disagreement, Saying, same, story
from services.json_words import is_missing
from services.ledger import who
from services.open_questions import OpenQuestion, question_of, questions
from services.playbooks.loader import Playbook, load
from services.settings import settings

__all__ = ["Answer", "Aside", "ClientPage", "Disagreement", "HeldFact", "Saying", "Settled", "get", "page_of"]

MOST_CALLS = 200  # of a household, the newest
NOTE_LENGTH = 300


@dataclass(frozen=True)
class HeldFact:
    """One field of a household. ``standing`` is what stands now, None where no words and no person stand for a value.

    ``earlier`` are the other calls' sayings, the newest first. ``claims`` have no words to support them, ``loose``
    stand in older records and nobody knows where from: neither counts. ``open`` waits for a person's answer,
    ``answer`` is the one after which the value stands.
    """

    field: str
    label: str
    standing: Saying | None
    earlier: tuple[Saying, ...] = ()
    claims: tuple[Saying, ...] = ()
    loose: tuple[Saying, ...] = ()
    open: Disagreement | None = None
    answer: Answer | None = None

    @property
    def beside(self) -> tuple[Saying, ...]:
        """What is shown apart, and never counts."""
        return (*self.claims, *self.loose)


@dataclass(frozen=True)
class Settled:
    """A disagreement that a person answered, as both values were then. ``id`` is for taking it back."""

    id: int
    field: str
    label: str
    answer: Answer
    older: Saying
    newer: Saying
    note: str | None
    actor: str
    at: datetime


@dataclass(frozen=True)
class Aside:
    """An open question that a person set aside, and who did, when and why."""

    question: OpenQuestion
    note: str | None
    actor: str
    at: datetime


@dataclass(frozen=True)
class ClientPage:
    """A household's running page. ``left_out`` is how many of its older calls it does not look at."""

    household: Household
    facts: Mapping[str, HeldFact]
    questions: tuple[OpenQuestion, ...]
    asides: tuple[Aside, ...]
    settled: tuple[Settled, ...]
    left_out: int = 0
    rows: tuple[SettledRow, ...] = field(default=(), repr=False)

    @property
    def disagreements(self) -> list[HeldFact]:
        """The fields that wait for an answer, in the playbook's order."""
        return [fact for fact in self.facts.values() if fact.open]


def get(database: Database, household: Household) -> ClientPage:
    """The page of a household as PostgreSQL has it now."""
    with translated(), database.session() as session:
        return page_of(session, household)


def page_of(session: Session, household: Household, playbook: Playbook | None = None) -> ClientPage:
    """The page of a household, read in this transaction."""
    book = playbook or load(settings().playbook)
    calls = [call.id for call in household.calls[:MOST_CALLS]]
    fields = [each.name for each in book.fields]
    said = client_facts.of_calls(session, calls, fields)
    answers = settled_facts.of_calls(session, calls)
    asides = settled_facts.asides(session, calls)
    facts = {name: _fact(name, said, [each for each in answers if each.field == name]) for name in fields}
    asked = questions(known(facts), book)
    names = {call.id: _name(call) for call in said}
    return ClientPage(
        household=household,
        facts=facts,
        questions=tuple(each for each in asked if each.field not in asides),
        asides=tuple(_aside(each, asides[each.field]) for each in asked if each.field in asides),
        settled=tuple(_settled(each, names) for each in reversed(answers)),
        left_out=max(0, len(household.calls) - MOST_CALLS),
        rows=tuple(answers),
    )


def known(facts: Mapping[str, HeldFact]) -> dict[str, dict[str, Any]]:
    """The facts as ``open_questions.questions`` takes them."""
    return {
        name: {"value": fact.standing.value, "state": "human" if fact.standing.human else fact.standing.state}
        for name, fact in facts.items()
        if fact.standing
    }


def question_for(name: str) -> str:
    """The question that asks for a field of the playbook; empty for another field."""
    own = load(settings().playbook).field(name)
    return question_of(own) if own else ""


def _fact(name: str, calls: Sequence[CallSaid], answers: Sequence[SettledRow]) -> HeldFact:
    """What stands in a field, out of every call's word on it."""
    kind = deal_fields.current().by_name.get(name)
    sayings = [saying for call in calls for saying in _sayings(name, call)]
    told = story(kind, sayings, answers)
    loose = [each for each in sayings if not each.stands and each.state is None]
    return HeldFact(
        field=name,
        label=deal_fields.label_of(name),
        standing=told.standing,
        earlier=tuple(each for each in reversed(sayings) if each.stands and each is not told.standing),
        claims=tuple(each for each in reversed(sayings) if each.state == "unsupported" and not each.human),
        loose=tuple(reversed(loose)),
        open=told.open,
        answer=told.answered_by.answer if told.answered_by else None,
    )


def _sayings(name: str, call: CallSaid) -> Iterator[Saying]:
    """What stands in a field of a call; nothing where nobody said a value, or a person said that there is none."""
    heads = call.fields.get(name)
    row = heads.standing if heads else None
    if heads is None or row is None or is_missing(row.claimed):
        return
    proof = row if not row.human else _proof(heads)
    yield _saying(name, _name(call), row, proof)


def _saying(name: str, call: CallName, row: ValueRow, proof: ValueRow | None) -> Saying:
    return Saying(
        call=call,
        field=name,
        value=row.claimed,
        state=state_of(proof.state) if proof else None,
        quotes=quotes_of(proof.quotes) if proof else (),
        human=row.human,
        who=who(row),
        at=row.at,
        row=row,
    )


def _proof(heads: Heads) -> ValueRow | None:
    """The run's row that says what the person says; None where no run said it."""
    kind = deal_fields.current().by_name.get(heads.person.field.partition(".")[2]) if heads.person else None
    return next(
        (row for row in (heads.run, heads.base) if row and heads.person and same(kind, row.value, heads.person.value)),
        None,
    )


def _settled(row: SettledRow, calls: Mapping[int, CallName]) -> Settled:
    return Settled(
        id=row.id,
        field=row.field,
        label=deal_fields.label_of(row.field),
        answer=row.answer,
        older=_side(row.field, row.older, calls),
        newer=_side(row.field, row.newer, calls),
        note=row.note,
        actor=row.actor,
        at=row.at,
    )


def _side(name: str, row: ValueRow, calls: Mapping[int, CallName]) -> Saying:
    """A value of a settled disagreement as it was said then."""
    return _saying(name, calls[row.transcript_id], row, row)


def _aside(question: OpenQuestion, row: AsideRow) -> Aside:
    return Aside(question, row.note, row.actor, row.at)


def _name(call: CallSaid) -> CallName:
    title = call.title or call.filename or "a call"
    return CallName(call.id, call.external_id, call.version, call.meeting_date, title)
