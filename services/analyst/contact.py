"""The client's telephone number: said aloud, digit by digit or in groups, in one breath or in several; corrected."""

import re
from dataclasses import dataclass, field

from services.agents.contract import Quote
from services.analyst.dialogue import Talk, TalkTurn
from services.analyst.findings import Finding
from services.analyst.numbers import Spoken
from services.analyst.wordings import Wording

_WRITTEN = Wording(r"(?<!\d)(?:\+?1[\s.\-]*)?\(?(\d{3})\)?[\s.\-]*(\d{3})[\s.\-]*(\d{4})(?!\d)")
_LINK = re.compile(r"[\s,.\-–—()]*(?:(?:uh|um|and|then|dash|area code|yeah|double|triple)[\s,.\-]*)*")
_TIMES = {"double": 2, "triple": 3}
_TIMES_BEFORE = re.compile(r"\b(double|triple)\W*$")
_OURS = re.compile(
    r"\b(?:my|our)\b.{0,30}\b(?:number|cell|direct|line|office)\b|\bcall (?:me|us|the office) (?:at"
    r"|on)\b|\b(?:reach|text) (?:me|us)\b|\b(?:ours|mine) is\b"
)
_OTHERS = re.compile(
    r"\b(?:his|her|their|sister|brother|daughter|son|mother|mom|dad|office|lawyer|attorney|cpa)(?:'s)?\b[^.?!]{0,25}\bnumber\b"
    r"|\b(?:hers|his|theirs) is\b"
)
_THEIR_NUMBER = Wording(r"\b(?:his|her|their|attorney's|daughter's|son's)\b[^.?!]*\bnumber\b")
_ABOUT = Wording(r"\b(?:number|cell|phone|mobile|reach you|text you|call you|area code|digits)\b")
_AREA = Wording(r"\barea code\b")
_YES = re.compile(
    r"\W*(?:yes|yeah|yep|yup|right|correct|that's (?:it|right|the one|me|correct)|uh-huh|mm-hm|perfect)\b"
)
_ENDS_IN = Wording(r"\b(?:ends? (?:in|with)|ending|last (?:two|three|four|digits?|part)|the end)\b")
_WHOLE = 10
_MOST_DIGITS = 3 * _WHOLE
_LOCAL = 7
_NEAR = 3
"""How many turns apart the pieces of one number may stand."""


@dataclass
class _Heard:
    """The number as it stands so far, and a piece of one that has yet to be completed."""

    digits: str = ""
    quotes: list[Quote] = field(default_factory=list)
    turn: int = -_WHOLE
    """Where a number of the client's was last said in full, and that number in ``last``."""
    last: str = ""
    piece: str = ""
    piece_turn: int = -_WHOLE
    piece_quotes: list[Quote] = field(default_factory=list)

    def take(self, digits: str, quotes: list[Quote]) -> None:
        self.digits, self.quotes, self.piece = digits, quotes, ""


def find_phone(talk: Talk) -> Finding | None:
    """The client's number as 555-555-0123; the one that stands in the end, if a number was corrected."""
    heard = _Heard()
    for turn in talk.turns:
        whole = phone_numbers(turn)
        for digits, start, end in whole:
            again = turn.side == "advisor" and _alike(digits, heard.digits) and heard.turn + _NEAR >= turn.index
            read_back = again and not _OURS.search(turn.folded[:start])
            if read_back or _is_the_clients(talk, turn, start):
                heard.take(digits, [talk.quote(turn.index, start, end)])
                heard.last, heard.turn = digits, turn.index
        if not whole and turn.side != "advisor":
            _take_piece(talk, turn, heard)
    value = f"{heard.digits[:3]}-{heard.digits[3:6]}-{heard.digits[6:]}"
    return Finding(value, heard.quotes) if heard.digits else None


def _alike(one: str, other: str) -> bool:
    return bool(other) and (one[:6] == other[:6] or one[3:] == other[3:])


