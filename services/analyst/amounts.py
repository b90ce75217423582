"""Amounts of dollars that are said of the service: which is a price, a discount, a deposit, a part or none of it."""

import re
from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from services.analyst.dialogue import Sentence, Talk
from services.analyst.no_money import is_no_money, is_shortened
from services.analyst.numbers import Spoken
from services.analyst.wordings import Wording
from services.analyst.words import data, hits, weight

Role = Literal["price", "former", "other option", "part", "discount", "deposit", "rest", "monthly", "other", "none"]
SAME = 0.02
LONG = 20
SURE = 0.9
BEFORE = 8
LATE = 0.88
UNTOLD = 0.5  # the strength of an amount that nothing is known of
LEAST_OPTION = 500
PAID, PAID_FROM = 2.5, 0.5
AFTER_PAYMENT = -1.0  # an amount that comes up after money came through moves no price any more
LISTED = 1.5  # what speaks against one of several amounts in a row
_ASKED = Wording(
    r"\b(?:how much|costs?|price|pricing|fees?|charge|damage|run (?:us|me)|what's it run|what does (?:it"
    r"|that|this|all (?:of )?(?:it|this|that)) run|what do (?:we|i) owe|what(?:'s| is) (?:the"
    r"|your) number|what's it going to|the bill|set (?:us|me) back"
    r"|what are we looking at|what am i looking at|what's that run|bottom line|what (?:i'm|am i|are we"
    r"|we're) paying|what's this (?:gonna|going to))\b"
)
_UNLESS = re.compile(
    r"\b(?:if (?:you|y'all|you'd|you two|you both|it)\b[^.]*\b(?:it'd|would|it would|that'd|it's"
    r"|that's)[^.]*|otherwise[^.]*|unless[^.]*|on the (?:installments?|payment plan|instalments?)[^.]*"
    r"|without (?:the|that)[^.]*|website[^.]*)$"
)
_UNLESS_AFTER = re.compile(
    r"[,]? (?:but that's if|if you (?:did|do|were|wanted|want) it (?:both|together|later)|after the"
    r"|next (?:month|week|year)|on the website|if you wait|otherwise|later)\b"
)
_MOVES = ("price", "former", "other option", "other")
_SUPPOSED = re.compile(
    r"\b(?:if|say|suppose|supposing|imagine) (?:it|that|this|we|i) (?:was|were|had it at|had been) $"
)
_UNPAID = re.compile(r"\b(?:if|when|once|will|would|not|never)\b|n't\b|'ll\b|\?")
_NOW = re.compile(r"[\s,]*(?:right )?now\b")
_WAS = re.compile(r"\b(?:was|were|used to be|had been)\b")
_ALONE = Wording(
    r"\b(?:just the|standalone|stand-alone|by itself|only the|instead|basic|starter|will package"
    r"|will-based|wills|a will|smaller|simple|nursery|directive)\b"
)
_PROPOSES = Wording(r"\b(?:what if|how about|would .* work|could you do|can you do|if i)\b")
_COUNTED = re.compile(r"\s*(?:years?|months?|weeks?|days?|people|families|pages|percent|minutes|hours)\b")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of dollars that was said about the service, with what it is there."""

    dollars: float
    role: Role
    strength: float
    sentence: Sentence
    number: Spoken

    @property
    def place(self) -> tuple[int, int]:
        """Where it was said: turn, and place in the turn's text."""
        return self.sentence.turn, self.sentence.start + self.number.start


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


@dataclass
class _Ladder:
    """The prices that the adviser has named so far, in order; the first is the one that is surely a price."""

    steps: list[float] = field(default_factory=list)
    options: list[float] = field(default_factory=list)  # what else was offered beside a price
    sorted: list[float] = field(default_factory=list)  # the steps, the least first

    @property
    def last(self) -> float | None:
        return self.steps[-1] if self.steps else None

    def climb(self, dollars: float) -> None:
        self.steps.append(dollars)
        insort(self.sorted, dollars)

    def holds(self, dollars: float) -> bool:
        at = bisect_left(self.sorted, dollars / (1 + SAME))
        return at < len(self.sorted) and self.sorted[at] * (1 - SAME) <= dollars


