"""Damaged files of the copies: whatever happened to them, the copies are whole again without anybody's help."""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from db import copies as stored
from db.engine import Database
from services.memory import anew, copies
from services.memory.copies import Copy, CopyUnavailable
from services.memory.engines import IndexUnavailable, Point
from services.memory.graph import Graph, GraphFails, opened
from services.memory.graph_copy import MOST_TIMES_ANEW, GraphCopy
from services.memory.graph_kglite import KgliteEngine
from services.memory.graph_model import Node, SubGraph
from services.memory.index import MOST_REFUSED, Index
from services.memory.qdrant_embedded import EmbeddedEngine
from tests.example_rows import deal, store
from tests.memory.engines import LETTERS
from tests.memory.test_index import with_chunks

HOUSES = ("a", "b", "c", "d")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def halved(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"nothing of use" * 200)


def scratched(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(b"nothing of use")


def lost(path: Path) -> None:
    path.unlink()


DAMAGES = (emptied, halved, overwritten, scratched, lost)
Damage = Callable[[Path], None]


def graph_in(database: Database, folder: Path) -> GraphCopy:
    return GraphCopy(database, lambda: KgliteEngine(folder / "graph.kgl"))


def index_in(database: Database, folder: Path) -> Index:
    return Index(database, lambda: EmbeddedEngine(folder / "index"), lambda: LETTERS)


def graph_of_a_killed_process(database: Database, folder: Path) -> None:
    """The files of a graph as they stand while it is open, with some calls of earlier processes."""
    for name in HOUSES:
        graph = graph_in(database, folder.with_name("sound"))
        for call in (name, f"{name} again"):
            store(database, with_chunks(call, client_email=f"{name}@x.example"))
            copies.settle(database, graph)
        if name != HOUSES[-1]:
            graph.close()
    shutil.copytree(folder.with_name("sound"), folder)
    graph.close()


def index_of_a_process_that_ended(database: Database, folder: Path) -> None:
    store(database, *(with_chunks(name) for name in HOUSES))
    index = index_in(database, folder)
    copies.settle(database, index)
    index.close()


def stamps(database: Database, copy: Copy) -> Mapping[int, str]:
    with database.session() as session:
        return {call.id: copy.stamp(call) for call in stored.calls_after(session, 0, 100)}


def assert_whole(database: Database, copy: Copy) -> None:
    """Opens the copy, has it take over what is due, and looks whether it holds what the record says."""
    copies.settle(database, copy)
    try:
        assert copy.known() == stamps(database, copy)
        assert copy.holds() == set(stamps(database, copy))
    finally:
        copy.close()


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", ["graph.kgl", "graph.kgl-wal"])
def test_a_damaged_graph_is_whole_again(database: Database, tmp_path: Path, file: str, damage: Damage) -> None:
    damaged = tmp_path / "damaged"
    graph_of_a_killed_process(database, damaged)
    damage(damaged / file)
    assert_whole(database, graph_in(database, damaged))
    assert {path.name for path in damaged.glob("graph.kgl-wal*")} <= {"graph.kgl-wal"}
    assert_whole(database, graph_in(database, damaged))


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("edge_config.json", overwritten),
        ("segment.json", halved),
        ("segment.json", lost),
        ("status.dat", emptied),  # of these the engine does not speak as an error: it panics
        ("tracker.dat", overwritten),
        ("page_0.dat", lost),
        ("page_0.dat", emptied),
    ],
)
def test_a_damaged_index_is_whole_again(database: Database, tmp_path: Path, file: str, damage: Damage) -> None:
    index_of_a_process_that_ended(database, tmp_path)
    for path in (tmp_path / "index").rglob(file):
        damage(path)
    assert_whole(database, index_in(database, tmp_path))
    assert "made anew" in "".join(anew.told(tmp_path))


