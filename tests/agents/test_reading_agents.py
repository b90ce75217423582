"""Parser, Structuring, Chunker, Knowledge Analyst, Embedder: from bytes to pieces that can be proved and found."""

import asyncio
from typing import Any

import pytest

from services.agents.chunker import MOST_WORDS, ChunkerAgent, chunks_of
from services.agents.embedder import EmbedderAgent
from services.agents.knowledge_analyst import KnowledgeAnalystAgent
from services.agents.parser import ParserAgent
from services.agents.structuring import StructuringAgent
from services.errors import MissingInput, UnreadableTranscript
from services.memory import embedder
from services.playbooks.loader import load

TEXT = b"""Dana Whitfield: Good morning Robert, this is Dana with Alder Legacy. What brings you in today?
Robert Nolan: My wife Ellen and I have two kids and no plan, and we want to avoid probate.
Dana Whitfield: A revocable living trust would keep the house out of probate.
Robert Nolan: Okay. I just think four thousand is a lot of money.
"""


def run(agent: Any, data: dict[str, Any]) -> dict[str, Any]:
    return asyncio.run(agent.run(data))


def parsed(**options: Any) -> dict[str, Any]:
    return run(ParserAgent(), {"file_path": "a call.txt", "content": TEXT, "options": options})


def said(
    words: int, phase: str = "greeting", speaker: str | None = "Ann", start: float | None = None
) -> dict[str, Any]:
    end = None if start is None else start + 5
    return {"speaker": speaker, "side": None, "start": start, "end": end, "text": "word " * words, "phase": phase}


def test_the_parser_gives_the_call_its_id_and_its_text() -> None:
    given = parsed()
    assert set(given) == {"call", "transcript_id", "full_text"}
    assert given["transcript_id"] == given["call"].external_id
    assert given["full_text"].splitlines()[1].startswith("Robert Nolan: My wife Ellen")


def test_what_a_person_says_of_sides_and_of_the_call_replaced_goes_first() -> None:
    given = parsed(sides={"Dana Whitfield": "client", "Robert Nolan": "advisor"}, external_id="4410027")
    assert given["call"].side_of("Dana Whitfield") == "client"
    assert given["call"].side_of("Robert Nolan") == "advisor"
    assert given["transcript_id"] == given["call"].external_id == "4410027"


def test_an_unreadable_file_is_an_error_of_the_reader_s_own() -> None:
    with pytest.raises(UnreadableTranscript):
        run(ParserAgent(), {"file_path": "a.txt", "content": b""})


def test_structuring_keeps_every_turn_and_names_a_phase_of_the_playbook() -> None:
    playbook = load()
    call = parsed()["call"]
    dialogue = run(StructuringAgent(playbook), {"call": call})["dialogue"]
    assert [turn["text"] for turn in dialogue] == [turn.text for turn in call.turns]
    assert {turn["phase"] for turn in dialogue} <= {phase.name for phase in playbook.phases}
    assert [turn["side"] for turn in dialogue] == [call.side_of(turn.speaker) for turn in call.turns]


def test_every_turn_stands_whole_in_exactly_one_chunk_of_its_phase() -> None:
    dialogue = [said(50, "greeting", start=10.0 * n) for n in range(5)] + [said(50, "agenda", "Bob")] * 2
    chunks = chunks_of(dialogue)  # type: ignore[arg-type]
    assert [index for chunk in chunks for index in chunk["turns"]] == list(range(7))
    for chunk in chunks:
        assert {dialogue[index]["phase"] for index in chunk["turns"]} == {chunk["phase"]}
        assert sum(len(dialogue[index]["text"].split()) for index in chunk["turns"]) <= MOST_WORDS
    assert [chunk["turns"] for chunk in chunks] == [[0, 1, 2], [3, 4], [5, 6]]
    assert (chunks[0]["start"], chunks[0]["end"]) == (0.0, 25.0)
    assert (chunks[2]["start"], chunks[2]["end"], chunks[2]["speakers"]) == (None, None, ["Bob"])


def test_a_turn_longer_than_a_chunk_is_a_chunk_of_its_own() -> None:
    chunks = chunks_of([said(10), said(MOST_WORDS * 3), said(10)])  # type: ignore[list-item]
    assert [chunk["turns"] for chunk in chunks] == [[0], [1], [2]]


def test_an_unknown_speaker_is_named_so_in_a_chunk() -> None:
    (chunk,) = chunks_of([said(2, speaker=None)])  # type: ignore[list-item]
    assert chunk["speakers"] == ["Unknown"]
    assert chunk["text"].startswith("Unknown: word")


def test_the_analyst_gives_every_field_of_the_playbook_and_only_quotes_that_stand_there() -> None:
    playbook = load()
    call = parsed()["call"]
    dialogue = run(StructuringAgent(playbook), {"call": call})["dialogue"]
    found = run(KnowledgeAnalystAgent(playbook), {"call": call, "dialogue": dialogue})["extracted_entities"]
    assert set(found["facts"]) == {field.name for field in playbook.fields}
    items = [*found["facts"].values(), *found["products_discussed"], *found["objections"], *found["next_steps"]]
    quotes = [quote for item in items for quote in item["evidence"]]
    assert quotes
    for quote in quotes:
        assert " ".join(quote["quote"].split()).casefold() in dialogue[quote["turn"]]["text"].casefold()


def test_the_embedder_gives_one_vector_a_chunk_and_names_its_model() -> None:
    dialogue = [said(9), said(9, "agenda"), said(4, "closing")]
    chunks = run(ChunkerAgent(), {"dialogue": dialogue})["chunks"]
    embeddings = run(EmbedderAgent(), {"chunks": chunks, "dialogue": dialogue})["embeddings"]
    assert embeddings["model"] == embedder.MODEL
    assert [len(vector) for vector in embeddings["vectors"]] == [embedder.DIMENSION] * 3


@pytest.mark.parametrize(
    ("agent", "key"),
    [
        (ParserAgent(), "content"),
        (StructuringAgent(load()), "call"),
        (ChunkerAgent(), "dialogue"),
        (KnowledgeAnalystAgent(load()), "call"),
        (EmbedderAgent(), "chunks"),
    ],
)
def test_a_missing_need_names_the_agent_and_the_key(agent: Any, key: str) -> None:
    with pytest.raises(MissingInput, match=f"The {agent.name} agent needs '{key}'"):
        run(agent, {})
