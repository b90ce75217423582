"""The index in a Qdrant server, by its address. The same client's local mode serves tests: it is no engine."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException

from services.memory.engines import (
    DENSE,
    HELD,
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
    found_of,
    held_of,
)

PREFIX = "aftercall-"  # collections of that name are ours; nothing else in the server is touched
_ALIAS = "aftercall"  # the name under which the collection that answers is known
_PAGE = 1_000
_PATIENCE = 15  # seconds
log = logging.getLogger("aftercall.index")


class ServerEngine:
    """Collections in a server. ``url`` may be ":memory:", for tests."""

    def __init__(self, url: str, api_key: str | None = None) -> None:
        self._host = urlsplit(url).hostname or "the server"
        self._local = url == ":memory:"
        options: dict[str, Any] = {} if self._local else {"timeout": _PATIENCE, "check_compatibility": False}
        where = {"location": url} if self._local else {"url": url, "api_key": api_key}
        self._client = QdrantClient(**where, **options)

    def names(self) -> list[str]:
        with self._in_our_words():
            found = self._client.get_collections().collections
        return sorted(each.name.removeprefix(PREFIX) for each in found if each.name.startswith(PREFIX))

    def open(self, name: str, size: int | None) -> Collection:
        with self._in_our_words():
            if not self._client.collection_exists(PREFIX + name):
                self._make(PREFIX + name, size)
        return ServerCollection(name, self._client, self._in_our_words)

    def drop(self, name: str) -> None:
        with self._in_our_words():
            self._client.delete_collection(PREFIX + name)

    def serving(self) -> str | None:
        with self._in_our_words():
            known = self._client.get_aliases().aliases
        named = (each.collection_name for each in known if each.alias_name == _ALIAS)
        return next((name.removeprefix(PREFIX) for name in named), None)

    def serve(self, name: str) -> None:
        before = self.serving()
        new = models.CreateAlias(collection_name=PREFIX + name, alias_name=_ALIAS)
        changes: list[Any] = [models.CreateAliasOperation(create_alias=new)]
        if before is not None:
            old = models.DeleteAlias(alias_name=_ALIAS)
            changes.insert(0, models.DeleteAliasOperation(delete_alias=old))
        with self._in_our_words():
            self._client.update_collection_aliases(changes)

    def close(self) -> None:
        self._client.close()

    def _make(self, name: str, size: int | None) -> None:
        half = models.VectorParams(size=size or 1, distance=models.Distance.COSINE, datatype=models.Datatype.FLOAT16)
        dense = {} if size is None else {DENSE: half}
        words = {WORDS: models.SparseVectorParams(modifier=models.Modifier.IDF)}
        self._client.create_collection(name, vectors_config=dense, sparse_vectors_config=words)
        if self._local:
            return
        for field in KEYWORDS:
            self._client.create_payload_index(name, field, models.PayloadSchemaType.KEYWORD)
        for field in NUMBERS:
            self._client.create_payload_index(name, field, models.PayloadSchemaType.INTEGER)

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except (ApiException, OSError, ValueError) as error:
            log.debug("Qdrant: %s", error)
            raise IndexUnavailable(f"Qdrant at {self._host} can't be asked ({type(error).__name__}).") from error


class ServerCollection:
    """One collection of the server."""

    def __init__(self, name: str, client: QdrantClient, in_our_words: Any) -> None:
        self.name = name
        self._full = PREFIX + name
        self._client = client
        self._in_our_words = in_our_words

    def put(self, points: Sequence[Point]) -> None:
        if points:
            with self._in_our_words():
                self._client.upsert(self._full, [_point(each) for each in points], wait=True)

    def set_facts(self, ids: Sequence[str], facts: Mapping[str, Any]) -> None:
        if ids:
            with self._in_our_words():
                self._client.set_payload(self._full, dict(facts), points=list(ids), wait=True)

    def drop(self, ids: Sequence[str]) -> None:
        if ids:
            with self._in_our_words():
                self._client.delete(self._full, models.PointIdsList(points=list(ids)), wait=True)

    def forget(self, transcripts: Sequence[int]) -> None:
        mine = models.Filter(must=[_any("transcript", list(transcripts))])
        with self._in_our_words():
            self._client.delete(self._full, models.FilterSelector(filter=mine), wait=True)

    def shed(self) -> None:
        """Nothing: a server tidies its disk up itself."""

    def held(self, transcripts: Sequence[int] | None = None) -> Iterator[Held]:
        mine = None if transcripts is None else models.Filter(must=[_any("transcript", list(transcripts))])
        offset = None
        while True:
            with self._in_our_words():
                records, offset = self._client.scroll(
                    self._full, scroll_filter=mine, limit=_PAGE, offset=offset, with_payload=list(HELD)
                )
            yield from map(held_of, records)
            if offset is None:
                return

    def nearest(self, dense: Sequence[float], wanted: Wanted, limit: int) -> list[Found]:
        return self._ask(list(dense), DENSE, wanted, limit)

    def worded(self, stems: Stems, wanted: Wanted, limit: int) -> list[Found]:
        asked = models.SparseVector(indices=stems.numbers, values=stems.weights)
        return self._ask(asked, WORDS, wanted, limit)

    def values(self, field: str, limit: int) -> list[str]:
        with self._in_our_words():
            found = self._client.facet(self._full, field, limit=limit)
        return [str(hit.value) for hit in found.hits]

    def count(self) -> int:
        with self._in_our_words():
            return int(self._client.count(self._full, exact=True).count)

    def _ask(self, query: Any, using: str, wanted: Wanted, limit: int) -> list[Found]:
        with_stems = using == WORDS
        with self._in_our_words():
            found = self._client.query_points(
                self._full,
                query=query,
                using=using,
                query_filter=_filter(wanted),
                limit=limit,
                with_payload=True,
                with_vectors=[WORDS] if with_stems else False,
            ).points
        return found_of(found)


def _point(point: Point) -> models.PointStruct:
    vectors: dict[str, Any] = {WORDS: models.SparseVector(indices=point.stems.numbers, values=point.stems.weights)}
    if point.dense is not None:
        vectors[DENSE] = point.dense
    return models.PointStruct(id=point.id, vector=vectors, payload=point.payload)


def _filter(wanted: Wanted) -> models.Filter | None:
    must: list[Any] = wanted.conditions(_any, _between)
    return models.Filter(must=must) if must else None


def _any(field: str, choices: list[Any]) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchAny(any=choices))


def _between(field: str, least: int | None, most: int | None) -> models.FieldCondition:
    return models.FieldCondition(key=field, range=models.Range(gte=least, lte=most))
