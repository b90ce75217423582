"""What a sentence says that a person corrected: whose word a value is, and what stood there before."""

from collections.abc import Iterator, Mapping, Set

from services import sentence_courtesy, sentence_words
from services.agents import findings
from services.analyst.numbers import numbers_in
from services.corrected_words import NAMING, same_amount
from services.corrections import Gone
from services.sentence_claims import Claim
from services.sentence_ground import Ground
from services.sentence_words import stems

_SHARE = 0.7  # of what a sentence tells, that the words of something taken away must hold
_FEWEST = 2  # stems that they must hold, so that one word in common makes no likeness


def gone(text: str, telling: Set[str], ground: Ground) -> Iterator[Claim]:
    """What a sentence says that a person took away or put something else in place of.

    Amounts, names, days and links are looked at where those are (services.sentence_claims). ``telling``: the stems
    that claim something.
    """
    folded = stems(text)
    for one in ground.corrections.gone:
        if _says(one, text, folded, telling, ground):
            yield Claim("value", text, 0, len(text), False, since=one.since)


def _says(one: Gone, text: str, folded: Set[str], telling: Set[str], ground: Ground) -> bool:
    name = one.word.field
    if name in ground.corrected.money or name in NAMING or name in _ELSEWHERE:
        return False
    if name == "outcome":
        return _ended_so(one, text, ground) or _retold(one, telling, ground)
    if name == "next_steps":
        return _retold(one, telling, ground)
    if isinstance(one.value, int | float):
        return _counts(one, text, folded)
    left = stems(_words(one.value)) - stems(_words(one.word.value))
    return bool(left) and left <= folded


def _ended_so(one: Gone, text: str, ground: Ground) -> bool:
    """Whether a sentence says that the call ended otherwise than a person says."""
    now = findings.outcome_role(findings.outcome(ground.extraction), ground.playbook)
    was = findings.outcome_role(str(one.value), ground.playbook)
    told = sentence_courtesy.outcome_told(text)
    return told is not None and told != now and told in (was, "won", "lost")


def _retold(one: Gone, telling: Set[str], ground: Ground) -> bool:
    """Whether a sentence tells what was taken away, and nothing that stands as much."""
    held = telling & stems(" ".join([_words(one.value), *(quote["quote"] for quote in one.quotes)]))
    weight = ground.weight_of(held)
    if len(held) < _FEWEST or weight < _SHARE * ground.weight_of(telling):
        return False
    return weight > max((ground.weight_of(telling & each.stems) for each in ground.supports), default=0.0)


def _counts(one: Gone, text: str, folded: Set[str]) -> bool:
    """Whether a sentence names a number beside what was counted."""
    about = stems(" ".join([one.word.label, *(quote["quote"] for quote in one.quotes)]))
    about = {each for each in about if not each[0].isdigit()}
    named = any(same_amount(number.value, float(one.value)) for number in numbers_in(sentence_words.plain(text)))
    return named and bool(about & folded)


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(str(value.get(key) or "") for key in ("action", "due"))
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


# Of the file's header: who and when are names and days, and of the others no e-mail tells.
_ELSEWHERE = frozenset(
    ("client_email", "client_phone", "meeting_date", "meeting_title", "meeting_url", "duration_minutes")
)
