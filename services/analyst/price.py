"""What the firm's service costs this client at the end of the call, and what is paid at signing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.numbers import Spoken, numbers_in
from services.analyst.words import data, hits, weight

Role = Literal["price", "former", "part", "discount", "deposit", "rest", "monthly", "other", "none"]
SAME = 0.02
_TIME_WORDS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday morning afternoon evening noon o'clock am pm"
    " eastern pacific central mountain".split()
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of dollars that was said about the service, with what it is there."""

    dollars: float
    role: Role
    strength: float
    sentence: Sentence
    number: Spoken


@lru_cache(maxsize=4)
def _beside(where: str) -> dict[str, re.Pattern[str]]:
    """For every role the pattern of the words directly after (or before) an amount."""
    gap = r"[\s,]*(?:dollars|bucks|even|flat|total|just|only|right|about|around|uh|um)?[\s,]*"
    groups: dict[str, list[str]] = data("price")[where]
    made = {}
    for role, phrases in groups.items():
        words = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
        made[role] = re.compile(rf"{gap}(?:{words})(?![\w'])" if where == "after" else rf"(?<![\w'])(?:{words}){gap}$")
    return made


def amounts(talk: Talk) -> list[Amount]:
    """Every amount that can be the service's price or a part of it, in order, from the first price on."""
    found: list[Amount] = []
    known: list[float] = []
    for sentence in talk.sentences:
        for number in numbers_in(sentence.folded):
            dollars = _dollars(number, known) or _first_price(talk, sentence, number, known)
            if dollars is None:
                continue
            role, strength = _role(talk, sentence, number, known, dollars)
            if role == "none":
                continue
            if role in ("price", "former") and sentence.side == "advisor":
                known.append(dollars)
            found.append(Amount(dollars, role, strength, sentence, number))
    return found


def _dollars(number: Spoken, known: Sequence[float]) -> float | None:
    """The reading of a number that can be a price; near a price that is known, the one nearest to it."""
    low, high = data("price")["lowest"], data("price")["highest"]
    if number.value < 13 and number.shape == "plain" and not number.scaled:
        return None
    readings = [value for value in number.prices() if low <= value <= high]
    if not readings:
        return None
    if number.shape == "string" and (len(number.digits) > 4 or not known):
        return None
    if number.shape in ("plain", "short", "point") and not number.scaled and not number.money and number.value < 100:
        return next((value for value in readings if known and 0.6 * known[-1] <= value <= 1.4 * known[-1]), None)
    return readings[0]


def _first_price(talk: Talk, sentence: Sentence, number: Spoken, known: Sequence[float]) -> float | None:
    """ "A plan is forty-eight": hundreds left out of the first price, where a price is what was asked for."""
    if known or number.shape != "plain" or not 15 <= number.value < 100 or sentence.side != "advisor":
        return None
    return (
        number.value * 100 if _asked_price(talk, sentence) and weight(hits("price", sentence), "price") >= 1 else None
    )


def _role(talk: Talk, sentence: Sentence, number: Spoken, known: Sequence[float], dollars: float) -> tuple[Role, float]:
    """What an amount is: by the words beside it, then by the sentence, then by whether it repeats a price."""
    before, after = sentence.folded[: number.start], sentence.folded[number.end :]
    if _beside("after")["count"].match(after) or _is_time(sentence, number) or _is_year(number, before):
        return "none", 0.0
    repeats = any(abs(dollars - price) <= SAME * price for price in known)
    for role in ("monthly", "discount", "deposit", "part"):
        if _beside("after")[role].match(after) or (role != "monthly" and _beside("before")[role].search(before)):
            return role, 2.0
    if _beside("before")["monthly"].search(before) and known and dollars < 0.3 * max(known):
        return "monthly", 1.0
    if _beside("before")["rest"].search(before):
        return "rest", 2.0
    found = hits("price", sentence)
    ours, theirs = weight(found, "price"), weight(found, "other")
    if theirs > ours and not (repeats and sentence.side == "client"):
        return "other", theirs
    if _beside("before")["former"].search(before):
        return "former", 1.0
    if sentence.side == "client":
        return ("price", 1.0) if repeats else ("other", 0.5)
    if not known and not ours and not _asked_price(talk, sentence) and number.value < 300:
        return "none", 0.0
    if not known and not ours and not _asked_price(talk, sentence) and sentence.turn < 0.45 * len(talk.turns):
        return "none", 0.0
    small = bool(known) and dollars < 0.4 * max(known)
    if (small and ours < 2) or (known and not ours and not repeats and not 0.5 <= dollars / known[-1] <= 1.6):
        return "other", 0.5
    return "price", 1.0 + ours


