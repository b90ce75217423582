"""Short made-up calls with what a run found in them, for tests of what is counted."""

from collections.abc import Mapping, Sequence
from typing import Any

from db import transcripts
from db.engine import Database

PHASES = ("greeting", "comparing price", "objection/rebuttal", "closing")


def call(
    name: str,
    client: str = "Ann",
    *,
    day: str | None = "2026-03-01",
    outcome: str | None = "Pending",
    stage: str | None = None,
    amount: Any = 4000,
    state: str = "verified",
    adviser: str = "Nora Quist",
    products: Sequence[str] = ("Will",),
    objections: Mapping[str, Sequence[int]] | None = None,
    handlings: Mapping[str, str] | None = None,
    steps: Sequence[tuple[str, str | None]] = (),
) -> dict[str, Any]:
    """A row as a run leaves it; ``state`` is that of the amount, objections come with the turns that raise them.

    An amount that nothing supports stands with the finding alone, as the CRM agent has it. Steps are what is to be done
    and until when.
    """
    raised = objections or {}
    known = [{"owner": "advisor", "action": what, "due": "soon", "due_date": due} for what, due in steps]
    return {
        "external_id": name,
        "crm_data": {
            "client_name": client,
            "meeting_date": day,
            "outcome": outcome,
            "deal_stage": stage or {"Won": "Won", "Lost": "Lost", "Pending": "Proposal"}.get(str(outcome), "New"),
            "deal_amount": None if state == "unsupported" else amount,
            "products_discussed": list(products),
            "objections": list(raised) or None,
            "next_steps": known or None,
        },
        "extracted_data": {
            "facts": {"deal_amount": {"value": amount, **proof(1, state)}},
            "products_discussed": [{"value": each, **proof(1)} for each in products],
            "objections": [
                {
                    "category": each,
                    "state": "verified",
                    "evidence": [{"turn": turn, "quote": said(turn)} for turn in turns],
                }
                for each, turns in raised.items()
            ],
            "outcome": {"value": outcome, **proof(3, "verified" if outcome else "not discussed")},
            "next_steps": [{**step, **proof(3)} for step in known],
        },
        "dialogue": [
            {"speaker": client, "side": "client", "text": said(turn), "phase": phase}
            for turn, phase in enumerate(PHASES)
        ],
        "call": {"speakers": [{"name": adviser, "side": "advisor"}, {"name": client, "side": "client"}]},
        "coaching": {
            "measures": {
                "objections": [
                    {"category": each, "raised": [2], "handling": how, "turns": [3]}
                    for each, how in (handlings or {}).items()
                ]
            }
        },
    }


def proof(turn: int, state: str = "verified") -> dict[str, Any]:
    """A state with the words that stand for it, where any do."""
    quotes = [{"turn": turn, "quote": said(turn)}] if state in ("verified", "paraphrased") else []
    return {"state": state, "evidence": quotes, "source": "builtin"}


def said(turn: int) -> str:
    """What is said in a turn."""
    return f"Words of turn {turn}."


def store(database: Database, *rows: Mapping[str, Any]) -> None:
    """Stores the calls in one batch."""
    with database.session() as session:
        transcripts.upsert_many(session, rows)
