"""The call as it stands: what a person corrected in the deal holds in e-mail, check, posts, stage and summary."""

import asyncio
from typing import Any

import pytest

from db import doctor, edits, ledger, sent_emails
from db.engine import Database
from services import as_it_stands, email_gate, emails, following, runs, uploads
from services.agents.crm import CrmAgent
from services.agents.email import draft
from services.agents.persistence import PersistenceAgent
from services.agents.sales_coach import SalesCoachAgent
from services.agents.social import SocialAgent, private_to
from services.as_it_stands import AsItStands
from services.database import stored_call
from services.playbooks.loader import load
from services.publish_guard import findings_in
from services.sentence_check import CheckedSentence
from services.workings import stored_state
from tests.agents import examples
from tests.example_rows import fact, petra, store
from tests.own_calls import stellar
from tests.working import worked

CALL = "call-petra"
STEPS = [
    {"owner": "advisor", "action": "Send the binder to Jens", "due": "by Friday", "due_date": "2026-03-13"},
    {"owner": "client", "action": "Call the bank", "due": None, "due_date": None},
]


@pytest.fixture
def stored(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Petra Holm's call, in a database opened as the product opens it."""
    monkeypatch.setattr(database, "follows", following.follows)
    row = petra()
    row["call"]["header"] |= {"client_name": "Petra Holm", "meeting_date": "2026-03-04"}
    row["extracted_data"]["facts"]["marital_status"] = fact("Married", 5, "I have to talk to Jens", "paraphrased")
    store(database, row)
    return database


def set_to(database: Database, actor: str = "bob", call: str = CALL, **values: Any) -> None:
    with database.session() as session:
        edits.edit_crm(session, call, None, values, actor=actor)


def give_back(database: Database, *fields: str) -> None:
    with database.session() as session:
        edits.restore_crm(session, CALL, None, fields, actor="bob")


def held(database: Database, words: str, call: str = CALL) -> CheckedSentence:
    """The last sentence of an e-mail of these words."""
    return email_gate.check_email(database, call, "Our meeting", words).sentences[-1]


def since(one: CheckedSentence) -> list[str]:
    return [claim.since for claim in one.claims if claim.since]


def now(database: Database, call: str = CALL) -> AsItStands:
    return as_it_stands.of_call(database, call, load())


def drafted(database: Database) -> str:
    """The draft that a run would write of the stored call now."""
    state = stored_state(stored_call(database, CALL))
    state["as_it_stands"] = as_it_stands.of_state(database, state, load())
    told = as_it_stands.over(state)
    return draft(told["call"], told["extracted_entities"], load(), told["dialogue"])


def crm(database: Database, call: str = CALL) -> dict[str, Any]:
    found: dict[str, Any] = stored_call(database, call).crm_data
    return found


def disagreements(database: Database) -> list[doctor.Disagreement]:
    """What of the record is not as the ledger says."""
    with database.session() as session:
        return list(doctor.disagreements(session))


def test_an_amount_that_a_person_set_is_supported_and_says_by_whom(stored: Database) -> None:
    set_to(stored, deal_amount=5100)
    one = held(stored, "The price is $5,100.")
    assert (one.mark, one.by, one.evidence) == ("corrected", ("bob",), ())


def test_the_amount_that_a_person_replaced_is_not_supported_any_more(stored: Database) -> None:
    assert held(stored, "The price we spoke about is $4,500.").supported
    set_to(stored, deal_amount=5100)
    one = held(stored, "The price we spoke about is $4,500.")
    assert one.mark == "not in the call"
    assert since(one) == ["corrected since to $5,100, by bob"]


def test_an_amount_that_a_person_took_away_is_not_supported_any_more(stored: Database) -> None:
    set_to(stored, deal_amount=None)
    assert since(held(stored, "The price we spoke about is $4,500.")) == ["taken away since, by bob"]


def test_what_is_left_to_pay_is_reckoned_with_the_persons_amount(stored: Database) -> None:
    set_to(stored, deal_amount=5100, deposit_amount=1000)
    assert held(stored, "The rest of $4,100 is due when you sign.").claims[0].by == "bob"


def test_a_value_that_was_only_confirmed_keeps_its_words_of_the_call(stored: Database) -> None:
    before = held(stored, "The price we spoke about is $4,500.")
    set_to(stored, deal_amount=4500)
    after = held(stored, "The price we spoke about is $4,500.")
    assert (after.mark, after.evidence) == (before.mark, before.evidence)
    assert after.by == ()
    assert now(stored).corrections.words == {}


def test_what_a_person_gave_back_is_the_runs_again(stored: Database) -> None:
    set_to(stored, deal_amount=5100)
    give_back(stored, "deal_amount")
    assert held(stored, "The price we spoke about is $4,500.").supported
    assert not held(stored, "The price is $5,100.").supported


def test_a_greeting_goes_by_the_name_that_a_person_set(stored: Database) -> None:
    set_to(stored, client_name="Petronella Holm")
    assert held(stored, "Hi Petronella,").mark == "plain"
    old = held(stored, "Hi Petra,")
    assert old.mark == "not in the call"
    assert since(old) == ["corrected since to Petronella Holm, by bob"]


def test_an_old_name_inside_a_sentence_is_told_too_and_the_family_name_stays(stored: Database) -> None:
    set_to(stored, client_name="Petronella Holm")
    assert since(held(stored, "Petra, thank you for your time."))
    assert held(stored, "Hi Holm family,").mark == "plain"


def test_an_outcome_that_a_person_set_is_what_the_call_came_to(stored: Database) -> None:
    set_to(stored, outcome="Won")
    assert held(stored, "You decided to go ahead with us.").by == ("bob",)
    lost = held(stored, "You decided not to go ahead.")
    assert (lost.supported, since(lost)) == (False, ["corrected since to Won, by bob"])


def test_a_choice_that_a_person_replaced_is_not_supported_any_more(stored: Database) -> None:
    set_to(stored, marital_status="Widowed")
    assert held(stored, "You are widowed.").by == ("bob",)
    assert since(held(stored, "You are married.")) == ["corrected since to Widowed, by bob"]


def test_a_count_that_a_person_replaced_is_not_supported_any_more(stored: Database) -> None:
    set_to(stored, children_count=4)
    assert held(stored, "You have four children.").by == ("bob",)
    assert since(held(stored, "You have three children.")) == ["corrected since to 4, by bob"]


def test_an_item_that_a_person_took_out_is_not_supported_any_more(stored: Database) -> None:
    set_to(stored, products_discussed=["Will"])
    told = "We talked about a revocable living trust."
    assert since(held(stored, told)) == ["taken out of products since, by bob"]


def test_a_persons_next_steps_are_the_steps_of_the_draft_and_carried_by_the_check(stored: Database) -> None:
    set_to(stored, next_steps=STEPS)
    text = drafted(stored)
    assert "- I'll send the binder to Jens by Friday, March 13." in text
    assert "- Please call the bank." in text
    assert "meet again" not in text.lower()
    checked = email_gate.check_email(stored, CALL, *text.removeprefix("Subject: ").split("\n\n", 1))
    assert [one.by for one in checked.sentences if one.role == "point"] == [("bob",), ("bob",)]
    assert checked.unsupported == []


def test_a_draft_tells_what_stands(stored: Database) -> None:
    set_to(stored, deal_amount=5100, client_name="Petronella Holm", outcome="Won")
    text = drafted(stored)
    assert "Hi Petronella," in text
    assert "$5,100" in text
    assert "You decided to go ahead with us." in text
    assert "4,500" not in text
    assert "Petra" not in text


def test_the_values_of_an_older_systems_call_count_where_a_person_set_them(database: Database) -> None:
    store(database, {**petra(), "dialogue": None, "extracted_data": None, "call": None})
    assert not held(database, "The price is $4,500.").supported
    set_to(database, deal_amount=5100)
    assert held(database, "The price is $5,100.").by == ("bob",)


def test_the_stage_follows_a_corrected_outcome_and_goes_back_with_it(stored: Database) -> None:
    set_to(stored, outcome="Won")
    assert crm(stored)["deal_stage"] == "Won"
    give_back(stored, "outcome")
    assert crm(stored)["deal_stage"] == "Follow-up"
    assert disagreements(stored) == []


def test_a_stage_that_a_person_set_stands_whatever_the_outcome(stored: Database) -> None:
    set_to(stored, deal_stage="Proposal")
    set_to(stored, outcome="Won")
    assert crm(stored)["deal_stage"] == "Proposal"
    give_back(stored, "deal_stage")
    assert crm(stored)["deal_stage"] == "Won"


def test_the_stage_that_follows_is_no_persons_word(stored: Database) -> None:
    set_to(stored, outcome="Won")
    record = stored_call(stored, CALL)
    assert set(record.edits["crm_data"]) == {"outcome"}
    with stored.session() as session:
        stage = ledger.heads(session, [record.id], ["crm_data.deal_stage"])[record.id]["crm_data.deal_stage"]
    assert stage.person is None
    assert stage.run is not None
    assert (stage.run.source, stage.run.actor) == ("builtin", "bob")


def test_the_summary_says_what_stands(stored: Database) -> None:
    set_to(stored, deal_amount=5100)
    assert "$5,100" in crm(stored)["summary"]
    assert "4,500" not in crm(stored)["summary"]


def test_a_summary_that_a_person_wrote_stands(stored: Database) -> None:
    set_to(stored, summary="My own words.")
    set_to(stored, deal_amount=5100)
    assert crm(stored)["summary"] == "My own words."


def test_a_draft_says_what_was_corrected_after_it_until_it_is_written_again(stored: Database) -> None:
    assert emails.get_email(stored, CALL).corrected == ()
    set_to(stored, deal_amount=5100, client_phone="555 010 9999")
    assert emails.get_email(stored, CALL).corrected == ("Deal amount",)


def test_a_text_that_a_person_wrote_is_not_offered_afresh(stored: Database) -> None:
    seen = emails.get_email(stored, CALL)
    emails.save(stored, seen, seen.subject, "Hi Petra, my own words.", "ines")
    set_to(stored, deal_amount=5100)
    assert emails.get_email(stored, CALL).corrected == ()


def test_the_copilots_draft_is_nobodys_own_words_and_no_example_when_it_goes_out(stored: Database) -> None:
    seen = emails.get_email(stored, CALL)
    made = emails.save(stored, seen, "Our meeting", "Hi Petra,\n\nThank you for your time.", "ines", by_copilot=True)
    assert (made.edited, made.by_copilot) == (False, True)
    assert made.parts["body"].edited  # no run writes over it
    rewritten = _sent(stored, made.subject, made.body)
    assert rewritten == [False]
    changed = emails.save(stored, emails.get_email(stored, CALL), made.subject, f"{made.body}\n\nThanks.", "ines")
    assert changed.edited
    assert _sent(stored, changed.subject, changed.body) == [True, False]


def _sent(database: Database, subject: str, body: str) -> list[bool]:
    """Sends it off, and says of all that went out, the newest first, whether it is kept as rewritten."""
    seen = emails.get_email(database, CALL)
    assert email_gate.send_off(database, seen, (subject, body), way="copied", stood_by=(), actor="ines").left
    with database.session() as session:
        return [row.rewritten for row in sent_emails.of_call(session, CALL)]


def test_a_run_from_the_email_on_and_a_whole_one_take_what_stands(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")
    monkeypatch.setattr(database, "follows", following.follows)
    (run,) = worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "dana"))
    call = run.external_id or ""
    found = crm(database, call)
    set_to(database, call=call, deal_amount=5150, client_name="Coralie Quist", outcome="Lost")
    assert emails.get_email(database, call).corrected == ("Client", "Outcome", "Deal amount")
    for start_at in ("Email", None):
        worked(database, *runs.rerun(database, [call], "dana", start_at=start_at))
        mail, record = emails.get_email(database, call), stored_call(database, call)
        assert "Hi Coralie" in mail.body
        assert "$5,150" in mail.body
        assert "You decided not to go ahead." in mail.body
        assert mail.corrected == ()
        assert record.crm_data["deal_stage"] == "Lost"
        assert "$5,150" in record.crm_data["summary"]
        assert record.proposed["crm_data"]["deal_amount"] == found["deal_amount"]  # what the run found itself
        assert record.conflicts == []
        checked = email_gate.check_email(database, call, mail.subject, mail.body)
        assert checked.unsupported == []
    assert disagreements(database) == []


