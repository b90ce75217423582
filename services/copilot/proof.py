"""The calls behind an answer: what stands in a field, how it came to stand, and where in the call it was said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from db import analytics, answering, people_said
from db.answering import CallBehind
from db.ledger import canonical
from services.agents.contract import Quote
from services.agents.findings import SUPPORTED
from services.call_view import quotes_of
from services.copilot.contract import Source
from services.database import Database, translated
from services.evidence import stands
from services.json_words import finite, is_missing, plain
from services.memory.graph_builder import HouseholdOf, subgraph_of
from services.wording import long_date

_LISTS = {"products_discussed": "value", "objections": "category"}
_STEP = ("owner", "action", "due", "due_date")
_MOST = 3  # quotes that are shown of one value
_WITHIN = 4  # turns after a concern in which the adviser answers it
_MOST_TURNS, _MOST_ANSWERS = 2, 5  # turns of an answer, and those of one concern in all
_SAYS_ENOUGH = 25  # words of an answer after which none follows
_SAYS_LITTLE = 2  # words of a turn that is no answer


@dataclass(frozen=True)
class RaisedIn:
    """A client's concern in one call, and the adviser's words after it."""

    category: str
    quotes: tuple[Source, ...]
    answers: tuple[Source, ...]
    ended: str | None


class CallProof:
    """One call of the record, asked for values and their proof. Never fails on odd JSON.

    ``people``: by field who set what stands there, and when, as "Ann on June 11, 2025".
    """

    def __init__(self, row: CallBehind, people: Mapping[str, str] | None = None) -> None:
        self.row = row
        self._people = people or {}
        self.id = row.external_id
        self.client = row.client_name or row.filename or row.external_id
        self.date = row.meeting_date
        self._crm = _object(row.crm_data)
        self._extracted = _object(row.extracted_data)

    def value(self, field: str) -> Any:
        """What stands in a field; the advisers for ``adviser``, our part of the words for ``talk_share``."""
        if field == "adviser":
            return self.advisers or None
        if field == "talk_share":
            return self.talk_share
        value = self._crm.get(field)
        return None if is_missing(value) else value

    @cached_property
    def advisers(self) -> list[str]:
        """The firm's people on the call."""
        speakers = [_object(each) for each in _items(_object(self.row.call).get("speakers"))]
        return [plain(each.get("name")) for each in speakers if each.get("side") == "advisor" and each.get("name")]

    @cached_property
    def talk_share(self) -> float | None:
        """Our part of the words of both sides, from 0 to 1; None where one side is not known."""
        said = {"advisor": 0, "client": 0}
        for turn in self.turns:
            if turn.get("side") in said:
                said[plain(turn.get("side"))] += len(plain(turn.get("text")).split())
        return said["advisor"] / sum(said.values()) if all(said.values()) else None

    @cached_property
    def turns(self) -> list[Mapping[str, Any]]:
        """The dialogue."""
        return [_object(turn) for turn in _items(self.row.dialogue)]

    def edited(self, field: str) -> bool:
        """Whether a person wrote or confirmed the value that stands."""
        return field in _object(_object(self.row.edits).get("crm_data"))

    def supported(self, field: str, item: str | None = None) -> bool:
        """Whether what stands in a field has a proof, or is a person's word, or is no claim of the call's words."""
        if self.edited(field) or field not in self._claimed:
            return True
        found = self._findings(field, item)
        return bool(found) and all(each.get("state") in SUPPORTED for each in found)

    @property
    def _claimed(self) -> set[str]:
        """The fields that an extraction says something of."""
        return {"outcome", *_LISTS, *_object(self._extracted.get("facts"))}

    def sources(self, field: str, item: str | None = None) -> tuple[Source, ...]:
        """Where the value of a field was said, or who set it; the call alone where no words are known for it."""
        if self._set_by_hand(field, item):
            return (self.source(by=self._people.get(field, "a person")),)
        quotes = [quote for found in self._findings(field, item) for quote in quotes_of(found.get("evidence"))]
        told = [self.source(quote.turn, quote.words) for quote in quotes if quote.turn is not None][:_MOST]
        return tuple(told) or (self.source(),)

    def _set_by_hand(self, field: str, item: str | None) -> bool:
        """Whether a person set what stands, and no run found just that: then it has no words of the call."""
        if not self.edited(field):
            return False
        found = [each for each in self._findings(field, item) if each.get("state") in SUPPORTED]
        if field in _LISTS:
            return not found
        return not any(canonical(each.get("value")) == canonical(self.value(field)) for each in found)

    def source(self, turn: int | None = None, words: str = "", by: str = "") -> Source:
        """A place in this call."""
        known = turn is not None and 0 <= turn < len(self.turns)
        start = finite(self.turns[turn].get("start")) if known and turn is not None else None
        place = turn if known else None
        return Source(call=self.id, client=self.client, turn=place, start=start, words=words, by=by)

    def quoted(self, source: Source) -> bool:
        """Whether the words of a source stand in its turn."""
        if source.turn is None or not source.words:
            return False
        turn = plain(self.turns[source.turn].get("text"))
        return stands(self.turns, Quote(turn=source.turn, quote=source.words)) or source.words in turn

    def _findings(self, field: str, item: str | None) -> list[Mapping[str, Any]]:
        if field in _LISTS:
            found, key = [_object(each) for each in _items(self._extracted.get(field))], _LISTS[field]
            stands = _items(self.value(field))
            found = [each for each in found if each.get(key) in stands] if self.edited(field) else found
            return [each for each in found if item is None or each.get(key) == item]
        if field == "outcome":
            return [_object(self._extracted.get("outcome"))]
        fact = _object(_object(self._extracted.get("facts")).get(field))
        return [fact] if fact else []

    def steps(self) -> list[Mapping[str, Any]]:
        """The steps as the extraction holds them, with their proof."""
        return [_object(each) for each in _items(self._extracted.get("next_steps"))]

    def proof_of_step(self, told: Mapping[str, Any]) -> tuple[Source, ...]:
        """Where a step was said as it stands, or who set it; empty where neither is known."""
        same = (each for each in self.steps() if all(plain(each.get(key)) == plain(told.get(key)) for key in _STEP))
        quotes = quotes_of(next(same, {}).get("evidence"))
        if not quotes and self.edited("next_steps"):
            return (self.source(by=self._people.get("next_steps", "a person")),)
        return tuple(self.source(quote.turn, quote.words) for quote in quotes[:2])

    def raised(self) -> list[RaisedIn]:
        """The client's concerns with what was answered, as the graph has them."""
        graph = subgraph_of(self.row, HouseholdOf(0, self.client), self._people_said())
        found = []
        for edge in graph.edges:
            if edge.kind != "RAISED":
                continue
            told: Mapping[str, Any] = edge.props
            places = zip(told["quotes"], told["turns"], strict=False)
            quotes = tuple(self.source(turn, words) for words, turn in places if turn >= 0)[:_MOST]
            found.append(
                RaisedIn(told["category"], quotes or (self.source(),), self._answers(quotes), told.get("ended"))
            )
        return found

    def _answers(self, quotes: Sequence[Source]) -> tuple[Source, ...]:
        """What the adviser said next after each of the client's words."""
        found: dict[int, Source] = {}
        for quote in quotes:
            answered = 0
            for number in range((quote.turn or 0) + 1, min((quote.turn or 0) + 1 + _WITHIN, len(self.turns))):
                words = plain(self.turns[number].get("text"))
                if self.turns[number].get("side") == "advisor" and len(words.split()) > _SAYS_LITTLE:
                    found.setdefault(number, self.source(number, words))
                    answered += _MOST_TURNS if len(words.split()) >= _SAYS_ENOUGH else 1
                if answered >= _MOST_TURNS:
                    break
        return tuple(found[number] for number in sorted(found))[:_MOST_ANSWERS]

    def _people_said(self) -> set[str]:
        return set(_object(_object(self.row.edits).get("crm_data")))


def proofs_of(database: Database, external_ids: Iterable[str]) -> dict[str, CallProof]:
    """The calls of these ids."""
    wanted = list(dict.fromkeys(external_ids))
    if not wanted:
        return {}
    with translated(), database.session() as session, analytics.reading(session):
        found = answering.calls_behind(session, wanted)
        people = people_said.whose(session, [row.id for row in found.values() if _object(row.edits).get("crm_data")])
    return {each: CallProof(found[each], _told(people.get(found[each].id, {}))) for each in wanted if each in found}


def _told(people: Mapping[str, tuple[str, datetime]]) -> dict[str, str]:
    return {field: f"{who} on {long_date(at.date().isoformat())}" for field, (who, at) in people.items()}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()
