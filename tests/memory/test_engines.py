"""One contract for every engine that the index can be in."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from services.memory.engines import Collection, Engine, IndexUnavailable, Point, Wanted
from services.memory.qdrant_embedded import EmbeddedEngine
from services.memory.qdrant_server import ServerEngine
from services.memory.qdrant_words import stems_of_passage, stems_of_question
from tests.memory.engines import SIZE, embedded, engine

__all__ = ["engine"]


def point(number: int, text: str, *, dense: bool = True, **payload: Any) -> Point:
    facts = {"transcript": number // 10, "hash": f"h{number}", "facts_hash": "f", "text": text, "document": "call"}
    vector = embedded([text])[0].tolist() if dense else None
    return Point(str(uuid.UUID(int=number)), vector, stems_of_passage(text), {**facts, **payload})


def key(number: int) -> str:
    return str(uuid.UUID(int=number))


@pytest.fixture
def collection(engine: Engine) -> Collection:
    made = engine.open("letters-16-1", SIZE)
    made.put(
        [
            point(1, "We want to fund the trust before the winter.", phase="closing", day=20260304, sides=["client"]),
            point(2, "The price is more than we expected.", phase="objection", day=20260401, sides=["client"]),
            point(11, "Let us meet again on Tuesday.", phase="closing", day=20260501, sides=["advisor", "client"]),
            point(12, "Trusts and funding trusts, said twice.", phase="agenda", day=None, dense=False),
        ]
    )
    return made


def ids(found: list[Any]) -> list[str]:
    return [each.id for each in found]


def test_what_lies_nearest_in_meaning_comes_first(collection: Collection) -> None:
    asked = embedded(["The price is more than we expected"])[0].tolist()
    found = collection.nearest(asked, Wanted(), 10)
    assert ids(found)[0] == key(2)
    assert key(12) not in ids(found)
    assert found[0].payload["text"] == "The price is more than we expected."


def test_words_are_found_by_their_stems_and_rare_ones_count_most(collection: Collection) -> None:
    found = collection.worded(stems_of_question("funded trust"), Wanted(), 10)
    assert set(ids(found)) == {key(1), key(12)}
    asked = set(stems_of_question("funded trust").numbers)
    assert all(len(each.stems & asked) == 2 for each in found)
    price = collection.worded(stems_of_question("trusts price"), Wanted(), 10)
    assert ids(price)[0] == key(2)  # one passage of four holds "price", two hold "trust"


def test_stop_words_find_nothing(collection: Collection) -> None:
    assert stems_of_question("what was it that they did").numbers == []


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Wanted({"phase": ["closing"]}), {1, 11}),
        (Wanted({"phase": ["closing", "objection"], "sides": ["advisor"]}), {11}),
        (Wanted({"transcript": [1]}), {11}),
        (Wanted(day_from=20260401), {2, 11}),
        (Wanted(day_to=20260401), {1, 2}),
        (Wanted({"sides": ["client"]}, 20260305, 20260430), {2}),
        (Wanted({"phase": ["greeting"]}), set()),
    ],
)
def test_filters_leave_what_fits_all_of_them(collection: Collection, wanted: Wanted, left: set[int]) -> None:
    asked = embedded(["anything"])[0].tolist()
    assert set(ids(collection.nearest(asked, wanted, 10))) == {key(number) for number in left}


def test_a_point_that_is_written_again_is_replaced(collection: Collection) -> None:
    collection.put([point(2, "It is cheap.", phase="closing", hash="other")])
    assert collection.count() == 4
    assert [each.hash for each in collection.held() if each.id == key(2)] == ["other"]
    assert collection.worded(stems_of_question("price"), Wanted(), 10) == []


def test_facts_are_set_and_the_rest_stays(collection: Collection) -> None:
    collection.set_facts([key(1), key(2)], {"phase": "agenda", "facts_hash": "new"})
    found = collection.worded(stems_of_question("price expected"), Wanted({"phase": ["agenda"]}), 10)
    assert ids(found) == [key(2)]
    assert found[0].payload["text"] == "The price is more than we expected."
    assert {each.id for each in collection.held() if each.facts_hash == "new"} == {key(1), key(2)}


def test_a_call_that_is_forgotten_takes_all_its_passages_along(collection: Collection) -> None:
    collection.forget([0, 99])
    collection.shed()
    assert {each.transcript_id for each in collection.held()} == {1}


def test_what_is_held_is_told_by_call_or_in_all(collection: Collection) -> None:
    assert {each.id for each in collection.held([1])} == {key(11), key(12)}
    assert {each.transcript_id for each in collection.held()} == {0, 1}
    assert list(collection.held([99])) == []
    collection.drop([key(11), key(99)])
    assert {each.id for each in collection.held([1])} == {key(12)}


def test_more_is_held_than_fits_one_page(collection: Collection) -> None:
    collection.put([point(number, f"Passage {number}.", dense=False) for number in range(1_000, 3_500)])
    assert len({each.id for each in collection.held()}) == 2_504


def test_the_values_of_a_field_are_listed_the_most_common_first(collection: Collection) -> None:
    assert collection.values("phase", 10)[0] == "closing"
    assert set(collection.values("sides", 10)) == {"client", "advisor"}


def test_one_collection_answers_until_another_one_does(engine: Engine, collection: Collection) -> None:
    assert engine.serving() is None
    engine.serve(collection.name)
    other = engine.open("words-1", None)
    assert engine.serving() == collection.name
    assert engine.names() == ["letters-16-1", "words-1"]
    engine.serve(other.name)
    engine.drop(collection.name)
    assert (engine.serving(), engine.names()) == ("words-1", ["words-1"])
    other.put([point(1, "Words alone.", dense=False)])
    assert ids(other.worded(stems_of_question("alone"), Wanted(), 5)) == [key(1)]


def test_the_embedded_index_is_there_again_after_it_was_closed(tmp_path: Path) -> None:
    first = EmbeddedEngine(tmp_path / "index")
    first.open("letters-16-1", SIZE).put([point(1, "We want to fund the trust.")])
    first.serve("letters-16-1")
    first.close()
    again = EmbeddedEngine(tmp_path / "index")
    assert again.serving() == "letters-16-1"
    assert again.open("letters-16-1", SIZE).count() == 1
    again.close()


def test_files_that_cannot_be_read_are_begun_anew(tmp_path: Path) -> None:
    broken = tmp_path / "index" / "letters-16-1" / "1"
    broken.mkdir(parents=True)
    (broken / "edge_config.json").write_text("{")
    (broken / "segments").write_text("no folder")
    engine = EmbeddedEngine(tmp_path / "index")
    assert engine.open("letters-16-1", SIZE).count() == 0
    engine.close()


def test_eight_threads_may_ask_the_embedded_index_while_one_writes(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    collection = engine.open("letters-16-1", SIZE)
    collection.put([point(number, f"Trust number {number}.") for number in range(200)])
    asked = embedded(["trust"])[0].tolist()

    def ask(_: int) -> int:
        return len(collection.nearest(asked, Wanted(), 20)) + len(
            collection.worded(stems_of_question("trust"), Wanted(), 20)
        )

    def write() -> None:
        for number in range(200, 300):
            collection.put([point(number, "Other words.")])

    with ThreadPoolExecutor(9) as threads:
        writing = threads.submit(write)
        assert set(threads.map(ask, range(200))) == {40}
        writing.result()
    assert collection.count() == 300
    engine.close()


def test_what_a_forgotten_call_said_leaves_the_disk(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    collection = engine.open("letters-16-1", SIZE)
    collection.put([point(1, "The zebrawort secret."), point(11, "Another call."), point(12, "Words.", dense=False)])
    collection.forget([0])
    collection.shed()
    assert collection.count() == 2
    assert ids(collection.worded(stems_of_question("words"), Wanted(), 5)) == [key(12)]
    assert ids(collection.nearest(embedded(["Another call."])[0].tolist(), Wanted(), 5)) == [key(11)]
    collection.shed()
    engine.close()
    files = [path for path in (tmp_path / "index").rglob("*") if path.is_file()]
    assert not [path for path in files if b"zebrawort" in path.read_bytes()]
    again = EmbeddedEngine(tmp_path / "index")
    assert again.open("letters-16-1", SIZE).count() == 2
    again.close()


def test_nobody_who_asks_notices_that_forgotten_bytes_leave_the_disk(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path / "index")
    collection = engine.open("letters-16-1", SIZE)
    collection.put([point(number, f"Trust number {number}.") for number in range(500)])
    asked = embedded(["trust"])[0].tolist()
    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda _: len(collection.nearest(asked, Wanted({"transcript": [40]}), 20)), range(300))
        for number in (1, 2, 3):
            collection.forget([number])
            collection.shed()
        assert set(answers) == {10}
    engine.close()


def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    engine = ServerEngine("http://127.0.0.1:9", "secret")
    with pytest.raises(IndexUnavailable, match=r"Qdrant at 127\.0\.0\.1 can't be asked") as told:
        engine.names()
    assert "secret" not in told.value.sentence
    engine.close()
