"""The ledger under random orders of runs, people's words, restores, stale saves and crashes, against a small model.

After every step: what stands, what is locked and what is in conflict is what the model says, every word is still in the
ledger as it was written, and the doctor finds nothing. 100 orders of up to 20 steps in ``make test``, 500 of up to 40
in ``make test-full``.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db import confirming, edits, ledger
from db.engine import Database, Session
from db.errors import DatabaseError, StaleVersion
from db.transcripts import find
from services import conflicts, doctor
from services import ledger as told
from services.errors import NotFound
from services.minds import Mind
from services.sayings import said_in
from tests.ledger_model import SETTABLE, Call, Told, agrees, confirmed

KEYS = ("CALL-1", "CALL-2")
MINDS = {name: Mind("builtin", name, "1", "0" * 16) for name in ("first", "second")}
MODEL_NOTE = {"source": "model", "model": "gpt", "prompt_hash": "1" * 16}
AMOUNTS = st.sampled_from([None, 0, 4200, 4500, 4500.5])
WORDS = st.sampled_from(["", "One.", "Two.", "Zwei – drei."])
CRM = {
    "deal_amount": AMOUNTS,
    "outcome": st.sampled_from([None, "Won", "Lost"]),
    "objections": st.sampled_from([None, [], ["Price"], ["Price", "Trust"]]),
    "spouse_name": WORDS,
}
FACTS = st.fixed_dictionaries(
    {
        "value": st.sampled_from([4200, 4500.0, "Won"]),
        "state": st.sampled_from(["verified", "paraphrased", "unsupported"]),
        "evidence": st.just([]),
        "source": st.sampled_from(["builtin", "model"]),
    }
)
BOTH_MINDS = st.fixed_dictionaries(
    {
        "facts": st.fixed_dictionaries({}, optional={"deal_amount": FACTS, "spouse_name": FACTS}),
        "beside": st.fixed_dictionaries({}, optional={"deal_amount": FACTS, "outcome": FACTS}),
    }
)
POSTS = st.dictionaries(st.sampled_from(["linkedin", "x"]), WORDS)
PIECES = st.fixed_dictionaries(
    {},
    optional={
        "crm_data": st.fixed_dictionaries({}, optional=CRM),
        "email_draft": st.tuples(WORDS, WORDS),
        "social_content": POSTS,
        "coaching": st.dictionaries(st.sampled_from(["strengths", "suggestion"]), WORDS),
        "extracted_data": BOTH_MINDS,
    },
)
CALLS = st.sampled_from([KEYS[0], *KEYS])
EDITED = st.fixed_dictionaries({}, optional={f"crm_data.{name}": values for name, values in CRM.items()})
PARTS = st.fixed_dictionaries({}, optional={"email_draft.subject": WORDS, "email_draft.body": WORDS})
NAMES = st.lists(
    st.sampled_from([*(f"crm_data.{name}" for name in CRM), "email_draft.subject", "email_draft.body"]), unique=True
)
CHANNELS = st.sampled_from(["linkedin", "x", "facebook"])
Pieces = Mapping[str, Any]


class LedgerMachine(RuleBasedStateMachine):
    """Two calls, and whatever may come over them."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.calls = {key: Call() for key in KEYS}
        self.seen: list[Any] = []
        with database.session() as session:
            session.execute(text("SELECT set_config('aftercall.erasing', 'on', true)"))
            for table in ("audit", "field_values", "transcripts"):
                session.execute(text(f"DELETE FROM {table}"))

    @initialize(pieces=PIECES)
    def a_first_run_writes(self, pieces: Pieces) -> None:
        self.run({KEYS[0]: pieces}, "first", None)

    @rule(key=CALLS, pieces=PIECES, mind=st.sampled_from(list(MINDS)), step=st.sampled_from([1, 1, 1, 0, -1]))
    def a_run_writes(self, key: str, pieces: Pieces, mind: str, step: int) -> None:
        """Handed in after the run that wrote last, or before it (which writes nothing)."""
        self.run({key: pieces}, mind, (self.calls[key].seq or 5) + step)

    @rule(first=PIECES, second=PIECES, mind=st.sampled_from(list(MINDS)))
    def a_batch_writes(self, first: Pieces, second: Pieces, mind: str) -> None:
        self.run(dict(zip(reversed(KEYS), (first, second), strict=True)), mind, None)

    @rule(key=CALLS, pieces=PIECES, times=st.integers(2, 3))
    def a_run_says_the_same_again(self, key: str, pieces: Pieces, times: int) -> None:
        for _ in range(times):
            self.run({key: pieces}, "first", None)

    @precondition(lambda self: self.stored)
    @rule(data=st.data(), values=st.one_of(EDITED, PARTS))
    def a_person_writes(self, data: st.DataObject, values: dict[str, Any]) -> None:
        key, call = self.one(data)
        with self.database.session() as session:
            told_version = edits.say(session, key, call.version, values, actor="bo")
        call.speak(values, "edit")
        assert told_version == call.version

    @precondition(lambda self: self.stored)
    @rule(
        data=st.data(),
        channel=CHANNELS,
        words=st.none() | WORDS,
        state=st.sampled_from([None, "draft", "approved"]),
    )
    def a_person_writes_a_post(self, data: st.DataObject, channel: str, words: str | None, state: str | None) -> None:
        key, call = self.one(data)
        old = call.standing().get(f"social_content.{channel}") or {}
        with self.database.session() as session:
            edits.edit_post(session, key, call.version, channel, words, state, actor="bo")
        said = old.get("text", "") if words is None else words
        kept = old.get("state", "draft") if said == old.get("text") else "draft"
        kind = "approve" if state == "approved" != old.get("state") else "edit"
        call.speak({f"social_content.{channel}": {"text": said, "state": state or kept}}, kind)

    @precondition(lambda self: self.stored)
    @rule(data=st.data(), names=NAMES, channel=CHANNELS)
    def a_person_confirms(self, data: st.DataObject, names: list[str], channel: str) -> None:
        key, call = self.one(data)
        paths = [*names, f"social_content.{channel}"]
        with self.database.session() as session:
            edits.confirm(session, key, call.version, paths, actor="bo")
        call.speak(confirmed(call, paths), "confirm")

    @precondition(lambda self: self.stored)
    @rule(names=NAMES)
    def a_person_confirms_many(self, names: list[str]) -> None:
        fields = [name for name in names if name.startswith("crm_data.")]
        with self.database.session() as session:
            confirming.confirm_many(session, KEYS, fields, actor="bo")
        for call in self.calls.values():
            stands = call.standing()
            call.speak(
                {
                    name: stands[name]
                    for name in fields
                    if stands.get(name) not in (None, "", []) and name not in call.people
                },
                "confirm",
            )

    @precondition(lambda self: any(call.people for call in self.calls.values()))
    @rule(data=st.data(), channel=CHANNELS)
    def a_person_gives_back(self, data: st.DataObject, channel: str) -> None:
        key = data.draw(st.sampled_from([key for key in KEYS if self.calls[key].people]))
        call = self.calls[key]
        names = data.draw(st.lists(st.sampled_from(sorted(call.people)), min_size=1, unique=True))
        paths = [*names, *({f"social_content.{channel}"} - set(names))]
        with self.database.session() as session:
            edits.restore(session, key, call.version, paths, actor="bo")
        call.release(paths)

    @precondition(lambda self: any(call.story for call in self.calls.values()))
    @rule(data=st.data())
    def a_person_puts_an_earlier_value_back(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from([key for key in KEYS if self.calls[key].story]))
        call = self.calls[key]
        with self.database.session() as session:
            row = data.draw(st.sampled_from(ledger.story(session, ledger_id(session, key))))
        settable = row.field.startswith("crm_data.") or (row.field.startswith(SETTABLE) and row.value is not None)
        if settable and row.kind != "restore":
            told.put_back(self.database, key, call.version, row.id, "bo")
            is_post = row.field.startswith("social_content.")  # comes back as a draft, whatever was said to it then
            call.speak({row.field: {**row.value, "state": "draft"} if is_post else row.value}, "revert")
        else:
            with pytest.raises(NotFound):
                told.put_back(self.database, key, call.version, row.id, "bo")

    @precondition(lambda self: any(call.conflicts() for call in self.calls.values()))
    @rule(data=st.data(), way=st.sampled_from(["keep", "take", "other"]))
    def a_person_settles_a_conflict(self, data: st.DataObject, way: str) -> None:
        key = data.draw(st.sampled_from([key for key in KEYS if self.calls[key].conflicts()]))
        call = self.calls[key]
        listed = {each.field: each for each in conflicts.of_call(self.database, key)}
        assert set(listed) == call.conflicts()
        chosen = listed[data.draw(st.sampled_from(sorted(listed)))]
        assert (chosen.theirs.value, chosen.new.value) == (
            call.people[chosen.field].value,
            call.runs[chosen.field][1].value,
        )
        if way == "keep":
            conflicts.settle(self.database, chosen, "keep", "bo")
            call.speak({chosen.field: chosen.theirs.value}, "keep")
        elif way == "take":
            conflicts.settle(self.database, chosen, "take", "bo")
            call.speak({chosen.field: chosen.new.value}, "take")
        else:
            words = {"crm_data.deal_amount": "77", "crm_data.outcome": "Pending"}.get(chosen.field, "Price")
            conflicts.write_other(self.database, chosen, words, "bo")
            call.speak({chosen.field: conflicts.accept(chosen.field, words)}, "edit")
        assert chosen.field not in call.conflicts()

    @precondition(lambda self: any(call.others() for call in self.calls.values()))
    @rule(data=st.data())
    def a_person_takes_the_other_minds_value(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from([key for key in KEYS if self.calls[key].others()]))
        call = self.calls[key]
        name, other = data.draw(st.sampled_from(sorted(call.others().items())))
        with self.database.session() as session:
            call_id = ledger_id(session, key)
            row = ledger.heads(session, [call_id], [f"beside.{name}"])[call_id][f"beside.{name}"].run
        assert row is not None
        told.take_other(self.database, key, call.version, row.id, "bo")
        call.speak({name: other.claimed}, "edit")
        assert call.standing()[name] == other.claimed

    @precondition(lambda self: self.stored)
    @rule(data=st.data())
    def an_email_goes_out(self, data: st.DataObject) -> None:
        key, call = self.one(data)
        with self.database.session() as session:
            edits.mark_sent(session, key, call.version, actor="bo")
        call.sent()

    @precondition(lambda self: self.stored)
    @rule(data=st.data(), values=EDITED, behind=st.integers(1, 3))
    def a_stale_save_is_refused(self, data: st.DataObject, values: dict[str, Any], behind: int) -> None:
        key, call = self.one(data)
        with pytest.raises(StaleVersion), self.database.session() as session:
            edits.say(session, key, call.version - behind, values, actor="cy")

    @rule(key=CALLS, pieces=PIECES, values=EDITED, killed=st.sampled_from([False, False, False, True]))
    def a_write_is_cut(self, key: str, pieces: Pieces, values: dict[str, Any], killed: bool) -> None:
        row = row_of(key, pieces)

        def written_and_cut() -> None:
            with self.database.session() as session:
                ledger.write(session, row, said_in(row, MINDS["first"]), run_id=None, actor="run")
                edits.say(session, key, None, values, actor="bo")
                if not killed:
                    raise Cut
                kill(self.database, session)

        with pytest.raises((Cut, DatabaseError, DBAPIError)):
            written_and_cut()

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        with self.database.session() as session:
            for key, call in self.calls.items():
                found = find(session, key)
                assert (found is not None) == (call.version > 0)
                if found is not None:
                    agrees(session, found, call)
            rows = session.execute(text("SELECT id, CAST(field_values AS text) FROM field_values ORDER BY id")).all()
            entries = session.scalar(text("SELECT count(*) FROM audit"))
        assert rows[: len(self.seen)] == self.seen, "a row of the ledger was lost or altered"
        self.seen = list(rows)
        assert entries == sum(call.entries for call in self.calls.values())
        assert doctor.examine(self.database).findings == ()

    @property
    def stored(self) -> list[str]:
        return [key for key, call in self.calls.items() if call.version]

    def one(self, data: st.DataObject) -> tuple[str, Call]:
        key = data.draw(st.sampled_from(self.stored))
        return key, self.calls[key]

    def run(self, pieces: Mapping[str, Pieces], mind: str, seq: int | None) -> None:
        """A run writes the calls, in the record and in the model."""
        rows = [{**row_of(key, each), "run_seq": seq} for key, each in pieces.items()]
        with self.database.session() as session:
            said = [(row, said_in(row, MINDS[mind])) for row in rows]
            ledger.write_many(session, said, run_id=None, actor="run")
        for key, each in pieces.items():
            parts = {"social_content": "social_content.", "coaching": "coaching.", "extracted_data": "beside."}
            whole = tuple(part for column, part in parts.items() if column in each)
            self.calls[key].hear(said_of(each, mind), whole, seq)


