"""The clients' objections: which, how often, where in the calls and with whom, and which answers led to wins."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from db import objection_stats as stored
from db.objection_stats import Answered, By, Place, Raised
from db.overview import FactFilter, roomy
from services.database import Database, translated
from services.overview import Rate
from services.playbooks.loader import load
from services.settings import settings

__all__ = ["BY", "HANDLINGS", "UNKNOWN", "Answer", "By", "Found", "Group", "Objections", "Said", "look", "said"]

Group = Literal["phase", "product", "adviser", "outcome"]
MOST = 20
UNKNOWN = "Not known"
BY: dict[Group, str] = {
    "phase": "Phase",
    "product": "Product",
    "adviser": "Adviser",
    "outcome": "Outcome of the call",
}
# How an answer is judged by the coaching (services/coaching), and how that is named.
HANDLINGS = {"resolved": "Resolved", "answered": "Answered", "acknowledged": "Acknowledged only", "evaded": "Evaded"}


@dataclass(frozen=True)
class Found:
    """An objection: in how many calls it was raised, and how often."""

    name: str
    calls: int
    times: int


@dataclass(frozen=True)
class Answer:
    """One way to answer an objection: of how many clients' deals, and how many of those that ended were won.

    ``open`` deals have not ended, or nothing supports their outcome: they are in no rate.
    """

    objection: str
    handling: str
    wins: Rate
    open: int


@dataclass(frozen=True)
class Objections:
    """The figures. ``calls`` are those that the filter leaves, ``with_any`` those with an objection that counts,
    ``left_out`` those of which one does not.

    ``groups`` are the values of the chosen split, ``split`` how often each objection was raised in each phase, or in
    how many calls of each other group.
    """

    calls: int
    with_any: int
    left_out: int
    found: tuple[Found, ...]
    groups: tuple[str, ...]
    split: Mapping[tuple[str, str], int]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Said:
    """One time that an objection was raised: the client's words, and the adviser's that answered them.

    ``answer`` holds the turns of the answer with their words. ``turn`` is None where a person added the objection.
    """

    external_id: str
    client: str
    day: date | None
    outcome: str | None
    phase: str | None
    turn: int | None
    quotes: tuple[str, ...]
    handling: str | None
    answer: tuple[tuple[int, str], ...]


def look(database: Database, wanted: FactFilter, by: Group) -> Objections:
    """The figures over the calls that a filter leaves, split by phase, product, adviser or outcome."""
    playbook = load(settings().playbook)
    won, lost = ([each.name for each in playbook.outcomes if each.role == role] for role in ("won", "lost"))
    with translated(), database.session() as session:
        roomy(session)
        calls, with_any, left_out = stored.base(session, wanted)
        every = stored.raised(session, wanted)
        times = stored.times(session, wanted)
        split = times if by == "phase" else stored.raised(session, wanted, by)
        answers = stored.answered(session, wanted, won, lost)
    known = {
        "phase": [phase.name for phase in playbook.phases],
        "product": [product.name for product in playbook.products],
        "outcome": [outcome.name for outcome in playbook.outcomes],
    }
    often = Counter[str]()
    for each in times:
        often[each.objection] += each.number
    return Objections(
        calls=calls,
        with_any=with_any,
        left_out=left_out,
        found=tuple(Found(each.objection, each.number, often[each.objection]) for each in every),
        groups=tuple(_groups(split, known.get(by, ()))),
        split={(each.objection, each.value or UNKNOWN): each.number for each in split},
        answers=tuple(_answer(each) for each in answers),
    )


def said(
    database: Database, wanted: FactFilter, objection: str, *, by: By = "all", group: str = "", handling: str = ""
) -> list[Said]:
    """The latest times that an objection was raised, in one group of the split or answered in one way."""
    value = None if group == UNKNOWN else group
    with translated(), database.session() as session:
        places = stored.places(session, wanted, objection, by, value, MOST, handling)
        turns = [(place.transcript_id, turn) for place in places for turn in _answering(place)]
        words = stored.words(session, turns)
    return [_said(place, words) for place in places]


def _groups(split: Sequence[Raised], known: Sequence[str]) -> Iterable[str]:
    """The groups that occur: the playbook's in its order, others by their size, the unknown one last."""
    sizes: dict[str, int] = {}
    for each in split:
        sizes[each.value or UNKNOWN] = sizes.get(each.value or UNKNOWN, 0) + each.number
    yield from (name for name in known if name in sizes)
    others = [name for name in sizes if name not in known and name != UNKNOWN]
    yield from sorted(others, key=lambda name: (-sizes[name], name))
    if UNKNOWN in sizes:
        yield UNKNOWN


def _answer(each: Answered) -> Answer:
    return Answer(each.objection, each.handling, Rate.of(each.won, each.lost), each.others)


def _said(place: Place, words: Mapping[tuple[int, int], str]) -> Said:
    answer = [
        (turn, words[place.transcript_id, turn]) for turn in _answering(place) if (place.transcript_id, turn) in words
    ]
    return Said(
        external_id=place.external_id,
        client=place.client_name or place.filename or place.external_id,
        day=place.met,
        outcome=place.outcome,
        phase=place.phase,
        turn=place.turn,
        quotes=tuple(_quotes(place)),
        handling=place.handling,
        answer=tuple(answer),
    )


def _quotes(place: Place) -> Iterable[str]:
    """The words of the turn that stand for the objection."""
    for item in _of(place.quotes, place.objection):
        for quote in _objects(item.get("evidence")):
            if quote.get("turn") == place.turn and quote.get("quote"):
                yield str(quote["quote"])


def _answering(place: Place) -> list[int]:
    """The turns that show how the objection was answered, after the turn that raised it."""
    told = [turn for item in _of(place.handled, place.objection) for turn in item.get("turns") or () if _is_turn(turn)]
    return sorted({turn for turn in told if place.turn is None or turn > place.turn})


def _is_turn(turn: Any) -> bool:
    return isinstance(turn, int) and 0 <= turn < 10**7


def _of(items: Any, objection: str) -> list[dict[str, Any]]:
    return [item for item in _objects(items) if item.get("category") == objection]


def _objects(items: Any) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
