"""The client's telephone number: said aloud, digit by digit or in groups, or shown as the caller's label."""

import re

from services.analyst.dialogue import Talk, TalkTurn
from services.analyst.findings import Finding
from services.analyst.numbers import Spoken, numbers_in

_WRITTEN = re.compile(r"(?<!\d)(?:\+?1[\s.\-]*)?\(?(\d{3})\)?[\s.\-]*(\d{3})[\s.\-]*(\d{4})(?!\d)")
_LINK = re.compile(r"[\s,.\-–—]*(?:(?:uh|um|and|then|dash|area code|yeah)[\s,.\-]*)*")
_OURS = re.compile(
    r"\b(?:my|our)\b.{0,30}\b(?:number|cell|direct|line|office)\b|\bcall (?:me|us|the office) (?:at"
    r"|on)\b|\b(?:reach|text) (?:me|us)\b"
)
_OTHERS = re.compile(
    r"\b(?:his|her|their|sister|brother|daughter|son|mother|mom|dad|office|lawyer|attorney|cpa)(?:'s)?\b[^.?!]{0,25}\bnumber\b"
)


def find_phone(talk: Talk) -> Finding | None:
    """The client's number as 555-555-0123; the one that was said last, if a number was corrected."""
    found: Finding | None = None
    for turn in talk.turns:
        for digits, start, end in phone_numbers(turn):
            if not _is_the_clients(talk, turn, start):
                continue
            value = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
            quote = talk.quote(turn.index, start, end)
            found = Finding(value, [quote])
    return found


def phone_numbers(turn: TalkTurn) -> list[tuple[str, int, int]]:
    """Ten-digit numbers of a turn with their places."""
    found = [("".join(match.groups()), match.start(), match.end()) for match in _WRITTEN.finditer(turn.folded)]
    run: list[tuple[str, Spoken]] = []
    for spoken in [*numbers_in(turn.folded), None]:
        linked = spoken and run and _LINK.fullmatch(turn.folded[run[-1][1].end : spoken.start])
        if run and not linked:
            found += _assembled(run)
            run = []
        if spoken is not None and (digits := _digits(spoken)):
            run.append((digits, spoken))
    return found + _assembled(run)


def _digits(spoken: Spoken) -> str:
    """The digits that a number stands for inside a telephone number."""
    if spoken.shape in ("percent", "ordinal", "point") or spoken.value != int(spoken.value):
        return ""
    return spoken.digits or (str(int(spoken.value)) if spoken.value < 10_000 else "")


def _assembled(run: list[tuple[str, Spoken]]) -> list[tuple[str, int, int]]:
    whole = "".join(digits for digits, _ in run)
    if len(run) < 2 and len(whole) != 10:
        return []
    if len(whole) == 11 and whole.startswith("1"):
        whole = whole[1:]
    return [(whole, run[0][1].start, run[-1][1].end)] if len(whole) == 10 else []


def _is_the_clients(talk: Talk, turn: TalkTurn, start: int) -> bool:
    sentence = turn.sentence_at(start)
    before = turn.folded[max(0, start - 90) : start]
    if _OTHERS.search(before):
        return False
    if turn.side == "advisor":
        return not _OURS.search(before) and (
            "you" in sentence.words or "your" in turn.words or sentence.asks or "number" in turn.words
        )
    question = talk.before(turn.index)
    return not (
        question and re.search(r"\b(?:his|her|their|attorney's|daughter's|son's)\b[^.?!]*\bnumber\b", question.folded)
    )
