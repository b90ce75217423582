"""A worked-through call as one JSON object: what ``python -m services analyze`` prints."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.agents.contract import DialogueTurn, Extraction
from services.agents.findings import SUPPORTED
from services.calls.model import Call, Header

HEADER = (
    "meeting_title",
    "client_name",
    "client_email",
    "meeting_date",
    "transcript_id",
    "meeting_url",
    "duration_minutes",
)


def as_json(file: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """The state of the chain in the published form.

    A value stands in it only where the call supports it. An unsupported fact or outcome has ``value`` null and what
    was claimed under ``claim``; unsupported items of a list stand apart, under ``unsupported``, in the same manner.
    """
    call: Call = state["call"]
    found: Extraction = state["extracted_entities"]
    crm_data: dict[str, Any] = state["crm_data"]
    return {
        "file": file,
        "external_id": call.external_id,
        "source_format": call.source_format,
        "header": header_json(call.header),
        "speakers": [asdict(speaker) for speaker in call.speakers],
        "turns": [_turn(turn) for turn in state["dialogue"]],
        "facts": {field: _value(fact) for field, fact in found["facts"].items()},
        "products_discussed": [_value(fact) for fact in found["products_discussed"] if _stands(fact)],
        "objections": [_item(item, "category") for item in found["objections"] if _stands(item)],
        "outcome": _value(found["outcome"]),
        "next_steps": [
            _item(item, "owner", "action", "due", "due_date") for item in found["next_steps"] if _stands(item)
        ],
        "unsupported": _unsupported(found),
        "summary": crm_data.get("summary"),
        "email_draft": state["email_draft"],
        "social_content": state["social_content"],
        "coaching": state["coaching"],
        "crm_data": crm_data,
        "asides": [asdict(aside) for aside in call.asides],
        "warnings": list(call.warnings),
    }


def header_json(header: Header) -> dict[str, Any]:
    """The header's published fields, in their order."""
    return {field: getattr(header, field) for field in HEADER}


def _turn(turn: DialogueTurn) -> dict[str, Any]:
    return {key: turn[key] for key in ("speaker", "start", "text", "phase")}


def _stands(item: Mapping[str, Any]) -> bool:
    return item["state"] in SUPPORTED


def _value(fact: Mapping[str, Any]) -> dict[str, Any]:
    about = {"state": fact["state"], "source": fact["source"]}
    if fact["state"] == "unsupported":
        return {"value": None, "claim": fact["value"], "evidence": [], **about}
    return {"value": fact["value"], "evidence": _evidence(fact), **about}


def _item(item: Mapping[str, Any], *fields: str) -> dict[str, Any]:
    named = {field: item[field] for field in fields}
    return {**named, "evidence": _evidence(item), "state": item["state"], "source": item["source"]}


def _evidence(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"turn": quote["turn"], "quote": quote["quote"]} for quote in item["evidence"]]


def _unsupported(found: Extraction) -> list[dict[str, Any]]:
    claims = [
        ("products_discussed", fact["value"], fact["source"])
        for fact in found["products_discussed"]
        if not _stands(fact)
    ]
    claims += [("objections", item["category"], item["source"]) for item in found["objections"] if not _stands(item)]
    claims += [("next_steps", item["action"], item["source"]) for item in found["next_steps"] if not _stands(item)]
    return [
        {"field": field, "value": None, "claim": claim, "state": "unsupported", "source": source}
        for field, claim, source in claims
    ]
