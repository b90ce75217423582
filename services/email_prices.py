"""Price and deposit as an e-mail states them: only where the call shows them as our offer, or as agreed."""

from services.agents import findings
from services.agents.contract import Extraction, Quote
from services.calls.model import Call
from services.wording import money

_TAKEN_UP = 2  # quotes: said again, or by the other side too


def price_line(call: Call, extraction: Extraction, role: str) -> str:
    """The price, and the deposit where it was agreed; "" where the call does not show a price as our own offer.

    A price that was said once, taken up by nobody, and on which nothing was decided is left to the next talk; one that
    a person set in the record is told.
    """
    price, deposit = (findings.fact_value(extraction, name) for name in ("deal_amount", "deposit_amount"))
    set_by_hand = price is not None and extraction["facts"]["deal_amount"]["source"] == "human"
    if price is None or not (set_by_hand or _offered(call, extraction, role)):
        return ""
    if role == "lost":
        return f"The price we spoke about was {money(price)}."
    if deposit is None or role != "won" or deposit > price:
        return f"The price we spoke about is {money(price)}."
    if deposit == price:
        return f"The price is {money(price)}, in one payment."
    return f"The price is {money(price)}, {money(deposit)} of it to begin with."


def _offered(call: Call, extraction: Extraction, role: str) -> bool:
    said = extraction["facts"]["deal_amount"]["evidence"]
    return _ours(call, said) and (len(said) >= _TAKEN_UP or role in ("won", "lost"))


def _ours(call: Call, evidence: list[Quote]) -> bool:
    """Whether somebody of the firm said it."""
    return any(call.side_of(call.turns[quote["turn"]].speaker) == "advisor" for quote in evidence)
