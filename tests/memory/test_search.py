"""Search over a few calls: what is found, how it is ranked, and what filters leave."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from db.engine import Database
from services.memory import copies, embedder
from services.memory.contexts import in_context
from services.memory.index import Embeddings, Index
from services.memory.qdrant_embedded import EmbeddedEngine
from services.memory.search import Filters, Hit, search
from tests.example_rows import petra, store
from tests.memory.test_index import with_chunks

BUILTIN = Embeddings(embedder.MODEL, embedder.DIMENSION, embedder.embed_builtin)


def second() -> dict[str, object]:
    """Another client's call, on other things."""
    row = petra("call-omar", client_name="Omar Reyes", meeting_date="2026-05-20", outcome="Won", objections=[])
    said = [
        ("Ivo Brand", "advisor", "greeting", "Hello Omar, how was the harvest?"),
        ("Omar Reyes", "client", "greeting", "We sold the tractor and both of the barns this spring."),
        ("Ivo Brand", "advisor", "client's estate details", "Who should look after the farm when you no longer can?"),
        ("Omar Reyes", "client", "client's estate details", "My sister Lucia, she is good with ledgers."),
    ]
    dialogue = [
        {"speaker": speaker, "side": side, "start": 5.0 * place, "end": None, "text": text, "phase": phase}
        for place, (speaker, side, phase, text) in enumerate(said)
    ]
    from services.agents.chunker import chunks_of

    return {
        **row,
        "dialogue": dialogue,
        "chunks": chunks_of(dialogue),  # type: ignore[arg-type]
        "extracted_data": {},
        "email_draft": "Subject: The farm\n\nDear Omar, here is the plan for the farm.",
    }


@pytest.fixture
def index(database: Database, tmp_path: Path) -> Iterator[Index]:
    made = Index(database, lambda: EmbeddedEngine(tmp_path / "index"), lambda: BUILTIN)
    store(database, with_chunks(), second())
    copies.settle(database, made)
    yield made
    made.close()


def found(database: Database, index: Index, question: str, filters: Filters | None = None) -> list[Hit]:
    return search(database, index, question, filters)


def test_a_question_in_other_words_finds_what_was_said(database: Database, index: Index) -> None:
    hits = found(database, index, "agricultural machinery was got rid of")
    assert (hits[0].external_id, hits[0].turns) == ("call-omar", (0, 1))


def test_the_very_words_find_their_turn_first(database: Database, index: Index) -> None:
    hits = found(database, index, "living trust package")
    assert hits[0].turns == (4,)
    assert [hits[0].text[begin:end] for begin, end in hits[0].marks(hits[0].text)] == ["living", "trust", "package"]


def test_stray_words_alone_find_nothing_by_words(database: Database, index: Index) -> None:
    from services.memory.engines import Wanted
    from services.memory.search import by_words

    question = "tractor elephants balloons umbrellas"
    assert by_words(index, question, Wanted()) == []
    assert len(by_words(index, question, Wanted(), least=0)) == 1


def test_an_objection_stands_with_the_turns_that_it_was_raised_in(database: Database, index: Index) -> None:
    hits = found(database, index, "more than I expected")
    assert (hits[0].document, hits[0].also, hits[0].turns) == ("call", ("objection",), (5,))
    assert [hit.turns for hit in hits].count((5,)) == 1
    alone = found(database, index, "more than I expected", Filters(documents=("objection",)))
    assert [hit.document for hit in alone] == ["objection"]


@pytest.mark.parametrize(
    ("filters", "calls"),
    [
        (Filters(), {"call-petra", "call-omar"}),
        (Filters(client="reyes"), {"call-omar"}),
        (Filters(client="R%"), set()),
        (Filters(client="nobody of that name"), set()),
        (Filters(calls=("call-petra",)), {"call-petra"}),
        (Filters(since=date(2026, 4, 1)), {"call-omar"}),
        (Filters(until=date(2026, 4, 1)), {"call-petra"}),
        (Filters(outcomes=("Won",)), {"call-omar"}),
        (Filters(advisers=("Nora Quist",)), {"call-petra"}),
        (Filters(phases=("objection/rebuttal",)), {"call-petra"}),
        (Filters(side="client", advisers=("Ivo Brand",)), {"call-omar"}),
        (Filters(documents=("email",), client="omar"), {"call-omar"}),
    ],
)
def test_filters_leave_the_calls_that_fit(database: Database, index: Index, filters: Filters, calls: set[str]) -> None:
    assert {hit.external_id for hit in found(database, index, "the plan for the family", filters)} == calls


def test_nothing_asked_finds_nothing(database: Database, index: Index) -> None:
    assert found(database, index, "  \n") == []


def test_a_hit_stands_between_its_neighbouring_turns(database: Database, index: Index) -> None:
    (context,) = in_context(database, found(database, index, "living trust package")[:1])
    assert [(line.number, line.found) for line in context.lines] == [(3, False), (4, True), (5, False)]
    assert context.lines[1].speaker == "Nora Quist"


def test_an_erased_call_is_not_shown_even_before_the_index_knows(database: Database, index: Index) -> None:
    from services.erasing import erase

    hits = found(database, index, "living trust package")
    erase(database, "call-petra", "tester")
    assert {context.hit.external_id for context in in_context(database, hits)} == {"call-omar"}
