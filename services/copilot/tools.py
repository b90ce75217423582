"""The whitelist: which tool carries out which call of a plan."""

from services.copilot.contract import (
    Draft,
    Facts,
    FigureOf,
    GroupsOf,
    Listing,
    Objections,
    Passages,
    Raised,
    Related,
    Steps,
    ToolCall,
)
from services.copilot.crm_tool import Choosing, CrmTool
from services.copilot.email_tool import EmailTool
from services.copilot.recollection import Recollection
from services.copilot.results import Result
from services.copilot.sales_copilot_tool import SalesCopilotTool
from services.playbooks.loader import Playbook


class Tools:
    """crm_tool, sales_copilot_tool and email_tool over one record."""

    def __init__(self, choosing: Choosing, memory: Recollection, playbook: Playbook, actor: str) -> None:
        self._crm = CrmTool(choosing)
        self._said = SalesCopilotTool(choosing, memory)
        self._email = EmailTool(choosing, playbook, actor)

    def carry_out(self, call: ToolCall) -> Result:
        """The result of one call."""
        match call:
            case Facts():
                return self._crm.facts(call)
            case FigureOf():
                return self._crm.figure(call)
            case GroupsOf():
                return self._crm.groups(call)
            case Listing():
                return self._crm.listing(call)
            case Steps():
                return self._crm.steps(call)
            case Passages():
                return self._said.passages(call)
            case Objections():
                return self._said.objections(call)
            case Raised():
                return self._said.raised(call)
            case Related():
                return self._said.related(call)
            case Draft():
                return self._email.draft(call)


_DOING = {
    "facts": "Reading the record", "figure": "Counting in the record", "groups": "Counting in the record",
    "list": "Looking through the record", "steps": "Collecting next steps", "passages": "Searching what was said",
    "objections": "Following the objections", "raised": "Following the objection", "related": "Comparing clients",
    "draft": "Drafting an e-mail",
}  # fmt: skip


def doing(call: ToolCall) -> str:
    """What carrying out a call is, for who waits."""
    return _DOING[call.kind]
