"""Numbers beside a price that are no amounts of money: years, hours, ages, digits of a check or a phone."""

import re
from functools import lru_cache

from services.analyst.dialogue import Sentence, Talk
from services.analyst.numbers import Spoken
from services.analyst.words import data

_LABELLED = re.compile(
    r"\b(?:on|in|route|highway|interstate|number|numbers|no|age|aged|page|exit|unit|suite|section|turn|turns|turned"
    r"|turning|chapter|channel|since|about age|i'm|i was|he's|she's|they're|till|until|after|before|check|ending|ends"
    r"|code|pin|zip|extension|building|room|form|bar|apartment|license|confirmation|invoice|case|file|at age)"
    r"(?: (?:in|with|is|number|at|about|of|the))?[\s:,#]+$"
)
_DIGITS = re.compile(
    r"\b(?:number|numbers|check|ending|ends|code|pin|zip|extension|ext|card|phone|cell|confirmation|invoice|case|file"
    r"|license|bar)\b[^.?!]*$"
)
_GOES_ON = re.compile(r"[ -](?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)|ten|eleven|twelve|\w+teen)\b")
_ENDS = re.compile(
    r"\s*(?:[.,?!]|$|even|flat|it is|for (?:a|one|both|the|you|your|everything)\b|if|all in|total|works|down"
    r"|is (?:the|as|my|our|where|what)\b"
    r"|and (?:i'm|we're|that's))"
)
_OFFER = re.compile(
    r"(?:^|\b(?:do|did|at|say|for|make it|take|it's|call it|go|about|even|to|how about|what about|want"
    r"|pay)(?: like| it| it for| you)?\s+)$"
)
_CONCLUDES = re.compile(
    r"(?:^|\b(?:so|that's|it's|then|that'd be|makes? (?:it|that|this)|down to|to|at|for|off|do|did|be|or|hold|say"
    r"|give you|take|call it|about|of|just|only)(?: like| it| an even| maybe| just)?,?\s+)$"
)
_YEAR = re.compile(r"\b(?:in|since|back in|from|of|by|until|till|since about)\s+$")
_THE = re.compile(r"\b(?:that|the|this|an?|old|my|your|our|his|her|their) $")
_CLOCK = re.compile(r"\b(?:at|by|till|until|around) $")
_OTHER_WORK = re.compile(
    r"\b(?:i|we)(?:'ve| have) (?:done|had|seen|drawn|written|charged) "
    r"(?:these|them|those|some|ones?|people|folks|clients)\b[^.;?!]*\b(?:for|at|to|as)\s+$"
)
"""What the same work came to for others: "I've done these for three thousand"."""
_TIME_WORDS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday morning afternoon evening noon o'clock am pm"
    " eastern pacific central mountain".split()
)
_DATE_WORDS = _TIME_WORDS | frozenset(
    "mondays tuesdays wednesdays thursdays fridays saturdays sundays january february march april june july august"
    " september october november december tomorrow".split()
)
LATE = 0.6


def is_no_money(talk: Talk, sentence: Sentence, number: Spoken) -> bool:
    """Whether a number counts, dates or labels something."""
    before, after = sentence.folded[: number.start], sentence.folded[number.end :]
    if _GOES_ON.match(after) or _counted().match(after):
        return True
    if sentence.side == "advisor" and _OTHER_WORK.search(before):
        return True
    if number.shape == "string" and _DIGITS.search(before):
        return True
    dated = bool(_THE.search(before) and _dated().match(after))
    if dated and sentence.folded.startswith("two thousand ", number.start):
        return True
    year = 1900 <= number.value <= 2040 and (dated or bool(_YEAR.search(before)))
    return year or _is_time(talk, sentence, number)


def is_shortened(talk: Talk, sentence: Sentence, number: Spoken) -> bool:
    """Whether a number below a hundred can be a price without its hundreds: it ends a bid, and labels nothing.

    "Thirty-one." and "I'd do it for thirty-one" can; "in twenty-one", "at ten on Friday" and "he's forty" cannot.
    """
    before, after = sentence.folded[: number.start], sentence.folded[number.end :]
    if not _ENDS.match(after) or _LABELLED.search(before):
        return False
    if number.value >= 13:
        return bool(_CONCLUDES.search(before)) or len(before.split()) <= 3
    timely = talk.turns[sentence.turn].words & _DATE_WORDS
    return number.value >= 2 and bool(_OFFER.search(before)) and not timely


@lru_cache(maxsize=1)
def _counted() -> re.Pattern[str]:
    """Words directly after a number that say it is no money: days, percent, children."""
    words = sorted(data("price")["after"]["count"], key=len, reverse=True)
    gap = r"[\s,]*(?:dollars|bucks|even|flat|total|just|only|right|about|around|uh|um)?[\s,]*"
    return re.compile(rf"{gap}(?:{'|'.join(map(re.escape, words))})(?![\w'])")


@lru_cache(maxsize=1)
def _dated() -> re.Pattern[str]:
    """Words directly after a year that say what is of that year: "that two thousand nine will"."""
    return re.compile(rf" (?:{'|'.join(data('price')['papers']['dated'])})s?\b")


def _is_time(talk: Talk, sentence: Sentence, number: Spoken) -> bool:
    """Whether a number is a time of day: "Tuesday, eight thirty", "at seven-fifteen"."""
    if number.scaled or number.money or not 100 <= number.value <= 1259 or number.value % 100 > 59:
        return False
    earlier = talk.before(sentence.turn)
    return (
        bool(sentence.words & _TIME_WORDS)
        or bool(_CLOCK.search(sentence.folded[: number.start]))
        or bool(
            earlier and earlier.sentences and earlier.words & _TIME_WORDS and sentence.turn > LATE * len(talk.turns)
        )
    )
