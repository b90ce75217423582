"""Who talked how much, how fast, and when nobody did."""

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import TypedDict

from services.agents.contract import DialogueTurn
from services.coaching.questions import ends_asking
from services.coaching.turns import backchannel, of_side

LEAST_SILENCE = 3.0  # seconds
LEAST_TIMED = 0.5  # of the adviser's words have to have times, else the pace is not known
LONGER = 20  # words of a turn whose speed says something
LEADS = 0.8  # of the words of all advisers of a call: then the call is theirs


class Monologue(TypedDict):
    """The adviser's longest stretch: its first turn, all its turns, its words."""

    turn: int
    turns: list[int]
    words: int


class Pace(TypedDict):
    """The adviser's words a minute of their own speaking time; ``turns`` are the quickest of their longer ones."""

    words_a_minute: float
    turns: list[int]


class Silences(TypedDict):
    """Pauses between turns. ``turns`` are those after which nobody spoke."""

    number: int
    seconds: float
    turns: list[int]


def words_by_side(dialogue: Sequence[DialogueTurn], words: Sequence[int]) -> dict[str, int]:
    """The words of each side that said any; ``unknown`` is who is on neither."""
    counts = Counter[str]()
    for turn, number in zip(dialogue, words, strict=True):
        counts[turn["side"] or "unknown"] += number
    return {side: counts[side] for side in ("advisor", "client", "unknown") if counts[side]}


def talk_share(by_side: dict[str, int]) -> float | None:
    """The adviser's part of all words of both sides; None where one side is not known."""
    ours, theirs = by_side.get("advisor", 0), by_side.get("client", 0)
    return round(ours / (ours + theirs), 3) if ours and theirs else None


def longest_monologue(dialogue: Sequence[DialogueTurn], words: Sequence[int]) -> Monologue | None:
    """The most words of advisers' turns in a row. A client's nod between them breaks nothing, an answer does."""
    best: list[int] = []
    run: list[int] = []
    most = total = 0
    for number, turn in enumerate(dialogue):
        if turn["side"] == "advisor":
            run.append(number)
            total += words[number]
            if total > most:
                best, most = list(run), total
        elif not (run and turn["side"] == "client" and _only_nods(dialogue, run[-1], turn["text"])):
            run, total = [], 0
    return {"turn": best[0], "turns": best, "words": most} if best else None


def _only_nods(dialogue: Sequence[DialogueTurn], before: int, text: str) -> bool:
    """Whether a client's turn only shows listening; a "yes" to a question is an answer."""
    return backchannel(text) and not ends_asking(dialogue[before]["text"])


def pace(dialogue: Sequence[DialogueTurn], words: Sequence[int]) -> Pace | None:
    """How fast the adviser speaks; None without the beginnings and ends of turns that hold most of their words."""
    ours = of_side(dialogue, "advisor")
    lengths = {number: length for number in ours if (length := _length(dialogue[number]))}
    seconds, timed = sum(lengths.values()), sum(words[number] for number in lengths)
    if not timed or timed < LEAST_TIMED * sum(words[number] for number in ours):
        return None
    longer = [number for number in lengths if words[number] >= LONGER]
    quickest = sorted(longer, key=lambda number: lengths[number] / words[number])[:3]
    return {"words_a_minute": round(60 * timed / seconds, 1), "turns": sorted(quickest)}


def _length(turn: DialogueTurn) -> float | None:
    """The seconds of a turn; None where its beginning or its end is not known, or both are one."""
    start, end = turn["start"], turn["end"]
    return end - start if start is not None and end is not None and end > start else None


def silences(dialogue: Sequence[DialogueTurn]) -> Silences | None:
    """The pauses of three seconds and more between turns; None where turns have no times."""
    pairs = [(number, turn["end"], after["start"]) for number, (turn, after) in enumerate(itertools.pairwise(dialogue))]
    gaps = [(number, start - end) for number, end, start in pairs if end is not None and start is not None]
    if not gaps or len(gaps) < LEAST_TIMED * len(pairs):
        return None
    long = [(number, gap) for number, gap in gaps if round(gap, 3) >= LEAST_SILENCE]
    return {
        "number": len(long),
        "seconds": round(sum(gap for _, gap in long), 2),
        "turns": [number for number, _ in long],
    }


def lead(dialogue: Sequence[DialogueTurn], words: Sequence[int]) -> str | None:
    """The adviser whose call it is: the only one, or of several the one who said nearly all of their words."""
    said = Counter[str]()
    for number in of_side(dialogue, "advisor"):
        if name := dialogue[number]["speaker"]:
            said[name] += words[number]
    first = said.most_common(1)
    return first[0][0] if first and first[0][1] >= LEADS * said.total() else None
