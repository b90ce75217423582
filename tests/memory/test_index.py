"""The index as a copy of the record: what it writes, what it leaves, and what happens when the model changes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from db import copies as stored
from db import vectors
from db.copies import CopiedCall
from db.engine import Database
from db.vectors import VectorRow
from services.agents.chunker import chunks_of
from services.memory import copies
from services.memory.engines import Engine, Wanted
from services.memory.index import Embeddings, Index, name_of
from services.memory.passages import passages_of
from services.memory.qdrant_embedded import EmbeddedEngine
from services.memory.qdrant_words import stems_of_question
from tests.example_rows import petra, store
from tests.memory.engines import LETTERS, engine

__all__ = ["engine"]


class Counting:
    """Made-up embeddings that count what they are asked."""

    def __init__(self, model: str = "letters") -> None:
        self.asked: list[str] = []
        self.embeddings = Embeddings(model, LETTERS.size, self._embed)

    def _embed(self, texts: Any) -> npt.NDArray[np.float32]:
        self.asked += texts
        return LETTERS.embed(texts)


def with_chunks(external_id: str = "call-petra", **changed: Any) -> dict[str, Any]:
    row = petra(external_id, **changed)
    return {**row, "chunks": chunks_of(row["dialogue"])}


def calls_of(database: Database) -> list[CopiedCall]:
    with database.session() as session:
        return stored.calls_after(session, 0, 100)


@pytest.fixture
def model() -> Counting:
    return Counting()


@pytest.fixture
def index(database: Database, engine: Engine, model: Counting) -> Index:
    """An open, empty index."""
    made = Index(database, lambda: engine, lambda: model.embeddings)
    made.begin()
    return made


def found(index: Index, words: str, **any_of: Any) -> list[str]:
    hits = index.worded(stems_of_question(words), Wanted(any_of), 20)
    return [str(hit.payload["document"]) for hit in hits]


def by_meaning(index: Index) -> str | None:
    """The model that questions are asked with now."""
    return None if index.by_meaning is None else index.by_meaning.model


def test_a_call_is_found_by_its_turns_its_mail_its_summary_and_its_objections(database: Database, index: Index) -> None:
    store(database, with_chunks())
    assert copies.settle(database, index) == 1
    assert found(index, "package") == ["call"]
    assert "email" in found(index, "thank time")
    assert "summary" in found(index, "met with us revocable")
    assert "objection" in found(index, "more expected", document=["objection"])
    (hit,) = index.worded(stems_of_question("package"), Wanted(), 5)
    told = hit.payload
    assert (told["call"], told["client"], told["day"], told["outcome"]) == (
        "call-petra",
        "Petra Holm",
        20260304,
        "Follow-up Scheduled",
    )
    assert (told["phase"], told["sides"], told["turns"]) == ("comparing price", ["advisor"], [4])
    assert told["advisers"] == ["Nora Quist"]


def test_the_same_again_embeds_nothing_and_writes_nothing(
    database: Database, index: Index, model: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(database, with_chunks())
    copies.settle(database, index)
    model.asked.clear()
    active = index._opened()[0]
    written: list[Any] = []
    monkeypatch.setattr(active, "put", lambda points: written.extend(points))
    monkeypatch.setattr(active, "set_facts", lambda ids, facts: written.extend(ids))
    monkeypatch.setattr(active, "drop", lambda ids: written.extend(ids))
    store(database, with_chunks())
    copies.settle(database, index)
    assert (model.asked, written) == ([], [])


def test_another_outcome_is_filtered_by_and_nothing_is_embedded_for_it(
    database: Database, index: Index, model: Counting
) -> None:
    store(database, with_chunks())
    copies.settle(database, index)
    model.asked.clear()
    store(database, with_chunks(outcome="Won"))
    copies.settle(database, index)
    assert model.asked == []
    assert found(index, "package", outcome=["Won"]) == ["call"]
    assert found(index, "package", outcome=["Follow-up Scheduled"]) == []


def test_what_a_call_says_no_more_is_found_no_more(database: Database, index: Index) -> None:
    store(database, with_chunks())
    copies.settle(database, index)
    store(database, {**with_chunks(), "email_draft": "Subject: Other\n\nAnother message about a cottage."})
    copies.settle(database, index)
    assert found(index, "cottage message") == ["email"]
    assert found(index, "thank", document=["email"]) == []


def test_vectors_that_the_record_holds_are_not_made_again(database: Database, index: Index, model: Counting) -> None:
    store(database, with_chunks())
    (call,) = calls_of(database)
    spoken = [passage for passage in passages_of(call) if passage.document == "call"]
    rows = [
        VectorRow(place, each.meaning_hash, np.full(LETTERS.size, 0.25, dtype="<f4").tobytes())
        for place, each in enumerate(spoken)
    ]
    with database.session() as session:
        vectors.replace(session, call.id, "letters", rows)
    copies.settle(database, index)
    assert set(model.asked).isdisjoint({each.meaning for each in spoken})
    assert model.asked


def test_an_erased_call_is_found_no_more(database: Database, index: Index) -> None:
    from services.erasing import erase

    store(database, with_chunks(), with_chunks("call-other"))
    copies.settle(database, index)
    erase(database, "call-petra", "tester")
    copies.settle(database, index)
    hits = index.worded(stems_of_question("package"), Wanted(), 20)
    assert {hit.payload["call"] for hit in hits} == {"call-other"}
    assert len(index.known()) == 1


def test_what_it_knows_is_stamped_as_the_record_says(database: Database, index: Index) -> None:
    store(database, with_chunks(), with_chunks("call-other"))
    copies.settle(database, index)
    calls = calls_of(database)
    assert index.known() == {call.id: index.stamp(call) for call in calls}
    changed = replace(calls[0], email_draft="Subject: x\n\nOther")
    assert index.stamp(changed) != index.stamp(calls[0])


def test_plain_chunks_and_odd_rows_are_taken_over(database: Database, index: Index) -> None:
    odd = {"external_id": "odd", "chunks": ["Plain words of a zeppelin.", 7, None], "dialogue": [1, {"text": "\ud800"}]}
    bare = {"external_id": "bare", "full_text": "An older system kept the word marzipan."}
    store(database, odd, bare)
    copies.settle(database, index)
    assert found(index, "zeppelin") == ["call"]
    assert found(index, "marzipan") == ["call"]


def test_rebuilding_gives_the_same(database: Database, index: Index) -> None:
    store(database, with_chunks(), with_chunks("call-other"))
    copies.settle(database, index)
    before = index.known()
    assert copies.rebuild(database, index) == 2
    assert index.known() == before


Opener = Callable[[Embeddings | None], Index]


@pytest.fixture
def opened(database: Database, tmp_path: Path) -> Iterator[Opener]:
    """Opens the index of one folder again and again, as a process that starts with other settings does."""
    last: list[Index] = []

    def again(embeddings: Embeddings | None) -> Index:
        for each in last:
            each.close()
        last.append(Index(database, lambda: EmbeddedEngine(tmp_path / "index"), lambda: embeddings))
        copies.begin(database, last[-1])
        return last[-1]

    yield again
    for each in last:
        each.close()


def test_the_old_collection_answers_while_the_new_one_is_made(database: Database, opened: Opener) -> None:
    store(database, with_chunks(), with_chunks("call-other"))
    copies.settle(database, opened(Counting("first").embeddings))
    second = Counting("second")
    index = opened(second.embeddings)
    assert not by_meaning(index)
    assert found(index, "package") == ["call", "call"]
    assert copies.waiting(database, "index") == 2
    assert copies.catch_up(database, index, most=1) == 1
    assert found(index, "package") == ["call", "call"]
    store(database, {**with_chunks("call-new"), "email_draft": "Subject: A\n\nA word on gliders."})
    assert copies.catch_up(database, index, most=1) == 1
    assert found(index, "gliders") == ["email"]
    while copies.catch_up(database, index):
        pass
    index.caught_up()
    assert by_meaning(index) == "second"
    assert found(index, "package") == ["call", "call", "call"]
    assert opened(second.embeddings)._engine_opened().names() == [name_of(second.embeddings)]


def test_a_making_that_was_cut_off_goes_on_at_the_next_start(database: Database, opened: Opener) -> None:
    store(database, with_chunks(), with_chunks("call-other"))
    copies.settle(database, opened(Counting("first").embeddings))
    copies.catch_up(database, opened(Counting("second").embeddings), most=1)
    second = Counting("second")
    index = opened(second.embeddings)
    assert copies.waiting(database, "index") == 1
    assert not by_meaning(index)
    copies.settle(database, index)
    assert by_meaning(index) == "second"
    assert len(index.known()) == 2


def test_without_embeddings_words_are_found_all_the_same(database: Database, opened: Opener) -> None:
    store(database, with_chunks())
    index = opened(None)
    copies.settle(database, index)
    assert not by_meaning(index)
    assert found(index, "package") == ["call"]


def test_a_folder_that_was_lost_is_made_again(database: Database, opened: Opener, tmp_path: Path) -> None:
    import shutil

    store(database, with_chunks())
    copies.settle(database, opened(LETTERS))
    opened(LETTERS).close()
    shutil.rmtree(tmp_path / "index")
    index = opened(LETTERS)
    assert copies.waiting(database, "index") == 1
    copies.settle(database, index)
    assert found(index, "package") == ["call"]