def amounts(talk: Talk) -> list[Amount]:
    """Every amount that can be the service's price or a part of it, in order, from a little before the price on."""
    anchor = _anchor(talk)
    if anchor is None:
        return []
    found: list[Amount] = []
    ladder = _Ladder()
    ladder.climb(anchor.dollars)
    paid = False
    for turn in talk.turns[max(0, anchor.sentence.turn - BEFORE) :]:
        for sentence in turn.sentences:
            for number in sentence.numbers:
                dollars = _dollars(talk, number, sentence, ladder)
                if dollars is None:
                    continue
                role, strength = _role(talk, sentence, number, ladder, dollars)
                if paid and role in _MOVES and not ladder.holds(dollars):
                    role, strength = "other", AFTER_PAYMENT
                if role in ("price", "former", "other option") and sentence.side == "advisor":
                    ladder.climb(dollars)
                elif role == "other" and strength == UNTOLD and sentence.side == "advisor" and dollars >= LEAST_OPTION:
                    ladder.options.append(dollars)
                if role != "none":
                    found.append(Amount(dollars, role, strength, sentence, number))
            late = sentence.turn > max(
                anchor.sentence.turn, PAID_FROM * len(talk.turns) if len(talk.turns) > LONG else 0
            )
            paid = paid or (late and not _UNPAID.search(sentence.folded) and is_receipt(sentence))
    return found


def is_receipt(sentence: Sentence) -> bool:
    """Whether a sentence tells that money came through, and no case through a court."""
    found = hits("price", sentence)
    return not sentence.story and weight(found, "confirmed") >= PAID and weight(found, "worth") < PAID


def price_turn(talk: Talk) -> int | None:
    """The turn in which the service's price is surely spoken of; None where it never is."""
    anchor = _anchor(talk)
    return anchor.sentence.turn if anchor else None


def _anchor(talk: Talk) -> Amount | None:
    """The amount of the adviser's that is most surely a price of the service: asked for, named as one, repeated."""
    candidates: list[Amount] = []
    nothing, named = _Ladder(), _turns_by_price(talk)
    for sentence in talk.sentences:
        if sentence.side != "advisor" or sentence.story or (sentence.asks and not _PROPOSES.search(sentence)):
            continue
        numbers = sentence.numbers
        for number in numbers:
            dollars = _dollars(talk, number, sentence, nothing) or _first_price(talk, sentence, number)
            before, after = sentence.folded[: number.start], sentence.folded[number.end :]
            if dollars is None or not 250 <= dollars <= 30_000 or is_no_money(talk, sentence, number):
                continue
            if _beside_role(before, after) or len([one for one in numbers if one.worths()]) > 4:
                continue
            found = hits("price", sentence)
            strength = weight(found, "price") - weight(found, "worth") - weight(found, "other")
            strength -= LISTED if sum(one.value >= 100 for one in numbers) > 2 else 0.0
            strength += 2.5 if _asked_price(talk, sentence) else 0.0
            strength += 2.0 * min(1.0, sentence.turn / (0.5 * len(talk.turns))) - 1.0 if len(talk.turns) > LONG else 0.5
            strength += _usual(dollars) - (1.0 if sentence.turn > LATE * len(talk.turns) > LATE * LONG else 0.0)
            candidates.append(
                Amount(dollars, "price", strength + _repeated(named, sentence, dollars), sentence, number)
            )
    highest: dict[int, float] = {}
    for amount in candidates:
        if amount.strength >= 0:
            highest[amount.sentence.turn] = max(amount.dollars, highest.get(amount.sentence.turn, 0.0))
    best = max(candidates, key=lambda amount: amount.strength - _dwarfed(amount, highest), default=None)
    return best if best is not None and best.strength >= SURE else None


def _dwarfed(amount: Amount, highest: Mapping[int, float]) -> float:
    """What speaks against an amount beside which a price several times as high is named: it is an extra's.

    ``highest``: the highest amount of each turn that can be a price.
    """
    turn = amount.sentence.turn
    near = max(highest.get(other, 0.0) for other in range(turn - 3, turn + 4))
    return 2.0 if near >= 2.5 * amount.dollars else 0.0


def _usual(dollars: float) -> float:
    """How much the mere size of an amount speaks for a price of such a service."""
    if dollars < 500:
        return -1.2
    if dollars < 900:
        return -0.3
    return 0.5 if dollars <= 12_000 else -1.0


def _turns_by_price(talk: Talk) -> dict[float, list[int]]:
    """For every amount that is said the turns that hold it, in order."""
    turns: dict[float, list[int]] = {}
    for turn in talk.turns:
        for dollars in {price for number in turn.numbers for price in number.prices()}:
            turns.setdefault(dollars, []).append(turn.index)
    return turns


