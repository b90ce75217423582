"""The same tests on both engines: what is written is what is found, compared with plain Python on random data."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from db import copies as stored
from db.engine import Database
from services.memory import copies
from services.memory import graph_queries as queries
from services.memory.graph import Engine, Graph, GraphFails, opened
from services.memory.graph_copy import GraphCopy
from services.memory.graph_kglite import KgliteEngine
from services.memory.graph_model import client_key
from services.memory.graph_neo4j import Neo4jEngine
from services.memory.graph_related import related_clients
from tests.example_rows import petra, store
from tests.memory.bolt import DATABASE, PASSWORD, CannotServe, bolt_server
from tests.memory.graph_reference import OBJECTIONS, PRODUCTS, Reference, calls_of, random_subgraph, told

CLIENTS = range(1, 6)


@pytest.fixture(scope="session")
def bolt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | CannotServe]:
    """The address of a Bolt server, or why there is none."""
    try:
        with bolt_server(tmp_path_factory.mktemp("bolt")) as uri:
            yield uri
    except CannotServe as error:
        yield error


@pytest.fixture(params=["kglite", "bolt"])
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Graph]:
    """An empty graph in each engine."""
    made = opened(engine_of(request, tmp_path))
    made.clear()
    yield made
    made.clear()
    made.close()


def engine_of(request: pytest.FixtureRequest, folder: Path) -> Engine:
    if request.param == "kglite":
        return KgliteEngine(folder / "graph.kgl")
    uri = request.getfixturevalue("bolt")
    if isinstance(uri, CannotServe):
        pytest.skip(f"the Bolt server did not start: {uri}")
    return Neo4jEngine(uri, "root", PASSWORD, DATABASE)


def filled(graph: Graph, seed: int, calls: int = 25) -> Reference:
    """Random calls written, written again otherwise, and taken out, in batches; and what should stand then."""
    chance, reference = random.Random(seed), Reference()
    for _ in range(4):
        batch = [random_subgraph(chance, chance.randint(1, calls)) for _ in range(calls // 2)]
        graph.replace(batch)
        reference.calls |= {each.meeting: each for each in batch}
        gone = chance.sample(sorted(reference.calls), 2)
        graph.forget([*gone, "not there"])
        for meeting in gone:
            del reference.calls[meeting]
    return reference


@pytest.mark.parametrize("seed", range(2))
def test_it_holds_what_was_written_and_nothing_else(graph: Graph, seed: int) -> None:
    reference = filled(graph, seed)
    assert graph.meetings() == set(reference.calls)
    assert {name: count for name, count in graph.counts().items() if count} == reference.counts()


@pytest.mark.parametrize("seed", range(2))
def test_objections_are_found_with_their_answers_and_ends(graph: Graph, seed: int) -> None:
    reference = filled(graph, seed)
    for client in CLIENTS:
        assert told(queries.objections_of_client(graph, client, most=500)) == reference.raised(client=client)
    for category in OBJECTIONS:
        found = queries.who_raised(graph, category.upper(), but=2, most=500)
        assert told(found) == reference.raised(category=category, but=2)
        assert [each.date or "" for each in found] == sorted((each.date or "" for each in found), reverse=True)
        won = queries.who_raised(graph, category, ended="Won", most=500)
        assert told(won) == {each for each in reference.raised(category=category) if each[-1] == "won"}


@pytest.mark.parametrize("seed", range(2))
def test_objections_are_counted_by_outcome(graph: Graph, seed: int) -> None:
    reference = filled(graph, seed)
    expected: dict[tuple[str, str | None], set[str]] = {}
    for _, call, category, _, ended in reference.raised():
        expected.setdefault((category, ended), set()).add(call)
    found = queries.objections_by_outcome(graph)
    assert len(found) == len(expected)
    for each in found:
        calls = expected[each.category.lower(), each.outcome.lower() if each.outcome else None]
        assert each.calls == len(calls)
        assert calls_of(each.sources) <= calls
        assert each.sources


@pytest.mark.parametrize("seed", range(2))
def test_clients_are_related_by_what_they_share(graph: Graph, seed: int) -> None:
    reference = filled(graph, seed)
    for client in CLIENTS:
        for by, kind, label in (
            ("product", "DISCUSSED", "Product"),
            ("business", "OWNS", "Business"),
            ("adviser", "LED", "Adviser"),
        ):
            found = related_clients(graph, client, by)  # type: ignore[arg-type]
            expected = reference.related(client, kind, label)  # type: ignore[arg-type]
            assert {each.client: len(each.shared) for each in found} == expected
            assert [len(each.shared) for each in found] == sorted(expected.values(), reverse=True)
            for each in found:
                theirs = {reference.prop(call, "Meeting", "call_id") for call in reference.calls.values()
                          if reference.client(call) == each.client}  # fmt: skip
                assert calls_of(each.sources) <= theirs


@pytest.mark.parametrize("seed", range(2))
def test_households_holdings_advisers_and_meetings_are_found(graph: Graph, seed: int) -> None:
    reference = filled(graph, seed)
    for client in CLIENTS:
        own = [call for call in reference.calls.values() if reference.client(call) == client]
        spouses = {each.name for each in queries.household_of(graph, client) if each.role == "spouse"}
        assert {name.lower() for name in spouses} == {
            key.rsplit("/", 1)[1] for key, _ in reference.belongings(client, "MARRIED_TO")
        }
        held = {
            (each.name.lower(), call) for each in queries.holdings_of(graph, client) for call in calls_of(each.sources)
        }
        assert len({call for _, call in held}) == len({call for _, call in reference.belongings(client, "OWNS")})
        led = {edge.source[1] for call, edge in reference.edges("LED") if reference.client(call) == client}
        assert {each.name.lower() for each in queries.advisers_of(graph, client)} == led
        calls = [each.call for each in queries.meetings_of(graph, client)]
        assert sorted(calls) == sorted(reference.prop(call, "Meeting", "call_id") for call in own)


@pytest.mark.parametrize("seed", range(2))
def test_children_are_as_many_as_the_newest_call_says(graph: Graph, seed: int) -> None:
    reference = filled(graph, seed)
    for client in CLIENTS:
        said: dict[tuple[str, str], int] = {}
        for call, edge in reference.edges("PARENT_OF"):
            if reference.client(call) == client:
                said[reference.prop(call, "Meeting", "date") or "", edge.props["call_id"]] = edge.props["count"]
        newest = max((day for day, _ in said), default="")
        expected = next((said[each] for each in sorted(said) if each[0] == newest), 0)
        children = [each for each in queries.household_of(graph, client) if each.role == "child"]
        assert [each.name for each in children] == [f"Child {number + 1}" for number in range(expected)]


@pytest.mark.parametrize("seed", range(2))
def test_products_that_are_discussed_together_are_counted(graph: Graph, seed: int) -> None:
    together = filled(graph, seed).together()
    any_two = {(each.one.casefold(), each.other.casefold()): each.calls for each in queries.products_together(graph)}
    assert any_two == {pair: count for pair, count in together.items() if pair[0] < pair[1]}
    for product in PRODUCTS:
        found = queries.products_together(graph, product)
        expected = {other: count for (one, other), count in together.items() if one == product.casefold()}
        assert {each.other.casefold(): each.calls for each in found} == expected


def test_the_same_again_changes_nothing(graph: Graph) -> None:
    batch = [random_subgraph(random.Random(number), number) for number in range(10)]
    graph.replace(batch)
    before = graph.counts(), queries.objections_by_outcome(graph)
    graph.replace(batch)
    graph.replace(batch[::-1])
    assert (graph.counts(), queries.objections_by_outcome(graph)) == before


def test_calls_that_were_written_again_and_again_leave_room_for_new_ones_after_a_restart(tmp_path: Path) -> None:
    for times in range(3):  # the engine's own numbers of nodes would go far beyond how many nodes there are
        graph = opened(KgliteEngine(tmp_path / "graph.kgl"))
        for number in [*range(10)] * 5:
            graph.replace([random_subgraph(random.Random(number), number)])
        for number in range(10, 60 + 20 * times):
            graph.replace([random_subgraph(random.Random(number), number)])
        assert len(graph.meetings()) == 60 + 20 * times
        graph.close()


def test_what_a_call_no_longer_says_is_gone_and_what_another_still_says_stays(graph: Graph) -> None:
    chance = random.Random(5)
    calls = [random_subgraph(chance, number) for number in range(12)]
    graph.replace(calls)
    graph.forget([call.meeting for call in calls[:-1]])
    reference = Reference()
    reference.calls = {calls[-1].meeting: calls[-1]}
    assert {name: count for name, count in graph.counts().items() if count} == reference.counts()
    graph.forget([calls[-1].meeting])
    assert not any(graph.counts().values())


def test_a_write_that_fails_leaves_all_as_it_was(graph: Graph) -> None:
    good = random_subgraph(random.Random(1), 1)
    graph.replace([good])
    before = graph.counts()
    with pytest.raises(GraphFails):
        graph._engine.write(lambda run: (run("MATCH (m:Meeting) DETACH DELETE m", {}), run("NONSENSE", {})))
    assert graph.counts() == before


def test_clients_are_found_by_parts_of_their_names(graph: Graph) -> None:
    graph.replace([random_subgraph(random.Random(number), number) for number in range(30)])
    assert [each.client for each in queries.find_clients(graph, "HOUSE 3")] == [3]
    assert len(queries.find_clients(graph, "household", most=2)) == 2
    assert queries.find_clients(graph, "  ") == []
    assert queries.find_clients(graph, "household nobody") == []


def test_words_of_a_call_are_data_and_never_a_statement(graph: Graph) -> None:
    chance = random.Random(3)
    evil = "\"}) DETACH DELETE n // ' ` $rows \\"
    calls = [random_subgraph(chance, number) for number in range(6)]
    graph.replace(calls)
    before = graph.counts()
    assert queries.who_raised(graph, evil) == []
    assert queries.find_clients(graph, evil) == []
    assert queries.products_together(graph, evil) == []
    assert graph.counts() == before


def test_many_may_read_while_one_writes(graph: Graph, request: pytest.FixtureRequest) -> None:
    looks = 1 if "kglite" in request.node.name else 10
    calls = [random_subgraph(random.Random(number), number) for number in range(30)]
    graph.replace(calls)
    expected = told(queries.objections_of_client(graph, 1, most=500))

    def read(_: int) -> bool:  # on a server one question may see the half of a write that ends meanwhile, and no more
        return any(told(queries.objections_of_client(graph, 1, most=500)) == expected for _ in range(looks))

    def write(number: int) -> bool:
        graph.replace(calls[number : number + 5])
        return True

    with ThreadPoolExecutor(5) as threads:
        work: list[tuple[Callable[[int], bool], int]] = [(read, n) for n in range(40)] + [(write, n) for n in range(10)]
        random.Random(1).shuffle(work)
        assert all(threads.map(lambda each: each[0](each[1]), work))
    assert graph.counts()["Meeting"] == 30


def test_keys_are_the_ids_of_rows_and_households() -> None:
    call = random_subgraph(random.Random(2), 7)
    assert call.meeting == "7"
    assert {node.key for node in call.nodes if node.label == "Client"} <= {client_key(each) for each in CLIENTS}


@pytest.mark.parametrize("engine", ["kglite", "bolt"])
def test_the_copy_of_a_record_is_kept_in_either_engine(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path, engine: str
) -> None:
    request.param = engine
    copy = GraphCopy(database, lambda: engine_of(request, tmp_path))
    store(database, petra())
    try:
        assert copies.rebuild(database, copy) == 1
        assert not copy.begin()
        assert list(copy.known()) == [call_row(database)]
        assert copies.rebuild(database, copy) == 1
        copy.forget([call_row(database)])
        assert not any(copy.graph.counts().values())
    finally:
        copy.close()


def call_row(database: Database) -> int:
    with database.session() as session:
        return next(call.id for call in stored.calls_after(session, 0, 1))