def _is_year(number: Spoken, before: str) -> bool:
    return 1900 <= number.value <= 2040 and bool(
        re.search(r"\b(?:in|since|back in|from|of|by|until|till|since about)\s+$", before)
    )


def _is_time(sentence: Sentence, number: Spoken) -> bool:
    """Whether a number is a time of day: "Tuesday, eight thirty", "at seven-fifteen"."""
    if number.scaled or number.money or not 100 <= number.value <= 1259 or number.value % 100 > 59:
        return False
    return bool(sentence.words & _TIME_WORDS) or bool(
        re.search(r"\b(?:at|by|till|until|around) $", sentence.folded[: number.start])
    )


def _asked_price(talk: Talk, sentence: Sentence) -> bool:
    earlier = talk.before(sentence.turn)
    return bool(
        earlier
        and re.search(
            r"\b(?:how much|cost|price|fee|charge|damage|run (?:us|me)|what's it run|number|paying)\b", earlier.folded
        )
    )


def find_price(talk: Talk) -> tuple[Finding | None, float | None, list[Amount]]:
    """The price that stands at the end: the last one that the adviser gave and nobody replaced."""
    said = amounts(talk)
    ours = [amount for amount in said if amount.role == "price" and amount.sentence.side == "advisor"]
    ours = [amount for amount in ours if not _is_part_of(amount, said)]
    if not ours:
        return None, None, said
    late = [amount for amount in ours if amount.sentence.turn >= 0.4 * len(talk.turns)] or ours
    last = late[-1]
    same = [amount for amount in said if abs(amount.dollars - last.dollars) <= 1 and amount.role in ("price", "former")]
    same.sort(key=lambda amount: (-amount.strength, -amount.sentence.turn))
    quotes = [talk.quote_of(amount.sentence) for amount in (last, *same)]
    return Finding(last.dollars, quotes), last.dollars, said


def _is_part_of(amount: Amount, said: Sequence[Amount]) -> bool:
    """Whether an amount is half, or what is left, of a price that was given before it."""
    earlier = [other.dollars for other in said if other.role == "price" and other.sentence.turn <= amount.sentence.turn]
    halves = any(abs(amount.dollars * 2 - price) <= 1 for price in earlier)
    parts = [
        other.dollars
        for other in said
        if other.role in ("deposit", "monthly", "rest") and abs(other.sentence.turn - amount.sentence.turn) <= 4
    ]
    rest = any(abs(amount.dollars + part - price) <= 1 for price in earlier for part in parts)
    return halves or rest


def find_deposit(talk: Talk, price: float | None, said: Sequence[Amount], won: bool) -> Finding | None:
    """What is paid at signing; only where the client agreed to buy."""
    if price is None or not won:
        return None
    full = [s for s in talk.sentences if s.turn >= 0.55 * len(talk.turns) and weight(hits("price", s), "paid") >= 2]
    full = [s for s in full if s.side == "advisor" or s.turn > 0.75 * len(talk.turns)]
    paid = list(_deposits(talk, price, said))
    in_full = [s for s in full if any(abs(d - price) <= 1 for n in numbers_in(s.folded) for d in n.prices())]
    if in_full:
        return Finding(price, [talk.quote_of(s) for s in reversed(in_full)])
    if paid:
        last = paid[-1]
        return Finding(last.dollars, [talk.quote_of(a.sentence) for a in reversed(paid) if a.dollars == last.dollars])
    return None


def _deposits(talk: Talk, price: float, said: Sequence[Amount]) -> Iterator[Amount]:
    for amount in said:
        if amount.sentence.turn < 0.5 * len(talk.turns) or not 0 < amount.dollars < price:
            continue
        confirmed = weight(hits("price", amount.sentence), "confirmed")
        half = abs(amount.dollars * 2 - price) <= 1
        if amount.role == "deposit" or half or (confirmed >= 1.5 and amount.role in ("price", "other")):
            yield amount
