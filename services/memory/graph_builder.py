"""The part of the graph that one call tells, out of its row. Pure: the same row and household give the same sub-graph.

Only what the record stands for is told: a value that a person set, or one that a run said and the words of the call
support. A claim without support is no edge, nor is a value of an older system of which nobody knows where it is from.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from services.agents.findings import SUPPORTED
from services.calls.names import read_label
from services.json_words import finite, plain
from services.memory.graph_model import Edge, Kind, Label, Node, SubGraph, client_key, folded, meeting_key

QUOTES = 5  # of one edge, at most
WORDS = 600  # characters of a quote or an answer, at most
MOST = 20  # children or properties of a household that get nodes
_ANSWERED_WITHIN = 4  # turns after an objection in which the adviser's answer is looked for


class CallRow(Protocol):
    """What of a row of ``transcripts`` the graph is made of."""

    @property
    def id(self) -> int: ...
    @property
    def external_id(self) -> str: ...
    @property
    def crm_data(self) -> Any: ...
    @property
    def extracted_data(self) -> Any: ...
    @property
    def dialogue(self) -> Any: ...
    @property
    def call(self) -> Any: ...


@dataclass(frozen=True)
class HouseholdOf:
    """The household that a call belongs to; ``name`` and the rest are what its newest call says."""

    id: int
    name: str
    email: str | None = None
    state: str | None = None
    phone: str | None = None


def client_props(household: HouseholdOf) -> dict[str, Any]:
    """The properties of a household's node. None takes one away that an earlier call said."""
    return {"name": household.name, "email": household.email, "state": household.state, "phone": household.phone}


def subgraph_of(row: CallRow, household: HouseholdOf, people_said: Collection[str] = ()) -> SubGraph:
    """The sub-graph of one call. ``people_said`` names the fields of ``crm_data`` that a person wrote or confirmed."""
    call = _Call(row, household, frozenset(people_said))
    call.tell_meeting()
    call.tell_objections()
    call.tell_products()
    call.tell_advisers()
    call.tell_household()
    call.tell_belongings()
    return SubGraph(call.meeting, tuple(call.nodes.values()), tuple(call.edges))


@dataclass(frozen=True)
class _Told:
    """A value that may be told, with its proof."""

    value: Any
    state: str
    source: str
    quotes: Sequence[tuple[int | None, str]] = ()

    @property
    def props(self) -> dict[str, Any]:
        """The proof as properties of an edge: quotes and, for each, its turn; -1 where that is not known."""
        kept = self.quotes[:QUOTES]
        turns = [-1 if turn is None else turn for turn, _ in kept]
        return {
            "state": self.state,
            "source": self.source,
            "quotes": [words[:WORDS] for _, words in kept],
            "turns": turns,
            "turn": next((turn for turn in turns if turn >= 0), None),
        }


