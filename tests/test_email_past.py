"""What the next draft learns of e-mails that went out, and what it never learns."""

import pytest

from db import sent_emails
from db.engine import Database
from services import email_past, emails, runs, uploads
from services.agents import findings
from services.agents.email import EmailAgent, adviser_of, draft
from services.database import stored_call
from services.email_manner import Manner
from services.playbooks.loader import load
from services.workings import stored_state
from tests.agents import examples
from tests.example_rows import petra, store
from tests.model_mind.drafting import data, drafting_of
from tests.own_calls import stellar
from tests.working import worked

OURS = "Warmly,\nDana Whitfield\nAlder Legacy"
SECRET = (
    "Dear Zebulon,\n\nThank you for your time. The Quillfeather trust costs $7,777 and is due on Monday 17.\n\n"
    "On your side:\n- Please send Wilhelmina's deed of 12 Larkspur Lane.\n\n"
)


def went(database: Database, number: int, body: str, role: str = "won", adviser: str = "Dana Whitfield") -> None:
    """An e-mail that went out to a client of its own."""
    call = f"past-{number}"
    store(database, petra(call, client_name=f"Client {number}", client_email=f"c{number}@example.com"))
    with database.session() as session:
        sent_emails.add(
            session,
            call,
            ("Hello", body),
            way="copied",
            actor="dana",
            checked=[],
            adviser=adviser,
            role=role,
            rewritten=True,
        )


def manner(database: Database) -> Manner:
    """How the adviser of the example call writes; the call was won."""
    return email_past.manner_of(database, examples.call(), examples.extraction(), load())


def body(greeting: str = "Good morning", closing: str = "Looking forward to it!", signed: str = OURS) -> str:
    return f"{greeting} Zoe,\n\nThank you for your time.\n\n{closing}\n\n{signed}"


def test_what_an_adviser_wrote_twice_in_a_row_is_taken_over(database: Database) -> None:
    for number in (1, 2):
        went(database, number, body())
    learned = manner(database)
    assert (learned.greeting, learned.closing) == ("Good morning", "Looking forward to it!")
    text = draft(examples.call(), examples.extraction(), load(), (), learned)
    assert "Good morning Robert," in text
    assert "Looking forward to it!" in text


@pytest.mark.parametrize("times", [0, 1])
def test_what_was_written_less_often_is_not_taken_over(database: Database, times: int) -> None:
    for number in range(times):
        went(database, number, body())
    assert (manner(database).greeting, manner(database).closing) == ("", "")


def test_a_change_of_mind_ends_it(database: Database) -> None:
    went(database, 1, body())
    went(database, 2, body())
    went(database, 3, body(greeting="Dear", closing="See you soon!"))
    assert (manner(database).greeting, manner(database).closing) == ("", "")


def test_another_advisers_way_is_not_taken_over(database: Database) -> None:
    for number in (1, 2):
        went(database, number, body(), adviser="Somebody Else")
    assert manner(database).closing == ""


def test_a_closing_of_calls_that_ended_otherwise_is_not_taken_over(database: Database) -> None:
    for number in (1, 2):
        went(database, number, body(), role="lost")
    assert manner(database).closing == ""


@pytest.mark.parametrize("closing", ["Zebulon, see you.", "Say hello to Wilhelmina!", "See you on Monday.", "Call 17."])
def test_a_closing_that_could_tell_of_a_client_is_never_taken_over(database: Database, closing: str) -> None:
    for number in (1, 2):
        went(database, number, body(closing=closing))
    assert manner(database).closing == ""


def test_two_emails_to_one_client_are_no_habit(database: Database) -> None:
    went(database, 1, body())
    store(database, petra("past-1b", client_name="Client 1", client_email="c1@example.com"))
    with database.session() as session:
        sent_emails.add(
            session,
            "past-1b",
            ("Hi", body()),
            way="copied",
            actor="dana",
            checked=[],
            adviser="Dana Whitfield",
            role="won",
        )
    assert manner(database).closing == ""


