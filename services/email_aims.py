"""What a client said they want, in their own words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from services import sentence_words
from services.analyst.dialogue import Sentence, Talk
from services.email_voice import without_fillers

MOST = 2
_FIRST, _LAST = 0.1, 0.62  # of a call, between which a client says what brings them
_SHORTEST, _LONGEST = 5, 22  # words
_WANTS = re.compile(
    r"\b(?:(?:i|we)(?: really| just)* (?:want|don't want|do not want)|(?:i|we)'d like)\b"
    r"|\b(?:nobody|no one) (?:ever )?(?:takes?|puts?|gets?|touch\w*|fights?|asks|has to|can)\b"
    r"|\bshouldn't be able\b|\bstays? (?:in|on)\b|\b(?:goes|go|gets) to (?:the|my|our)\b"
    r"|\btaken care of\b|\bmake sure\b|\bso (?:that )?(?:the|my|our) \w+ (?:don't|doesn't|never)\b",
    re.IGNORECASE,
)
_UNFIT = re.compile(
    r"\b(?:um|uh|er|hm+|want to (?:say|ask|add|mention|be (?:clear|honest))|like to (?:say|ask|add)|hundred|thousand"
    r"|grand|million|need|think|guess|know|pay\w*|price|money|cost\w*|dollars?|sue|hell|damn|hate\w*|died?|dead|drunk"
    r"|jail|prison)\b|\$|\d{3}|\?",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^(?:and )?(?:one|two|three|first|second|third|number one|number two),\s*", re.IGNORECASE)
_GOALS = re.compile(r"goal|need|reason|situation|concern", re.IGNORECASE)


def aims(dialogue: Sequence[Mapping[str, Any]]) -> list[str]:
    """At most two of the client's own sentences about what they want, word for word, in the order they were said."""
    return [_quoted(one.text) for one in islice(_told(dialogue), MOST)]


def _told(dialogue: Sequence[Mapping[str, Any]]) -> Iterator[Sentence]:
    for index, turn in enumerate(dialogue):
        early_enough = _FIRST <= index / len(dialogue) <= _LAST
        if early_enough and turn.get("side") == "client" and _WANTS.search(turn["text"]):
            yield from (one for one in Talk([turn]).sentences if _fits(one, str(turn.get("phase") or "")))


def _fits(one: Sentence, phase: str) -> bool:
    words = len(one.text.split())
    if one.asks or one.story or not _SHORTEST <= words <= _LONGEST:
        return False
    if _UNFIT.search(one.text) or not _WANTS.search(one.text) or not sentence_words.stems(one.text):
        return False
    return bool(_GOALS.search(phase)) or bool(sentence_words.cues("wishes", one.folded))


def _quoted(text: str) -> str:
    """Words fit to stand between quotation marks: what only opens them left out, and the stop at their end."""
    bare = without_fillers(_COUNTED.sub("", text))
    kept = bare if bare in text else text
    return kept.strip(' ,.;:!"“”')
