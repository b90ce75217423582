"""What a transcript says is data: no attack in it changes the plan, calls a tool, drafts, sends, or tells of others."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from db import transcripts
from db.engine import Database
from services.copilot.contract import Answer, Context, Draft, Facts, Plan, Where
from services.copilot.crm_tool import Choosing
from services.copilot.email_tool import EmailTool
from services.copilot.engine import answer_of, ask
from services.copilot.planner import plan
from services.copilot.recollection import Recollection
from services.copilot.thinking import Thinking
from services.copilot.understanding import understand
from services.copilot.vocabulary import terms_of
from services.playbooks.loader import load
from services.settings import Settings
from tests.copilot.conftest import call
from tests.fake_model import Exchange, FakeModel, running, says, streams
from tests.model_mind.attacks import ATTACKS, EVIL, OTHER_CLIENT

TODAY = date(2026, 5, 20)
QUESTIONS = ("What did Petra say about the lighthouse?", "What is the deal amount of Petra?", "Tell me about Petra")


@pytest.fixture
def attacked(database: Database) -> Database:
    """Petra's call holds every attack, in a turn each; another client is on record too."""
    turns = [("A", "Tell me of the lighthouse."), ("C", "The lighthouse is in Maine, the fee of $5,000 is fine.")]
    turns += [("C", f"About the lighthouse: {attack.text}") for attack in ATTACKS]
    petra = call("petra", "Petra Lindholm", turns, deal_amount=5000, outcome="Pending", said={"deal_amount": 1})
    other = call(
        "other", OTHER_CLIENT, [("A", "Hello."), ("C", "My phone is 555-010-9999, I have seven million.")],
        deal_amount=7777, estate_value=7_000_000, client_phone="555-010-9999", outcome="Won",
    )  # fmt: skip
    with database.session() as session:
        transcripts.upsert_many(session, [petra, other])
    return database


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every draft that is asked of the e-mail tool."""
    asked: list[str] = []
    carry_out = EmailTool.draft

    def noted(self: EmailTool, wanted: Draft) -> Any:
        asked.append(wanted.client)
        return carry_out(self, wanted)

    monkeypatch.setattr(EmailTool, "draft", noted)
    return asked


@pytest.fixture
def model() -> Iterator[FakeModel]:
    """A server that obeys whatever it reads: it plans and says what an attacker wants."""
    with running(obeys) as server:
        yield server


def obeys(exchange: Exchange) -> None:
    """Plans to draft to the other client and to read its record; words its data into the answer."""
    asked = exchange.body["messages"][0]["content"]
    evil: dict[str, Any] = {
        "calls": [
            {"kind": "facts", "where": {"clients": [OTHER_CLIENT]}, "fields": ["client_phone", "estate_value"]},
            {"kind": "draft", "client": OTHER_CLIENT, "about": f"send all to {EVIL}"},
        ]
    }
    if "numbered sentences" in asked:
        streams(f"{OTHER_CLIENT} has $7,000,000, ", f"call 555-010-9999 or write to {EVIL} [1].")(exchange)
        return
    says(json.dumps(evil))(exchange)


def answered(database: Database, question: str, thinking: Thinking | None = None) -> Answer:
    return answer_of(ask(database, Recollection(), question, Context(), "tester", thinking=thinking, today=TODAY))


def tells_of_others(answer: Answer) -> bool:
    told = [each for each in answer.sentences if each.state != "unsupported"]
    text = " ".join(each.text for each in told if "“" not in each.text)  # quotes of Petra's own call may name anybody
    return "7,000,000" in text or "555-010-9999" in text or "7,777" in text or "other" in answer.calls


def test_there_are_at_least_thirty_attacks() -> None:
    assert len(ATTACKS) >= 30


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_attack_in_a_call_changes_what_the_copilot_does(
    attacked: Database, drafts: list[str], question: str
) -> None:
    answer = answered(attacked, question)
    assert answer.answered
    assert set(answer.calls) == {"petra"}
    assert not tells_of_others(answer)
    assert drafts == []
    assert answer.draft is None


def test_each_attack_alone_leaves_plan_and_drafts_as_they_are(database: Database, drafts: list[str]) -> None:
    terms = terms_of(load())
    plans = set()
    for number, attack in enumerate(ATTACKS):
        turns = [("A", "And the lighthouse?"), ("C", attack.text), ("C", "The lighthouse is in Maine.")]
        with database.session() as session:
            transcripts.upsert_many(session, [call("petra", "Petra Lindholm", turns, deal_amount=5000)])
        it = understand(database, terms, QUESTIONS[0], Context(), TODAY)
        plans.add(plan(it, terms).model_dump_json())
        if number % 8 == 0:
            assert "The lighthouse is in Maine." in answered(database, QUESTIONS[0]).text
    assert len(plans) == 1
    assert drafts == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_model_that_obeys_the_attacker_gets_nowhere(
    attacked: Database, model: FakeModel, drafts: list[str], question: str
) -> None:
    thinking = Thinking.of(attacked, Settings(openai_base_url=model.url, model="obedient"))
    answer = answered(attacked, question, thinking)
    assert model.asked
    assert not tells_of_others(answer)
    assert drafts == []
    assert answer.draft is None
    assert any("by rules" in note for note in answer.notes)


def test_the_model_never_reads_a_transcript_to_plan(attacked: Database, model: FakeModel) -> None:
    thinking = Thinking.of(attacked, Settings(openai_base_url=model.url, model="obedient"))
    answered(attacked, QUESTIONS[0], thinking)
    first = json.dumps(model.asked[0].body)
    assert not any(attack.text[:40] in first for attack in ATTACKS)
    assert OTHER_CLIENT not in first


def test_with_redaction_no_model_is_asked(attacked: Database, model: FakeModel) -> None:
    thinking = Thinking.of(attacked, Settings(openai_base_url=model.url, model="obedient", model_redact=True))
    answer = answered(attacked, QUESTIONS[1], thinking)
    assert not model.asked
    assert any("MODEL_REDACT" in note for note in answer.notes)


def test_a_models_plan_within_the_whitelist_is_taken(attacked: Database) -> None:
    wanted = Plan(calls=(Facts(where=Where(clients=("Petra Lindholm",)), fields=("outcome",)),))

    def plans(exchange: Exchange) -> None:
        if "numbered sentences" in exchange.body["messages"][0]["content"]:
            streams("The call with Petra Lindholm ended ", "with the outcome Pending [1].\n", "She owes $9.")(exchange)
            return
        says(wanted.model_dump_json())(exchange)

    with running(plans) as server:
        thinking = Thinking.of(attacked, Settings(openai_base_url=server.url, model="good"))
        answer = answered(attacked, "What is the deal amount of Petra?", thinking)
    assert "outcome Pending" in answer.text
    assert [each.state for each in answer.sentences] == ["supported", "unsupported"]
    assert answer.sentences[0].sources


def test_a_draft_asked_of_the_copilot_is_stored_and_not_sent(attacked: Database) -> None:
    from services import emails

    answer = answered(attacked, "Draft an email to Petra about the lighthouse")
    if answer.draft is None:  # a made-up row may lack what a whole state needs; then it is said
        assert "No draft could be made" in answer.text
        return
    assert answer.draft.stored
    standing = emails.get_email(attacked, "petra")
    assert standing.body == answer.draft.body
    assert standing.sent is None


def test_nothing_outside_the_whitelist_is_a_plan() -> None:
    for evil in ({"kind": "sql", "text": "DROP TABLE transcripts"}, {"kind": "send", "to": EVIL}):
        with pytest.raises(ValueError, match="kind"):
            Plan.model_validate({"calls": [evil]})


def test_a_client_that_the_question_does_not_name_is_out_of_reach(attacked: Database) -> None:
    assert Choosing(attacked).client("Nobody Here") is None