@pytest.mark.parametrize("file", ["index", "index/serving", "index/letters-16-1", "index/letters-16-1/current"])
def test_rubbish_in_the_place_of_the_index_and_its_names_is_put_aside(
    database: Database, tmp_path: Path, file: str
) -> None:
    index_of_a_process_that_ended(database, tmp_path)
    anew.throw_away(tmp_path / file)
    (tmp_path / file).write_bytes(b"\xff\0 nothing of use")
    assert_whole(database, index_in(database, tmp_path))


def test_what_is_begun_anew_is_told_once_in_the_log_and_kept_for_the_doctor(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "damaged"
    graph_of_a_killed_process(database, folder)
    assert not list(anew.told(folder))
    overwritten(folder / "graph.kgl")
    assert_whole(database, graph_in(database, folder))
    said = "The embedded graph can't be read (FileFormat); it is made anew from the record."
    assert caplog.text.count(said) == 1
    (told,) = anew.told(folder)
    assert told.endswith(f" UTC: {said}")


def plant(graph: GraphCopy) -> None:
    """Puts a node in the place of one to come: a call that raises the price is refused then."""
    graph.graph.change("MATCH (n:Objection) DETACH DELETE n")
    graph.graph.change("CREATE (n:Objection {key: 'of nobody', id: 'price'})")


def test_a_graph_that_refuses_a_call_that_an_empty_one_takes_is_made_anew(database: Database, tmp_path: Path) -> None:
    store(database, deal("old", client_name="Ann Lee"))
    graph = graph_in(database, tmp_path)
    copies.settle(database, graph)
    plant(graph)
    store(database, with_chunks("new"))
    copies.settle(database, graph)
    (told,) = anew.told(tmp_path)
    assert "The embedded graph could not be written (CypherExecution); it is made anew" in told
    assert_whole(database, graph)


def test_a_graph_that_refuses_again_and_again_is_not_made_anew_for_ever(database: Database, tmp_path: Path) -> None:
    graph = graph_in(database, tmp_path)
    graph.begin()
    for times in range(MOST_TIMES_ANEW + 1):
        plant(graph)
        store(database, with_chunks("new"))
        copies.settle(database, graph)
        assert copies.is_waiting(database, "graph", "new") == (times == MOST_TIMES_ANEW)
    graph.close()


def test_a_graph_that_can_not_even_be_emptied_is_rebuilt(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Graph) -> None:
        raise GraphFails("The embedded graph could not be written (CypherExecution).")

    store(database, with_chunks("old"))
    graph = graph_in(database, tmp_path)
    copies.settle(database, graph)
    monkeypatch.setattr(Graph, "clear", refuse)
    assert copies.rebuild(database, graph) == 1
    assert_whole(database, graph)


def test_a_call_that_an_empty_graph_refuses_too_is_not_the_graphs_fault(tmp_path: Path) -> None:
    graph = opened(KgliteEngine(tmp_path / "graph.kgl"))
    good = SubGraph("1", (Node("Meeting", "1", {"name": "Call"}),), ())
    odd = SubGraph("2", (Node("Meeting", None, {"name": "Call"}),), ())  # type: ignore[arg-type]
    assert graph.is_at_fault([good])
    assert not graph.is_at_fault([odd])
    graph.close()


def test_an_index_that_refuses_write_after_write_is_made_anew(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(database, with_chunks("old"))
    index = index_in(database, tmp_path)
    copies.settle(database, index)

    def refuse(points: list[Point]) -> None:
        raise IndexUnavailable("The embedded index can't be read or written (Exception).")

    monkeypatch.setattr(index._opened()[0], "put", refuse)
    store(database, with_chunks("new"))
    for _ in range(MOST_REFUSED):
        with pytest.raises(IndexUnavailable):
            copies.settle(database, index)
    assert_whole(database, index)
    assert "refused what was to be written 3 times" in "".join(anew.told(tmp_path))


def test_nothing_is_thrown_away_where_nothing_new_could_be_written(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "damaged"
    graph_of_a_killed_process(database, folder)
    overwritten(folder / "graph.kgl")
    before = (folder / "graph.kgl").read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CopyUnavailable, match="No space left"):
        copies.settle(database, graph_in(database, folder))
    assert (folder / "graph.kgl").read_bytes() == before
