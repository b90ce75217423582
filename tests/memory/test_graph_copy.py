"""The graph follows the record: what is stored, corrected, merged, erased. An engine that is away holds nobody up."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import copies as stored
from db import edits
from db.engine import Database
from services import clients, erasing
from services.memory import copies
from services.memory import graph_queries as queries
from services.memory.copies import CopyUnavailable
from services.memory.graph import GraphUnavailable, opened
from services.memory.graph_copy import GraphCopy
from services.memory.graph_kglite import KgliteEngine
from services.memory.graph_neo4j import Neo4jEngine
from tests.example_rows import deal, petra, run_says, store


@pytest.fixture
def graph(database: Database, tmp_path: Path) -> Iterator[GraphCopy]:
    """The embedded graph of the record, not open yet."""
    made = GraphCopy(database, lambda: KgliteEngine(tmp_path / "graph.kgl"))
    yield made
    made.close()


def household(database: Database, external_id: str) -> int:
    return clients.household_of(database, external_id).id


def test_a_stored_call_is_found_along_its_connections(database: Database, graph: GraphCopy) -> None:
    store(database, petra())
    assert copies.settle(database, graph) == 1
    petras = household(database, "call-petra")
    [raised] = queries.objections_of_client(graph.graph, petras)
    assert (raised.category, raised.call, raised.ended) == ("Price", "call-petra", "Follow-up Scheduled")
    assert raised.sources[0].turn == 5
    assert raised.answer == "Let us meet again Tuesday at three."
    assert [person.name for person in queries.household_of(graph.graph, petras)] == [
        "Jens", "Child 1", "Child 2", "Child 3",
    ]  # fmt: skip
    assert [adviser.name for adviser in queries.advisers_of(graph.graph, petras)] == ["Nora Quist"]


def test_claims_without_support_are_not_told_and_a_persons_word_is(database: Database, graph: GraphCopy) -> None:
    store(database, petra(real_estate_locations=["OH"]))
    copies.settle(database, graph)
    petras = household(database, "call-petra")
    assert queries.holdings_of(graph.graph, petras) == []
    with database.session() as session:
        said = {"real_estate_locations": ["GA"], "spouse_name": "Jonas", "objections": ["Too complex"]}
        edits.edit_crm(session, "call-petra", None, said, actor="ann")
    assert copies.settle(database, graph) == 1
    assert [each.place for each in queries.holdings_of(graph.graph, petras)] == ["GA"]
    spouse = queries.household_of(graph.graph, petras)[0]
    assert (spouse.name, spouse.state) == ("Jonas", "human")
    assert [each.category for each in queries.objections_of_client(graph.graph, petras)] == ["Too complex"]


def test_a_run_that_says_the_same_again_changes_nothing(database: Database, graph: GraphCopy) -> None:
    store(database, petra())
    copies.settle(database, graph)
    before = graph.graph.counts(), graph.known()
    run_says(database, petra())
    copies.settle(database, graph)
    assert (graph.graph.counts(), graph.known()) == before


def test_merged_clients_are_one_node_until_that_is_undone(database: Database, graph: GraphCopy) -> None:
    store(database, petra(), petra("second", client_email="p.holm@work.example"))
    copies.settle(database, graph)
    assert graph.graph.counts()["Client"] == 2
    merged = clients.merge(database, household(database, "call-petra"), household(database, "second"), "ann")
    copies.settle(database, graph)
    assert graph.graph.counts()["Client"] == 1
    assert len(queries.meetings_of(graph.graph, merged.id)) == 2
    clients.undo(database, clients.decisions(database, merged.id)[0].id, "ann")
    copies.settle(database, graph)
    assert graph.graph.counts()["Client"] == 2
    assert len(queries.meetings_of(graph.graph, merged.id)) == 1


def test_of_an_erased_call_nothing_is_left(database: Database, graph: GraphCopy) -> None:
    store(
        database,
        petra(client_email=None, client_phone="614-555-0199", meeting_date="2026-05-01"),
        deal("older", client_name="Petra Holm", client_state="OH", spouse_name="Jens", meeting_date="2026-01-01"),
    )
    copies.settle(database, graph)
    assert "614-555-0199" in everything(graph)
    erasing.erase(database, "call-petra", "ann")
    copies.forget_gone(database, graph)
    left = everything(graph)
    assert "614-555-0199" not in left
    assert "Tuesday" not in left
    assert "call-petra" not in left
    assert [each.call for each in queries.meetings_of(graph.graph, household(database, "older"))] == ["older"]


def test_what_an_erased_call_said_leaves_the_graphs_files_while_it_is_open(
    database: Database, graph: GraphCopy, tmp_path: Path
) -> None:
    store(database, petra(spouse_name="Zebrawort"), deal("other", client_name="Ann Lee"))
    copies.settle(database, graph)
    with database.session() as session:
        edits.edit_crm(session, "call-petra", None, {"spouse_name": "Zebrawort"}, actor="ann")
    assert copies.catch_up(database, graph) == 1
    assert holding(tmp_path, b"Zebrawort")
    erasing.erase(database, "call-petra", "ann")
    copies.forget_gone(database, graph)
    assert not holding(tmp_path, b"Zebrawort")
    assert graph.graph.counts()["Meeting"] == 1


def holding(folder: Path, words: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


def everything(graph: GraphCopy) -> str:
    """All that stands in nodes and edges."""
    rows = graph.graph.ask("MATCH (n) RETURN properties(n) AS told")
    return str([*rows, *graph.graph.ask("MATCH (n)-[r]->() RETURN properties(r) AS told")])


def test_a_client_forgets_the_phone_of_a_call_that_turned_out_to_be_anothers(
    database: Database, graph: GraphCopy
) -> None:
    store(
        database,
        deal("a", client_name="Ann Lee", client_phone="614-555-0101", meeting_date="2026-02-01"),
        deal("b", client_name="Ann Lee", meeting_date="2026-01-01"),
    )
    copies.settle(database, graph)
    with database.session() as session:
        edits.edit_crm(session, "a", None, {"client_name": "Bo Ray"}, actor="ann")
    copies.settle(database, graph)
    rows = graph.graph.ask("MATCH (c:Client) RETURN c.name AS name, c.phone AS phone ORDER BY name")
    assert [(row["name"], row["phone"]) for row in rows] == [("Ann Lee", None), ("Bo Ray", "614-555-0101")]


def test_every_stamp_is_the_one_of_the_call_as_it_stands(database: Database, graph: GraphCopy) -> None:
    store(database, *(petra(f"call-{number}", client_email=f"{number}@x.example") for number in range(5)))
    copies.settle(database, graph)
    assert graph.known() == stamps(database, graph)
    run_says(database, petra("call-3", client_email="3@x.example", outcome="Won", objections=None))
    assert [key for key, stamp in stamps(database, graph).items() if graph.known()[key] != stamp] == [id_of(database)]


def stamps(database: Database, graph: GraphCopy) -> dict[int, str]:
    with database.session() as session:
        return {call.id: graph.stamp(call) for call in stored.calls_after(session, 0, 100)}


def id_of(database: Database) -> int:
    with database.session() as session:
        return next(call.id for call in stored.calls_after(session, 0, 100) if call.external_id == "call-3")


def test_a_graph_that_was_thrown_away_is_made_again(database: Database, graph: GraphCopy, tmp_path: Path) -> None:
    store(database, petra())
    copies.settle(database, graph)
    before = graph.graph.counts()
    graph.close()
    for file in tmp_path.glob("graph.kgl*"):
        file.unlink()
    assert copies.settle(database, graph) == 1
    assert graph.graph.counts() == before


def test_a_reopened_graph_needs_nothing_anew(database: Database, graph: GraphCopy) -> None:
    store(database, petra())
    copies.settle(database, graph)
    graph.close()
    graph.close()
    assert copies.settle(database, graph) == 0
    assert graph.graph.counts()["Meeting"] == 1


def test_a_rebuilt_graph_is_the_same(database: Database, graph: GraphCopy) -> None:
    store(database, *(petra(f"call-{number}") for number in range(3)))
    copies.settle(database, graph)
    before = graph.graph.counts(), graph.known()
    assert copies.rebuild(database, graph) == 3
    assert (graph.graph.counts(), graph.known()) == before


def test_a_graph_of_another_making_is_made_anew(database: Database, graph: GraphCopy) -> None:
    store(database, petra())
    copies.settle(database, graph)
    graph.graph.change("MATCH (n:AftercallGraph) SET n.making = 0")
    assert graph.begin()
    assert graph.graph.counts()["Meeting"] == 0


class Server:
    """An engine that others may use too, as a server is: no more than the embedded one can do on a file of ours."""

    def __init__(self, path: Path) -> None:
        engine = KgliteEngine(path)
        self.read, self.write, self.declare, self.close = engine.read, engine.write, engine.declare, engine.close


def test_nodes_that_are_not_ours_are_left_alone_in_a_server(database: Database, tmp_path: Path) -> None:
    other = opened(KgliteEngine(tmp_path / "graph.kgl"))
    other.change("CREATE (n:Product {key: 'x', name: 'Somebody else'})")
    other.close()
    graph = GraphCopy(database, lambda: Server(tmp_path / "graph.kgl"))
    with pytest.raises(GraphUnavailable, match="not ours"):
        graph.begin()
    assert graph.graph.counts()["Product"] == 1
    graph.close()


def test_a_graph_that_another_holds_is_waited_for(graph: GraphCopy, tmp_path: Path) -> None:
    other = KgliteEngine(tmp_path / "graph.kgl")
    with pytest.raises(CopyUnavailable, match="another process"):
        graph.begin()
    other.close()
    assert graph.begin()


def test_a_server_that_is_away_is_told_in_words_and_the_call_waits(database: Database) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = GraphCopy(
            database, lambda: Neo4jEngine(f"bolt://127.0.0.1:{taken.getsockname()[1]}", "neo4j", "secret-word", None)
        )
        store(database, petra())
        with pytest.raises(CopyUnavailable, match=r"Neo4j can't be reached") as told:
            copies.settle(database, away)
        assert "secret-word" not in told.value.sentence
        assert copies.is_waiting(database, "graph", "call-petra")


def test_a_graph_that_is_not_open_says_so(graph: GraphCopy) -> None:
    with pytest.raises(GraphUnavailable, match="not open yet"):
        _ = graph.graph


@pytest.mark.parametrize("spoilt", [b"", b"RGF\x00nothing of use" * 50])
def test_a_graph_file_that_cannot_be_read_is_made_again(
    database: Database, graph: GraphCopy, tmp_path: Path, spoilt: bytes
) -> None:
    store(database, petra())
    copies.settle(database, graph)
    graph.close()
    (tmp_path / "graph.kgl").write_bytes(spoilt)
    copies.settle(database, graph)
    assert graph.graph.counts()["Meeting"] == 1
