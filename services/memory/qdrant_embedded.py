"""The embedded index: Qdrant's own engine inside this process, its files in a folder.

It is never asked to optimize: that keeps all of Python waiting for seconds, and exact search is quick enough. Its log
of writes stays on: without it a killed process would lose what it wrote.
"""

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import qdrant_edge as edge

from services.memory import anew
from services.memory.engines import (
    DENSE,
    HELD,
    WORDS,
    Collection,
    Found,
    Held,
    IndexUnavailable,
    Point,
    Stems,
    Wanted,
    found_of,
    held_of,
)
from services.memory.qdrant_shard import any_of, filter_of, in_our_words, new_shard, opened_shard, point_of

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
        with in_our_words():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return sorted(path.name for path in self._folder.iterdir() if path.is_dir())

    def open(self, name: str, size: int | None) -> Collection:
        with self._lock, in_our_words():
            if name not in self._open:
                self._open[name] = EmbeddedCollection(self._folder / name, size)
            return self._open[name]

    def drop(self, name: str) -> None:
        with self._lock, in_our_words():
            if opened := self._open.pop(name, None):
                _let_go(opened)
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def begin_anew(self, why: str) -> None:
        """Throws all collections away."""
        with self._lock, in_our_words():
            anew.require_room(self._folder.parent)
            anew.tell(self._folder.parent, "index", why)
            while self._open:
                _let_go(self._open.popitem()[1])
            anew.throw_away(self._folder)

    def serving(self) -> str | None:
        with in_our_words():
            name = self._serving.read_text(errors="replace") if self._serving.exists() else ""
        return name if name in self.names() else None

    def serve(self, name: str) -> None:
        with in_our_words():
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
        self._number = self._number_in_use()
        self._shard = opened_shard(folder / str(self._number), size)
        self._tidy()

    def _number_in_use(self) -> int:
        """The number of the shard in use; where that can't be read, none of them may be it, and all are thrown away."""
        told = self._current.read_text(errors="replace") if self._current.exists() else "1"
        if told.isdecimal():
            return int(told)
        anew.tell(self._folder.parents[1], "index", "The embedded index does not know which of its files are in use")
        anew.throw_away(self._folder)
        self._folder.mkdir(mode=0o700)
        return 1

    def put(self, points: Sequence[Point]) -> None:
        if points:
            self._update(edge.UpdateOperation.upsert_points([point_of(each) for each in points]))

    def set_facts(self, ids: Sequence[str], facts: Mapping[str, Any]) -> None:
        if ids:
            self._update(edge.UpdateOperation.set_payload(list(ids), dict(facts)))

    def drop(self, ids: Sequence[str]) -> None:
        if ids:
            self._update(edge.UpdateOperation.delete_points(list(ids)))

    def forget(self, transcripts: Sequence[int]) -> None:
        with in_our_words():
            self._residue.touch()
        mine = edge.Filter(must=[any_of("transcript", list(transcripts))])
        self._update(edge.UpdateOperation.delete_points_by_filter(mine))

    def shed(self) -> None:
        """Writes all that is held into a new shard, which takes the old one's place.

        The engine itself would keep the bytes of what was dropped until it optimizes.
        """
        with in_our_words():
            if not self._residue.exists():
                return
            new = new_shard(self._folder / str(self._number + 1), self._size)
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
        mine = None if transcripts is None else edge.Filter(must=[any_of("transcript", list(transcripts))])
        return map(held_of, self._records(mine, list(HELD), vectors=False))

    def nearest(self, dense: Sequence[float], wanted: Wanted, limit: int) -> list[Found]:
        return self._ask(edge.Query.Nearest(list(dense), using=DENSE), wanted, limit, with_stems=False)

    def worded(self, stems: Stems, wanted: Wanted, limit: int) -> list[Found]:
        asked = edge.Query.Nearest(edge.SparseVector(stems.numbers, stems.weights), using=WORDS)
        return self._ask(asked, wanted, limit, with_stems=True)

    def values(self, field: str, limit: int) -> list[str]:
        with in_our_words():
            found = self._reading(lambda shard: shard.facet(edge.FacetRequest(key=field, limit=limit)))
        return [str(hit.value) for hit in found.hits]

    def count(self) -> int:
        with in_our_words():
            return self._reading(lambda shard: shard.count(edge.CountRequest(exact=True)))

    def close(self) -> None:
        """Writes what is not on the disk yet, and closes the files."""
        with in_our_words():
            self._shard.close()

    def _ask(self, query: edge.Query, wanted: Wanted, limit: int, *, with_stems: bool) -> list[Found]:
        request = edge.QueryRequest(
            limit=limit,
            query=query,
            filter=filter_of(wanted),
            with_payload=True,
            with_vector=[WORDS] if with_stems else False,
        )
        return found_of(self._reading(lambda shard: shard.query(request)))

    def _reading(self, reads: Callable[[edge.EdgeShard], T]) -> T:
        """What a reading gives; again, where another shard took this one's place meanwhile."""
        with in_our_words():
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
        with in_our_words():
            self._shard.update(operation)


def _let_go(collection: EmbeddedCollection) -> None:
    """Closes a collection that is thrown away; what it can't write is no loss."""
    try:
        collection.close()
    except IndexUnavailable as error:
        log.debug("%s", error)


def _write(path: Path, text: str) -> None:
    """Writes a small file at once or not at all."""
    aside = path.with_suffix(".aside")
    aside.write_text(text)
    aside.replace(path)
