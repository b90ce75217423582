"""The embedded index: Qdrant's own engine inside this process, its files in a folder.

It is never asked to optimize: that keeps all of Python waiting for seconds, and exact search is quick enough. Its log
of writes stays on: without it a killed process would lose what it wrote.
"""

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import qdrant_edge as edge

from services.memory.engines import (
    DENSE,
    KEYWORDS,
    NUMBERS,
    WORDS,
    Collection,
    Found,
    Held,
    IndexUnavailable,
    Point,
    Stems,
    Wanted,
    stems_of,
)

_PAGE = 1_000
T = TypeVar("T")
log = logging.getLogger("aftercall.index")


class EmbeddedEngine:
    """Collections as folders of one folder, which belongs to one process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, EmbeddedCollection] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        with _in_our_words():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return sorted(path.name for path in self._folder.iterdir() if path.is_dir())

    def open(self, name: str, size: int | None) -> Collection:
        with self._lock, _in_our_words():
            if name not in self._open:
                self._open[name] = EmbeddedCollection(self._folder / name, size)
            return self._open[name]

    def drop(self, name: str) -> None:
        with self._lock, _in_our_words():
            if opened := self._open.pop(name, None):
                opened.close()
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def serving(self) -> str | None:
        with _in_our_words():
            name = self._serving.read_text() if self._serving.exists() else ""
        return name if name and (self._folder / name).is_dir() else None

    def serve(self, name: str) -> None:
        with _in_our_words():
            _write(self._serving, name)

    def close(self) -> None:
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    @property
    def _serving(self) -> Path:
        return self._folder / "serving"


class EmbeddedCollection:
    """One folder of the engine."""

    def __init__(self, folder: Path, size: int | None) -> None:
        self.name = folder.name
        self._folder, self._size = folder, size
        self._residue = folder / "residue"  # is there while bytes of a forgotten call may be
        self._current = folder / "current"  # names the folder of the shard in use
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._number = int(self._current.read_text()) if self._current.exists() else 1
        self._shard = _shard(folder / str(self._number), size)
        self._tidy()

    def put(self, points: Sequence[Point]) -> None:
        if points:
            self._update(edge.UpdateOperation.upsert_points([_point(each) for each in points]))

    def set_facts(self, ids: Sequence[str], facts: Mapping[str, Any]) -> None:
        if ids:
            self._update(edge.UpdateOperation.set_payload(list(ids), dict(facts)))

    def drop(self, ids: Sequence[str]) -> None:
        if ids:
            self._update(edge.UpdateOperation.delete_points(list(ids)))

    def forget(self, transcripts: Sequence[int]) -> None:
        with _in_our_words():
            self._residue.touch()
        mine = edge.Filter(must=[_any("transcript", list(transcripts))])
        self._update(edge.UpdateOperation.delete_points_by_filter(mine))

    def shed(self) -> None:
        """Writes all that is held into a new shard, which takes the old one's place.

        The engine itself would keep the bytes of what was dropped until it optimizes.
        """
        with _in_our_words():
            if not self._residue.exists():
                return
            new = _new_shard(self._folder / str(self._number + 1), self._size)
            for points in self._points():
                new.update(edge.UpdateOperation.upsert_points(points))
            new.flush()
            _write(self._current, str(self._number + 1))
            old, self._shard = self._shard, new
            self._number += 1
            old.close()
            self._tidy()
            self._residue.unlink()

    def held(self, transcripts: Sequence[int] | None = None) -> Iterator[Held]:
        mine = None if transcripts is None else edge.Filter(must=[_any("transcript", list(transcripts))])
        for record in self._records(mine, ["transcript", "hash", "facts_hash"], vectors=False):
            payload = record.payload or {}
            yield Held(str(record.id), payload["transcript"], payload["hash"], payload["facts_hash"])

    def nearest(self, dense: Sequence[float], wanted: Wanted, limit: int) -> list[Found]:
        return self._ask(edge.Query.Nearest(list(dense), using=DENSE), wanted, limit, with_stems=False)

    def worded(self, stems: Stems, wanted: Wanted, limit: int) -> list[Found]:
        asked = edge.Query.Nearest(edge.SparseVector(stems.numbers, stems.weights), using=WORDS)
        return self._ask(asked, wanted, limit, with_stems=True)

    def values(self, field: str, limit: int) -> list[str]:
        with _in_our_words():
            found = self._reading(lambda shard: shard.facet(edge.FacetRequest(key=field, limit=limit)))
        return [str(hit.value) for hit in found.hits]

    def count(self) -> int:
        with _in_our_words():
            return self._reading(lambda shard: shard.count(edge.CountRequest(exact=True)))

    def close(self) -> None:
        """Writes what is not on the disk yet, and closes the files."""
        with _in_our_words():
            self._shard.close()

    def _ask(self, query: edge.Query, wanted: Wanted, limit: int, *, with_stems: bool) -> list[Found]:
        request = edge.QueryRequest(
            limit=limit,
            query=query,
            filter=_filter(wanted),
            with_payload=True,
            with_vector=[WORDS] if with_stems else False,
        )
        found = self._reading(lambda shard: shard.query(request))
        return [Found(str(each.id), each.score, each.payload or {}, stems_of(each.vector)) for each in found]

    def _reading(self, reads: Callable[[edge.EdgeShard], T]) -> T:
        """What a reading gives; again, where another shard took this one's place meanwhile."""
        with _in_our_words():
            shard = self._shard
            try:
                return reads(shard)
            except Exception:
                if self._shard is shard:
                    raise
                return reads(self._shard)

    def _records(self, mine: edge.Filter | None, payload: Any, *, vectors: bool) -> Iterator[edge.Record]:
        offset = None
        while True:
            asked = edge.ScrollRequest(
                offset=offset, limit=_PAGE, filter=mine, with_payload=payload, with_vector=vectors
            )
            records, offset = self._reading(lambda shard, asked=asked: shard.scroll(asked))  # type: ignore[misc]
            yield from records
            if offset is None:
                return

    def _points(self) -> Iterator[list[edge.Point]]:
        records = self._records(None, True, vectors=True)
        while page := list(islice(records, _PAGE)):
            yield [edge.Point(id=each.id, vector=each.vector or {}, payload=each.payload) for each in page]

    def _tidy(self) -> None:
        """Takes away the shards that are not in use."""
        for path in self._folder.iterdir():
            if path.is_dir() and path.name != str(self._number):
                shutil.rmtree(path)

    def _update(self, operation: edge.UpdateOperation) -> None:
        with _in_our_words():
            self._shard.update(operation)


