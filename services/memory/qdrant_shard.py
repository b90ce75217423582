"""One shard of the embedded index: its files, and what Qdrant's own engine is asked and told, in its terms."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import qdrant_edge as edge

from services.memory import anew
from services.memory.copies import CopyUnavailable
from services.memory.engines import DENSE, KEYWORDS, NUMBERS, WORDS, IndexUnavailable, Point, Wanted

log = logging.getLogger("aftercall.index")


def opened_shard(folder: Path, size: int | None) -> edge.EdgeShard:
    """Opens a folder, or begins it; one that can't be read is begun anew: all it held stands in the record."""
    if not folder.exists():
        return new_shard(folder, size)
    try:
        return edge.EdgeShard.load(str(folder))
    except BaseException as error:  # the engine has no errors of its own
        if not isinstance(error, Exception) and not anew.is_panic(error):
            raise
        anew.tell(folder.parents[2], "index", f"The embedded index can't be read ({type(error).__name__})")
        return new_shard(folder, size)


def new_shard(folder: Path, size: int | None) -> edge.EdgeShard:
    """An empty shard in a folder, in place of whatever is there."""
    anew.throw_away(folder)
    folder.mkdir(parents=True, mode=0o700)
    half = edge.VectorStorageDatatype.Float16  # half the memory and two thirds of the time, for the same answers
    meaning = {} if size is None else {DENSE: edge.EdgeVectorParams(size, edge.Distance.Cosine, datatype=half)}
    words = {WORDS: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)}
    shard = edge.EdgeShard.create(str(folder), edge.EdgeConfig(vectors=meaning, sparse_vectors=words))
    for field in KEYWORDS:
        shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
    for field in NUMBERS:
        shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Integer))
    return shard


def point_of(point: Point) -> edge.Point:
    """A point as the engine takes it."""
    vectors: dict[str, Any] = {WORDS: edge.SparseVector(point.stems.numbers, point.stems.weights)}
    if point.dense is not None:
        vectors[DENSE] = point.dense
    return edge.Point(id=point.id, vector=vectors, payload=point.payload)


def filter_of(wanted: Wanted) -> edge.Filter | None:
    """What is wanted, as the engine takes it; None: everything."""
    must: list[Any] = wanted.conditions(any_of, _between)
    return edge.Filter(must=must) if must else None


def any_of(field: str, choices: list[Any]) -> edge.FieldCondition:
    """That a field has any of these values."""
    return edge.FieldCondition(key=field, match=edge.MatchAny(any=choices))


def _between(field: str, least: int | None, most: int | None) -> edge.FieldCondition:
    return edge.FieldCondition(key=field, range=edge.RangeFloat(gte=least, lte=most))


@contextmanager
def in_our_words() -> Iterator[None]:
    """The engine's errors, and the file system's, as ours; the engine raises whatever it likes."""
    try:
        yield
    except CopyUnavailable:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and not anew.is_panic(error):
            raise
        log.debug("The embedded index: %s", error)
        raise IndexUnavailable(
            f"The embedded index can't be read or written ({type(error).__name__}).",
            remedy="Look whether the disk is full; python -m services reindex makes the index anew.",
        ) from error
