"""What a sentence of a draft binds somebody to: amounts, days, promises, a lawyer's words, names and addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from services import sentence_days, sentence_words
from services.agents import findings
from services.agents.contract import NextStep, Quote
from services.analyst.numbers import Spoken, numbers_in
from services.corrected_words import same_amount as _same
from services.sentence_ground import Ground, known_stem

ClaimKind = Literal["price", "date", "promise", "legal", "name", "link", "value"]
_BEFORE, _AFTER = 32, 26  # characters around an amount in which its label stands
_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+|\b[\w\-]+\.(?:com|net|org|io|co|info|biz|me|ly|xyz|ru|link)\b\S*"
    r"|(?<![\d$,.])\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4}\b|<[^>\s][^>]*>?|\b[A-Z]{2}\d{2}(?: ?\w{4}){3,}"
    r"|\b\d{1,5} (?:[A-Z]\w+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Way)\b"
)
_NAME = re.compile(r"[A-Z][\w'’\-]*")
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december i i'll i've i'm i'd am pm".split()
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a sentence claims. ``words`` stand in the sentence from ``start`` to ``end``.

    ``value``: dollars, or an ISO date, where it is one. ``by_value``: a value or next step that the call supports
    holds it, not its words alone. ``by``: the person whose word it is. ``since``: what became of it, where a person put
    something else in its place. The kind "value" is any other value that is gone since.
    """

    kind: ClaimKind
    words: str
    start: int
    end: int
    supported: bool
    by_value: bool = False
    value: float | str | None = None
    evidence: tuple[Quote, ...] = ()
    by: str = ""
    since: str = ""


def prices(text: str, ground: Ground, days: list[sentence_days.Day]) -> Iterator[Claim]:
    """The amounts of money that a sentence names."""
    folded = sentence_words.plain(text)
    of_money = bool(sentence_words.cues("money", folded))
    last = 0
    for number in numbers_in(folded):
        within_day = any(day.start <= number.start < day.end for day in days)
        if within_day or not _is_money(number, of_money):
            continue
        label = _label(folded, last, number)
        last = number.end
        begin = number.start - (text[number.start - 1 : number.start] == "$")
        supported, by_value, evidence = _amount(number, label, ground)
        words = text[begin : number.end].rstrip(",.")
        by, gone = ground.corrected.amount_by(number.value), ground.corrected.amount(number.value)
        yield Claim(
            "price",
            words,
            begin,
            begin + len(words),
            supported,
            by_value,
            number.value,
            evidence,
            by=by if supported else "",
            since=gone.since if gone and not supported else "",
        )


def _is_money(number: Spoken, of_money: bool) -> bool:
    if number.shape in ("ordinal", "percent"):
        return False
    return number.money or number.scaled or (of_money and number.value >= 100)


def _label(folded: str, last: int, number: Spoken) -> str | None:
    """What an amount is called: by the words before it, else by those after it."""
    before = folded[max(last, number.start - _BEFORE) : number.start]
    end = number.start + len(folded[number.start : number.end].rstrip(",."))
    after = re.split(r"[.,;$]", folded[end : end + _AFTER])[0]
    found = [(hit.start, name) for name in ("whole", "part", "rest") for hit in sentence_words.cues(name, before)]
    if found:
        return max(found)[1]
    found = [(hit.start, name) for name in ("whole", "part", "rest") for hit in sentence_words.cues(name, after)]
    return min(found)[1] if found else None


def _amount(number: Spoken, label: str | None, ground: Ground) -> tuple[bool, bool, tuple[Quote, ...]]:
    """Whether the call supports an amount, whether as a value, and the words that do."""
    facts = ground.extraction["facts"]
    whole, part = (findings.fact_value(ground.extraction, name) for name in ("deal_amount", "deposit_amount"))
    rest = whole - part if whole is not None and part is not None else None
    called = {"whole": whole, "part": part, "rest": rest}
    if label and called[label] is not None and label == "whole":
        right = _same(number.value, called[label])
        return right, right, tuple(facts["deal_amount"]["evidence"]) if right else ()
    if label and called[label] is not None:
        right = any(_same(number.value, one) for one in (part, rest))
        return right, right, tuple(facts["deposit_amount"]["evidence"]) if right else ()
    for field in ground.playbook.fields:
        value = findings.fact_value(ground.extraction, field.name)
        if field.type == "money" and _same(number.value, value):
            return True, True, tuple(facts[field.name]["evidence"])
    if _same(number.value, rest):
        return True, True, tuple(facts["deposit_amount"]["evidence"])
    if ground.corrected.amount(number.value):
        return False, False, ()
    quote = _spoken(number.value, ground)
    return quote is not None, False, (quote,) if quote else ()


