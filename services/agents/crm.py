"""The CRM agent: one flat record of the deal out of what the agents before it found."""

import asyncio
from typing import Any

from services import as_it_stands
from services.agents import findings
from services.agents.contract import Extraction, require
from services.calls.model import Call, Header
from services.model_mind.asking import MindNote, ModelMind
from services.model_mind.summary import write
from services.model_mind.writing import Subject, builtin
from services.playbooks.model import KNOWN_FACTS, Field, Playbook
from services.wording import counted, listed, long_date, money, sentence

# Facts that the summary tells in sentences of their own; every other one is told under its label.
IN_SENTENCES = frozenset(KNOWN_FACTS) - {"client_phone"}


class CrmAgent:
    """Gives ``crm_data``: field name to value, None where nothing was said or nothing supports the claim.

    With a mind a model words its summary, as far as the values carry it; it needs ``dialogue`` then. ``summary_mind``
    says which mind worded it. Where ``as_it_stands`` is at hand, stage and summary follow from what people corrected,
    and every other field is what the run found.
    """

    name = "CRM"
    needs = frozenset({"call", "extracted_entities"})

    def __init__(self, playbook: Playbook, mind: ModelMind | None = None) -> None:
        self._playbook, self._mind = playbook, mind
        if mind is not None:
            self.needs = CrmAgent.needs | {"dialogue"}

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        record, note = crm_record(data["call"], data["extracted_entities"], self._playbook), builtin()
        now = as_it_stands.over(data)
        standing = crm_record(now["call"], now["extracted_entities"], self._playbook)
        own = data["as_it_stands"].said if "as_it_stands" in data else ()
        record |= {name: standing[name] for name in ("deal_stage", "summary") if name not in own}
        if self._mind is not None:
            words, note = await asyncio.to_thread(self._by_model, self._mind, data if "summary" in own else now)
            record["summary"] = words or record["summary"]
        return {"crm_data": record, "summary_mind": note}

    def _by_model(self, mind: ModelMind, data: dict[str, Any]) -> tuple[str | None, MindNote]:
        return write(mind.about(data, self.name), Subject.of(data, self._playbook))


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
    record |= {field.name: findings.fact_value(extraction, field.name) for field in playbook.fields}
    record["products_discussed"] = findings.products(extraction) or None
    record["objections"] = findings.objections(extraction) or None
    record["outcome"] = findings.outcome(extraction)
    record["deal_stage"] = deal_stage(record["outcome"], record.get("deal_amount"), playbook)
    record["next_steps"] = [
        {key: step[key] for key in ("owner", "action", "due", "due_date")} for step in findings.next_steps(extraction)
    ] or None
    record["summary"] = summary(header, record, playbook)
    return record


def deal_stage(outcome: str | None, deal_amount: float | None, playbook: Playbook) -> str:
    """The playbook's stage for the outcome; its first stage where the outcome is not known.

    An open deal counts as a proposal only once a price was named; before, it waits like an unanswered one.
    """
    if findings.outcome_role(outcome, playbook) == "open" and deal_amount is None:
        outcome = playbook.outcome_of("waiting")
    return playbook.stage_of(outcome) or playbook.stages[0]


def summary(header: Header, record: dict[str, Any], playbook: Playbook) -> str:
    """Up to six plain sentences; what was not discussed is left out, never filled in."""
    parts = [
        _meeting(header, record),
        _household(record),
        _estate(record),
        _of_the_trade(record, playbook),
        _deal(record, playbook),
        _steps(record),
    ]
    return " ".join(sentence(part) for part in parts if part)


def _meeting(header: Header, record: dict[str, Any]) -> str:
    who = header.client_name or "The client"
    day = long_date(header.meeting_date)
    about = listed(record["products_discussed"] or [])
    return f"{who} met with us{f' on {day}' if day else ''}{f' about {about}' if about else ''}"


def _household(record: dict[str, Any]) -> str:
    status, spouse, children = (record.get(name) for name in ("marital_status", "spouse_name", "children_count"))
    facts = []
    if status:
        facts.append(f"{status.lower()}{f' ({spouse})' if spouse else ''}")
    elif spouse:
        facts.append(f"partner {spouse}")
    if children is not None:
        facts.append(counted(int(children), "child", "children"))
    if record.get("client_state"):
        facts.append(f"living in {record['client_state']}")
    return f"Household: {', '.join(facts)}" if facts else ""


def _estate(record: dict[str, Any]) -> str:
    worth, owned, businesses = (
        record.get(name) for name in ("estate_value", "real_estate_count", "business_interests")
    )
    facts = []
    if worth is not None:
        facts.append(f"worth about {money(worth)}")
    if owned is not None:
        places = listed(record.get("real_estate_locations") or [])
        facts.append(f"{counted(int(owned), 'property', 'properties')}{f' in {places}' if places else ''}")
    if businesses:
        facts.append(f"business interests in {listed(businesses)}")
    return f"Estate: {', '.join(facts)}" if facts else ""


def _of_the_trade(record: dict[str, Any], playbook: Playbook) -> str:
    """The firm's own facts under their labels."""
    facts = []
    for field in playbook.fields:
        value = record[field.name]
        if field.name not in IN_SENTENCES and field.type != "phone" and value is not None:
            facts.append(f"{field.label}: {_told(field, value)}")
    return "; ".join(facts)


def _told(field: Field, value: Any) -> str:
    if field.type == "money":
        return money(value)
    return listed(value) if isinstance(value, list) else str(value)


def _deal(record: dict[str, Any], playbook: Playbook) -> str:
    parts = [f"Outcome: {record['outcome']}"] if record["outcome"] else []
    for field in playbook.fields:
        if field.name in ("deal_amount", "deposit_amount") and record[field.name] is not None:
            parts.append(f"{field.label.lower()} {money(record[field.name])}")
    if record["objections"]:
        parts.append(f"concerns raised: {listed(item.lower() for item in record['objections'])}")
    return ", ".join(parts)


def _steps(record: dict[str, Any]) -> str:
    steps = record["next_steps"] or []
    if not steps:
        return ""
    words = [f"{'we' if step['owner'] == 'advisor' else 'client'}: {step['action'].rstrip('.')}" for step in steps[:3]]
    return f"Next: {'; '.join(words)}"
