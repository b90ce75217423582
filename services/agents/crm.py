"""The CRM agent: one flat record of the deal out of what the agents before it found."""

from typing import Any

from services.agents import findings
from services.agents.contract import Extraction
from services.calls.model import Call, Header
from services.playbooks.loader import Playbook
from services.wording import counted, listed, long_date, money, sentence

FACT_FIELDS = (
    "client_phone",
    "client_state",
    "spouse_name",
    "marital_status",
    "children_count",
    "estate_value",
    "real_estate_count",
    "real_estate_locations",
    "business_interests",
    "deal_amount",
    "deposit_amount",
)


class CrmAgent:
    """Gives ``crm_data``: field name to value, None where nothing was said or nothing supports the claim."""

    name = "CRM"
    needs = frozenset({"call", "extracted_entities"})

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"crm_data": crm_record(data["call"], data["extracted_entities"], self._playbook)}


def crm_record(call: Call, extraction: Extraction, playbook: Playbook) -> dict[str, Any]:
    """The flat CRM record of a call. Lists that hold nothing are None: nobody said any."""
    header = call.header
    record: dict[str, Any] = {
        "transcript_id": header.transcript_id,
        "meeting_title": header.meeting_title,
        "meeting_date": header.meeting_date,
        "meeting_url": header.meeting_url,
        "duration_minutes": header.duration_minutes,
        "client_name": header.client_name,
        "client_email": header.client_email,
    }
    record |= {field: findings.fact_value(extraction, field) for field in FACT_FIELDS}
    record["products_discussed"] = findings.products(extraction) or None
    record["objections"] = findings.objections(extraction) or None
    record["outcome"] = findings.outcome(extraction)
    record["deal_stage"] = deal_stage(record["outcome"], record["deal_amount"], playbook)
    record["next_steps"] = [
        {key: step[key] for key in ("owner", "action", "due", "due_date")} for step in findings.next_steps(extraction)
    ] or None
    record["summary"] = summary(header, record)
    return record


def deal_stage(outcome: str | None, deal_amount: float | None, playbook: Playbook) -> str:
    """The playbook's stage for the outcome; its first stage where the outcome is not known.

    An open deal counts as a proposal only once a price was named; before, it waits like an unanswered one.
    """
    if findings.outcome_role(outcome, playbook) == "open" and deal_amount is None:
        outcome = playbook.outcome_of("waiting")
    return playbook.stage_of(outcome) or playbook.stages[0]


def summary(header: Header, record: dict[str, Any]) -> str:
    """Up to five plain sentences; what was not discussed is left out, never filled in."""
    parts = [_meeting(header, record), _household(record), _estate(record), _deal(record), _steps(record)]
    return " ".join(sentence(part) for part in parts if part)


def _meeting(header: Header, record: dict[str, Any]) -> str:
    who = header.client_name or "The client"
    day = long_date(header.meeting_date)
    about = listed(record["products_discussed"] or [])
    return f"{who} met with us{f' on {day}' if day else ''}{f' about {about}' if about else ''}"


def _household(record: dict[str, Any]) -> str:
    facts = []
    if record["marital_status"]:
        partner = f" ({record['spouse_name']})" if record["spouse_name"] else ""
        facts.append(f"{record['marital_status'].lower()}{partner}")
    elif record["spouse_name"]:
        facts.append(f"partner {record['spouse_name']}")
    if record["children_count"] is not None:
        facts.append(counted(int(record["children_count"]), "child", "children"))
    if record["client_state"]:
        facts.append(f"living in {record['client_state']}")
    return f"Household: {', '.join(facts)}" if facts else ""


def _estate(record: dict[str, Any]) -> str:
    facts = []
    if record["estate_value"] is not None:
        facts.append(f"worth about {money(record['estate_value'])}")
    if record["real_estate_count"] is not None:
        places = listed(record["real_estate_locations"] or [])
        owned = counted(int(record["real_estate_count"]), "property", "properties")
        facts.append(f"{owned}{f' in {places}' if places else ''}")
    if record["business_interests"]:
        facts.append(f"business interests in {listed(record['business_interests'])}")
    return f"Estate: {', '.join(facts)}" if facts else ""


def _deal(record: dict[str, Any]) -> str:
    parts = [f"Outcome: {record['outcome']}"] if record["outcome"] else []
    if record["deal_amount"] is not None:
        parts.append(f"price {money(record['deal_amount'])}")
    if record["deposit_amount"] is not None:
        parts.append(f"deposit {money(record['deposit_amount'])}")
    if record["objections"]:
        parts.append(f"concerns raised: {listed(item.lower() for item in record['objections'])}")
    return ", ".join(parts)


def _steps(record: dict[str, Any]) -> str:
    steps = record["next_steps"] or []
    if not steps:
        return ""
    words = [f"{'we' if step['owner'] == 'advisor' else 'client'}: {step['action'].rstrip('.')}" for step in steps[:3]]
    return f"Next: {'; '.join(words)}"
