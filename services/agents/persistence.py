"""Persistence: one call, one row, written in one statement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any, NotRequired, TypedDict

import numpy as np

from db import ledger, people_said, vectors
from db.engine import Session
from db.transcripts import StoredRow
from db.vectors import VectorRow
from services.agents.contract import Chunk, DialogueTurn, Extraction, require
from services.agents.embedder import Embeddings
from services.calls.model import Call
from services.database import Database, translated
from services.following import FIELDS, following
from services.minds import builtin, noted, notes_in
from services.model_mind.asking import MindNote
from services.playbooks.loader import load
from services.sayings import said_in
from services.settings import settings


class PersistenceNeeds(TypedDict):
    """Only the id is a must; a key that is absent leaves what is stored alone. Chunks may be plain strings.

    ``..._mind`` are notes on which mind gave a part; what comes without one is the builtin analyst's.
    """

    transcript_id: str
    file_path: NotRequired[str]
    full_text: NotRequired[str]
    chunks: NotRequired[list[Chunk] | list[str]]
    extracted_entities: NotRequired[Extraction]
    social_content: NotRequired[dict[str, Any]]
    email_draft: NotRequired[str]
    crm_data: NotRequired[dict[str, Any]]
    coaching: NotRequired[dict[str, Any]]
    dialogue: NotRequired[list[DialogueTurn]]
    call: NotRequired[Call]
    embeddings: NotRequired[Embeddings]
    extraction_mind: NotRequired[MindNote]
    email_mind: NotRequired[MindNote]
    social_mind: NotRequired[MindNote]
    coaching_mind: NotRequired[MindNote]
    summary_mind: NotRequired[MindNote]
    embedder_mind: NotRequired[MindNote]
    run_seq: NotRequired[int]
    run_id: NotRequired[str]
    actor: NotRequired[str]


class PersistenceGives(TypedDict):
    """``written`` is False where a run that was handed in later has written the call already."""

    record_id: int
    written: bool


SAME_NAME = ("chunks", "social_content", "email_draft", "crm_data", "coaching", "dialogue")


class PersistenceAgent:
    """Writes what the state brings to the call's row and to the ledger, and gives ``record_id``.

    What people wrote there stands.

    ``also`` is done in the same transaction, so that both are written or neither. Raises DatabaseUnavailable.
    """

    name = "Persistence"
    needs = frozenset({"transcript_id"})

    def __init__(self, database: Database, also: Callable[[Session, StoredRow], None] | None = None) -> None:
        self._database = database
        self._also = also

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        with translated(), self._database.session() as session:
            row = row_of(data)
            if said := people_said.held(session, row["external_id"]):
                row = _followed(row, said)
            stored = ledger.write(
                session,
                row,
                said_in(row, builtin(settings().playbook)),
                run_id=data.get("run_id"),
                actor=data.get("actor") or settings().actor,
            )
            if "embeddings" in data and stored.written:
                embeddings: Embeddings = data["embeddings"]
                vectors.replace(session, stored.id, embeddings["model"], vector_rows(embeddings))
            if self._also is not None:
                self._also(session, stored)
        given: PersistenceGives = {"record_id": stored.id, "written": stored.written}
        return dict(given)


def row_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of ``transcripts`` that the state brings, by name."""
    row: dict[str, Any] = {"external_id": str(data["transcript_id"]), "run_seq": data.get("run_seq")}
    row |= {key: data[key] for key in SAME_NAME if key in data}
    row["minds"] = notes_in(data)
    if "file_path" in data:
        row["filename"] = PurePath(data["file_path"]).name
    if "extracted_entities" in data:
        row["extracted_data"] = data["extracted_entities"]
    if "full_text" in data:
        row["full_text"] = data["full_text"]
    elif "chunks" in data:
        row["full_text"] = joined(data["chunks"])
    if "call" in data:
        call: Call = data["call"]
        row["content_hash"] = call.content_hash
        row["call"] = call_json(call)
    return row


def _followed(row: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The row with stage and summary as they follow from what people said, also since the run began.

    What a model worded, and what no agent of ours made, stays as it is.
    """
    crm = row.get("crm_data") or {}
    if not crm.keys() >= {"outcome", *FIELDS}:
        return dict(row)
    told = following({**crm, **said}, load(settings().playbook))
    by_model = noted(row["minds"], "summary").get("source") == "model"
    news = {name: told[name] for name in FIELDS if name not in said and not (by_model and name == "summary")}
    return {**row, "crm_data": {**crm, **news}}


def joined(chunks: Sequence[Chunk | str]) -> str:
    """The text of all chunks, one after the other on lines of their own."""
    return "\n".join(chunk if isinstance(chunk, str) else chunk["text"] for chunk in chunks)


def vector_rows(embeddings: Embeddings) -> list[VectorRow]:
    """The vectors as they are stored, each with the hash of the text that it was made from."""
    pairs = zip(embeddings["hashes"], embeddings["vectors"], strict=True)
    return [
        VectorRow(position, digest, np.asarray(vector, dtype="<f4").tobytes())
        for position, (digest, vector) in enumerate(pairs)
    ]


def call_json(call: Call) -> dict[str, Any]:
    """What is stored of a call beside its turns: header, speakers, asides, warnings, format."""
    return {
        "header": asdict(call.header),
        "speakers": [asdict(speaker) for speaker in call.speakers],
        "asides": [asdict(aside) for aside in call.asides],
        "warnings": list(call.warnings),
        "source_format": call.source_format,
    }