def _repeated(named: Mapping[float, Sequence[int]], sentence: Sentence, dollars: float) -> float:
    """What it adds that an amount comes again after a sentence: at once by the client, later by either."""
    turns = named.get(dollars, ())
    after = bisect_left(turns, sentence.turn + 1)
    echoed = after < len(turns) and turns[after] <= sentence.turn + 2
    later = bool(turns) and turns[-1] >= sentence.turn + 3
    return 0.7 * echoed + 0.5 * later


def _dollars(talk: Talk, number: Spoken, sentence: Sentence, ladder: _Ladder) -> float | None:
    """The reading of a number that can be a price; near a price that is known, the one nearest to it."""
    low, high = data("price")["lowest"], data("price")["highest"]
    if number.value < 13 and number.shape == "plain" and not number.scaled:
        return _haggled(talk, number, sentence, ladder)
    readings = [value for value in number.prices() if low <= value <= high]
    if not readings:
        return None
    if number.shape == "string" and (len(number.digits) > 4 or not ladder.steps):
        return None
    if number.shape in ("plain", "short", "point") and not number.scaled and not number.money and number.value < 100:
        return _haggled(talk, number, sentence, ladder)
    return readings[0]


def _haggled(talk: Talk, number: Spoken, sentence: Sentence, ladder: _Ladder) -> float | None:
    """ "Forty-two it is", "could you do four?": a price with its hundreds or thousands left out, near the last one."""
    if ladder.last is None or number.shape not in ("plain", "short", "point"):
        return None
    if not is_shortened(talk, sentence, number):
        return None
    close = [value for value in (number.value * 100, number.value * 1000) if 0.6 <= value / ladder.last <= 1.4]
    return close[0] if close else None


def _first_price(talk: Talk, sentence: Sentence, number: Spoken) -> float | None:
    """ "A plan is forty-eight": hundreds left out of the first price, where a price is what was asked for."""
    if number.shape != "plain" or number.scaled or not 15 <= number.value < 100:
        return None
    asked = _asked_price(talk, sentence) and weight(hits("price", sentence), "price") >= 1
    return number.value * 100 if asked and not _COUNTED.match(sentence.folded, number.end) else None


def _role(talk: Talk, sentence: Sentence, number: Spoken, ladder: _Ladder, dollars: float) -> tuple[Role, float]:
    """What an amount is: by the words beside it, then by the sentence, then by whether it repeats a price."""
    before, after = sentence.folded[: number.start], sentence.folded[number.end :]
    if is_no_money(talk, sentence, number):
        return "none", 0.0
    beside = _beside_role(before, after)
    if beside is not None:
        return beside, 2.0
    repeats = ladder.holds(dollars)
    found = hits("price", sentence)
    ours, theirs = weight(found, "price"), weight(found, "other")
    if (theirs > ours or sentence.story) and not (repeats and not sentence.story):
        return "other", theirs
    formerly = _beside("before")["former"].search(before) and not _SUPPOSED.search(before)
    if formerly or _beside("after")["former"].match(after):
        return "former", 1.0
    if sentence.side == "client":
        return ("price", 1.0) if repeats else ("other", UNTOLD)
    if _UNLESS.search(before) or _UNLESS_AFTER.match(after):
        return "other option", 1.0
    shares = (dollars / ladder.steps[0], dollars / ladder.steps[-1])
    widest = 2.2 if ours >= 1 else 1.8
    near = any(0.45 <= share <= widest for share in shares)
    if not repeats and not near and not (ours >= 2 and shares[0] >= 0.15 and _ALONE.search(sentence)):
        return ("price", 1.0 + ours) if ours >= 1 and _is_picked(sentence, ladder, dollars) else ("other", UNTOLD)
    return "price", 1.0 + ours


def _is_picked(sentence: Sentence, ladder: _Ladder, dollars: float) -> bool:
    """Whether an amount is an option that was offered before and is now named again, with the thing that it buys."""
    return dollars in ladder.options and bool(_ALONE.search(sentence))


def _beside_role(before: str, after: str) -> Role | None:
    """What the words directly beside an amount make of it, where they make it something else than the price."""
    if _NOW.match(after) and _WAS.search(before):
        return None  # "it was four thousand, it's thirty-five hundred now"
    roles: tuple[Role, ...] = ("monthly", "discount", "deposit", "part", "rest")
    for role in roles:
        if _beside("after")[role].match(after) or _beside("before")[role].search(before):
            return role
    return None


def _asked_price(talk: Talk, sentence: Sentence) -> bool:
    earlier = talk.before(sentence.turn)
    return bool(earlier and _ASKED.search(earlier))
