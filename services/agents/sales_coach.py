"""The Sales Coach agent: what the turns show about how the adviser led the call."""

import asyncio
from typing import Any

from services import as_it_stands
from services.agents.contract import Extraction, require
from services.coaching.feedback import opportunity, strengths, suggestion
from services.coaching.measures import Measures, measure
from services.model_mind.asking import MindNote, ModelMind
from services.model_mind.coaching import Remarks, write
from services.model_mind.writing import Subject, builtin
from services.playbooks.loader import Playbook


class SalesCoachAgent:
    """Gives ``coaching``: measures and scores counted from the turns, feedback that names turns; ``coaching_mind``.

    With a mind a model words the feedback, never the measures or the scores; it needs ``call`` then.
    """

    name = "Sales Coach"
    needs = frozenset({"dialogue", "extracted_entities"})

    def __init__(self, playbook: Playbook, mind: ModelMind | None = None) -> None:
        self._playbook, self._mind = playbook, mind
        if mind is not None:
            self.needs = SalesCoachAgent.needs | {"call"}

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        data = as_it_stands.over(data)
        extraction: Extraction = data["extracted_entities"]
        measures = measure(data["dialogue"], extraction, self._playbook)
        coaching: dict[str, Any] = {
            "measures": measures,
            "strengths": strengths(measures, self._playbook),
            "opportunity": opportunity(measures, self._playbook),
            "suggestion": suggestion(measures, self._playbook),
            "source": "builtin",
        }
        note = builtin()
        if self._mind is not None:
            remarks, note = await asyncio.to_thread(self._by_model, self._mind, data, measures)
            if remarks is not None:
                coaching |= {name: said for name, said in vars(remarks).items() if said} | {"source": "model"}
        return {"coaching": coaching, "coaching_mind": note}

    def _by_model(self, mind: ModelMind, data: dict[str, Any], measures: Measures) -> tuple[Remarks | None, MindNote]:
        room = (mind.context, mind.most_tokens)
        return write(mind.about(data, self.name), Subject.of(data, self._playbook), measures, room)