@dataclass
class _Call:
    row: CallRow
    household: HouseholdOf
    people_said: frozenset[str]
    nodes: dict[tuple[Label, str], Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.crm = _object(self.row.crm_data)
        self.extracted = _object(self.row.extracted_data)
        self.facts = _object(self.extracted.get("facts"))
        self.turns = [_object(turn) for turn in _items(self.row.dialogue)]
        self.meeting = meeting_key(self.row.id)
        self.client = client_key(self.household.id)
        self.date = plain(self.crm.get("meeting_date"))[:10] or None

    def tell_meeting(self) -> None:
        """The client, the meeting and how it ended."""
        outcome = self._outcome()
        self.nodes["Client", self.client] = Node("Client", self.client, client_props(self.household))
        header = _object(_object(self.row.call).get("header"))
        title = plain(self.crm.get("meeting_title")) or plain(header.get("meeting_title"))
        amount = self._fact("deal_amount")
        told = {
            "call_id": self.row.external_id,
            "date": self.date,
            "client_name": plain(self.crm.get("client_name")) or None,
            "outcome": plain(outcome.value) if outcome else None,
            "stage": plain(self.crm.get("deal_stage")) or None,
            "amount": finite(amount.value) if amount else None,
        }
        self._node("Meeting", self.meeting, title or "Call", told)
        self._edge("HAD", ("Client", self.client), ("Meeting", self.meeting), {})
        if outcome:
            words = plain(outcome.value)
            self._node("Outcome", folded(words), words)
            self._edge("ENDED_AS", ("Meeting", self.meeting), ("Outcome", folded(words)), outcome.props)

    def tell_objections(self) -> None:
        """The client's concerns, each with how it was answered and how the call ended."""
        outcome = self._outcome()
        for category, told in self._listed("objections", "category"):
            self._node("Objection", folded(category), category)
            answer = self._answer(told)
            ended = {"ended": plain(outcome.value) if outcome else None}
            props = {"category": category, **told.props, **answer, **ended}
            self._edge("RAISED", ("Meeting", self.meeting), ("Objection", folded(category)), props)

    def tell_products(self) -> None:
        """What was talked about of what the firm sells."""
        for name, told in self._listed("products_discussed", "value"):
            self._node("Product", folded(name), name)
            self._edge("DISCUSSED", ("Meeting", self.meeting), ("Product", folded(name)), told.props)

    def tell_advisers(self) -> None:
        """The firm's people on the call, with how much each said; voices without a name are left out."""
        words: dict[str, int] = {}
        for turn in self.turns:
            if turn.get("side") == "advisor" and isinstance(turn.get("speaker"), str):
                words[turn["speaker"]] = words.get(turn["speaker"], 0) + len(plain(turn.get("text")).split())
        said: dict[str, tuple[str, int]] = {}
        for speaker, count in words.items():
            for name in read_label(speaker).people[:1]:
                said[folded(name)] = (name, said.get(folded(name), ("", 0))[1] + count)
        most = max((count for _, count in said.values()), default=0)
        for key, (name, count) in said.items():
            self._node("Adviser", key, name)
            props = {"words": count, "main": count == most}
            self._edge("LED", ("Adviser", key), ("Meeting", self.meeting), props)

    def tell_household(self) -> None:
        """Spouse and children. Of children the record holds how many they are: they are numbered, not named."""
        spouse = self._fact("spouse_name")
        if spouse and (name := plain(spouse.value)):
            key = f"{self.client}/spouse/{folded(name)}"
            self._node("Person", key, name, {"role": "spouse"})
            self._edge("MARRIED_TO", ("Client", self.client), ("Person", key), self._of_call(spouse))
        children = self._fact("children_count")
        count = finite(children.value) if children else None
        for number in range(1, min(int(count or 0), MOST) + 1):
            key = f"{self.client}/child/{number}"
            self._node("Person", key, f"Child {number}", {"role": "child"})
            props = {**self._of_call(children), "count": min(int(count or 0), 1_000)} if children else {}
            self._edge("PARENT_OF", ("Client", self.client), ("Person", key), props)

    def tell_belongings(self) -> None:
        """Properties by their state, as many as are said, and businesses."""
        for key, name, state, told in self._properties():
            self._node("Property", key, name, {"state": state})
            self._edge("OWNS", ("Client", self.client), ("Property", key), self._of_call(told))
        businesses = self._fact("business_interests")
        for name in _texts(businesses.value) if businesses else ():
            self._node("Business", folded(name), name)
            if businesses:
                self._edge("OWNS", ("Client", self.client), ("Business", folded(name)), self._of_call(businesses))

    def _properties(self) -> Iterator[tuple[str, str, str | None, _Told]]:
        places, counted = self._fact("real_estate_locations"), self._fact("real_estate_count")
        known = _texts(places.value)[:MOST] if places else []
        count = finite(counted.value) if counted else None
        for number, state in enumerate(known):
            if places:
                nth = known[: number + 1].count(state)
                yield f"{self.client}/property/{folded(state)}/{nth}", f"Property in {state}", state, places
        for number in range(len(known) + 1, min(int(count or 0), MOST) + 1):
            if counted:
                yield f"{self.client}/property/?/{number}", "Property, place not said", None, counted

    def _outcome(self) -> _Told | None:
        return self._fact("outcome", _object(self.extracted.get("outcome")))

    def _fact(self, name: str, fact: Mapping[str, Any] | None = None) -> _Told | None:
        """What stands in a field, where a person or the words of the call stand for it."""
        value = self.crm.get(name)
        if value is None or value == "" or value == []:
            return None
        found = _object(self.facts.get(name)) if fact is None else fact
        agrees = found.get("state") in SUPPORTED and found.get("value") == value
        if name in self.people_said:
            return _Told(value, "human", "human", self._quotes(found) if agrees else ())
        return _Told(value, str(found["state"]), plain(found.get("source")), self._quotes(found)) if agrees else None

    def _listed(self, name: str, key: str) -> Iterator[tuple[str, _Told]]:
        """The items of a list that stand, each once, with their proof."""
        found: dict[str, Mapping[str, Any]] = {}
        for item in map(_object, _items(self.extracted.get(name))):
            if item.get("state") in SUPPORTED and plain(item.get(key)):
                found.setdefault(folded(plain(item.get(key))), item)
        told: set[str] = set()
        for words in _texts(self.crm.get(name)):
            item = found.get(folded(words), {})
            if folded(words) in told or not (item or name in self.people_said):
                continue
            told.add(folded(words))
            by_person = name in self.people_said
            state, source = ("human", "human") if by_person else (str(item["state"]), plain(item.get("source")))
            yield words, _Told(words, state, source, self._quotes(item))

    def _quotes(self, fact: Mapping[str, Any]) -> list[tuple[int | None, str]]:
        """The words that prove a fact, with their turns where these are in the dialogue."""
        found = []
        for quote in map(_object, _items(fact.get("evidence"))):
            turn, words = quote.get("turn"), plain(quote.get("quote"))
            known = type(turn) is int and 0 <= turn < len(self.turns)
            if words:
                found.append((turn if known else None, words))
        return found

    def _answer(self, told: _Told) -> dict[str, Any]:
        """What the adviser said next after the client's first words of a concern, and in which turn."""
        first = min((turn for turn, _ in told.quotes if turn is not None), default=None)
        if first is not None:
            for number in range(first + 1, min(first + 1 + _ANSWERED_WITHIN, len(self.turns))):
                words = plain(self.turns[number].get("text"))
                if self.turns[number].get("side") == "advisor" and len(words.split()) > 2:
                    return {"answer": words[:WORDS], "answer_turn": number}
        return {"answer": None, "answer_turn": None}

    def _of_call(self, told: _Told) -> dict[str, Any]:
        """The properties of an edge that does not hang on the meeting itself, but says which one it is from."""
        return {**told.props, "meeting": self.meeting, "call_id": self.row.external_id, "date": self.date}

    def _node(self, label: Label, key: str, name: str, props: Mapping[str, Any] | None = None) -> None:
        self.nodes.setdefault((label, key), Node(label, key, _said({"name": name, **(props or {})})))

    def _edge(self, kind: Kind, source: tuple[Label, str], target: tuple[Label, str], props: dict[str, Any]) -> None:
        self.edges.append(Edge(kind, source, target, _said(props)))


def _said(props: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in props.items() if value is not None}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    """The texts of a list, or of one text that stands for itself."""
    listed = value if isinstance(value, list) else [value]
    return [words for words in map(plain, listed) if words]