def _take_piece(talk: Talk, turn: TalkTurn, heard: _Heard) -> None:
    """Takes a piece of a number: the end that corrects one, the rest of one that was begun, its area code."""
    runs = _runs(turn)
    if not runs:
        return
    digits, start, end = runs[0]
    quote = talk.quote(turn.index, start, end)
    question = talk.before(turn.index)
    if heard.piece and turn.index <= heard.piece_turn + _NEAR:
        area_last = question is not None and _AREA.search(question) and len(heard.piece) == _LOCAL
        joined = digits + heard.piece if area_last else heard.piece + digits
        if len(joined) == _WHOLE:
            heard.take(joined, [*heard.piece_quotes, quote])
            return
    told = turn.index == heard.turn + 1 or (turn.index <= heard.turn + _NEAR and _ENDS_IN.search(turn))
    corrects = heard.last and told and talk.turns[heard.turn].side != turn.side
    if corrects and 1 < len(digits) <= 4 and not _YES.match(turn.folded):
        earlier = talk.turns[heard.turn]
        place = next(((low, high) for _, low, high in phone_numbers(earlier)), (0, len(earlier.folded)))
        heard.take(heard.last[: -len(digits)] + digits, [quote, talk.quote(earlier.index, *place)])
    elif 3 <= len(digits) < _WHOLE and question is not None and _asks_for_it(question, turn):
        heard.piece, heard.piece_turn, heard.piece_quotes = digits, turn.index, [quote]


def _asks_for_it(question: TalkTurn, turn: TalkTurn) -> bool:
    """Whether the turn just before asks for the client's number."""
    asked = _ABOUT.search(question) and not _THEIR_NUMBER.search(question)
    return bool(asked) and turn.index <= question.index + 1


def phone_numbers(turn: TalkTurn) -> list[tuple[str, int, int]]:
    """Ten-digit numbers of a turn with their places."""
    found = turn.line.found.get("phone numbers")
    if found is None:
        found = turn.line.found["phone numbers"] = _phone_numbers(turn)
    return found


def _phone_numbers(turn: TalkTurn) -> list[tuple[str, int, int]]:
    found = [("".join(match.groups()), match.start(), match.end()) for match in _WRITTEN.finditer(turn)]
    for run in _linked(turn):
        digits = "".join(piece for piece, _ in run)
        if len(digits) == _WHOLE + 1 and digits.startswith("1"):
            digits = digits[1:]
        if len(digits) == _WHOLE:
            found.append((digits, run[0][1].start, run[-1][1].end))
        elif _WHOLE < len(digits) <= _MOST_DIGITS:
            found += _among(run, turn.folded)
    return found


def _among(run: list[tuple[str, Spoken]], folded: str) -> list[tuple[str, int, int]]:
    """The last whole number of a run that holds more: its end said again, or a slip before it."""
    for first in reversed(range(len(run))):
        digits = ""
        for last in range(first, len(run)):
            digits += run[last][0]
            if len(digits) >= _WHOLE:
                break
        opens = run[first][1]
        one_by_one = bool(opens.digits) or folded[opens.start : opens.end].isdigit()
        if len(digits) == _WHOLE and digits[0] not in "01" and one_by_one:
            return [(digits, run[first][1].start, run[last][1].end)]
    return []


def _runs(turn: TalkTurn) -> list[tuple[str, int, int]]:
    """Runs of digits that may be pieces of a telephone number: told off one by one, or written."""
    return [
        ("".join(piece for piece, _ in run), run[0][1].start, run[-1][1].end)
        for run in _linked(turn)
        if all(_told_off(spoken, turn.folded[spoken.start : spoken.end]) for _, spoken in run[:2])
        and not any(spoken.money for _, spoken in run)
    ]


def _told_off(spoken: Spoken, text: str) -> bool:
    return bool(spoken.digits) or text.isdigit() or spoken.shape == "short"


def _linked(turn: TalkTurn) -> list[list[tuple[str, Spoken]]]:
    """The numbers of a turn in runs, as one says the groups of a telephone number, with the digits of each."""
    runs: list[list[tuple[str, Spoken]]] = [[]]
    for spoken in turn.numbers:
        if runs[-1] and not _LINK.fullmatch(turn.folded[runs[-1][-1][1].end : spoken.start]):
            runs.append([])
        if digits := _digits(spoken, turn.folded):
            runs[-1].append((digits, spoken))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _digits(spoken: Spoken, folded: str) -> str:
    """The digits that a number stands for inside a telephone number."""
    if spoken.shape in ("percent", "ordinal", "point") or spoken.value != int(spoken.value):
        return ""
    text = folded[spoken.start : spoken.end]
    digits = spoken.digits or (text if text.isdigit() else "")
    if not digits:
        digits = str(int(spoken.value)) if spoken.value < 10_000 else ""
        digits = f"0{digits}" if digits and re.match(r"(?:oh|zero) \w", text) else digits
    times = _TIMES_BEFORE.search(folded[max(0, spoken.start - 10) : spoken.start])
    return digits[:1] * (_TIMES[times[1]] - 1) + digits if times else digits


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
    return not (question and _THEIR_NUMBER.search(question))
