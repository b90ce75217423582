"""The graph as a copy of the record: what the keeper writes, and what a graph is known by."""

import hashlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from db import clients, people_said
from db import copies as stored
from db.copies import CopiedCall, CopyName
from db.stored import to_json
from services.clients import Household
from services.database import Database, translated
from services.memory.copies import CopyUnavailable
from services.memory.graph import Engine, Graph, GraphFails, GraphUnavailable
from services.memory.graph_builder import HouseholdOf, client_props, subgraph_of
from services.memory.graph_model import LABELS, SubGraph, client_key, meeting_key
from services.memory.graph_statements import put_nodes

__all__ = ["GraphCopy"]

MOST_TIMES_ANEW = 3  # in one process: what is refused again and again is not the file's fault
MAKING = 2  # of the graph out of calls: another number for whatever makes it otherwise
_ABOUT = "MATCH (n:AftercallGraph {key: 'about'}) RETURN n.making AS making"
_SAY = "MERGE (n:AftercallGraph {key: 'about'}) SET n.name = 'Aftercall', n.making = $making"
_NOT_WHOLE = "A part of the embedded graph is missing"
_STAMPS = "MATCH (m:Meeting) RETURN m.key AS key, m.stamp AS stamp"
# Of clients that lose these calls one call that they keep.
_KEPT = (
    "UNWIND $meetings AS meeting MATCH (m:Meeting {key: meeting})<-[:HAD]-(c:Client)-[:HAD]->(n:Meeting)"
    " WHERE NOT n.key IN $meetings RETURN c.key AS client, min(n.key) AS kept"
)
_AHEAD = 500  # calls of which the households are asked for together


@dataclass(frozen=True)
class _Beside:
    """What a call's sub-graph is made of beside the call: its household, and which fields are a person's."""

    household: HouseholdOf
    people_said: frozenset[str]