def _spoken(value: float, ground: Ground) -> Quote | None:
    """The words of the call that say an amount."""
    for sentence in ground.talk.sentences:
        for number in sentence.numbers:
            meant = (number.value, *number.worths()) if number.value >= 100 or number.scaled or number.money else ()
            if any(_same(value, one) for one in meant):
                return ground.talk.quote_of(sentence)
    return None


def days(text: str, ground: Ground, named: list[sentence_days.Day], steps: list[NextStep]) -> Iterator[Claim]:
    """The days that a sentence names, as claims; ``steps``: the next steps that it tells of."""
    folded = sentence_words.plain(text)
    for day in named:
        supported, evidence = sentence_days.evidence_of(day, ground, steps, folded)
        words = text[day.start : day.end]
        gone = None if supported else ground.corrected.day(day.iso)
        since = gone.since if gone else ""
        yield Claim("date", words, day.start, day.end, supported, supported, day.iso, evidence, since=since)


def bonds(text: str, backing: str, carried: bool, tells: bool) -> Iterator[Claim]:
    """The promises of a sentence, and what only a lawyer may say.

    A promise is supported where the sentence is ``carried`` by the call; words that bind more, and a lawyer's, must
    stand in ``backing``, what was said there. "We will find another day" is none where the sentence ``tells`` nothing.
    """
    folded, heard = sentence_words.plain(text), sentence_words.plain(backing)
    for kind, name in (("promise", "promises"), ("promise", "bonds"), ("legal", "legal")):
        if name == "promises" and not tells:
            continue
        said = {hit.cue for hit in sentence_words.cues(name, heard)}
        for hit in sentence_words.cues(name, folded):
            supported = carried and (name == "promises" or hit.cue in said)
            words = text[hit.start : hit.end]
            yield Claim(kind, words, hit.start, hit.end, supported, carried)  # type: ignore[arg-type]


def links(text: str, ground: Ground) -> Iterator[Claim]:
    """Addresses, links, telephone numbers, accounts and mark-up; supported where they are the client's own or said."""
    for match in _LINK.finditer(text):
        words = match.group()
        known = words.lower() == (ground.header.client_email or "").lower()
        phone = re.sub(r"\D", "", str(findings.fact_value(ground.extraction, "client_phone") or ""))
        known = known or (len(phone) >= 10 and re.sub(r"\D", "", words)[-10:] == phone[-10:])
        said = any(words.lower() in str(turn.get("text") or "").lower() for turn in ground.dialogue)
        yield Claim("link", words, match.start(), match.end(), known or said, known)


def names(text: str, ground: Ground) -> Iterator[Claim]:
    """Names that nobody on the call said, and no header or playbook holds."""
    inside = text.upper() != text
    for match in _NAME.finditer(text) if inside else ():
        word = sentence_words.plain(match.group()).strip("'’-").removesuffix("'s")
        opens = not text[: match.start()].strip(" \"'“‘(*-") or text[: match.start()].rstrip().endswith(
            (":", ".", "!", "?")
        )
        pieces = [piece for piece in re.split(r"[-']", word) if piece]
        since = ground.corrected.name_since(word)
        if since:
            yield Claim("name", match.group(), match.start(), match.end(), False, since=since)
        if since or opens or word in _CALENDAR or len(word) < 2:
            continue
        if not all(known_stem(piece) in sentence_words.courtesy() or _known(piece, ground) for piece in pieces):
            yield Claim("name", match.group(), match.start(), match.end(), False)


def _known(piece: str, ground: Ground) -> bool:
    return piece in sentence_words.word_list("stop") or ground.holds(known_stem(piece))