def test_nothing_of_another_client_is_in_an_example() -> None:
    shown = email_past.stripped(f"{SECRET}Best regards,\nDana Whitfield")
    assert "Thank you for your time" in shown
    for word in (
        "Zebulon",
        "Quillfeather",
        "7,777",
        "Monday",
        "17",
        "Wilhelmina",
        "deed",
        "Larkspur",
        "12",
        "Dana",
        "trust",
    ):
        assert word not in shown


def test_nothing_of_another_client_is_in_the_prompt_or_the_draft(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        went(database, number, f"{SECRET}Zebulon and Wilhelmina are lovely.\n\nBest regards,\nDana Whitfield")
    learned = manner(database)
    assert len(learned.examples) == 2
    with drafting_of(database, monkeypatch) as drafting:
        drafting.answers(
            {"subject": "Hello", "opening": "", "price": "", "our_steps": [], "their_steps": [], "closing": ""}
        )
        given = drafting.run(EmailAgent, {**data(), "email_manner": learned})
        asked = "\n".join(drafting.questions)
    assert "Thank you for your time." in asked
    assert "(...)" in asked
    told = asked + given["email_draft"] + draft(examples.call(), examples.extraction(), load(), (), learned)
    for word in ("Zebulon", "Quillfeather", "7,777", "7777", "Wilhelmina", "Larkspur", "Client 1"):
        assert word not in told


def test_what_was_taken_over_can_be_undone_here_and_for_the_next_drafts(database: Database) -> None:
    for number in (1, 2):
        went(database, number, body())
    call, extraction = examples.call(), examples.extraction()
    learned = manner(database)
    text = draft(call, extraction, load(), (), learned)
    one = email_past.TakenOver("closing", "Dana Whitfield", learned.closing, "If anything comes up, reply.")
    store(database, {**petra(), "email_draft": text})
    saved = email_past.undo(database, emails.get_email(database, "call-petra"), one, "dana")
    assert "Looking forward to it!" not in saved.body
    assert "If anything comes up, reply." in saved.body
    assert manner(database).closing == ""
    assert manner(database).greeting == "Good morning"


def test_a_run_takes_an_advisers_closing_over(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDINGS", "false")
    (run,) = worked(database, uploads.submit(database, "nolan.txt", stellar(), {}, "dana"))
    assert run.external_id is not None
    state = stored_state(stored_call(database, run.external_id))
    adviser = adviser_of(state["call"])
    role = findings.outcome_role(findings.outcome(state["extracted_entities"]), load())
    assert adviser is not None
    for number in (1, 2):
        went(database, number, body(signed=f"Warmly,\n{adviser}"), role=role or "", adviser=adviser)
    worked(database, *runs.rerun(database, [run.external_id], "dana"))
    draft_now = emails.get_email(database, run.external_id)
    assert "Looking forward to it!" in draft_now.body
    assert draft_now.body.endswith(f"Warmly,\n{adviser}")
    parts = {one.part for one in email_past.taken_over(database, draft_now, load())}
    assert parts == {"greeting", "closing", "signature"}


SIGNED = "Warmly,\nDana Whitfield\nAttorney, Alder Legacy\nTel. 918-555-0188"


@pytest.mark.parametrize(
    "line",
    [
        "Your price is now $99",
        "We guarantee zero estate tax",
        "It is free",
        "No fees ever",
        "費用は無料です",
        "Robert owes us",
    ],
)
def test_a_claim_under_an_email_is_never_taken_over(database: Database, line: str) -> None:
    for number in (1, 2):
        went(database, number, body(signed=f"{SIGNED}\n{line}"))
    assert manner(database).signature == SIGNED


@pytest.mark.parametrize(
    "closing", ["Your trust is free of charge.", "It is all free.", "We agreed on it.", "You owe us nothing more."]
)
def test_a_closing_that_claims_something_is_never_taken_over(database: Database, closing: str) -> None:
    for number in (1, 2):
        went(database, number, body(closing=closing))
    assert manner(database).closing == ""