class GraphCopy:
    """The copy of the record that is asked along connections; see Copy. One thread writes it, any may ask it."""

    name: CopyName = "graph"

    def __init__(self, database: Database, engine: Callable[[], Engine]) -> None:
        self._database, self._make_engine = database, engine
        self._graph: Graph | None = None
        self._opening = threading.Lock()
        self._ahead: dict[int, _Beside] = {}
        self._times_anew = 0
        self._may_hold_forgotten = True  # its files, what an earlier process took out of it as well

    @property
    def graph(self) -> Graph:
        """The graph, to be asked. Raises GraphUnavailable while it is not open."""
        if self._graph is None:
            raise GraphUnavailable("The graph is not open yet.", remedy="Try again in a moment.")
        return self._graph

    def begin(self) -> bool:
        """Opens it; see Copy. Raises GraphUnavailable where the database that is to hold it holds something else."""
        with self._opening, _waiting_for_engine():
            if self._graph is None:
                self._graph = Graph(self._make_engine())
            graph = self._graph
            try:
                return self._is_empty(graph)
            except GraphFails as error:
                if not self._thrown_away(graph, str(error)):
                    raise
            graph.change(_SAY, making=MAKING)
            return True

    def _is_empty(self, graph: Graph) -> bool:
        """Whether every call has to be written: nothing is held yet, or what was made otherwise, which is taken out."""
        about = graph.ask(_ABOUT)
        if not about and any(graph.counts()[label] for label in LABELS) and not self._thrown_away(graph, _NOT_WHOLE):
            raise GraphUnavailable(
                "The graph's database holds nodes that are not ours; they are left alone.",
                remedy="Name an empty one in NEO4J_DATABASE.",
            )
        graph.prepare()
        if about and about[0]["making"] == MAKING:
            return not graph.counts()["Meeting"]
        if about:
            graph.clear()
        graph.change(_SAY, making=MAKING)
        return True

    def write(self, calls: Sequence[CopiedCall]) -> None:
        """Puts the calls' sub-graphs in the place of what it holds of them; see Copy."""
        beside = self._beside([call.id for call in calls])
        told = [_stamped(_subgraph(call, beside[call.id])) for call in calls if call.id in beside]
        try:
            self._replace(told, beside)
        except GraphFails as error:  # as an error that is not ours: the keeper then tries the calls one by one
            if not self.graph.is_at_fault(told) or not self._made_anew(error):
                raise ValueError(str(error)) from error

    def _replace(self, told: Sequence[SubGraph], beside: Mapping[int, _Beside]) -> None:
        left = self._left([each.meeting for each in told])
        self.graph.replace(told)
        written = {client_key(each.household.id) for each in beside.values()}
        self._name_anew([kept for client, kept in left.items() if client not in written])

    def forget(self, ids: Sequence[int]) -> None:
        """Takes calls out; see Copy."""
        meetings = [meeting_key(each) for each in ids]
        self._may_hold_forgotten = True
        with _waiting_for_engine():
            try:
                left = self._left(meetings)
                self.graph.forget(meetings)
                self._name_anew(list(left.values()))
            except GraphFails as error:
                if not self._made_anew(error):
                    raise

    def _made_anew(self, error: GraphFails) -> bool:
        """Begins the graph anew and puts every call on its list; False where that can't be, or was done too often."""
        graph = self.graph
        if self._times_anew == MOST_TIMES_ANEW or not self._thrown_away(graph, str(error)):
            return False
        self._times_anew += 1
        graph.change(_SAY, making=MAKING)
        with translated(), self._database.session() as session:
            stored.want(session, [self.name])
        return True

    def _thrown_away(self, graph: Graph, why: str) -> bool:
        """Has the graph begun anew; where that fails, it is opened again from the beginning next time."""
        try:
            return graph.begin_anew(why)
        except CopyUnavailable:
            self._graph = None
            graph.close()
            raise

    def clear(self) -> None:
        """Takes everything out; see Copy."""
        graph = self.graph
        with _waiting_for_engine():
            try:
                graph.clear()
            except GraphFails as error:
                if not self._thrown_away(graph, str(error)):
                    raise
                graph.change(_SAY, making=MAKING)

    def caught_up(self) -> None:
        """Has what was forgotten leave the disk too; see Copy."""
        if self._may_hold_forgotten:
            with _waiting_for_engine():
                self.graph.shed()
            self._may_hold_forgotten = False

    def holds(self) -> set[int]:
        """The calls that it holds; see Copy."""
        with _waiting_for_engine():
            return {int(each) for each in self.graph.meetings()}

    def known(self) -> Mapping[int, str]:
        """The stamp of every call it holds; see Copy."""
        with _waiting_for_engine():
            return {int(row["key"]): str(row["stamp"] or "") for row in self.graph.ask(_STAMPS)}

    def stamp(self, call: CopiedCall) -> str:
        """The stamp of a call as it stands; see Copy. Quick where calls are asked for in the order of their ids."""
        beside = self._ahead.pop(call.id, None)
        if beside is None:
            self._ahead = self._beside(range(call.id, call.id + _AHEAD))
            beside = self._ahead.pop(call.id, None)
        return _stamp_of(_subgraph(call, beside)) if beside else ""

    def close(self) -> None:
        """Lets go of the engine; see Copy."""
        with self._opening:
            graph, self._graph = self._graph, None
            if graph is not None:
                graph.close()

    def _left(self, meetings: Sequence[str]) -> dict[str, str]:
        """By the keys of clients that lose one of the meetings another one that they keep."""
        return {row["client"]: row["kept"] for row in self.graph.ask(_KEPT, meetings=list(meetings))}

    def _name_anew(self, meetings: Sequence[str]) -> None:
        """Says of these calls' clients what they are called now: it may have been the word of a call that left them."""
        if not meetings:
            return
        households = {each.household for each in self._beside([int(each) for each in meetings]).values()}
        rows = [{"key": client_key(each.id), "props": client_props(each)} for each in households]
        if rows:
            self.graph.change(put_nodes("Client"), rows=rows)

    def _beside(self, ids: Collection[int]) -> dict[int, _Beside]:
        """What the sub-graphs of those of the calls that are stored are made of beside the calls."""
        with translated(), self._database.session() as session:
            keys = clients.keys_of(session, ids)
            numbers = clients.ids_of(session, keys.values())
            said = people_said.crm_fields(session, ids)
            calls: dict[str, list[clients.Member]] = {}
            for member in clients.members(session, set(keys.values())):
                calls.setdefault(member.household, []).append(member)
        households = {key: _household(Household(numbers[key], tuple(own))) for key, own in calls.items()}
        return {
            call: _Beside(households[key], said.get(call, frozenset()))
            for call, key in keys.items()
            if key in households
        }


@contextmanager
def _waiting_for_engine() -> Iterator[None]:
    """Makes of an engine that fails one that is to be asked again later: the calls stay on the list."""
    try:
        yield
    except GraphFails as error:
        raise GraphUnavailable(str(error), remedy=error.remedy) from error


def _household(household: Household) -> HouseholdOf:
    return HouseholdOf(
        household.id,
        household.name,
        email=household.said("client_email"),
        state=household.said("client_state"),
        phone=household.said("client_phone"),
    )


def _subgraph(call: CopiedCall, beside: _Beside) -> SubGraph:
    return subgraph_of(call, beside.household, beside.people_said)


def _stamped(told: SubGraph) -> SubGraph:
    """With the stamp in the meeting's node."""
    stamp = _stamp_of(told)
    nodes = [
        replace(node, props={**node.props, "stamp": stamp}) if node.label == "Meeting" else node for node in told.nodes
    ]
    return replace(told, nodes=tuple(nodes))


def _stamp_of(told: SubGraph) -> str:
    """Over all that the call tells; not over what the client is called, which another call may say."""
    nodes = [(node.label, node.key, dict(node.props)) for node in told.nodes if node.label != "Client"]
    edges = [(edge.kind, edge.source, edge.target, dict(edge.props)) for edge in told.edges]
    return hashlib.sha256(to_json([nodes, edges]).encode()).hexdigest()[:16]
