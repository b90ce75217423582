"""A small call and its extraction, made by hand, for the agents that write."""

from typing import Any

from services.agents.contract import DialogueTurn, Extraction, Fact
from services.calls.model import Call, Header, Side, Speaker, Turn
from services.playbooks.loader import load

TURNS: list[tuple[str, Side, str]] = [
    ("Dana Whitfield", "advisor", "Good morning Robert, this is Dana with Alder Legacy. What brings you in?"),
    ("Robert Nolan", "client", "My wife Ellen and I have two kids and no plan, and we want to avoid probate."),
    ("Dana Whitfield", "advisor", "How do you own the house today? And how would you like the kids to inherit?"),
    ("Robert Nolan", "client", "Jointly. I just think four thousand is a lot of money."),
    ("Dana Whitfield", "advisor", "I hear you. The living trust is thirty-eight hundred, with half today."),
    ("Robert Nolan", "client", "Okay, let's do it. I'll send you my deed by Friday."),
    ("Dana Whitfield", "advisor", "I'll send you the engagement letter tonight."),
]


def fact(value: Any, turn: int, quote: str, state: str = "verified") -> Fact:
    return {"value": value, "state": state, "evidence": [{"turn": turn, "quote": quote}], "source": "builtin"}  # type: ignore[typeddict-item]


def nothing() -> Fact:
    return {"value": None, "state": "not discussed", "evidence": [], "source": "builtin"}


def call() -> Call:
    return Call(
        external_id="4410027",
        content_hash="0" * 16,
        source_format="stellar-a-bracket",
        header=Header(
            meeting_title="Estate Planning Advisor Meeting",
            client_name="Robert Nolan",
            client_email="robert@nolan.example",
            meeting_date="2025-06-11",
            transcript_id="4410027",
        ),
        speakers=(Speaker("Dana Whitfield", "advisor", "Alder Legacy"), Speaker("Robert Nolan", "client")),
        turns=tuple(Turn(name, text) for name, _, text in TURNS),
    )


def dialogue() -> list[DialogueTurn]:
    return [
        {"speaker": name, "side": side, "start": None, "end": None, "text": text, "phase": "greeting"}
        for name, side, text in TURNS
    ]


def extraction(**changes: Any) -> Extraction:
    facts = {field.name: nothing() for field in load().fields}
    facts["spouse_name"] = fact("Ellen", 1, "My wife Ellen")
    facts["children_count"] = fact(2, 1, "two kids")
    facts["deal_amount"] = fact(3800, 4, "thirty-eight hundred")
    facts["deposit_amount"] = fact(1900, 4, "half today")
    found: Extraction = {
        "facts": facts,
        "products_discussed": [fact("Revocable Living Trust", 4, "living trust")],
        "objections": [
            {
                "category": "Price",
                "state": "verified",
                "evidence": [{"turn": 3, "quote": "four thousand is a lot of money"}],
                "source": "builtin",
            }
        ],
        "outcome": fact("Won", 5, "let's do it"),
        "next_steps": [
            {
                "owner": "client",
                "action": "I'll send you my deed by Friday",
                "due": "Friday",
                "due_date": "2025-06-13",
                "state": "verified",
                "evidence": [{"turn": 5, "quote": "I'll send you my deed by Friday"}],
                "source": "builtin",
            },
            {
                "owner": "advisor",
                "action": "I'll send you the engagement letter",
                "due": "tonight",
                "due_date": "2025-06-11",
                "state": "verified",
                "evidence": [{"turn": 6, "quote": "I'll send you the engagement letter tonight"}],
                "source": "builtin",
            },
        ],
    }
    found.update(changes)  # type: ignore[typeddict-item]
    return found