def over(corrected: dict[str, Any]) -> dict[str, Any]:
    """What the agents of a run are given of Robert Nolan's call, of which a person corrected something."""
    call, found = examples.call(), examples.extraction()
    told = as_it_stands.laid_over(call.header, found, corrected, {}, load())
    return {"call": call, "dialogue": examples.dialogue(), "extracted_entities": found, "as_it_stands": told}


def test_the_posts_are_about_what_stands_and_hold_neither_the_old_name_nor_the_new_one() -> None:
    corrected = {"products_discussed": ["Will"], "objections": None, "client_name": "Rosamund Nolan"}
    data = over(corrected)
    made = asyncio.run(SocialAgent(load()).run(data))["social_content"]["posts"]
    (will,) = [product for product in load().products if product.name == "Will"]
    own = [*will.insights, *will.stories, *load().social.questions]
    assert all(any(words in post["text"] for words in own) for post in made)
    private = private_to(data, load())
    assert private is not None
    assert all(findings_in(f"Somebody called {name} asked.", private) for name in ("Robert", "Rosamund"))


def test_the_coaching_goes_by_the_steps_and_the_outcome_that_stand() -> None:
    coach = SalesCoachAgent(load())
    found = asyncio.run(coach.run(over({"next_steps": [*STEPS, *STEPS[:1]], "outcome": "Lost"})))
    steps = found["coaching"]["measures"]["next_steps"]
    assert (steps["number"], steps["with_both"], steps["needed"]) == (3, 2, False)


def test_a_run_proposes_what_it_found_and_a_stage_and_a_summary_of_what_stands() -> None:
    made = asyncio.run(CrmAgent(load()).run(over({"outcome": "Lost", "deal_amount": 5100})))["crm_data"]
    assert (made["outcome"], made["deal_amount"]) == ("Won", 3800)
    assert made["deal_stage"] == "Lost"
    assert "$5,100" in made["summary"]


def test_a_run_that_began_before_a_correction_does_not_bring_the_old_stage_and_summary_back(stored: Database) -> None:
    before = stored_state(stored_call(stored, CALL)) | {"crm_data": crm(stored)}
    set_to(stored, outcome="Won", deal_amount=5100)
    asyncio.run(PersistenceAgent(stored).run(before))
    assert crm(stored)["deal_stage"] == "Won"
    assert "$5,100" in crm(stored)["summary"]
    assert disagreements(stored) == []
