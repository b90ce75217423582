"""Where two calls of a household say different things of one field, and what stands once people have answered.

Pure: the same sayings and answers give the same story. What differs in form alone (case, a middle name, a list's
order, the dashes of a number) is no disagreement.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from db.client_facts import ValueRow
from db.settled_facts import Answer, SettledRow
from services.agents.contract import State
from services.agents.findings import SUPPORTED
from services.analyst.words import data
from services.call_view import QuoteView
from services.field_kinds import DealField
from services.json_words import finite, is_missing, plain
from services.ledger import shown

_WORD = re.compile(r"[^\W_]+")
_IDLE = frozenset(("a", "an", "and", "co", "corp", "dr", "inc", "llc", "lp", "ltd", "mr", "mrs", "ms", "of", "the"))
_CENT = 0.005
_NEWER: tuple[Answer, ...] = ("changed", "corrected", "older_misheard")  # after which the newer value stands


@dataclass(frozen=True, slots=True)
class CallName:
    """A call as a line names it. ``day`` is its meeting's ISO date, or None."""

    id: int
    external_id: str
    version: int
    day: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Saying:
    """What stands in a field of one call; ``row`` is the ledger's row that says it.

    ``state`` and ``quotes`` are what it rests on, ``who`` said it and ``at`` when. ``human``: a person wrote or
    confirmed it. ``value`` is a claim where the state is unsupported.
    """

    call: CallName
    field: str
    value: Any
    state: State | None
    quotes: tuple[QuoteView, ...]
    human: bool
    who: str
    at: datetime
    row: ValueRow

    @property
    def words(self) -> str:
        """The value for reading."""
        return shown(self.row.field, self.value)

    @property
    def stands(self) -> bool:
        """Whether the words of the call or a person stand for it."""
        return self.human or self.state in SUPPORTED


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two calls that say different things: ``older`` stood until ``newer`` came. ``more`` wait behind it."""

    older: Saying
    newer: Saying
    more: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """What stands in a field, and the disagreement that waits for an answer, the earliest of several."""

    standing: Saying | None
    open: Disagreement | None
    answered_by: SettledRow | None = None


def story(field: DealField | None, sayings: Sequence[Saying], answers: Sequence[SettledRow]) -> Story:
    """What stands of sayings of one field, the oldest call first, after people's answers.

    Each saying is held against the one that stands: the same again changes nothing; another one stands from then on,
    or not, as the answer says. Without an answer the newer one stands, but not over a person's word, and the two are
    a disagreement. An answer counts for its two values alone, and not against what a person says of the call later.
    What an answer wrote into a misheard call is nobody's saying of that day: the other call's stands for both.
    """
    wrote = {each.written: each for each in answers if each.written is not None}
    standing: Saying | None = None
    by: SettledRow | None = None
    waiting: list[tuple[Saying, Saying]] = []
    for each in (saying for saying in sayings if saying.stands):
        if standing is None:
            standing = each
            continue
        if same(field, standing.value, each.value):
            filled = wrote.get(each.row.id) or wrote.get(standing.row.id)
            by = filled or by
            keeps = standing if each.row.id in wrote else each
            standing = keeps if filled else fuller(field, standing, each)
            continue
        answer = _answer(field, standing, each, answers)
        if answer is None:
            waiting.append((standing, each))
            if each.human or not (standing.human or by):
                standing, by = each, None
        else:
            standing, by = each if answer.answer in _NEWER else standing, answer
    first = Disagreement(*waiting[0], len(waiting) - 1) if waiting else None
    return Story(standing, first, by)


def _answer(field: DealField | None, older: Saying, newer: Saying, answers: Iterable[SettledRow]) -> SettledRow | None:
    """The last answer about these two values, given after the last person's word on the newer call's."""
    found = None
    for each in answers:
        of_these = each.newer.transcript_id == newer.call.id
        if (
            of_these
            and same(field, each.older.value, older.value)
            and same(field, each.newer.value, newer.value)
            and not (newer.human and newer.at > each.at)
        ):
            found = each
    return found


def fuller(field: DealField | None, older: Saying, newer: Saying) -> Saying:
    """Of two that mean the same the newer, unless the older tells more: by quotes, or by a longer name.

    A person's word stays one: it is kept against a run's of a later call.
    """
    if older.human != newer.human:
        return newer if newer.human else older
    if older.quotes and not newer.quotes:
        return older
    if field is not None and field.kind == "text" and _words(older.value) > _words(newer.value):
        return older
    return newer


def same(field: DealField | None, one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same.

    Money to the cent, numbers by value, telephones by their last ten digits, states by their letters, lists as sets.
    Of names and other short texts the one may hold less than the other: "Anna" is "Anna Marlow", the Marlows are not.
    """
    kind = field.kind if field else "text"
    if is_missing(one) or is_missing(other):
        return is_missing(one) and is_missing(other)
    if kind in ("money", "count", "minutes"):
        first, second = finite(one), finite(other)
        if first is not None and second is not None:
            return abs(first - second) < _CENT
        return plain(one) == plain(other)
    if kind == "phone":
        return _digits(one) == _digits(other)
    if kind in ("list", "choices"):
        return _set(one) == _set(other)
    if kind == "choice":
        return _choice(one) == _choice(other)
    if kind in ("date", "email", "url"):
        return plain(one).casefold() == plain(other).casefold()
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    return shorter <= longer if shorter else plain(one) == plain(other)


def _words(value: Any) -> frozenset[str]:
    """The telling words of a text, without case and accents."""
    letters = unicodedata.normalize("NFKD", plain(value).casefold())
    found = frozenset(_WORD.findall("".join(each for each in letters if not unicodedata.combining(each))))
    return found - _IDLE or found


def _set(value: Any) -> frozenset[frozenset[str]]:
    return frozenset(_choice(item) for item in (value if isinstance(value, list | tuple) else [value]))


def _choice(value: Any) -> frozenset[str]:
    """A choice or a list's item by its telling words; a state by its letters."""
    return _words(_states().get(plain(value).casefold(), value))


def _digits(value: Any) -> str:
    return re.sub(r"\D", "", plain(value))[-10:]


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    """The states' names to their letters."""
    names: dict[str, str] = data("places").get("states", {})
    return {name.casefold(): letters for name, letters in names.items()}
