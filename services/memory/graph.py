"""The knowledge graph: a copy of the record in which one asks along connections. Embedded, or in a Neo4j server.

The record is the truth; the graph can be rebuilt from it at any time. What engine it is in is chosen by the setting
NEO4J_URI; both are asked and written with the same statements.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from services.errors import AftercallError
from services.memory import graph_statements as statements
from services.memory.copies import CopyUnavailable
from services.memory.graph_model import KINDS, LABELS, Kind, Label, SubGraph
from services.settings import Settings

__all__ = ["Engine", "Graph", "GraphFails", "GraphUnavailable", "Row", "Run", "engine_of", "opened"]

FILE = "graph.kgl"
Row = dict[str, Any]
Run = Callable[[str, Mapping[str, Any]], list[Row]]
T = TypeVar("T")


class GraphUnavailable(CopyUnavailable):
    """The graph can't be reached now; the calls are stored, and the graph takes them over later."""

    remedy = "Check NEO4J_URI, or unset it to use the embedded graph."


class GraphFails(AftercallError):
    """The graph's engine answers and does not do what it was asked."""

    remedy = "Rebuild the graph with `python -m services reindex --only graph`."


class Engine(Protocol):
    """What keeps nodes and edges and understands openCypher. Raises GraphUnavailable and GraphFails."""

    def read(self, statement: str, parameters: Mapping[str, Any]) -> list[Row]:
        """The rows that a statement returns, which changes nothing."""
        ...

    def write(self, work: Callable[[Run], T]) -> T:
        """Does the work in one transaction, all or nothing. It may be begun again, so it keeps nothing of its own."""
        ...

    def declare(self, statement: str) -> None:
        """Runs a statement on the graph's form, outside a transaction."""
        ...

    def close(self) -> None:
        """Lets go of file or server. May be called twice."""
        ...


@runtime_checkable
class OwnFile(Protocol):
    """What an engine can do beside that whose graph is a file of ours alone."""

    def begin_anew(self, why: str) -> None:
        """Throws away all that it holds, and its file. Raises GraphUnavailable where no new one can be made."""
        ...

    def spare(self) -> Engine:
        """An empty one of its kind, to try something on."""
        ...

    def shed(self) -> None:
        """Has the bytes of what was taken out leave the disk. Raises GraphFails."""
        ...


class Graph:
    """The graph in one engine. Safe to share between threads; one process writes at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def prepare(self) -> None:
        """Sees to it that nodes are found by their keys, each once. Needed once, before anything is written."""
        for statement in statements.CONSTRAINTS:
            self._engine.declare(statement)

    def begin_anew(self, why: str) -> bool:
        """Throws away all that it holds; False where that may be somebody else's. Raises GraphUnavailable."""
        if not isinstance(self._engine, OwnFile):
            return False
        self._engine.begin_anew(why)
        self.prepare()
        return True

    def is_at_fault(self, calls: Sequence[SubGraph]) -> bool:
        """Whether an empty graph takes the calls that this one refuses. False where that can't be tried."""
        if not isinstance(self._engine, OwnFile):
            return False
        try:
            spare = opened(self._engine.spare())
            try:
                spare.replace(calls)
            finally:
                spare.close()
        except GraphFails:
            return False
        return True

    def shed(self) -> None:
        """Has what was taken out leave the disk too, if that is ours. Raises GraphFails."""
        if isinstance(self._engine, OwnFile):
            self._engine.shed()

    def ask(self, statement: str, **parameters: Any) -> list[Row]:
        """The rows of a statement that changes nothing; see graph_queries for those that have a name."""
        return self._engine.read(statement, parameters)

    def change(self, statement: str, **parameters: Any) -> None:
        """Runs one statement that changes something, in a transaction of its own."""
        self._engine.write(lambda run: run(statement, parameters))

    def replace(self, calls: Sequence[SubGraph]) -> None:
        """Puts the sub-graphs in the place of what the graph holds of these calls. All of them, or none.

        Nodes that other calls hold stay; those that nobody holds any more go. Doing it again changes nothing.
        """
        latest = {each.meeting: each for each in calls}
        if latest:
            self._engine.write(lambda run: _replace(run, list(latest.values()), list(latest)))

    def forget(self, meetings: Iterable[str]) -> None:
        """Takes calls out, by the keys of their meetings, with all that nobody else holds."""
        gone = sorted(set(meetings))
        if gone:
            self._engine.write(lambda run: _replace(run, [], gone))

    def meetings(self) -> set[str]:
        """The keys of all meetings that it holds."""
        return {str(row["key"]) for row in self.ask(statements.MEETINGS)}

    def counts(self) -> dict[str, int]:
        """How many nodes of each label and edges of each kind it holds."""
        asked = [*statements.COUNT_OF.items(), *statements.EDGES_OF.items()]
        return {name: int(self.ask(statement)[0]["count"]) for name, statement in asked}

    def clear(self) -> None:
        """Takes out all nodes of ours. In steps: a large graph in one would not fit a server's memory."""
        for label in LABELS:
            while self.ask(statements.COUNT_OF[label])[0]["count"]:
                self._engine.write(lambda run, label=label: run(statements.CLEAR[label], {}))  # type: ignore[misc]

    def close(self) -> None:
        """Lets go of file or server."""
        self._engine.close()


