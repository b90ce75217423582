"""What the firm's service costs this client at the end of the call."""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence

from services.analyst.amounts import LEAST_OPTION, UNTOLD, Amount, amounts
from services.analyst.dialogue import Talk
from services.analyst.findings import Finding
from services.analyst.words import hits, weight

FAR = 1.6
_TAKEN_OFF = re.compile(r"\b(?:take|takes|knock|knocks|taking|waive|discount|off|credit|less|reduce)\b")
_KIND = re.compile(r"\b(?:irrevocable|revocable|wills?|trusts?|basic|full|premium|simple|complete|deluxe|standard)\b")
_AGREES = re.compile(
    r"\W*(?:yes|yeah|yep|deal|done|sure|okay|ok|alright|all right|exactly|correct|that's right|right"
    r"|you got it|i can do that|we can do that|i'll do that|fine|sold|perfect)\b(?! (?:but|so here))"
)


def find_price(talk: Talk) -> tuple[Finding | None, float | None, list[Amount]]:
    """The price that stands at the end: the last one that was said of those that the adviser gave."""
    said = amounts(talk)
    ours = [amount for amount in said if amount.role == "price" and amount.sentence.side == "advisor"]
    ours = _without_parts(ours, said)
    ours = ours or [
        amount for amount in said if amount.role in ("former", "other option") and amount.sentence.side == "advisor"
    ]
    if not ours:
        return None, None, said
    agreed = list(_agreed(talk, said, ours))
    known = {id(amount) for amount in (*ours, *agreed)}
    prices = sorted(amount.dollars for amount in (*ours, *agreed))
    mentions = [
        amount
        for amount in said
        if id(amount) in known
        or (
            amount.role == "price"
            and bisect_right(prices, amount.dollars + 1) > bisect_left(prices, amount.dollars - 1)
        )
    ]
    mentions = _above_what_is_agreed(mentions, agreed)
    last = mentions[-1] if mentions else ours[-1]
    if _is_open(talk, last, said):
        return None, None, said
    halves = sorted(amount.dollars * 2 for amount in said if amount.role == "deposit" and amount.place > last.place)
    last = next((price for price in reversed(ours) if _holds(halves, price.dollars)), last)
    dollars, quoted = _discounted(last, said)
    same = [amount for amount in said if abs(amount.dollars - last.dollars) <= 1 and amount.role in ("price", "former")]
    same.sort(key=lambda amount: (-amount.strength, -amount.sentence.turn))
    quotes = [talk.quote_of(amount.sentence) for amount in (*quoted, last, *same)]
    return Finding(dollars, quotes), dollars, said


def _is_open(talk: Talk, last: Amount, said: Sequence[Amount]) -> bool:
    """Whether two kinds of plan were offered at once, at prices far apart, and nobody chose between them after."""
    first = min((amount for amount in said if abs(amount.dollars - last.dollars) <= 1), key=lambda amount: amount.place)
    turn = talk.turns[first.sentence.turn]
    beside = [
        amount
        for amount in said
        if amount.sentence.turn == turn.index
        and amount.sentence.side == "advisor"
        and (amount.role == "price" or (amount.role == "other" and amount.strength == UNTOLD))
        and not 1 / FAR < amount.dollars / last.dollars < FAR
        and amount.dollars >= LEAST_OPTION
        and _named(amount.sentence.folded) not in ("", _named(first.sentence.folded))
    ]
    repeated = last.sentence.side == "advisor" and last.sentence.turn > turn.index
    if not beside or repeated or not _named(first.sentence.folded) or weight(hits("price", turn), "advises"):
        return False
    offered = {amount.dollars for amount in (first, *beside)}
    after = [amount for amount in said if amount.sentence.turn > turn.index and amount.sentence.side == "advisor"]
    chosen = any(weight(hits("price", one), "chooses") for one in talk.turns[turn.index :] if one.side == "client")
    return not chosen and all(amount.dollars not in offered for amount in after)


def _named(folded: str) -> str:
    """The kind of plan that a sentence names."""
    match = _KIND.search(folded)
    return match.group() if match else ""


def _agreed(talk: Talk, said: Sequence[Amount], ours: Sequence[Amount]) -> Iterator[Amount]:
    """Amounts that become the price though the adviser never names them as one.

    The client's, which the adviser says yes to or which is the price less a discount; and one of which half is paid.
    """
    places = [price.place for price in ours]
    less: list[float] = []
    for amount in said:
        earlier = bisect_left(places, amount.place)
        if amount.role == "discount":
            insort(less, amount.dollars)
        if amount.role not in ("other", "price", "former") or not earlier or amount.strength < 0:
            continue
        last = ours[earlier - 1].dollars
        if _holds(less, last - amount.dollars):
            yield amount
        elif amount.sentence.side == "client" and 0.6 <= amount.dollars / last < 1:
            answer = talk.turns[amount.sentence.turn + 1 : amount.sentence.turn + 2]
            if answer and answer[0].side == "advisor" and _AGREES.match(answer[0].folded):
                yield amount


def _above_what_is_agreed(mentions: Sequence[Amount], agreed: Sequence[Amount]) -> list[Amount]:
    """The amounts without those of the client's that are higher than one that was agreed before."""
    kept, lowest, coming = [], float("inf"), list(reversed(agreed))
    for amount in mentions:
        while coming and coming[-1].place < amount.place:
            lowest = min(lowest, coming.pop().dollars)
        if amount.sentence.side == "advisor" or amount.dollars <= lowest:
            kept.append(amount)
    return kept


def _holds(amounts_: Sequence[float], dollars: float) -> bool:
    """Whether one of some sorted amounts is this one, give or take a dollar."""
    at = bisect_left(amounts_, dollars - 1)
    return at < len(amounts_) and amounts_[at] <= dollars + 1


def _discounted(last: Amount, said: Sequence[Amount]) -> tuple[float, list[Amount]]:
    """A price less what the adviser takes off after it, where nobody names the rest."""
    for amount in said:
        given = amount.role == "discount" and amount.sentence.side == "advisor" and not amount.sentence.asks
        small = amount.dollars < 0.5 * last.dollars
        if given and small and amount.place > last.place and _TAKEN_OFF.search(amount.sentence.folded):
            return last.dollars - amount.dollars, [amount]
    return last.dollars, []


def _without_parts(ours: Sequence[Amount], said: Sequence[Amount]) -> list[Amount]:
    """The prices without those that are half, or what is left, of a higher one that was given before."""
    first: dict[float, int] = {}
    parts: dict[int, set[float]] = {}
    for other in said:
        if other.role in ("price", "former"):
            first.setdefault(other.dollars, other.sentence.turn)
        elif other.role in ("deposit", "monthly", "rest"):
            parts.setdefault(other.sentence.turn, set()).add(other.dollars)
    prices = sorted(first)
    return [amount for amount in ours if not _is_part_of(amount, prices, first, parts)]


def _is_part_of(
    amount: Amount, prices: Sequence[float], first: Mapping[float, int], parts: Mapping[int, set[float]]
) -> bool:
    """``prices``: all that are given, sorted; ``first``: the turn of each; ``parts``: deposits and the like by turn."""
    turn = amount.sentence.turn
    wholes = {amount.dollars * 2}
    wholes |= {amount.dollars + part for near in range(turn - 4, turn + 5) for part in parts.get(near, ())}
    return any(
        price > amount.dollars and first[price] <= turn
        for whole in wholes
        for price in prices[bisect_left(prices, whole - 1) : bisect_right(prices, whole + 1)]
    )
