"""Every statement that is sent to the graph, held against Neo4j's own linter, where `make test` could install that."""

import ast
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from db.engine import Database
from services.memory import copies, graph_statements
from services.memory import graph_queries as queries
from services.memory.graph import Row, Run, T, opened
from services.memory.graph_copy import GraphCopy
from services.memory.graph_kglite import KgliteEngine
from services.memory.graph_model import KINDS, LABELS
from services.memory.graph_related import related_clients
from tests.example_rows import petra, store
from tests.memory.graph_reference import random_subgraph

LINTER = Path(sys.prefix) / "cypher-linter"
SCRIPT = Path(__file__).parent / "linter" / "lint.cjs"
SOURCES = sorted(Path(graph_statements.__file__).parent.glob("graph*.py"))
_KEYWORDS = re.compile(r"\b(MATCH|MERGE|UNWIND|RETURN|CREATE|DELETE|DETACH|ORDER BY|WHERE)\b")
OURS = "AftercallGraph"  # the node that tells how the graph was made

Sent = dict[str, Mapping[str, Any]]


class Listening:
    """The embedded engine, which notes what it is sent, with the parameters."""

    def __init__(self, path: Path) -> None:
        self._engine = KgliteEngine(path)
        self.sent: Sent = {}

    def read(self, statement: str, parameters: Mapping[str, Any]) -> list[Row]:
        self.sent[statement] = parameters
        return self._engine.read(statement, parameters)

    def write(self, work: Callable[[Run], T]) -> T:
        def listening(run: Run) -> T:
            def noted(statement: str, parameters: Mapping[str, Any]) -> list[Row]:
                self.sent[statement] = parameters
                return run(statement, parameters)

            return work(noted)

        return self._engine.write(listening)

    def declare(self, statement: str) -> None:
        self.sent[statement] = {}
        self._engine.declare(statement)

    def close(self) -> None:
        self._engine.close()


@pytest.fixture
def sent(database: Database, tmp_path: Path) -> Sent:
    """Every statement that the product sends, in the course of a graph's life and of all questions."""
    return {**_of_each_label_and_kind(), **_of_questions(tmp_path), **_of_the_copy(database, tmp_path)}


def _of_each_label_and_kind() -> Sent:
    rows: Mapping[str, Any] = {"rows": []}
    nodes = {graph_statements.put_nodes(label): rows for label in LABELS}
    edges = {graph_statements.put_edges(kind, *ends): rows for kind, each in KINDS.items() for ends in each}
    return {**nodes, **edges, **{graph_statements.prune(label): {"keys": []} for label in LABELS}}


def _of_questions(folder: Path) -> Sent:
    engine = Listening(folder / "questions.kgl")
    graph = opened(engine)
    graph.replace([random_subgraph(random.Random(number), number) for number in range(20)])
    queries.objections_of_client(graph, 1)
    queries.who_raised(graph, "Price", but=1)
    queries.who_raised(graph, "Price", ended="Won")
    queries.objections_by_outcome(graph)
    queries.advisers_of(graph, 1)
    queries.household_of(graph, 1)
    queries.holdings_of(graph, 1)
    queries.products_together(graph)
    queries.products_together(graph, "Will")
    queries.meetings_of(graph, 1)
    queries.find_clients(graph, "household")
    for client in range(1, 5):
        related_clients(graph, client, "product")
        related_clients(graph, client, "business")
        related_clients(graph, client, "adviser")
    graph.forget(["1"])
    graph.clear()
    graph.close()
    return engine.sent


def _of_the_copy(database: Database, folder: Path) -> Sent:
    engine = Listening(folder / "copy.kgl")
    copy = GraphCopy(database, lambda: engine)
    store(database, petra(), petra("other"))
    copies.settle(database, copy)
    copy.forget(sorted(copy.known())[:1])
    copy.close()
    return engine.sent


def test_every_piece_of_cypher_in_the_code_is_among_the_statements_that_are_sent(sent: Sent) -> None:
    pieces = [piece for path in SOURCES for piece in _cypher_of(path)]
    assert len(pieces) > 30
    assert [piece for piece in pieces if not any(piece in statement for statement in sent)] == []


def _cypher_of(path: Path) -> list[str]:
    """The texts of a module that look like parts of a statement; docstrings do not count."""
    tree = ast.parse(path.read_text())
    found: list[str] = []
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            found.append(node.value)
    return [piece for piece in found if _KEYWORDS.search(piece)]


WRONG: Sent = {
    "MATCH (c:Client {key: $client}) RETRUN c.key AS key": {"client": "1"},
    "MATCH (c:Client {key: $client}) RETURN m.key AS key": {"client": "1"},
    "MATCH (c:Client {key: $cleint}) RETURN c.key AS key": {"client": "1"},
    "MATCH (c:Cleint {key: $client}) RETURN c.key AS key": {"client": "1"},
    "MATCH (c:Client {key: $client})-[:HAS]->(m:Meeting) RETURN m.key AS key": {"client": "1"},
}


def test_neo4js_linter_finds_the_wrong_statements_and_nothing_wrong_with_ours(sent: Sent) -> None:
    assert len(sent) > 80
    assert linted({**sent, **WRONG}).keys() == WRONG.keys()


def linted(statements: Sent) -> dict[str, list[str]]:
    """What Neo4j's linter says of the statements, of each that it says something of."""
    node = shutil.which("node")
    if node is None or not (LINTER / "installed").is_file():
        pytest.skip("Neo4j's linter is not installed: `make test` does so where Node.js 20 and npm are at hand")
    asked = {
        "labels": [*LABELS, OURS],
        "kinds": list(KINDS),
        "statements": [{"statement": each, "parameters": dict(given)} for each, given in statements.items()],
    }
    done = subprocess.run(
        [node, str(SCRIPT), str(LINTER)], input=json.dumps(asked), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    answers = zip(statements, json.loads(done.stdout), strict=True)
    return {statement: said for statement, said in answers if said}
