"""Rows of calls as the coach of today leaves them."""

from typing import Any

from services.coaching.feedback import opportunity, strengths, suggestion
from services.coaching.measures import measure
from services.playbooks.loader import load
from tests.example_rows import petra

ADVISER = "Nora Quist"


def coached(external_id: str, adviser: str = ADVISER, **changed: Any) -> dict[str, Any]:
    """Petra Holm's call, led by an adviser of that name, coached; ``figures`` among the changes are put in place."""
    figures = changed.pop("figures", {})
    row = petra(external_id, **changed)
    for turn in row["dialogue"]:
        turn["speaker"] = adviser if turn["side"] == "advisor" else turn["speaker"]
    row["call"]["speakers"][0]["name"] = adviser
    playbook = load()
    measures = measure(row["dialogue"], row["extracted_data"], playbook)
    measures["figures"] |= figures
    row["coaching"] = {
        "measures": measures,
        "strengths": strengths(measures, playbook),
        "opportunity": opportunity(measures, playbook),
        "suggestion": suggestion(measures, playbook),
        "source": "builtin",
    }
    return row
