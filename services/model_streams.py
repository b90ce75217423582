"""How an answer ends that comes in pieces."""

from services.model_faults import BadAnswer, BrokenOff, ModelAway
from services.model_replies import check_end

BROKEN = "The model's answer broke off in the middle."
ENDLESS = "The model did not come to an end."


def check_stream(finish: str | None, begun: bool) -> None:
    """Raises what an end of a stream tells of: none at all, a filter, a limit, or nothing said."""
    if finish is None:
        raise BrokenOff(BROKEN) if begun else ModelAway("The model's server broke off before it answered.")
    check_end(finish)
    if finish == "length":
        raise BadAnswer(ENDLESS, remedy="Raise MODEL_MAX_TOKENS, or use another model.")
    if not begun:
        raise BadAnswer("The model gave an empty answer.")
