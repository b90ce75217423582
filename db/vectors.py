"""The embeddings of a call's chunks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import ChunkVector


@dataclass(frozen=True, slots=True)
class VectorRow:
    """One chunk's embedding: float32 numbers, little-endian, and the hash of the text they were made from."""

    position: int
    content_hash: str
    vector: bytes


def replace(session: Session, transcript_id: int, model: str, rows: Sequence[VectorRow]) -> None:
    """Stores the vectors of one call and model in place of those that were there."""
    mine = (ChunkVector.transcript_id == transcript_id, ChunkVector.model == model)
    session.execute(delete(ChunkVector).where(*mine, ChunkVector.position.not_in([row.position for row in rows])))
    if not rows:
        return
    statement = insert(ChunkVector)
    new = {"content_hash": statement.excluded.content_hash, "vector": statement.excluded.vector}
    session.execute(
        statement.on_conflict_do_update(index_elements=["transcript_id", "model", "position"], set_=new),
        [
            {
                "transcript_id": transcript_id,
                "model": model,
                "position": row.position,
                "content_hash": row.content_hash,
                "vector": row.vector,
            }
            for row in sorted(rows, key=lambda each: each.position)
        ],
    )


def of_call(session: Session, transcript_id: int, model: str) -> list[VectorRow]:
    """The vectors of one call and model, in the chunks' order."""
    columns = (ChunkVector.position, ChunkVector.content_hash, ChunkVector.vector)
    mine = (ChunkVector.transcript_id == transcript_id, ChunkVector.model == model)
    return [VectorRow(*row) for row in session.execute(select(*columns).where(*mine).order_by(ChunkVector.position))]
