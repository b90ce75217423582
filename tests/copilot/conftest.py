"""A record of made-up calls for the copilot's tests; there is no index, so words alone are compared."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from db import transcripts
from db.engine import Database
from services.copilot.contract import Answer, Context
from services.copilot.engine import answer_of, ask
from services.copilot.recollection import Recollection

TODAY = date(2026, 5, 20)
Ask = Callable[..., Answer]


def fact(value: Any, turn: int, quote: str) -> dict[str, Any]:
    """A finding with its proof."""
    return {"value": value, "state": "verified", "evidence": [{"turn": turn, "quote": quote}], "source": "builtin"}


def call(name: str, client: str, turns: list[tuple[str, str]], **crm: Any) -> dict[str, Any]:
    """A row: the adviser is Nora Quist unless another is named; every fact's proof is the turn that ``said`` names."""
    adviser, said = crm.pop("adviser", "Nora Quist"), crm.pop("said", {})
    sides = {"A": (adviser, "advisor"), "C": (client, "client")}
    dialogue = [
        {"speaker": sides[who][0], "side": sides[who][1], "text": text, "start": 10.0 * at, "end": None, "phase": None}
        for at, (who, text) in enumerate(turns)
    ]
    facts = {field: fact(crm[field], turn, turns[turn][1]) for field, turn in said.items() if field in crm}
    extracted = {
        "facts": {field: told for field, told in facts.items() if field != "outcome"},
        "products_discussed": [fact(one, 0, turns[0][1]) for one in crm.get("products_discussed", ())],
        "objections": [
            {"category": one, "state": "verified", "source": "builtin",
             "evidence": [{"turn": said.get(one, 1), "quote": turns[said.get(one, 1)][1]}]}
            for one in crm.get("objections", ())
        ],
        "outcome": fact(crm.get("outcome"), len(turns) - 1, turns[-1][1]),
        "next_steps": [
            {**step, "state": "verified", "source": "builtin",
             "evidence": [{"turn": len(turns) - 1, "quote": turns[-1][1]}]}
            for step in crm.get("next_steps", ())
        ],
    }  # fmt: skip
    speakers = [{"name": who, "side": side, "role": None, "organisation": None} for who, side in sides.values()]
    return {
        "external_id": name,
        "crm_data": {"client_name": client, **crm},
        "extracted_data": extracted,
        "dialogue": dialogue,
        "call": {"speakers": speakers, "header": {}},
        "email_draft": "Subject: Hello\n\nWhat the run wrote.",
    }


PETRA = call(
    "petra", "Petra Lindholm",
    [("A", "Tell me what you have."), ("C", "It costs more than I thought."), ("A", "You can pay it in two halves."),
     ("C", "We own a lighthouse in Maine, worth nine hundred thousand."), ("C", "My two girls should get it."),
     ("A", "The fee is five thousand dollars."), ("C", "Let me sleep on it.")],
    said={"deal_amount": 5, "estate_value": 3, "children_count": 4, "Price": 1},
    deal_amount=5000, estate_value=900_000, children_count=2, client_state="ME", spouse_name="Olof",
    marital_status="Married", outcome="Pending", deal_stage="Proposal", objections=["Price"],
    products_discussed=["Revocable Living Trust"], meeting_date="2026-04-10",
    next_steps=[
        {"owner": "client", "action": "Send the deed of the lighthouse", "due": "by May 22", "due_date": "2026-05-22"},
    ],
)  # fmt: skip
QUINTON = call(
    "quinton", "Quinton Abara",
    [("A", "How are you?"), ("C", "Fine, let's do it."), ("A", "That is three thousand dollars."), ("C", "Paid.")],
    said={"deal_amount": 2, "deposit_amount": 3},
    deal_amount=3000, deposit_amount=0, client_state="OH", marital_status="Divorced", outcome="Won", deal_stage="Won",
    products_discussed=["Will"], meeting_date="2026-03-02", adviser="Ida Roe",
    next_steps=[{"owner": "advisor", "action": "Mail the binder", "due": "next week", "due_date": "2026-05-27"}],
)  # fmt: skip
PETRA_TOO = call(
    "petra-two", "Petra Vance",
    [("A", "Good morning."), ("C", "The price is a lot for us."), ("C", "So no, thank you.")],
    deal_amount=4000, client_state="TX", marital_status="Single", outcome="Lost", deal_stage="Lost",
    objections=["Price", "Timing"], said={"Price": 1, "Timing": 1},
    products_discussed=["Will", "Revocable Living Trust"],
)  # fmt: skip
CALLS = [PETRA, QUINTON, PETRA_TOO]


@pytest.fixture
def calls(database: Database) -> Database:
    """Three calls of three clients, two of whom are called Petra; one has no date."""
    with database.session() as session:
        transcripts.upsert_many(session, CALLS)
    return database


@pytest.fixture
def asked(calls: Database) -> Ask:
    """Asks a question and gives the answer; ``before`` is the answer that came before it."""

    def put(question: str, before: Answer | None = None) -> Answer:
        context = before.context if before else Context()
        return answer_of(ask(calls, Recollection(), question, context, "tester", today=TODAY))

    return put