class Cut(Exception):
    """A process that ends in the middle of its work."""


def kill(database: Database, session: Session) -> None:
    """Ends the session's connection, as a server that went away does, and waits until it is gone."""
    pid = session.scalar(text("SELECT pg_backend_pid()"))
    with database.engine.connect() as other:
        assert other.scalar(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})


def row_of(key: str, pieces: Pieces) -> dict[str, Any]:
    """The row that a run writes with these pieces of its outputs."""
    row: dict[str, Any] = {"external_id": key, **pieces, "minds": {"extraction": MODEL_NOTE}}
    if "email_draft" in pieces:
        row["email_draft"] = "Subject: {}\n\n{}".format(*pieces["email_draft"])
    if "social_content" in pieces:
        posts = pieces["social_content"].items()
        row["social_content"] = {"posts": [{"channel": name, "text": words, "state": "draft"} for name, words in posts]}
    return row


def said_of(pieces: Pieces, mind: str) -> dict[str, Told]:
    """What they say, by the fields' paths, each under its mind."""
    found = pieces.get("extracted_data", {})
    told = {}
    for name, value in pieces.get("crm_data", {}).items():
        fact = found.get("facts", {}).get(name)
        told[f"crm_data.{name}"] = Told(value, mind) if fact is None else told_of(value, fact, mind)
    told |= {name: Told(value, mind) for name, value in words_of(pieces).items()}
    for name, fact in found.get("beside", {}).items():
        value = None if fact["state"] == "unsupported" else fact["value"]
        told[f"beside.crm_data.{name}"] = told_of(value, fact, mind)
    return told


