"""Invented calls as the chain stores them, for tests of what people see of the record."""

from typing import Any

from db import ledger
from db.engine import Database
from db.transcripts import StoredRow
from services.minds import Mind
from services.sayings import said_in

BUILTIN = Mind("builtin", "builtin", "1", "0" * 16)

DIALOGUE = [
    ("Nora Quist", "advisor", 0.0, "greeting", "Good morning Petra, thank you for making the time today."),
    ("Petra Holm", "client", 6.0, "greeting", "Of course, I have put this off long enough."),
    ("Nora Quist", "advisor", 11.0, "client's estate details", "What does the estate look like, roughly?"),
    (
        "Petra Holm",
        "client",
        19.0,
        "client's estate details",
        "The house is worth nine hundred thousand, and we have three children. <b>Two</b> are *grown*.",
    ),
    ("Nora Quist", "advisor", 41.0, "comparing price", "The living trust package is forty-five hundred dollars."),
    ("Petra Holm", "client", 48.0, "objection/rebuttal", "That is more than I expected, I have to talk to Jens."),
    ("Nora Quist", "advisor", 55.0, "scheduling client meeting", "Let us meet again Tuesday at three."),
    ("Petra Holm", "client", 60.0, "ending meeting", "Tuesday works. Goodbye."),
]


def fact(value: Any, turn: int | None = None, quote: str = "", state: str = "verified") -> dict[str, Any]:
    """A finding in the form of the agents' contract."""
    evidence = [] if turn is None else [{"turn": turn, "quote": quote}]
    return {
        "value": value,
        "state": "not discussed" if value is None else state,
        "evidence": evidence,
        "source": "builtin",
    }


def crm(**fields: Any) -> dict[str, Any]:
    """A CRM record with the given fields; every other one was not discussed."""
    names = (
        "client_name client_email client_phone client_state spouse_name marital_status children_count estate_value"
        " real_estate_count real_estate_locations business_interests products_discussed objections deal_amount"
        " deposit_amount outcome deal_stage next_steps meeting_title meeting_date meeting_url duration_minutes summary"
        " transcript_id"
    ).split()
    return {**dict.fromkeys(names), **fields}


def petra(external_id: str = "call-petra", **changed: Any) -> dict[str, Any]:
    """A whole row: Petra Holm's call with its dialogue, findings and outputs."""
    record = crm(
        client_name="Petra Holm",
        client_email="petra@holm.example",
        client_state="OH",
        spouse_name="Jens",
        marital_status="Married",
        children_count=3,
        estate_value=900_000,
        products_discussed=["Revocable Living Trust"],
        objections=["Price", "Spouse or family must decide"],
        deal_amount=4500,
        outcome="Follow-up Scheduled",
        deal_stage="Follow-up",
        next_steps=[{"owner": "advisor", "action": "meet again", "due": "Tuesday at three", "due_date": "2026-03-10"}],
        meeting_title="First meeting",
        meeting_date="2026-03-04",
        duration_minutes=1.5,
        summary="Petra Holm met with us about a Revocable Living Trust.",
    )
    return {
        "external_id": external_id,
        "filename": "petra-holm.vtt",
        "full_text": "\n".join(f"{speaker}: {text}" for speaker, _, _, _, text in DIALOGUE),
        "crm_data": {**record, **changed},
        "extracted_data": {
            "facts": {
                "children_count": fact(3, 3, "we have three children"),
                "estate_value": fact(900_000, 3, "worth nine hundred thousand"),
                "deal_amount": fact(4500, 4, "forty-five hundred dollars"),
                "spouse_name": fact("Jens", 5, "talk to Jens", "paraphrased"),
                "client_state": fact("OH", state="unsupported"),
                "deposit_amount": fact(None),
            },
            "products_discussed": [fact("Revocable Living Trust", 4, "living trust package")],
            "objections": [{"category": "Price", **_proof(5, "more than I expected")}],
            "outcome": fact("Follow-up Scheduled", 6, "Let us meet again Tuesday at three"),
            "next_steps": [
                {
                    "owner": "advisor",
                    "action": "meet again",
                    "due": "Tuesday at three",
                    "due_date": "2026-03-10",
                    **_proof(6, "meet again Tuesday at three"),
                }
            ],
        },
        "dialogue": [
            {"speaker": speaker, "side": side, "start": start, "end": start + 4, "text": text, "phase": phase}
            for speaker, side, start, phase, text in DIALOGUE
        ],
        "call": {
            "header": {"meeting_title": "First meeting", "meeting_time": "09:30"},
            "speakers": [{"name": "Nora Quist", "side": "advisor"}, {"name": "Petra Holm", "side": "client"}],
            "asides": [{"kind": "chat", "text": "The slides are in the chat.", "speaker": "Nora Quist", "start": 20}],
            "warnings": ["Two cues overlap."],
            "source_format": "zoom-vtt",
        },
        "email_draft": "Subject: Our meeting\n\nDear Petra,\n\nthank you for your time.",
        "social_content": {"posts": [{"channel": "linkedin", "text": "A plan is a gift.", "state": "draft"}]},
        "coaching": {
            "measures": {
                "talk_share": 0.52,
                "words": {"advisor": 30, "client": 28},
                "longest_monologue": {"turn": 4, "words": 8},
                "questions": {"open": [2], "closed": []},
                "phases_seen": ["greeting"],
                "phases_missing": ["agenda"],
            },
            "strengths": [{"text": "You left room.", "turns": [2, 2, 99]}],
            "opportunity": {"text": "Not reached: agenda.", "turns": []},
            "suggestion": {"text": "Prepare an answer to 'price'.", "turns": [5]},
            "source": "builtin",
        },
    }


NOTES = {
    "extraction": {"source": "model", "model": "gpt-x", "prompt_hash": "abc123"},
    "email": {"source": "model", "model": "gpt-x", "prompt_hash": "def456"},
    "social": {"source": "builtin", "instead": "The model gave no answer within 120 seconds."},
    "coaching": {"source": "model", "model": "gpt-x", "prompt_hash": "fed789"},
    "summary": {"source": "builtin"},
}


def by_two_minds(
    external_id: str = "call-petra", beside: dict[str, Any] | None = None, **changed: Any
) -> dict[str, Any]:
    """Petra Holm's call as the builtin analyst and a model gave it: they disagree about the amount.

    The estate's value is the model's. ``beside`` is what does not stand, where another is wanted.
    """
    row = petra(external_id, **changed)
    other = {**fact(3500, 5, "more than I expected", "paraphrased"), "source": "model"}
    row["extracted_data"]["facts"]["estate_value"]["source"] = "model"
    row["extracted_data"]["beside"] = {"deal_amount": other} if beside is None else beside
    return {**row, "minds": NOTES}


def _proof(turn: int, quote: str) -> dict[str, Any]:
    return {"state": "verified", "evidence": [{"turn": turn, "quote": quote}], "source": "builtin"}


def store(database: Database, *rows: dict[str, Any]) -> None:
    """Writes the rows as a run of the builtin analyst would."""
    run_says(database, *rows)


def run_says(
    database: Database, *rows: dict[str, Any], run_id: str | None = None, mind: Mind = BUILTIN
) -> list[StoredRow]:
    """Writes the rows, and what they say of their calls, as a run of that mind would."""
    with database.session() as session:
        return ledger.write_many(session, [(row, said_in(row, mind)) for row in rows], run_id=run_id, actor="run")


def deal(external_id: str, **fields: Any) -> dict[str, Any]:
    """A row that has nothing but a CRM record."""
    return {"external_id": external_id, "filename": f"{external_id}.txt", "crm_data": crm(**fields)}