def engine_of(settings: Settings, folder: Path) -> Engine:
    """The engine that the settings name: Neo4j, or the embedded one, whose file lies in the folder.

    The embedded one is opened by one process at a time, the one that keeps the copies. Who opens it closes it. Raises
    GraphUnavailable, GraphFails.
    """
    if settings.neo4j_uri is not None:
        from services.memory.graph_neo4j import Neo4jEngine

        password = settings.neo4j_password.get_secret_value() if settings.neo4j_password else None
        return Neo4jEngine(settings.neo4j_uri, settings.neo4j_user, password, settings.neo4j_database)
    from services.memory.graph_kglite import KgliteEngine

    return KgliteEngine(folder / FILE)


def opened(engine: Engine) -> Graph:
    """The graph in an engine, prepared; where that fails, the engine is let go. Raises GraphUnavailable, GraphFails."""
    graph = Graph(engine)
    try:
        graph.prepare()
    except BaseException:
        graph.close()
        raise
    return graph


def _replace(run: Run, calls: Sequence[SubGraph], meetings: Sequence[str]) -> None:
    held = {
        (label, str(row["key"]))
        for statement in (statements.NEIGHBOURS, statements.BELONGINGS)
        for row in run(statement, {"meetings": list(meetings)})
        for label in row["labels"]
    }
    run(statements.DROP_BELONGINGS, {"meetings": list(meetings)})
    run(statements.DROP_MEETINGS, {"meetings": list(meetings)})
    _put(run, calls)
    held -= {(node.label, node.key) for call in calls for node in call.nodes}
    for label in LABELS:
        if keys := sorted(key for of, key in held if of == label):
            run(statements.prune(label), {"keys": keys})


def _put(run: Run, calls: Sequence[SubGraph]) -> None:
    nodes: dict[Label, dict[str, Row]] = defaultdict(dict)
    edges: dict[tuple[Kind, Label, Label], list[Row]] = defaultdict(list)
    for call in calls:
        for node in call.nodes:
            nodes[node.label][node.key] = {"key": node.key, "props": dict(node.props)}
        for edge in call.edges:
            (source, source_key), (target, target_key) = edge.source, edge.target
            row = {"source": source_key, "target": target_key, "props": dict(edge.props)}
            edges[edge.kind, source, target].append(row)
    for label in LABELS:
        if nodes[label]:
            rows = [nodes[label][key] for key in sorted(nodes[label])]  # in one order, so that writers never wait
            run(statements.put_nodes(label), {"rows": rows})  # for one another in a circle
    for kind, ends in KINDS.items():
        for source, target in ends:
            if rows := edges[kind, source, target]:
                run(statements.put_edges(kind, source, target), {"rows": rows})