def told_of(value: Any, fact: Mapping[str, Any], mind: str) -> Told:
    """A value that rests on a finding."""
    claim = fact["value"] if fact["state"] == "unsupported" else None
    return Told(value, MODEL_NOTE["model"] if fact["source"] == "model" else mind, fact["state"], claim)


def words_of(pieces: Pieces) -> dict[str, Any]:
    """What they write, by the fields' paths."""
    mail = zip(("email_draft.subject", "email_draft.body"), pieces.get("email_draft", ()), strict=False)
    said: dict[str, Any] = dict(mail)
    posts = pieces.get("social_content", {}).items()
    said |= {f"social_content.{name}": {"text": words, "state": "draft"} for name, words in posts}
    return said | {f"coaching.{name}": value for name, value in pieces.get("coaching", {}).items()}


def ledger_id(session: Session, key: str) -> int:
    found = find(session, key)
    assert found is not None
    return found.id


QUICK = settings(
    max_examples=100,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def test_whatever_comes_the_record_is_what_the_ledger_says_and_nothing_is_lost(database: Database) -> None:
    run_state_machine_as_test(lambda: LedgerMachine(database), settings=QUICK)  # type: ignore[arg-type]  # any factory


@pytest.mark.full
def test_the_same_in_more_and_longer_orders(database: Database) -> None:
    run_state_machine_as_test(
        lambda: LedgerMachine(database),  # type: ignore[arg-type]  # any factory will do
        settings=settings(QUICK, max_examples=500, stateful_step_count=40),
    )
