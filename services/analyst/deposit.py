"""What is paid, or agreed to be paid, when the client signs."""

import re
from collections.abc import Iterator, Sequence

from services.analyst.amounts import PAID, Amount, is_receipt
from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.wordings import Wording
from services.analyst.words import hits, weight

LATE = 0.7
_HALF = Wording(
    r"\bhalf(?: of (?:it|that|the \w+))?(?: is|'s)?(?: due)?(?: now| down| today| tonight| up ?front"
    r"| when you| to (?:start|open|begin|get)| at signing| as a deposit| and half)"
    r"|\b(?:do|put|pay|take|collect|charge|start with|need|just) (?:the |a )?(?:first )?half\b"
    r"|\bhalf,? (?:and|then) (?:the other )?half\b|\bfifty percent (?:down|today|now|up ?front|to)\b"
)
_SHARE = re.compile(r"\s*percent (?:to|down|today|now|up|at|when|deposit|retainer)")
_LATER = re.compile(
    r"\b(?:when (?:you|it|i|they|we)|at the end|at the signing table|the rest|balance|remaining|later"
    r"|next|per month|a month)\b"
)
_THIRDS = Wording(
    r"\b(?:a|one|the first) (?P<share>third|quarter) (?:now|down|today|tonight|up ?front|at signing"
    r"|to (?:start|open|begin|get))\b"
)
_NOT_ALL = Wording(r"\b(?:not|instead of|rather than|without|can't|don't|doesn't|won't|couldn't|unless|or)\b|n't\b")
_REFUSED = Wording(r"\b(?:can't|cannot|couldn't|won't|no way|i can't get)\b")


def find_deposit(talk: Talk, price: float | None, said: Sequence[Amount], won: bool) -> Finding | None:
    """What is paid at signing; only where the client agreed to buy, or money is told to have come through."""
    if price is None or not said:
        return None
    first = said[0].sentence.turn
    receipts = [s for s in talk.sentences if s.turn > first and is_receipt(s)]
    in_full = list(_in_full(talk, price, first))
    parts = [*_named(price, said, first), *_shares(talk, price, first)]
    paid = any(s.turn >= LATE * (len(talk.turns) - 1) for s in receipts)
    if not won and not paid and not _is_promised(talk, first, parts, in_full):
        return None
    if in_full and all(s.turn <= in_full[-1].turn for _, s in parts):
        return Finding(price, [talk.quote_of(s) for s in (*reversed(in_full), *receipts[:1])])
    if parts:
        parts.sort(key=lambda part: part[1].turn)
        dollars = parts[-1][0]
        told = [s for amount, s in reversed(parts) if abs(amount - dollars) <= 1]
        again = [
            amount.sentence for amount in said if abs(amount.dollars - dollars) <= 1 and amount.sentence not in told
        ]
        return Finding(dollars, [talk.quote_of(s) for s in (*told[:2], *reversed(again), *told[2:])])
    split = any(amount.role in ("monthly", "rest") for amount in said)
    if receipts and not split:
        named = [amount.sentence for amount in said if abs(amount.dollars - price) <= 1]
        return Finding(price, [talk.quote_of(s) for s in (*receipts[-2:], *named[-2:])])
    return None


def _is_promised(talk: Talk, first: int, parts: Sequence[tuple[float, Sentence]], in_full: Sequence[Sentence]) -> bool:
    """Whether the client says, after a part of the price or all of it was named, that it will be paid."""
    told = {s.turn for s in in_full if s.side == "client" and weight(hits("price", s), "commits")}
    sums = {dollars for dollars, _ in parts}
    for turn in talk.of_side("client"):
        for sentence in turn.sentences if turn.index >= first else ():
            if not sentence.asks and not sentence.story and weight(hits("price", sentence), "commits"):
                said = {dollars for number in sentence.numbers for dollars in number.prices()}
                if said & sums:
                    return True
    return bool(told)


def _in_full(talk: Talk, price: float, first: int) -> Iterator[Sentence]:
    """Sentences that say the whole price is paid at once."""
    for sentence in talk.sentences:
        if sentence.turn < first or sentence.story or sentence.side is None:
            continue
        found = hits("price", sentence)
        told = 0.0 if _NOT_ALL.search(sentence) else weight(found, "paid")
        whole = any(abs(dollars - price) <= 1 for number in sentence.numbers for dollars in number.prices())
        receipt = weight(found, "confirmed") >= PAID - 1 and whole and sentence.side == "advisor"
        if (
            receipt
            or (
                told >= 2
                and whole
                and not sentence.asks
                and sentence.side == "advisor"
                and " if " not in sentence.folded
            )
            or (told >= 3 and not sentence.asks and " if " not in f" {sentence.folded}")
        ):
            yield sentence


def _named(price: float, said: Sequence[Amount], first: int) -> Iterator[tuple[float, Sentence]]:
    """Amounts below the price that stand as a deposit, that are half of it, or that a receipt names."""
    for amount in said:
        sentence = amount.sentence
        if sentence.turn < first or not 0 < amount.dollars < price or _REFUSED.search(sentence):
            continue
        receipt = weight(hits("price", sentence), "confirmed")
        known = amount.role in ("price", "other", "discount", "deposit", "monthly")
        half = abs(amount.dollars * 2 - price) <= 1 and amount.role in ("price", "other", "deposit")
        if amount.role == "deposit" or half or (receipt >= 1.5 and known and sentence.side == "advisor"):
            yield amount.dollars, sentence


def _shares(talk: Talk, price: float, first: int) -> Iterator[tuple[float, Sentence]]:
    """ "Half now", "thirty percent to start"."""
    for sentence in talk.sentences:
        if sentence.turn < first or sentence.story:
            continue
        match = _HALF.search(sentence)
        if match and not (sentence.asks and _LATER.search(sentence.folded[: match.start()])):
            yield price / 2, sentence
        if third := _THIRDS.search(sentence):
            yield price / (3 if third.group("share") == "third" else 4), sentence
        for number in sentence.numbers:
            if _SHARE.match(sentence.folded, number.end) and 5 <= number.value < 100:
                yield round(price * number.value / 100, 2), sentence
