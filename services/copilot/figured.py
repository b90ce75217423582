"""The figures that lead to what a field holds: what a sum is made up of, how a price came down and was taken."""

import re
from collections.abc import Iterable

from services.copilot.figures import in_figures
from services.copilot.proof import CallProof
from services.copilot.turns import Turn, turns_of, with_reply

_REACH, _PAUSE = 26, 7  # turns before a figure that its parts may stand in; turns without any that end them
_MOST = 12  # turns that are shown
_PRICE = "deal_amount"
_AMOUNT = re.compile(r"\d[\d,]{2,}")


def around_field(call: CallProof, field: str) -> list[Turn]:
    """The turns with figures that lead to what a field holds, those from which it is known among them.

    Of a price, amounts of a hundred and above alone, with what was said next to each of ours.
    """
    told = [source.turn for source in call.sources(field) if source.turn is not None]
    if call.value(field) is None or not told:
        return []
    last = max(told)
    found: list[Turn] = []
    quiet = 0
    for turn in reversed([each for each in turns_of(call) if last - _REACH <= each.number <= last + 1]):
        if turn.number in told or _has_figures(turn, field):
            found, quiet = [turn, *found], 0
        elif turn.number < min(told):
            quiet += 1
        if quiet > _PAUSE or len(found) >= _MOST - 2:
            break
    return _with_reactions(found) if field == _PRICE else found


def amounts(turns: Iterable[Turn]) -> set[str]:
    """The amounts of some turns, of a hundred and above."""
    return {amount for turn in turns for amount in _AMOUNT.findall(f"{turn.text} {in_figures(turn.text)}")}


def _has_figures(turn: Turn, field: str) -> bool:
    if field == _PRICE:
        return bool(amounts([turn]))
    return bool(in_figures(turn.text)) or any(mark.isdigit() for mark in turn.text)


def _with_reactions(found: list[Turn]) -> list[Turn]:
    """The turns with the other side's next words after ours, as many as are shown: how a price was taken."""
    kept = {turn.number: turn for turn in found}
    for turn in [each for each in found if each.side == "advisor"]:
        replies = {each.number: each for each in with_reply(turn)}
        if len(kept | replies) <= _MOST:
            kept |= replies
    return [kept[number] for number in sorted(kept)]
