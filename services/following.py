"""What follows by rule from the values that stand: a deal's stage from its outcome, the summary from all of them.

They follow a person's correction at once, and every run's proposal is made from what stands, so that no run puts back
what a person corrected. What a person wrote in either field stands (db/edited_call.py, services/agents/persistence.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from db.ledger import CRM, Said
from services import deal_fields, minds
from services.agents.crm import deal_stage, summary
from services.calls.model import Header
from services.json_words import plain
from services.playbooks.loader import load
from services.playbooks.model import Playbook
from services.settings import settings

FIELDS = ("deal_stage", "summary")


def follows(crm_data: Mapping[str, Any]) -> Sequence[Said]:
    """Stage and summary of a record as it stands, as the builtin analyst says them."""
    playbook, mind = load(settings().playbook), minds.builtin(settings().playbook)
    told = following(crm_data, playbook)
    return [
        Said(CRM + name, told[name], mind=mind.name, mind_version=mind.version, prompt_hash=mind.prompt_hash)
        for name in FIELDS
    ]


def following(crm_data: Mapping[str, Any], playbook: Playbook) -> dict[str, Any]:
    """Stage and summary of a record as it stands. Never fails on what an older system left there."""
    fields = deal_fields.of(playbook)
    record: dict[str, Any] = {field.name: fields.shown(field.name, crm_data.get(field.name)) for field in fields}
    steps = crm_data.get("next_steps")
    record["next_steps"] = [
        {**step, "action": plain(step["action"])}
        for step in (steps if isinstance(steps, list) else [])
        if isinstance(step, dict) and step.get("action") and step.get("owner")
    ]
    header = Header(client_name=record["client_name"], meeting_date=record["meeting_date"])
    return {
        "deal_stage": deal_stage(record["outcome"], record.get("deal_amount"), playbook),
        "summary": summary(header, record, playbook),
    }