def _shard(folder: Path, size: int | None) -> edge.EdgeShard:
    """Opens a folder, or begins it; one that can't be read is begun anew: all it held stands in the record."""
    if not folder.exists():
        return _new_shard(folder, size)
    try:
        return edge.EdgeShard.load(str(folder))
    except Exception as error:  # noqa: BLE001 (the engine has no errors of its own)
        log.warning("The index's files can't be read (%s); it is made anew.", type(error).__name__)
        return _new_shard(folder, size)


def _new_shard(folder: Path, size: int | None) -> edge.EdgeShard:
    shutil.rmtree(folder, ignore_errors=True)
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


def _write(path: Path, text: str) -> None:
    """Writes a small file at once or not at all."""
    aside = path.with_suffix(".aside")
    aside.write_text(text)
    aside.replace(path)


def _point(point: Point) -> edge.Point:
    vectors: dict[str, Any] = {WORDS: edge.SparseVector(point.stems.numbers, point.stems.weights)}
    if point.dense is not None:
        vectors[DENSE] = point.dense
    return edge.Point(id=point.id, vector=vectors, payload=point.payload)


def _filter(wanted: Wanted) -> edge.Filter | None:
    must: list[Any] = [_any(field, list(choices)) for field, choices in wanted.any_of.items()]
    if wanted.day_from is not None or wanted.day_to is not None:
        days = edge.RangeFloat(gte=wanted.day_from, lte=wanted.day_to)
        must.append(edge.FieldCondition(key="day", range=days))
    return edge.Filter(must=must) if must else None


def _any(field: str, choices: list[Any]) -> edge.FieldCondition:
    return edge.FieldCondition(key=field, match=edge.MatchAny(any=choices))


@contextmanager
def _in_our_words() -> Iterator[None]:
    """The engine's errors, and the file system's, as ours; the engine raises whatever it likes."""
    try:
        yield
    except IndexUnavailable:
        raise
    except Exception as error:
        log.debug("The embedded index: %s", error)
        raise IndexUnavailable(
            f"The embedded index can't be read or written ({type(error).__name__}).",
            remedy="Look whether the disk is full; python -m services reindex makes the index anew.",
        ) from error
